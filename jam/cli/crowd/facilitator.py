"""A facilitator who corrects the themes by a script, and the judge of whether every correction was kept.

Merges, splits, renames, moves and pins, as a person at the desk would: over the socket, on the map that was
last seen, with the next map waited for. What each correction promised is noted when it is given, and held
against the final themes at the end.
"""

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from jam.cli.crowd.client import Person
from jam.cli.crowd.house import House, Refused
from jam.cli.crowd.outbox import Outcome
from jam.domain.commands import Command
from jam.domain.theme_commands import (
    MergeThemes,
    MoveIdeas,
    PinIdeas,
    RenameTheme,
    SplitPart,
    SplitTheme,
)

NAMES = ("Named by a person", "Named by the same person")
MOVED, PINNED = 3, 2
FEWEST_TO_SPLIT = 8
TRIES = 3
PATIENCE_SECONDS = 60.0
"""How long a round waits for themes to correct."""


@dataclass(slots=True)
class Promise:
    """What one correction promised: where ideas are from now on, and what a theme is called."""

    do: str
    homes: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


class Facilitator:
    """One facilitator. ``steer`` does one round of corrections; ``promises`` is what they promised."""

    def __init__(self, house: House, person: Person, jam: str, folder: Path | None) -> None:
        self.promises: list[Promise] = []
        self.rounds = 0
        self._house = house
        self._person = person
        self._jam = jam
        self._folder = folder
        self._numbers = itertools.count(1)

    async def steer(self) -> None:
        """Merge, split, rename, move and pin, each on the map after the one before; nothing with too few."""
        self.rounds += 1
        feed = self._person.feed
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._person.until(lambda: feed.themes is not None and feed.themes.themes > 1)
        await self._save("before")
        for step in (self._merge, self._split, self._rename, self._move, self._pin):
            await self._follow(step)

    async def final(self) -> dict[str, Any]:
        """The final map, and whether every promise is kept: the figures of it."""
        found = await self._save("final")
        view = found or {"themes": []}
        kept = [keeps(promise, self.promises[n + 1 :], view) for n, promise in enumerate(self.promises)]
        descents = [one["how"] for one in view.get("lineage", ()) if one.get("correction")]
        return {
            "corrections": len(self.promises),
            "corrections_kept": sum(kept),
            "corrections_lost": [p.do for p, is_kept in zip(self.promises, kept, strict=True) if not is_kept],
            "lineage": {how: descents.count(how) for how in sorted(set(descents))},
        }

    async def _follow(self, step: Callable[[dict[str, Any]], "Any"]) -> None:
        """One correction: what it promises goes on the list once it is in a map."""
        for _ in range(TRIES):
            view = await self._view()
            planned = await step(view) if view and len(view["themes"]) > 1 else None
            if planned is None:
                return
            command, promise = planned
            outcome = await self._person.send(command)
            if outcome.ack:
                break
        else:
            return
        after = await self._after(outcome)
        made = [theme for theme in after["themes"] if theme["id"] not in _ids(view)]
        for part in getattr(command, "parts", ()):  # What came out of a split has a name of the server's.
            new = next((theme["id"] for theme in made if set(part.ideas) & set(theme["members"])), "")
            promise.homes |= dict.fromkeys(part.ideas, new)
        self.promises.append(promise)
        await self._save(f"after-{promise.do}", after)

    async def _after(self, outcome: Outcome) -> dict[str, Any]:
        """The first map that holds the correction."""
        seq = outcome.ack.seq or 0 if outcome.ack else 0
        feed = self._person.feed
        await self._person.until(lambda: feed.themes is not None and feed.themes.corrections_seq >= seq)
        return await self._view() or {"themes": []}

    async def _view(self) -> dict[str, Any] | None:
        try:
            return await self._house.get(f"/api/jams/{self._jam}/themes")
        except Refused:
            return None

    async def _save(self, name: str, view: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The map as it is now, written down if that was asked for."""
        view = view or await self._view()
        if view is not None and self._folder is not None:
            path = self._folder / f"{self.rounds}-{next(self._numbers):02}-{name}.json"
            path.write_bytes(msgspec.json.format(msgspec.json.encode(view), indent=1))
        return view

    async def _merge(self, view: dict[str, Any]) -> tuple[Command, Promise]:
        """The two smallest themes become one."""
        small, smaller = _by_size(view)[-2:]
        command = MergeThemes(
            client_id=self._id(), seen=view["version"], themes=[small["id"], smaller["id"]], into=small["id"]
        )
        return command, Promise("merge", dict.fromkeys(small["members"] + smaller["members"], small["id"]))

    async def _split(self, view: dict[str, Any]) -> tuple[Command, Promise] | None:
        """The largest theme falls into two, as the server proposes it."""
        theme = _by_size(view)[0]
        if theme["size"] < FEWEST_TO_SPLIT:
            return None
        try:
            proposed = await self._house.post(
                f"/api/jams/{self._jam}/themes/split", {"theme": theme["id"], "parts": 2}
            )
        except Refused:
            return None
        leaving = [idea for idea in proposed["parts"][-1]["ideas"] if idea in theme["members"]][:500]
        staying = [idea for idea in theme["members"] if idea not in set(leaving)]
        if not leaving or not staying:
            return None
        part = SplitPart(ideas=leaving)
        command = SplitTheme(client_id=self._id(), seen=view["version"], theme=theme["id"], parts=[part])
        return command, Promise("split", dict.fromkeys(staying, theme["id"]))

    async def _rename(self, view: dict[str, Any]) -> tuple[Command, Promise]:
        theme, name = _by_size(view)[0], f"{NAMES[self.rounds % 2]} {self.rounds}"
        command = RenameTheme(client_id=self._id(), seen=view["version"], theme=theme["id"], name=name)
        return command, Promise("rename", names={theme["id"]: name})

    async def _move(self, view: dict[str, Any]) -> tuple[Command, Promise] | None:
        """A few ideas of the second largest theme go to the third, where there is one."""
        source, target = _by_size(view)[1], _by_size(view)[-1]
        ideas = [idea for idea in source["members"] if idea not in source.get("pinned", ())][:MOVED]
        if source["id"] == target["id"] or len(source["members"]) <= MOVED:
            return None
        command = MoveIdeas(client_id=self._id(), seen=view["version"], ideas=ideas, theme=target["id"])
        return command, Promise("move", dict.fromkeys(ideas, target["id"]))

    async def _pin(self, view: dict[str, Any]) -> tuple[Command, Promise]:
        theme = _by_size(view)[len(view["themes"]) // 2]
        ideas = [idea for idea in theme["members"] if idea not in theme.get("pinned", ())][:PINNED]
        command = PinIdeas(client_id=self._id(), seen=view["version"], ideas=ideas, pinned=True)
        return command, Promise("pin", dict.fromkeys(ideas, theme["id"]))

    def _id(self) -> str:
        return f"steer-{next(self._numbers)}"


def keeps(promise: Promise, later: list[Promise], view: dict[str, Any]) -> bool:
    """Whether the map keeps a promise, as far as no later one says otherwise.

    An idea that nobody can read any more, and a theme that a later merge put into another, prove nothing.
    """
    homes = {idea: theme["id"] for theme in view["themes"] for idea in theme["members"]}
    names = {theme["id"]: theme["name"] for theme in view["themes"]}
    overruled = {idea for one in later for idea in one.homes}
    renamed = {theme for one in later for theme in one.names}
    wanted = {idea: theme for idea, theme in promise.homes.items() if idea not in overruled and idea in homes}
    return all(homes[idea] == theme for idea, theme in wanted.items()) and all(
        names[theme] == name
        for theme, name in promise.names.items()
        if theme in names and theme not in renamed
    )


def _by_size(view: dict[str, Any]) -> list[dict[str, Any]]:
    """Themes, the largest first."""
    return sorted(view["themes"], key=lambda theme: (-theme["size"], theme["id"]))


def _ids(view: dict[str, Any] | None) -> set[str]:
    return {theme["id"] for theme in view["themes"]} if view else set()
