"""One run of a crowd on a server of its own while things are broken on purpose, and the verdict on it.

The faults: sockets cut at random, every command sent several times at once, the server killed without
warning and started again, and a bell that rings while everybody is sending.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jam.cli.crowd.checker import Export, Verdict, check, read_export
from jam.cli.crowd.client import Person
from jam.cli.crowd.crowd import Crowd
from jam.cli.crowd.history import AnyLine, Ok, Recorder, read_history
from jam.cli.crowd.house import House
from jam.cli.crowd.moderator import Choice, Moderator
from jam.cli.crowd.server import SERVE, ServerProcess, own_house
from jam.domain.commands import (
    Command,
    EditIdea,
    FlagIdea,
    Moderate,
    RestoreIdea,
    StartNextPhase,
    SubmitIdea,
    SubmitReply,
    UndoDecision,
    WithdrawIdea,
)
from jam.domain.names import Rule, Status
from jam.domain.names import Verdict as Ruling
from jam.domain.views import IdeaView

PHASES = [{"phase": "lobby"}, {"phase": "ideate"}, {"phase": "wrap_up"}, {"phase": "closed"}]
SETTINGS = {"policy": "screened", "spot_check": 4, "ideas_per_minute": 6000, "burst": 1000}
SETTLE_SECONDS = 60.0
LONGEST_SECONDS = 600.0
MEDDLES_PER_SECOND = 8.0


@dataclass(frozen=True, slots=True)
class Faults:
    """What is broken, and how often. A run lasts for so many ``answers``, however slow the machine is.

    Kills are spread over them, each right after an answer.
    """

    seed: int = 1
    people: int = 12
    answers: int = 300
    kills: int = 2
    drops_per_second: float = 4.0
    copies: int = 8


async def run_campaign(faults: Faults, serve: Sequence[str] = SERVE) -> Verdict:
    """A whole run on a temporary database; the checker's verdict."""
    with tempfile.TemporaryDirectory(prefix="jam-verify-") as folder:
        process = ServerProcess(Path(folder), serve=serve)
        async with own_house(process) as house:
            return await _Campaign(faults, process, house, Path(folder)).run()


