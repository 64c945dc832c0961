"""``handle``: the one door for commands, whichever way they came in (socket, form, API, house).

Finds the jam's writer, or starts one, and turns an answer into what the person is told.
"""

import asyncio

import structlog
from sqlalchemy.engine import Connection

from jam.bus.base import Bus
from jam.domain.commands import AnyCommand, command_name
from jam.domain.decide import check_form
from jam.domain.records import Millis
from jam.domain.rejections import Rejection, reject
from jam.domain.screens import Screen, standard
from jam.domain.views import Viewer
from jam.service.ports import Clock, RandomIds
from jam.service.writer import Also, Answer, Writer
from jam.store.engine import Database
from jam.store.log import last_decision_at, people
from jam.store.transaction import database_now

log = structlog.get_logger()


class Intake:
    """All writers of this node. Their tasks belong to the task group given to ``start``."""

    def __init__(
        self, database: Database, bus: Bus, clock: Clock, ids: RandomIds, screen: Screen = standard
    ) -> None:
        self.database = database
        self.bus = bus
        self.clock = clock
        self.ids = ids
        self._screen = screen
        self._writers: dict[str, Writer] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._running: list[asyncio.Task[None]] = []

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Let ``tasks`` own the writers from now on."""
        self._tasks = tasks

    async def handle(
        self, actor: Viewer, command: AnyCommand, also: Also | None = None
    ) -> Answer | Rejection:
        """Give one command to its jam and wait until it is on record or refused."""
        bad = check_form(command)
        if bad:
            return bad
        outcome = await self._writer(actor.jam_id).submit(actor, command, also)
        if isinstance(outcome, Rejection) and outcome.code == "not_allowed":
            # Who tries doors that their role does not open is worth a line (W14); words are in none.
            facts = {"person": actor.participant_id, "role": actor.role, "command": command_name(command)}
            log.warning("not_allowed", jam=actor.jam_id, **facts)
        if isinstance(outcome, Rejection) and "by_id" in outcome.facts:
            return await self._name_who(actor.jam_id, getattr(command, "idea", ""), outcome)
        return outcome

    def stop(self) -> None:
        """End every writer; each finishes the commit that it is in."""
        for task in self._running:
            task.cancel()

    def _writer(self, jam_id: str) -> Writer:
        writer = self._writers.get(jam_id)
        if writer is None:
            assert self._tasks is not None, "Intake.start comes first"
            writer = Writer(jam_id, self.database, self.bus, self.clock, self.ids, self._screen)
            self._writers[jam_id] = writer
            self._running.append(self._tasks.create_task(writer.run(), name=f"writer {jam_id}"))
        return writer

    async def _name_who(self, jam_id: str, idea: str, refused: Rejection) -> Rejection:
        """What was decided or corrected by somebody else names them by handle (an id would mean nothing to
        the other one), and says how long ago it was (H26)."""
        facts = dict(refused.facts)
        by_id, at = facts.pop("by_id"), facts.pop("at", None)

        def work(connection: Connection) -> tuple[str | None, Millis, Millis]:
            found = people(connection, jam_id, [by_id])
            now = database_now(connection, self.clock)
            since = last_decision_at(connection, idea) if at is None else at
            return found[by_id].handle if by_id in found else None, since, now

        handle, since, now = await self.database.read(work)
        facts["seconds_ago"] = max(0, now - since) // 1000
        return reject(refused.code, by=handle or "Somebody else", **facts)
