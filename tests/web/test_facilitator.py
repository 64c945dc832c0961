"""The facilitator's room: the queue without a mouse, time under control, everything asked twice."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from jam.domain.commands import CloseJam
from tests.patience import GROUPING
from tests.web.rooms import Rooms, arrived, live, plug, unplug

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
ON_THE_PAGE = "one => one.getBoundingClientRect().top + scrollY"  # wherever the window is scrolled to


async def queue_of(rooms: Rooms, count: int) -> Page:
    """A facilitator's window on a jam in which `count` ideas wait for a check."""
    await rooms.make_jam(policy="pre")
    anke = await rooms.seat("Anke")
    for number in range(count):
        await rooms.write(anke, f"Idea {number}")
    page = await rooms.run()
    await expect(page.get_by_role("heading", name="waiting for a check")).to_be_visible()
    return page


async def test_queue_is_worked_through_by_keys_oldest_first(rooms: Rooms) -> None:
    page = await queue_of(rooms, 4)
    await expect(page.locator(".queue .words")).to_have_text(["Idea 0", "Idea 1", "Idea 2", "Idea 3"])
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await expect(page.locator("article", has_text="Idea 1")).to_be_focused()
    await page.keyboard.press("k")
    await page.keyboard.press("a")
    await expect(page.locator("article", has_text="Idea 1")).to_be_focused()
    await expect(page.locator(".queue .words")).to_have_text(["Idea 1", "Idea 2", "Idea 3"])
    await page.keyboard.press("h")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("article", has_text="Idea 2")).to_be_focused()
    await expect(page.locator(".queue .words")).to_have_text(["Idea 2", "Idea 3"])
    await expect(page.locator(".made li")).to_have_count(2)


async def test_last_decision_is_taken_back_by_u_and_by_a_button_that_stays(rooms: Rooms) -> None:
    page = await queue_of(rooms, 2)
    await page.keyboard.press("j")
    await page.keyboard.press("a")
    await expect(page.locator(".queue .words")).to_have_text(["Idea 1"])
    await expect(page.locator(".made li")).to_have_count(1)
    await page.keyboard.press("u")
    await expect(page.locator(".queue .words")).to_have_text(["Idea 0", "Idea 1"])
    await page.keyboard.press("a")
    await page.get_by_role("button", name="Undo: Idea").click()
    await expect(page.locator(".queue .words")).to_have_text(["Idea 0", "Idea 1"])


async def test_keys_are_only_letters_while_one_writes_and_can_be_turned_off(rooms: Rooms) -> None:
    page = await queue_of(rooms, 2)
    await page.get_by_text("Ask another question").click()
    await page.get_by_label("Short title").fill("")
    await page.get_by_label("Short title").press_sequentially("aaa h")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator(".queue .words")).to_have_count(2)
    await page.get_by_label("Single keys are on").uncheck()
    await page.locator(".queue article").first.focus()
    await page.keyboard.press("a")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator(".queue .words")).to_have_count(2)
    await page.get_by_label("Single keys are on").check()
    await page.get_by_role("heading", name="waiting for a check").focus()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keys for the queue")).to_be_visible()


async def test_hiding_needs_a_rule(rooms: Rooms) -> None:
    page = await queue_of(rooms, 1)
    await page.get_by_role("button", name="Hide", exact=True).last.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Hide").click()
    await expect(dialog.get_by_text("Name the rule")).to_be_visible()
    await expect(dialog.get_by_label("Personal details of somebody")).to_be_focused()
    await expect(page.locator(".queue .words")).to_have_count(1)


async def test_idea_that_another_decides_stays_greyed_with_their_name_and_nothing_moves(rooms: Rooms) -> None:
    page = await queue_of(rooms, 3)
    other = await rooms.run(role="moderator")
    last = page.locator("article", has_text="Idea 2")
    where = await last.evaluate(ON_THE_PAGE)
    await last.hover()  # What was decided leaves after a while, but not under somebody's hands.
    for idea in ("Idea 0", "Idea 1"):
        await other.locator("article", has_text=idea).get_by_role("button", name="Approve").click()
        gone = page.locator("article", has_text=idea)
        await expect(gone).to_contain_text("Approved by")
        await expect(gone.get_by_role("button", name="Hide")).to_have_attribute("aria-disabled", "true")
    await gone.get_by_role("button", name="Hide").click(force=True)
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert await last.evaluate(ON_THE_PAGE) == where
    await last.get_by_role("button", name="Approve").click()
    await expect(page.locator(".queue .words")).to_have_count(0)


async def test_next_text_comes_to_the_very_place_of_the_one_that_was_decided(rooms: Rooms) -> None:
    page = await queue_of(rooms, 4)
    first = page.locator(".queue .ideas").get_by_role("button", name="Approve").first
    where = await first.evaluate(ON_THE_PAGE)
    for number in range(3):
        await first.click()
        await expect(page.locator(".made q").first).to_have_text(f"Idea {number}")
        await expect(page.locator(".queue .words").first).to_have_text(f"Idea {number + 1}")
        assert await first.evaluate(ON_THE_PAGE) == where


