"""Shows how the themes of a running jam follow its log: from the 12th idea, with every correction, through
the death of the server and of the theming process, to the final themes at the bell.

Where: a real engine on SQLite and a real theming process with a quick model.
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select

from jam.domain.commands import Moderate
from jam.domain.names import Role, Rule, Verdict
from jam.domain.rejections import Rejection
from jam.domain.theme_commands import KeepApart, MoveIdeas, RenameTheme
from jam.domain.theme_views import SplitProposal
from jam.service import jam_themes
from jam.store.theme_tables import ThemeMapTable
from tests.guarantees.stage import enter
from tests.patience import PATIENCE
from tests.themes.live_stage import (
    FEW,
    again,
    body,
    home,
    map_of,
    members,
    merge_two,
    quick_child,
    running_jam,
    send,
    steer,
    until_event,
    until_version,
)

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
_MAP = ThemeMapTable.__table__  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def child(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_child(monkeypatch)


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a pipe holds the next regrouping; see ``quick_child``."""
    path = tmp_path / "gate"
    monkeypatch.setenv("JAM_TEST_GATE", str(path))
    return path


async def test_themes_come_with_the_12th_idea_and_are_provisional(tmp_path: Path) -> None:
    async with running_jam(tmp_path, FEW[:11]) as stage:
        assert await stage.events("themes_published") == []
        ids = await send(stage, FEW[11:12])
        first = await until_version(stage, 1)
        assert not first.final
        assert home(first, ids[0])
        assert len({idea for ids in members(first).values() for idea in ids}) == 12


async def test_a_new_idea_is_put_beside_the_map_at_once_and_into_the_next_one(tmp_path: Path) -> None:
    async with running_jam(tmp_path, FEW[:20]) as stage:
        await until_version(stage, 1)
        (late,) = await send(stage, ["trees-19"])
        placed = await until_event(stage, "ideas_placed", lambda event: late in event.data["places"])
        first = await map_of(stage)
        assert home(first, late) is None
        beside = members(first)[placed.data["places"][late]]
        assert {idea.id for idea in await stage.ideas() if "ree" in str(await stage.text(idea))} & beside
        await send(stage, FEW[20:40])
        version = placed.data["version"]
        assert home(await until_version(stage, version + 1), late)


async def test_many_new_ideas_are_put_beside_the_map_in_several_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jam_themes, "MOST_PLACES", 4)
    async with running_jam(tmp_path, FEW[:12]) as stage:
        await until_version(stage, 1)
        late = set(await send(stage, FEW[12:25]))
        placed: set[str] = set()
        while not late <= placed:
            fresh = await until_event(
                stage, "ideas_placed", lambda event: not event.data["places"].keys() <= placed
            )
            assert len(fresh.data["places"]) <= 4
            placed.update(fresh.data["places"])


async def test_what_is_beside_a_map_is_beside_the_next_one_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gate: Path
) -> None:
    """Not a second later: until then it would be in no theme on any screen."""
    async with running_jam(tmp_path, FEW[:12]) as stage:
        first = await until_version(stage, 1)
        (late,) = await send(stage, ["trees-19"])
        await until_event(stage, "ideas_placed", lambda event: late in event.data["places"])
        monkeypatch.setattr(jam_themes, "PLACING_SECONDS", 3_600.0)
        os.mkfifo(gate)
        await merge_two(stage, first)
        placed = await until_event(stage, "ideas_placed", lambda event: event.data["version"] == 2)
        assert late in placed.data["places"]
        waiting = await asyncio.to_thread(gate.open, "wb")  # Opens when the regrouping is there.
        (later,) = await send(stage, ["trees-18"])
        waiting.close()
        placed = await until_event(stage, "ideas_placed", lambda event: event.data["version"] == 3)
        assert placed.data["places"].keys() == {later}


async def test_a_correction_is_followed_at_once_and_kept_when_all_is_grouped_anew(tmp_path: Path) -> None:
    async with running_jam(tmp_path, FEW[:30]) as stage:
        first = await until_version(stage, 1)
        one, another, _ = await merge_two(stage, first)
        second = await until_version(stage, first.version + 1)
        assert second.at_seq == first.at_seq
        assert members(second)[one] >= members(first)[one] | members(first)[another]
        assert another not in members(second)
        third = await until_version(stage, second.version + 1)
        assert third.at_seq > second.at_seq
        assert members(third)[one] >= members(second)[one]


