"""The whole of taking part with JavaScript off: read, send, be refused, change, report, withdraw."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from jam.cli.crowd.house import Seat
from jam.domain.commands import CloseJam
from tests.web.rooms import PHONE, Rooms, arrived
from tests.web.theming import desk, names, written

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


async def walk_in(rooms: Rooms, **more: Any) -> Page:
    """Mara, on a small phone without JavaScript, in the room."""
    page = await rooms.window(PHONE, java_script_enabled=False, **more)
    await page.goto(f"{rooms.house.url}/j/{rooms.code}")
    await page.get_by_label("The name that others will see").fill("Mara")
    await page.get_by_role("button", name="Join the jam").click()
    await arrived(page, f"/jams/{rooms.jam}")
    return page


async def send(page: Page, text: str) -> None:
    await page.get_by_label("Your idea").fill(text)
    await page.get_by_role("button", name="Send", exact=True).click()


async def test_idea_is_sent_confirmed_changed_and_withdrawn_without_javascript(rooms: Rooms) -> None:
    page = await walk_in(rooms)
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "What would bring you to the park in winter?"
    )
    await send(page, "A stove in the café")
    await expect(page.get_by_role("status")).to_contain_text(
        "Your idea is saved. Everyone in the jam can read it."
    )
    await page.get_by_role("link", name="Your idea: change or withdraw it").click()
    await page.get_by_text("Change your text").click()
    await page.get_by_label("Your text").fill("Two stoves in the café")
    await page.get_by_role("button", name="Save the change").click()
    await expect(page.get_by_role("status")).to_have_text("Your change is saved.")
    await expect(page.locator(".card .words")).to_have_text("Two stoves in the café")
    await page.get_by_text("Read the earlier text", exact=True).click()
    await expect(page.locator(".earlier .words").locator("visible=true")).to_have_text("A stove in the café")
    await page.get_by_role("button", name="Withdraw it").click()
    await expect(page.locator(".card")).to_contain_text("Withdrawn")
    await page.get_by_role("button", name="Put it back").click()
    await page.get_by_role("link", name="Mine").click()
    await expect(page.locator(".card")).to_contain_text("Saved")


async def test_themes_that_are_shown_are_read_as_a_list_and_one_by_one_without_javascript(
    rooms: Rooms,
) -> None:
    await written(rooms)
    page = await walk_in(rooms)
    await page.get_by_role("link", name="Themes").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Themes come when writing ends")
    staff = await desk(rooms)
    await staff.get_by_role("button", name="Show them to participants").click()
    await expect(staff.get_by_text("Participants see these themes")).to_be_visible()
    await page.get_by_role("link", name="Look again").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("themes so far")
    await expect(page.locator(".card h2")).to_have_text(await names(staff))
    await page.locator(".card h2 a").first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text((await names(staff))[0])
    await expect(page.locator(".card .words").first).to_be_visible()


async def test_refused_text_is_still_in_its_field_with_the_reason_beside_it(rooms: Rooms) -> None:
    page = await walk_in(rooms)
    await send(page, "x" * 501)
    words = "Idea must be 500 characters or less. It has 501"
    await expect(page).to_have_title(re.compile("^Error: "))
    await page.get_by_role("alert", name="There is a problem").get_by_role("link", name=words).click()
    field = page.get_by_label("Your idea")
    await expect(field).to_have_value("x" * 501)
    await expect(field).to_have_accessible_description(re.compile(re.escape(words)))
    await rooms.house.command(rooms.jam, CloseJam(client_id="close"))
    await field.fill("Too late")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text(re.compile(r"The jam closed at \d\d:\d\d UTC"))
    await expect(page.get_by_label("Your idea")).to_have_value("Too late")


async def test_form_sent_twice_makes_one_idea(rooms: Rooms) -> None:
    page = await walk_in(rooms)
    hidden = page.locator("form.composer input[type=hidden]")
    fields = {str(await one.get_attribute("name")): await one.input_value() for one in await hidden.all()}
    for text in ("Once only", "Once only, pressed again"):
        headers = {"Origin": rooms.house.origin}
        await page.request.post(page.url, form={**fields, "text": text}, headers=headers)
    await page.reload()
    await expect(page.locator(".feed .words")).to_have_text(["Once only"])


async def test_reply_and_report_work_without_javascript(rooms: Rooms) -> None:
    await rooms.write(await rooms.seat("Anke"), "Lamps along the lake")
    page = await walk_in(rooms)
    await page.get_by_role("link", name="Open: reply, report – Lamps along the lake").click()
    await page.get_by_label("Your reply").fill("Warm ones")
    await page.get_by_role("button", name="Send the reply").click()
    await expect(page.get_by_role("heading", name="1 reply")).to_be_visible()
    await page.get_by_text("Report a broken rule").click()
    await page.get_by_role("button", name="Report it").click()
    await expect(page.get_by_role("alert", name="There is a problem")).to_contain_text("Name the rule")
    await page.get_by_label("Advertising").check()
    await page.get_by_role("button", name="Report it").click()
    await expect(page.get_by_role("status")).to_contain_text("Your report is with the moderators.")
    staff = await rooms.run()
    await expect(staff.get_by_role("heading", name=re.compile("reported"))).to_be_visible()


async def test_ideas_come_a_page_at_a_time_and_only_when_asked_for(rooms: Rooms) -> None:
    anke = await rooms.seat("Anke")
    for number in range(23):
        await rooms.write(anke, f"Idea number {number}")
    page = await walk_in(rooms)
    await expect(page.locator(".feed .card")).to_have_count(20)
    await rooms.write(anke, "The very newest")
    await page.get_by_role("link", name="Older ideas").click()
    await expect(page.locator(".feed .words")).to_have_text([f"Idea number {n}" for n in (2, 1, 0)])
    await page.get_by_role("link", name="To the newest ideas").click()
    await expect(page.locator(".feed .words").first).to_have_text("The very newest")
    assert await page.locator("meta[http-equiv=refresh]").count() == 0
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in await page.context.cookies())
    mara = Seat(jam=rooms.jam, cookie=cookies)
    for number in range(21):
        await rooms.write(mara, f"Own number {number}")
    await page.get_by_role("link", name="Mine", exact=True).click()
    await page.get_by_role("link", name="Older ones").click()
    await expect(page.locator(".words")).to_have_text(["Own number 0"])


async def test_text_that_a_moderator_returned_comes_with_the_rule_and_the_words(rooms: Rooms) -> None:
    await rooms.make_jam(policy="pre")
    page = await walk_in(rooms)
    await send(page, "Call me")
    await expect(page.get_by_role("status")).to_contain_text("A moderator reads it before others can.")
    staff = await rooms.house.take_role(rooms.jam, "moderator")
    link = page.get_by_role("link", name="Your idea: change or withdraw it")
    idea = str(await link.get_attribute("href")).rpartition("/")[2]
    await rooms.give(
        staff,
        {
            "t": "moderate",
            "idea": idea,
            "version": 1,
            "verdict": "return",
            "rule": "personal_data",
            "note": "Leave out the number",
        },
    )
    await page.get_by_role("link", name="Mine").click()
    await expect(page.locator(".reason")).to_contain_text("Personal details of somebody")
    await expect(page.locator(".reason")).to_contain_text("Leave out the number")


async def test_anonymous_jam_shows_no_name_but_the_readers_own_place(rooms: Rooms) -> None:
    await rooms.make_jam(anonymity="anonymous")
    await rooms.write(await rooms.seat("Anke Secret"), "Lamps along the lake")
    page = await rooms.window(java_script_enabled=False)
    await page.goto(f"{rooms.house.url}/j/{rooms.code}")
    await expect(page.get_by_role("region", name="Before you write")).to_contain_text(
        "Only the record knows."
    )
    await page.get_by_label("A name for the record").fill("Mara")
    await page.get_by_role("button", name="Join the jam").click()
    await send(page, "Warm benches")
    await expect(page.locator(".feed .handle")).to_have_text(["You", "Somebody"])
    assert "Secret" not in await page.content()


async def test_text_typed_before_the_room_was_ready_is_in_the_room(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    go = asyncio.Event()

    async def hold(route: Any) -> None:
        await go.wait()
        await route.continue_()

    await page.route("**/rooms/participant.js", hold)
    await page.goto(f"{rooms.house.url}/jams/{rooms.jam}", wait_until="commit")
    await page.get_by_label("Your idea").fill("Typed early")
    await page.get_by_text("Add tags").click()
    await page.get_by_label("Up to 5 tags").fill("light, park")
    await page.get_by_text("Propose another question").click()
    await page.get_by_label("What should everyone be asked?").fill("Where may dogs run?")
    await page.get_by_label("Your idea").focus()
    go.set()
    await expect(page.locator(".link-state")).to_have_text("Live")
    await expect(page.get_by_label("Your idea", exact=True)).to_have_value("Typed early")
    await expect(page.get_by_label("Your idea", exact=True)).to_be_focused()
    await expect(page.get_by_label("Up to 5 tags")).to_have_value("light, park")
    await expect(page.get_by_label("What should everyone be asked?")).to_have_value("Where may dogs run?")
