"""The writer: one for each jam on this node, and the only thing that changes a running jam.

It takes whatever queued while the last commit ran, decides each command under the jam's lock, writes
one batch in one transaction, and answers only after the commit (guarantee G1). There is no timer
window: a window was measured to be slower and later. A bell that is due rings before anything else in
the batch, so its place in the log is exact whether or not the timekeeper was awake.
"""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from jam.bus.base import Bus
from jam.domain.commands import AnyCommand, JoinJam, RingBell
from jam.domain.decide import decide
from jam.domain.facts import Decision, Facts
from jam.domain.names import Role
from jam.domain.records import Millis
from jam.domain.rejections import Rejection, reject
from jam.domain.schedule import due
from jam.domain.screens import Screen
from jam.domain.views import Viewer
from jam.service.ports import Clock, RandomIds
from jam.store.engine import DATABASE_ERRORS, Database, is_storage_full
from jam.store.transaction import Changes, load_facts, lock_jam

MAX_BATCH = 256
MAX_QUEUED = 2048
Answer = dict[str, Any]
Also = Callable[[Connection], None]
log = structlog.get_logger()


def house(jam_id: str, org_id: str = "") -> Viewer:
    """The server itself as an actor: it stands outside the permission table and has no id."""
    return Viewer(org_id=org_id, jam_id=jam_id, participant_id="", role=Role.ADMINISTRATOR)


