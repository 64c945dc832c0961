"""First steps and second chances: guidance, practice, proposals, official answers, a close taken back."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.web.rooms import PHONE, Rooms, live

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


async def test_practice_idea_of_the_lobby_leaves_nothing_on_the_server(rooms: Rooms) -> None:
    await rooms.make_jam(started=False)
    page = await rooms.join("Mara", PHONE)
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(str(frame))))
    await page.reload()
    await live(page)
    practice = page.get_by_role("region", name="Try it out")
    await expect(practice).to_contain_text("it is not sent, nobody else sees it, nobody keeps it")
    await practice.get_by_role("button", name="Try sending").click()
    await expect(practice.get_by_text("Enter an idea")).to_be_visible()
    await practice.get_by_label("Your practice idea").fill("Only a try")
    await practice.get_by_role("button", name="Try sending").click()
    await expect(practice).to_contain_text("Practice: not sent")
    assert not any("Only a try" in frame for frame in frames)
    assert not await page.evaluate("JSON.stringify(localStorage).includes('Only a try')")
    await rooms.next_phase(0)
    await expect(practice).to_have_count(0)
    await expect(page.get_by_label("Your idea", exact=True)).to_have_value("")


async def test_guidance_is_put_away_for_good(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    await page.get_by_role("button", name="Got it").click()
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await page.reload()
    await live(page)
    await expect(page.get_by_role("heading", name="Your first jam?")).to_have_count(0)


async def test_proposed_question_is_opened_by_a_facilitator_for_everyone(rooms: Rooms) -> None:
    mara, desk, other = await rooms.join("Mara"), await rooms.run(), await rooms.join("Ben")
    await mara.get_by_text("Propose another question").click()
    await mara.get_by_role("button", name="Propose it").click()
    await expect(mara.get_by_text("Enter a question")).to_be_visible()
    await mara.get_by_label("What should everyone be asked?").fill("Should dogs be let off the lead?")
    await mara.get_by_role("button", name="Propose it").click()
    await expect(mara.get_by_text("Your question is with the people who run the jam.")).to_be_visible()
    await desk.get_by_role("button", name="Ask this: Should dogs be let off the lead?").click()
    await expect(desk.get_by_label("Short title")).to_be_focused()
    assert await other.get_by_text("Should dogs").count() == 0
    await desk.get_by_label("Short title").fill("Dogs")
    await desk.get_by_label("Who looks after it?").fill("Ms Okafor")
    await desk.get_by_role("button", name="Ask it").click()
    await other.get_by_label("Question 1 of 3").select_option("Dogs")
    await expect(other.get_by_role("heading", level=1)).to_have_text("Should dogs be let off the lead?")
    await expect(other.get_by_text("Host: Ms Okafor")).to_be_visible()
    await expect(desk.get_by_role("heading", name="1 question was proposed")).to_have_count(0)


async def test_official_answer_carries_its_badge_for_everyone(rooms: Rooms) -> None:
    idea = await rooms.write(await rooms.seat("Anke"), "Open the café at weekends")
    facilitator = await rooms.run()
    await facilitator.get_by_role("link", name="Participants’ view").click()
    await live(facilitator)
    await facilitator.get_by_role("button", name="Reply: Open the café").click()
    await facilitator.get_by_label("Your reply").fill("We open on Saturdays from March.")
    await facilitator.get_by_label("This is the official answer").check()
    await facilitator.get_by_role("button", name="Send the reply").click()
    mara = await rooms.join("Mara")
    await mara.get_by_role("button", name="Reply: Open the café at weekends", exact=True).click()
    await expect(mara.get_by_label("This is the official answer")).to_have_count(0)
    await expect(mara.locator(".reply .badge.is-official")).to_have_text("Official answer")
    await mara.goto(f"{rooms.house.url}/jams/{rooms.jam}/ideas/{idea['idea']}")
    await expect(mara.locator(".badge.is-official")).to_have_text("Official answer")


async def test_jam_closed_by_mistake_is_opened_again_and_takes_ideas(rooms: Rooms) -> None:
    desk, mara = await rooms.run(), await rooms.join("Mara")
    await mara.get_by_label("Your idea", exact=True).fill("Half written")
    await desk.get_by_role("button", name="Close the jam").click()
    await expect(desk.get_by_role("dialog")).to_contain_text("you can open it again")
    await desk.get_by_role("dialog").get_by_role("button", name="Close the jam").click()
    await expect(mara.get_by_text("Your text below was not sent.")).to_be_visible()
    await desk.get_by_role("button", name="Open it again").click()
    dialog = desk.get_by_role("dialog", name="Open the jam again?")
    await expect(dialog).to_contain_text("stays as an earlier version")
    await dialog.get_by_label("For how many minutes?").fill("500")
    await dialog.get_by_role("button", name="Open it again").click()
    await expect(dialog.get_by_text("Enter 1 to 120 minutes")).to_be_visible()
    await dialog.get_by_label("For how many minutes?").fill("15")
    await dialog.get_by_role("button", name="Open it again").click()
    await expect(desk.get_by_text("The jam is open again.")).to_be_visible()
    await mara.get_by_role("button", name="Send", exact=True).click()
    await expect(mara.locator(".card.is-own")).to_contain_text("Saved")


async def test_observer_reads_live_and_finds_nothing_to_write_with(rooms: Rooms) -> None:
    anke = await rooms.seat("Anke")
    await rooms.write(anke, "Lamps along the lake")
    page = await rooms.window()
    await page.goto(await rooms.house.role_link(rooms.jam, "observer"))
    await page.get_by_role("button", name="Go to the jam").click()
    await live(page)
    await expect(page.get_by_text("You watch this jam")).to_be_visible()
    await expect(page.get_by_text("Lamps along the lake")).to_be_visible()
    await rooms.write(anke, "Warm benches")
    await page.get_by_role("button", name="Show 1 new idea").click()
    await expect(page.get_by_role("link", name="Mine")).to_have_count(0)
    for name in ("Reply", "Report", "Send", "Propose it"):
        await expect(page.get_by_role("button", name=name)).to_have_count(0)
    await page.get_by_role("link", name="Sign out").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
