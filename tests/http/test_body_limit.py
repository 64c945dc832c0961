"""Bodies that are too long or too slow, over raw TCP, through a Starlette route that reads them whole."""

from __future__ import annotations

import asyncio
import json

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from jam.http.body_limit import BODY_SECONDS, MAX_BODY_BYTES, BodyLimit
from tests.http.support import Raw, Recorder, echo, frame, raw, served, socket

POST = b"POST /%s HTTP/1.1\r\nHost: t\r\n"
CHUNKED = POST % b"" + b"Transfer-Encoding: chunked\r\n\r\n"


async def count(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def begin_then_read(request: Request) -> StreamingResponse:
    """A response whose head leaves before the body has come."""

    async def parts():  # type: ignore[no-untyped-def]
        yield "begun"
        yield str(len(await request.body()))

    return StreamingResponse(parts())


def limited(seconds: float = BODY_SECONDS) -> ASGIApp:
    routes = [Route("/", count, methods=["POST"]), Route("/begin", begin_then_read, methods=["POST"])]
    return BodyLimit(Starlette(routes=routes), seconds=seconds)


def declared(length: int, path: bytes = b"") -> bytes:
    return POST % path + b"Content-Length: %d\r\n\r\n" % length


def chunk(payload: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(payload), payload)


async def answer(client: Raw) -> tuple[int, dict[str, str]]:
    """The status and JSON of an answer after which the connection ends."""
    head = await client.head()
    assert b"content-type: application/json" in head.lower()
    body = json.loads(await client.end())
    return int(head.split()[1]), {name: body[name] for name in ("code", "message")}


TOO_LARGE = (413, {"code": "body_too_large", "message": "Send 64 KB or less"})


@pytest.mark.anyio
async def test_body_of_exactly_64_kib_is_read() -> None:
    async with served(limited()) as port, raw(port) as client:
        client.send(declared(MAX_BODY_BYTES), b"x" * MAX_BODY_BYTES)
        head = await client.head()
        assert head.startswith(b"HTTP/1.1 200")
        assert await client.reader.readexactly(5) == b"65536"


@pytest.mark.anyio
async def test_body_that_declares_one_byte_more_is_refused_before_any_of_it_comes() -> None:
    async with served(limited()) as port, raw(port) as client:
        client.send(declared(MAX_BODY_BYTES + 1))
        assert await answer(client) == TOO_LARGE


@pytest.mark.anyio
async def test_body_without_a_length_is_refused_at_the_limit() -> None:
    async with served(limited()) as port, raw(port) as client:
        client.send(CHUNKED, chunk(b"x" * 40_000), chunk(b"x" * 25_536))
        client.send(chunk(b"x"))
        assert await answer(client) == TOO_LARGE


@pytest.mark.anyio
async def test_client_that_sends_ten_megabytes_without_listening_still_reads_the_refusal() -> None:
    async with served(limited()) as port, raw(port) as client:
        client.send(CHUNKED)
        for _ in range(160):
            client.send(chunk(b"x" * 65_536))
            await client.writer.drain()
        assert await answer(client) == TOO_LARGE


@pytest.mark.anyio
async def test_body_that_is_not_there_in_time_is_refused() -> None:
    async with served(limited(seconds=0.2)) as port, raw(port) as client:
        client.send(declared(100), b"x" * 99)
        assert await answer(client) == (
            408,
            {"code": "body_too_slow", "message": "The request took too long to arrive. Send it again"},
        )


@pytest.mark.anyio
async def test_body_that_trickles_is_held_to_the_time_of_the_whole() -> None:
    async with served(limited(seconds=0.3)) as port, raw(port) as client:
        client.send(declared(1000))

        async def trickle() -> None:
            while True:
                client.send(b"x")
                await asyncio.sleep(0.05)

        task = asyncio.create_task(trickle())
        try:
            assert (await client.head()).startswith(b"HTTP/1.1 408")
        finally:
            task.cancel()


@pytest.mark.anyio
async def test_time_is_no_limit_once_the_body_is_whole() -> None:
    """A route that takes long, or that waits to hear of the client's leaving, is not cut."""

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await Recorder()(scope, receive, send)
            return
        await receive()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(receive(), 0.4)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    async with served(BodyLimit(slow, seconds=0.1)) as port, raw(port) as client:
        client.send(b"GET / HTTP/1.1\r\nHost: t\r\n\r\n")
        assert (await client.head()).startswith(b"HTTP/1.1 204")


@pytest.mark.anyio
async def test_response_that_has_begun_is_cut_off_and_not_mixed_with_a_refusal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with served(limited()) as port, raw(port) as client:
        client.send(POST % b"begin" + b"Transfer-Encoding: chunked\r\n\r\n", chunk(b"x" * 40_000))
        assert (await client.head()).startswith(b"HTTP/1.1 200")
        client.send(chunk(b"x" * 40_000))
        rest = await client.end()
        assert b"body_too_large" not in rest
        assert not rest.endswith(b"0\r\n\r\n")
        assert "Unexpected" not in caplog.text


@pytest.mark.anyio
async def test_sockets_pass_through() -> None:
    async with served(BodyLimit(Recorder(echo))) as port, socket(port) as client:
        client.send(frame(1, b"hello"))
        assert await client.frame() == (1, b"5")
