"""T13: people notice nothing while slow connections hang on the server in every way that there is.

Each slow one sends its headers or its body byte by byte, stops in the handshake, opens a socket and says
nothing, or enters and never reads; whatever is dropped comes back at once. Nobody is counted by address:
an office of 500 people has one, and behind a proxy everybody has. What bounds a slow connection is time,
and for a person's sockets their number.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from jam.cli.crowd.house import Seat
from jam.domain.commands import SubmitIdea
from jam.domain.names import Role
from jam.domain.rejections import Rejection
from jam.domain.views import Viewer
from jam.live.hub import MAX_SOCKETS
from tests.bad_inputs.open_jam import OpenJam, open_jam
from tests.guarantees.rounds import MOST, ratio
from tests.guarantees.test_g13_sockets import Reader, _until
from tests.guarantees.wire import Wire
from tests.http.support import Raw, raw

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
DRIP_SECONDS = 0.25
HEADERS = b"GET /health HTTP/1.1\r\nHost: t\r\nX: "
BODY = b"POST /api/join HTTP/1.1\r\nHost: %b\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n"

Kind = Callable[[OpenJam, Seat], Awaitable[None]]


async def _drip(connection: Raw, head: bytes) -> None:
    """The head at once, then a byte at a time until the server has had enough."""
    connection.send(head)
    while not connection.writer.transport.is_closing():
        connection.send(b"x")
        await asyncio.sleep(DRIP_SECONDS)


async def _slow_headers(jam: OpenJam, seat: Seat) -> None:
    async with raw(jam.port) as connection:
        await _drip(connection, HEADERS)


async def _slow_body(jam: OpenJam, seat: Seat) -> None:
    async with raw(jam.port) as connection:
        await _drip(connection, BODY % f"127.0.0.1:{jam.port}".encode())


async def _half_a_handshake(jam: OpenJam, seat: Seat) -> None:
    async with raw(jam.port) as connection:
        connection.send(f"GET /jams/{seat.jam}/socket HTTP/1.1\r\nUpgrade: websocket\r\n".encode())
        await connection.end(3_600)


async def _no_hello(jam: OpenJam, seat: Seat) -> None:
    wire = await Wire.open(jam.house, seat)
    try:
        await wire.read_on()
    finally:
        await wire.close()


async def _never_reads(jam: OpenJam, seat: Seat) -> None:
    wire = await Wire.open(jam.house, seat, window=8_192)
    try:
        wire.say({"t": "hello", "version": 1})
        while not wire.writer.transport.is_closing():
            await asyncio.sleep(DRIP_SECONDS)
            wire.say({"t": "beat"})
    finally:
        await wire.close()


KINDS: tuple[Kind, ...] = (_slow_headers, _slow_body, _half_a_handshake, _no_hello, _never_reads)


async def _again_and_again(kind: Kind, jam: OpenJam, seat: Seat) -> None:
    while True:
        with contextlib.suppress(OSError, EOFError, AssertionError):
            await kind(jam, seat)
        await asyncio.sleep(DRIP_SECONDS)


class Author:
    """Puts ideas on record at an even pace, each with the moment in its text."""

    def __init__(self, jam: OpenJam, seat: Seat) -> None:
        self._jam = jam
        org = jam.engine.people.org_id
        self._viewer = Viewer(
            org_id=org, jam_id=jam.id, participant_id=seat.participant, role=Role.PARTICIPANT
        )
        self._written = 0

    async def write(self, ideas: int) -> int:
        """So many ideas; the place of the last one."""
        last = 0
        for _ in range(ideas):
            self._written += 1
            text = f"{time.monotonic()} idea {self._written}"
            command = SubmitIdea(client_id=f"w{self._written}", forum=self._jam.forum, text=text)
            outcome = await self._jam.engine.intake.handle(self._viewer, command)
            assert not isinstance(outcome, Rejection), outcome
            last = int(outcome["seq"])
            await asyncio.sleep(0.005)
        return last


async def _p99(author: Author, readers: list[Reader], ideas: int) -> float:
    for reader in readers:
        reader.took.clear()
    last = await author.write(ideas)
    await _until(lambda: all((reader.wire.cursor or 0) >= last for reader in readers))
    return statistics.quantiles((took for reader in readers for took in reader.took), n=100)[98]


def _established(port: int) -> int:
    """How many connections the server has open, as the kernel counts them."""
    mine = f":{port:04X}"
    lines = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return sum(fields[1].endswith(mine) and fields[3] == "01" for fields in lines)


async def _ratio(folder: Path, slow: int, people: int, ideas: int) -> float:
    """How much longer the p99 of honest readers is beside ``slow`` slow connections."""
    async with open_jam(folder) as jam, asyncio.TaskGroup() as tasks:
        readers = [Reader(await jam.enter(await jam.join(f"Reader {n}"))) for n in range(people)]
        seats = [await jam.join(f"Slow {n}") for n in range(slow // MAX_SOCKETS)]
        author = Author(jam, await jam.join("Author"))
        reading = [tasks.create_task(reader.run()) for reader in readers]
        for reader in readers:
            reader.gate.set()

        async def alone() -> float:
            await _until(lambda: _established(jam.port) <= people + 1)  # and the one that asked people in
            return await _p99(author, readers, ideas)

        async def beside() -> float:
            before = _established(jam.port)
            hanging = [
                tasks.create_task(_again_and_again(KINDS[n % len(KINDS)], jam, seats[n // MAX_SOCKETS]))
                for n in range(slow)
            ]
            try:
                await _until(lambda: _established(jam.port) >= before + slow)
                return await _p99(author, readers, ideas)
            finally:
                for task in hanging:
                    task.cancel()
                await asyncio.wait(hanging)

        found = await ratio(alone, beside)
        for task in reading:
            task.cancel()
    return found


async def test_t13_fifty_slow_connections_delay_nobody(tmp_path: Path) -> None:
    assert await _ratio(tmp_path, slow=50, people=10, ideas=40) <= MOST


@pytest.mark.full
async def test_t13_five_hundred_slow_connections_delay_nobody(tmp_path: Path) -> None:
    assert await _ratio(tmp_path, slow=500, people=20, ideas=100) <= MOST
