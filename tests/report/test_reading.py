"""Shows that what many people ask for at the same second is made once, and anew when it has changed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jam.compose import running_engine
from jam.domain.rejections import Rejection
from jam.service import reporting
from jam.service.latest import Latest
from tests.guarantees.stage import set_stage
from tests.patience import GROUPING

pytestmark = pytest.mark.anyio


class Maker:
    """Makes numbers, one after the other, and waits to be let on before each."""

    def __init__(self) -> None:
        self.made = 0
        self.on = asyncio.Event()

    async def __call__(self) -> int:
        await self.on.wait()
        self.made += 1
        return self.made


async def test_a_thousand_who_ask_at_once_get_one_value_that_was_made_once() -> None:
    latest, make = Latest[int](2), Maker()
    asked = [asyncio.create_task(latest.get("jam", 1, make)) for _ in range(1_000)]
    await asyncio.sleep(0)
    make.on.set()
    assert set(await asyncio.gather(*asked)) == {1}
    assert make.made == 1


async def test_another_source_is_made_anew_and_the_oldest_name_is_forgotten() -> None:
    latest, make = Latest[int](2), Maker()
    make.on.set()
    assert [await latest.get("a", source, make) for source in (1, 1, 2)] == [1, 1, 2]
    for name in ("b", "c"):
        await latest.get(name, 1, make)
    assert await latest.get("c", 1, make) == 4
    assert await latest.get("a", 2, make) == 5


async def test_when_the_one_who_makes_it_is_cancelled_the_next_in_line_does() -> None:
    latest, make = Latest[int](2), Maker()
    first, second = (asyncio.create_task(latest.get("jam", 1, make)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    make.on.set()
    assert await second == 1
    assert first.cancelled()


@pytest.mark.slow
async def test_readers_of_a_report_at_the_same_second_compute_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = []
    build = reporting.build_report
    monkeypatch.setattr(reporting, "build_report", lambda given: computed.append(1) or build(given))
    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        stage = await set_stage(engine)
        await stage.submit(stage.people[0], "one", "A bench by the river")
        await stage.next_phase("end", 0)
        async with asyncio.timeout(GROUPING):
            while isinstance(await engine.reports.read(stage.jam_id), Rejection):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        engine.reports._read._kept.clear()
        computed.clear()
        reports = await asyncio.gather(*(engine.reports.read(stage.jam_id) for _ in range(50)))
        assert (len(computed), len(set(map(id, reports)))) == (1, 1)
        report = reports[0]
        assert not isinstance(report, Rejection)
        pages = await asyncio.gather(*(engine.reports.html(report, "/r") for _ in range(20)))
        assert len(set(map(id, pages))) == 1
