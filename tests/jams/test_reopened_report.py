"""A report that was made from a jam closed by mistake stays as an earlier version."""

from __future__ import annotations

import asyncio
import functools
import sys
from pathlib import Path

import pytest

from jam import compose
from jam.compose import running_engine
from jam.domain.commands import CloseJam, ReopenJam
from jam.domain.rejections import Rejection
from jam.service.report import Report
from jam.service.theming import ThemingChild
from tests.guarantees.stage import Stage, set_stage
from tests.patience import GROUPING

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
NO_THEMES = (sys.executable, "-c", "raise SystemExit(1)")


async def _version(stage: Stage, version: int) -> Report:
    """The report as soon as it has this version."""
    async with asyncio.timeout(GROUPING):
        while True:
            report = await stage.engine.reports.read(stage.jam_id)
            if isinstance(report, Report) and report.version == version:
                return report
            await asyncio.sleep(0.05)


async def _steer(stage: Stage, command: CloseJam | ReopenJam) -> None:
    assert not isinstance(await stage.give(stage.lead, command), Rejection)


async def test_a_jam_that_was_reopened_gets_its_next_report_at_its_next_bell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compose, "ThemingChild", functools.partial(ThemingChild, NO_THEMES))
    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        stage = await set_stage(engine)
        assert not isinstance(await stage.submit(stage.people[0], "a", "Before"), Rejection)
        await _steer(stage, CloseJam(client_id="c1"))
        first = await _version(stage, 1)
        await _steer(stage, ReopenJam(client_id="c2"))
        assert not isinstance(await stage.submit(stage.people[1], "b", "After"), Rejection)
        again = await engine.reports.read(stage.jam_id)
        assert isinstance(again, Report)
        assert (again.version, again.method.at_seq) == (1, first.method.at_seq)
        assert (await engine.reports.state(stage.jam_id))["state"] == "ready"
        await _steer(stage, CloseJam(client_id="c3"))
        second = await _version(stage, 2)
        assert (len(first.lines), len(second.lines)) == (1, 2)
        published = await stage.events("report_published")
        assert [event.data["version"] for event in published] == [1, 2]
