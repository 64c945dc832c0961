"""A demo jam that plays a script: opens the jam, lets the people in, and gives each act to who does it."""

import asyncio
import contextlib
import itertools
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from jam.cli.crowd.client import Person
from jam.cli.crowd.crowd import Crowd
from jam.cli.crowd.history import Recorder
from jam.cli.crowd.house import House, NotFinished, Refused
from jam.cli.crowd.moderator import Choice, Moderator
from jam.cli.crowd.outbox import Outcome
from jam.cli.crowd.script import Act, Decide, Edit, Report, Script, Submit, Withdraw
from jam.domain.commands import (
    Command,
    EditIdea,
    FlagIdea,
    RestoreIdea,
    StartNextPhase,
    SubmitIdea,
    SubmitReply,
    UndoDecision,
    WithdrawIdea,
)
from jam.domain.names import Phase
from jam.domain.theme_commands import ShowThemes
from jam.domain.views import IdeaView

SPOT_CHECK = 12
LEFT_OPEN = 0.9
REPORT_SECONDS = 300.0
LOOK_SECONDS = 0.3


class _NothingThere(Exception):
    """The idea that an act is about does not exist."""


@dataclass(slots=True)
class Show:
    """One demo on one server. ``open`` it, ``play`` acts, then ``ring`` for the report.

    What is held during the last tenth of the script is left waiting, so that whoever visits finds
    something to decide, and the report something to say about it.
    """

    house: House
    script: Script
    minutes: float
    chance: random.Random
    tasks: asyncio.TaskGroup
    progress: Callable[[str, int, int], None]
    jam: str = ""
    code: str = ""
    _crowd: Crowd | None = None
    _moderator: Moderator = field(init=False)
    _deciding: "asyncio.Task[None] | None" = None
    _showing: "asyncio.Task[None] | None" = None
    _forums: dict[str, str] = field(default_factory=dict)
    _people: dict[str, Person] = field(default_factory=dict)
    _submits: dict[str, "asyncio.Task[Outcome]"] = field(default_factory=dict)
    _authors: dict[str, Person] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)
    _played: int = 0
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def open(self) -> dict[str, str]:
        """Make the jam and its links: the addresses of the rooms, by what they are."""
        phases = [
            {"phase": "lobby"},
            {"phase": "ideate", "minutes": self.minutes},
            {"phase": "wrap_up", "minutes": 30},
            {"phase": "closed"},
        ]
        wanted = [{"title": title, "question": question} for _, title, question in self.script.forums]
        limit = max(500, self.script.longest)
        settings = {"policy": "screened", "spot_check": SPOT_CHECK, "text_limit": limit}
        settings |= {"ideas_per_minute": 3000, "burst": 100}
        made = await self.house.create_jam(self.script.title, wanted, phases=phases, settings=settings)
        self.jam, self.code = made["id"], made["code"]
        keys = [key for key, _, _ in self.script.forums]
        self._forums = dict(zip(keys, (forum["id"] for forum in made["forums"]), strict=True))
        roles = {"participant": "participant", "facilitator": "facilitator", "report": "observer"}
        links = {
            name: await self.house.role_link(self.jam, role, reusable=True) for name, role in roles.items()
        }
        return {"join": f"{self.house.url}/j/{self.code}", **links}

    async def gather(self) -> None:
        """Let everybody in and begin. What they live through is not kept."""
        crowd = Crowd(self.house, self.jam, self.code, Forgetful(), self.chance, self.tasks)
        self._crowd = crowd
        self._moderator = Moderator(await crowd.take_role("moderator"), self._judgement, pause=0.2)
        people = await crowd.join(self.script.people)
        self.progress("people", len(people), len(people))
        names = [handle for handle, _ in self.script.people]
        self._people = dict(zip(names, people, strict=True))
        self._deciding = self.tasks.create_task(self._moderator.run(), name="moderator")
        self._showing = self.tasks.create_task(self._show_themes(), name="show themes")
        await self._next_phase(0)

    async def _show_themes(self) -> None:
        """As soon as there are themes, everyone may see them."""
        staff = self._moderator.person
        await staff.until(lambda: staff.feed.themes is not None and staff.feed.themes.themes > 0)
        with contextlib.suppress(Refused):  # Where the jam is over by then, they are to be seen anyway.
            await self.house.command(self.jam, ShowThemes(client_id="demo-themes", shown=True))

    def _judgement(self, idea: IdeaView) -> Choice:
        """What the script says; else approve, but leave the last ones to whoever visits."""
        decision = self.script.verdicts.get(self._keys.get(idea.id, ""))
        if decision is not None:
            return Choice(decision.verdict, decision.rule, decision.note)
        late = self._played > LEFT_OPEN * len(self.script.acts)
        return Choice(None) if late and idea.id not in self._moderator.decided else Choice()

    async def play(self, acts: Sequence[Act], seconds: float) -> None:
        """Give each act at its time, spread evenly over ``seconds``; ends when all are answered."""
        start = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            for number, act in enumerate(acts):
                wait = start + seconds * number / len(acts) - time.monotonic()
                await asyncio.sleep(max(0.0, wait))
                self._give(act, tasks)

    def _give(self, act: Act, tasks: asyncio.TaskGroup) -> None:
        task = tasks.create_task(self._do(act))
        if isinstance(act, Submit):
            self._submits[act.id] = task
        task.add_done_callback(lambda _: self._one_more())

    def _one_more(self) -> None:
        self._played += 1
        self.progress("acts", self._played, len(self.script.acts))

    async def _do(self, act: Act) -> Outcome:
        """One act and its answer. An act about an idea that was refused, or is not there yet, is left out."""
        try:
            return await self._act(act)
        except _NothingThere:
            return Outcome("")

    async def _act(self, act: Act) -> Outcome:
        match act:
            case Submit():
                return await self._submit(act)
            case Edit():
                return await self._to_own(act.idea, lambda i: self._edit(i, act.text))
            case Withdraw(restore=restore):
                kind = RestoreIdea if restore else WithdrawIdea
                return await self._to_own(act.idea, lambda i: kind(client_id=self._id(), idea=i.id))
            case Report():
                flag = FlagIdea(client_id=self._id(), idea=await self._idea_id(act.idea), rule=act.rule)
                return await self._person(act.by).send(flag)
            case Decide():
                return await self._decide(act)

    async def _submit(self, act: Submit) -> Outcome:
        person = self._authors[act.id] = self._person(act.by)
        command: Command
        if act.to:
            command = SubmitReply(client_id=self._id(), idea=await self._idea_id(act.to), text=act.text)
        else:
            tags = list(act.tags)
            command = SubmitIdea(
                client_id=self._id(), forum=self._forums[act.forum], text=act.text, tags=tags
            )
        outcome = await person.send(command)
        if outcome.ack and outcome.ack.idea:
            self._keys[outcome.ack.idea] = act.id
        return outcome

    def _edit(self, idea: IdeaView, text: str) -> Command:
        return EditIdea(client_id=self._id(), idea=idea.id, version=idea.version, text=text)

    async def _to_own(self, key: str, command: Callable[[IdeaView], Command]) -> Outcome:
        """A command of an idea's author, on the version that they see."""
        if key not in self._authors:
            raise _NothingThere
        person = self._authors[key]
        return await person.send(command(await self._seen(key, person)))

    async def _decide(self, act: Decide) -> Outcome:
        """The moderator's act; nothing is done where the queue has seen to it already."""
        staff = self._moderator.person
        idea = await self._seen(act.idea, staff)
        if act.undo:
            return await staff.send(UndoDecision(client_id=self._id(), idea=idea.id, version=idea.version))
        if idea.id in self._moderator.decided:
            return Outcome("")
        return await self._moderator.decide(idea, Choice(act.verdict, act.rule, act.note))

    async def _idea_id(self, key: str) -> str:
        """The server's id of an idea, once it is acknowledged."""
        if key not in self._submits:
            raise _NothingThere
        outcome = await self._submits[key]
        if outcome.ack is None or outcome.ack.idea is None:
            raise _NothingThere
        return outcome.ack.idea

    async def _seen(self, key: str, person: Person) -> IdeaView:
        """An idea as one person sees it by now."""
        idea_id = await self._idea_id(key)
        await person.until(lambda: idea_id in person.feed.ideas)
        return person.feed.ideas[idea_id]

    def _person(self, handle: str) -> Person:
        """Who plays a part; where there are fewer people than parts, they share them."""
        people = list(self._people.values())
        return self._people.get(handle) or people[sum(handle.encode()) % len(people)]

    def _id(self) -> str:
        return f"demo-{next(self._numbers)}"

    async def ring(self) -> None:
        """Ring the bell of the writing phase."""
        await self._next_phase(1)

    async def close(self) -> None:
        """Ring the bell of the last phase before ``closed``."""
        await self._next_phase(2)

    async def _next_phase(self, index: int) -> None:
        command = StartNextPhase(client_id=f"demo-phase-{index}", phase_index=index)
        await self.house.command(self.jam, command)

    @property
    def writing(self) -> bool:
        """Whether ideas are taken now, as the moderator sees it."""
        jam = self._moderator.person.feed.jam
        return jam is not None and jam.phases[jam.phase_index].phase in (Phase.LOBBY, Phase.IDEATE)

    async def until_bell(self) -> None:
        """Wait until somebody or the clock ends the writing phase."""
        await self._moderator.person.until(lambda: not self.writing)

    async def until_report(self) -> None:
        """Wait for the report, showing how far it is. Raises ``NotFinished`` when it does not come."""
        deadline = time.monotonic() + REPORT_SECONDS
        while await self.house.report_version(self.jam) is None:
            if time.monotonic() > deadline:
                raise NotFinished(f"the report was not ready after {REPORT_SECONDS:.0f} s")
            told = self._moderator.person.progress
            if told:
                self.progress(told.stage, told.done, told.total)
            await asyncio.sleep(LOOK_SECONDS)

    async def leave(self) -> None:
        """Everybody goes home; safe before anybody came."""
        for task in (self._deciding, self._showing):
            if task is not None:
                task.cancel()
        if self._crowd is not None:
            await self._crowd.leave()


class Forgetful(Recorder):
    """A recorder that keeps nothing: a demo runs for hours."""

    def put(self, line: object) -> None:
        """Let the line go."""