class Counting(Recorder):
    """A recorder that also lets one wait for a number of answers."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.acked = 0
        self._goals: list[tuple[int, asyncio.Event]] = []

    def put(self, line: AnyLine) -> None:
        super().put(line)
        if isinstance(line, Ok):
            self.acked += 1
            for number, reached in self._goals:
                if self.acked >= number:
                    reached.set()

    async def answers(self, number: int) -> None:
        """Wait until so many commands are acknowledged in all."""
        goal = (number, asyncio.Event())
        self._goals.append(goal)
        if self.acked < number:
            await goal[1].wait()


class _Campaign:
    def __init__(self, faults: Faults, process: ServerProcess, house: House, folder: Path) -> None:
        self.faults = faults
        self.process = process
        self.house = house
        self.folder = folder
        self.chance = random.Random(faults.seed)
        self.jam = ""
        self.forum = ""
        self.over = False

    async def run(self) -> Verdict:
        made = await self.house.create_jam(
            "Verify", [{"title": "One", "question": "What now?"}], phases=PHASES, settings=SETTINGS
        )
        self.jam, self.forum = made["id"], made["forums"][0]["id"]
        path = self.folder / "history.jsonl"
        with Counting(path) as recorder:
            async with asyncio.TaskGroup() as tasks:
                crowd = Crowd(self.house, self.jam, made["code"], recorder, self.chance, tasks)
                await self._live(crowd, tasks, recorder)
                head = (await self._export()).jam.last_seq
                await crowd.until_cursor(head, SETTLE_SECONDS)
                await crowd.leave()
        # The report comes on record by itself: what people got is held against a log that has all of it.
        export, clients = await self._export(), [person.name for person in crowd.everyone]
        return check(read_history(path), export, clients=clients, until=head)

    async def _export(self) -> Export:
        records = await self.house.download(f"/api/jams/{self.jam}/records.jsonl")
        return read_export(records.splitlines())

    async def _live(self, crowd: Crowd, tasks: asyncio.TaskGroup, recorder: Counting) -> None:
        moderator = Moderator(await crowd.take_role("moderator"), self._judgement)
        deciding = tasks.create_task(moderator.run())
        people = await crowd.join([(f"Person {n + 1}", "citizen") for n in range(self.faults.people)])
        await self._next_phase(0)
        breaking = [tasks.create_task(self._drop(crowd)), tasks.create_task(self._kill(recorder))]
        meddling = tasks.create_task(self._meddle(moderator.person))
        writing = [tasks.create_task(self._write(person, n)) for n, person in enumerate(people)]
        async with asyncio.timeout(LONGEST_SECONDS):
            await recorder.answers(self.faults.answers)
            await breaking[1]
        # The bell rings while everybody is still sending; some of it comes too late and is told so.
        await self._next_phase(1)
        await asyncio.sleep(0.5)
        self.over = True
        breaking[0].cancel()
        meddling.cancel()
        async with asyncio.timeout(SETTLE_SECONDS):
            await asyncio.gather(*writing)
        # Nothing may be under way when the records are read: what comes later would look lost.
        deciding.cancel()
        assert await crowd.until_answered(SETTLE_SECONDS)

    async def _next_phase(self, index: int) -> None:
        await self.house.command(self.jam, StartNextPhase(client_id=f"phase-{index}", phase_index=index))

    @staticmethod
    def _judgement(idea: IdeaView) -> Choice:
        """Hide every third of what is held, by its id, so that a second look decides the same."""
        hide = sum(idea.id.encode()) % 3 == 0
        return Choice(Ruling.HIDE, Rule.REPEATED, "A trial.") if hide else Choice()

    async def _meddle(self, staff: Person) -> None:
        """Take shown texts out of sight, and put some back, while everybody is reading."""
        for number in itertools.count():
            await asyncio.sleep(self.chance.expovariate(MEDDLES_PER_SECOND))
            ideas = list(staff.feed.ideas.values())
            if not ideas:
                continue
            idea, key = self.chance.choice(ideas), f"meddle-{number}"
            if idea.status is Status.PUBLISHED:
                ruling = self.chance.choice([Ruling.HIDE, Ruling.RETURN])
                await staff.send(
                    Moderate(
                        client_id=key, idea=idea.id, version=idea.version, verdict=ruling, rule=Rule.ABUSE
                    )
                )
            elif idea.status in (Status.HIDDEN, Status.RETURNED):
                await staff.send(UndoDecision(client_id=key, idea=idea.id, version=idea.version))

    async def _drop(self, crowd: Crowd) -> None:
        """Cut a random socket again and again."""
        while True:
            await asyncio.sleep(self.chance.expovariate(self.faults.drops_per_second))
            self.chance.choice(crowd.everyone).drop()

    async def _kill(self, recorder: Counting) -> None:
        """Kill the server while it works, right after an answer, and start it again where it was."""
        for moment in sorted(self.chance.sample(range(10, self.faults.answers), self.faults.kills)):
            await recorder.answers(moment)
            await asyncio.sleep(self.chance.choice([0.0, 0.0, 0.01, 0.03]))
            await self.process.kill()
            await self.process.start()

    async def _write(self, person: Person, number: int) -> None:
        """One person's stream of commands, a few of them under way at a time, until the run is over."""
        chance = random.Random(f"{self.faults.seed} {number}")
        count = 0
        async with asyncio.TaskGroup() as under_way:
            while not self.over and person.ended is None:
                count += 1
                command = self._command(person, chance, f"{number}-{count}")
                copies = self.faults.copies if chance.random() < 0.3 else 1
                under_way.create_task(person.send(command, copies))
                await asyncio.sleep(chance.uniform(0.02, 0.25))
                if len(person.outbox) > 6:
                    await person.until(lambda: len(person.outbox) <= 6 or self.over)

    def _command(self, person: Person, chance: random.Random, key: str) -> Command:
        """Mostly ideas; sometimes something about an idea that this person can see."""
        seen = [i for i in person.feed.ideas.values() if i.status is Status.PUBLISHED and i.text]
        if not seen or chance.random() < 0.6:
            return SubmitIdea(client_id=key, forum=self.forum, text=f"Idea {key} of seed {self.faults.seed}")
        idea = chance.choice(seen)
        mine = idea.handle == person.name
        if mine:
            return chance.choice(
                [
                    EditIdea(client_id=key, idea=idea.id, version=idea.version, text=f"Edited {key}"),
                    WithdrawIdea(client_id=key, idea=idea.id),
                    RestoreIdea(client_id=key, idea=idea.id),
                ]
            )
        if idea.reply_to is None and chance.random() < 0.6:
            return SubmitReply(client_id=key, idea=idea.id, text=f"Reply {key} to it")
        return FlagIdea(client_id=key, idea=idea.id, rule=Rule.ABUSE)
