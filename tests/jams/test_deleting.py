"""A jam is deleted as a whole or not at all, by an administrator, once it is closed. No row stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog.testing
from sqlalchemy import insert
from sqlmodel import SQLModel

from jam.domain.names import Role
from jam.service.reporting import Reports
from jam.store.removal import remove_rows
from jam.store.tables import FollowerTable
from jam.store.theme_tables import ThemePlacingTable
from tests.bad_inputs.open_jam import closed, open_jam
from tests.guarantees.serving import serving
from tests.http.product import FORUMS, Product
from tests.patience import GROUPING, PATIENCE
from tests.threats.visitor import everything

pytestmark = pytest.mark.anyio
CANARY = "canary7391"
PHASES = [{"phase": "ideate"}, {"phase": "closed"}]
SETTINGS = {"ideas_per_minute": 60_000, "burst": 10_000, "policy": "open"}
QUESTIONS = [{"id": "ward", "label": "Ward?"}]


@asynccontextmanager
async def full_jam(url: str) -> AsyncIterator[Product]:
    """A server with a jam of which every table holds something, its report made and its bell rung."""
    async with serving(url) as (engine, house):
        title = f"A jam {CANARY}"
        jam = await house.create_jam(
            title, FORUMS, phases=PHASES, settings=SETTINGS, house_rules=CANARY, join_questions=QUESTIONS
        )
        served = Product(engine, house, jam, await house.join(jam["code"], "Mara"))
        asked = {"code": jam["code"], "handle": CANARY, "answers": {"ward": CANARY}}
        assert (await served.post("/api/join", asked, {"Cookie": ""})).status == 201
        await house.role_link(jam["id"], "observer")
        made = (await served.idea("i1", f"A bench {CANARY}", tags=[CANARY])).json["idea"]
        for number in range(12):
            await served.idea(f"more{number}", f"Idea number {number} about lamps, buses and {number} parks")
        steps: list[tuple[str, dict[str, Any], dict[str, str]]] = [
            ("submit_reply", {"idea": made, "text": CANARY}, {}),
            ("edit_idea", {"idea": made, "version": 1, "text": f"Two benches {CANARY}"}, {}),
            ("propose_question", {"text": f"{CANARY}?"}, {}),
            ("flag_idea", {"idea": made, "rule": "abuse"}, served.admin),
            ("moderate", {"idea": made, "version": 2, "verdict": "hide", "rule": "abuse"}, served.admin),
            ("start_next_phase", {"phase_index": 0}, served.admin),
        ]
        for name, fields, headers in steps:
            reply = await served.command(name, f"c-{name}", headers, **fields)
            assert reply.status == 200, (name, reply.body)
        async with asyncio.timeout(GROUPING):
            while await house.report_version(jam["id"]) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await _correct_themes(served)
        yield served


async def _correct_themes(served: Product) -> None:
    """A name that a person gave to a theme."""
    view = (await served.ask("GET", f"{served.api}/themes", headers=served.admin)).json
    rename = {"seen": view["version"], "theme": view["themes"][0]["id"], "name": f"Named {CANARY}"}
    reply = await served.command("rename_theme", "c-name", served.admin, **rename)
    assert reply.status == 200, reply.body


def bytes_of(folder: Path) -> bytes:
    """Everything in the files of a folder: a database, its log, its lock."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


