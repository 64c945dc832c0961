"""Random jams: people of every role give random commands, and every viewer keeps a state by events alone."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field
from typing import Any

from jam.compose import Engine
from jam.domain import commands as c
from jam.domain.jam_settings import Settings
from jam.domain.names import Anonymity, Audience, Phase, Policy, Role, Rule, Verdict
from jam.domain.permissions import MAY
from jam.domain.records import Jam
from jam.domain.rejections import Rejection
from jam.domain.views import Viewer
from jam.live.snapshots import Snapshots, snapshot_parts
from jam.live.tail import Rendered, Tail, batch_frame, select_for
from jam.live.wire import encode
from jam.service.jams import ForumPlan, JamPlan, MadeJam, PhasePlan, create_jam
from jam.service.snapshot import read_state
from jam.service.writer import house
from tests.fakes import FakeClock
from tests.law.random_themes import THEME_MAKERS, RandomThemes
from tests.reducer import Frame, State, assemble, empty_state, reduce

ROLES = [Role.PARTICIPANT, Role.PARTICIPANT, *list(Role)]
WIDE, NARROW = 200, 5
PHASES = [("lobby", 0.02), ("ideate", 20), ("build", 10), ("wrap_up", 5), ("closed", None)]


@dataclass
class Reader:
    """One viewer's client: the frames it got since its last snapshot, and the state they led to."""

    viewer: Viewer
    window: int
    state: State = field(default_factory=empty_state)
    frames: list[Frame] = field(default_factory=list)

    def take(self, frame: Frame) -> None:
        self.frames = [frame] if frame["t"] == "snapshot" else [*self.frames, frame]
        self.state = reduce(self.state, frame)


@dataclass
class Sequence:
    """Frames that one client got, and what a fresh snapshot says at their end."""

    frames: list[Frame]
    fresh: Frame
    whole: bool
    role: str


