"""A person's connection byte by byte: a WebSocket or one HTTP request over plain TCP, with every byte kept.

Why: what may not reach a person may not reach them in any form, so it is looked for in the bytes; and a
client library would never stop reading on purpose.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from jam.cli.crowd.house import House, Seat
from tests.http.support import CLOSE, TEXT
from tests.http.support import frame as client_frame
from tests.patience import PATIENCE

WINDOW = 8_192
"""How much of what a deaf reader is sent its own kernel takes, in bytes."""


@dataclass
class Wire:
    """An open WebSocket. ``received`` holds every byte that came, the handshake's answer included.

    Whoever reads answers heartbeats, as every client must.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    received: bytearray = field(default_factory=bytearray)
    code: int | None = None
    reason: str = ""
    cursor: int | None = None
    epoch: str | None = None

    @staticmethod
    async def open(house: House, seat: Seat, *, window: int | None = None, port: int | None = None) -> Wire:
        """Connect and shake hands; ``window`` is how much the kernel may take unread, in bytes."""
        parts = urlsplit(house.url)
        connection = socket.socket()
        connection.setblocking(False)
        if window:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        address = (parts.hostname or "", port or parts.port or 80)
        await asyncio.get_running_loop().sock_connect(connection, address)
        reader, writer = await asyncio.open_connection(sock=connection, limit=window or 2**16)
        wire = Wire(reader, writer)
        head = {
            "Host": parts.netloc,
            "Origin": house.origin,
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version": "13",
            **seat.headers(),
        }
        writer.write(_request("GET", f"/jams/{seat.jam}/socket", head))
        answer = await wire._until(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 101"), answer
        return wire

    async def hello(self, *, resume: bool = False) -> dict[str, Any]:
        """Say hello, with the last cursor if asked; the welcome."""
        self.say(
            {"t": "hello", "version": 1, **({"cursor": self.cursor, "epoch": self.epoch} if resume else {})}
        )
        welcome = await self.next()
        assert welcome["t"] == "welcome", welcome
        self.epoch = welcome["epoch"]
        return welcome

    def say(self, frame: dict[str, Any]) -> None:
        """Send one frame."""
        self.writer.write(client_frame(TEXT, json.dumps(frame).encode()))

    async def next(self) -> dict[str, Any]:
        """The next text frame. Raises ``EOFError`` when the server ends the socket; then see ``code``."""
        async with asyncio.timeout(PATIENCE):
            opcode, payload = await self._frame()
        if opcode == CLOSE:
            self.code = int.from_bytes(payload[:2])
            raise EOFError(f"closed {self.code}")
        frame: dict[str, Any] = json.loads(payload)
        if frame["t"] in ("batch", "snapshot"):
            self.cursor = frame["cursor"]
        return frame

    async def read_on(self) -> None:
        """Read until the server ends the socket, or until cancelled."""
        try:
            while True:
                opcode, payload = await self._frame()
                if opcode == CLOSE:
                    self.code, self.reason = int.from_bytes(payload[:2]), payload[2:].decode()
                    return
                if b'"cursor"' in payload:
                    self.cursor = json.loads(payload).get("cursor", self.cursor)
        except (EOFError, OSError):
            return

    async def until_cursor(self, seq: int) -> None:
        """Read until everything up to ``seq`` has come."""
        while (self.cursor or 0) < seq:
            await self.next()

    async def close(self) -> None:
        """Drop the connection without a word."""
        await drop(self.writer)

    async def _frame(self) -> tuple[int, bytes]:
        first, length = await self._exactly(2)
        if length > 125:
            length = int.from_bytes(await self._exactly(2 if length == 126 else 8))
        payload = await self._exactly(length)
        if payload.startswith(b'{"t":"heartbeat"'):
            self.say({"t": "beat"})
        return first & 15, payload

    async def _exactly(self, number: int) -> bytes:
        taken = await self.reader.readexactly(number)
        self.received += taken
        return taken

    async def _until(self, end: bytes) -> bytes:
        async with asyncio.timeout(PATIENCE):
            taken = await self.reader.readuntil(end)
        self.received += taken
        return taken


async def ask(house: House, method: str, path: str, headers: dict[str, str], body: Any = None) -> bytes:
    """One HTTP request; the whole answer, head and body, as bytes."""
    parts = urlsplit(house.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    payload = b"" if body is None else json.dumps(body).encode()
    head = {"Host": parts.netloc, "Connection": "close", "Origin": house.origin, **headers}
    if body is not None:
        head |= {"Content-Type": "application/json", "Content-Length": str(len(payload))}
    try:
        writer.write(_request(method, path, head) + payload)
        async with asyncio.timeout(PATIENCE):
            return await reader.read()
    finally:
        await drop(writer)


async def drop(writer: asyncio.StreamWriter) -> None:
    """End a connection at once, and wait until the loop has forgotten it."""
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def _request(method: str, path: str, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