async def test_keys_decide_about_no_text_that_nobody_selected(rooms: Rooms) -> None:
    page = await queue_of(rooms, 2)
    for key in ("a", "h", "r"):
        await page.keyboard.press(key)
    await expect(page.get_by_text("No text is selected, so nothing was decided.")).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.keyboard.press("j")
    await page.locator("body").click(position={"x": 2, "y": 2})
    await page.keyboard.press("a")
    await expect(page.locator(".made li")).to_have_count(0)
    await expect(page.locator(".queue .words")).to_have_text(["Idea 0", "Idea 1"])


async def test_undo_takes_back_only_ones_own_decision_and_hides_nothing_under_no_rule(rooms: Rooms) -> None:
    await rooms.write(await rooms.seat("Anke"), "A market")
    page, other, mara = await rooms.run(), await rooms.run(role="moderator"), await rooms.join("Mara")
    await page.get_by_role("button", name="Hide: A market").click()
    await page.get_by_label("Threat").check()
    await page.get_by_role("dialog").get_by_role("button", name="Hide").click()
    await expect(page.get_by_role("button", name="Undo: A market")).to_be_visible()
    await other.get_by_role("button", name="Show it again: A market").click()
    await expect(page.locator(".made li")).to_contain_text("since then: Approved by")
    await expect(page.get_by_role("button", name="Undo: A market")).to_have_count(0)
    await page.evaluate("scrollTo(0, document.body.scrollHeight)")
    await page.keyboard.press("u")
    await expect(page.get_by_text("so there is nothing of yours to undo")).to_be_in_viewport(ratio=1)
    await expect(mara.locator(".feed .words")).to_have_text("A market")
    await other.get_by_role("button", name="Undo: A market").click()
    await expect(mara.get_by_text("Hidden by a moderator under the rule “Threat”.")).to_be_visible()


async def test_moderator_gets_the_queue_and_not_the_clock(rooms: Rooms) -> None:
    await queue_of(rooms, 1)
    page = await rooms.run(role="moderator")
    await expect(page.get_by_role("button", name="Approve")).to_be_visible()
    await expect(page.get_by_role("button", name="Close the jam")).to_have_count(0)
    await expect(page.get_by_role("button", name="Make a link for one person")).to_have_count(0)


async def test_observer_reads_and_is_not_asked_to_write(rooms: Rooms) -> None:
    await rooms.write(await rooms.seat("Anke"), "A winter market")
    page = await rooms.run(role="observer")
    await expect(page.get_by_text("A winter market")).to_be_visible()
    await expect(page.get_by_text("You watch this jam")).to_be_visible()
    await expect(page.get_by_role("textbox")).to_have_count(0)
    await expect(page.get_by_role("button", name="Report")).to_have_count(0)


async def test_ending_the_writing_phase_says_first_what_waits(rooms: Rooms) -> None:
    page = await queue_of(rooms, 3)
    mara = await rooms.join("Mara")
    await page.get_by_role("button", name="Start Wrap-up now").click()
    dialog = page.get_by_role("dialog", name="Start Wrap-up now?")
    await expect(dialog).to_contain_text("3 ideas are still waiting for a check.")
    await expect(dialog).to_contain_text("Nobody can write ideas or replies after this.")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("button", name="Start Wrap-up now")).to_be_focused()
    await page.get_by_role("button", name="Start Wrap-up now").click()
    await dialog.get_by_role("button", name="Start Wrap-up now").click()
    await expect(mara.get_by_text("Time for new ideas is over.")).to_be_visible()
    await expect(page.locator(".queue .words")).to_have_count(3)


async def test_who_gives_more_time_second_hears_until_when_the_phase_goes(rooms: Rooms) -> None:
    page, other = await rooms.run(), await rooms.run()
    for window in (page, other):
        await window.get_by_role("button", name="Give 5 more minutes").click()
    for window in (page, other):
        await window.get_by_role("dialog").get_by_role("button", name="Give 5 more minutes").click()
    said = other.get_by_text("Somebody changed the times meanwhile: this phase now ends at")
    await expect(said).to_be_visible()
    await expect(other.get_by_role("timer")).to_have_text(re.compile(r"^1 h [1-4] min left$"))


async def test_five_minutes_more_and_a_pause_reach_every_screen(rooms: Rooms) -> None:
    page, mara = await rooms.run(), await rooms.join("Mara")
    await expect(mara.get_by_role("timer")).to_have_text(re.compile(r"^5\d minutes left$"))
    await page.get_by_role("button", name="Give 5 more minutes").click()
    await expect(page.get_by_role("dialog")).to_contain_text("All later phases move too")
    await page.get_by_role("dialog").get_by_role("button", name="Give 5 more minutes").click()
    await expect(mara.get_by_role("timer")).to_have_text(re.compile(r"^1 h [1-4] min left$"))
    await page.get_by_role("button", name="Pause", exact=True).click()
    await page.get_by_role("button", name="Pause the jam").click()
    await expect(mara.get_by_text("The jam is paused. You can write when it goes on.")).to_be_visible()
    await page.get_by_role("button", name="Resume", exact=True).click()
    await page.get_by_role("button", name="Resume the jam").click()
    await expect(mara.get_by_label("Your idea", exact=True)).to_be_editable()


