"""G3: the events of a jam have one order, 1..n without a gap, and every reader meets them in that order.

Two writers on one PostgreSQL database hold the jam's lock for random times, while readers tail the log.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from jam.compose import running_engine
from jam.domain.rejections import Rejection
from jam.service.writer import Also
from jam.store import log
from tests.guarantees.stage import Stage, set_stage

pytestmark = pytest.mark.anyio
LONGEST_SLEEP = 0.05


def _sleeping(seconds: float) -> Also:
    """Keeps a transaction open, under the jam's lock, after its rows were written."""

    def work(connection: Connection) -> None:
        connection.exec_driver_sql(f"SELECT pg_sleep({seconds:.4f})")

    return work


async def _tail(stage: Stage, done: asyncio.Event) -> list[int]:
    """Read the log as it grows; the places in the order in which they were met."""
    met: list[int] = []
    last_look = False
    while True:
        after = met[-1] if met else 0
        page, _ = await stage.engine.database.read(lambda c: log.read(c, stage.jam_id, after))  # noqa: B023
        met += [seen.event.seq for seen in page]
        if last_look and not page:
            return met
        last_look = done.is_set()


async def _write(nodes: Sequence[Stage], number: int, chance: random.Random, *, sleep: bool) -> int:
    stage = nodes[number % len(nodes)]
    who = stage.people[number % len(stage.people)]
    also = _sleeping(chance.uniform(0, LONGEST_SLEEP)) if sleep and number % 4 == 0 else None
    outcome = await stage.submit(who, f"w-{number}", f"Idea {number}", also)
    assert not isinstance(outcome, Rejection), outcome
    return int(outcome["seq"])


async def _order(url: str, engines: int, commands: int, *, sleep: bool) -> None:
    chance = random.Random(3)
    async with AsyncExitStack() as stack:
        running = [await stack.enter_async_context(running_engine(url)) for _ in range(engines)]
        stage = await set_stage(running[0], people=8)
        nodes = [stage.on(engine) for engine in running]
        done = asyncio.Event()
        tails = [asyncio.create_task(_tail(node, done)) for node in nodes]
        taken: list[int] = []
        for start in range(0, commands, 40):
            part = range(start, min(start + 40, commands))
            taken += await asyncio.gather(*(_write(nodes, n, chance, sleep=sleep) for n in part))
        head = (await stage.jam()).last_seq
        done.set()
        met = await asyncio.gather(*tails)
    for one in met:  # Themes come on record by themselves, also after the last look at the log's end.
        assert len(one) >= head
        assert one == list(range(1, len(one) + 1))
    assert len(set(taken)) == commands


async def test_g3_readers_meet_every_event_in_order_on_sqlite(tmp_path: Path) -> None:
    await _order(f"sqlite:///{tmp_path}/jam.db", engines=1, commands=400, sleep=False)


async def test_g3_readers_meet_every_event_in_order_while_two_writers_dawdle(postgres_url: str) -> None:
    await _order(postgres_url, engines=2, commands=160, sleep=True)


@pytest.mark.full
async def test_g3_two_thousand_commands_of_two_writers_that_dawdle(postgres_url: str) -> None:
    await _order(postgres_url, engines=2, commands=2_000, sleep=True)
