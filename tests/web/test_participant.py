"""The participant's room: writing is never lost, the feed never moves, everything has its word."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from jam.domain.commands import PauseJam, ResumeJam
from tests.web.rooms import PHONE, Rooms, live

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


async def send(page: Page, text: str) -> None:
    await page.get_by_label("Your idea", exact=True).fill(text)
    await page.get_by_role("button", name="Send", exact=True).click()


async def test_draft_is_still_there_after_a_reload(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    await page.get_by_label("Your idea", exact=True).press_sequentially("Half an ide")
    await page.reload()
    await live(page)
    await expect(page.get_by_label("Your idea", exact=True)).to_have_value("Half an ide")


async def test_each_question_has_a_draft_of_its_own(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    await page.get_by_label("Your idea", exact=True).fill("About winter")
    await page.get_by_label("Question 1 of 2").select_option("Evenings")
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "What would make you feel safe in the park after dark?"
    )
    await expect(page.get_by_label("Your idea", exact=True)).to_have_value("")
    await page.get_by_label("Question 2 of 2").select_option("Winter")
    await expect(page.get_by_label("Your idea", exact=True)).to_have_value("About winter")


async def test_sent_idea_is_called_saved_and_the_field_is_empty(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    await send(page, "A stove in the café")
    own = page.locator(".card.is-own", has_text="A stove in the café")
    await expect(own).to_contain_text("Saved")
    await expect(page.get_by_label("Your idea", exact=True)).to_have_value("")
    await page.wait_for_function("Object.keys(localStorage).every(key => !key.includes('/out/'))")


async def test_new_ideas_wait_behind_a_button_and_nothing_moves(rooms: Rooms) -> None:
    anke = await rooms.seat("Anke")
    for number in range(8):
        await rooms.write(anke, f"Idea number {number}")
    page = await rooms.join("Mara")
    card = page.locator(".card", has_text="Idea number 5")
    await card.scroll_into_view_if_needed()
    before = await card.bounding_box()
    for number in range(3):
        await rooms.write(anke, f"Later idea {number}")
    button = page.get_by_role("button", name="Show 3 new ideas")
    await expect(button).to_be_visible()
    assert await card.bounding_box() == before
    await expect(page.get_by_text("Later idea 0")).to_have_count(0)
    await button.click()
    await expect(page.locator(".feed .card").first).to_contain_text("Later idea 2")
    await expect(page.get_by_role("heading", name="11 ideas so far")).to_be_focused()


async def test_paused_live_updates_say_so_and_count_nothing(rooms: Rooms) -> None:
    anke = await rooms.seat("Anke")
    await rooms.write(anke, "First idea")
    page = await rooms.join("Mara")
    await page.get_by_role("button", name="Pause live updates").click()
    await rooms.write(anke, "Second idea")
    await expect(page.locator(".totals")).to_contain_text("2 ideas")
    await expect(page.get_by_text("Live updates are paused")).to_be_visible()
    await page.get_by_role("button", name="Resume live updates").click()
    await expect(page.get_by_role("button", name="Show 1 new idea")).to_be_visible()


async def test_idea_over_the_limit_is_not_sent_and_its_writer_is_told_beside_the_field(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    await send(page, "x" * 501)
    field = page.get_by_label("Your idea", exact=True)
    await expect(field).to_be_focused()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_accessible_description(
        "Error: Idea must be 500 characters or less. It has 501 1 character too many"
    )
    await expect(field).to_have_value("x" * 501)


async def test_characters_are_counted_as_the_server_counts_them(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    family = "\U0001f468‍\U0001f469‍\U0001f467"
    await page.get_by_label("Your idea", exact=True).fill(f"e\u0301 {family}\r\n")
    await expect(page.get_by_text("7 of 500 characters")).to_be_visible()


async def test_held_idea_waits_for_a_check_and_is_saved_once_approved(rooms: Rooms) -> None:
    await rooms.make_jam(policy="pre")
    page = await rooms.join("Mara")
    await send(page, "Free soup on Sundays")
    own = page.locator(".card.is-own", has_text="Free soup on Sundays")
    await expect(own).to_contain_text("Waiting for a check")
    desk = await rooms.run()
    await desk.locator(".queue .card", has_text="Free soup").get_by_role("button", name="Approve").click()
    await expect(own).to_contain_text("Saved")


async def test_returned_idea_shows_rule_and_note_and_can_be_changed(rooms: Rooms) -> None:
    await rooms.make_jam(policy="pre")
    page = await rooms.join("Mara")
    await send(page, "Ask Jo Smith at 5 Elm Road")
    desk = await rooms.run()
    await desk.locator(".queue .card").get_by_role("button", name="Return").click()
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_label("Personal details of somebody").check()
    await dialog.get_by_label("What should the author change?").fill("Leave out the address")
    await dialog.get_by_role("button", name="Return").click()
    own = page.locator(".card.is-own")
    await expect(own).to_contain_text("Returned to you")
    await expect(own).to_contain_text("Rule: Personal details of somebody")
    await expect(own).to_contain_text("Leave out the address")
    await own.get_by_role("button", name="Edit").click()
    await own.get_by_label("Change your text").fill("Ask the people in Elm Road")
    await own.get_by_role("button", name="Save the change").click()
    await expect(own).to_contain_text("Waiting for a check")
    await expect(desk.locator(".queue .card")).to_contain_text("Ask the people in Elm Road")


async def test_hidden_idea_leaves_the_readers_screen_and_its_place_names_the_rule(rooms: Rooms) -> None:
    anke = await rooms.seat("Anke")
    await rooms.write(anke, "Something rude")
    page, desk = await rooms.join("Mara"), await rooms.run()
    await expect(page.get_by_text("Something rude")).to_be_visible()
    await desk.locator(".feed .card", has_text="Something rude").get_by_role("button", name="Hide").click()
    await desk.get_by_role("dialog").get_by_label("Abuse or insult").check()
    await desk.get_by_role("dialog").get_by_role("button", name="Hide").click()
    await expect(page.get_by_text("Hidden by a moderator under the rule “Abuse or insult”.")).to_be_visible()
    assert "Something rude" not in await page.content()


async def test_withdrawn_idea_can_be_put_back(rooms: Rooms) -> None:
    page, other = await rooms.join("Mara"), await rooms.join("Tom")
    await send(page, "Benches out of the wind")
    await expect(other.get_by_text("Benches out of the wind")).to_be_visible()
    own = page.locator(".card.is-own")
    await own.get_by_role("button", name="Withdraw").click()
    await expect(other.get_by_text("Withdrawn by its author.")).to_be_visible()
    await own.get_by_role("button", name="Undo: put it back").click()
    await expect(other.get_by_text("Benches out of the wind")).to_be_visible()


async def test_everyone_can_read_what_an_edited_idea_said_before(rooms: Rooms) -> None:
    page, other = await rooms.join("Mara"), await rooms.join("Tom")
    await send(page, "Lamps along the lake")
    own = page.locator(".card.is-own")
    await own.get_by_role("button", name="Edit").click()
    await own.get_by_label("Change your text").fill("Low lamps along the lake")
    await own.get_by_role("button", name="Save the change").click()
    card = other.locator(".feed .card")
    await expect(card.locator(".words").first).to_have_text("Low lamps along the lake")
    await card.get_by_text("Edited 1 time").click()
    await expect(card.locator("details ol")).to_contain_text("Lamps along the lake")


async def test_reply_reaches_the_reader_of_the_thread_without_moving_it(rooms: Rooms) -> None:
    anke = await rooms.seat("Anke")
    idea = await rooms.write(anke, "A winter market")
    page = await rooms.join("Mara")
    card = page.locator(".feed .card", has_text="A winter market")
    await card.get_by_role("button", name="Reply").click()
    await expect(card.get_by_label("Your reply")).to_be_focused()
    await card.get_by_label("Your reply").fill("With chestnuts")
    await card.get_by_role("button", name="Send the reply").click()
    await expect(card.locator(".reply")).to_contain_text("With chestnuts")
    await rooms.give(anke, {"t": "submit_reply", "idea": idea["idea"], "text": "And music"})
    await expect(card.get_by_text("And music")).to_have_count(0)
    await card.get_by_role("button", name="Show 1 new reply").click()
    await expect(card.get_by_text("And music")).to_be_visible()


async def test_report_needs_a_rule_and_reaches_the_moderators(rooms: Rooms) -> None:
    anke = await rooms.seat("Anke")
    await rooms.write(anke, "Buy my lamps")
    page, desk = await rooms.join("Mara"), await rooms.run()
    await page.get_by_role("button", name="Report: Buy my lamps").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Report").click()
    await expect(dialog.get_by_text("Name the rule")).to_be_visible()
    await dialog.get_by_label("Advertising").check()
    await dialog.get_by_role("button", name="Report").click()
    await expect(page.get_by_text("Reported: a moderator will look at it")).to_be_visible()
    await expect(desk.get_by_role("heading", name="1 text was reported")).to_be_visible()


async def test_text_typed_at_the_bell_is_kept_and_can_be_copied(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    await page.get_by_label("Your idea", exact=True).fill("Nearly done wr")
    await rooms.next_phase(1)
    await expect(page.get_by_text("Time for new ideas is over.")).to_be_visible()
    field = page.get_by_label("Your idea", exact=True)
    await expect(field).to_have_value("Nearly done wr")
    await expect(field).to_have_attribute("readonly", "")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copy the text").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == "Nearly done wr"
    await page.reload()
    await live(page)
    await expect(page.get_by_label("Your idea", exact=True)).to_have_value("Nearly done wr")


async def test_edit_and_reply_typed_at_the_bell_stay_with_copy_and_come_back_after_a_reload(
    rooms: Rooms,
) -> None:
    await rooms.write(await rooms.seat("Anke"), "A winter market")
    page = await rooms.join("Mara", permissions=["clipboard-read", "clipboard-write"])
    await send(page, "A stove in the café")
    await page.get_by_role("button", name="Edit: A stove").click()
    await page.get_by_label("Change your text").fill("A stove and a piano")
    await page.get_by_role("button", name="Reply: A winter market").click()
    await page.get_by_label("Your reply").fill("With hot soup")
    await rooms.house.command(rooms.jam, PauseJam(client_id="pause"))
    for field, text in (("Change your text", "A stove and a piano"), ("Your reply", "With hot soup")):
        await expect(page.get_by_label(field)).to_have_value(text)
        await expect(page.get_by_label(field)).not_to_be_editable()
    await expect(page.get_by_text("You can go on when it goes on.")).to_have_count(2)
    await rooms.house.command(rooms.jam, ResumeJam(client_id="resume"))
    await expect(page.get_by_label("Change your text")).to_be_editable()
    await rooms.next_phase(1)
    await expect(page.get_by_text("Time for replies and changes is over.")).to_have_count(2)
    await page.reload()
    await live(page)
    edit = page.locator("form.edit")
    await edit.get_by_role("button", name="Copy the text").click()
    await expect(edit.get_by_role("button", name="Copied")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == "A stove and a piano"
    await expect(page.get_by_label("Your reply")).to_have_value("With hot soup")
    await edit.get_by_role("button", name="Put away").click()
    await expect(edit).to_have_count(0)


async def test_headings_count_what_can_be_read_and_no_reply_is_offered_on_what_cannot(rooms: Rooms) -> None:
    anke = await rooms.seat("Anke")
    ideas = [await rooms.write(anke, f"Idea {number}") for number in range(3)]
    page = await rooms.join("Mara")
    await rooms.give(anke, {"t": "withdraw_idea", "idea": ideas[0]["idea"]})
    await expect(page.locator(".totals")).to_contain_text("2 ideas")
    await send(page, "My own")
    await expect(page.locator(".card.is-own", has_text="My own")).to_contain_text("Saved")
    await expect(page.locator(".totals")).to_contain_text("3 ideas")
    await expect(page.get_by_role("heading", name="3 ideas so far")).to_be_visible()
    await page.reload()
    await live(page)
    await expect(page.get_by_role("button", name="Reply: My own")).to_be_visible()
    await page.get_by_role("button", name="Withdraw: My own").click()
    await expect(page.locator(".feed .card", has_text="My own")).to_contain_text("Withdrawn")
    await expect(page.get_by_role("button", name="Reply: My own")).to_have_count(0)
    await expect(page.get_by_role("heading", name="2 ideas so far")).to_be_visible()


async def test_on_a_small_phone_every_answer_is_in_sight_where_one_looks(rooms: Rooms) -> None:
    anke = await rooms.seat("Anke")
    for number in range(9):
        await rooms.write(anke, f"Idea number {number} " + "with a few words more " * 8)
    page = await rooms.join("Mara", PHONE)
    report = page.get_by_role("button", name="Report: Idea number 4")
    await report.click()
    dialog = page.get_by_role("dialog")
    for button in ("Report", "Cancel"):
        await expect(dialog.get_by_role("button", name=button)).to_be_in_viewport(ratio=1)
    await dialog.get_by_label("Advertising").check()
    await dialog.get_by_role("button", name="Report").click()
    said = page.get_by_text("Reported: a moderator will look at it")
    await expect(said).to_be_in_viewport(ratio=1)
    await expect(said).to_be_focused()
    await expect(report).to_have_count(0)
    await page.reload()
    await live(page)
    await expect(said).to_have_count(1)
    await page.get_by_label("Your idea", exact=True).fill("x" * 501)
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("Idea must be 500 characters or less")).to_be_in_viewport(ratio=1)


async def test_pause_keeps_what_was_sent_and_sends_it_when_the_jam_goes_on(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    await page.get_by_label("Your idea", exact=True).fill("Sent into the pause")
    await rooms.house.command(rooms.jam, PauseJam(client_id="pause"))
    await expect(page.get_by_text("The jam is paused. You can write when it goes on.")).to_be_visible()
    await expect(page.get_by_role("button", name="Send", exact=True)).to_have_count(0)
    await rooms.house.command(rooms.jam, ResumeJam(client_id="resume"))
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".card.is-own")).to_contain_text("Saved")


async def test_before_the_start_the_room_says_when_writing_opens(rooms: Rooms) -> None:
    await rooms.make_jam(started=False)
    page = await rooms.join("Mara")
    await expect(page.get_by_text("Writing opens when a facilitator starts it.")).to_be_visible()
    await page.goto(f"{rooms.house.url}/jams/{rooms.jam}/report")
    await expect(page.get_by_text("The report is made when the time for ideas is over.")).to_be_visible()
    await page.get_by_role("link", name="Go to the jam").click()
    await live(page)
    await rooms.next_phase(0)
    await expect(page.get_by_label("Your idea", exact=True)).to_be_editable()


async def test_countdown_names_minutes_left_and_the_end_with_its_zone(rooms: Rooms) -> None:
    page = await rooms.join("Mara", timezone_id="Europe/Berlin")
    await expect(page.get_by_role("timer")).to_have_text(re.compile(r"^5\d minutes left$"))
    await expect(page.locator(".clock-rest")).to_contain_text("GMT+")
    await page.get_by_role("button", name="Hide the clock").click()
    await expect(page.get_by_role("timer")).to_have_count(0)
    await page.get_by_role("button", name="Show the clock").click()
    await expect(page.get_by_role("timer")).to_have_count(1)


async def test_older_ideas_come_by_page(rooms: Rooms) -> None:
    anke = await rooms.seat("Anke")
    await asyncio.gather(*(rooms.write(anke, f"Idea number {number}.") for number in range(230)))
    page = await rooms.join("Mara")
    await expect(page.locator(".feed .card")).to_have_count(50)
    more = page.get_by_role("button", name="Show older ideas")
    for shown in (100, 150, 200, 230):
        await more.click()
        await expect(page.locator(".feed .card")).to_have_count(shown)
    await expect(page.get_by_text("Idea number 0.")).to_be_visible()
    await expect(more).to_have_count(0)


async def test_whole_visit_works_from_the_keyboard_alone(rooms: Rooms) -> None:
    anke = await rooms.seat("Anke")
    await rooms.write(anke, "A place to warm up")
    page = await rooms.window()
    await page.goto(f"{rooms.house.url}/")
    await tab_to(page, "Code of the jam")
    await page.keyboard.type(rooms.code)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/j/*")
    await tab_to(page, "The name that others will see")
    await page.keyboard.type("Priya")
    await page.keyboard.press("Enter")
    await live(page)
    await tab_to(page, "Your idea")
    await page.keyboard.type("Hot water for prams and flasks")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".card.is-own")).to_contain_text("Saved")
    await tab_to(page, "Reply: A place to warm up")
    await page.keyboard.press("Enter")
    await page.keyboard.type("In the old boat house")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".reply")).to_contain_text("In the old boat house")
    await tab_to(page, "Report: A place to warm up")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Report: A place to warm up")).to_be_focused()


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until the thing of that name has focus, as somebody without a mouse would."""
    names = """() => { const e = document.activeElement;
        return e.getAttribute('aria-label') ?? e.labels?.[0]?.innerText ?? e.innerText ?? ''; }"""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if (await page.evaluate(names)).strip() == name:
            return
    raise AssertionError(f"Tab never came to {name}")
