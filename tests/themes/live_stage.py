"""A running jam with ideas about an invented town, and short words for what tests do with its themes.

Where: under the tests of this folder. The engine and its database are real, the theming process too, but for
its model.
"""

from __future__ import annotations

import asyncio
import functools
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jam import compose
from jam.compose import running_engine
from jam.domain.records import Event
from jam.domain.rejections import Rejection
from jam.domain.theme_commands import MergeThemes
from jam.service.theming import ThemingChild
from jam.store import theme_maps
from jam.store.theme_maps import MapRow
from tests.clustering.made_up import ideas
from tests.guarantees.stage import Stage, set_stage
from tests.patience import GROUPING

CHILD = (sys.executable, "-m", "tests.themes.quick_child")
TEXTS = ideas()
FEW = [f"{subject}-{number}" for number in range(20) for subject in ("buses", "trees", "swimming")]
"""Names of ideas in three plain groups, in turns."""


def quick_child(monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...] = CHILD) -> None:
    """Let the engine start this in place of the theming child."""
    monkeypatch.setattr(compose, "ThemingChild", functools.partial(ThemingChild, command))


@asynccontextmanager
async def running_jam(tmp_path: Path, keys: Sequence[str] = ()) -> AsyncIterator[Stage]:
    """A jam that takes ideas, with these in it."""
    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        stage = await set_stage(engine, people=10)
        await send(stage, keys)
        yield stage


@asynccontextmanager
async def again(tmp_path: Path, stage: Stage) -> AsyncIterator[Stage]:
    """The same jam on a server that was started anew."""
    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        yield stage.on(engine)


async def send(stage: Stage, keys: Sequence[str]) -> list[str]:
    """Send these ideas of the town; their ids."""
    sent = []
    for number, key in enumerate(keys):
        who = stage.people[number % len(stage.people)]
        outcome = await stage.submit(who, key, TEXTS[key])
        assert not isinstance(outcome, Rejection), outcome
        sent.append(str(outcome["idea"]))
    return sent


async def until_event(stage: Stage, kind: str, holds: Callable[[Event], bool] = lambda event: True) -> Event:
    """The first event of a kind of which this holds, as soon as it is on record."""
    listener = stage.engine.bus.listen()
    async with asyncio.timeout(GROUPING):
        while True:
            found = next((event for event in await stage.events(kind) if holds(event)), None)
            if found is not None:
                return found
            await anext(listener)


async def until_version(stage: Stage, version: int) -> MapRow:
    """The map of a version, as soon as it is on record."""
    await until_event(stage, "themes_published", lambda event: event.data["version"] >= version)
    return await map_of(stage, version)


async def map_of(stage: Stage, version: int | None = None) -> MapRow:
    """The map of a version, or the newest."""
    found = await stage.engine.database.read(lambda c: theme_maps.newest_map(c, stage.jam_id, version))
    assert found is not None
    return found


def body(row: MapRow) -> dict[str, Any]:
    """The map as plain data."""
    return dict(msgspec.json.decode(row.body))


def members(row: MapRow) -> dict[str, set[str]]:
    """The ids of each theme's ideas."""
    return {theme["id"]: set(theme["members"]) for theme in body(row)["themes"]}


def home(row: MapRow, idea: str) -> str | None:
    """The theme of an idea."""
    return next((theme for theme, ids in members(row).items() if idea in ids), None)


async def steer(stage: Stage, command: Any) -> dict[str, Any]:
    """The facilitator corrects the themes."""
    outcome = await stage.give(stage.lead, command)
    assert not isinstance(outcome, Rejection), outcome
    return outcome


async def merge_two(stage: Stage, found: MapRow) -> tuple[str, str, int]:
    """The facilitator puts two themes together: the one that stays, the one that goes, the event's seq."""
    one, another = list(members(found))[:2]
    merge = MergeThemes(client_id="m", seen=found.version, themes=[one, another], into=one)
    given = await steer(stage, merge)
    return one, another, int(given["seq"])
