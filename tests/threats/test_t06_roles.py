"""T6: nobody does more than their role may, in no phase and by no message: the whole table, through the door.

Every role × every command of the wire × every phase is sent over HTTP by somebody who came in by that role's
own link; what the table does not list must be refused, for the reason that it gives.
"""

from __future__ import annotations

import re
import types
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from jam.cli.crowd.house import Seat
from jam.domain.commands import Command, PersonCommand
from jam.domain.names import Phase, Role
from jam.domain.permissions import MAY
from tests.http.product import Product, product
from tests.threats.visitor import everything, visitor

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

PHASES = (Phase.LOBBY, Phase.IDEATE, Phase.BUILD, Phase.WRAP_UP, Phase.CLOSED)
COMMANDS: tuple[type[Command], ...] = get_args(PersonCommand)
MOMENTS = {"jam_not_started", "not_yet", "phase_over", "jam_closed", "not_closed"}
NOT_MINE = {
    "role": "administrator",
    "status": "published",
    "jam_id": "x",
    "participant_id": "x",
    "org_id": "x",
}
GIVEN: dict[str, Any] = {
    "text": "A bench by the river",
    "tags": ["bench"],
    "rule": "abuse",
    "verdict": "approve",
    "phase_index": 99,
    "minutes": 999,
    "version": 999,
    "title": "Two",
    "question": "What else?",
    "seen": 999,
    "themes": ["t1", "t2"],
    "theme": "t1",
    "into": "t1",
    "parts": [{"ideas": ["x" * 24]}],
    "ideas": ["x" * 24, "y" * 24],
    "name": "Mine",
    "pinned": True,
    "suggestion": "moved",
    "accept": True,
    "correction": "x" * 24,
    "shown": False,
}
"""Values that a command is complete with. Numbers are wrong ones: who may steer must not move the phase."""


def name_of(command: type[Command]) -> str:
    return str(command.__struct_config__.tag)


def filled(command: type[Command], places: dict[str, Any]) -> dict[str, Any]:
    """One command of this kind; a field that this test has no value for is left out if it may be."""
    known = {**GIVEN, **places}
    needed = {field: kind for field, kind in get_type_hints(command).items() if not optional(kind)}
    given = {field: known[field] for field in needed if field in known}
    given |= {
        field: known[field] for field in ("version", "minutes", "name") if field in get_type_hints(command)
    }
    return {"t": name_of(command), **given}


def optional(kind: Any) -> bool:
    return get_origin(kind) is types.UnionType and type(None) in get_args(kind)


@asynccontextmanager
async def cast(folder: Path) -> AsyncIterator[tuple[Product, dict[Role, Seat]]]:
    """A server with a jam in its lobby that has somebody of every role in it."""
    async with product(folder) as served:
        phases = [{"phase": phase} for phase in PHASES]
        settings = {"ideas_per_minute": 60_000, "burst": 10_000, "policy": "open", "build_takes_ideas": True}
        forums = [{"title": "One", "question": "What now?"}]
        served.jam = await served.house.create_jam("A jam", forums, phases=phases, settings=settings)
        seats = {Role.PARTICIPANT: await served.house.join(served.jam["code"], "Ann")}
        for role in set(Role) - {Role.PARTICIPANT, Role.ADMINISTRATOR}:
            seats[role] = await served.house.take_role(served.jam["id"], role)
        seats[Role.ADMINISTRATOR] = Seat(jam=served.jam["id"], token=served.house.token)
        yield served, seats


async def give(served: Product, seat: Seat, command: dict[str, Any], number: int) -> str:
    """The code of the refusal, or ``ok``."""
    headers = {"Cookie": "", **seat.headers()}
    reply = await served.post(f"{served.api}/commands", {"client_id": f"n{number}", **command}, headers)
    return reply.code or "ok"


async def test_t6_every_role_command_and_phase_is_as_the_table_says(tmp_path: Path) -> None:
    async with cast(tmp_path) as (served, seats):
        numbers, asked = count(), 0
        places: dict[str, Any] = {"forum": served.jam["forums"][0]["id"], "idea": "x" * 24}
        for index, phase in enumerate(PHASES):
            for role, seat in seats.items():
                for command in COMMANDS:
                    nowhere = {"forum": "x" * 24} if name_of(command) == "close_forum" else {}
                    code = await give(served, seat, filled(command, places | nowhere), next(numbers))
                    check(role, name_of(command), phase, code)
                    asked += 1
                    if code == "ok" and name_of(command) == "pause_jam":
                        resume = {"t": "resume_jam"}
                        assert await give(served, seats[Role.ADMINISTRATOR], resume, next(numbers)) == "ok"
            if phase is Phase.IDEATE:
                idea = {"t": "submit_idea", "client_id": "n", "text": "Shade", "forum": places["forum"]}
                headers = {"Cookie": "", **seats[Role.PARTICIPANT].headers()}
                reply = await served.post(f"{served.api}/commands", idea, headers)
                places["idea"] = reply.json["idea"]
            bell = {"t": "start_next_phase", "phase_index": index}
            if phase is not Phase.CLOSED:
                assert await give(served, seats[Role.FACILITATOR], bell, next(numbers)) == "ok"
        assert asked == len(Role) * len(COMMANDS) * len(PHASES)