async def test_control_pressed_without_a_connection_does_nothing_later(rooms: Rooms) -> None:
    page = await rooms.run()
    await unplug(page)
    await page.get_by_role("button", name="Pause", exact=True).click()
    await page.get_by_role("button", name="Pause the jam").click()
    await expect(page.get_by_text("You are offline. Nothing was changed.")).to_be_visible()
    await plug(page)
    await rooms.write(await rooms.seat("Anke"), "Still open")
    await expect(page.get_by_text("Still open")).to_be_visible()


async def test_question_can_be_asked_and_closed_while_the_jam_runs(rooms: Rooms) -> None:
    page, mara = await rooms.run(), await rooms.join("Mara")
    await page.get_by_text("Ask another question").click()
    await page.get_by_label("Short title").fill("Spring")
    await page.get_by_label("The question, in full").fill("What should bloom first?")
    await page.get_by_role("button", name="Ask it").click()
    await mara.get_by_label("Question 1 of 3").select_option("Spring")
    await expect(mara.get_by_role("heading", level=1)).to_have_text("What should bloom first?")
    await page.get_by_role("button", name="Close this question: Spring").click()
    await page.get_by_role("dialog").get_by_role("button", name="Close this question").click()
    await expect(mara.get_by_text("This question takes no more ideas.")).to_be_visible()


async def test_link_made_in_the_room_lets_one_person_in(rooms: Rooms) -> None:
    page = await rooms.run()
    await page.get_by_role("button", name="Make a link for one person").click()
    link = await page.locator(".link-made").inner_text()
    helper = await rooms.window()
    await helper.goto(link)
    await expect(helper.get_by_text("check ideas in this jam as a moderator")).to_be_visible()
    await helper.get_by_role("button", name="Go to the jam").click()
    await live(helper)
    await arrived(helper, f"/jams/{rooms.jam}/facilitate")


async def test_shown_idea_can_be_hidden_and_shown_again(rooms: Rooms) -> None:
    anke = await rooms.seat("Anke")
    idea = await rooms.write(anke, "Loud music")
    page, mara = await rooms.run(), await rooms.join("Mara")
    await page.get_by_role("button", name="Hide: Loud music").click()
    await page.get_by_role("dialog").get_by_label("Advertising").check()
    await page.get_by_role("dialog").get_by_role("button", name="Hide").click()
    await expect(mara.locator(".tombstone")).to_be_visible()
    await page.get_by_role("button", name="Show it again: Loud music").click()
    await expect(mara.get_by_text("Loud music")).to_be_visible()
    card = page.locator(".feed .card", has_text="Loud music")
    await card.get_by_role("button", name="Return: Loud music").click()
    await page.get_by_role("dialog").get_by_label("Advertising").check()
    await page.get_by_role("dialog").get_by_role("button", name="Return").click()
    await expect(card.locator(".standing")).to_have_text("Returned")
    sent_again = {"t": "edit_idea", "idea": idea["idea"], "version": 4, "text": "Soft music", "tags": []}
    await rooms.give(anke, sent_again)
    await expect(page.locator(".queue .words")).to_have_text(["Soft music"])
    await page.get_by_role("button", name="Approve").click()
    await expect(page.locator(".queue .words")).to_have_count(0)
    await rooms.give(anke, {"t": "withdraw_idea", "idea": idea["idea"]})
    await expect(page.locator(".feed .card", has_text="Soft music")).to_contain_text("Withdrawn")


@pytest.mark.slow
async def test_after_the_close_themes_and_report_come_by_themselves(rooms: Rooms) -> None:
    anke = await rooms.seat("Anke")
    for place in ("lake", "café", "gate", "playground"):
        for thing in ("more lamps", "a stove", "hot soup", "benches"):
            await rooms.write(anke, f"Put {thing} near the {place} so that people stay longer")
    page, mara = await rooms.run(), await rooms.join("Mara")
    await rooms.house.command(rooms.jam, CloseJam(client_id="close"))
    for window in (page, mara):
        await expect(window.get_by_role("heading", name="The report is ready")).to_be_visible(
            timeout=GROUPING * 1_000
        )
    await mara.get_by_role("link", name="Read the report").click()
    await arrived(mara, f"/jams/{rooms.jam}/report")
    await expect(mara.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.slow
async def test_i12_two_ideas_at_the_close_are_called_too_few_to_group(rooms: Rooms) -> None:
    anke = await rooms.seat("Anke")
    for idea in ("A stove", "More lamps"):
        await rooms.write(anke, idea)
    mara = await rooms.join("Mara")
    await rooms.house.command(rooms.jam, CloseJam(client_id="close"))
    await expect(mara.get_by_role("heading", name="The report is ready")).to_be_visible(
        timeout=GROUPING * 1_000
    )
    await expect(mara.get_by_text("There are too few ideas to group into themes.")).to_be_visible()
    await expect(mara.get_by_text("0 themes")).to_have_count(0)
