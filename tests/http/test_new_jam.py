"""The form that makes a jam, and a jam that is made like another one: nothing of it is dropped or changed.

Why: whoever presses "Make one like it" looks at four fields and trusts the rest.
"""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jam.domain.jam_settings import JoinQuestion, Settings
from jam.domain.names import Policy
from jam.http.new_jam import PLAIN, carried, fields_of, plan_of_fields
from jam.service.jams import ForumPlan, JamPlan
from tests.http.product import Product, product
from tests.threats.visitor import Visitor, visitor

pytestmark = pytest.mark.anyio
_INPUT = re.compile(r"<input ([^>]*)>")
_AREA = re.compile(r'<textarea id="[^"]*" name="([^"]+)"[^>]*>(.*?)</textarea>', re.DOTALL)
RICH: dict[str, Any] = {
    "title": "A jam with everything",
    "forums": [{"title": f"Part {n}", "question": f"What of {n}?", "host": f"Host {n}"} for n in range(10)],
    "phases": [
        {"phase": "lobby"},
        {"phase": "ideate", "minutes": 0.4},
        {"phase": "build", "minutes": 90.5},
        {"phase": "wrap_up"},
        {"phase": "closed"},
    ],
    "settings": {
        "policy": "pre",
        "anonymity": "anonymous",
        "lang": "de",
        "burst": 10,
        "ideas_per_minute": 0.3333,
        "spot_check": 1_000_000,
        "text_limit": 1_234,
        "build_takes_ideas": True,
    },
    "zone": "Europe/Berlin",
    "house_rules": "Be kind.\nOne idea at a time.",
    "privacy_notice": "We keep your texts.",
    "join_questions": [
        {
            "id": f"own-{n}",
            "label": f"Which ward, {n}?",
            "options": ["North", "South"],
            "required": n % 2 == 0,
        }
        for n in range(6)
    ],
}


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Product]:
    async with product(tmp_path) as found:
        yield found


@pytest.fixture
async def boss(served: Product) -> AsyncIterator[Visitor]:
    async with visitor(served.house.url) as browser:
        browser.client.headers["Authorization"] = f"Bearer {served.house.token}"
        yield browser


def form_on(page: str) -> dict[str, str]:
    """What a browser would send of the form, untouched."""
    form = page.partition('action="/jams/new"')[2].partition("</form>")[0]
    fields = {name: html.unescape(text).lstrip("\n") for name, text in _AREA.findall(form)}
    for found in _INPUT.findall(form):
        said = dict(re.findall(r'(\w+)="([^"]*)"', found))
        if said.get("type") not in ("radio", "checkbox") or found.endswith("checked"):
            fields[said["name"]] = html.unescape(said["value"])
    return fields


async def plan(served: Product, jam: str) -> dict[str, Any]:
    found = await served.ask("GET", f"/api/jams/{jam}/plan", headers=served.admin)
    return found.json


async def made(served: Product, values: dict[str, Any]) -> str:
    return str((await served.post("/api/jams", values, served.admin)).json["id"])


async def test_a_jam_made_like_another_one_is_like_it_in_everything_but_its_times(
    served: Product, boss: Visitor
) -> None:
    jam = await made(served, RICH)
    page = (await boss.look(f"/jams/new?copy={jam}")).text
    assert [f'<li dir="auto">What of {n}?</li>' in page for n in range(10)] == [False] * 8 + [True] * 2
    assert "Empty: until somebody ends it." in page
    sent = await boss.post("/jams/new", form_on(page))
    assert sent.status_code == 303, re.findall(r'<a href="#[^"]+">(.*?)</a>', sent.text)
    copy = sent.headers["location"].split("/")[2]
    assert copy != jam
    assert await plan(served, copy) == await plan(served, jam)


