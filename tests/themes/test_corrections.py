"""Corrections on a running engine: two who steer at once, what the next map gets, what is refused.

The clock stands still, and with it whoever would follow the corrections: maps are made by the tests alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jam.compose import Engine, running_engine
from jam.domain import commands as c
from jam.domain.names import Role
from jam.domain.rejections import Rejection
from jam.domain.theme_commands import Place, SplitPart
from jam.domain.theme_views import ThemeMapView
from jam.domain.views import Viewer
from jam.service import theme_reads
from jam.service.fallen_back import as_made
from jam.service.records import export
from jam.service.report.inputs import ThemeMapInput
from jam.service.report.read import theme_map_input
from jam.service.theme_pages import map_reader
from jam.service.theme_record import Basis, put_on_record
from jam.service.writer import house
from jam.store import theme_maps
from tests.domain.theme_maps import a_body, a_theme
from tests.fakes import FakeClock
from tests.guarantees.stage import Stage, code_of, enter, set_stage
from tests.themes.making import publish

pytestmark = pytest.mark.anyio


class Themed:
    """A stage with four ideas in two themes, and two who steer."""

    def __init__(self, stage: Stage, other: Viewer, ideas: list[str]) -> None:
        self.stage, self.lead, self.other, self.ideas = stage, stage.lead, other, ideas
        self._ids = 0

    async def publish(self, **fields: Any) -> int:
        first, second = a_theme("t1", self.ideas[:3], name="One"), a_theme("t2", self.ideas[3:], name="Two")
        return await publish(self.stage.engine, self.stage.jam_id, first, second, **fields)

    async def record(self, **fields: Any) -> None:
        """The same map as theming hands it over, under all corrections on record."""
        first, second = a_theme("t1", self.ideas[:3], name="One"), a_theme("t2", self.ideas[3:], name="Two")
        look = await self._read(lambda c: theme_reads.look(c, self.stage.jam_id))
        assert look is not None
        basis = Basis(at_seq=look.jam.last_seq, corrections_seq=look.corrected_seq, final=False)
        heard = as_made(msgspec.json.encode(a_body(first, second, **fields)))
        await put_on_record(self.stage.engine.intake, self.stage.jam_id, heard, look.head, basis)

    async def view(self, role: Role) -> ThemeMapView:
        """The map as somebody of this role sees it, where themes are shown."""
        await self.stage.give(self.lead, c.ShowThemes(client_id="show", shown=True))
        found = await self._read(
            lambda c: map_reader(c, self.stage.jam_id).whole(staff=role is not Role.PARTICIPANT)  # type: ignore[union-attr]
        )
        assert isinstance(found, ThemeMapView)
        return found

    async def map_input(self) -> ThemeMapInput:
        """The map as the report gets it."""
        found = await self._read(lambda c: theme_map_input(c, self.stage.jam_id))
        assert isinstance(found, ThemeMapInput)
        return found

    async def _read(self, work: Any) -> Any:
        return await self.stage.engine.database.read(work)

    async def give(self, who: Viewer, kind: Any, **fields: Any) -> Any:
        self._ids += 1
        return await self.stage.give(who, kind(client_id=f"x{self._ids}", **fields))


async def _themed(engine: Engine) -> Themed:
    stage = await set_stage(engine)
    ideas = []
    for number in range(4):
        outcome = await stage.submit(stage.people[0], f"i{number}", f"Idea number {number}")
        assert not isinstance(outcome, Rejection)
        ideas.append(outcome["idea"])
    made = Themed(stage, await enter(engine, stage.jam_id, "Other", Role.FACILITATOR), ideas)
    await made.publish()
    return made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
async def themed(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Themed]:
    url = f"sqlite:///{tmp_path}/jam.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    async with running_engine(url, clock=FakeClock()) as engine:
        yield await _themed(engine)


async def test_of_two_who_correct_one_theme_at_once_one_is_told_by_name_and_nothing_is_lost(
    themed: Themed,
) -> None:
    both = [
        themed.give(who, c.RenameTheme, seen=1, theme="t1", name=name)
        for who, name in ((themed.lead, "Mine"), (themed.other, "Yours"))
    ]
    outcomes = await asyncio.gather(*both)
    assert sorted(map(code_of, outcomes)) == ["ok", "theme_changed"]
    told = next(one for one in outcomes if isinstance(one, Rejection))
    assert told.facts["by"] in ("Lead", "Other")
    assert (told.facts["do"], told.facts["theme"], told.facts["seconds_ago"]) == ("rename", "t1", 0)
    assert told.message.startswith(f"{told.facts['by']} renamed this theme 0 seconds ago")
    made = await themed.stage.engine.database.read(
        lambda connection: theme_maps.corrections(connection, themed.stage.jam_id)
    )
    assert [one.name for one in made] in (["Mine"], ["Yours"])


async def test_the_next_map_gets_the_corrections_in_their_order_with_their_names(themed: Themed) -> None:
    give, lead, ideas = themed.give, themed.lead, themed.ideas
    part = SplitPart(ideas=ideas[:1], name="First alone")
    split = await give(lead, c.SplitTheme, seen=1, theme="t1", parts=[part])
    await give(lead, c.MoveIdeas, seen=1, ideas=ideas[1:2], theme="t2")
    await give(themed.other, c.RenameTheme, seen=1, theme="t2", name=" Third\nway ")
    pin = await give(lead, c.PinIdeas, seen=1, ideas=ideas[2:3], pinned=True)
    undone = await give(lead, c.UndoCorrection, correction=pin["correction"])
    jam_id, database = themed.stage.jam_id, themed.stage.engine.database
    made = await database.read(lambda connection: theme_maps.corrections(connection, jam_id))
    assert [one.do for one in made] == ["split", "move", "pin", "undo"]
    assert code_of(await give(themed.other, c.RenameTheme, seen=1, theme="t2", name="Third way")) != "ok"
    assert [(p.ideas, p.name) for p in made[0].parts] == [((ideas[0],), "First alone")]
    assert (made[1].ideas, made[1].into) == ((ideas[1],), "t2")
    assert (made[3].undoes, made[3].seq) == (pin["correction"], undone["seq"])
    late = await database.read(lambda c: theme_maps.corrections(c, jam_id, split["seq"]))
    assert [one.do for one in late] == ["move", "pin", "undo"]


async def test_what_a_map_holds_leaves_the_state_and_what_it_lacks_stays(themed: Themed) -> None:
    first = await themed.give(themed.lead, c.RenameTheme, seen=1, theme="t1", name="Mine")
    await themed.publish()
    second = await themed.give(themed.lead, c.RenameTheme, seen=2, theme="t2", name="Yours")
    state = await themed.stage.state(themed.lead)
    assert state.themes is not None
    assert state.themes.corrections_seq == first["seq"]
    assert [one.id for one in state.corrections] == [second["correction"]]
    assert (state.corrections[0].by, state.corrections[0].name) == ("Lead", "Yours")
    assert (await themed.stage.state(themed.stage.people[0])).corrections == []


async def test_the_staff_see_which_correction_changed_nothing_and_why(themed: Themed) -> None:
    lost = await themed.give(themed.lead, c.RenameTheme, seen=1, theme="t1", name="Mine")
    kept = await themed.give(themed.other, c.RenameTheme, seen=1, theme="t2", name="Yours")
    await themed.publish(skipped=[{"correction": lost["correction"], "code": "theme_gone"}])
    found = await themed.view(Role.FACILITATOR)
    assert [(one.id, one.skipped) for one in found.corrections] == [
        (lost["correction"], "theme_gone"),
        (kept["correction"], None),
    ]
    assert (await themed.view(Role.PARTICIPANT)).corrections == []


async def test_what_changed_nothing_is_in_nobodys_way_and_not_in_the_report(themed: Themed) -> None:
    first = await themed.give(themed.lead, c.RenameTheme, seen=1, theme="t1", name="Mine")
    await themed.publish()
    lost = await themed.give(themed.lead, c.RenameTheme, seen=2, theme="t1", name="Lost")
    await themed.publish(final=True, skipped=[{"correction": lost["correction"], "code": "name_taken"}])
    assert code_of(await themed.give(themed.other, c.RenameTheme, seen=2, theme="t1", name="Now")) == "ok"
    assert (await themed.map_input()).corrections == (("rename", 1),)
    last = next(iter((await themed.stage.state(themed.lead)).corrections)).id
    assert code_of(await themed.give(themed.other, c.UndoCorrection, correction=last)) == "ok"
    assert code_of(await themed.give(themed.lead, c.UndoCorrection, correction=first["correction"])) == "ok"


async def test_what_could_not_be_taken_back_stands_and_can_be_taken_back_later(themed: Themed) -> None:
    made = await themed.give(themed.lead, c.RenameTheme, seen=1, theme="t1", name="Mine")
    undo = await themed.give(themed.lead, c.UndoCorrection, correction=made["correction"])
    await themed.record(skipped=[{"correction": undo["correction"], "code": "built_on"}])
    found = {one.id: one for one in (await themed.view(Role.FACILITATOR)).corrections}
    assert (found[made["correction"]].undone, found[undo["correction"]].skipped) == (False, "built_on")
    again = await themed.give(themed.lead, c.UndoCorrection, correction=made["correction"])
    assert code_of(again) == "ok"


async def test_ideas_of_another_jam_are_nobodys_here(themed: Themed) -> None:
    elsewhere = await _themed(themed.stage.engine)
    strange = elsewhere.ideas[0]
    for kind, fields in (
        (c.MoveIdeas, {"theme": "t1"}),
        (c.PinIdeas, {"pinned": True}),
        (c.MarkNotIdea, {}),
    ):
        outcome = await themed.give(themed.lead, kind, seen=1, ideas=[themed.ideas[0], strange], **fields)
        assert code_of(outcome) == "not_found"
    theirs = await elsewhere.give(elsewhere.lead, c.RenameTheme, seen=1, theme="t1", name="Theirs")
    assert code_of(await themed.give(themed.lead, c.UndoCorrection, correction=theirs["correction"])) == (
        "not_found"
    )


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        (c.PinIdeas, {"ideas": [f"i{n}" for n in range(10_000)], "pinned": True}, "ideas_bad"),
        (c.MoveIdeas, {"ideas": ["../../etc/passwd"], "theme": "t1"}, "not_found"),
        (c.MoveIdeas, {"ideas": ["x" * 65], "theme": "t1"}, "not_found"),
        (c.MoveIdeas, {"ideas": ["a\0b"], "theme": "t1"}, "not_found"),
        (c.MergeThemes, {"themes": [f"t{n}" for n in range(10_000)], "into": "t1"}, "merge_bad"),
        (c.MergeThemes, {"themes": ["t1", "'; --"], "into": "t1"}, "not_found"),
        (c.SplitTheme, {"theme": "t1", "parts": []}, "split_bad"),
        (c.SplitTheme, {"theme": "t1", "parts": [SplitPart(ideas=[])]}, "split_bad"),
        (
            c.SplitTheme,
            {"theme": "t1", "parts": [SplitPart(ideas=[f"{p}-{n}" for n in range(300)]) for p in "ab"]},
            "ideas_bad",
        ),
        (c.KeepApart, {"ideas": []}, "ideas_bad"),
        (c.RenameTheme, {"theme": "t1", "name": "x" * 15_000}, "name_bad"),
        (c.AnswerSuggestion, {"suggestion": "\ud800", "accept": True}, "changed_meanwhile"),
        (c.UndoCorrection, {"correction": "\ud800"}, "not_found"),
    ],
)
async def test_h_what_no_screen_would_send_is_refused_by_a_clear_code(
    tmp_path: Path, kind: Any, fields: dict[str, Any], code: str
) -> None:
    async with running_engine(f"sqlite:///{tmp_path}/jam.db", clock=FakeClock()) as engine:
        themed = await _themed(engine)
        seen = {} if kind is c.UndoCorrection else {"seen": 1}
        before = (await themed.stage.jam()).last_seq
        assert code_of(await themed.give(themed.lead, kind, **seen, **fields)) == code
        assert (await themed.stage.jam()).last_seq == before


@pytest.mark.parametrize("seen", [0, -1, 2, 2**31, 2**63, 10**30])
async def test_a_version_that_no_map_ever_had_is_refused_before_the_database_hears_of_it(
    themed: Themed, seen: int
) -> None:
    outcome = await themed.give(themed.lead, c.PinIdeas, seen=seen, ideas=themed.ideas[:1], pinned=True)
    assert code_of(outcome) == "theme_gone"


async def test_old_provisional_maps_lose_their_bodies_and_the_final_ones_keep_them(themed: Themed) -> None:
    await themed.publish(final=True)
    for _ in range(theme_maps.KEPT_BODIES + 2):
        await themed.publish()
    jam_id, database = themed.stage.jam_id, themed.stage.engine.database
    bodies = {
        version: await database.read(lambda c, v=version: theme_maps.newest_map(c, jam_id, v))  # type: ignore[misc]
        for version in range(1, theme_maps.KEPT_BODIES + 5)
    }
    gone = [version for version, found in bodies.items() if found is None]
    assert gone == [1, 3, 4]
    final = bodies[2]
    assert final is not None
    assert final.final


async def test_places_go_with_their_map_and_those_beside_the_final_one_stay(themed: Themed) -> None:
    jam_id, stage = themed.stage.jam_id, themed.stage
    everyone, lead = stage.people[0], themed.lead

    async def place(version: int, theme: str) -> str:
        place = Place(theme=theme, x=1.5, y=2.5)
        command = c.PlaceIdeas(version=version, places={themed.ideas[0]: place})
        return code_of(await stage.give(house(jam_id), command))

    assert await place(1, "t1") == "ok"
    assert await place(1, "t2") == "ok"
    assert (await stage.state(lead)).placed.places == {themed.ideas[0]: "t2"}  # type: ignore[union-attr]
    assert (await stage.state(everyone)).placed is None
    await themed.publish(final=True)
    assert (await stage.state(lead)).placed is None
    assert await place(2, "t1") == "ok"
    await themed.publish()
    assert await place(2, "t2") == "theme_gone"
    assert await place(3, "t2") == "ok"
    staff, others = await stage.state(lead), await stage.state(everyone)
    assert (staff.placed.version, others.placed.version) == (3, 2)  # type: ignore[union-attr]
    assert others.placed.places == {themed.ideas[0]: "t1"}  # type: ignore[union-attr]
    await stage.give(lead, c.ShowThemes(client_id="s", shown=True))
    assert (await stage.state(everyone)).placed == staff.placed


async def test_the_records_hold_every_correction_and_every_place(themed: Themed) -> None:
    made = await themed.give(themed.lead, c.RenameTheme, seen=1, theme="t1", name="Canary")
    place = Place(theme="t1", x=1.5, y=2.5)
    await themed.stage.give(
        house(themed.stage.jam_id), c.PlaceIdeas(version=1, places={themed.ideas[0]: place})
    )
    jam_id, database = themed.stage.jam_id, themed.stage.engine.database
    lines = b"".join(await database.read(lambda connection: list(export(connection, jam_id))))
    assert f'"id":"{made["correction"]}"'.encode() in lines
    assert b'"record":"theme_correction"' in lines
    assert b'"record":"theme_placing"' in lines
    assert b'"value":"Canary"' in lines
