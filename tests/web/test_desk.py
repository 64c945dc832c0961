"""The desk in motion: reported texts, what was taken out of sight, second thoughts, a close undone."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.web.rooms import FORUMS, PATIENT, Rooms, live, plug, unplug

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

TWO_KEYS = """key => { for (let n = 0; n < 2; n++)
    document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })); }"""


async def hide(rooms: Rooms, idea: str) -> None:
    """A moderator hides a text that nobody changed yet."""
    staff = await rooms.house.take_role(rooms.jam, "moderator")
    await rooms.give(
        staff, {"t": "moderate", "idea": idea, "version": 1, "verdict": "hide", "rule": "threat"}
    )


async def test_replies_that_are_out_of_sight_are_called_so_and_neither_counted_nor_reported(
    rooms: Rooms,
) -> None:
    anke = await rooms.seat("Anke")
    idea = (await rooms.write(anke, "A winter market"))["idea"]
    replies = [
        (await rooms.give(anke, {"t": "submit_reply", "idea": idea, "text": text}))["idea"]
        for text in ("With chestnuts", "Taken back", "Rude words")
    ]
    await rooms.give(anke, {"t": "withdraw_idea", "idea": replies[1]})
    await hide(rooms, replies[2])
    mara, staff = await rooms.join("Mara"), await rooms.run()
    await staff.get_by_role("link", name="Participants’ view").click()
    await live(staff)
    for page in (mara, staff):
        await page.get_by_role("button", name="1 reply: A winter market").click()
        await expect(page.locator(".reply")).to_have_count(3)
        await expect(page.locator(".reply").get_by_role("button", name="Report")).to_have_count(1)
    await expect(mara.locator(".reply .tombstone")).to_have_text(
        ["Withdrawn by its author.", "Hidden by a moderator under the rule “Threat”."]
    )
    hidden = staff.locator(".reply", has_text="Rude words")
    await expect(hidden.locator(".standing")).to_have_text("Hidden")
    await expect(staff.locator(".reply", has_text="With chestnuts").locator(".standing")).to_have_count(0)
    gone = staff.locator(".reply").nth(1)
    await expect(gone).to_contain_text("Withdrawn")


async def test_authors_see_in_the_thread_that_a_reply_of_theirs_is_out_of_sight(rooms: Rooms) -> None:
    await rooms.write(await rooms.seat("Anke"), "A winter market")
    mara = await rooms.join("Mara")
    await mara.get_by_role("button", name="Reply: A winter market").click()
    await mara.get_by_label("Your reply").fill("Not so good")
    await mara.get_by_role("button", name="Send the reply").click()
    reply = mara.locator(".reply", has_text="Not so good")
    await expect(reply).to_be_visible()
    await mara.get_by_role("link", name="Mine").click()
    await mara.get_by_role("button", name="Withdraw: Not so good").click()
    await expect(mara.get_by_role("button", name="Undo: put it back")).to_be_visible()
    await mara.get_by_role("link", name="Ideas").click()
    await mara.get_by_role("button", name="Replies: A winter market").click()
    await expect(reply.locator(".standing")).to_have_text("Withdrawn")


async def test_staff_read_beside_a_hidden_idea_of_the_feed_that_it_is_hidden(rooms: Rooms) -> None:
    idea = await rooms.write(await rooms.seat("Anke"), "Loud music")
    await hide(rooms, idea["idea"])
    staff = await rooms.run()
    await staff.get_by_role("link", name="Participants’ view").click()
    await live(staff)
    card = staff.locator(".feed .card", has_text="Loud music")
    await expect(card.locator(".standing")).to_have_text("Hidden")


async def close_by_mistake(desk: Page) -> None:
    await desk.get_by_role("button", name="Close the jam").click()
    await desk.get_by_role("dialog").get_by_role("button", name="Close the jam").click()
    await desk.get_by_role("button", name="Open it again").click()


async def test_close_by_mistake_gives_back_the_time_that_was_left_unless_minutes_are_asked_for(
    rooms: Rooms,
) -> None:
    desk, mara = await rooms.run(), await rooms.join("Mara")
    await close_by_mistake(desk)
    dialog = desk.get_by_role("dialog", name="Open the jam again?")
    await expect(dialog.get_by_label("For how many minutes?")).to_have_value("")
    await expect(dialog).to_contain_text("Leave it empty to give the time that was left.")
    await dialog.get_by_role("button", name="Open it again").click()
    await expect(mara.get_by_role("timer")).to_have_text(re.compile(r"^5\d minutes left$"))
    await close_by_mistake(desk)
    await dialog.get_by_label("For how many minutes?").fill("15")
    await dialog.get_by_role("button", name="Open it again").click()
    await expect(mara.get_by_role("timer")).to_have_text(re.compile(r"^1[0-4] minutes left$"))


async def test_jam_whose_time_ran_out_is_opened_again_only_with_minutes_and_the_dialog_says_so(
    rooms: Rooms,
) -> None:
    phases = [{"phase": "ideate", "minutes": 0.02}, {"phase": "closed"}]
    made = await rooms.house.create_jam("Over soon", FORUMS, phases=phases, settings=PATIENT)
    rooms.jam, rooms.code = made["id"], made["code"]
    desk = await rooms.run()
    await desk.get_by_role("button", name="Open it again").click()
    dialog = desk.get_by_role("dialog", name="Open the jam again?")
    await dialog.get_by_role("button", name="Open it again").click()
    await expect(dialog.get_by_text("No time was left. Enter 1 to 120 minutes")).to_be_visible()
    await dialog.get_by_label("For how many minutes?").fill("5")
    await dialog.get_by_role("button", name="Open it again").click()
    await expect(desk.get_by_text("The jam is open again.")).to_be_visible()
    await expect(dialog).to_have_count(0)


async def two_approved(rooms: Rooms) -> Page:
    """A facilitator's window in which two ideas were approved by keys."""
    await rooms.make_jam(policy="pre")
    anke = await rooms.seat("Anke")
    for number in range(2):
        await rooms.write(anke, f"Idea {number}")
    desk = await rooms.run()
    await expect(desk.locator(".queue .words")).to_have_count(2)
    for key in ("j", "a", "a"):
        await desk.keyboard.press(key)
    await expect(desk.locator(".made li")).to_have_count(2)
    return desk