async def test_a_correction_does_not_wait_for_a_regrouping_and_is_not_lost_by_it(
    tmp_path: Path, gate: Path
) -> None:
    async with running_jam(tmp_path, FEW[:15]) as stage:
        first = await until_version(stage, 1)
        os.mkfifo(gate)
        with structlog.testing.capture_logs() as logs:
            await send(stage, FEW[15:40])
            waiting = await asyncio.to_thread(gate.open, "wb")  # Opens when the regrouping is there.
            await asyncio.to_thread(gate.unlink)
            one, another, given = await merge_two(stage, first)
            second = await until_version(stage, first.version + 1)
            assert (second.at_seq, second.corrections_seq) == (first.at_seq, given)
            waiting.close()
            third = await until_version(stage, second.version + 1)
        assert "regrouping_overtaken" in [line["event"] for line in logs]
        assert third.corrections_seq == given
        assert third.at_seq > given
        assert members(third)[one] >= members(second)[one]
        assert another not in members(third)


async def test_an_idea_that_was_hidden_is_in_no_later_map(tmp_path: Path) -> None:
    async with running_jam(tmp_path, FEW[:24]) as stage:
        first = await until_version(stage, 1)
        gone = sorted(idea for ids in members(first).values() for idea in ids)[0]
        version = next(idea.version for idea in await stage.ideas() if idea.id == gone)
        moderator = await enter(stage.engine, stage.jam_id, "Mod", Role.MODERATOR)
        hide = Moderate(client_id="h", idea=gone, version=version, verdict=Verdict.HIDE, rule=Rule.ABUSE)
        assert not isinstance(await stage.give(moderator, hide), Rejection)
        await send(stage, FEW[24:48])
        second = await until_event(stage, "themes_published", lambda event: event.data["version"] > 1)
        assert gone not in (await map_of(stage, second.data["version"])).body


async def test_the_signals_beside_the_themes_are_stored_with_each_map(tmp_path: Path) -> None:
    async with running_jam(tmp_path, FEW) as stage:
        await stage.next_phase("bell", 0)
        last = await until_event(stage, "themes_published", lambda event: event.data["final"])
        rows = await stage.engine.database.read(
            lambda c: c.execute(select(_MAP.c.signals).where(_MAP.c.version == last.data["version"])).all()
        )
        told = {one["kind"] for signals in json.loads(rows[0][0]).values() for one in signals}
        assert "no_costs" in told


async def test_the_final_themes_are_bound_by_what_was_corrected(tmp_path: Path) -> None:
    async with running_jam(tmp_path, FEW[:30]) as stage:
        first = await until_version(stage, 1)
        one, another = list(members(first))[:2]
        moved = sorted(members(first)[one])[:2]
        await steer(stage, MoveIdeas(client_id="m", seen=first.version, ideas=moved, theme=another))
        await steer(stage, RenameTheme(client_id="r", seen=first.version, theme=another, name="Ours"))
        await stage.next_phase("bell", 0)
        bell = (await stage.events("phase_started"))[-1].seq
        last = await until_event(stage, "themes_published", lambda event: event.data["final"])
        final = await map_of(stage, last.data["version"])
        assert final.at_seq >= bell
        assert set(moved) <= members(final)[another]
        assert next(theme["name"] for theme in body(final)["themes"] if theme["id"] == another) == "Ours"


async def test_what_is_kept_apart_after_the_bell_is_apart_in_the_next_final_themes(tmp_path: Path) -> None:
    async with running_jam(tmp_path, FEW[:30]) as stage:
        await stage.next_phase("bell", 0)
        await until_event(stage, "report_published")
        final = await map_of(stage)
        pair = sorted(next(ids for ids in members(final).values() if len(ids) > 1))[:2]
        given = await steer(stage, KeepApart(client_id="k", seen=final.version, ideas=pair))
        await until_event(stage, "report_published", lambda event: event.seq > given["seq"])
        later = await map_of(stage)
        assert (later.final, later.fell_back) == (True, False)
        assert home(later, pair[0]) != home(later, pair[1])
        assert None not in (home(later, pair[0]), home(later, pair[1]))


