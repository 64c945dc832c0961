"""G6: a snapshot is of one moment. A commit between two of its reads changes nothing in it.

The commit is put there on purpose: before each single statement of the snapshot's reading, on both
databases. What the snapshot then says must be the state at its own cursor, and the events after that
cursor must lead to what a fresh snapshot says.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.util import await_only

from jam.compose import running_engine
from jam.domain.commands import (
    EditIdea,
    ExtendPhase,
    FlagIdea,
    Moderate,
    OpenForum,
    PauseJam,
    ResumeJam,
    SubmitReply,
    WithdrawIdea,
)
from jam.domain.names import Rule, Verdict
from jam.domain.rejections import Rejection
from jam.domain.views import Viewer
from jam.live.snapshots import snapshot_parts
from jam.live.tail import batch_frame, render, select_for
from jam.live.wire import encode
from jam.service.snapshot import State
from jam.store import log
from jam.store.engine import Database
from tests.fakes import FakeClock
from tests.guarantees.screens import Screen
from tests.guarantees.stage import Stage, enter, set_stage
from tests.reducer import assemble, empty_state, reduce

pytestmark = pytest.mark.anyio
PHASES = (("ideate", 60.0), ("wrap_up", 60.0), ("closed", None))


@contextmanager
def _watched(database: Database, before: Callable[[], None]) -> Iterator[None]:
    """Call ``before`` ahead of each statement that this task reads with: the log's followers read as well."""
    read, ours = database.read, asyncio.current_task()

    async def watched(work: Callable[[Connection], Any]) -> Any:
        def with_listener(connection: Connection) -> Any:
            event.listen(connection, "before_cursor_execute", lambda *_: before())
            return work(connection)

        return await read(with_listener if asyncio.current_task() is ours else work)

    database.read = watched  # type: ignore[method-assign]
    try:
        yield
    finally:
        del database.read


@contextmanager
def _before_statement(
    database: Database, number: int, act: Callable[[], Coroutine[Any, Any, None]]
) -> Iterator[list[int]]:
    """Let ``act`` run, and commit, right before statement ``number`` that this task reads with.

    Yields a list that is empty as long as the reading did not come so far.
    """
    loop, seen = asyncio.get_running_loop(), itertools.count(1)
    acted: list[int] = []

    def before() -> None:
        if next(seen) != number:
            return
        acted.append(number)
        if database.is_sqlite:  # read in a thread, so that the loop is free to act meanwhile
            asyncio.run_coroutine_threadsafe(act(), loop).result()
        else:
            await_only(act())

    with _watched(database, before):
        yield acted


async def _statements(stage: Stage, who: Viewer) -> int:
    """How many statements a snapshot for ``who`` is read with."""
    seen = itertools.count()
    with _watched(stage.engine.database, lambda: next(seen) and None):
        await stage.state(who)
    return next(seen)


def _plain(state: State) -> dict[str, Any]:
    return assemble([json.loads(encode(part)) for part in snapshot_parts(state)])


async def _level(stage: Stage, who: Viewer, state: State) -> dict[str, Any]:
    """The state that the events after a snapshot's cursor lead to."""
    after = state.cursor
    page, totals = await stage.engine.database.read(lambda c: log.read(c, stage.jam_id, after))
    shown = [render(seen, stage.jam_id) for seen in page]
    reached = reduce(empty_state(), _plain(state))
    if not page:
        return reached
    frame = batch_frame(after, page[-1].event.seq, select_for(who, shown), totals)
    return reduce(reached, json.loads(frame[frame.index(b'{"t"') :]))


