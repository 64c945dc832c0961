"""G4 and G5: every event reaches every screen, and whoever was away goes on from their cursor without a gap,
or is given everything anew; never a silent gap.

Screens leave and come back at random points while people write, edit and hide; sockets, processes and
kill -9 are in ``test_g01_durability`` and ``test_f13_storm``.
"""

from __future__ import annotations

import asyncio
import functools
import random
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from jam.compose import running_engine
from jam.domain.commands import EditIdea, Moderate, SubmitReply
from jam.domain.names import Role, Rule, Verdict
from jam.domain.rejections import Rejection
from jam.live import jams
from jam.live.tail import RING, Tail
from jam.store import log
from tests.fakes import FakeClock
from tests.guarantees.screens import Screen
from tests.guarantees.stage import Stage, enter, set_stage
from tests.reducer import State

pytestmark = pytest.mark.anyio
SMALL_RING = 30
WINDOW = 200


async def _write(stage: Stage, number: int, chance: random.Random) -> None:
    """One change of some kind; a few of them are refused, which is a change of nothing."""
    who = chance.choice(stage.people)
    made = await stage.submit(who, f"idea-{number}", f"Idea {number} of many", tags=["one"])
    assert not isinstance(made, Rejection)
    about: dict[str, Any] = {"idea": made["idea"], "version": made["version"]}
    what = chance.randrange(5)
    if what == 0:
        await stage.give(who, EditIdea(client_id=f"edit-{number}", text=f"Edited {number}", **about))
    elif what == 1:
        verdict, rule = chance.choice([Verdict.HIDE, Verdict.RETURN]), Rule.REPEATED
        await stage.give(
            stage.lead, Moderate(client_id=f"decide-{number}", verdict=verdict, rule=rule, **about)
        )
    elif what == 2:
        await stage.give(
            who, SubmitReply(client_id=f"reply-{number}", idea=about["idea"], text=f"Reply {number}")
        )


class Changes:
    """How many changes were made so far, for those who wait for more of them."""

    def __init__(self) -> None:
        self.number = 0
        self.over = False
        self._made = asyncio.Event()

    def made(self, *, over: bool = False) -> None:
        self.number += 1
        self.over = over
        self._made.set()
        self._made = asyncio.Event()

    async def wait(self, more: int) -> None:
        """Until there are so many more of them, or no more will come."""
        wanted = self.number + more
        while self.number < wanted and not self.over:
            await self._made.wait()


async def _come_and_go(screen: Screen, chance: random.Random, times: int, changes: Changes) -> int:
    """Leave at a random point, miss a few changes, and come back, again and again.

    By the cursor, or now and then with nothing, as in another window: how often so.
    """
    anew = 0
    for turn in range(times):
        fresh = turn > 0 and chance.random() < 0.2
        anew += fresh
        await screen.enter(fresh=fresh)
        await changes.wait(chance.randrange(3))
        for _ in range(chance.randrange(20)):
            await asyncio.sleep(0)
        screen.leave()
        await changes.wait(chance.randrange(4))
    await screen.enter()
    return anew


def _same(state: State, fresh: State, role: str, *, whole: bool) -> None:
    """All that a fresh snapshot says is on the screen, and if that is ``whole``, nothing else.

    Staff keep what they saw decided.
    """
    for name in ("cursor", "jam", "totals", "forums", "flags", "people"):
        assert state[name] == fresh[name], name
    shown = {key: state["ideas"].get(key) for key in fresh["ideas"]}
    assert shown == fresh["ideas"]
    if whole and role == Role.PARTICIPANT:
        assert state["ideas"].keys() == fresh["ideas"].keys()


async def _disconnects(url: str, screens: int, each: int, ideas: int) -> None:
    chance = random.Random(5)
    async with running_engine(url) as engine:
        stage = await set_stage(engine, people=screens - 2)
        observer = await enter(engine, stage.jam_id, "Observer", Role.OBSERVER)
        everyone = [Screen(stage, who) for who in (*stage.people, stage.lead, observer)]
        changes = Changes()
        going = [
            asyncio.create_task(_come_and_go(screen, random.Random(n), each, changes))
            for n, screen in enumerate(everyone)
        ]
        number = 0
        while not all(task.done() for task in going) and number < ideas:
            number += 1
            await _write(stage, number, chance)
            changes.made()
        changes.made(over=True)
        anew = await asyncio.gather(*going)
        for screen, times in zip(everyone, anew, strict=True):
            fresh = await screen.level_with_fresh()
            assert screen.snapshots == 1 + times, "whoever has a cursor goes on from it"
            assert screen.resumes == each - times
            _same(screen.state, fresh, screen.viewer.role, whole=number < WINDOW)