class RandomJam:
    """One jam on a running engine, played by chance from a seed."""

    def __init__(self, engine: Engine, clock: FakeClock, seed: int) -> None:
        self.engine = engine
        self.clock = clock
        self.random = random.Random(seed)
        self.readers: list[Reader] = []
        self.sequences: list[Sequence] = []
        self.commands = 0
        self.accepted = 0
        self._client_ids = 0
        self.themes = RandomThemes(self)

    async def begin(self) -> None:
        chance = self.random
        plan = JamPlan(
            title="Any jam",
            forums=[ForumPlan(title="One", question="What first?"), ForumPlan(title="Two", question="And?")],
            phases=[PhasePlan(phase=Phase(phase), minutes=minutes) for phase, minutes in PHASES],
            settings=Settings(
                policy=chance.choice(list(Policy)),
                anonymity=chance.choice(list(Anonymity)),
                spot_check=chance.choice([0, 2, 3]),
                ideas_per_minute=600,
                burst=50,
                build_takes_ideas=chance.random() < 0.5,
            ),
        )
        engine = self.engine
        actor = Viewer(org_id=engine.people.org_id, jam_id="", participant_id="", role=Role.ADMINISTRATOR)
        ids, clock = engine.intake.ids, self.clock
        made = await engine.database.write(lambda connection: create_jam(connection, plan, actor, ids, clock))
        assert isinstance(made, MadeJam)
        self.jam: Jam = made.jam
        self.tail = Tail(self.jam.id, engine.database, ring=chance.choice([8, 40, 5000]))
        await self.tail.begin()
        self.snapshots = Snapshots(self.tail, engine.database)
        for number, role in enumerate(ROLES):
            await self._join(number, role)

    async def _join(self, number: int, role: Role) -> None:
        person = self.engine.intake.ids.new_id()
        command = c.JoinJam(
            participant_id=person, handle=f"Person {number}", role=role, audience=Audience.CITIZEN
        )
        outcome = await self.engine.intake.handle(house(self.jam.id), command)
        assert not isinstance(outcome, Rejection), outcome
        viewer = Viewer(org_id=self.jam.org_id, jam_id=self.jam.id, participant_id=person, role=role)
        reader = Reader(viewer, self.random.choice([WIDE, WIDE, NARROW]))
        reader.take(await self.fresh(reader))
        self.readers.append(reader)

    async def fresh(self, reader: Reader) -> Frame:
        state = await self.engine.database.read(lambda c: read_state(c, reader.viewer, reader.window))
        assert state is not None
        return assemble([json.loads(encode(part)) for part in snapshot_parts(state)])

    async def _come_in(self, reader: Reader) -> Frame:
        """The snapshot that a socket would get: shared with others, a little behind, one's own beside it."""
        state = await self.snapshots.of(reader.viewer)
        reader.window = WIDE
        return assemble([json.loads(encode(part)) for part in snapshot_parts(state)])

    async def step(self) -> None:
        """A few commands at once, perhaps some time, and one reader catches up and is compared."""
        burst = [self._command() for _ in range(self.random.choice([1, 1, 2, 6]))]
        outcomes = await asyncio.gather(*(self.engine.intake.handle(*one) for one in burst))
        await self.themes.play()
        self.commands += len(burst)
        self.accepted += sum(not isinstance(outcome, Rejection) for outcome in outcomes)
        if self.random.random() < 0.5:
            self.clock.jump(self.random.choice([0.1, 1, 20, 90]))
        await self.tail.advance()
        await self.check(self.random.choice(self.readers))

    async def check(self, reader: Reader) -> None:
        """Bring a reader level by events alone; it must know what a fresh snapshot at its cursor says."""
        fresh = await self.fresh(reader)
        await self.tail.advance()
        while fresh["cursor"] != self.tail.head:  # Themes may come on record by themselves.
            fresh = await self.fresh(reader)
            await self.tail.advance()
        while reader.state["cursor"] < self.tail.head:
            reader.take(self._batch(reader, await self._page(reader.state["cursor"])))
        whole = reader.window == WIDE and reader.viewer.role in (Role.PARTICIPANT, Role.OBSERVER)
        assert_same(reader.state, fresh, whole=whole)
        self.sequences.append(Sequence(reader.frames, fresh, whole, reader.viewer.role))
        if self.random.random() < 0.3:
            reader.take(await self._come_in(reader))

    async def _page(self, cursor: int) -> list[Rendered]:
        limit = self.random.choice([1, 3, 200])
        page = self.tail.after(cursor, limit) if self.random.random() < 0.7 else None
        return page if page else (await self.tail.from_log(cursor))[:limit]

    def _batch(self, reader: Reader, page: list[Rendered]) -> Frame:
        cursor = page[-1].seq
        totals = self.tail.totals if cursor == self.tail.head else None
        frame = batch_frame(reader.state["cursor"], cursor, select_for(reader.viewer, page), totals)
        return dict(json.loads(frame[frame.index(b'{"t"') :]))

    def _command(self) -> tuple[Viewer, Any]:
        chance = self.random
        self._client_ids += 1
        client_id = f"c{self._client_ids if chance.random() < 0.95 else 1}"
        kind = chance.choices(list(MAKERS), [WEIGHTS.get(one, 4) for one in MAKERS])[0]
        readers = self.readers
        if readers[0].state["jam"].get("paused_at") and chance.random() < 0.3:
            kind = "resume_jam"
        if self.phase_index() == len(PHASES) - 1 and chance.random() < 0.3:
            kind = "reopen_jam"
        if chance.random() < 0.8:
            readers = [reader for reader in readers if reader.viewer.role in MAY[kind].roles]
        command = MAKERS[kind](self, {"client_id": client_id})
        if kind in OWN and chance.random() < 0.8:
            author = self.author_of(command.idea)
            readers = [reader for reader in readers if reader.viewer.participant_id == author] or readers
        return chance.choice(readers).viewer, command

    def some_idea(self) -> Frame:
        """An idea that staff know of, or one that is not there."""
        ideas = list(self.ideas().values())
        return self.random.choice(ideas) if ideas else {"id": "none", "version": 1}

    def ideas(self) -> dict[str, Frame]:
        """Every idea that staff know of, by id."""
        staff = next(r for r in self.readers if r.viewer.role is Role.MODERATOR)
        return dict(staff.state["ideas"])

    def author_of(self, idea: str) -> str | None:
        """Who wrote an idea, as they themselves know: in an anonymous jam nobody else does."""
        seen = (reader.state["ideas"].get(idea, {}).get("author") for reader in self.readers)
        return next((author for author in seen if author), None)

    def some_forum(self) -> str:
        return self.random.choice([*self.readers[0].state["forums"], "none"])

    def some_proposal(self) -> str | None:
        staff = next(r for r in self.readers if r.viewer.role is Role.MODERATOR)
        return self.random.choice([None, None, *staff.state["proposals"], "none"])

    def some_text(self) -> str:
        words = ["bench", "light", "<b>tea</b>", "“yes”", "naïve", "\n", "bus", "‮abc", "👩‍👧", ""]
        return " ".join(self.random.choices(words, k=self.random.choice([0, 3, 8, 8])))

    def phase_index(self) -> int:
        return int(self.readers[0].state["jam"]["phase_index"])


