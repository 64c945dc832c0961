"""The hostile client of ``joins``: guesses codes, and writes to a socket without reading, until told to end.

A process of its own, so that what it costs itself is not counted as the server's. Prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import sys
import time
from typing import Any
from urllib.parse import urlsplit

from figures import percentile

CONNECTIONS = 32
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
MASK = b"\0\0\0\0"


class Flooder:
    """What it did so far, and what became of it."""

    def __init__(self, asked: dict[str, Any]) -> None:
        parts = urlsplit(asked["url"])
        self.asked = asked
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.begun = time.monotonic()
        self.times: list[float] = []
        self.hits = self.written = 0
        self.socket_ended = 0.0

    async def guess(self) -> None:
        """One connection after the other, each as long as the server keeps it, a guess at a time."""
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection(self.host, self.port)
                try:
                    while True:
                        await self._guess_once(reader, writer)
                finally:
                    writer.close()
            await asyncio.sleep(0.01)

    async def _guess_once(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        code = "".join(secrets.choice(ALPHABET) for _ in range(8))
        body = json.dumps({"code": code, "handle": "Bot"}).encode()
        begun = time.monotonic()
        writer.write(
            self._head("POST /api/join", "Content-Type: application/json", f"Content-Length: {len(body)}")
        )
        writer.write(body)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        await reader.readexactly(length)
        self.hits += b" 201 " in head.split(b"\r\n")[0]
        self.times.append(1000 * (time.monotonic() - begun))

    def _head(self, what: str, *lines: str) -> bytes:
        host = f"Host: {self.host}:{self.port}"
        origin = f"Origin: http://{self.host}:{self.port}"
        return "\r\n".join([f"{what} HTTP/1.1", host, origin, *lines, "", ""]).encode()

    async def shout(self) -> None:
        """Say hello once, then ideas for ever, and read nothing after the handshake."""
        reader, writer = await asyncio.open_connection(self.host, self.port, limit=1024)
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        more = ("Connection: Upgrade", "Upgrade: websocket", key, "Sec-WebSocket-Version: 13")
        writer.write(
            self._head(f"GET /jams/{self.asked['jam']}/socket", *more, f"Cookie: {self.asked['cookie']}")
        )
        await reader.readuntil(b"\r\n\r\n")
        writer.write(_frame({"t": "hello", "version": 1}))
        try:
            while True:
                idea = {"t": "submit_idea", "client_id": f"f{self.written}", "forum": self.asked["forum"]}
                writer.write(_frame({**idea, "text": "Flood"}))
                await writer.drain()
                self.written += 1
                if self.written % 100 == 0:
                    await asyncio.sleep(0)
        except OSError:
            self.socket_ended = time.monotonic() - self.begun

    def told(self) -> dict[str, Any]:
        seconds = time.monotonic() - self.begun
        return {
            "guesses": len(self.times),
            "guesses_per_second": len(self.times) / seconds,
            "guess_ms": {"p50": percentile(self.times, 50), "p99": percentile(self.times, 99)},
            "hits": self.hits,
            "written": self.written,
            "socket_ended_s": self.socket_ended,
        }


def _frame(command: dict[str, Any]) -> bytes:
    payload = json.dumps(command).encode()
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2)
    return b"\x81" + length + MASK + payload


async def main() -> None:
    flooder = Flooder(json.loads(sys.argv[1]))
    tasks = [asyncio.create_task(flooder.guess()) for _ in range(CONNECTIONS)]
    tasks.append(asyncio.create_task(flooder.shout()))
    await asyncio.to_thread(sys.stdin.readline)
    for task in tasks:
        task.cancel()
    print(json.dumps(flooder.told()))


if __name__ == "__main__":
    asyncio.run(main())
