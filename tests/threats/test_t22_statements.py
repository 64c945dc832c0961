"""T22: a statement that would keep the database busy is given up after two seconds."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy.engine import Connection

from jam.compose import Engine, running_engine
from jam.domain.rejections import Rejection
from jam.service.records import export
from jam.service.removing import remove_jam
from jam.service.report.read import read_inputs
from jam.store import engine as store_engine
from jam.store.engine import DATABASE_ERRORS, unhurried
from jam.store.opening import state_of
from jam.store.schema import upgrade
from tests.guarantees.stage import set_stage

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
GIVEN_UP = "57014"


SHIPPED = store_engine.STATEMENT_SECONDS


@pytest.fixture
async def engine(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Engine]:
    monkeypatch.setattr(store_engine, "STATEMENT_SECONDS", SHIPPED)
    async with running_engine(postgres_url) as running:
        yield running


def sleep(connection: Connection) -> None:
    connection.exec_driver_sql("SELECT pg_sleep(60)")


def limit(connection: Connection) -> str:
    return str(connection.exec_driver_sql("SHOW statement_timeout").scalar())


async def test_t22_a_statement_is_given_up_after_two_seconds_whether_it_reads_or_writes(
    engine: Engine,
) -> None:
    for way in (engine.database.read, engine.database.write):
        begun = time.monotonic()
        with pytest.raises(DATABASE_ERRORS) as refused:
            await way(sleep)
        assert state_of(refused.value) == GIVEN_UP
        assert 1.9 <= time.monotonic() - begun < 30
        assert await way(limit) == "2s", "the next transaction is as it was"


async def test_t22_what_needs_a_whole_jam_has_minutes_and_the_next_transaction_has_not(
    engine: Engine,
) -> None:
    stage = await set_stage(engine)
    for index in range(2):
        assert not isinstance(await stage.next_phase(f"c{index}", index), Rejection)
    clock = engine.intake.clock
    works: list[Callable[[Connection], object]] = [
        unhurried,
        lambda c: list(export(c, stage.jam_id)),
        lambda c: read_inputs(c, stage.jam_id, 1),
        upgrade,
        lambda c: remove_jam(c, stage.jam_id, stage.org_id, clock),
    ]
    for work in works:

        def and_then(connection: Connection, work: Callable[[Connection], object] = work) -> str:
            work(connection)
            return limit(connection)

        assert await engine.database.write(and_then) == "5min"
        assert await engine.database.write(limit) == "2s"
