"""The hub: everybody connected to one jam on this node, and the loop that sends them what is new.

A wake-up leads to one read of the log and one shared frame for each class of viewer, written straight to
every socket; nobody awaits a reader. A session that reads too slowly leaves the live set and catches up
from the log by its cursor, the same path that a reconnect takes.
"""

import asyncio

import structlog

from jam.live.senders import text_frame
from jam.live.session import Session
from jam.live.tail import Rendered, Tail, batch_frame, select_for
from jam.live.wire import (
    CLOSE_CODES,
    HEARTBEAT_SECONDS,
    SILENCE_SECONDS,
    Heartbeat,
    Outgoing,
    PresenceFrame,
    encode,
)
from jam.service.ports import Clock
from jam.store.engine import DATABASE_ERRORS

POLL_SECONDS = 1.0
SWEEP_SECONDS = 1.0
PRESENCE_SECONDS = 2.0
SLOW_BYTES = 256 * 1024
SLOW_SECONDS = 60.0
MAX_SOCKETS = 5
"""One more of the same person, and their oldest is closed: opened in another window."""
QUICK_TICK, QUICK_PEOPLE, SLOWEST_TICK = 0.02, 1_200, 0.25
FRAMES_PER_SECOND = 13_000
"""What a node writes to a larger room at most: the kernel's part of that alone is a tenth of a core."""
log = structlog.get_logger()


def tick(people: int) -> float:
    """Seconds between two frames to everybody: an isolated event leaves at once, the next ones share."""
    return QUICK_TICK if people <= QUICK_PEOPLE else min(SLOWEST_TICK, people / FRAMES_PER_SECOND)


