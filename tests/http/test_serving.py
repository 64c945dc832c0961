"""Every setting that the product ships, shown on a real listener where a client can see it."""

from __future__ import annotations

import asyncio
import inspect
import logging
import resource
import socket as sockets
import subprocess
import sys
import time
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from jam.domain.rejections import JamError
from jam.http.guarded_connection import GuardedServer
from jam.http.guarded_socket import MAX_MESSAGE_BYTES
from jam.http.serving import LOGGER, PortError, bind, hypercorn_config, serve
from tests.http.support import HANDSHAKE, HOST, TEXT, Recorder, answer_lifespan, frame, raw, served, socket
from tests.patience import PATIENCE, own_time

GET = b"GET / HTTP/1.1\r\nHost: t\r\n\r\n"


async def ok(app: Recorder, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body"})


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("websocket_max_message_size", 16_384),
        ("websocket_ping_interval", None),
        ("h11_max_incomplete_size", 16_384),
        ("keep_alive_timeout", 5),
        ("max_app_queue_size", 10),
        ("backlog", 1024),
        ("graceful_timeout", 20),
        ("include_server_header", False),
        ("alpn_protocols", ["http/1.1"]),
        ("server_names", []),
        ("read_timeout", None),
        ("workers", 1),
        ("accesslog", None),
    ],
)
def test_setting_has_the_value_that_the_product_promises(setting: str, value: Any) -> None:
    assert getattr(hypercorn_config(HOST, 0), setting) == value


def test_message_size_is_one_number_in_the_server_and_in_its_mends() -> None:
    assert hypercorn_config(HOST, 0).websocket_max_message_size == MAX_MESSAGE_BYTES


def test_process_that_begins_with_a_low_limit_of_files_takes_all_that_it_may_have() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]

    def low() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (128, hard))

    command = "from jam.http.serving import raise_file_limit; print(raise_file_limit())"
    done = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, check=True, preexec_fn=low
    )
    assert int(done.stdout) == hard


@pytest.mark.anyio
async def test_real_port_and_host_are_reported_when_port_0_is_asked() -> None:
    said: list[tuple[str, int]] = []
    shutdown = asyncio.Event()

    def ready(host: str, port: int) -> None:
        said.append((host, port))
        shutdown.set()

    await asyncio.wait_for(serve(Recorder(ok), hypercorn_config(HOST, 0), shutdown, ready), PATIENCE)
    ((host, port),) = said
    assert host == HOST
    assert port > 0


@pytest.mark.anyio
async def test_ready_is_said_when_connections_are_answered_and_not_before() -> None:
    order: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        order.append("app started")
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    shutdown = asyncio.Event()

    def ready(host: str, port: int) -> None:
        order.append("ready")
        sockets.create_connection((host, port), PATIENCE).close()
        shutdown.set()

    await asyncio.wait_for(serve(app, hypercorn_config(HOST, 0), shutdown, ready), PATIENCE)
    assert order == ["app started", "ready"]


@pytest.mark.anyio
async def test_port_in_use_is_said_in_a_sentence_that_names_it() -> None:
    async with served(Recorder(ok)) as port:
        with pytest.raises(PortError, match=f"Port {port} on {HOST} is in use") as raised:
            await serve(Recorder(ok), hypercorn_config(HOST, port), asyncio.Event(), lambda host, port: None)
        assert isinstance(raised.value, JamError)


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        (HOST, 70_000, "Port 70000 .* from 0 to 65535"),
        ("192.0.2.1", 0, "192.0.2.1 is no address of this machine"),
        ("no-such-host.invalid", 0, "no-such-host.invalid is no address of this machine"),
    ],
)
def test_address_that_cannot_be_had_names_its_cause(host: str, port: int, words: str) -> None:
    with pytest.raises(PortError, match=words):
        bind(hypercorn_config(host, port).bind[0])


