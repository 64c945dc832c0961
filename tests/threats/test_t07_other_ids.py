"""T7: an id is no permission. What is another jam's, or another person's, is not there, by whatever id."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route

from jam.cli.crowd.house import Seat
from jam.http.app import ROUTES
from tests.http.product import FORM, JSON, QUICK, Product, Reply, product
from tests.threats.test_t06_roles import COMMANDS, filled, give, name_of
from tests.threats.visitor import everything

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
PHASES = [{"phase": "ideate"}, {"phase": "wrap_up"}, {"phase": "closed"}]
ADMIN_ONLY = frozenset({"/api/jams/{jam}/plan", "/jams/{jam}/ready"})
OF_A_JAM = [
    (path, method)
    for path, method in {
        (route.path, method) for route in ROUTES if isinstance(route, Route) for method in route.methods or ()
    }
    if "{jam}" in path and method in ("GET", "POST")
]


@dataclass(frozen=True)
class Side:
    """One jam with a participant and a moderator of its own, and an idea that waits for moderation."""

    jam: dict[str, Any]
    person: Seat
    moderator: Seat
    idea: str

    @property
    def places(self) -> dict[str, str]:
        return {"jam": self.jam["id"], "idea": self.idea, "forum": self.jam["forums"][0]["id"]}


@asynccontextmanager
async def two_jams(folder: Path) -> AsyncIterator[tuple[Product, Side, Side]]:
    async with product(folder) as served:
        yield served, await side(served, "Ann"), await side(served, "Ben")


async def side(served: Product, name: str) -> Side:
    settings = {**QUICK, "policy": "pre"}
    forums = [{"title": "One", "question": "What now?"}]
    jam = await served.house.create_jam(f"Jam of {name}", forums, phases=PHASES, settings=settings)
    served.jam = jam
    person = await served.house.join(jam["code"], name)
    moderator = await served.house.take_role(jam["id"], "moderator")
    idea = {"t": "submit_idea", "client_id": "first", "text": "Shade", "forum": jam["forums"][0]["id"]}
    reply = await served.post(f"/api/jams/{jam['id']}/commands", idea, {"Cookie": person.cookie or ""})
    return Side(jam, person, moderator, reply.json["idea"])


def address(path: str, places: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda name: places.get(name[1], "x"), path)


async def knock(served: Product, who: Seat, method: str, path: str) -> Reply:
    api = path.startswith("/api/")
    command = path.endswith("/commands")
    document = b'{"t":"pause_jam","client_id":"x"}' if command else b'{"role":"observer"}'
    body = None if method == "GET" else document if api else b"text=x"
    headers = {"Cookie": who.cookie or "", "Accept": "text/html", **(JSON if api else FORM)}
    return await served.ask(method, path, body, headers)


def where(path: str, reply: Reply) -> tuple[str, int, bytes]:
    return path, reply.status, reply.body[:80]


async def test_t7_no_address_of_a_jam_answers_to_people_of_another_jam(tmp_path: Path) -> None:
    async with two_jams(tmp_path) as (served, mine, theirs):
        before = await everything(served.engine)
        assert len(OF_A_JAM) >= 15
        for path, method in OF_A_JAM:
            for who in (mine.person, mine.moderator):
                absent = {**theirs.places, "jam": theirs.jam["id"][::-1]}
                one, none = [
                    await knock(served, who, method, address(path, places))
                    for places in (theirs.places, absent)
                ]
                # A command for another jam is not_allowed (W14); a form is refused for want of its token.
                allowed = (401, 403) if path in ADMIN_ONLY else (403, 404) if method == "POST" else (404,)
                assert one.status in allowed, where(path, one)
                assert one.status == none.status, where(path, one)
                assert b"Jam of Ben" not in one.body
        assert await everything(served.engine) == before


async def test_t7_an_idea_of_another_jam_is_not_there_under_ones_own(tmp_path: Path) -> None:
    async with two_jams(tmp_path) as (served, mine, theirs):
        places = {**theirs.places, "jam": mine.jam["id"]}
        for path, method in OF_A_JAM:
            if "{idea}" in path and method == "GET":
                for who in (mine.person, mine.moderator):
                    headers = {"Cookie": who.cookie or "", "Accept": "text/html"}
                    assert (await served.ask("GET", address(path, places), headers=headers)).status == 404, (
                        path
                    )


async def test_t7_no_command_reaches_an_id_of_another_jam(tmp_path: Path) -> None:
    async with two_jams(tmp_path) as (served, mine, theirs):
        served.jam = mine.jam
        lead = await served.house.take_role(mine.jam["id"], "facilitator")
        before = await everything(served.engine)
        asked = 0
        for command in COMMANDS:
            for field in ("idea", "forum", "proposal"):
                if field not in command.__struct_fields__:
                    continue
                swapped = {**mine.places, field: theirs.places.get(field, theirs.idea)}
                given = {**filled(command, swapped), field: swapped[field]}
                if "version" in given:
                    given["version"] = 1
                for seat in (mine.person, mine.moderator, lead):
                    code = await give(served, seat, given, asked)
                    assert code in ("not_found", "not_allowed"), (name_of(command), field, code)
                    asked += 1
        assert asked >= 30
        assert await everything(served.engine) == before


async def test_t7_what_waits_is_not_there_for_another_participant_of_the_same_jam(tmp_path: Path) -> None:
    async with two_jams(tmp_path) as (served, mine, _):
        served.jam = mine.jam
        ben = await served.house.join(mine.jam["code"], "Ben")
        before = await everything(served.engine)
        for path, method in OF_A_JAM:
            if "{idea}" in path and method == "GET":
                headers = {"Cookie": ben.cookie or "", "Accept": "text/html"}
                assert (await served.ask("GET", address(path, mine.places), headers=headers)).status == 404, (
                    path
                )
        for number, command in enumerate(COMMANDS):
            if "idea" in command.__struct_fields__:
                given = filled(command, mine.places)
                if "version" in given:
                    given["version"] = 1
                code = await give(served, ben, given, number)
                assert code in ("not_found", "not_allowed"), (name_of(command), code)
        assert await everything(served.engine) == before
