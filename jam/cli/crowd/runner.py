"""A replay from the first join to the last file: the simulated people, their moderator, the bell, the
themes, the report, and the checker's verdict. ``jam replay`` is the command line around it.
"""

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jam.cli.crowd import figures
from jam.cli.crowd.checker import Export, Verdict, check, read_export
from jam.cli.crowd.client import Person
from jam.cli.crowd.crowd import Crowd
from jam.cli.crowd.facilitator import Facilitator
from jam.cli.crowd.history import Recorder, read_history
from jam.cli.crowd.house import House, NotFinished
from jam.cli.crowd.moderator import Choice, Moderator
from jam.cli.crowd.outbox import Outcome
from jam.cli.crowd.plan import Plan, Turn, question
from jam.domain.commands import StartNextPhase, SubmitIdea
from jam.domain.names import Rule
from jam.domain.names import Verdict as ModerationVerdict
from jam.domain.views import IdeaView

PHASES = [{"phase": "lobby"}, {"phase": "ideate"}, {"phase": "closed"}]
REPORT_SECONDS = 600.0
LAST_EVENTS_SECONDS = 30.0
ARTEFACTS = ("report.html", "report.json", "themes.csv", "ideas.csv")
RECORDS = "records.jsonl"
HISTORY = "history.jsonl"
STEERED_AT = (0.5, 0.9)
"""The facilitator corrects the themes after these shares of the texts."""
STEER_SECONDS = 300.0

Progress = Callable[[str, int, int], None]
"""``progress(stage, done, total)``."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a finished replay leaves: its figures as they are printed, and the checker's verdict."""

    figures: dict[str, object]
    verdict: Verdict
    unanswered: int
    undecided: int

    @property
    def ok(self) -> bool:
        """Whether all was answered and decided, nothing was lost, doubled, missing or wrong, and every
        correction of the themes was kept."""
        return self.verdict.ok and not self.unanswered and not self.undecided and not self.corrections_lost

    @property
    def corrections_lost(self) -> list[str]:
        """The kinds of the corrections that the final themes do not keep."""
        lost = self.figures.get("corrections_lost", [])
        assert isinstance(lost, list)
        return lost

    def complaint(self) -> str:
        """What is not as it should be, in words."""
        left = f"unanswered: {self.unanswered}, undecided: {self.undecided}"
        if self.corrections_lost:
            left += f"\ncorrections of the themes that were not kept: {', '.join(self.corrections_lost)}"
        return f"{left}\n{self.verdict.summary()}"