@pytest.fixture
def small_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ring so small that some go on from memory and others from the database."""
    monkeypatch.setattr(jams, "Tail", functools.partial(Tail, ring=SMALL_RING))


@pytest.mark.usefixtures("small_ring")
async def test_g4_g5_after_any_disconnect_a_screen_goes_on_without_a_gap(tmp_path: Path) -> None:
    await _disconnects(f"sqlite:///{tmp_path}/jam.db", 10, 30, WINDOW - 1)


@pytest.mark.full
@pytest.mark.usefixtures("small_ring")
async def test_g5_ten_thousand_disconnects(tmp_path: Path) -> None:
    await _disconnects(f"sqlite:///{tmp_path}/jam.db", 100, 100, 20_000)


async def test_g5_after_a_restore_every_screen_is_given_everything_anew(tmp_path: Path) -> None:
    """An old backup is put back while nobody runs; like every restore it gets a new epoch."""
    file, backup = tmp_path / "jam.db", tmp_path / "backup.db"
    url = f"sqlite:///{file}"
    async with running_engine(url) as engine:
        stage = await set_stage(engine)
        await stage.submit(stage.people[0], "kept", "An idea that the backup holds")
    shutil.copy(file, backup)
    async with running_engine(url) as engine:
        stage = stage.on(engine)
        everyone = [Screen(stage, who) for who in (*stage.people, stage.lead)]
        for screen in everyone:
            await screen.enter()
        for number in range(5):
            await stage.submit(stage.people[0], f"lost-{number}", f"An idea that is lost {number}")
        for screen in everyone:
            await screen.until_level()
    shutil.copy(backup, file)
    with sqlite3.connect(file) as database:
        database.execute("UPDATE jam SET epoch = 'restored'")
    database.close()
    async with running_engine(url) as engine:
        stage = stage.on(engine)
        # The log has grown past the old cursors: without the epoch, nobody would notice.
        for number in range(9):
            await stage.submit(stage.people[1], f"new-{number}", f"An idea after the restore {number}")
        for screen in everyone:
            screen.stage = stage
            await screen.enter()
            assert screen.frames[0]["t"] == "welcome"
            assert not screen.frames[0]["resumed"]
            assert screen.snapshots == 2
            fresh = await screen.level_with_fresh()
            assert screen.state == fresh
            assert not any("lost" in (i.get("text") or "") for i in screen.state["ideas"].values())


async def test_g5_a_cursor_that_lies_ahead_of_the_log_gets_a_snapshot(tmp_path: Path) -> None:
    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        stage = await set_stage(engine)
        screen = Screen(stage, stage.people[0])
        await screen.enter()
        screen.leave()
        screen.state = {**screen.state, "cursor": screen.state["cursor"] + 1}
        await screen.enter()
        assert screen.snapshots == 2
        fresh = await screen.level_with_fresh()
        assert screen.state == fresh


async def test_g4_whoever_comes_in_between_two_frames_gets_the_rest_of_the_second_one(tmp_path: Path) -> None:
    """Frames to everybody are some milliseconds apart; this clock holds the second one back."""
    clock = FakeClock()
    async with running_engine(f"sqlite:///{tmp_path}/jam.db", clock=clock) as engine:
        stage = await set_stage(engine)
        there, comes = (Screen(stage, who) for who in (stage.people[0], stage.lead))
        await there.enter()
        first = await stage.submit(stage.people[1], "first", "Sent at once")
        assert not isinstance(first, Rejection)
        await there.until(lambda: there.state["cursor"] == first["seq"])
        await stage.submit(stage.people[1], "second", "Waits for the next frame")
        await comes.enter()
        third = await stage.submit(stage.people[1], "third", "Goes with it")
        assert not isinstance(third, Rejection)
        assert (there.state["cursor"], comes.state["cursor"]) == (first["seq"], first["seq"] + 1)
        await clock.advance(0.5)
        for screen in (there, comes):
            await screen.until(lambda screen=screen: screen.state["cursor"] == third["seq"])  # type: ignore[misc]
            fresh = await screen.level_with_fresh()
            _same(screen.state, fresh, screen.viewer.role, whole=True)


async def _write_while_pages_fail(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, ideas: int, fail_at: int
) -> list[int]:
    """Many ideas at once, of which the tail reads the first pages; then its database is gone, once."""
    tail = stage.engine.live._hubs[stage.jam_id].tail
    read, written = tail._page, asyncio.Event()
    asked: list[int] = []

    async def gone_once(after: int) -> Any:
        await written.wait()  # what is new takes several pages only once all of it is there
        asked.append(after)
        if len(asked) == fail_at:
            raise OperationalError("SELECT 1", {}, Exception("the server closed the connection"))
        return await read(after)

    monkeypatch.setattr(tail, "_page", gone_once)
    for number in range(ideas):
        assert not isinstance(
            await stage.submit(stage.people[0], f"i{number}", f"Idea number {number}"), Rejection
        )
    written.set()
    return asked


@pytest.mark.parametrize("ring", [RING, 4])
async def test_g4_g5_a_database_that_fails_between_two_pages_takes_no_event_from_any_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ring: int
) -> None:
    monkeypatch.setattr(log, "PAGE", 3)
    monkeypatch.setattr(jams, "Tail", functools.partial(Tail, ring=ring))
    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        stage = await set_stage(engine)
        everyone = [Screen(stage, who) for who in (*stage.people, stage.lead)]
        for screen in everyone:
            await screen.enter()
            await screen.until_level()
        asked = await _write_while_pages_fail(stage, monkeypatch, ideas=10, fail_at=2)
        for screen in everyone:
            fresh = await screen.level_with_fresh()
            _same(screen.state, fresh, screen.viewer.role, whole=True)
            assert len(screen.state["ideas"]) == 10
        assert asked[2] == asked[1], "the page that failed was asked for again"