class NotAlso(Exception):
    """Raised by an ``also``: its command is refused after all, and nothing of it is written."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection.code)
        self.rejection = rejection


@dataclass(slots=True)
class Waiting:
    """A command in the queue; ``also`` writes further rows in the same transaction if it is accepted."""

    actor: Viewer
    command: AnyCommand
    also: Also | None
    answer: "asyncio.Future[Answer | Rejection]" = field(default_factory=asyncio.Future)


class Writer:
    """Group commit for one jam. ``run`` belongs to a task group; ``submit`` may be called by anybody."""

    def __init__(
        self, jam_id: str, database: Database, bus: Bus, clock: Clock, ids: RandomIds, screen: Screen
    ) -> None:
        self._jam_id = jam_id
        self._database = database
        self._bus = bus
        self._clock = clock
        self._ids = ids
        self._screen = screen
        self._queue: asyncio.Queue[Waiting] = asyncio.Queue()

    async def submit(
        self, actor: Viewer, command: AnyCommand, also: Also | None = None
    ) -> Answer | Rejection:
        """Queue a command and wait until it is on record or refused.

        A queue that is too long for a command answers ``try_later`` at once: overload is said, never hidden
        (guarantee G15). Cancelling the caller does not undo the command.
        """
        if self._queue.qsize() >= room_for(actor, command):
            return reject("try_later", retry_after=1.0)
        waiting = Waiting(actor, command, also)
        self._queue.put_nowait(waiting)
        return await waiting.answer

    async def run(self) -> None:
        """Write batches until cancelled. What is queued at that moment is refused, nothing is half done."""
        try:
            while True:
                batch = [await self._queue.get()]
                while len(batch) < MAX_BATCH and not self._queue.empty():
                    batch.append(self._queue.get_nowait())
                await self._write(batch)
        finally:
            while not self._queue.empty():
                _answer(self._queue.get_nowait(), reject("try_later", retry_after=1.0))

    async def _write(self, batch: list[Waiting]) -> None:
        # Shielded: a commit under way is never cut in two; the answers go out before the task ends.
        task = asyncio.ensure_future(self._commit(batch))
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            await task
            raise

    async def _commit(self, batch: list[Waiting]) -> None:
        await self._save(batch if self._database.reserve.hold() else _spared(batch))

    async def _save(self, batch: list[Waiting]) -> None:
        if not batch:
            return
        try:
            outcomes, seq = await self._database.write(lambda connection: self._decide(connection, batch))
        except NotAlso as error:
            await self._one_by_one(batch, error)
            return
        except DATABASE_ERRORS as error:
            if isinstance(error, DBAPIError) and blames_a_row(error):
                await self._one_by_one(batch, error)
                return
            full = is_storage_full(error)
            log.error("batch_failed", jam=self._jam_id, size=len(batch), error=type(error).__name__)
            if full and self._database.reserve.release():
                await self._save(_spared(batch))
                return
            outcomes, seq = (
                [reject("storage_full" if full else "try_later", retry_after=2.0)] * len(batch),
                None,
            )
        except Exception:
            # A bug: everybody in the batch hears of it, the traceback is logged, the writer goes on.
            log.exception("batch_broken", jam=self._jam_id, size=len(batch))
            outcomes, seq = [reject("internal_error")] * len(batch), None
        for waiting, outcome in zip(batch, outcomes, strict=True):
            _answer(waiting, outcome)
        if seq is not None:
            self._bus.wake(self._jam_id, seq)

    async def _one_by_one(self, batch: list[Waiting], error: DBAPIError | NotAlso) -> None:
        """A row that the database will not take must not take the batch of the others with it."""
        if len(batch) > 1:
            for waiting in batch:
                await self._commit([waiting])
            return
        if isinstance(error, NotAlso):
            _answer(batch[0], error.rejection)
            return
        log.error(
            "row_refused",
            jam=self._jam_id,
            command=type(batch[0].command).__name__,
            error=type(error).__name__,
        )
        _answer(batch[0], reject("internal_error"))

    def _decide(
        self, connection: Connection, batch: list[Waiting]
    ) -> tuple[list[Answer | Rejection], int | None]:
        """One transaction: lock, ring what is due, decide each command on the facts so far, save."""
        locked = lock_jam(connection, self._jam_id, self._clock)
        if locked is None:
            return [reject("not_found")] * len(batch), None
        jam, now = locked
        requests = [(waiting.actor, waiting.command) for waiting in batch]
        facts = load_facts(connection, jam, requests, self._ids, self._screen)
        changes = Changes(facts)
        if due(jam, now):
            self._one(house(self._jam_id), RingBell(), facts, changes, now)
        outcomes = [self._one(w.actor, w.command, facts, changes, now) for w in batch]
        changes.save(connection)
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if waiting.also and not isinstance(outcome, Rejection):
                waiting.also(connection)
        moved = facts.jam.last_seq != jam.last_seq
        return outcomes, facts.jam.last_seq if moved else None

    def _one(
        self, actor: Viewer, command: AnyCommand, facts: Facts, changes: Changes, now: Millis
    ) -> Answer | Rejection:
        try:
            outcome = decide(command, actor, facts, now)
        except Exception:
            # A bug in one decision must not take the batch of the others with it.
            log.exception("decision_failed", jam=self._jam_id, command=type(command).__name__)
            return reject("internal_error")
        if isinstance(outcome, Decision):
            changes.add(outcome, actor, now)
            return outcome.answer
        return outcome


def blames_a_row(error: DBAPIError) -> bool:
    """Whether the database refused what was written, rather than being away, busy or full.

    The drivers do not name every refusal of a value, so all that is not known for trouble counts as one.
    """
    trouble = isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
    return not trouble and not is_storage_full(error)


def room_for(actor: Viewer, command: AnyCommand) -> float:
    """How long the queue may be for one more such command: joins are shed first, then what participants
    send; bells, moderation and closing never (a socket's unanswered commands bound what staff can queue)."""
    if isinstance(command, JoinJam):
        return MAX_QUEUED / 2
    return MAX_QUEUED if actor.role is Role.PARTICIPANT else math.inf


def _spared(batch: list[Waiting]) -> list[Waiting]:
    """The commands that a full disk does not stop (staff, bells); the others are refused here."""
    spared = [one for one in batch if room_for(one.actor, one.command) == math.inf]
    for waiting in batch:
        if room_for(waiting.actor, waiting.command) != math.inf:
            _answer(waiting, reject("storage_full", retry_after=2.0))
    return spared


def _answer(waiting: Waiting, outcome: Answer | Rejection) -> None:
    if not waiting.answer.done():
        waiting.answer.set_result(outcome)
