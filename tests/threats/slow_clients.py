"""Connections that are slow in every way that there is, from a process of their own: T13 stands on them.

Why a process: on the server's own loop their work would be taken for the server's. It is started as
``python -m tests.threats.slow_clients URL SLOW SEAT…`` (a seat as JSON), hangs on the server at one line of
its input, lets go at the next, and ends when its input does.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from urllib.parse import urlsplit

from jam.cli.crowd.house import House, Seat
from jam.live.hub import MAX_SOCKETS
from tests.guarantees.wire import Wire
from tests.http.support import Raw, raw

DRIP_SECONDS = 0.25
HEADERS = b"GET /health HTTP/1.1\r\nHost: t\r\nX: "
BODY = b"POST /api/join HTTP/1.1\r\nHost: %b\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n"

Kind = Callable[[House, Seat], Awaitable[None]]


class SlowClients:
    """The process, which waits until it is told to hang on the server."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @asynccontextmanager
    async def hanging(self) -> AsyncIterator[None]:
        """All of them hang on the server as long as the block runs."""
        self._turn()
        try:
            yield
        finally:
            self._turn()

    def _turn(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")


@asynccontextmanager
async def slow_clients(url: str, seats: list[Seat], slow: int) -> AsyncIterator[SlowClients]:
    """So many slow connections to the server at ``url``, whenever they are wanted within the block."""
    told = [sys.executable, "-m", "tests.threats.slow_clients", url, str(slow)]
    told += [json.dumps(asdict(seat)) for seat in seats]
    process = await asyncio.create_subprocess_exec(*told, stdin=asyncio.subprocess.PIPE)
    try:
        yield SlowClients(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _drip(connection: Raw, head: bytes) -> None:
    """The head at once, then a byte at a time until the server has had enough."""
    connection.send(head)
    while not connection.writer.transport.is_closing():
        connection.send(b"x")
        await asyncio.sleep(DRIP_SECONDS)


async def _slow_headers(house: House, seat: Seat) -> None:
    async with raw(_port(house)) as connection:
        await _drip(connection, HEADERS)


async def _slow_body(house: House, seat: Seat) -> None:
    async with raw(_port(house)) as connection:
        await _drip(connection, BODY % f"127.0.0.1:{_port(house)}".encode())


async def _half_a_handshake(house: House, seat: Seat) -> None:
    async with raw(_port(house)) as connection:
        connection.send(f"GET /jams/{seat.jam}/socket HTTP/1.1\r\nUpgrade: websocket\r\n".encode())
        await connection.end(3_600)


async def _no_hello(house: House, seat: Seat) -> None:
    wire = await Wire.open(house, seat)
    try:
        await wire.read_on()
    finally:
        await wire.close()


async def _never_reads(house: House, seat: Seat) -> None:
    wire = await Wire.open(house, seat, window=8_192)
    try:
        wire.say({"t": "hello", "version": 1})
        while not wire.writer.transport.is_closing():
            await asyncio.sleep(DRIP_SECONDS)
            wire.say({"t": "beat"})
    finally:
        await wire.close()


KINDS: tuple[Kind, ...] = (_slow_headers, _slow_body, _half_a_handshake, _no_hello, _never_reads)


async def _again_and_again(kind: Kind, house: House, seat: Seat) -> None:
    while True:
        with contextlib.suppress(OSError, EOFError, AssertionError):
            await kind(house, seat)
        await asyncio.sleep(DRIP_SECONDS)


def _port(house: House) -> int:
    return urlsplit(house.url).port or 0


async def main(url: str, slow: int, seats: list[Seat]) -> None:
    """Hang on the server from each odd line of our own input to the next, until it ends."""
    house = House(url)
    while await asyncio.to_thread(sys.stdin.readline):
        hanging = [
            asyncio.ensure_future(_again_and_again(KINDS[n % len(KINDS)], house, seats[n // MAX_SOCKETS]))
            for n in range(slow)
        ]
        await asyncio.to_thread(sys.stdin.readline)
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(sys.argv[1], int(sys.argv[2]), [Seat(**json.loads(one)) for one in sys.argv[3:]]))