async def test_a_server_that_was_killed_follows_the_corrections_that_waited(tmp_path: Path) -> None:
    async with running_jam(tmp_path, FEW[:30]) as stage:
        first = await until_version(stage, 1)
    async with again(tmp_path, stage) as after:
        # The follower is given no chance: its server ends right after the correction is on record.
        _, another, _ = await merge_two(after, first)
    async with again(tmp_path, stage) as after:
        second = await until_version(after, first.version + 1)
        assert another not in members(second)


async def test_a_theming_process_that_is_killed_is_told_everything_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "die"
    monkeypatch.setenv("JAM_TEST_DIE_AT", str(mark))
    async with running_jam(tmp_path, FEW[:30]) as stage:
        first = await until_version(stage, 1)
        mark.write_text("Steer")
        _, another, _ = await merge_two(stage, first)
        second = await until_version(stage, first.version + 1)
        assert not mark.exists()
        assert another not in members(second)


async def test_where_the_final_run_dies_the_last_live_map_is_final_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "die"
    monkeypatch.setenv("JAM_TEST_DIE_AT", str(mark))
    async with running_jam(tmp_path, FEW[:30]) as stage:
        await until_version(stage, 1)
        (late,) = await send(stage, ["trees-19"])
        await until_event(stage, "ideas_placed", lambda event: late in event.data["places"])
        mark.write_text("Regroup always")
        await stage.next_phase("bell", 0)
        await until_event(stage, "report_published")
        fallen = await map_of(stage)
        assert (fallen.final, fallen.fell_back) == (True, True)
        assert home(fallen, late)
        mark.unlink()
    async with again(tmp_path, stage) as after:
        better = await until_version(after, fallen.version + 1)
        assert (better.final, better.fell_back) == (True, False)


async def test_a_proposed_split_names_every_idea_of_the_theme_once_and_changes_nothing(
    tmp_path: Path,
) -> None:
    async with running_jam(tmp_path, FEW[:30]) as stage:
        first = await until_version(stage, 1)
        theme = max(members(first), key=lambda one: len(members(first)[one]))
        proposed = await stage.engine.themes.propose_split(stage.jam_id, theme, 2)
        assert isinstance(proposed, SplitProposal)
        assert sorted(idea for part in proposed.parts for idea in part.ideas) == sorted(members(first)[theme])
        gone = await stage.engine.themes.propose_split(stage.jam_id, "t999", 2)
        assert isinstance(gone, Rejection)
        assert gone.code == "theme_gone"
        assert (await map_of(stage)).version == first.version


async def test_what_happens_while_a_finished_jam_is_forgotten_is_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    seen_again = asyncio.Event()
    step, drop = jam_themes.JamThemes.step, jam_themes.JamThemes.drop

    async def stepping(self: jam_themes.JamThemes, tasks: asyncio.TaskGroup) -> float | None:
        if done:
            seen_again.set()
        return await step(self, tasks)

    async def dropping(self: jam_themes.JamThemes) -> None:
        if not done:
            self._wake()  # As when somebody corrects something now.
            done.append(self.jam_id)
        await drop(self)

    monkeypatch.setattr(jam_themes.JamThemes, "step", stepping)
    monkeypatch.setattr(jam_themes.JamThemes, "drop", dropping)
    async with running_jam(tmp_path, FEW[:20]) as stage:
        await until_version(stage, 1)
        await stage.next_phase("bell", 0)
        await until_event(stage, "report_published")
        await stage.next_phase("close", 1)
        async with asyncio.timeout(PATIENCE):
            await seen_again.wait()


async def test_before_there_are_themes_none_can_be_split(tmp_path: Path) -> None:
    async with running_jam(tmp_path, FEW[:5]) as stage:
        refused = await stage.engine.themes.propose_split(stage.jam_id, "t1", 2)
        assert isinstance(refused, Rejection)
        assert refused.code == "no_themes_yet"
