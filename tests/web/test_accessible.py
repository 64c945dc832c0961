"""axe finds nothing and nothing scrolls sideways: every page and state, phone and desk, light and dark.

One person's way through several states is one test: each is looked at where the way passes it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from jam.domain.commands import CloseJam, PauseJam
from tests.web.rooms import AXE_RULES, COLOURS, DESK, PHONE, Rooms, axe, live, scrolls_sideways, unplug
from tests.web.test_admin import administrator
from tests.web.theming import desk, look, open_theme, theme_of, written

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.slow]

Check = Callable[..., Awaitable[None]]
Way = Callable[[Rooms, Check], Awaitable[None]]


@pytest.fixture
def check(request: pytest.FixtureRequest) -> Check:
    """Look at a page as it is now, at every width and in both schemes; leaves it as it was.

    ``upright`` also looks at it on a phone held upright with text of twice the size, and from right to left.
    """
    every_width = request.config.getoption("--full")

    async def checked(page: Page, state: str, *, upright: bool = False) -> None:
        for size in (DESK, PHONE):
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            assert not await scrolls_sideways(page), state
            # Colours are the same at every width; with --full they are looked at in both.
            dark = [("dark", COLOURS)] if size is DESK or every_width else []
            for scheme, rules in [("light", AXE_RULES), *dark]:
                await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                assert (state, size, scheme, await axe(page, rules)) == (state, size, scheme, [])
        await page.emulate_media(color_scheme="light")
        if upright:
            await larger_and_mirrored(page, state)
        await page.set_viewport_size(DESK)  # type: ignore[arg-type]

    return checked


async def larger_and_mirrored(page: Page, state: str) -> None:
    await page.set_viewport_size({"width": 640, "height": 900})
    await page.evaluate("document.documentElement.style.fontSize = '225%'")
    assert not await scrolls_sideways(page), state
    await page.evaluate("document.documentElement.style.fontSize = ''")
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    written_as = await page.evaluate("document.documentElement.dir")
    await page.evaluate("document.documentElement.dir = 'rtl'")
    assert (state, await axe(page)) == (state, [])
    assert not await scrolls_sideways(page), state
    await page.evaluate("dir => { document.documentElement.dir = dir; }", written_as)


async def stranger(rooms: Rooms, check: Check) -> None:
    page = await rooms.window()
    for state, path in (
        ("front", "/"),
        ("front, refused", "/?code=wrong"),
        ("no such page", "/nowhere"),
        ("sign in", "/bootstrap"),
        ("link", await rooms.house.role_link(rooms.jam, "moderator")),
        ("join", f"/j/{rooms.code}"),
    ):
        await page.goto(path if path.startswith("http") else rooms.house.url + path)
        await check(page, state)
    await page.get_by_role("button", name="Join the jam").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await check(page, "join, refused")


async def early(rooms: Rooms, check: Check) -> None:
    """Before the start: the lobby, and what can be tried there."""
    await rooms.make_jam(started=False)
    page = await rooms.join("Mara")
    await check(page, "lobby")
    await page.get_by_label("Your practice idea").fill("Only a try")
    await page.get_by_role("button", name="Try sending").click()
    await page.get_by_text("Propose another question").click()
    await page.get_by_role("button", name="Propose it").click()
    await check(page, "practising")


async def writer(rooms: Rooms, check: Check) -> None:
    """Somebody whose idea is refused, in a room with little in it."""
    page = await rooms.join("Mara")
    await page.get_by_label("Your idea", exact=True).fill("A call to everyone please")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".card.is-own")).to_contain_text("Saved")
    await page.get_by_role("button", name="Edit: A call").click()
    await page.get_by_text("Add tags").click()
    await page.get_by_label("Your idea", exact=True).fill("x" * 501)
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".error")).to_be_visible()
    await check(page, "writing")


async def reader(rooms: Rooms, check: Check) -> None:
    """Somebody who reads, reports, looks at themes and help, and loses the connection."""
    await rooms.write(await rooms.seat("Anke"), "Buy my lamps")
    page = await rooms.join("Mara")
    await page.get_by_role("button", name="Report: Buy").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Report").click()
    await check(page, "reporting")
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    places = page.get_by_role("navigation")
    await places.get_by_role("link", name="Themes").click()
    await check(page, "themes, none yet")
    await places.get_by_role("link", name="Help").click()
    await check(page, "helped")
    await places.get_by_role("link", name="Ideas").click()
    await page.get_by_label("Your idea", exact=True).fill("Half an idea")
    await rooms.house.command(rooms.jam, PauseJam(client_id="pause"))
    await expect(page.get_by_text("Your text below was not sent.")).to_be_visible()
    await check(page, "paused")
    await unplug(page)
    await expect(page.get_by_text("You are offline.")).to_be_visible()
    await check(page, "offline")


async def participant(rooms: Rooms, check: Check) -> None:
    """A full room, one's own ideas, and the end."""
    await fill(rooms)
    page = await rooms.join("Mara")
    await page.get_by_role("button", name="1 reply").click()
    await page.get_by_text("Edited 1 time").click()
    await expect(page.locator(".edits ol")).to_be_visible()
    await check(page, "participant", upright=True)
    await page.get_by_label("Your idea", exact=True).fill("One of mine")
    await page.get_by_role("button", name="Send", exact=True).click()
    await page.get_by_role("link", name="Mine").click()
    await page.get_by_role("button", name="Withdraw").click()
    await expect(page.get_by_role("button", name="Undo: put it back")).to_be_visible()
    await check(page, "mine")
    late = await rooms.join("Piet")
    await rooms.house.command(rooms.jam, CloseJam(client_id="close"))
    await expect(late.get_by_text("Time for new ideas is over.")).to_be_visible()
    await check(late, "closed")


