"""What is read from the database for a report, of what the jam's own record says."""

from __future__ import annotations

from pathlib import Path

import pytest

from jam.compose import running_engine
from jam.domain.rejections import Rejection
from jam.service.report import build_report
from jam.service.report.read import read_inputs
from tests.guarantees.stage import set_stage
from tests.report.making import renderer

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("zone", ["Europe/London", "Australia/Adelaide", "UTC"])
async def test_a_report_tells_its_times_in_the_zone_that_the_jam_was_made_with(
    tmp_path: Path, zone: str
) -> None:
    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        stage = await set_stage(engine, zone=zone)
        assert not isinstance(await stage.submit(stage.people[0], "c1", "A bench"), Rejection)
        await stage.next_phase("c2", 0)
        inputs = await engine.database.read(lambda c: read_inputs(c, stage.jam_id, 1))
    assert inputs.jam.zone == zone
    page = renderer().html(build_report(inputs), standalone=True).decode()
    assert f"Times are in {zone}." in page
    assert (f" {zone} (" in page) is (zone != "UTC"), "a time in UTC is not told twice"
