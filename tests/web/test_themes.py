"""Themes while the jam runs: corrected on one desk, seen on every other, kept by every later grouping."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, Route, expect

from tests.web.rooms import PHONE, Rooms, axe, scrolls_sideways
from tests.web.theming import (
    IDEAS,
    THEMES_MS,
    desk,
    look,
    names,
    open_theme,
    row,
    rows,
    settled,
    size,
    theme_of,
    themes,
    written,
)

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.slow]


async def two_desks(rooms: Rooms) -> tuple[dict[str, list[str]], Page, Page]:
    """The ids of ``IDEAS`` by subject, and two facilitators who look at their themes."""
    _, ids = await written(rooms)
    return ids, await desk(rooms), await desk(rooms)


async def rename(page: Page, theme: str, name: str) -> None:
    """Give a theme a name of one's own."""
    await (await open_theme(page, theme)).get_by_role("button", name="Rename").click()
    await page.get_by_label("Its new name").fill(name)
    await page.get_by_role("button", name="Save the name").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_name_that_one_desk_gives_is_on_the_other_and_stays_and_undo_takes_it_back(
    rooms: Rooms,
) -> None:
    anke, ids = await written(rooms)
    one, two = await desk(rooms), await desk(rooms)
    theme = await theme_of(one, ids["dogs"][0])
    before = await row(one, theme).locator(".theme-name").inner_text()
    await rename(one, theme, "Dogs and their owners")
    for page in (one, two):
        await expect(row(page, theme).locator(".theme-name")).to_have_text("Dogs and their owners")
    for number in range(21):
        await rooms.write(anke, f"Dogs, dogs, dogs in the park, number {number}")
    await expect(row(two, theme).locator(".theme-name")).to_have_text("Dogs and their owners")
    done = two.get_by_role("listitem").filter(has_text="named a theme “Dogs and their owners”")
    await done.get_by_role("button", name="Undo").click()
    await expect(row(one, theme).locator(".theme-name")).not_to_have_text("Dogs and their owners")
    await expect(done).to_contain_text("taken back")
    assert before != "Dogs and their owners"


async def test_two_themes_are_merged_with_both_sizes_and_the_result_named_and_the_notice_undoes_it(
    rooms: Rooms,
) -> None:
    ids, one, two = await two_desks(rooms)
    ours, other = await theme_of(one, ids["dogs"][0]), await theme_of(one, ids["skating"][0])
    name, gone = [await row(one, theme).locator(".theme-name").inner_text() for theme in (ours, other)]
    total = await size(one, ours) + await size(one, other)
    await (await open_theme(one, ours)).get_by_role("button", name="Merge with another").click()
    dialog = one.get_by_role("dialog")
    await dialog.get_by_role("button", name="Merge them").click()
    await expect(dialog.get_by_role("alert")).to_be_focused()
    await expect(dialog.get_by_role("alert")).to_have_text("Choose the other theme")
    await dialog.get_by_role("radio", name=gone).check()
    await expect(dialog).to_contain_text(f"Together they have {total} ideas.")
    await dialog.get_by_role("radio", name=name, exact=True).check()
    await dialog.get_by_role("button", name="Merge them").click()
    for page in (one, two):
        await expect(row(page, other)).to_have_count(0)
        await expect(row(page, ours)).to_contain_text(f"{total} ideas")
    await one.locator(".notices").get_by_role("button", name="Undo").click()
    for page in (one, two):
        await expect(row(page, other)).to_have_count(1)


async def test_a_split_is_shown_first_single_ideas_go_to_another_part_and_then_it_is_done(
    rooms: Rooms,
) -> None:
    ids, one, two = await two_desks(rooms)
    theme = await theme_of(one, ids["dogs"][0])
    count = await rows(one).count()
    await (await open_theme(one, theme)).get_by_role("button", name="Split").click()
    parts = one.get_by_role("dialog").locator(".split-part")
    await expect(parts).to_have_count(2)
    await expect(rows(two)).to_have_count(count)
    moved = await parts.nth(0).locator("li .words").first.inner_text()
    await parts.nth(0).get_by_label(f"Where “{moved}” goes").select_option("1")
    await expect(parts.nth(1)).to_contain_text(moved)
    await parts.nth(1).get_by_label("Its name").fill("A part of its own")
    await one.get_by_role("button", name="Split it so").click()
    for page in (one, two):
        await expect(page.get_by_role("button", name="A part of its own", exact=True)).to_be_visible()
    await two.get_by_role("button", name="A part of its own", exact=True).click()
    await expect(two.locator(".theme-row.is-open .theme-ideas")).to_contain_text(moved)