async def watcher(rooms: Rooms, check: Check) -> None:
    """An observer, who may only read."""
    await fill(rooms)
    page = await rooms.window()
    await page.goto(await rooms.house.role_link(rooms.jam, "observer"))
    await page.get_by_role("button", name="Go to the jam").click()
    await live(page)
    await check(page, "observer")


async def themes(rooms: Rooms, check: Check) -> None:
    """A desk with a theme open, its ideas being corrected, the theme being split, the map; then everyone."""
    _, ids = await written(rooms)
    page = await desk(rooms)
    dogs = await theme_of(page, ids["dogs"][0])
    place = await open_theme(page, dogs)
    for number in range(2):
        await place.get_by_role("checkbox").nth(number).check()
    await page.get_by_role("button", name="Correct the 2 chosen ideas").first.click()
    await page.get_by_label("Move them to another theme").check()
    await check(page, "themes, corrected")
    await page.reload()
    await look(page)
    await (await open_theme(page, dogs)).get_by_role("button", name="Split").click()
    await expect(page.locator(".split-part")).to_have_count(2)
    await check(page, "themes, split")
    await page.reload()
    await look(page)
    lead = await rooms.house.take_role(rooms.jam, "facilitator")
    rename = {"t": "rename_theme", "seen": 1, "theme": dogs, "name": "Dogs and their owners"}
    await rooms.give(lead, rename)
    await expect(page.get_by_role("button", name="Undo: named a theme")).to_be_visible()
    await (await open_theme(page, dogs)).get_by_role("checkbox").first.check()
    await check(page, "themes of the desk", upright=True)
    await rooms.give(lead, {"t": "show_themes", "shown": True})
    page = await rooms.join("Mara")
    await look(page)
    await page.locator(".theme-name button").first.click()
    await check(page, "themes, shown", upright=True)
    page = await plain_room(rooms, "Piet")
    await page.get_by_role("link", name="Themes").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("themes so far")
    await check(page, "themes without the module")


