"""An administrator makes a jam in one form and brings people in; those see its rules before they join."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.web.rooms import DESK, Rooms, arrived

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


async def administrator(rooms: Rooms, size: dict[str, int] = DESK, **more: Any) -> Page:
    """A signed-in administrator's window, on the list of jams."""
    headers = {"Authorization": f"Bearer {rooms.house.token}"}
    page = await rooms.window(size, extra_http_headers=headers, **more)
    await page.goto(f"{rooms.house.url}/jams")
    return page


async def test_jam_is_made_with_two_fields_and_a_button_and_says_what_to_do_next(rooms: Rooms) -> None:
    page = await administrator(rooms, java_script_enabled=False)
    await page.get_by_role("link", name="Make a new jam").click()
    seen = page.locator("form :is(input, textarea):not([type=hidden])").locator("visible=true")
    await expect(seen).to_have_count(4)
    await page.get_by_label("Name of the jam").fill("A quieter library")
    await page.get_by_label("What do you ask people?").fill("What would make the library a place to think?")
    await page.get_by_role("button", name="Make the jam").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your jam is made: A quieter library")
    code = await page.locator(".code").inner_text()
    assert re.fullmatch(r"[A-Z2-9]{4} [A-Z2-9]{4}", code)
    await expect(page.locator(".address")).to_have_text(f"{rooms.house.url}/j/{code.replace(' ', '')}")
    picture = page.get_by_role("img", name="QR code of the link to join")
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate("image => image.naturalWidth") > 100
    await page.get_by_label("Role").select_option("Moderator")
    await page.get_by_role("button", name="Make a link").click()
    helper = await rooms.window()
    await helper.goto(await page.locator(".link-made").inner_text())
    await expect(helper.get_by_text("check ideas in this jam as a moderator")).to_be_visible()


async def test_jam_is_made_by_keyboard_alone(rooms: Rooms) -> None:
    page = await administrator(rooms)
    await page.goto(f"{rooms.house.url}/jams/new")
    await page.get_by_role("link", name="incident review").focus()
    await page.keyboard.press("Tab")
    await page.keyboard.type("After the flood")
    await page.keyboard.press("Tab")
    await page.keyboard.type("What went well?")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your jam is made: After the flood")


async def test_fault_in_the_form_leads_to_its_field_and_nothing_typed_is_lost(rooms: Rooms) -> None:
    page = await administrator(rooms)
    await page.goto(f"{rooms.house.url}/jams/new")
    await page.get_by_label("Name of the jam").fill("Night buses")
    await page.get_by_label("What do you ask people?").fill("Where should they stop?")
    await page.get_by_label("How long can people write ideas?").fill("an hour or so")
    await page.get_by_text("More: other questions").click()
    await page.get_by_label("Time zone", exact=True).fill("Europe/Lodnon")
    await page.get_by_label("Anonymous").or_(page.get_by_label("Nothing: only the record")).check()
    await page.get_by_role("button", name="Make the jam").click()
    summary = page.get_by_role("alert", name="There is a problem")
    await expect(summary).to_contain_text("did you mean Europe/London?")
    await expect(page).to_have_title(re.compile("^Error: "))
    await page.get_by_label("Time zone", exact=True).fill("Europe/London")
    await page.get_by_role("button", name="Make the jam").click()
    await summary.get_by_role("link", name=re.compile("Time for ideas: no length of time")).click()
    await expect(page.get_by_label("How long can people write ideas?")).to_be_focused()
    await expect(page.get_by_label("How long can people write ideas?")).to_have_value("an hour or so")
    await expect(page.get_by_label("Nothing: only the record")).to_be_checked()
    await expect(page.get_by_label("Name of the jam")).to_have_value("Night buses")


