"""axe finds nothing and nothing scrolls sideways: every page and state, phone and desk, light and dark."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from jam.domain.commands import CloseJam, PauseJam
from tests.web.rooms import AXE_RULES, COLOURS, DESK, PHONE, Rooms, axe, live, scrolls_sideways
from tests.web.test_admin import administrator
from tests.web.theming import desk, look, open_theme, theme_of, written

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.slow]

State = Callable[[Rooms, Any], Awaitable[Page]]


async def front(rooms: Rooms, size: Any) -> Page:
    page = await rooms.window(size)
    await page.goto(rooms.house.url)
    return page


async def front_refused(rooms: Rooms, size: Any) -> Page:
    page = await rooms.window(size)
    await page.goto(f"{rooms.house.url}/?code=wrong")
    return page


async def join(rooms: Rooms, size: Any) -> Page:
    page = await rooms.window(size)
    await page.goto(f"{rooms.house.url}/j/{rooms.code}")
    return page


async def join_refused(rooms: Rooms, size: Any) -> Page:
    page = await join(rooms, size)
    await page.get_by_role("button", name="Join the jam").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    return page


async def link(rooms: Rooms, size: Any) -> Page:
    page = await rooms.window(size)
    await page.goto(await rooms.house.role_link(rooms.jam, "moderator"))
    return page


async def sign_in(rooms: Rooms, size: Any) -> Page:
    page = await rooms.window(size)
    await page.goto(f"{rooms.house.url}/bootstrap")
    return page


async def no_such_page(rooms: Rooms, size: Any) -> Page:
    page = await rooms.window(size)
    await page.goto(f"{rooms.house.url}/nowhere")
    return page


async def lobby(rooms: Rooms, size: Any) -> Page:
    await rooms.make_jam(started=False)
    return await rooms.join("Mara", size)


async def participant(rooms: Rooms, size: Any) -> Page:
    await fill(rooms)
    page = await rooms.join("Mara", size)
    await page.get_by_role("button", name="1 reply").click()
    await page.get_by_text("Edited 1 time").click()
    await expect(page.locator(".edits ol")).to_be_visible()
    return page


async def writing(rooms: Rooms, size: Any) -> Page:
    page = await rooms.join("Mara", size)
    await page.get_by_label("Your idea", exact=True).fill("A call to everyone please")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".card.is-own")).to_contain_text("Saved")
    await page.get_by_role("button", name="Edit: A call").click()
    await page.get_by_text("Add tags").click()
    await page.get_by_label("Your idea", exact=True).fill("x" * 501)
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".error")).to_be_visible()
    return page


async def reporting(rooms: Rooms, size: Any) -> Page:
    await rooms.write(await rooms.seat("Anke"), "Buy my lamps")
    page = await rooms.join("Mara", size)
    await page.get_by_role("button", name="Report: Buy").click()
    await page.get_by_role("dialog").get_by_role("button", name="Report").click()
    return page


async def mine(rooms: Rooms, size: Any) -> Page:
    page = await participant(rooms, size)
    await page.get_by_label("Your idea", exact=True).fill("One of mine")
    await page.get_by_role("button", name="Send", exact=True).click()
    await page.get_by_role("link", name="Mine").click()
    await page.get_by_role("button", name="Withdraw").click()
    await expect(page.get_by_role("button", name="Undo: put it back")).to_be_visible()
    return page


async def themes(rooms: Rooms, size: Any) -> Page:
    page = await rooms.join("Mara", size)
    await page.get_by_role("link", name="Themes").click()
    return page


async def helped(rooms: Rooms, size: Any) -> Page:
    page = await rooms.join("Mara", size)
    await page.get_by_role("navigation").get_by_role("link", name="Help").click()
    return page


async def paused(rooms: Rooms, size: Any) -> Page:
    page = await rooms.join("Mara", size)
    await page.get_by_label("Your idea", exact=True).fill("Half an idea")
    await rooms.house.command(rooms.jam, PauseJam(client_id="pause"))
    await expect(page.get_by_text("Your text below was not sent.")).to_be_visible()
    return page


async def offline(rooms: Rooms, size: Any) -> Page:
    page = await rooms.join("Mara", size)
    await page.evaluate("dispatchEvent(new Event('offline'))")
    await expect(page.get_by_text("You are offline.")).to_be_visible()
    return page


async def themes_corrected(rooms: Rooms, size: Any) -> Page:
    """A theme that is open, with ideas of it chosen, and the question what should happen to them."""
    _, ids = await written(rooms)
    page = await desk(rooms, size)
    place = await open_theme(page, await theme_of(page, ids["dogs"][0]))
    await place.get_by_role("checkbox").nth(0).check()
    await place.get_by_role("checkbox").nth(1).check()
    await page.get_by_role("button", name="Correct the 2 chosen ideas").first.click()
    await page.get_by_label("Move them to another theme").check()
    return page


async def themes_split(rooms: Rooms, size: Any) -> Page:
    _, ids = await written(rooms)
    page = await desk(rooms, size)
    place = await open_theme(page, await theme_of(page, ids["dogs"][0]))
    await place.get_by_role("button", name="Split").click()
    await expect(page.locator(".split-part")).to_have_count(2)
    return page


async def themes_of_the_desk(rooms: Rooms, size: Any) -> Page:
    """The list and the map with a theme open, a correction on record, and all that is put away shown."""
    _, ids = await written(rooms)
    page = await desk(rooms, size)
    theme = await theme_of(page, ids["dogs"][0])
    command = {"t": "rename_theme", "seen": 1, "theme": theme, "name": "Dogs and their owners"}
    await rooms.give(await rooms.house.take_role(rooms.jam, "facilitator"), command)
    await expect(page.get_by_role("button", name="Undo: named a theme")).to_be_visible()
    await (await open_theme(page, theme)).get_by_role("checkbox").first.check()
    return page


async def themes_shown(rooms: Rooms, size: Any) -> Page:
    await written(rooms)
    lead = await rooms.house.take_role(rooms.jam, "facilitator")
    page = await rooms.join("Mara", size)
    await rooms.give(lead, {"t": "show_themes", "shown": True})
    await look(page)
    await page.locator(".theme-name button").first.click()
    return page


async def plain_themes(rooms: Rooms, size: Any) -> Page:
    await written(rooms)
    await rooms.give(
        await rooms.house.take_role(rooms.jam, "facilitator"), {"t": "show_themes", "shown": True}
    )
    page = await plain(rooms, size)
    await page.get_by_role("link", name="Themes").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("themes so far")
    return page


async def closed(rooms: Rooms, size: Any) -> Page:
    await fill(rooms)
    page = await rooms.join("Mara", size)
    await rooms.house.command(rooms.jam, CloseJam(client_id="close"))
    await expect(page.get_by_text("Time for new ideas is over.")).to_be_visible()
    return page


async def facilitator(rooms: Rooms, size: Any) -> Page:
    await fill(rooms)
    page = await rooms.run(size)
    await page.get_by_text("Ask another question").click()
    await page.get_by_role("button", name="Make a link for one person").click()
    await expect(page.locator(".link-made")).to_be_visible()
    return page


async def moderating(rooms: Rooms, size: Any) -> Page:
    await rooms.make_jam(policy="pre")
    anke = await rooms.seat("Anke")
    for number in range(3):
        await rooms.write(anke, f"Idea {number}")
    page = await rooms.run(size)
    await page.keyboard.press("j")
    await page.keyboard.press("a")
    await expect(page.locator(".made")).to_be_visible()
    await page.keyboard.press("h")
    await expect(page.get_by_role("dialog")).to_be_visible()
    return page


async def asking(rooms: Rooms, size: Any) -> Page:
    page = await rooms.run(size)
    await page.get_by_role("button", name="Close the jam").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    return page


async def keys(rooms: Rooms, size: Any) -> Page:
    page = await rooms.run(size)
    await page.get_by_role("button", name="Show the keys").click()
    return page


async def jams(rooms: Rooms, size: Any) -> Page:
    return await administrator(rooms, size)


async def new_jam_refused(rooms: Rooms, size: Any) -> Page:
    page = await administrator(rooms, size)
    await page.get_by_role("link", name="city consultation").click()
    await page.get_by_text("More: other questions").click()
    await page.get_by_label("Time zone", exact=True).fill("Nowhere")
    await page.get_by_role("button", name="Make the jam").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    return page


async def ready(rooms: Rooms, size: Any) -> Page:
    page = await administrator(rooms, size)
    await page.goto(f"{rooms.house.url}/jams/{rooms.jam}/ready?new=1")
    await page.get_by_role("button", name="Make a link").click()
    return page


async def door(rooms: Rooms, size: Any) -> Page:
    """A join page with everything that one can have, refused."""
    page = await administrator(rooms, size)
    await page.get_by_role("link", name="city consultation").click()
    await page.get_by_text("More: other questions").click()
    asked = page.get_by_role("group", name="Question 1 to everyone who joins")
    await asked.get_by_label("It must be answered").check()
    await page.get_by_role("button", name="Make the jam").click()
    await page.get_by_role("link", name="See what they see when they join").click()
    await page.get_by_label("The name that others will see").fill("Mara")
    await page.get_by_role("button", name="Join the jam").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    return page


async def plain(rooms: Rooms, size: Any) -> Page:
    """The room as it is where its module does not run."""
    await fill(rooms)
    page = await rooms.window(size)
    await page.route("**/rooms/participant.js", lambda route: route.abort())
    await page.goto(f"{rooms.house.url}/j/{rooms.code}")
    await page.get_by_label("The name that others will see").fill("Mara")
    await page.get_by_role("button", name="Join the jam").click()
    await page.get_by_label("Your idea").fill("A stove in the café")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("Your idea is saved.")).to_be_visible()
    return page


async def plain_refused(rooms: Rooms, size: Any) -> Page:
    page = await plain(rooms, size)
    await page.get_by_label("Your idea").fill("x" * 501)
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_role("alert")).to_be_visible()
    return page


async def plain_idea(rooms: Rooms, size: Any) -> Page:
    page = await plain(rooms, size)
    await page.get_by_role("link", name="Open: 1 reply").click()
    await page.get_by_text("Report a broken rule").click()
    await page.get_by_role("button", name="Report it").click()
    return page


async def plain_mine(rooms: Rooms, size: Any) -> Page:
    page = await plain(rooms, size)
    await page.get_by_role("link", name="Mine").click()
    return page


async def practising(rooms: Rooms, size: Any) -> Page:
    page = await lobby(rooms, size)
    await page.get_by_label("Your practice idea").fill("Only a try")
    await page.get_by_role("button", name="Try sending").click()
    await page.get_by_text("Propose another question").click()
    await page.get_by_role("button", name="Propose it").click()
    return page


async def proposed(rooms: Rooms, size: Any) -> Page:
    anke = await rooms.seat("Anke")
    for text in ("Should dogs be let off the lead?", "Where do we need a bench?"):
        await rooms.give(anke, {"t": "propose_question", "text": text})
    page = await rooms.run(size)
    await page.get_by_role("button", name="Ask this: Where").click()
    return page


async def reopening(rooms: Rooms, size: Any) -> Page:
    page = await rooms.run(size)
    await rooms.house.command(rooms.jam, CloseJam(client_id="close"))
    await page.get_by_role("button", name="Open it again").click()
    await page.get_by_label("For how many minutes?").fill("x")
    return page


async def observer(rooms: Rooms, size: Any) -> Page:
    await fill(rooms)
    page = await rooms.window(size)
    await page.goto(await rooms.house.role_link(rooms.jam, "observer"))
    await page.get_by_role("button", name="Go to the jam").click()
    await live(page)
    return page


async def fill(rooms: Rooms) -> None:
    """Ideas of every standing: plain, by staff, long, right to left, replied to, edited, hidden, reported."""
    anke, staff = await rooms.seat("Anke"), await rooms.seat("نور", "staff")
    first = await rooms.write(anke, "Open the café at weekends, so that there is a reason to walk there.")
    await rooms.write(staff, "افتحوا الحديقة حتى الساعة العاشرة مساءً.")
    await rooms.write(anke, "Supercalifragilistic" * 6)
    bad = await rooms.write(anke, "Something against a rule")
    await rooms.give(staff, {"t": "submit_reply", "idea": first["idea"], "text": "With soup"})
    tags = ["café", "winter"]
    await rooms.give(
        anke, {"t": "edit_idea", "idea": first["idea"], "version": 1, "text": "Open it.", "tags": tags}
    )
    await rooms.give(staff, {"t": "flag_idea", "idea": first["idea"], "rule": "abuse"})
    verdict = {
        "t": "moderate",
        "idea": bad["idea"],
        "version": bad["version"],
        "verdict": "hide",
        "rule": "threat",
    }
    await rooms.give(await rooms.house.take_role(rooms.jam, "moderator"), verdict)


STATES: list[State] = [
    *(front, front_refused, join, join_refused, link, sign_in, no_such_page),
    *(lobby, participant, writing, reporting, mine, themes, helped, paused, offline, closed),
    *(themes_of_the_desk, themes_corrected, themes_split, themes_shown, plain_themes),
    *(facilitator, moderating, asking, keys, proposed, reopening, observer, practising),
    *(jams, new_jam_refused, ready, door),
    *(plain, plain_refused, plain_idea, plain_mine),
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
async def test_axe_finds_nothing_on_phone_or_desk_in_light_or_dark_and_the_page_fits(
    rooms: Rooms, state: State, request: pytest.FixtureRequest
) -> None:
    page = await state(rooms, DESK)
    for size in (DESK, PHONE):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        assert not await scrolls_sideways(page)
        # Colours are the same at every width; with --full they are looked at in both.
        dark = [("dark", COLOURS)] if size is DESK or request.config.getoption("--full") else []
        for scheme, rules in [("light", AXE_RULES), *dark]:
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert await axe(page, rules) == []


@pytest.mark.parametrize(
    "state",
    [door, participant, facilitator, new_jam_refused, plain_idea, themes_of_the_desk, themes_shown],
    ids=lambda state: state.__name__,
)
async def test_text_at_twice_its_size_and_a_page_from_right_to_left_still_fit_a_phone_held_upright(
    rooms: Rooms, state: State
) -> None:
    page = await state(rooms, {"width": 640, "height": 900})
    await page.evaluate("document.documentElement.style.fontSize = '225%'")
    assert not await scrolls_sideways(page)
    await page.evaluate("document.documentElement.style.fontSize = ''")
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await page.evaluate("document.documentElement.dir = 'rtl'")
    assert await axe(page) == []
    assert not await scrolls_sideways(page)
