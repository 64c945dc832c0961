"""A jam on a real SQLite database, and clients that write histories of it, without any network.

Why: the checker is tested on histories that are right to the last byte, each then spoiled in one place.
Where: rows through `decide` and the store, frames through `project` and the wire, as on a server.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from jam.cli.crowd.checker import Export, read_export
from jam.cli.crowd.history import AnyLine, Fail, Invoke, Joined, Ok, Opened, Received
from jam.domain import records as r
from jam.domain.commands import Command, JoinJam, PublishThemes, StartNextPhase
from jam.domain.decide import decide
from jam.domain.jam_settings import Settings
from jam.domain.names import Audience, Phase, Role
from jam.domain.rejections import Rejection
from jam.domain.screens import spot_check
from jam.domain.views import Viewer
from jam.domain.visibility import project
from jam.live.wire import Ack, Batch, Me, Snapshot, Welcome, encode
from jam.service.jams import ForumPlan, JamPlan, PhasePlan, create_jam
from jam.service.snapshot import read_state
from jam.store import log
from jam.store.engine import Database, open_database
from jam.store.rows import TABLES, fetch
from jam.store.schema import upgrade
from jam.store.theme_maps import add_map
from jam.store.transaction import Changes, load_facts, lock_jam
from tests.domain.theme_maps import a_body, a_theme
from tests.fakes import CountedIds, FakeClock

ORG = "org1"
EXPORTED: tuple[tuple[str, type[Any]], ...] = (
    ("jam", r.Jam),
    ("forum", r.Forum),
    ("event", r.Event),
    ("idea", r.Idea),
    ("content", r.Content),
    ("participant", r.Participant),
    ("receipt", r.Receipt),
    ("decision", r.ModerationDecision),
)


class World:
    """One jam with one forum, every second text held. Open it with `await World.open(folder)`."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FakeClock()
        self.ids = CountedIds()
        self.lines: list[AnyLine] = []
        self.jam = ""
        self.forum = ""

    @classmethod
    async def open(cls, folder: Path) -> World:
        """Make the database and the jam, in the phase that takes ideas."""
        world = cls(open_database(f"sqlite:///{folder / 'world.db'}"))
        await world.database.write(upgrade)
        plan = JamPlan(
            title="A jam",
            forums=[ForumPlan(title="One", question="What now?")],
            phases=[
                PhasePlan(phase=Phase.IDEATE),
                PhasePlan(phase=Phase.WRAP_UP),
                PhasePlan(phase=Phase.CLOSED),
            ],
            settings=Settings(spot_check=2, ideas_per_minute=6000, burst=1000),
        )
        nobody = Viewer(org_id=ORG, jam_id="", participant_id="", role=Role.ADMINISTRATOR)
        made = await world.database.write(
            lambda connection: create_jam(connection, plan, nobody, world.ids, world.clock)  # type: ignore[arg-type]
        )
        assert not isinstance(made, Rejection)
        world.jam, world.forum = made.jam.id, made.forums[0].id
        return world

    async def join(self, name: str, role: Role = Role.PARTICIPANT) -> Client:
        """A person comes in and opens a socket."""
        viewer = Viewer(org_id=ORG, jam_id=self.jam, participant_id=self.ids.new_id(), role=role)
        command = JoinJam(
            participant_id=viewer.participant_id, handle=name, role=role, audience=Audience.CITIZEN
        )
        await self.decide(viewer, command)
        client = Client(self, name, viewer)
        await client.connect()
        return client

    async def decide(self, actor: Viewer, command: Any) -> dict[str, Any] | Rejection:
        """One command in one transaction, as the writer does it."""

        def work(connection: Connection) -> dict[str, Any] | Rejection:
            locked = lock_jam(connection, self.jam, self.clock)
            assert locked is not None
            facts = load_facts(connection, locked[0], [(actor, command)], self.ids, spot_check)
            changes = Changes(facts)
            outcome = decide(command, actor, facts, locked[1])
            if isinstance(outcome, Rejection):
                return outcome
            changes.add(outcome, actor, locked[1])
            changes.save(connection)
            return outcome.answer

        return await self.database.write(work)

    async def themes(self, ideas: list[str], version: int, *, final: bool = False) -> None:
        """Put a theme map on record, as theming does: all ideas in one theme, named by the first."""
        first = {"text": "lamp", "ideas": ideas[:1]}
        body = a_body(a_theme("t1", ideas, says={}, name="Lamp", phrases=[first], in_name=1))
        numbers = {"version": version, "at_seq": 1, "themes": 1, "one_of_a_kind": 0, "digest": "d"}
        command = PublishThemes(theme_map_id=f"map{version}", final=final, **numbers)
        nobody = Viewer(org_id=ORG, jam_id=self.jam, participant_id="", role=Role.ADMINISTRATOR)
        assert isinstance(await self.decide(nobody, command), dict)
        row = {"id": f"map{version}", "org_id": ORG, "jam_id": self.jam, "made_at": 1, "final": final}
        encoded = msgspec.json.encode(body).decode()
        await self.database.write(lambda c: add_map(c, body=encoded, **row, **numbers))

    async def next_phase(self, staff: Client, index: int) -> None:
        """Ring a bell."""
        await staff.give(StartNextPhase(client_id=f"bell-{index}", phase_index=index))

    async def export_lines(self) -> list[bytes]:
        """The records export, one line for each row."""

        def work(connection: Connection) -> list[bytes]:
            lines = []
            for name, kind in EXPORTED:
                table = TABLES[kind]
                mine = table.c.id == self.jam if kind is r.Jam else table.c.jam_id == self.jam
                order = table.c.seq if kind is r.Event else None
                for row in fetch(connection, kind, mine, order_by=order):
                    lines.append(msgspec.json.encode({"record": name, **msgspec.structs.asdict(row)}))
            return lines

        return await self.database.read(work)

    async def export(self) -> Export:
        """The final records, through the checker's own reader."""
        return read_export(await self.export_lines())


