"""snapshot@k + events k+1..n == snapshot@n, for random commands, every role, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from jam.compose import Engine, running_engine
from jam.domain.chain import first_broken
from jam.domain.names import Status
from jam.domain.records import Event, Idea, Jam
from jam.store.rows import TABLES, fetch
from tests.fakes import FakeClock
from tests.law.random_jam import RandomJam, play

pytestmark = pytest.mark.anyio
STEPS = 60


async def _play_all(url: str, commands: int, first_seed: int) -> int:
    clock, given, accepted, seed = FakeClock(), 0, 0, first_seed
    async with running_engine(url, clock=clock) as engine:
        while given < commands:
            jam = await play(engine, clock, seed, STEPS)
            await _check_books(engine, jam)
            given += jam.commands
            accepted += jam.accepted
            seed += 1
    print(f"{given} commands, {accepted} accepted, {seed - first_seed} jams")
    assert accepted > given / 5, "too little happened to show anything"
    return given


async def _check_books(engine: Engine, played: RandomJam) -> None:
    """Totals equal the rows, the log has no gap, and its hash chain holds."""
    idea, event = TABLES[Idea], TABLES[Event]

    def work(connection):  # type: ignore[no-untyped-def]
        jam = fetch(connection, Jam, TABLES[Jam].c.id == played.jam.id)[0]
        shown = select(func.count()).where(idea.c.jam_id == jam.id, idea.c.status == Status.PUBLISHED)
        ideas = connection.execute(shown.where(idea.c.reply_to.is_(None))).scalar()
        replies = connection.execute(shown.where(idea.c.reply_to.is_not(None))).scalar()
        log = fetch(connection, Event, event.c.jam_id == jam.id, order_by=event.c.seq)
        return jam, ideas, replies, log

    jam, ideas, replies, log = await engine.database.read(work)
    assert (jam.ideas, jam.replies) == (ideas, replies)
    assert [one.seq for one in log] == list(range(1, jam.last_seq + 1))
    assert first_broken((one.chained(), bytes.fromhex(one.hash)) for one in log) is None
    assert log[-1].hash == jam.head


async def test_snapshot_and_events_equal_a_fresh_snapshot_on_sqlite(tmp_path: Path) -> None:
    await _play_all(f"sqlite:///{tmp_path}/jam.db", 600, first_seed=1)


@pytest.mark.slow
async def test_snapshot_and_events_equal_a_fresh_snapshot_on_postgresql(postgres_url: str) -> None:
    await _play_all(postgres_url, 600, first_seed=500)


@pytest.mark.full
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_the_law_holds_over_ten_thousand_commands(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/jam.db"
    if database == "postgresql":
        url = request.getfixturevalue("postgres_url")
    assert await _play_all(url, 10_000, first_seed=1_000) >= 10_000