async def test_ideas_are_moved_kept_set_apart_and_taken_out_and_the_second_desk_sees_each(
    rooms: Rooms,
) -> None:
    ids, one, two = await two_desks(rooms)
    dogs, café = await theme_of(one, ids["dogs"][0]), await theme_of(one, ids["café"][0])

    async def correct(texts: list[str], deed: str, theme: str, **more: str) -> None:
        place = await open_theme(one, theme)
        for text in texts:
            await place.get_by_role("checkbox", name=text).check()
        await place.get_by_role("button", name="Correct").first.click()
        await one.get_by_label(deed).check()
        for label, option in more.items():
            await one.get_by_label(label.replace("_", " ")).select_option(option)
        await one.get_by_role("button", name="Do it").click()
        await expect(one.get_by_role("dialog")).to_have_count(0)

    await correct([IDEAS["dogs"][0]], "Move it to another theme", dogs, To_which_theme=café)
    await expect((await open_theme(two, café)).locator(".theme-ideas")).to_contain_text(IDEAS["dogs"][0])
    await correct([IDEAS["dogs"][1]], "Keep it in this theme", dogs)
    kept = (await open_theme(two, dogs)).locator(".theme-ideas > li", has_text=IDEAS["dogs"][1])
    await expect(kept).to_contain_text("Stays here")
    await correct([IDEAS["dogs"][2]], "This is not an idea", dogs)
    await expect(two.get_by_text("1 text is not an idea")).to_be_visible()
    await expect(row(two, dogs).locator(".theme-ideas")).not_to_contain_text(IDEAS["dogs"][2])
    await correct(IDEAS["dogs"][3:5], "Never put any two of them into one theme", dogs)
    await expect(two.get_by_text("said that 2 ideas are never in one theme")).to_be_visible()


async def test_the_slower_of_two_facilitators_reads_what_happened_and_keeps_what_was_typed(
    rooms: Rooms,
) -> None:
    ids, one, two = await two_desks(rooms)
    theme = await theme_of(one, ids["dogs"][0])
    await (await open_theme(two, theme)).get_by_role("button", name="Rename").click()
    await two.get_by_label("Its new name").fill("My own words")
    await rename(one, theme, "Dogs on the lead")
    await two.get_by_role("button", name="Save the name").click()
    told = two.get_by_role("dialog").get_by_role("alert")
    await expect(told).to_contain_text("gave this theme another name")
    await expect(told).to_be_focused()
    await expect(two.get_by_label("Its new name")).to_have_value("My own words")
    assert await axe(two) == []
    await expect(row(two, theme).locator(".theme-name")).to_have_text("Dogs on the lead")
    await told.get_by_role("button", name="Look again").click()
    await two.get_by_role("button", name="Save the name").click()
    await expect(row(one, theme).locator(".theme-name")).to_have_text("My own words")


async def test_participants_see_themes_when_they_are_shown_with_their_own_ideas_marked(rooms: Rooms) -> None:
    await written(rooms)
    mara = await rooms.join("Mara", PHONE)
    await mara.get_by_label("Your idea", exact=True).fill("A warm café with coffee at the pond")
    await mara.get_by_role("button", name="Send", exact=True).click()
    await expect(mara.get_by_text("Saved")).to_be_visible()
    staff = await rooms.run()
    await look(staff)
    await settled(staff, 1)
    await mara.get_by_role("link", name="Themes").click()
    await expect(mara.get_by_role("heading", level=1)).to_have_text("Themes come when writing ends")
    await expect(staff.get_by_text("Participants do not see these themes")).to_be_visible()
    await staff.get_by_role("button", name="Show them to participants").click()
    await expect(rows(mara).nth(1)).to_be_visible()
    await expect(mara.get_by_role("heading", level=1)).to_contain_text("themes so far")
    await expect(mara.locator(".theme-row", has_text="1 of yours")).to_have_count(1)
    assert await names(mara) == await names(staff)
    assert not await scrolls_sideways(mara)
    await staff.get_by_role("button", name="Hide them from participants").click()
    await expect(rows(mara)).to_have_count(0)
    await expect(mara.get_by_role("heading", level=1)).to_have_text("Themes come when writing ends")


