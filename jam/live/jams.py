"""All live jams of this node: opens a hub for a jam when somebody comes, and lets sessions in.

Sits between the socket adapter and the hubs; listens to the bus and passes wake-ups and whispers on.
"""

import asyncio
from contextlib import suppress

import msgspec

from jam.bus.base import Bus, Wake, Whisper
from jam.domain.rejections import Rejection, reject
from jam.domain.views import Viewer
from jam.live.hub import Hub
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


class LiveJams:
    """The hubs of this node by jam. ``run`` belongs to a task group."""

    def __init__(self, database: Database, bus: Bus, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._listener = bus.listen()
        self._hubs: dict[str, Hub] = {}
        self._snapshots: dict[str, Snapshots] = {}
        self._arrived: set[Session] = set()
        self._ending: CloseCode | None = None
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
        """A socket is open and has not said hello: when the server drains, it must be told too."""
        self._arrived.add(session)
        if self._ending is not None:
            session.close(self._ending)

    async def enter(self, session: Session, hello: Hello) -> Rejection | None:
        """Greet a session and let it follow the jam, by its cursor if that can be continued."""
        hub = await self._hub(session.viewer.jam_id)
        me = await self._me(session.viewer)
        if hub is None or me is None:
            return reject("not_found")
        if await self._can_resume(hub, session.viewer.jam_id, hello):
            session.cursor = hello.cursor or 0
            session.write(self._welcome(hub.tail.epoch, hub.tail.head, me, resumed=True))
        else:
            await self._send_snapshot(hub, session, me)
        if not session.closed:
            self._arrived.discard(session)
            hub.attach(session)
        return None

    def leave(self, session: Session) -> None:
        """Forget a session."""
        self._arrived.discard(session)
        hub = self._hubs.get(session.viewer.jam_id)
        if hub is not None:
            hub.detach(session)

    def close_all(self, reason: str) -> None:
        """End every session of the node, and of whoever still comes, with one of the wire's close codes."""
        self._ending = CLOSE_CODES[reason]
        for session in list(self._arrived):
            session.close(self._ending)
        for hub in self._hubs.values():
            hub.close_all(reason)

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
                self._tasks.create_task(hub.run(), name=f"hub {jam_id}")
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

    async def _send_snapshot(self, hub: Hub, session: Session, me: Me) -> None:
        state = await self._snapshots[session.viewer.jam_id].of(session.viewer)
        session.cursor = state.cursor
        session.write(self._welcome(state.epoch, max(state.cursor, hub.tail.head), me, resumed=False))
        for part in snapshot_parts(state):
            session.write(text_frame(encode(part)))


def _pass_on(hub: Hub, whisper: Whisper) -> None:
    """Progress of themes and report, as a frame; anything else, forged or not, is not for the screens."""
    fields = {name: value for name, value in whisper.signal.items() if name != "kind"}
    if whisper.signal.get("kind") == "progress":
        with suppress(msgspec.ValidationError):
            hub.broadcast(msgspec.convert({"t": "progress", **fields}, ProgressFrame))
