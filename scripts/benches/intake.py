"""Durable intake: how many ideas a second are on disk and answered, with 64 people waiting for an answer.

Through the whole service: validation, decision, hash chain, receipts, one commit for whatever queued. Beside
it, round by round: the same work with a SQLModel session and a commit for each idea, the rate at which this
disk makes one small write durable, and the same service on PostgreSQL. Each figure is a median of rounds,
each ratio a median of the rounds' own ratios.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from figures import at_least, at_most, median, told
from naive_intake import NaiveIntake

from jam.compose import Engine, running_engine
from jam.domain.commands import JoinJam, SubmitIdea
from jam.domain.jam_settings import Settings
from jam.domain.names import Audience, Phase, Role
from jam.domain.rejections import Rejection
from jam.domain.views import Viewer
from jam.service.jams import ForumPlan, JamPlan, MadeJam, PhasePlan, create_jam
from jam.service.writer import house
from tests.servers import running_postgres

IN_FLIGHT = 64
ROUNDS = 5
IDEAS, NAIVE_IDEAS = 2_000, 200
SYNC_SECONDS = 0.5
PLAN = JamPlan(
    title="Benchmark",
    forums=[ForumPlan(title="Town", question="What should change?")],
    phases=[PhasePlan(phase=Phase.IDEATE, minutes=600), PhasePlan(phase=Phase.CLOSED)],
    settings=Settings(ideas_per_minute=60_000, burst=10_000),
)
Give = Callable[[Viewer, SubmitIdea], Awaitable[object]]


class Lane:
    """One way of taking ideas in, with its people and what its rounds gave."""

    def __init__(self, give: Give, people: list[Viewer], forum: str) -> None:
        self._give, self._people, self._forum = give, people, forum
        self._numbers = itertools.count()
        self.per_second: list[float] = []
        self.cpu_us: list[float] = []

    async def round(self, ideas: int) -> None:
        """Everybody sends as soon as their last idea is answered, until ``ideas`` were taken."""
        left = iter(range(ideas))
        cpu, begun = time.process_time(), time.perf_counter()
        await asyncio.gather(*(self._one(who, left) for who in self._people))
        self.per_second.append(ideas / (time.perf_counter() - begun))
        self.cpu_us.append((time.process_time() - cpu) / ideas * 1e6)

    async def _one(self, who: Viewer, left: Any) -> None:
        for _ in left:
            number = next(self._numbers)
            text = f"The park needs more benches near the lake, and number {number} in the shade"
            answer = await self._give(who, SubmitIdea(client_id=f"b{number}", forum=self._forum, text=text))
            if isinstance(answer, Rejection):
                raise RuntimeError(f"refused: {answer.code}")


async def new_jam(engine: Engine, plan: JamPlan = PLAN) -> MadeJam:
    """A jam that takes ideas from now on."""
    actor = Viewer(org_id=engine.people.org_id, jam_id="", participant_id="", role=Role.ADMINISTRATOR)
    ids, clock = engine.intake.ids, engine.intake.clock
    made = await engine.database.write(lambda c: create_jam(c, plan, actor, ids, clock))
    assert not isinstance(made, Rejection), made
    return made


async def join(engine: Engine, made: MadeJam, number: int) -> Viewer:
    """Somebody in the jam."""
    person = engine.intake.ids.new_id()
    command = JoinJam(
        participant_id=person,
        handle=f"Person {number}",
        role=Role.PARTICIPANT,
        audience=Audience.CITIZEN,
    )
    await engine.intake.handle(house(made.jam.id), command)
    return Viewer(org_id=made.jam.org_id, jam_id=made.jam.id, participant_id=person, role=Role.PARTICIPANT)


async def people_of(engine: Engine, made: MadeJam) -> list[Viewer]:
    return [await join(engine, made, number) for number in range(IN_FLIGHT)]


@asynccontextmanager
async def service_lane(url: str) -> AsyncIterator[Lane]:
    async with running_engine(url) as engine:
        made = await new_jam(engine)
        yield Lane(engine.intake.handle, await people_of(engine, made), made.forums[0].id)


@asynccontextmanager
async def naive_lane(folder: Path) -> AsyncIterator[Lane]:
    """The same database as the service makes it, then one session for each idea."""
    file = folder / "naive.db"
    async with running_engine(f"sqlite:///{file}") as engine:
        made = await new_jam(engine)
        people = await people_of(engine, made)
    naive = NaiveIntake(file)
    try:
        yield Lane(naive.handle, people, made.forums[0].id)
    finally:
        naive.close()


def syncs_per_second(folder: Path) -> float:
    """How often a second this disk makes 4 KiB durable (``fdatasync``), one after the other."""
    count, begun = 0, time.perf_counter()
    with (folder / "sync").open("ab", buffering=0) as file:
        while time.perf_counter() - begun < SYNC_SECONDS:
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            count += 1
    return count / (time.perf_counter() - begun)


async def measure(folder: Path, postgres_url: str) -> dict[str, list[float]]:
    """Interleaved rounds of everything; the first only warms up."""
    syncs = []
    async with (
        service_lane(f"sqlite:///{folder / 'service.db'}") as sqlite,
        service_lane(postgres_url) as postgres,
        naive_lane(folder) as naive,
    ):
        for _ in range(ROUNDS + 1):
            syncs.append(syncs_per_second(folder))
            await sqlite.round(IDEAS)
            await naive.round(NAIVE_IDEAS)
            await postgres.round(IDEAS)
    measured = {"syncs": syncs, "sqlite": sqlite.per_second, "naive": naive.per_second}
    measured |= {"postgres": postgres.per_second, "cpu_us": sqlite.cpu_us, "naive_cpu_us": naive.cpu_us}
    return {name: values[1:] for name, values in measured.items()}


def run() -> dict[str, Any]:
    """Measure: ``checks`` (rows of figures), ``rounds`` (everything as measured), ``postgres`` (version)."""
    with tempfile.TemporaryDirectory(prefix="jam-bench-") as name, running_postgres(durable=True) as server:
        version = server.run("SHOW server_version")
        rounds = asyncio.run(measure(Path(name), server.url(server.create())))
    return {"checks": rows(rounds), "rounds": rounds, "postgres": version}


def rows(rounds: dict[str, list[float]]) -> list[dict[str, Any]]:
    def ratio(over: str, under: str) -> float:
        return median(a / b for a, b in zip(rounds[over], rounds[under], strict=True))

    disk = IN_FLIGHT * median(rounds["syncs"])
    cpu, naive_cpu = median(rounds["cpu_us"]), median(rounds["naive_cpu_us"])
    return [
        told("this disk, fdatasync of 4 KiB: per second", median(rounds["syncs"])),
        at_least(
            "ideas on disk per second (5,000, or 40 % of in flight × fdatasync if that is less)",
            median(rounds["sqlite"]),
            min(5_000, 0.4 * disk),
            ratio=0.4 * disk < 5_000,
        ),
        told("in per cent of in flight × fdatasync", 100 * ratio("sqlite", "syncs") / IN_FLIGHT),
        told("CPU of the whole process, µs an idea", cpu),
        told("one session per idea: ideas per second", median(rounds["naive"])),
        told("one session per idea: CPU, µs an idea", naive_cpu),
        at_least("times one session per idea", ratio("sqlite", "naive"), 6, ratio=True),
        told("PostgreSQL: ideas per second", median(rounds["postgres"])),
        at_most("SQLite's rate in times of PostgreSQL's", ratio("sqlite", "postgres"), 2, ratio=True),
    ]