async def test_template_is_filled_in_made_and_its_door_asks_before_anybody_joins(rooms: Rooms) -> None:
    page = await administrator(rooms)
    await page.get_by_role("link", name="city consultation").click()
    await expect(page.get_by_label("How long can people write ideas?")).to_have_value("7 days")
    await page.get_by_text("More: other questions").click()
    asked = page.get_by_role("group", name="Question 1 to everyone who joins")
    await asked.get_by_label("It must be answered").check()
    await page.get_by_label("Who looks after it?").fill("Ms Okafor")
    await page.get_by_role("button", name="Make the jam").click()
    await page.get_by_role("link", name="See what they see when they join").click()
    stranger = await rooms.window(java_script_enabled=False)
    await arrived(page, "/j/[A-Z2-9]+")
    await stranger.goto(page.url)
    await expect(stranger.get_by_text("with Ms Okafor")).to_be_visible()
    notice = stranger.get_by_role("region", name="Before you write")
    await expect(notice).to_contain_text("Do not write about private persons.")
    await expect(notice).to_contain_text("It is not a ballot.")
    await stranger.get_by_label("The name that others will see").fill("Mara")
    await stranger.get_by_label("I visit").check()
    await stranger.get_by_role("button", name="Join the jam").click()
    ward = stranger.get_by_label("Which part of the town do you live or work in?")
    await stranger.get_by_role("alert").get_by_role("link").click()
    await expect(ward).to_have_attribute("aria-invalid", "true")
    await expect(stranger.get_by_label("I visit")).to_be_checked()
    await ward.fill("Harbour")
    await stranger.get_by_role("button", name="Join the jam").click()
    await arrived(stranger, "/jams/[a-z0-9]+")
    await stranger.get_by_role("navigation").get_by_role("link", name="Help").click()
    await expect(stranger.get_by_text("Do not write about private persons.")).to_be_visible()


async def test_jam_like_another_one_starts_with_its_words(rooms: Rooms) -> None:
    page = await administrator(rooms)
    await page.get_by_role("link", name="Make one like it – A park for all seasons").first.click()
    await expect(page.get_by_label("Name of the jam")).to_have_value("A park for all seasons")
    await expect(page.get_by_label("What do you ask people?")).to_have_value(
        "What would bring you to the park in winter?"
    )


async def test_others_are_led_to_the_sign_in(rooms: Rooms) -> None:
    page = await rooms.window()
    for path in ("/jams", "/jams/new"):
        await page.goto(rooms.house.url + path)
        await arrived(page, "/sign-in")


async def test_form_that_is_sent_twice_makes_one_jam(rooms: Rooms) -> None:
    page = await administrator(rooms)
    await page.goto(f"{rooms.house.url}/jams/new")
    await page.get_by_label("Name of the jam").fill("Made once")
    await page.get_by_label("What do you ask people?").fill("Only once?")
    form = await page.evaluate("Object.fromEntries(new FormData(document.querySelector('main form')))")
    headers = {"Origin": rooms.house.origin, "Authorization": f"Bearer {rooms.house.token}"}
    made = [await page.request.post(page.url, form=form, headers=headers) for _ in range(2)]
    assert [answer.status for answer in made] == [200, 200]
    assert made[0].url == made[1].url
    await page.goto(f"{rooms.house.url}/jams")
    await expect(page.get_by_role("heading", name="Made once")).to_have_count(1)


async def test_the_form_starts_in_the_zone_of_the_browser_until_somebody_says_another(rooms: Rooms) -> None:
    page = await administrator(rooms, timezone_id="Asia/Tokyo")
    await page.goto(f"{rooms.house.url}/jams/new")
    zone = page.get_by_label("Time zone", exact=True)
    await expect(zone).to_have_value("Asia/Tokyo")
    await expect(page.locator("#opens_at-hint")).to_contain_text("The time zone is Asia/Tokyo;")
    await page.get_by_text("More: other questions").click()
    await zone.fill("UTC")
    await page.get_by_role("button", name="Make the jam").click()
    await expect(page).to_have_title(re.compile("^Error: "))
    await expect(zone).to_have_value("UTC")
    await page.goto(f"{rooms.house.url}/jams/new?copy={rooms.jam}")
    await expect(zone).to_have_value("UTC")
    plain = await administrator(rooms, timezone_id="Asia/Tokyo", java_script_enabled=False)
    await plain.goto(f"{rooms.house.url}/jams/new")
    await expect(plain.locator("#opens_at-hint")).to_contain_text("The time zone is UTC;")
