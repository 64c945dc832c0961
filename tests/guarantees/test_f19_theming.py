"""F19 and F20: what theming costs is not paid by people who are connected. A theming process that is killed,
or that may not have the memory it needs, costs at most the themes: the report still comes. And while it
works on many ideas, the server's own loop does not stand still.
"""

from __future__ import annotations

import asyncio
import functools
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from jam import compose
from jam.compose import running_engine
from jam.domain.rejections import Rejection
from jam.service.report import Report
from jam.service.theming import CHILD, ThemingChild
from tests.guarantees.stage import Stage, set_stage
from tests.patience import PATIENCE

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
SECONDS = 120.0
PLACES = ("the river", "the market square", "the old mill", "the school", "the station", "the library")
WISHES = ("benches", "street lights", "a later bus", "more trees", "a safe crossing", "a play area", "bins")
LAG, STALL = 0.05, 0.5
EVERY = 0.01


def _text(number: int) -> str:
    wish, place = WISHES[number % len(WISHES)], PLACES[number // len(WISHES) % len(PLACES)]
    return f"We would like {wish} near {place}, suggestion {number}"


@asynccontextmanager
async def _jam(tmp_path: Path, ideas: int) -> AsyncIterator[Stage]:
    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        stage = await set_stage(engine, people=10)
        for start in range(0, ideas, 200):
            numbers = range(start, min(start + 200, ideas))
            people = stage.people
            sent = (stage.submit(people[n % len(people)], f"i{n}", _text(n)) for n in numbers)
            assert not any(isinstance(outcome, Rejection) for outcome in await asyncio.gather(*sent))
        yield stage


async def _report(stage: Stage) -> Report:
    """Ring the last writing bell and wait for the report."""
    listener = stage.engine.bus.listen()
    assert not isinstance(await stage.next_phase("end", 0), Rejection)
    async with asyncio.timeout(SECONDS):
        while isinstance(report := await stage.engine.reports.read(stage.jam_id), Rejection):
            await anext(listener)
    return report


def _child(monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    monkeypatch.setattr(compose, "ThemingChild", functools.partial(ThemingChild, command))


def _python(source: str) -> tuple[str, ...]:
    return (sys.executable, "-c", source)


async def test_f19_without_memory_for_themes_the_report_still_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starve = "import os, resource, sys; resource.setrlimit(resource.RLIMIT_AS, (150 << 20,) * 2); "
    _child(monkeypatch, _python(starve + f"os.execv(sys.executable, {list(CHILD)!r})"))
    async with _jam(tmp_path, 40) as stage:
        report = await _report(stage)
        assert len(report.lines) == 40
        assert len(await stage.events("report_published")) == 1
        assert await stage.events("themes_published") == []


async def test_f19_a_theming_process_that_is_killed_every_time_costs_the_themes_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _child(monkeypatch, _python("import os, signal, sys; sys.stdin.buffer.read(4); os.kill(os.getpid(), 9)"))
    async with _jam(tmp_path, 40) as stage:
        await _report(stage)
        assert await stage.events("themes_published") == []
        # And the jam itself never noticed.
        assert (await stage.state(stage.people[0])).totals.ideas == 40


async def test_f19_a_theming_process_that_is_killed_once_is_replaced_and_the_themes_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "killed"
    die_once = (
        "import os, pathlib, sys; mark = pathlib.Path(sys.argv[1]); killed = mark.exists(); mark.touch(); "
    )
    die_once += "killed or (sys.stdin.buffer.read(4), os.kill(os.getpid(), 9)); "
    die_once += f"os.execv(sys.executable, {list(CHILD)!r})"
    _child(monkeypatch, (*_python(die_once), str(mark)))
    async with _jam(tmp_path, 60) as stage:
        await _report(stage)
        assert mark.exists()
        # A slow machine may have got to live themes before the bell; the final ones come once.
        finals = [one.data for one in await stage.events("themes_published") if one.data["final"]]
        assert [one["fell_back"] for one in finals] == [False]


class Lags:
    """For how long this process worked at a stretch, in seconds, while its loop should have gone on.

    Where other work takes the machine's processors, the loop is later than that without any fault of the
    server's; how late it is on a quiet machine is measured by ``scripts/bench``.
    """

    def __init__(self) -> None:
        self.own: list[float] = []

    async def measure(self, over: asyncio.Event) -> None:
        while not over.is_set():
            began, worked = time.monotonic(), time.process_time()
            await asyncio.sleep(EVERY)
            late = time.monotonic() - began - EVERY
            self.own.append(min(late, time.process_time() - worked))

    def check(self) -> None:
        p99 = statistics.quantiles(self.own, n=100)[98]
        assert p99 <= LAG, f"p99 {p99 * 1000:.0f} ms"
        assert max(self.own) <= STALL, f"once {max(self.own) * 1000:.0f} ms"


async def _lags_while_theming(tmp_path: Path, ideas: int) -> Lags:
    """The loop's lags while the themes and the report are made."""
    async with _jam(tmp_path, ideas) as stage:
        lags, over = Lags(), asyncio.Event()
        measuring = asyncio.create_task(lags.measure(over))
        await _report(stage)
        over.set()
        await measuring
        assert [event.data["final"] for event in await stage.events("themes_published")][-1]
        return lags


async def test_f20_the_loop_does_not_stand_still_while_many_ideas_are_grouped(tmp_path: Path) -> None:
    (await _lags_while_theming(tmp_path, 300)).check()


async def test_f20_a_theming_process_that_hangs_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "reached"
    hang = "import pathlib, sys, time; sys.stdin.buffer.read(4); pathlib.Path(sys.argv[1]).touch(); "
    hang += f"time.sleep({2 * PATIENCE})"  # Ends, so that a loop that waits for it fails this test.
    _child(monkeypatch, (*_python(hang), str(mark)))
    async with _jam(tmp_path, 40) as stage:
        async with asyncio.timeout(PATIENCE):
            while not mark.exists():  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            sent = (stage.submit(stage.people[n % 10], f"l{n}", _text(n)) for n in range(40, 240))
            assert not any(isinstance(outcome, Rejection) for outcome in await asyncio.gather(*sent))
            assert (await stage.state(stage.people[0])).totals.ideas == 240
            assert await stage.events("themes_published") == []


@pytest.mark.full
async def test_f20_the_loop_does_not_stand_still_while_ten_thousand_ideas_are_grouped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "SECONDS", 900.0)
    (await _lags_while_theming(tmp_path, 10_000)).check()
