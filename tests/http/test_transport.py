"""The writer's contract, the same for the fast path and for ASGI, with a real server and a real client."""

from __future__ import annotations

import asyncio
import logging
import socket as sockets
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import pytest
import websockets
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from websockets.asyncio.client import ClientConnection
from websockets.frames import Frame

from jam.http import transport
from jam.http.transport import (
    HIGH_WATER_BYTES,
    QUEUE_BYTES,
    SEND_KEY,
    AsgiWriter,
    FrameWriter,
    KeepSend,
    TransportWriter,
    frame_text,
)
from jam.live.senders import text_frame
from tests.http.support import HOST, Recorder, frame, raw, served, socket
from tests.patience import PATIENCE

KINDS = ["transport", "asgi"]
Talk = Callable[[FrameWriter, Send, Receive], Awaitable[None]]


class Speaker:
    """An app behind ``KeepSend`` and one more layer, that gives each accepted socket to ``talk``."""

    def __init__(self, kind: str, talk: Talk) -> None:
        self._recorder = Recorder()
        self._kind = kind
        self._talk = talk
        self.ended = asyncio.Event()
        self.failed: Exception | None = None
        self.writer: FrameWriter

    @property
    def app(self) -> ASGIApp:
        return KeepSend(self.inner)

    async def inner(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._recorder(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.accept"})
        # The asgi kind is what FrameWriter.on falls back to when `send` is not Hypercorn's own.
        kept: Send = scope[SEND_KEY]
        self.writer = FrameWriter.on(kept if self._kind == "transport" else (lambda message: kept(message)))
        assert self.writer.kind == self._kind
        try:
            await self._talk(self.writer, send, receive)
        except Exception as error:
            self.failed = error
            raise
        finally:
            await self.writer.aclose()
            self.ended.set()


def client(port: int) -> AbstractAsyncContextManager[ClientConnection]:
    return websockets.connect(f"ws://{HOST}:{port}/", proxy=None, max_size=None)


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 100_000])
def test_frame_is_what_another_implementation_makes_of_the_same_text(length: int) -> None:
    text = ("é" * (length // 2)).encode() + b"x" * (length % 2)
    framed = text_frame(text)
    assert framed == Frame(websockets.Opcode.TEXT, text).serialize(mask=False)
    assert frame_text(framed).encode() == text


@pytest.mark.anyio
@pytest.mark.parametrize("kind", KINDS)
async def test_frames_of_every_length_arrive_whole_and_in_order(kind: str) -> None:
    texts = ["", "é" * 62, "x" * 126, "\U0001f600" * 500, "y" * 65_536, "end"]

    async def talk(writer: FrameWriter, send: Send, receive: Receive) -> None:
        for text in texts:
            writer.write(text_frame(text.encode()))
        await receive()

    async with served(Speaker(kind, talk).app) as port, client(port) as connection:
        assert [await connection.recv() for _ in texts] == texts


@pytest.mark.anyio
@pytest.mark.parametrize("kind", KINDS)
async def test_order_between_asgi_sends_and_written_frames_is_kept(kind: str) -> None:
    async def talk(writer: FrameWriter, send: Send, receive: Receive) -> None:
        for number in range(200):
            writer.write(text_frame(f"{number} written".encode()))
            writer.write(text_frame(f"{number} written too".encode()))
            await writer.flush()
            await send({"type": "websocket.send", "text": f"{number} sent"})
        await receive()

    expected = [f"{number} {how}" for number in range(200) for how in ("written", "written too", "sent")]
    async with served(Speaker(kind, talk).app) as port, client(port) as connection:
        assert [await connection.recv() for _ in expected] == expected


@pytest.mark.anyio
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("goodbye", [True, False], ids=["close_frame", "reset"])
async def test_writing_to_a_client_that_left_raises_nothing_and_marks_the_writer_closed(
    kind: str, goodbye: bool
) -> None:
    async def talk(writer: FrameWriter, send: Send, receive: Receive) -> None:
        writer.write(text_frame(b"hello"))
        assert (await receive())["type"] == "websocket.disconnect"
        assert writer.closed or kind == "asgi"  # ASGI itself says nothing to one who sends too late
        for _ in range(100):
            writer.write(text_frame(b"nobody"))
        await writer.flush()

    speaker = Speaker(kind, talk)
    async with served(speaker.app) as port:
        async with client(port) as connection:
            assert await connection.recv() == "hello"
            if not goodbye:
                connection.transport.abort()
        await asyncio.wait_for(speaker.ended.wait(), PATIENCE)
        assert speaker.writer.closed


@pytest.mark.anyio
async def test_writer_is_closed_when_the_peer_has_ended_its_side_without_a_close_frame() -> None:
    async def talk(writer: FrameWriter, send: Send, receive: Receive) -> None:
        assert (await receive())["type"] == "websocket.disconnect"
        assert writer.closed

    speaker = Speaker("transport", talk)
    async with served(speaker.app) as port, socket(port) as connection:
        connection.writer.write_eof()
        await asyncio.wait_for(speaker.ended.wait(), PATIENCE)
    assert speaker.failed is None


@pytest.mark.anyio
@pytest.mark.parametrize("kind", KINDS)
async def test_no_frame_follows_a_close_frame(kind: str) -> None:
    async def talk(writer: FrameWriter, send: Send, receive: Receive) -> None:
        await send({"type": "websocket.close", "code": 4504})
        assert kind == "asgi" or writer.closed
        writer.write(text_frame(b"late"))
        await writer.flush()

    async with served(Speaker(kind, talk).app) as port, socket(port) as connection:
        assert await connection.close_code() == 4504
        assert await connection.end() == b""


@pytest.mark.anyio
@pytest.mark.parametrize("kind", KINDS)
async def test_close_comes_after_what_was_written_and_ends_the_socket(kind: str) -> None:
    async def talk(writer: FrameWriter, send: Send, receive: Receive) -> None:
        for _ in range(5):
            writer.write(text_frame(b"before"))
        writer.close(4004, "draining")
        writer.close(4500, "a second close")
        writer.write(text_frame(b"after"))
        assert (await receive())["type"] == "websocket.disconnect"

    async with served(Speaker(kind, talk).app) as port, client(port) as connection:
        assert [await connection.recv() for _ in range(5)] == ["before"] * 5
        with pytest.raises(websockets.ConnectionClosedError):
            await connection.recv()
        assert (connection.close_code, connection.close_reason) == (4004, "draining")


@pytest.mark.anyio
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("before", [0, 100], ids=["empty", "more_than_the_reader_takes"])
async def test_close_of_writer_and_app_at_once_is_one_close(
    kind: str, before: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def talk(writer: FrameWriter, send: Send, receive: Receive) -> None:
        for _ in range(before):
            writer.write(text_frame(b"x" * 60_000))
        writer.close(4004, "draining")
        await send({"type": "websocket.close", "code": 4500})
        writer.close(4004, "draining")

    speaker = Speaker(kind, talk)
    async with served(speaker.app) as port, socket(port) as connection:
        if before:
            connection.writer.transport.pause_reading()
        else:
            assert await connection.close_code() == 4500
            assert await connection.end() == b""
        await asyncio.wait_for(speaker.ended.wait(), PATIENCE)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.anyio
async def test_writer_is_closed_from_the_close_frame_on_though_its_reader_takes_nothing() -> None:
    async def talk(writer: FrameWriter, send: Send, receive: Receive) -> None:
        while writer.buffered() < 2 * HIGH_WATER_BYTES:
            writer.write(text_frame(b"x" * 60_000))
        closing = asyncio.create_task(coroutine(send({"type": "websocket.close", "code": 4001})))
        await asyncio.sleep(0)
        assert not closing.done()
        assert writer.closed
        await closing

    async def coroutine(sending: Awaitable[None]) -> None:
        await sending

    speaker = Speaker("transport", talk)
    async with served(speaker.app) as port, socket(port) as connection:
        connection.writer.transport.pause_reading()
        await asyncio.wait_for(speaker.ended.wait(), PATIENCE)
    assert speaker.failed is None


@pytest.mark.anyio
@pytest.mark.parametrize("kind", KINDS)
async def test_what_a_stopped_reader_has_not_taken_is_counted_and_goes_when_it_reads_again(kind: str) -> None:
    piece = text_frame(b"x" * 50_000)
    grown, writing = asyncio.Event(), 200

    async def talk(writer: FrameWriter, send: Send, receive: Receive) -> None:
        for _ in range(writing):
            before = writer.buffered()
            if before > 300_000:
                break
            writer.write(piece)
            await asyncio.sleep(0)
        assert writer.buffered() > 300_000
        grown.set()
        for _ in range(500):
            await asyncio.sleep(0.01 if writer.buffered() else 0)
        assert writer.buffered() == 0
        await send({"type": "websocket.close"})

    async with served(Speaker(kind, talk).app) as port, raw(port) as connection:
        await connection.upgrade()
        connection.writer.transport.pause_reading()
        await asyncio.wait_for(grown.wait(), PATIENCE)
        connection.writer.transport.resume_reading()
        received = await connection.end(PATIENCE)
        assert received.count(b"x" * 50_000) >= 6


@pytest.mark.anyio
async def test_ack_through_asgi_does_not_wait_for_a_reader_with_256_kib_waiting() -> None:
    acked = asyncio.Event()

    async def talk(writer: FrameWriter, send: Send, receive: Receive) -> None:
        while writer.buffered() < 256 * 1024:
            writer.write(text_frame(b"x" * 50_000))
        await send({"type": "websocket.send", "text": "ack"})
        acked.set()

    assert HIGH_WATER_BYTES > 2 * 256 * 1024
    async with served(Speaker("transport", talk).app) as port, raw(port) as connection:
        await connection.upgrade()
        connection.writer.transport.pause_reading()
        await asyncio.wait_for(acked.wait(), PATIENCE)


@pytest.mark.anyio
async def test_small_frames_do_not_wait_for_the_acknowledgement_of_the_last() -> None:
    """TCP_NODELAY: Nagle's algorithm would hold a second frame back for up to 40 ms."""
    options: list[int] = []

    async def talk(writer: FrameWriter, send: Send, receive: Receive) -> None:
        assert isinstance(writer, TransportWriter)
        peer = writer._transport.get_extra_info("socket")
        options.append(peer.getsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY))

    async with served(Speaker("transport", talk).app) as port, client(port) as connection:
        await connection.wait_closed()
    assert options == [1]


@pytest.mark.anyio
async def test_asgi_queue_that_grows_past_its_bound_gives_the_socket_up() -> None:
    stuck = asyncio.Event()

    async def never(message: object) -> None:
        await stuck.wait()

    writer = AsgiWriter(never)
    piece = text_frame(b"x" * 60_000)
    while not writer.closed:
        writer.write(piece)
    assert QUEUE_BYTES - len(piece) < writer.buffered() <= QUEUE_BYTES
    await writer.aclose()
    await writer.aclose()


@pytest.mark.anyio
async def test_flush_of_an_asgi_writer_waits_for_a_slow_send() -> None:
    sent: list[str] = []

    async def slow(message: Message) -> None:
        for _ in range(5):
            await asyncio.sleep(0)
        sent.append(message["text"])

    writer = AsgiWriter(slow)
    for text in (b"one", b"two"):
        writer.write(text_frame(text))
    await writer.flush()
    assert sent == ["one", "two"]
    await writer.aclose()


@pytest.mark.anyio
async def test_flush_of_an_asgi_writer_whose_peer_left_returns() -> None:
    async def refuse(message: object) -> None:
        raise OSError("gone")

    writer = AsgiWriter(refuse)
    writer.write(text_frame(b"x"))
    await asyncio.wait_for(writer.flush(), PATIENCE)
    assert writer.closed
    await writer.aclose()


@pytest.mark.anyio
async def test_writer_of_a_socket_that_is_not_accepted_yet_is_a_bug_said_at_once() -> None:
    said: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await Recorder()(scope, receive, send)
            return
        with pytest.raises(RuntimeError, match="accept the socket") as raised:
            FrameWriter.on(send)
        said.append(str(raised.value))
        await receive()
        await send({"type": "websocket.close"})

    async with served(app) as port, raw(port) as connection:
        assert (await connection.upgrade()).startswith(b"HTTP/1.1 403")
    assert said


@pytest.mark.anyio
@pytest.mark.parametrize("hop", ["GuardedStream", "H11Protocol", "TCPServer"])
async def test_server_whose_inner_parts_are_not_what_we_know_is_spoken_to_through_asgi(
    hop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Another:
        """A type that no part of the server has."""

    kinds: list[str] = []

    async def talk(app: Recorder, send: Send) -> None:
        monkeypatch.setattr(transport, hop, Another)
        writer = FrameWriter.on(send)
        kinds.append(writer.kind)
        writer.write(text_frame(b"still here"))
        await writer.flush()
        await writer.aclose()

    async with served(Recorder(talk)) as port, client(port) as connection:
        assert await connection.recv() == "still here"
    assert kinds == ["asgi"]


@pytest.mark.anyio
async def test_pongs_of_the_server_and_written_frames_never_mix_inside_a_frame() -> None:
    """Both go to one transport: a pong may come between two frames, never within one."""
    count = 300

    async def talk(writer: FrameWriter, send: Send, receive: Receive) -> None:
        for number in range(count):
            writer.write(text_frame(f"{number:>5}".encode() * 300))
            if number % 20 == 0:
                await asyncio.sleep(0.001)
        await receive()

    async with served(Speaker("transport", talk).app) as port, socket(port) as connection:
        connection.send(frame(9, b"?") * 8)
        frames = [await connection.frame() for _ in range(count + 8)]
        texts = [int(payload[:5]) for opcode, payload in frames if opcode == 1]
        assert texts == list(range(count))