class Turmoil:
    """Every kind of change to a jam, again and again: each call is one change of every kind."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._calls = 0
        self._numbers = itertools.count(1)

    async def __call__(self) -> None:
        self._calls += 1
        stage, (ann, ben, _) = self._stage, self._stage.people
        names = ("to work on", "to be hidden", "to be withdrawn")
        base, hidden, gone = await asyncio.gather(*(self._submit(ann, name) for name in names))
        hide = {"verdict": Verdict.HIDE, "rule": Rule.ABUSE, "note": "So"}
        # At once, and so mostly in one commit; in this order.
        await asyncio.gather(
            self._do(ben, SubmitReply, idea=base, text="A reply"),
            self._do(ben, FlagIdea, idea=base, rule=Rule.ABUSE),
            self._do(ann, EditIdea, idea=base, version=1, text="Changed", tags=["tag"]),
            self._do(stage.lead, Moderate, idea=hidden, version=1, **hide),
            self._do(ann, WithdrawIdea, idea=gone),
            self._do(stage.lead, OpenForum, title="More", question="And then?"),
            self._do(stage.lead, PauseJam),
            self._do(stage.lead, ResumeJam),
            self._do(stage.lead, ExtendPhase, phase_index=0, minutes=1),
            enter(stage.engine, stage.jam_id, f"Newcomer {self._calls}"),
        )

    async def _submit(self, who: Viewer, text: str) -> str:
        outcome = await self._stage.submit(who, self._id(), f"An idea {text} {self._calls}")
        assert not isinstance(outcome, Rejection), outcome
        return str(outcome["idea"])

    async def _do(self, who: Viewer, kind: Any, **fields: Any) -> None:
        outcome = await self._stage.give(who, kind(client_id=self._id(), **fields))
        assert not isinstance(outcome, Rejection), (kind, outcome)

    def _id(self) -> str:
        return f"turmoil-{next(self._numbers)}"


async def _one_moment(url: str) -> None:
    # While this clock stands still, nobody but the turmoil commits: no themes of its ideas, no bell.
    async with running_engine(url, clock=FakeClock()) as engine:
        stage = await set_stage(engine, phases=PHASES)
        turmoil = Turmoil(stage)
        await turmoil()
        for who in (stage.people[0], stage.lead):
            for number in range(1, await _statements(stage, who) + 1):
                before = await stage.state(who)
                with _before_statement(engine.database, number, turmoil) as acted:
                    read = await stage.state(who)
                assert acted
                fresh = await stage.state(who)
                assert fresh.cursor > before.cursor
                assert read.cursor in (before.cursor, fresh.cursor)
                same = before if read.cursor == before.cursor else fresh
                assert _plain(read) == _plain(same), f"statement {number}, {who.role}"
                reached = await _level(stage, who, read)
                assert not reached["gap"]
                assert reached == reduce(empty_state(), _plain(fresh)), f"statement {number}, {who.role}"


async def _whoever_comes_in(url: str) -> None:
    """The same with all that coming in reads: what is shared by many and what is one's own."""
    async with running_engine(url) as engine:
        stage = await set_stage(engine, phases=PHASES)
        turmoil = Turmoil(stage)
        await turmoil()
        for who in (stage.people[0], stage.lead):
            number, more = 0, True
            while more:
                number += 1
                screen = Screen(stage, who)
                with _before_statement(engine.database, number, turmoil) as acted:
                    await screen.enter(fresh=True)
                more = bool(acted)
                fresh = await screen.level_with_fresh()
                missing = {
                    key: idea
                    for key, idea in fresh["ideas"].items()
                    if screen.state["ideas"].get(key) != idea
                }
                assert not missing, f"statement {number}, {who.role}"
                assert {**screen.state, "ideas": None} == {**fresh, "ideas": None}
                screen.leave()
            assert number > 3, "too few reads to show anything"


async def test_g6_a_commit_between_the_reads_of_a_snapshot_changes_nothing_on_sqlite(tmp_path: Path) -> None:
    await _one_moment(f"sqlite:///{tmp_path}/jam.db")


async def test_g6_a_commit_between_the_reads_of_a_snapshot_changes_nothing_on_postgresql(
    postgres_url: str,
) -> None:
    await _one_moment(postgres_url)


async def test_g6_whoever_comes_in_during_commits_misses_nothing_on_sqlite(tmp_path: Path) -> None:
    await _whoever_comes_in(f"sqlite:///{tmp_path}/jam.db")


async def test_g6_whoever_comes_in_during_commits_misses_nothing_on_postgresql(postgres_url: str) -> None:
    await _whoever_comes_in(postgres_url)
