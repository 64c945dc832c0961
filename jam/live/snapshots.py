"""Snapshots for those who come in: what everyone may see is read once for many, one's own beside it.

When a jam opens, hundreds come in within a minute and all need the same state. It may be a little behind
the log, because batches after its cursor follow at once; but it is read anew as soon as anything in it
went out of sight, so that nobody who comes late gets a word that was hidden before (guarantee G11).
"""

import asyncio

import msgspec

from jam.domain.names import Role
from jam.domain.views import IdeaView, Viewer
from jam.domain.visibility import PRIVILEGED_ROLES
from jam.live.tail import Tail
from jam.live.wire import SNAPSHOT_IDEAS, Snapshot
from jam.service.snapshot import State, read_own_ideas, read_state
from jam.store.engine import Database

IDEAS_PER_PART = 100
MOST_BEHIND = 100
"""Events that a shared state may lie behind the log."""


class Snapshots:
    """The states of one jam on this node."""

    def __init__(self, tail: Tail, database: Database) -> None:
        self._tail = tail
        self._database = database
        self._reading = asyncio.Lock()
        self._shared: State | None = None
        self._withdrawals = 0

    async def of(self, viewer: Viewer) -> State | None:
        """The state for one viewer, with everything of their own whatever its status; ``None`` if the jam
        is gone."""
        if viewer.role in PRIVILEGED_ROLES:
            return await self._read(viewer)
        shared = await self._current(viewer)
        own = await self._database.read(lambda connection: read_own_ideas(connection, viewer))
        return with_own(shared, own) if shared and own else shared

    async def _current(self, viewer: Viewer) -> State | None:
        """The shared state; of many who need a new one at once, one reads it for all."""
        async with self._reading:
            if self._shared is None or not self._fresh(self._shared):
                self._withdrawals = self._tail.withdrawals
                nobody = msgspec.structs.replace(viewer, participant_id="", role=Role.PARTICIPANT)
                self._shared = await self._read(nobody)
            return self._shared

    def _fresh(self, state: State) -> bool:
        tail = self._tail
        reachable = state.cursor >= tail.start and tail.head - state.cursor <= MOST_BEHIND
        return reachable and self._withdrawals == tail.withdrawals

    async def _read(self, viewer: Viewer) -> State | None:
        maps = self._tail.maps
        return await self._database.read(lambda c: read_state(c, viewer, SNAPSHOT_IDEAS, maps))


def with_own(shared: State, own: list[IdeaView]) -> State:
    """The shared state with the viewer's own ideas as they themselves see them.

    They may be read a little later than the rest: clients keep the higher version of an idea.
    """
    ideas = {idea.id: idea for idea in shared.ideas} | {idea.id: idea for idea in own}
    return msgspec.structs.replace(shared, ideas=list(ideas.values()))


def snapshot_parts(state: State) -> list[Snapshot]:
    """The state as frames of bounded size; the first carries everything but further ideas."""
    chunks = [state.ideas[i : i + IDEAS_PER_PART] for i in range(0, len(state.ideas), IDEAS_PER_PART)] or [[]]
    first = Snapshot(
        cursor=state.cursor,
        part=1,
        parts=len(chunks),
        jam=state.jam,
        totals=state.totals,
        forums=state.forums,
        ideas=chunks[0],
        flags=state.flags,
        people=state.people,
        proposals=state.proposals,
        themes=state.themes,
        placed=state.placed,
        corrections=state.corrections,
        report=state.report,
        older=state.older,
    )
    rest = (
        Snapshot(cursor=state.cursor, part=number, parts=len(chunks), ideas=chunk)
        for number, chunk in enumerate(chunks[1:], start=2)
    )
    return [first, *rest]
