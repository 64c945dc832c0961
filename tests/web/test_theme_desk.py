"""The themes at the desk: what comes first on a phone, what is suggested, what did not fit any more."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Route, WebSocketRoute, expect

from jam.domain.commands import CloseJam
from tests.web.rooms import DESK, PHONE, Rooms, axe, live, scrolls_sideways
from tests.web.theming import THEMES_MS, desk, look, row, settled, theme_of, themes, written

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.slow]

LATER = {
    "toilets": [
        "Clean the public toilets every day",
        "The toilets should be open in the evening",
        "A toilet for wheelchairs near the entrance",
        "Toilets with warm water and soap",
        "More public toilets, and free ones",
        "A baby changing table in the public toilet",
        "Signs that say where the toilets are",
        "The toilet door is broken, mend it",
        "Toilets that are open all through the year",
        "Nobody cleans the toilets at weekends",
    ],
    "buses": [
        "A bus from the station every ten minutes",
        "Later buses home on Friday night",
        "A bus stop with a roof and a timetable",
        "Cheaper bus tickets for pupils",
        "The bus should stop nearer to the entrance",
        "Bigger buses on Sundays",
        "A bus line from the north of the town",
        "Free bus rides for pensioners",
        "Buses that take prams and wheelchairs",
        "The last bus leaves too early",
    ],
}
TOP = "one => one.getBoundingClientRect().top"
GROUPED = """async () => {
    const jam = location.pathname.replace('/facilitate', '');
    for (;;) {
        const view = await (await fetch(`/api${jam}/themes`)).json();
        if (view.corrections_seq > 0 && view.at_seq >= view.corrections_seq) return;
        await new Promise((later) => setTimeout(later, 200));
    }
}"""


SUGGESTED = """async ([ideas, many]) => {
    const jam = location.pathname.replace('/facilitate', '');
    for (;;) {
        const view = await (await fetch(`/api${jam}/themes`)).json();
        const members = (id) => view.themes.find((one) => one.id === id).members;
        const isTheirs = (one) => one.themes.flatMap(members).every((idea) => ideas.includes(idea));
        const theirs = (view.suggestions ?? []).filter(isTheirs);
        if (theirs.length >= many) return theirs.map((one) => one.id);
        await new Promise((later) => setTimeout(later, 200));
    }
}"""
"""The ids of what is suggested about these ideas alone, once there are so many."""


async def with_suggestions(rooms: Rooms, window: dict[str, int]) -> tuple[Page, list[str]]:
    """A desk, and the ids of what is really suggested there: two subjects came up after the first themes.

    A correction has everything grouped anew, and exactly the 20 later ideas make the next grouping due.
    """
    anke, ids = await written(rooms)
    page = await desk(rooms, window)
    lead = await rooms.house.take_role(rooms.jam, "facilitator")
    named = {"theme": await theme_of(page, ids["dogs"][0]), "name": "Dogs and their owners"}
    await rooms.give(lead, {"t": "rename_theme", "seen": (await themes(page))["version"], **named})
    async with asyncio.timeout(THEMES_MS / 1_000):
        await page.evaluate(GROUPED)
    later = [text for texts in zip(*LATER.values(), strict=True) for text in texts]
    written_later = [(await rooms.write(anke, text))["idea"] for text in later]
    async with asyncio.timeout(THEMES_MS / 1_000):
        found: list[str] = await page.evaluate(SUGGESTED, [written_later, len(LATER)])
    await expect(page.locator(".suggestions > li")).to_have_count(len((await themes(page))["suggestions"]))
    return page, found


async def suggestion(page: Page, wanted: str) -> dict[str, Any]:
    """What is suggested under this id."""
    found: list[dict[str, Any]] = (await themes(page))["suggestions"]
    return next(one for one in found if one["id"] == wanted)


async def card(page: Page, suggestion: str) -> Locator:
    """Where a suggestion is answered."""
    order = [one["id"] for one in (await themes(page))["suggestions"]]
    return page.locator(".suggestions > li").nth(order.index(suggestion))


async def test_what_the_grouping_suggests_is_accepted_or_refused_and_every_desk_has_it_so(
    rooms: Rooms,
) -> None:
    page, (first, second) = await with_suggestions(rooms, DESK)
    other = await rooms.run()
    await look(other)
    kept, left = [(await suggestion(page, one))["themes"][0] for one in (first, second)]
    cards = page.locator(".suggestions > li")
    many = await cards.count()
    await (await card(page, first)).get_by_role("button", name="Accept").click()
    await expect(page.locator(".notices")).to_contain_text("Accepted.")
    await expect(page.locator("#suggestions-title")).to_be_focused()
    for desk_of in (page, other):
        await expect(desk_of.get_by_text("accepted a suggestion")).to_be_visible()
        await expect(desk_of.locator(".suggestions > li")).to_have_count(many - 1)
    await page.evaluate(GROUPED)  # Everything is grouped anew soon after a correction.
    await expect(cards).to_have_count(len((await themes(page))["suggestions"]))
    await (await card(page, second)).get_by_role("button", name="Refuse").click()
    for desk_of in (page, other):
        await expect(desk_of.get_by_text("refused a suggestion")).to_be_visible()
        await expect(row(desk_of, left)).to_have_count(0)
        await expect(row(desk_of, kept)).to_have_count(1)
        await settled(desk_of, 20)
    assert await axe(page) == []


async def test_on_a_phone_the_themes_come_first_and_suggestions_are_one_press_away(rooms: Rooms) -> None:
    page, _ = await with_suggestions(rooms, PHONE)
    await page.evaluate("scrollTo(0, 0)")
    heading = page.locator("#themes-title")
    await expect(heading).to_be_in_viewport()
    assert await heading.evaluate(TOP) < PHONE["height"] / 2
    await page.get_by_role("button", name=re.compile(r"^\d+ suggestions?$")).click()
    await expect(page.locator("#suggestions-title")).to_be_focused()
    await expect(page.locator("#suggestions-title")).to_be_in_viewport()
    assert not await scrolls_sideways(page)
    await page.get_by_role("link", name="Checks").click()
    await expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    await expect(page.locator(".health")).to_be_visible()


async def test_a_correction_that_no_longer_fitted_is_told_in_words_and_counts_for_nothing(
    rooms: Rooms,
) -> None:
    await written(rooms)
    one = {"seq": 1, "at": 1, "by": "Ada", "themes": ["t1"], "name": "Warm places"}

    async def late(route: Route) -> None:
        answer = await route.fetch()
        made = [
            one | {"id": "a", "do": "rename", "skipped": "theme_gone"},
            one | {"id": "b", "do": "rename", "name": "Light"},
            one | {"id": "c", "do": "undo", "undoes": "b", "skipped": "built_on"},
        ]
        await route.fulfill(response=answer, json={**await answer.json(), "corrections": made})

    page = await rooms.run()
    await page.route("**/api/jams/*/themes/*", late)
    await look(page)
    place = page.get_by_role("region", name="1 correction stands")
    await expect(place.get_by_role("status")).to_contain_text("2 corrections changed nothing")
    for words, because, undo in (
        ("Warm places", "Changed nothing: the theme was gone by then.", 0),
        ("named a theme “Light”", "", 1),
        ("took a correction back", "Changed nothing: something later builds on it.", 0),
    ):
        line = place.get_by_role("listitem").filter(has_text=words)
        await expect(line).to_contain_text(because)
        await expect(line.get_by_role("button", name="Undo")).to_have_count(undo)
        await expect(line.locator("s")).to_have_count(0)
    assert await axe(page) == []


async def test_a_report_without_themes_is_said_to_be_so_until_they_come(rooms: Rooms) -> None:
    anke, mara = await rooms.seat("Anke"), await rooms.join("Mara")
    await rooms.write(anke, "A stove")

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        route.on_message(server.send)
        server.on_message(lambda frame: route.send(without_themes(frame)))

    await mara.context.route_web_socket("**/socket", between)
    await mara.reload()
    await live(mara)
    await rooms.house.command(rooms.jam, CloseJam(client_id="close"))
    await expect(mara.get_by_role("heading", name="The report is ready")).to_be_visible(timeout=THEMES_MS)
    await expect(mara.get_by_text("so the report has no themes yet")).to_be_visible()


def without_themes(frame: str | bytes) -> str:
    """A frame as it is where no theme map could be made."""
    told: dict[str, Any] = json.loads(frame)
    for one in (told, *told.get("events", [])):
        one.pop("themes", None)
    return json.dumps(told)
