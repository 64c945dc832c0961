"""A crowd on a server process of its own, and the checker's verdict on what it lived through."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jam.cli.crowd import client
from jam.cli.crowd.checker import Export, Verdict, check, read_export
from jam.cli.crowd.crowd import Crowd
from jam.cli.crowd.history import Recorder
from jam.cli.crowd.house import House
from jam.cli.crowd.outbox import Outcome
from jam.cli.crowd.server import SERVE, ServerProcess, own_house
from jam.domain.commands import StartNextPhase, SubmitIdea

SETTINGS = {"policy": "open", "ideas_per_minute": 60_000, "burst": 10_000}
PHASES = ({"phase": "ideate"}, {"phase": "wrap_up"}, {"phase": "closed"})
SECONDS = 90.0


@dataclass
class Run:
    """One jam, its server and its crowd."""

    process: ServerProcess
    house: House
    jam: dict[str, Any]
    crowd: Crowd
    recorder: Recorder

    @property
    def jam_id(self) -> str:
        return str(self.jam["id"])

    def submit(self, person: int, key: str, text: str, copies: int = 1) -> asyncio.Task[Outcome]:
        """Let a person send an idea until it is answered."""
        command = SubmitIdea(client_id=key, forum=self.jam["forums"][0]["id"], text=text)
        people = self.crowd.people
        return asyncio.create_task(people[person % len(people)].send(command, copies))

    async def next_phase(self, index: int) -> None:
        await self.house.command(self.jam_id, StartNextPhase(client_id=f"phase-{index}", phase_index=index))

    async def died(self) -> None:
        """Wait until the server has killed itself, and tidy up after it."""
        assert self.process._process is not None
        async with asyncio.timeout(SECONDS):
            await self.process._process.wait()
        await self.process.kill()

    async def export(self) -> Export:
        records = await self.house.download(f"/api/jams/{self.jam_id}/records.jsonl")
        return read_export(records.splitlines())

    async def verdict(self) -> Verdict:
        """Let everybody get everything, end the crowd, and judge."""
        assert await self.crowd.until_answered(SECONDS)
        head = (await self.export()).jam.last_seq
        await self.crowd.until_cursor(head, SECONDS)
        await self.crowd.leave()
        # Themes come on record by themselves: what people got is held against a log that has all of it.
        return check(self.recorder.lines, await self.export(), until=head)


@asynccontextmanager
async def running(
    folder: Path,
    people: int,
    *,
    serve: Sequence[str] = SERVE,
    phases: Sequence[dict[str, Any]] = PHASES,
    settings: dict[str, Any] = SETTINGS,
) -> AsyncIterator[Run]:
    """A server process with a jam that runs, and people who are in it; all of it ends with the block.

    People who lost their server look for it again twice a second; at home they would not be so impatient.
    """
    process = ServerProcess(folder, serve=serve)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "LONGEST_WAIT", 0.5)
        async with _with_people(process, people, phases, settings) as run:
            yield run


@asynccontextmanager
async def _with_people(
    process: ServerProcess, people: int, phases: Sequence[dict[str, Any]], settings: dict[str, Any]
) -> AsyncIterator[Run]:
    async with own_house(process) as house, asyncio.TaskGroup() as tasks:
        forums = [{"title": "One", "question": "What now?"}]
        jam = await house.create_jam("A run", forums, phases=list(phases), settings=settings)
        with Recorder() as recorder:
            crowd = Crowd(house, jam["id"], jam["code"], recorder, random.Random(1), tasks)
            await crowd.join([(f"Person {n + 1}", "citizen") for n in range(people)])
            try:
                yield Run(process, house, jam, crowd, recorder)
            finally:
                await crowd.leave()