async def delete(served: Product, **headers: str) -> Any:
    return await served.ask("DELETE", served.api, headers={**served.admin, **headers})


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_nothing_of_a_deleted_jam_is_left_in_any_table(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    file = tmp_path / "jam.db"
    url = f"sqlite:///{file}" if database == "sqlite" else request.getfixturevalue("postgres_url")
    async with full_jam(url) as served:
        other = await served.house.create_jam("Another", FORUMS, phases=PHASES)
        follower = insert(FollowerTable).values(name="one to come", jam_id=served.jam["id"], cursor=1)
        # Beside a map that is yet to come: theming drops the places beside those that are there.
        place = {"version": 10**6, "idea_id": "i", "org_id": "o", "theme_id": "t1", "x": 1.0, "y": 2.0}
        placing = insert(ThemePlacingTable).values(jam_id=served.jam["id"], **place)
        for row in (follower, placing):
            await served.engine.database.write(lambda connection, one=row: connection.execute(one))  # type: ignore[misc]
        before = await everything(served.engine)
        named = {t.name for t in SQLModel.metadata.sorted_tables if "jam_id" in t.c}
        assert {name for name in named if not before[name]} == set(), "a table was not tried"
        reply = await delete(served)
        assert reply.status == 200, reply.body
        after = await everything(served.engine)
        for name, rows in after.items():
            kept = [row for row in before[name] if served.jam["id"] not in row]
            assert rows == kept, name
        assert served.jam["id"] not in repr(after)
        assert CANARY not in repr(after)
        assert (await served.house.jam(other["id"]))["jam"]["title"] == "Another"
        assert (await delete(served)).code == "not_found"
        late = await served.idea(
            "late",
            "Too late",
        )
        assert late.status in (403, 404), late.body
    if database == "sqlite":
        assert CANARY.encode() not in bytes_of(tmp_path)


async def test_a_jam_that_is_deleted_in_the_middle_of_its_report_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve, next_version = Reports.serve, Reports._next_version
    served = asyncio.Event()

    async def deleted_first(self: Reports, jam_id: str) -> int:
        await self._database.write(lambda connection: remove_rows(connection, jam_id))
        served.set()
        return await next_version(self, jam_id)

    monkeypatch.setattr(Reports, "_next_version", deleted_first)
    async with serving(f"sqlite:///{tmp_path}/jam.db") as (engine, house):
        jam = await house.create_jam("A jam", FORUMS, phases=PHASES)
        monkeypatch.setattr(engine.reports, "_want", lambda jam_id: None)  # the test asks by itself
        client = Product(engine, house, jam, await house.join(jam["code"], "Mara"))
        assert (await client.command("start_next_phase", "end", client.admin, phase_index=0)).status == 200
        with structlog.testing.capture_logs() as logs:
            await serve(engine.reports, jam["id"])
    assert served.is_set()
    assert [line for line in logs if line["event"] == "report_failed"] == []


async def test_a_jam_that_can_still_go_on_is_not_deleted(tmp_path: Path) -> None:
    async with serving(f"sqlite:///{tmp_path}/jam.db") as (engine, house):
        jam = await house.create_jam("A jam", FORUMS, phases=PHASES)
        served = Product(engine, house, jam, await house.join(jam["code"], "Mara"))
        before = await everything(engine)
        refused = await delete(served)
        assert (refused.status, refused.code) == (409, "not_closed")
        after = await everything(engine)
        assert {name: rows for name, rows in after.items() if rows != before[name]} == {}


async def test_w21_the_sockets_of_a_deleted_jam_end_4504(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        wires = [await jam.enter(await jam.join("Ann")), await jam.enter(await jam.join("Bea"), hello=False)]
        served = Product(jam.engine, jam.house, jam.made, await jam.join("Cem"))
        bell = {"t": "close_jam", "client_id": "c"}
        assert (await served.post(f"{served.api}/commands", bell, served.admin)).status == 200
        assert (await delete(served)).status == 200
        async with asyncio.timeout(PATIENCE):
            assert [await closed(wire) for wire in wires] == [4504] * 2


async def test_t6_only_an_administrator_deletes_a_jam(tmp_path: Path) -> None:
    async with serving(f"sqlite:///{tmp_path}/jam.db") as (engine, house):
        jam = await house.create_jam("A jam", FORUMS, phases=PHASES)
        served = Product(engine, house, jam, await house.join(jam["code"], "Mara"))
        seats = {
            role: await house.take_role(jam["id"], role)
            for role in set(Role) - {Role.PARTICIPANT, Role.ADMINISTRATOR}
        }
        seats[Role.PARTICIPANT] = served.seat
        close = {"t": "close_jam", "client_id": "c"}
        assert (await served.post(f"{served.api}/commands", close, served.admin)).status == 200
        for role, seat in seats.items():
            refused = await served.ask("DELETE", served.api, headers=seat.headers())
            assert (refused.status, refused.code) == (403, "not_allowed"), role
        stranger = await served.ask("DELETE", served.api, headers={"Cookie": ""})
        assert (stranger.status, stranger.code) == (401, "sign_in_needed")
        with structlog.testing.capture_logs() as lines:
            gone = (await delete(served)).json
        told = [line for line in lines if line["event"] == "jam_deleted"]
        assert [(one["jam"], one["events"], one["head"]) for one in told] == [
            (jam["id"], gone["events"], gone["head"])
        ]
        assert told[0]["by"]
