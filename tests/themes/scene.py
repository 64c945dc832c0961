"""A jam with themes on a real port: a participant's and a facilitator's open sockets, and what each sees.

Why: what leaves the server is law, so it is read from the wire; each wire keeps its state by the reducer
that the browser's is pinned to.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from jam.cli.crowd.house import House, Seat
from jam.compose import Engine
from jam.store.log import position
from tests.domain.theme_maps import a_theme
from tests.guarantees.serving import serving
from tests.guarantees.wire import Wire, ask
from tests.http.product import Reply, reply
from tests.reducer import Frame, State, assemble, empty_state, reduce
from tests.themes.making import publish

PHASES = [{"phase": "ideate"}, {"phase": "wrap_up"}, {"phase": "closed"}]
SETTINGS = {"policy": "open", "ideas_per_minute": 60_000, "burst": 10_000}
SAID = {
    "a": "Zanzibar benches by the river",
    "b": "Lamps along the path",
    "c": "Lamps near every stop",
    "d": "Buses after midnight",
}


@dataclass
class Looker:
    """One person at an open socket; ``state`` is what their screen knows."""

    house: House
    seat: Seat
    wire: Wire
    engine: Engine
    state: State = field(default_factory=empty_state)
    events: list[Frame] = field(default_factory=list)

    @classmethod
    async def sit(cls, engine: Engine, house: House, seat: Seat) -> Looker:
        looker = cls(house, seat, await Wire.open(house, seat), engine)
        await looker.wire.hello()
        parts: list[Frame] = []
        while not parts or len(parts) < parts[0]["parts"]:
            frame = await looker.wire.next()
            parts += [frame] if frame["t"] == "snapshot" else []
        looker.state = reduce(looker.state, assemble(parts))
        return looker

    async def see(self, kind: str) -> Frame:
        """The next event of a kind that comes to this screen."""
        while True:
            frame = await self._take()
            if found := [one for one in frame.get("events", []) if one["kind"] == kind]:
                return dict(found[-1])

    async def level(self) -> None:
        """Read on until everything on record now has come."""
        found = await self.engine.database.read(lambda c: position(c, self.seat.jam))
        assert found is not None
        while self.state["cursor"] < found[0]:
            await self._take()

    async def _take(self) -> Frame:
        frame = await self.wire.next()
        if frame["t"] == "batch":
            assert frame["after"] == self.state["cursor"], "a gap"
            self.events += frame.get("events", [])
        self.state = reduce(self.state, frame)
        return frame

    async def give(self, t: str, client_id: str, **fields: Any) -> Frame:
        """Send a command and read on to its answer."""
        self.wire.say({"t": t, "client_id": client_id, **fields})
        while True:
            frame = await self._take()
            if frame.get("ref") == client_id:
                return frame

    async def get(self, path: str) -> Reply:
        return reply(await ask(self.house, "GET", path, self.seat.headers()))

    async def themes(self, mark: str | None = None) -> Reply:
        jam = self.seat.jam
        return await self.get(f"/api/jams/{jam}/themes" + (f"/{mark}" if mark is not None else ""))

    @property
    def mark(self) -> str:
        return str(self.state["themes"]["mark"])


@dataclass
class Scene:
    """The jam; ``ideas`` are the ids of what ``SAID`` says."""

    engine: Engine
    house: House
    jam: dict[str, Any]
    participant: Looker
    facilitator: Looker
    ideas: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.jam["id"])

    async def publish(self, **fields: Any) -> int:
        """A map of two themes; *Zanzibar* stands in a name, a headline, and among the representatives."""
        a, b, c, d = (self.ideas[key] for key in "abcd")
        lamps = a_theme("t1", [a, b, c], says={"zanzibar benches": [a], "lamps": [b, c], "path": [b]})
        buses = a_theme("t2", [d], says={"buses": [d], "midnight": [d]})
        return await publish(self.engine, self.id, lamps, buses, **fields)

    async def moderate(self, key: str, verdict: str, version: int = 1) -> None:
        answer = await self.facilitator.give(
            "moderate",
            f"{verdict}{key}",
            idea=self.ideas[key],
            version=version,
            verdict=verdict,
            rule="abuse",
        )
        assert answer["t"] == "ack", answer


@asynccontextmanager
async def themed(url: str, *, shown: bool = True) -> AsyncIterator[Scene]:
    """The scene with its first map on record."""
    async with serving(url) as (engine, house):
        jam = await house.create_jam(
            "Themes", [{"title": "One", "question": "What now?"}], phases=PHASES, settings=SETTINGS
        )
        mara = await Looker.sit(engine, house, await house.join(jam["code"], "Mara"))
        fay = await Looker.sit(engine, house, await house.take_role(jam["id"], "facilitator"))
        scene = Scene(engine, house, jam, mara, fay)
        for key, text in SAID.items():
            forum = jam["forums"][0]["id"]
            answer = await mara.give("submit_idea", f"i{key}", forum=forum, text=text)
            scene.ideas[key] = answer["idea"]
        if shown:
            await fay.give("show_themes", "show", shown=True)
        await scene.publish()
        await fay.see("themes_published")
        if shown:
            await mara.see("themes_published")
        yield scene
        for looker in (mara, fay):
            await looker.wire.close()


def sent(looker: Looker, since: int = 0) -> str:
    """Every byte that came to a screen, as text."""
    return bytes(looker.wire.received[since:]).decode("utf-8", "replace")