def check(role: Role, command: str, phase: Phase, code: str) -> None:
    where, listed = (role, command, phase, code), MAY[command]
    if role not in listed.roles:
        assert code == "not_allowed", where
    elif phase not in listed.phases:
        assert code in MOMENTS, where
    else:
        assert code not in MOMENTS | {"not_allowed", "internal_error", "bad_field", "unknown_type"}, where


async def test_t6_coming_in_is_as_the_table_says(tmp_path: Path) -> None:
    async with cast(tmp_path) as (served, seats):
        for index, phase in enumerate(PHASES):
            body = {"code": served.jam["code"], "handle": f"Person {index}"}
            joined = await served.post("/api/join", body, {"Cookie": ""})
            assert joined.code == ("" if phase in MAY["join_jam"].phases else "code_unknown"), phase
            assert (await served.house.take_role(served.jam["id"], "moderator")).cookie
            if phase is not Phase.CLOSED:
                bell = {"t": "start_next_phase", "phase_index": index}
                assert await give(served, seats[Role.FACILITATOR], bell, 1_000 + index) == "ok"


async def test_t6_no_command_takes_a_role_a_status_or_another_jam(tmp_path: Path) -> None:
    async with cast(tmp_path) as (served, seats):
        before = await everything(served.engine)
        places = {"forum": served.jam["forums"][0]["id"], "idea": "x" * 24}
        for command in COMMANDS:
            for field, value in NOT_MINE.items():
                asked = {**filled(command, places), field: value}
                assert await give(served, seats[Role.PARTICIPANT], asked, 1) == "unknown_field", (
                    command,
                    field,
                )
        for path, body in (
            ("/api/join", {"code": served.jam["code"], "handle": "X"}),
            ("/api/login", {"token": "x"}),
        ):
            for field, value in NOT_MINE.items():
                assert (await served.post(path, {**body, field: value})).code == "unknown_field"
        assert await everything(served.engine) == before


MAY_GIVE = {
    Role.FACILITATOR: {Role.FACILITATOR, Role.MODERATOR, Role.OBSERVER, Role.PARTICIPANT},
    Role.ADMINISTRATOR: set(Role) - {Role.ADMINISTRATOR},
}


async def test_t6_a_link_gives_only_what_its_maker_may_give_by_the_api_and_on_the_page(
    tmp_path: Path,
) -> None:
    """No facilitator makes themselves a records officer, who reads who wrote what in an anonymous jam."""
    async with cast(tmp_path) as (served, seats):
        page = f"/jams/{served.jam['id']}/ready"
        for maker, seat in seats.items():
            headers = {"Cookie": "", **seat.headers()}
            async with visitor(served.house.url) as browser:
                browser.client.headers.update({name: value for name, value in headers.items() if value})
                form = {"form_token": "", **(await browser.hidden(page))}
                for role in Role:
                    allowed = role in MAY_GIVE.get(maker, set())
                    reply = await served.post(f"{served.api}/links", {"role": role}, headers)
                    assert (reply.status, reply.code) == ((201, "") if allowed else (403, "not_allowed"))
                    posted = await browser.post(page, {**form, "role": role})
                    assert posted.status_code == (200 if allowed else 403), (maker, role)
                    assert ("/l/" in posted.text) == allowed, (maker, role)
                shown = (await browser.look(page)).text
                assert set(re.findall(r'<option value="(\w+)"', shown)) == MAY_GIVE.get(maker, set())


async def test_t6_observers_read_what_participants_read_and_the_records_stay_shut(tmp_path: Path) -> None:
    async with cast(tmp_path) as (served, seats):
        for index in range(1):
            await give(
                served, seats[Role.FACILITATOR], {"t": "start_next_phase", "phase_index": index}, index
            )
        idea = {"t": "submit_idea", "text": "Shade", "forum": served.jam["forums"][0]["id"]}
        assert await give(served, seats[Role.PARTICIPANT], idea, 7) == "ok"
        read = {}
        for role in (Role.PARTICIPANT, Role.OBSERVER):
            headers = {"Cookie": "", **seats[role].headers()}
            reply = await served.ask("GET", f"{served.api}/ideas", headers=headers)
            read[role] = reply.json
            assert (await served.ask("GET", f"{served.api}/records.jsonl", headers=headers)).status == 403
            room = await served.ask(
                "GET", f"/jams/{served.jam['id']}", headers={**headers, "Accept": "text/html"}
            )
            assert room.status == 200
        assert read[Role.OBSERVER] == read[Role.PARTICIPANT]
        assert read[Role.OBSERVER]["ideas"]
