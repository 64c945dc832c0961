"""Coming in by code, more than once at a time: one person is one participant, under one name."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jam.compose import running_engine
from jam.domain.names import Audience
from jam.domain.records import Participant
from jam.domain.rejections import Rejection
from jam.service.people import Joined
from jam.store.rows import TABLES, fetch
from tests.guarantees.stage import set_stage

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("handles", [("Ann", "Ann"), ("Ann", "Anne"), ("Ann",) * 5], ids=len)
async def test_a_button_pressed_twice_at_once_makes_one_participant(
    tmp_path: Path, handles: tuple[str, ...]
) -> None:
    """The browser has a session from another jam: both requests come with its cookie."""
    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        other, stage = await set_stage(engine, people=0), await set_stage(engine, people=0)
        people, code = engine.people, (await stage.jam()).code
        first = await people.join((await other.jam()).code, "Ann", Audience.CITIZEN, None)
        assert isinstance(first, Joined)
        who = await people.accounts.by_cookie(first.cookie or "")
        outcomes = await asyncio.gather(
            *(people.join(code, handle, Audience.CITIZEN, who) for handle in handles)
        )
        joined = [one for one in outcomes if not isinstance(one, Rejection)]
        assert len(joined) == len(handles), outcomes
        assert len({one.viewer.participant_id for one in joined}) == 1
        assert {one.cookie for one in joined} == {None}
        table = TABLES[Participant].c
        found = await engine.database.read(lambda c: fetch(c, Participant, table.jam_id == stage.jam_id))
        assert len(found) == 2, "the facilitator and one participant"
        assert (await stage.jam()).people == 1