class Hub:
    """One jam's live side. ``run`` belongs to a task group; everything else is called on the same loop."""

    def __init__(self, tail: Tail, clock: Clock) -> None:
        self.tail = tail
        self._clock = clock
        self._woken = asyncio.Event()
        self._live: set[Session] = set()
        self._behind: set[Session] = set()
        self._people: dict[str, dict[Session, None]] = {}
        self._sent = 0
        self._flushed_at = float("-inf")
        self._online_told = (float("-inf"), -1)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def online(self) -> int:
        """How many people have the jam open on this node."""
        return len(self._people)

    @property
    def sessions(self) -> int:
        """How many sockets are attached."""
        return len(self._live) + len(self._behind)

    def wake(self, seq: int) -> None:
        """Say that the log may go on to ``seq``; a lost or false call costs time, never data."""
        if seq > self.tail.head:
            self._woken.set()

    def attach(self, session: Session) -> None:
        """Let a session whose ``cursor`` is set follow the log from there."""
        mine = self._people.setdefault(session.viewer.participant_id, {})
        mine[session] = None
        if len(mine) > MAX_SOCKETS:
            next(iter(mine)).close(CLOSE_CODES["too_many_sockets"])
        self._behind.add(session)
        session.write(self._presence())
        self._catch_up(session)

    def detach(self, session: Session) -> None:
        """Forget a session; safe to call for one that was never attached."""
        session.closed = True
        self._live.discard(session)
        self._behind.discard(session)
        mine = self._people.get(session.viewer.participant_id)
        if mine is not None:
            mine.pop(session, None)
            if not mine:
                del self._people[session.viewer.participant_id]

    async def begin(self) -> bool:
        """Read the log's end; ``False`` if there is no such jam. Comes before everything else."""
        found = await self.tail.begin()
        self._sent = self.tail.head
        return found

    async def run(self) -> None:
        """Follow the log until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow(), name="hub follow")
            tasks.create_task(self._sweep(), name="hub sweep")

    async def _follow(self) -> None:
        while True:
            await self._wait()
            try:
                await self._flush()
            except Exception:
                # The live loop of a jam must outlive a bad moment of its database (G14).
                log.exception("flush_failed")
                await self._clock.sleep(POLL_SECONDS)

    async def _wait(self) -> None:
        """Until woken or polled, and until the tick allows another frame."""
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            pass
        pause = self._flushed_at + tick(len(self._live)) - self._clock.monotonic()
        if pause > 0:
            await self._clock.sleep(pause)
        self._woken.clear()

    async def _flush(self) -> None:
        await self.tail.advance()
        if self._sent == self.tail.head:
            return
        self._flushed_at = self._clock.monotonic()
        # From the ring, not from this one read: an earlier read may have failed after its first page.
        fresh = self.tail.after(self._sent, self.tail.head - self._sent)
        if fresh is None:
            self._send_by_cursor()
        else:
            self._send(fresh)

    def _send_by_cursor(self) -> None:
        """More is new than the ring holds: everybody reads it from the log. Must not await."""
        self._sent = self.tail.head
        self._behind |= self._live
        self._live.clear()
        for session in list(self._behind):
            self._catch_up(session)

    def _send(self, fresh: list[Rendered]) -> None:
        """Write what is new to everybody who has all that came before. Must not await: one moment for all."""
        after, head = self._sent, self.tail.head
        totals = self.tail.totals
        public = batch_frame(after, head, (e.public for e in fresh if e.public is not None), totals)
        staff = batch_frame(after, head, (e.staff for e in fresh if e.staff is not None), totals)
        authors = {event.author_id for event in fresh if event.author is not None}
        self._sent = head
        for session in list(self._live):
            if session.sender.buffered() > SLOW_BYTES:
                self._fall_behind(session)
            elif session.cursor != after:
                self._send_rest(session, fresh)
                session.cursor = max(head, session.cursor)
            else:
                session.cursor = head
                if session.privileged:
                    session.write(staff)
                elif authors and session.viewer.participant_id in authors:
                    session.write(batch_frame(after, head, select_for(session.viewer, fresh), totals))
                else:
                    session.write(public)

    def _send_rest(self, session: Session, fresh: list[Rendered]) -> None:
        """For a session whose snapshot was read after the last frame to everybody."""
        rest = [event for event in fresh if event.seq > session.cursor]
        if rest:
            events = select_for(session.viewer, rest)
            session.write(batch_frame(session.cursor, self.tail.head, events, self.tail.totals))

    def _fall_behind(self, session: Session) -> None:
        self._live.discard(session)
        self._behind.add(session)
        session.slow_since = self._clock.monotonic()

    def _catch_up(self, session: Session) -> None:
        """Send from the ring until the session is level, its reader is full, or the ring ends."""
        while session in self._behind and not session.closed:
            level = session.cursor >= self._sent
            # Also who is level waits while too much is unread: answers to commands pile up like batches.
            if session.sender.buffered() > (SLOW_BYTES if level else SLOW_BYTES // 4):
                session.slow_since = session.slow_since or self._clock.monotonic()
                return
            if level:
                self._behind.discard(session)
                self._live.add(session)
                session.slow_since = None
            elif not self._send_page(session):
                self._read_log_for(session)
                return

    def _send_page(self, session: Session) -> bool:
        page = self.tail.after(session.cursor)
        if page is None:
            return False
        # The ring may hold more than was sent to everybody: stop there, the next flush brings the rest.
        self._write_page(session, [event for event in page if event.seq <= self._sent])
        return True

    def _write_page(self, session: Session, page: list[Rendered]) -> None:
        cursor = page[-1].seq if page else self._sent
        totals = self.tail.totals if cursor == self._sent else None
        session.write(batch_frame(session.cursor, cursor, select_for(session.viewer, page), totals))
        session.cursor = cursor
        session.slow_since = None

    def _read_log_for(self, session: Session) -> None:
        if not session.reading:
            session.reading = True
            task = asyncio.create_task(self._catch_up_from_log(session))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _catch_up_from_log(self, session: Session) -> None:
        try:
            page = await self.tail.from_log(session.cursor)
        except DATABASE_ERRORS:
            return  # the next sweep tries again
        finally:
            session.reading = False
        if session in self._behind and not session.closed:
            self._write_page(session, [event for event in page if event.seq <= self._sent])
            self._catch_up(session)

    async def _sweep(self) -> None:
        """Once a second: heartbeats, silent and slow readers, presence."""
        while True:
            await self._clock.sleep(SWEEP_SECONDS)
            self.sweep()

    def sweep(self) -> None:
        """One round of what is due. Public for tests with a fake clock."""
        now = self._clock.monotonic()
        beat = text_frame(encode(Heartbeat(now=self._clock.now(), head=self.tail.head)))
        for session in self.everybody:
            if now - session.heard_at > SILENCE_SECONDS:
                session.close(CLOSE_CODES["silent"])
            elif session.slow_since is not None and now - session.slow_since > SLOW_SECONDS:
                session.close(CLOSE_CODES["slow"])
            elif now - session.beat_at >= HEARTBEAT_SECONDS:
                session.beat_at = now
                session.write(beat)
        self._look_for_slow()
        for session in list(self._behind):
            self._catch_up(session)
        self._tell_presence(now)

    def _look_for_slow(self) -> None:
        """A room where nobody writes has slow readers too: who asks much and reads no answer is one."""
        for session in [one for one in self._live if one.sender.buffered() > SLOW_BYTES]:
            self._fall_behind(session)

    def _tell_presence(self, now: float) -> None:
        told_at, told = self._online_told
        if self.online != told and now - told_at >= PRESENCE_SECONDS:
            self._online_told = (now, self.online)
            self._broadcast_frame(self._presence())

    def _presence(self) -> bytes:
        return text_frame(encode(PresenceFrame(online=self.online)))

    def broadcast(self, message: Outgoing) -> None:
        """Write one ephemeral message to everybody who is level; those behind do without."""
        self._broadcast_frame(text_frame(encode(message)))

    def _broadcast_frame(self, frame: bytes) -> None:
        for session in list(self._live):
            session.write(frame)

    @property
    def everybody(self) -> list[Session]:
        """Every attached session."""
        return [*self._live, *self._behind]

    def close_all(self, reason: str) -> None:
        """End every session, for example when the server drains."""
        for session in self.everybody:
            session.close(CLOSE_CODES[reason])