async def test_words_of_a_hidden_idea_leave_every_screen_in_the_same_event(rooms: Rooms) -> None:
    _, ids = await written(rooms)
    staff, mara = await desk(rooms), await rooms.join("Mara")
    await staff.get_by_role("button", name="Show them to participants").click()
    await look(mara)
    theme = await theme_of(staff, ids["skating"][0])
    view = next(one for one in (await themes(staff))["themes"] if one["id"] == theme)
    headline, before = view["headline"], await size(staff, theme)
    text = next(
        text
        for subject, all_ids in ids.items()
        for text, idea in zip(IDEAS[subject], all_ids, strict=True)
        if idea == headline
    )
    for page in (staff, mara):
        await expect(row(page, theme)).to_contain_text(text)
    for page in (staff, mara):  # what follows comes with the event, not with a map that is fetched
        await page.route("**/api/jams/*/themes/*", lambda route: route.abort())
    moderator = await rooms.house.take_role(rooms.jam, "moderator")
    await rooms.give(
        moderator, {"t": "moderate", "idea": headline, "version": 1, "verdict": "hide", "rule": "threat"}
    )
    for page in (staff, mara):
        await expect(row(page, theme)).not_to_contain_text(text)
        await expect(row(page, theme)).to_contain_text(f"{before - 1} ideas")


async def test_merge_and_split_are_done_by_keyboard_alone_and_focus_is_never_lost(rooms: Rooms) -> None:
    _, ids = await written(rooms)
    page = await desk(rooms)
    ours, other = await theme_of(page, ids["dogs"][0]), await theme_of(page, ids["lights"][0])
    name = await row(page, other).locator(".theme-name").inner_text()
    await press_to(page, f"#theme-{ours}")
    await page.keyboard.press("Enter")
    await press_to(page, ".theme-inside button[aria-label^='Merge']")
    await page.keyboard.press("Enter")
    await press_to(page, "dialog input[type=radio]")
    wanted = page.locator("dialog label", has_text=name).locator("input[name=other]")
    await page.keyboard.press("Space")
    while not await wanted.is_checked():
        await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(row(page, other)).to_have_count(0)
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await on_a_button(page)
    theme = await theme_of(page, ids["dogs"][0])
    await press_to(page, f"#theme-{theme}")
    if await page.locator(f"#theme-{theme}").get_attribute("aria-expanded") != "true":
        await page.keyboard.press("Enter")
    await press_to(page, ".theme-inside button[aria-label^='Split']")
    await page.keyboard.press("Enter")
    await expect(page.locator(".split-part")).to_have_count(2)
    count = await rows(page).count()
    await press_to(page, "dialog button[type=submit]")
    await page.keyboard.press("Enter")
    await expect(rows(page)).to_have_count(count + 1)
    await on_a_button(page)


async def on_a_button(page: Page) -> None:
    """Wait until a button has focus."""
    await page.wait_for_function("document.activeElement.tagName === 'BUTTON'")


async def press_to(page: Page, selector: str) -> None:
    """Tab until that element has focus."""
    wanted = page.locator(selector).first
    for _ in range(120):
        if await wanted.evaluate("one => one === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not come to {selector}")


async def test_moderators_read_the_themes_and_have_no_way_to_change_them(rooms: Rooms) -> None:
    await written(rooms)
    page = await desk(rooms, role="moderator")
    await rows(page).first.get_by_role("button").click()
    await expect(page.locator(".theme-inside")).to_be_visible()
    for name in ("Rename", "Merge with another", "Split", "Accept", "Undo", "Show them to participants"):
        await expect(page.get_by_role("button", name=name)).to_have_count(0)
    await expect(page.locator(".theme-ideas input")).to_have_count(0)


async def test_the_map_has_what_the_list_has_and_arrow_keys_walk_over_it(rooms: Rooms) -> None:
    await written(rooms)
    page = await desk(rooms)
    discs = page.locator(".theme-map .theme")
    await expect(discs).to_have_count(await rows(page).count())
    assert await page.locator(".theme-map .theme:not([class*='hue-'])").count() == 0
    assert await page.locator(".theme-map [class*='undefined']").count() == 0
    said = [await discs.nth(at).get_attribute("aria-label") or "" for at in range(await discs.count())]
    for name in await names(page):
        assert any(one.startswith(name) for one in said)
    await discs.first.focus()
    await page.keyboard.press("End")
    theme = await page.evaluate("document.activeElement.dataset.theme")
    assert theme == await discs.last.get_attribute("data-theme")
    await page.keyboard.press("Enter")
    await expect(page.locator(f"#theme-{theme}")).to_be_focused()
    await expect(page.locator(f"#theme-{theme}")).to_have_attribute("aria-expanded", "true")