@dataclass(slots=True)
class Replay:
    """One replay on one server. ``folder`` gets the report, the exports and the histories.

    With ``steer`` a facilitator corrects the themes in the middle and again near the end; ``maps`` is the
    folder for the maps before and after each correction.
    """

    house: House
    plan: Plan
    title: str
    folder: Path
    hide: int
    chance: random.Random
    progress: Progress
    steer: bool = False
    maps: Path | None = None
    code: str = ""
    jam: str = ""
    forums: dict[str, str] = field(default_factory=dict)
    _hidden: set[str] = field(default_factory=set)
    _kept: set[str] = field(default_factory=set)
    _facilitator: Facilitator | None = None

    async def run(self) -> Result:
        """The whole replay. Raises ``NotFinished``, or what the server refused."""
        await self._make_jam()
        with Recorder(self.folder / HISTORY) as recorder:
            async with asyncio.TaskGroup() as tasks:
                crowd = Crowd(self.house, self.jam, self.code, recorder, self.chance, tasks)
                outcomes = await self._live(crowd, tasks)
                export = await self._take_away(crowd)
                steered = await self._facilitator.final() if self._facilitator else {}
                await crowd.leave()
        return self._judge(outcomes, export, [person.name for person in crowd.everyone], steered)

    async def _make_jam(self) -> None:
        wanted = [question(name) for name in self.plan.forums]
        made = await self.house.create_jam(self.title, wanted, phases=PHASES, settings=self.plan.settings)
        self.jam, self.code = made["id"], made["code"]
        ids = [forum["id"] for forum in made["forums"]]
        self.forums = dict(zip(self.plan.forums, ids, strict=True))

    async def _live(self, crowd: Crowd, tasks: asyncio.TaskGroup) -> list[Outcome]:
        """Everybody in, the phase on, every text sent and answered, the queue cleared, the bell."""
        moderator = Moderator(await crowd.take_role("moderator"), self._judgement)
        deciding = tasks.create_task(moderator.run(), name="moderator")
        people = await crowd.join([(f"Person {n + 1}", "citizen") for n in range(self.plan.people)])
        self.progress("people", len(people), len(people))
        if self.steer:
            person = await crowd.take_role("facilitator")
            self._facilitator = Facilitator(self.house, person, self.jam, self.maps)
        await self._next_phase(0)
        outcomes = await self._send_all(people)
        last = max((o.ack.seq or 0 for o in outcomes if o.ack), default=0)
        await moderator.until_clear(last)
        deciding.cancel()
        await self._next_phase(1)
        return outcomes

    async def _next_phase(self, index: int) -> None:
        command = StartNextPhase(client_id=f"replay-phase-{index}", phase_index=index)
        await self.house.command(self.jam, command)

    async def _send_all(self, people: list[Person]) -> list[Outcome]:
        """Each text at its turn; how long an answer takes never moves the next turn."""
        start, done = time.monotonic(), 0

        async def one(turn: Turn) -> Outcome:
            nonlocal done
            command = SubmitIdea(
                client_id=f"text-{turn.number + 1}", forum=self.forums[turn.forum], text=turn.text
            )
            outcome = await people[turn.person].send(command)
            done += 1
            self.progress("texts", done, len(self.plan.turns))
            return outcome

        async with asyncio.TaskGroup() as tasks:
            under_way, steering = [], self._steering(tasks)
            for turn in self.plan.turns:
                await asyncio.sleep(max(0.0, start + turn.at - time.monotonic()))
                under_way.append(tasks.create_task(one(turn)))
                next(steering)
        return [task.result() for task in under_way]

    def _steering(self, tasks: asyncio.TaskGroup) -> Iterator[None]:
        """Goes on once for each text; in the middle and near the end the facilitator begins a round."""
        moments = {round(share * len(self.plan.turns)) for share in STEERED_AT}
        before: asyncio.Task[None] | None = None
        for number in itertools.count(1):
            if self._facilitator is not None and number in moments:
                before = tasks.create_task(_round(self._facilitator, before))
            yield

    def _judgement(self, idea: IdeaView) -> Choice:
        """Hide the first ``hide`` ideas of the queue, approve the others; the same each time."""
        if idea.id not in self._kept and len(self._hidden) < self.hide:
            self._hidden.add(idea.id)
        if idea.id in self._hidden:
            return Choice(ModerationVerdict.HIDE, Rule.REPEATED, "Hidden by the replay, as it was asked to.")
        self._kept.add(idea.id)
        return Choice()

    async def _take_away(self, crowd: Crowd) -> Export:
        """Wait for the report, download everything, and let every client come to the log's end."""
        await self._report(crowd)
        for name in ARTEFACTS:
            path = f"/jams/{self.jam}/{name}"
            _write(self.folder / name, await self.house.download(path))
        records = await self.house.download(f"/api/jams/{self.jam}/{RECORDS}")
        _write(self.folder / RECORDS, records)
        export = read_export(records.splitlines())
        await crowd.until_cursor(export.jam.last_seq, LAST_EVENTS_SECONDS)
        return export

    async def _report(self, crowd: Crowd) -> None:
        deadline = time.monotonic() + REPORT_SECONDS
        while await self.house.report_version(self.jam) is None:
            if time.monotonic() > deadline:
                raise NotFinished(f"the report of jam {self.jam} was not ready after {REPORT_SECONDS:.0f} s")
            told = crowd.staff[0].progress
            if told:
                self.progress(told.stage, told.done, told.total)
            await asyncio.sleep(0.2)

    def _judge(
        self, outcomes: list[Outcome], export: Export, clients: list[str], steered: dict[str, Any]
    ) -> Result:
        verdict = check(read_history(self.folder / HISTORY), export, clients=clients)
        times = figures.measure(read_history(self.folder / HISTORY))
        themes = next((e.data for e in reversed(export.events) if e.kind == "themes_published"), {})
        found = {
            "people": self.plan.people,
            "sent": len(outcomes),
            "acked": sum(1 for outcome in outcomes if outcome.ack),
            "published": figures.published(export),
            "held": figures.ever_held(export),
            "refused": sum(1 for outcome in outcomes if outcome.code),
            "per_client_missing": verdict.number("missing"),
            "per_client_duplicates": verdict.number("duplicate"),
            "resumes": verdict.counts["resumes"],
            "snapshots": verdict.counts["snapshots"],
            "ack_ms": times.ack_ms.as_dict(),
            "delivery_ms": times.delivery_ms.as_dict(),
            "themes": themes.get("themes", 0),
            "one_of_a_kind": themes.get("one_of_a_kind", 0),
            "bell_to_report_s": figures.bell_to_report(export),
            **steered,
        }
        unanswered = sum(1 for outcome in outcomes if not outcome.ack and not outcome.code)
        return Result(found, verdict, unanswered, figures.undecided(export))


async def _round(facilitator: Facilitator, before: "asyncio.Task[None] | None") -> None:
    """One round of corrections, after the one before it."""
    if before is not None:
        await before
    async with asyncio.timeout(STEER_SECONDS):
        await facilitator.steer()


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: written beside its place, then moved there."""
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(content)
    beside.replace(path)