def _on_idea(make: Any, *with_version: bool) -> Any:
    def maker(jam: RandomJam, base: dict[str, Any]) -> Any:
        idea = jam.some_idea()
        version = {"version": idea["version"]} if with_version else {}
        return make(jam, {**base, "idea": idea["id"], **version})

    return maker


MAKERS: dict[str, Any] = {
    "submit_idea": lambda j, b: c.SubmitIdea(
        **b, forum=j.some_forum(), text=j.some_text(), tags=j.random.choice([[], ["a"], ["a", "b c"]])
    ),
    "import_idea": lambda j, b: c.ImportIdea(
        **b, forum=j.some_forum(), text=j.some_text(), written_at=j.random.choice([None, 10**12])
    ),
    "submit_reply": _on_idea(
        lambda j, b: c.SubmitReply(**b, text=j.some_text(), official=j.random.random() < 0.2)
    ),
    "edit_idea": _on_idea(
        lambda j, b: c.EditIdea(
            **b, text=j.random.choice([None, j.some_text()]), tags=j.random.choice([None, [], ["x"]])
        ),
        True,
    ),
    "tag_idea": _on_idea(lambda j, b: c.TagIdea(**b, tags=j.random.choice([[], ["t"], ["#u"]])), True),
    "withdraw_idea": _on_idea(lambda j, b: c.WithdrawIdea(**b)),
    "restore_idea": _on_idea(lambda j, b: c.RestoreIdea(**b)),
    "flag_idea": _on_idea(lambda j, b: c.FlagIdea(**b, rule=j.random.choice(list(Rule)))),
    "moderate": _on_idea(
        lambda j, b: c.Moderate(
            **b,
            verdict=j.random.choice(list(Verdict)),
            rule=j.random.choice([None, *Rule]),
            note=j.random.choice([None, "Because of this"]),
        ),
        True,
    ),
    "undo_decision": _on_idea(lambda j, b: c.UndoDecision(**b), True),
    "start_next_phase": lambda j, b: c.StartNextPhase(**b, phase_index=j.phase_index()),
    "extend_phase": lambda j, b: c.ExtendPhase(
        **b, phase_index=j.phase_index(), minutes=j.random.randint(0, 9)
    ),
    "pause_jam": lambda j, b: c.PauseJam(**b),
    "resume_jam": lambda j, b: c.ResumeJam(**b),
    "close_jam": lambda j, b: c.CloseJam(**b),
    "reopen_jam": lambda j, b: c.ReopenJam(**b, minutes=j.random.choice([None, 0, 9, 30])),
    "propose_question": lambda j, b: c.ProposeQuestion(**b, text=j.some_text()),
    "open_forum": lambda j, b: c.OpenForum(
        **b,
        title="More",
        question=j.some_text(),
        host=j.random.choice([None, "Ada"]),
        proposal=j.some_proposal(),
    ),
    "close_forum": lambda j, b: c.CloseForum(**b, forum=j.some_forum()),
    **THEME_MAKERS,
}
OWN = frozenset({"edit_idea", "tag_idea", "withdraw_idea", "restore_idea"})
WEIGHTS = {"submit_idea": 20, "submit_reply": 10, "moderate": 24, "resume_jam": 12, "edit_idea": 14}
WEIGHTS |= {"close_jam": 0.1, "start_next_phase": 1, "close_forum": 0.5, "open_forum": 1, "pause_jam": 2}
WEIGHTS |= {"reopen_jam": 0.3, "propose_question": 2, "extend_phase": 1}
WEIGHTS |= {**dict.fromkeys(THEME_MAKERS, 3), "move_ideas": 6, "rename_theme": 6, "undo_correction": 8}


def assert_same(state: State, fresh: Frame, *, whole: bool) -> None:
    """A client's state against a fresh snapshot; all that the snapshot holds must be there, and be the same.

    ``whole``: nothing else may be there either. (Staff keep what they saw decided; a narrow window's
    client keeps older ideas.)
    """
    expected = reduce(empty_state(), fresh)
    assert not state["gap"]
    for name in ("cursor", "jam", "totals", "forums", "flags", "people", "proposals"):
        assert state[name] == expected[name], name
    for name in ("themes", "placed", "corrections", "report"):
        assert state[name] == expected[name], name
    for key, idea in expected["ideas"].items():
        assert state["ideas"].get(key) == idea
    if whole:
        assert state["ideas"].keys() == expected["ideas"].keys()


async def play(engine: Engine, clock: FakeClock, seed: int, steps: int) -> RandomJam:
    """One random jam from begin to end; every reader is compared at the end."""
    jam = RandomJam(engine, clock, seed)
    await jam.begin()
    for _ in range(steps):
        await jam.step()
    for reader in jam.readers:
        await jam.check(reader)
    return jam