async def test_a_new_map_under_an_open_question_leaves_what_is_typed_and_the_focus(rooms: Rooms) -> None:
    anke, ids = await written(rooms)
    one, two = await desk(rooms), await desk(rooms)
    theme, other = await theme_of(one, ids["dogs"][0]), await theme_of(one, ids["café"][0])
    await (await open_theme(one, theme)).get_by_role("button", name="Rename").click()
    await one.get_by_label("Its new name").fill("Half a na")
    await rename(two, other, "Somewhere warm")
    for number in range(22):
        await rooms.write(anke, f"A dog meadow with a fence, number {number}")
    await expect(row(one, other).locator(".theme-name")).to_have_text("Somewhere warm")
    await expect(row(one, theme)).to_contain_text("dog", ignore_case=True)
    await settled(one, 22)
    await expect(one.get_by_label("Its new name")).to_be_focused()
    await expect(one.get_by_label("Its new name")).to_have_value("Half a na")
    await one.get_by_role("button", name="Save the name").click()
    await expect(row(two, theme).locator(".theme-name")).to_have_text("Half a na")


async def test_focus_in_a_theme_that_a_colleague_merges_away_goes_to_the_theme_that_has_it(
    rooms: Rooms,
) -> None:
    _, ids = await written(rooms)
    page = await desk(rooms)
    gone, into = await theme_of(page, ids["dogs"][0]), await theme_of(page, ids["café"][0])
    await (await open_theme(page, gone)).get_by_role("button", name="Rename").focus()
    seen = (await themes(page))["version"]
    lead = await rooms.house.take_role(rooms.jam, "facilitator")
    await rooms.give(lead, {"t": "merge_themes", "seen": seen, "themes": [gone, into], "into": into})
    await expect(row(page, gone)).to_have_count(0)
    await expect(page.locator(f"#theme-{into}")).to_be_focused()


async def test_suggestions_are_told_in_words_and_one_that_is_over_is_refused_in_words(rooms: Rooms) -> None:
    await written(rooms)
    page = await rooms.run()

    async def suggest(route: Route) -> None:
        answer = await route.fetch()
        view = await answer.json()
        a, b = view["themes"][0], view["themes"][1]
        moved = {"kind": "moved", "themes": [a["id"], b["id"]], "ideas": b["members"][:2], "id": "moved:1"}
        joined = {"kind": "join", "themes": [a["id"], b["id"]], "ideas": [], "id": "join:1"}
        await route.fulfill(response=answer, json={**view, "suggestions": [moved, joined]})

    await page.route("**/api/jams/*/themes/*", suggest)
    await look(page)
    a, b = (await names(page))[:2]
    place = page.get_by_role("region", name="2 suggestions")
    await expect(place).to_contain_text(f"2 ideas moved from “{a}” to “{b}”")
    await expect(place).to_contain_text(f"“{a}” and “{b}” look like one theme")
    await place.get_by_text("Read the 2 ideas").click()
    await expect(place.locator(".theme-ideas li")).to_have_count(2)
    await place.get_by_role("button", name="Accept: 2 ideas moved").click()
    await expect(page.locator(".notices")).to_contain_text("This changed meanwhile")
    await expect(page.get_by_role("heading", name="2 suggestions")).to_be_focused()


async def test_at_the_end_everyone_reads_the_final_themes_with_the_corrections_in_them(rooms: Rooms) -> None:
    _, ids = await written(rooms)
    staff, mara = await desk(rooms), await rooms.join("Mara", PHONE)
    theme = await theme_of(staff, ids["dogs"][0])
    await rename(staff, theme, "Dogs and their owners")
    await mara.get_by_role("link", name="Themes").click()
    await rooms.next_phase(1)
    await expect(mara.get_by_role("link", name="Read the report")).to_be_visible(timeout=THEMES_MS)
    await expect(mara.get_by_role("button", name="Dogs and their owners", exact=True)).to_be_visible()
    await expect(mara.get_by_text("so far")).to_have_count(0)
    await expect(staff.get_by_role("button", name="Dogs and their owners", exact=True)).to_be_visible()