def test_port_that_is_not_permitted_names_its_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    """As root every port is permitted, so the system's refusal is put in its place."""

    def refuse(self: sockets.socket, address: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(sockets.socket, "bind", refuse)
    with pytest.raises(PortError, match=r"Port 80 on 127\.0\.0\.1 is not permitted"):
        bind("127.0.0.1:80")


def test_ipv6_address_is_bound() -> None:
    with bind(hypercorn_config("::1", 0).bind[0]) as listener:
        assert listener.getsockname()[0] == "::1"


@pytest.mark.anyio
async def test_app_that_fails_to_start_frees_its_port() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with bind(f"{HOST}:0") as free:
        port = free.getsockname()[1]
    with pytest.raises(Exception, match="no database"):
        await serve(app, hypercorn_config(HOST, port), asyncio.Event(), lambda host, port: None)
    bind(f"{HOST}:{port}").close()


# --- what a client sees of each setting ---------------------------------------------------------------------


@pytest.mark.anyio
async def test_answers_do_not_name_the_server() -> None:
    async with served(Recorder(ok)) as port, raw(port) as client:
        client.send(GET)
        head = (await client.head()).lower()
        assert b"\r\ndate: " in head
        assert b"server:" not in head
        assert b"hypercorn" not in head


@pytest.mark.anyio
async def test_headers_of_more_than_16_kib_are_refused() -> None:
    async with served(Recorder(ok)) as port, raw(port) as client:
        client.send(b"GET / HTTP/1.1\r\nHost: t\r\nCookie: ", b"x" * 16_384)
        assert (await client.head()).startswith(b"HTTP/1.1 431")
        assert await client.end() == b""


@pytest.mark.anyio
@pytest.mark.parametrize("begun", [b"", GET[:20], GET])
async def test_connection_that_is_idle_or_slow_with_its_headers_ends(begun: bytes) -> None:
    async with served(Recorder(ok), keep_alive_timeout=1.0) as port, raw(port) as client:
        client.send(begun)
        answer = await client.end()
        assert answer.startswith(b"HTTP/1.1 200") if begun == GET else answer == b""


@pytest.mark.anyio
@pytest.mark.slow
async def test_idle_connection_ends_after_five_seconds() -> None:
    ours = hypercorn_config(HOST, 0).keep_alive_timeout
    async with served(Recorder(ok), keep_alive_timeout=ours) as port, raw(port) as client:
        start = time.monotonic()
        assert await client.end(PATIENCE) == b""
        assert time.monotonic() - start > 4.5


@pytest.mark.anyio
async def test_app_that_does_not_read_holds_the_sender_back() -> None:
    """10 messages in the queue, and what the kernel holds: not more, however much is sent."""
    done = asyncio.Event()

    async def wait(app: Recorder, send: Send) -> None:
        await done.wait()

    async with served(Recorder(wait)) as port, socket(port) as client:
        client.send(frame(TEXT, b"x" * 16_000) * 2_000)
        await client.stalled()
        assert client.writer.transport.get_write_buffer_size() > 16_000_000
        done.set()


@pytest.mark.anyio
async def test_a_thousand_connections_may_wait_to_be_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    start_server = asyncio.start_server

    async def spy(*args: Any, **kwargs: Any) -> asyncio.Server:
        asked.append(kwargs["backlog"])
        return await start_server(*args, **kwargs)

    monkeypatch.setattr(asyncio, "start_server", spy)
    async with served(Recorder(ok)):
        assert asked == [1024]


@pytest.mark.anyio
async def test_requests_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with served(Recorder(ok)) as port, raw(port) as client:
        client.send(b"GET /secret-path HTTP/1.1\r\nHost: t\r\n\r\n")
        await client.head()
        assert "secret-path" not in caplog.text
        assert "127.0.0.1" not in "".join(r.message for r in caplog.records if r.name != LOGGER)


@pytest.mark.anyio
async def test_error_in_the_app_is_logged_once_and_answered_500(caplog: pytest.LogCaptureFixture) -> None:
    async def fail(app: Recorder, send: Send) -> None:
        raise ValueError("a bug")

    async with served(Recorder(fail)) as port, raw(port) as client:
        client.send(GET)
        assert (await client.head()).startswith(b"HTTP/1.1 500")
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.name for record in errors] == [LOGGER]


# --- the end ------------------------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_request_under_way_at_shutdown_is_answered() -> None:
    begun, go = asyncio.Event(), asyncio.Event()

    async def slow(app: Recorder, send: Send) -> None:
        begun.set()
        await go.wait()
        await ok(app, send)

    shutdown = asyncio.Event()
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    config = hypercorn_config(HOST, 0)
    task = asyncio.create_task(
        serve(Recorder(slow), config, shutdown, lambda host, port: ready.set_result(port))
    )
    async with raw(await ready) as client:
        client.send(GET)
        await begun.wait()
        shutdown.set()
        await asyncio.sleep(0)
        go.set()
        assert (await client.head()).startswith(b"HTTP/1.1 200")
        await asyncio.wait_for(task, PATIENCE)


@pytest.mark.anyio
@pytest.mark.parametrize("mended", [True, False])
async def test_socket_that_does_not_end_is_cut_after_the_graceful_time_without_a_traceback(
    mended: bool, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not mended:
        monkeypatch.delattr(GuardedServer, "run")

    async def stubborn(app: Recorder, send: Send) -> None:
        await asyncio.Event().wait()

    app = Recorder(stubborn)
    async with own_time() as own:
        async with served(app, graceful_timeout=0.2) as port, socket(port):
            begun = own.read()
        took = own.since(begun)
    assert app.ended.is_set()
    assert took < 10, "half of the graceful time that a server has by itself"
    logged = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert bool(logged) == (not mended and _asyncio_asks_a_cancelled_task_what_it_raised())


def _asyncio_asks_a_cancelled_task_what_it_raised() -> bool:
    """Whether this Python has what is mended: from 3.11.3 or so until 3.12 asyncio logged such a question."""
    source = inspect.getsource(asyncio.StreamReaderProtocol.connection_made)
    return "task.exception()" in source and "task.cancelled()" not in source


@pytest.mark.anyio
async def test_lifespan_ends_after_the_last_request() -> None:
    order: list[str] = []
    recorder = Recorder(ok)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await answer_lifespan(receive, send)
            order.append("lifespan ended")
        else:
            await recorder(scope, receive, send)
            order.append("request ended")

    async with served(app) as port, raw(port) as client:
        client.send(GET)
        await client.head()
    assert order == ["request ended", "lifespan ended"]


@pytest.mark.anyio
async def test_handshake_is_answered_without_compression_on_the_product_settings() -> None:
    async with served(Recorder()) as port, raw(port) as client:
        client.send(HANDSHAKE + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
        assert b"deflate" not in await client.head()
