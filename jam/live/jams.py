"""All live jams of this node: opens a hub for a jam when somebody comes, and lets sessions in.

Sits between the socket adapter and the hubs; listens to the bus and passes wake-ups and whispers on.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import msgspec

from jam.bus.base import Bus, Wake, Whisper
from jam.domain.rejections import Rejection, reject
from jam.domain.views import Viewer
from jam.live.hub import MAX_SOCKETS, Hub
from jam.live.senders import text_frame
from jam.live.session import Session
from jam.live.snapshots import Snapshots, snapshot_parts
from jam.live.tail import Tail
from jam.live.wire import CLOSE_CODES, VERSIONS, CloseCode, Hello, Me, ProgressFrame, Welcome, encode
from jam.service.ports import Clock
from jam.store.engine import Database
from jam.store.log import people, position

MAX_RESUME = 20_000
"""Further back than this many events, a fresh snapshot is cheaper for both sides."""
REMEMBER_SECONDS = 60.0
"""How long an end is remembered, for sockets whose right was looked up before it and that open after it."""


class LiveJams:
    """The hubs of this node by jam. ``run`` belongs to a task group."""

    def __init__(self, database: Database, bus: Bus, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._listener = bus.listen()
        self._hubs: dict[str, Hub] = {}
        self._snapshots: dict[str, Snapshots] = {}
        self._arrived: dict[str, dict[Session, None]] = {}
        self._ended: dict[str, tuple[float, CloseCode, str | None]] = {}
        self._ending: CloseCode | None = None
        self._running: dict[str, asyncio.Task[None]] = {}
        self._opening = asyncio.Lock()
        self._tasks: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Pass wake-ups and whispers to the hubs until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            async for signal in self._listener:
                hub = self._hubs.get(signal.jam_id)
                if hub is None:
                    continue
                if isinstance(signal, Wake):
                    hub.wake(signal.seq)
                else:
                    _pass_on(hub, signal)

    def arrive(self, session: Session) -> None:
        """A socket is open and has not said hello: whatever ends sockets must reach it too.

        Its ``heard_at`` is still the moment before its right was looked up: an end since then holds for it.
        """
        mine = self._arrived.setdefault(session.viewer.participant_id, {})
        mine[session] = None
        if len(mine) > MAX_SOCKETS:
            next(iter(mine)).close(CLOSE_CODES["too_many_sockets"])
        code = self._ending or self._just_ended(session)
        if code is not None:
            session.close(code)

    async def enter(self, session: Session, hello: Hello) -> Rejection | None:
        """Greet a session and let it follow the jam, by its cursor if that can be continued."""
        hub = await self._hub(session.viewer.jam_id)
        me = await self._me(session.viewer)
        if hub is None or me is None:
            return reject("not_found")
        if await self._can_resume(hub, session.viewer.jam_id, hello):
            session.cursor = hello.cursor or 0
            session.write(self._welcome(hub.tail.epoch, hub.tail.head, me, resumed=True))
        elif not await self._send_snapshot(hub, session, me):
            return reject("not_found")
        if not session.closed:
            self._said_hello(session)
            hub.attach(session)
        return None

    def leave(self, session: Session) -> None:
        """Forget a session."""
        self._said_hello(session)
        hub = self._hubs.get(session.viewer.jam_id)
        if hub is not None:
            hub.detach(session)

    def close_all(self, reason: str) -> None:
        """End every session of the node, and of whoever still comes, with one of the wire's close codes."""
        self._ending = CLOSE_CODES[reason]
        self._close_where(lambda session: True, self._ending)

    def end_session(self, session_hash: str, reason: str = "signed_out") -> int:
        """Close every socket of one browser session: it was signed out, dropped, or got a new cookie.

        Returns how many. Call it after the commit; sockets that were let in just before it end as well.
        """
        code = self._remember(session_hash, reason)
        return self._close_where(lambda session: session.session_hash == session_hash, code)

    def end_person(self, participant_id: str, reason: str = "removed", keep: str | None = None) -> int:
        """Close every socket of one participant, whatever session or token it came with, but ``keep``'s."""
        code = self._remember(participant_id, reason, keep)
        return self._close_where(
            lambda one: one.viewer.participant_id == participant_id and not _is_of(one, keep), code
        )

    def end_jam(self, jam_id: str, reason: str = "jam_over") -> int:
        """Close every socket of a jam that is gone, and stop following it."""
        code = self._remember(jam_id, reason)
        number = self._close_where(lambda session: session.viewer.jam_id == jam_id, code)
        self._snapshots.pop(jam_id, None)
        if self._hubs.pop(jam_id, None) is not None:
            self._running.pop(jam_id).cancel()
        return number

    def _close_where(self, chosen: Callable[[Session], bool], code: CloseCode) -> int:
        waiting = [session for mine in self._arrived.values() for session in mine]
        attached = [session for hub in self._hubs.values() for session in hub.everybody]
        ended = [session for session in (*waiting, *attached) if not session.closed and chosen(session)]
        for session in ended:
            session.close(code)
        return len(ended)

    def _remember(self, key: str, reason: str, keep: str | None = None) -> CloseCode:
        now, code = self._clock.monotonic(), CLOSE_CODES[reason]
        self._ended = {old: end for old, end in self._ended.items() if now - end[0] < REMEMBER_SECONDS}
        self._ended[key] = (now, code, keep)
        return code

    def _just_ended(self, session: Session) -> CloseCode | None:
        who = session.viewer
        for key in (session.session_hash, who.participant_id, who.jam_id):
            found = self._ended.get(key) if key else None
            if found is not None and found[0] >= session.heard_at and not _is_of(session, found[2]):
                return found[1]
        return None

    def _said_hello(self, session: Session) -> None:
        mine = self._arrived.get(session.viewer.participant_id)
        if mine is not None:
            mine.pop(session, None)
            if not mine:
                del self._arrived[session.viewer.participant_id]

    @property
    def sessions(self) -> int:
        """How many sockets follow a jam on this node."""
        return sum(hub.sessions for hub in self._hubs.values())

    async def _hub(self, jam_id: str) -> Hub | None:
        if jam_id in self._hubs:
            return self._hubs[jam_id]
        async with self._opening:
            if jam_id not in self._hubs:
                hub = Hub(Tail(jam_id, self._database), self._clock)
                if not await hub.begin():
                    return None
                assert self._tasks is not None, "LiveJams.run comes first"
                self._snapshots[jam_id] = Snapshots(hub.tail, self._database)
                self._hubs[jam_id] = hub
                self._running[jam_id] = self._tasks.create_task(hub.run(), name=f"hub {jam_id}")
        return self._hubs[jam_id]

    async def _me(self, viewer: Viewer) -> Me | None:
        mine = viewer.participant_id
        found = await self._database.read(lambda connection: people(connection, viewer.jam_id, [mine]))
        if mine not in found:
            return None
        person = found[mine]
        return Me(id=mine, role=person.role, handle=person.handle or "–", audience=person.audience)

    async def _can_resume(self, hub: Hub, jam_id: str, hello: Hello) -> bool:
        if hello.cursor is None or hello.epoch != hub.tail.epoch:
            return False
        head = hub.tail.head
        if hello.cursor > head:
            # A snapshot, or another node, may be a moment ahead of this tail: only the log can tell.
            found = await self._database.read(lambda connection: position(connection, jam_id))
            head = found[0] if found else 0
        return hello.cursor <= head and head - hello.cursor <= MAX_RESUME

    def _welcome(self, epoch: str, head: int, me: Me, *, resumed: bool) -> bytes:
        now = self._clock.now()
        return text_frame(
            encode(Welcome(version=VERSIONS[-1], epoch=epoch, head=head, now=now, resumed=resumed, me=me))
        )

    async def _send_snapshot(self, hub: Hub, session: Session, me: Me) -> bool:
        """``False`` where the jam has gone meanwhile: whoever ends it may come between any two awaits."""
        snapshots = self._snapshots.get(session.viewer.jam_id)
        state = await snapshots.of(session.viewer) if snapshots else None
        if state is None:
            return False
        session.cursor = state.cursor
        session.write(self._welcome(state.epoch, max(state.cursor, hub.tail.head), me, resumed=False))
        for part in snapshot_parts(state):
            session.write(text_frame(encode(part)))
        return True


def _is_of(session: Session, session_hash: str | None) -> bool:
    """Whether a socket came with this browser session; one that came by API token came with none."""
    return session_hash is not None and session.session_hash == session_hash


def _pass_on(hub: Hub, whisper: Whisper) -> None:
    """Progress of themes and report, as a frame; anything else, forged or not, is not for the screens."""
    fields = {name: value for name, value in whisper.signal.items() if name != "kind"}
    if whisper.signal.get("kind") == "progress":
        with suppress(msgspec.ValidationError):
            hub.broadcast(msgspec.convert({"t": "progress", **fields}, ProgressFrame))