class Client:
    """One client of the world: what it receives and sends goes into the world's lines."""

    def __init__(self, world: World, name: str, viewer: Viewer) -> None:
        self.world, self.name, self.viewer = world, name, viewer
        self.cursor: int | None = None
        self.sockets = 0

    def take(self, frame: bytes) -> None:
        """A frame arrives."""
        line = Received(c=self.name, at=self.at, socket=self.sockets, frame=msgspec.Raw(frame))
        self.world.lines.append(line)

    @property
    def at(self) -> float:
        """The next moment: every line has its own."""
        return float(len(self.world.lines))

    async def connect(self, *, resume: bool = False) -> None:
        """Open a socket: welcome, then a snapshot unless it resumes."""
        self.sockets += 1
        cursor = self.cursor if resume else None
        self.world.lines.append(Opened(c=self.name, at=self.at, socket=self.sockets, cursor=cursor))
        state = await self.world.database.read(lambda c: read_state(c, self.viewer, 200))
        assert state is not None
        me = Me(
            id=self.viewer.participant_id,
            role=self.viewer.role,
            handle=self.name,
            audience=Audience.CITIZEN,
        )
        welcome = Welcome(
            version=1, epoch=state.epoch, head=state.cursor, now=self.world.clock.now(), resumed=resume, me=me
        )
        self.take(encode(welcome))
        self.world.lines.append(
            Joined(
                c=self.name,
                at=self.at,
                jam=self.world.jam,
                participant=self.viewer.participant_id,
                role=self.viewer.role,
                handle=self.name,
            )
        )
        if not resume:
            self.take(
                encode(Snapshot(cursor=state.cursor, part=1, parts=1, jam=state.jam, ideas=state.ideas))
            )
            self.cursor = state.cursor

    async def catch_up(self) -> None:
        """One batch with everything after the cursor."""
        assert self.cursor is not None
        frame = await self.batch(self.cursor)
        self.cursor = frame.cursor
        self.take(encode(frame))

    async def batch(self, after: int) -> Batch:
        """What a server would send after ``after``."""
        seen, _ = await self.world.database.read(lambda c: log.read(c, self.world.jam, after))
        events = [view for view in (project(one, self.viewer) for one in seen) if view is not None]
        return Batch(after=after, cursor=seen[-1].event.seq if seen else after, events=events)

    async def give(self, command: Command) -> dict[str, Any] | Rejection:
        """Send a command and write down how it ended."""
        self.invoke(command)
        outcome = await self.world.decide(self.viewer, command)
        if isinstance(outcome, Rejection):
            self.world.lines.append(Fail(c=self.name, at=self.at, ref=command.client_id, code=outcome.code))
        else:
            self.acked(command.client_id, outcome)
        return outcome

    def invoke(self, command: Command) -> None:
        """A command leaves."""
        raw = msgspec.Raw(msgspec.json.encode(command))
        self.world.lines.append(Invoke(c=self.name, at=self.at, attempt=1, command=raw))

    def acked(self, ref: str, answer: dict[str, Any]) -> None:
        """An acknowledgement comes."""
        ack = Ack(ref=ref, **{k: v for k, v in answer.items() if k in Ack.__struct_fields__})
        raw = encode(ack)
        self.take(raw)
        self.world.lines.append(Ok(c=self.name, at=self.at, ref=ref, ack=msgspec.Raw(raw)))