async def facilitator(rooms: Rooms, check: Check) -> None:
    """The desk while the jam runs, at its end, and opened again."""
    await fill(rooms)
    page = await rooms.run()
    await page.get_by_text("Ask another question").click()
    await page.get_by_role("button", name="Make a link for one person").click()
    await expect(page.locator(".link-made")).to_be_visible()
    await check(page, "facilitator", upright=True)
    await page.get_by_role("button", name="Show the keys").click()
    await check(page, "keys")
    page = await rooms.run()
    await page.get_by_role("button", name="Close the jam").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await check(page, "asking")
    page = await rooms.run()
    anke = await rooms.seat("Jo")
    for text in ("Should dogs be let off the lead?", "Where do we need a bench?"):
        await rooms.give(anke, {"t": "propose_question", "text": text})
    await page.get_by_role("button", name="Ask this: Where").click()
    await check(page, "proposed")
    page = await rooms.run()
    await rooms.house.command(rooms.jam, CloseJam(client_id="close"))
    await page.get_by_role("button", name="Open it again").click()
    await page.get_by_label("For how many minutes?").fill("x")
    await check(page, "reopening")


async def moderator(rooms: Rooms, check: Check) -> None:
    """A queue with a decision made and another one being made."""
    await rooms.make_jam(policy="pre")
    anke = await rooms.seat("Anke")
    for number in range(3):
        await rooms.write(anke, f"Idea {number}")
    page = await rooms.run()
    await page.keyboard.press("j")
    await page.keyboard.press("a")
    await expect(page.locator(".made")).to_be_visible()
    await page.keyboard.press("h")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await check(page, "moderating")


async def organiser(rooms: Rooms, check: Check) -> None:
    """The list of jams, a form refused, what to do next, and a join page with everything it can have."""
    page = await administrator(rooms)
    await check(page, "jams")
    await page.goto(f"{rooms.house.url}/jams/{rooms.jam}/ready?new=1")
    await page.get_by_role("button", name="Make a link").click()
    await check(page, "ready")
    await page.goto(f"{rooms.house.url}/jams")
    await page.get_by_role("link", name="city consultation").click()
    await page.get_by_text("More: other questions").click()
    await page.get_by_label("Time zone", exact=True).fill("Nowhere")
    await page.get_by_role("button", name="Make the jam").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await check(page, "new jam, refused", upright=True)
    await page.goto(f"{rooms.house.url}/jams")
    await page.get_by_role("link", name="city consultation").click()
    await page.get_by_text("More: other questions").click()
    asked = page.get_by_role("group", name="Question 1 to everyone who joins")
    await asked.get_by_label("It must be answered").check()
    await page.get_by_role("button", name="Make the jam").click()
    await page.get_by_role("link", name="See what they see when they join").click()
    await page.get_by_label("The name that others will see").fill("Mara")
    await page.get_by_role("button", name="Join the jam").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await check(page, "door", upright=True)


async def plain(rooms: Rooms, check: Check) -> None:
    """The room as it is where its module does not run: an idea saved, one's own, a thread, a refusal."""
    await fill(rooms)
    page = await plain_room(rooms, "Mara")
    await page.get_by_label("Your idea").fill("A stove in the café")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("Your idea is saved.")).to_be_visible()
    await check(page, "plain")
    room = page.url
    await page.get_by_role("link", name="Mine").click()
    await check(page, "plain, mine")
    await page.goto(room)
    await page.get_by_role("link", name="Open: 1 reply").click()
    await page.get_by_text("Report a broken rule").click()
    await page.get_by_role("button", name="Report it").click()
    await check(page, "plain, idea", upright=True)
    await page.goto(room)
    await page.get_by_label("Your idea").fill("x" * 501)
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await check(page, "plain, refused")


async def plain_room(rooms: Rooms, handle: str) -> Page:
    page = await rooms.window()
    await page.route("**/rooms/participant.js", lambda route: route.abort())
    await page.goto(f"{rooms.house.url}/j/{rooms.code}")
    await page.get_by_label("The name that others will see").fill(handle)
    await page.get_by_role("button", name="Join the jam").click()
    await page.get_by_label("Your idea").wait_for()
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


WAYS: list[Way] = [
    *(stranger, early, writer, reader, participant, watcher, plain),
    *(themes, facilitator, moderator, organiser),
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_axe_finds_nothing_on_phone_or_desk_in_light_or_dark_and_every_page_fits(
    rooms: Rooms, way: Way, check: Check
) -> None:
    await way(rooms, check)
