"""T13: people notice nothing while slow connections hang on the server in every way that there is.

Each slow one sends its headers or its body byte by byte, stops in the handshake, opens a socket and says
nothing, or enters and never reads; whatever is dropped comes back at once. Nobody is counted by address:
an office of 500 people has one, and behind a proxy everybody has. What bounds a slow connection is time,
and for a person's sockets their number.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from contextlib import AsyncExitStack
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
from tests.threats.slow_clients import slow_clients

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


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
    async with AsyncExitStack() as stack:
        jam = await stack.enter_async_context(open_jam(folder))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        readers = [Reader(await jam.enter(await jam.join(f"Reader {n}"))) for n in range(people)]
        seats = [await jam.join(f"Slow {n}") for n in range(slow // MAX_SOCKETS)]
        clients = await stack.enter_async_context(slow_clients(jam.house.url, seats, slow))
        author = Author(jam, await jam.join("Author"))
        reading = [tasks.create_task(reader.run()) for reader in readers]
        for reader in readers:
            reader.gate.set()

        async def alone() -> float:
            await _until(lambda: _established(jam.port) <= people + 1)  # and the one that asked people in
            return await _p99(author, readers, ideas)

        async def beside() -> float:
            async with clients.hanging():
                await _until(lambda: _established(jam.port) >= people + slow)
                await author.write(ideas)  # what hangs is measured, not how it came: that is F13
                return await _p99(author, readers, ideas)

        found = await ratio(alone, beside)
        for task in reading:
            task.cancel()
    return found


@pytest.mark.alone
async def test_t13_fifty_slow_connections_delay_nobody(tmp_path: Path) -> None:
    assert await _ratio(tmp_path, slow=50, people=10, ideas=40) <= MOST


@pytest.mark.full
@pytest.mark.alone
async def test_t13_five_hundred_slow_connections_delay_nobody(tmp_path: Path) -> None:
    assert await _ratio(tmp_path, slow=500, people=20, ideas=100) <= MOST