async def test_what_is_changed_in_the_form_is_changed_and_nothing_else(
    served: Product, boss: Visitor
) -> None:
    jam = await made(served, RICH)
    fields = form_on((await boss.look(f"/jams/new?copy={jam}")).text)
    fields |= {"lasts": "20 min", "ask-1-label": "Which street?", "forum-3-question": "", "forum-3-title": ""}
    fields |= {"forum-3-host": "", "ideas_per_minute": "2.5"}
    sent = await boss.post("/jams/new", fields)
    found, before = await plan(served, sent.headers["location"].split("/")[2]), await plan(served, jam)
    before["phases"][1]["minutes"] = 20
    before["settings"]["ideas_per_minute"] = 2.5
    before["join_questions"][1] |= {"id": "which-street", "label": "Which street?"}
    del before["forums"][3]
    assert found == before


async def test_a_jam_of_others_or_one_that_is_gone_is_no_pattern(served: Product, boss: Visitor) -> None:
    assert (await boss.look(f"/jams/new?copy={'x' * 24}")).status_code == 404
    fields = form_on((await boss.look("/jams/new")).text) | {"title": "Kept", "question": "Why?"}
    gone = await boss.post("/jams/new", {**fields, "copy": "x" * 24})
    assert (gone.status_code, "The jam that this one is made after is gone." in gone.text) == (422, True)
    assert form_on(gone.text)["title"] == "Kept"
    assert (await boss.post("/jams/new", form_on(gone.text))).status_code == 303
    mara = await served.ask("GET", f"/jams/new?copy={served.jam['id']}", headers={"Accept": "text/html"})
    assert (mara.status, mara.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize(
    ("limits", "taken"),
    [
        (Settings(ideas_per_minute=0.1), True),
        (Settings(ideas_per_minute=1 / 3), True),
        (Settings(ideas_per_minute=60_000), True),
        (Settings(spot_check=1_000_000), True),
        (Settings(spot_check=1_000_001), False),
        (Settings(text_limit=5_000, policy=Policy.OPEN, burst=10_000, lang="fr"), True),
    ],
)
def test_every_setting_that_a_jam_may_have_can_be_in_the_form(limits: Settings, taken: bool) -> None:
    like = JamPlan(title="A", forums=[ForumPlan(title="A", question="Why?")], settings=limits)
    values = msgspec.to_builtins(like)
    found = plan_of_fields(fields_of(values), 0, values)
    assert (found.settings if isinstance(found, JamPlan) else None) == (limits if taken else None)


def test_join_questions_get_ids_of_their_own_beside_those_taken_along() -> None:
    asked = [JoinQuestion(id=f"question-{n}", label=f"Q{n}") for n in range(1, 7)]
    like = msgspec.to_builtins(
        JamPlan(title="A", forums=[ForumPlan(title="A", question="Why?")], join_questions=asked)
    )
    fields = fields_of(like) | {"ask-0-label": "¿?", "ask-2-label": "Q2"}
    found = plan_of_fields(fields, 0, like)
    assert isinstance(found, JamPlan)
    assert [one.id for one in found.join_questions] == [
        "question-7", "question-2", "q2", "question-4", "question-5", "question-6",
    ]  # fmt: skip
    assert carried(like) == ["Q5", "Q6"]


@pytest.mark.parametrize("at", range(4))
def test_a_fault_in_a_join_question_is_shown_at_that_question(at: int) -> None:
    fields = fields_of(PLAIN) | {"title": "A", "question": "Why?"}
    for number in range(4):
        fields[f"ask-{number}-label"] = f"Which {'ward' if number != at else 'w' * 200}?"
    found = plan_of_fields(fields, 0)
    assert isinstance(found, list)
    assert [one["field"] for one in found] == [f"ask-{at}-label"]
    fields[f"ask-{at}-label"] = "Which part?"
    fields[f"ask-{at}-options"] = "North\nNorth"
    found = plan_of_fields(fields, 0)
    assert isinstance(found, list)
    assert [(one["field"], "Which part?" in one["message"]) for one in found] == [(f"ask-{at}-label", True)]