async def test_u_pressed_twice_takes_back_two_decisions(rooms: Rooms) -> None:
    desk = await two_approved(rooms)
    await desk.evaluate(TWO_KEYS, "u")
    await expect(desk.locator(".queue .words")).to_have_text(["Idea 0", "Idea 1"])
    await expect(desk.locator(".made li")).to_have_count(0)


async def test_decision_that_could_not_be_taken_back_is_listed_again_in_its_place(rooms: Rooms) -> None:
    desk = await two_approved(rooms)
    await unplug(desk)
    await desk.evaluate(TWO_KEYS, "u")
    await expect(desk.get_by_text("You are offline. Nothing was changed.")).to_be_visible()
    await expect(desk.locator(".made q")).to_have_text(["Idea 1", "Idea 0"])
    await plug(desk)
    await desk.evaluate(TWO_KEYS, "u")
    await expect(desk.locator(".queue .words")).to_have_text(["Idea 0", "Idea 1"])


async def test_keys_go_on_from_the_queue_to_the_reported_texts(rooms: Rooms) -> None:
    anke, ben = await rooms.seat("Anke"), await rooms.seat("Ben")
    for text in ("Buy my lamps", "Buy my stoves"):
        idea = await rooms.write(anke, text)
        await rooms.give(ben, {"t": "flag_idea", "idea": idea["idea"], "rule": "advertising"})
    await rooms.write(anke, "Write to me@example.org")
    desk = await rooms.run()
    await expect(desk.get_by_role("heading", name="2 texts were reported")).to_be_visible()
    await desk.keyboard.press("j")
    await expect(desk.locator("article", has_text="Write to me")).to_be_focused()
    await desk.keyboard.press("j")
    lamps = desk.get_by_role("article", name="1 report: Buy my lamps")
    await expect(lamps).to_be_focused()
    await desk.keyboard.press("a")
    await expect(desk.get_by_text("This text is shown already.")).to_be_visible()
    await desk.keyboard.press("h")
    for key in ("ArrowDown", "Enter"):
        await desk.keyboard.press(key)
    await expect(desk.get_by_role("article", name="1 report: Buy my stoves")).to_be_focused()
    await expect(desk.get_by_role("heading", name="1 text was reported")).to_be_visible()
    await desk.keyboard.press("r")
    await desk.get_by_role("dialog").get_by_label("Advertising").check()
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("heading", name=re.compile("reported"))).to_have_count(0)
    await expect(desk.locator("article", has_text="Write to me")).to_be_focused()
    await expect(desk.locator(".made li")).to_have_count(2)
    await desk.keyboard.press("u")
    await expect(desk.get_by_role("heading", name="1 text was reported")).to_be_visible()


async def test_h26_who_decides_second_reads_who_did_what_and_how_long_ago(rooms: Rooms) -> None:
    await rooms.make_jam(policy="pre")
    await rooms.write(await rooms.seat("Anke"), "An idea")
    slow, deaf = await rooms.run(), {"on": False}

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        route.on_message(server.send)
        server.on_message(
            lambda frame: None if deaf["on"] and '"batch"' in str(frame)[:20] else route.send(frame)
        )

    await slow.context.route_web_socket("**/socket", between)
    await slow.reload()
    await live(slow)
    quick = await rooms.run(role="moderator")
    deaf["on"] = True
    await quick.get_by_role("button", name="Approve").click()
    await expect(quick.locator(".made li")).to_have_count(1)
    await slow.get_by_role("button", name="Approve").click()
    await expect(
        slow.get_by_text(re.compile(r"^Approved (just now|\d+ (seconds?|minutes?) ago) by Moderator \w+\.$"))
    ).to_be_visible()
