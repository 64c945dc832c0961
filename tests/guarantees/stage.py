"""A jam on a running engine with people in it, and short words for what the tests do with it.

Why: most promises are about writers, logs and clocks, and can be tested without a socket in between.
A second ``Stage`` on another engine of the same database is what a second node's writer would be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from jam.compose import Engine
from jam.domain.commands import JoinJam, StartNextPhase, SubmitIdea
from jam.domain.jam_settings import Settings
from jam.domain.names import Audience, Phase, Role
from jam.domain.records import Content, Event, Idea, Jam
from jam.domain.rejections import Rejection
from jam.domain.views import Viewer
from jam.service.jams import ForumPlan, JamPlan, MadeJam, PhasePlan, create_jam
from jam.service.snapshot import State, read_state
from jam.service.writer import Also, Answer, house
from jam.store.rows import TABLES, fetch

QUICK = Settings(ideas_per_minute=60_000, burst=10_000)
"""Nobody is held up by the rate of a person's texts."""
WRITE_WRAP_CLOSE = (("ideate", None), ("wrap_up", None), ("closed", None))


@dataclass(frozen=True)
class Stage:
    """One jam as one node sees it. ``people`` are participants, ``lead`` is its facilitator."""

    engine: Engine
    jam_id: str
    org_id: str
    forum: str
    people: tuple[Viewer, ...]
    lead: Viewer

    def on(self, engine: Engine) -> Stage:
        """The same jam on another engine of the same database."""
        return replace(self, engine=engine)

    async def give(self, who: Viewer, command: Any, also: Also | None = None) -> Answer | Rejection:
        return await self.engine.intake.handle(who, command, also)

    async def submit(
        self, who: Viewer, client_id: str, text: str, also: Also | None = None, **more: Any
    ) -> Answer | Rejection:
        command = SubmitIdea(client_id=client_id, forum=self.forum, text=text, **more)
        return await self.give(who, command, also)

    async def next_phase(self, client_id: str, index: int) -> Answer | Rejection:
        return await self.give(self.lead, StartNextPhase(client_id=client_id, phase_index=index))

    async def jam(self) -> Jam:
        return (await self._rows(Jam, TABLES[Jam].c.id == self.jam_id))[0]

    async def ideas(self) -> list[Idea]:
        table = TABLES[Idea]
        return await self._rows(Idea, table.c.jam_id == self.jam_id, order_by=table.c.created_seq)

    async def events(self, kind: str | None = None) -> list[Event]:
        table = TABLES[Event]
        found = await self._rows(Event, table.c.jam_id == self.jam_id, order_by=table.c.seq)
        return [event for event in found if kind in (None, event.kind)]

    async def text(self, idea: Idea) -> str | None:
        return (await self._rows(Content, TABLES[Content].c.id == idea.text_id))[0].value

    async def state(self, who: Viewer, window: int = 200) -> State:
        state = await self.engine.database.read(lambda connection: read_state(connection, who, window))
        assert state is not None
        return state

    async def _rows(self, kind: type[Any], *where: Any, order_by: Any = None) -> list[Any]:
        return await self.engine.database.read(lambda c: fetch(c, kind, *where, order_by=order_by))


async def set_stage(
    engine: Engine,
    *,
    people: int = 3,
    phases: Sequence[tuple[str, float | None]] = WRITE_WRAP_CLOSE,
    settings: Settings = QUICK,
    zone: str = "UTC",
) -> Stage:
    """Make a jam and let its people in. The first phase starts at once."""
    plan = JamPlan(
        title="A jam",
        forums=[ForumPlan(title="One", question="What now?")],
        phases=[PhasePlan(phase=Phase(phase), minutes=minutes) for phase, minutes in phases],
        settings=settings,
        zone=zone,
    )
    ids, clock, org = engine.intake.ids, engine.intake.clock, engine.people.org_id
    maker = Viewer(org_id=org, jam_id="", participant_id="", role=Role.ADMINISTRATOR)
    made = await engine.database.write(lambda c: create_jam(c, plan, maker, ids, clock))
    assert isinstance(made, MadeJam)
    jam_id = made.jam.id
    persons = [await enter(engine, jam_id, f"Person {n + 1}") for n in range(people)]
    lead = await enter(engine, jam_id, "Lead", Role.FACILITATOR)
    return Stage(engine, jam_id, org, made.forums[0].id, tuple(persons), lead)


async def enter(engine: Engine, jam_id: str, handle: str, role: Role = Role.PARTICIPANT) -> Viewer:
    """Let one person in."""
    person = engine.intake.ids.new_id()
    command = JoinJam(participant_id=person, handle=handle, role=role, audience=Audience.CITIZEN)
    outcome = await engine.intake.handle(house(jam_id), command)
    assert not isinstance(outcome, Rejection), outcome
    return Viewer(org_id=engine.people.org_id, jam_id=jam_id, participant_id=person, role=role)


def code_of(outcome: Answer | Rejection) -> str:
    """``ok``, or the code of the refusal."""
    return outcome.code if isinstance(outcome, Rejection) else "ok"
