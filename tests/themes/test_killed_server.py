"""Shows that themes survive kill -9 of the server: in the middle of a running jam, and of the final run.

Where: a server process of its own, on a real socket, with the real model.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from jam.cli.crowd.crowd import Crowd
from jam.cli.crowd.history import Recorder
from jam.cli.crowd.house import House
from jam.cli.crowd.server import ServerProcess
from jam.domain.commands import StartNextPhase, SubmitIdea
from jam.domain.theme_commands import MergeThemes
from jam.service.theme_reads import REGROUP_AFTER
from tests.clustering.made_up import ideas
from tests.patience import GROUPING

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
SECONDS = GROUPING
PHASES = [{"phase": "ideate"}, {"phase": "closed"}]
SETTINGS = {"ideas_per_minute": 3000, "burst": 500, "policy": "open"}


class Town:
    """A jam about an invented town on a server that may be killed."""

    def __init__(self, process: ServerProcess, house: House, jam: str, crowd: Crowd) -> None:
        self.process, self.house, self.jam, self.crowd = process, house, jam, crowd

    async def view(self) -> dict[str, Any]:
        return await self.house.get(f"/api/jams/{self.jam}/themes")

    async def calm(self) -> dict[str, Any]:
        """Wait until the live map holds so many ideas that no other is due: that might overtake us."""
        found: dict[str, Any] = {}

        async def nothing_due() -> bool:
            found.update(await self.view())
            newest = (await self.house.get(f"/api/jams/{self.jam}/ideas"))["ideas"]
            later = sum(idea["seq"] > found["at_seq"] for idea in newest)
            held = sum(len(theme["members"]) for theme in found["themes"])
            return later < REGROUP_AFTER and len(ideas()) - held < REGROUP_AFTER

        await self.until(nothing_due)
        return found

    async def events(self, kind: str) -> list[dict[str, Any]]:
        records = await self.house.download(f"/api/jams/{self.jam}/records.jsonl")
        found = (json.loads(line) for line in records.splitlines())
        return [one for one in found if one["record"] == "event" and one["kind"] == kind]

    async def kill(self) -> None:
        await self.process.kill()
        await self.process.start()

    async def until(self, holds: Callable[[], Any]) -> None:
        async with asyncio.timeout(SECONDS):
            while not await holds():  # noqa: ASYNC110 (the server is asked, nothing tells)
                await asyncio.sleep(0.05)


@asynccontextmanager
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with ServerProcess(tmp_path) as process, House(process.url) as house:
        house.token = await house.login(await process.token())
        forums = [{"title": "Town", "question": "What does our town need?"}]
        made = await house.create_jam("Town", forums, phases=PHASES, settings=SETTINGS)
        async with asyncio.TaskGroup() as tasks:
            crowd = Crowd(house, made["id"], made["code"], Recorder(), random.Random(1), tasks)
            lead, people = await crowd.take_role("facilitator"), await crowd.join([("A", "citizen")])
            for number, text in enumerate(ideas().values()):
                idea = SubmitIdea(client_id=f"i{number}", forum=made["forums"][0]["id"], text=text)
                tasks.create_task(people[0].send(idea))
            await crowd.until_answered(SECONDS)
            async with asyncio.timeout(SECONDS):
                await lead.until(lambda: lead.feed.themes is not None)
            yield Town(process, house, made["id"], crowd)
            await crowd.leave()


async def test_a_server_killed_while_a_correction_waits_follows_it_when_it_is_back(tmp_path: Path) -> None:
    async with town(tmp_path) as jam:
        view = await jam.calm()
        one, another = (theme["id"] for theme in view["themes"][:2])
        merge = MergeThemes(client_id="m", seen=view["version"], themes=[one, another], into=one)
        given = await jam.house.command(jam.jam, merge)
        await jam.kill()

        async def followed() -> bool:
            return bool((await jam.view()).get("corrections_seq", 0) >= given["seq"])

        await jam.until(followed)
        assert another not in {theme["id"] for theme in (await jam.view())["themes"]}


async def test_a_server_killed_in_its_final_run_makes_it_again_and_publishes_it_once(tmp_path: Path) -> None:
    async with town(tmp_path) as jam:
        lead = jam.crowd.staff[0]
        await jam.house.command(jam.jam, StartNextPhase(client_id="bell", phase_index=0))

        async def at_work() -> bool:
            return lead.progress is not None and lead.progress.what == "themes"

        await jam.until(at_work)
        await jam.kill()

        async def reported() -> bool:
            return await jam.house.report_version(jam.jam) is not None

        await jam.until(reported)
        maps = await jam.events("themes_published")
        finals = [one["data"] for one in maps if one["data"]["final"]]
        assert [one["fell_back"] for one in finals] == [False]
        versions = [one["data"]["version"] for one in maps]
        assert versions == list(range(1, len(versions) + 1))
        assert len(await jam.events("report_published")) == 1
