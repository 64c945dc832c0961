"""A real server on a free port, and a raw client that says exactly the bytes it is told.

Why raw: the attacks on a socket are frames that no client library agrees to send.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jam.http.serving import hypercorn_config, serve

HOST = "127.0.0.1"
PATIENCE = {"answer": 60.0, "end": 60.0}
"""Seconds in which the server must answer or end its side, and must have let go of a connection."""
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
MASK = b"\x11\x22\x33\x44"
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
)


@asynccontextmanager
async def served(app: ASGIApp, **settings: Any) -> AsyncIterator[int]:
    """The app behind the product's own server settings, less the ``settings`` given; yields the port.

    A connection is not ended for being idle unless that is asked for: what ends has another reason.
    """
    config = hypercorn_config(HOST, 0)
    config.graceful_timeout = 0.1
    config.keep_alive_timeout = 600
    for name, value in settings.items():
        setattr(config, name, value)
    shutdown = asyncio.Event()
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(app, config, shutdown, lambda host, port: ready.set_result(port)))
    try:
        await asyncio.wait((task, ready), return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            await task
        yield ready.result()
    finally:
        shutdown.set()
        await asyncio.wait_for(task, 60)


class Recorder:
    """An app that accepts every socket, hands it to ``talk``, and keeps what the server told it."""

    def __init__(self, talk: Callable[[Recorder, Send], Awaitable[None]] | None = None) -> None:
        self.told: list[Message] = []
        self.ended = asyncio.Event()
        self._talk = talk or echo
        self._receive: Receive

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await answer_lifespan(receive, send)
            return
        self._receive = receive
        try:
            if scope["type"] == "websocket":
                await self.next()
                await send({"type": "websocket.accept"})
            await self._talk(self, send)
        finally:
            self.ended.set()

    async def next(self) -> Message:
        message = await self._receive()
        self.told.append(message)
        return message

    @property
    def close_codes(self) -> list[int]:
        return [message["code"] for message in self.told if message["type"] == "websocket.disconnect"]


async def answer_lifespan(receive: Receive, send: Send) -> None:
    """What every ASGI app says to its server's start and stop."""
    for kind in ("startup", "shutdown"):
        assert (await receive())["type"] == f"lifespan.{kind}"
        await send({"type": f"lifespan.{kind}.complete"})


async def echo(app: Recorder, send: Send) -> None:
    """Send every text back, with its length, until the peer is gone."""
    while (message := await app.next())["type"] == "websocket.receive":
        text = message.get("text")
        await send({"type": "websocket.send", "text": f"{len(text or message['bytes'])}"})


async def listen(app: Recorder, send: Send) -> None:
    """Take messages, and say nothing, until the peer is gone."""
    while (await app.next())["type"] == "websocket.receive":
        pass


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = True) -> bytes:
    """One client frame; ``rsv`` as the three bits, 4 for RSV1."""
    head = header(opcode, len(payload), fin=fin, rsv=rsv, masked=masked)
    return head + (mask(payload) if masked else payload)


def header(opcode: int, length: int, *, fin: bool = True, rsv: int = 0, masked: bool = True) -> bytes:
    """A frame's header alone, so that it can promise more than comes."""
    first, flag = fin << 7 | rsv << 4 | opcode, masked << 7
    if length < 126:
        head = struct.pack("!BB", first, flag | length)
    elif length < 1 << 16:
        head = struct.pack("!BBH", first, flag | 126, length)
    else:
        head = struct.pack("!BBQ", first, flag | 127, length)
    return head + (MASK if masked else b"")


def mask(payload: bytes) -> bytes:
    return bytes(byte ^ MASK[i % 4] for i, byte in enumerate(payload))


class Raw:
    """A TCP connection to the server under test; every read has a time limit."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def upgrade(self, *headers: bytes) -> bytes:
        """Do the WebSocket handshake; returns the answer's head."""
        self.writer.write(HANDSHAKE + b"".join(name + b"\r\n" for name in headers) + b"\r\n")
        return await self.head()

    async def stalled(self) -> None:
        """Return when the server takes no more of what we sent."""
        waiting = -1
        async with asyncio.timeout(PATIENCE["end"]):
            while waiting != self.writer.transport.get_write_buffer_size():
                waiting = self.writer.transport.get_write_buffer_size()
                await asyncio.sleep(0.1)
        assert waiting > 0

    async def head(self) -> bytes:
        return await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), PATIENCE["answer"])

    def send(self, *parts: bytes) -> None:
        self.writer.write(b"".join(parts))

    async def frame(self, seconds: float | None = None) -> tuple[int, bytes]:
        """The next frame's opcode and payload."""
        async with asyncio.timeout(seconds or PATIENCE["answer"]):
            first, length = await self.reader.readexactly(2)
            if length > 125:
                size = 2 if length == 126 else 8
                length = int.from_bytes(await self.reader.readexactly(size))
            return first & 15, await self.reader.readexactly(length)

    async def close_code(self) -> int:
        """The code of the close frame, which must be the next frame."""
        opcode, payload = await self.frame()
        assert opcode == CLOSE, (opcode, payload)
        return int.from_bytes(payload[:2])

    async def end(self, seconds: float | None = None) -> bytes:
        """What still comes until the server ends its side, which it must do within ``seconds``."""
        return await asyncio.wait_for(self.reader.read(), seconds or PATIENCE["answer"])

    async def gone(self, after: float = 0.0) -> None:
        """The server drops the whole TCP stream ``after`` so many seconds: it takes no more bytes from us."""
        async with asyncio.timeout(after + PATIENCE["end"]):
            while not self.writer.transport.is_closing():
                self.writer.write(b"x")
                await asyncio.sleep(0.05)


@asynccontextmanager
async def raw(port: int) -> AsyncIterator[Raw]:
    reader, writer = await asyncio.open_connection(HOST, port, limit=1 << 20)
    try:
        yield Raw(reader, writer)
    finally:
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


@asynccontextmanager
async def socket(port: int) -> AsyncIterator[Raw]:
    """A WebSocket that is open."""
    async with raw(port) as connection:
        assert (await connection.upgrade()).startswith(b"HTTP/1.1 101")
        yield connection
