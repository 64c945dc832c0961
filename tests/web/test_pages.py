"""The pages that the server makes: they work without JavaScript, and say what is wrong beside the field."""

from __future__ import annotations

import asyncio
import contextlib
import re

import pytest
from playwright.async_api import Page, Route, expect

from jam.service.templates import NAMES, template
from tests.web.rooms import Rooms, arrived, live

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

NAUGHTY = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "{{7*7}} ${7*7} <!--",
    "javascript:alert(1)",
    "\u202eevil\u202c =HYPERLINK(1)",
    "<style>*{display:none}</style>",
]


async def test_joining_works_without_javascript(rooms: Rooms) -> None:
    page = await rooms.window(java_script_enabled=False)
    await page.goto(rooms.house.url)
    await page.get_by_label("Code of the jam").fill(f" {rooms.code[:4].lower()} {rooms.code[4:]}")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_text("What would bring you to the park in winter?")).to_be_visible()
    await page.get_by_label("The name that others will see").fill("Mara")
    await page.get_by_role("button", name="Join the jam").click()
    await arrived(page, f"/jams/{rooms.jam}")
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "What would bring you to the park in winter?"
    )


async def test_join_page_says_who_runs_it_and_what_is_kept_before_the_button(rooms: Rooms) -> None:
    page = await rooms.window()
    await page.goto(f"{rooms.house.url}/j/{rooms.code}")
    notice = page.get_by_role("region", name="Before you write")
    await expect(notice).to_contain_text("runs this jam")
    await expect(notice).to_contain_text("We keep your texts, the name that you choose, and when you wrote.")
    await expect(notice).to_contain_text("All of it is kept until Our organisation deletes this jam.")
    above = await notice.bounding_box()
    button = await page.get_by_role("button", name="Join the jam").bounding_box()
    assert above
    assert button
    assert above["y"] < button["y"]


@pytest.mark.parametrize("name", NAMES)
def test_notice_of_each_template_says_how_long_what_is_written_is_kept(name: str) -> None:
    assert "We keep all of it as long as our rules on records say" in template(name).values["privacy_notice"]


async def test_wrong_code_is_named_on_top_and_beside_the_field_and_what_was_typed_stays(rooms: Rooms) -> None:
    page = await rooms.window()
    await page.goto(rooms.house.url)
    await page.get_by_label("Code of the jam").fill("nope")
    await page.get_by_role("button", name="Go on").click()
    await problem_on(
        page, "We cannot find that code. Check it has 8 letters and numbers", "Code of the jam", "nope"
    )


async def test_reserved_name_is_refused_beside_the_field(rooms: Rooms) -> None:
    page = await rooms.window()
    await page.goto(f"{rooms.house.url}/j/{rooms.code}")
    await page.get_by_label("The name that others will see").fill("Admin")
    await page.get_by_label("Member of staff").check()
    await page.get_by_role("button", name="Join the jam").click()
    words = "This name is kept for the people who run the jam. Choose another"
    await problem_on(page, words, "The name that others will see", "Admin")
    await expect(page.get_by_label("Member of staff")).to_be_checked()


async def problem_on(page: Page, words: str, label: str, typed: str) -> None:
    await expect(page).to_have_title(re.compile("^Error: "))
    summary = page.get_by_role("alert", name="There is a problem")
    await expect(summary.get_by_role("heading")).to_be_focused()
    await summary.get_by_role("link", name=words).click()
    field = page.get_by_label(label)
    await expect(field).to_be_focused()
    await expect(field).to_have_value(typed)
    await expect(field).to_have_accessible_description(re.compile(f"Error: {words}$"))


async def test_join_pressed_again_while_the_first_press_is_on_its_way_is_sent_once(rooms: Rooms) -> None:
    page = await rooms.window()
    sent = []
    again = asyncio.Event()

    async def hold(route: Route) -> None:
        """The first press waits a while for a second one, which must not come."""
        if route.request.method == "POST":
            sent.append(route)
            if len(sent) > 1:
                again.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(again.wait(), 2)
        await route.continue_()

    await page.route(f"**/j/{rooms.code}", hold)
    await page.goto(f"{rooms.house.url}/j/{rooms.code}")
    await page.get_by_label("The name that others will see").fill("Twice")
    await page.evaluate(
        "() => [0, 200, 400].map((ms) => setTimeout(() => document.querySelector('form button').click(), ms))"
    )
    await page.wait_for_url(f"**/jams/{rooms.jam}")
    assert len(sent) == 1


async def test_second_visit_leads_on_instead_of_asking_again(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    await page.goto(f"{rooms.house.url}/j/{rooms.code}")
    await page.get_by_role("link", name="Go to the jam").click()
    await live(page)


async def test_unknown_address_is_a_page_with_a_way_on(rooms: Rooms) -> None:
    page = await rooms.window()
    await page.goto(f"{rooms.house.url}/nothing-here")
    await expect(page.get_by_role("heading", level=1)).to_have_text("There is a problem")
    await page.get_by_role("link", name="Enter the code of a jam").click()
    await expect(page.get_by_label("Code of the jam")).to_be_visible()


async def test_wrong_token_at_sign_in_is_refused_beside_the_field(rooms: Rooms) -> None:
    page = await rooms.window()
    await page.goto(f"{rooms.house.url}/bootstrap")
    await page.get_by_label("One-time token").fill("guess")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert", name="There is a problem")).to_be_visible()
    await expect(page.get_by_label("One-time token")).to_have_value("")


async def test_T3_naughty_texts_are_shown_as_they_were_typed_and_never_run(rooms: Rooms) -> None:
    anke = await rooms.seat("<b>Anke</b>")
    for text in NAUGHTY:
        await rooms.give(
            anke, {"t": "submit_idea", "forum": rooms.forums[0], "text": text, "tags": ["<i>tag</i>"]}
        )
    for page in (await rooms.join("<u>Mara</u>"), await rooms.run()):
        await expect(page.locator(".feed .words")).to_have_count(len(NAUGHTY))
        shown = await page.locator(".feed .words").all_inner_texts()
        assert shown == [text.replace("\u202e", "").replace("\u202c", "") for text in reversed(NAUGHTY)]
        await expect(page.locator(".feed .handle").first).to_have_text("<b>Anke</b>")
        await expect(page.locator(".feed .tags").first).to_have_text("<i>tag</i>")
    assert rooms.complaints == []


async def test_every_sentence_of_a_room_can_be_in_another_language(rooms: Rooms) -> None:
    page = await rooms.window()
    await page.goto(rooms.house.url)
    said = await page.evaluate(
        """async () => { const { speak, t, tn } = await import('/web/words/words.js');
        const ideas = { one: '{n} nápad', few: '{n} nápady', other: '{n} nápadů' };
        speak({ 'Send': 'Odeslat', '{n} idea': ideas }, 'cs');
        const counted = [1, 3, 1200].map(n => tn('{n} idea', '{n} ideas', n));
        return [t('Send'), ...counted, t('Not in the catalogue'), t('{a} and {b}', { a: '{b}', b: 2 })]; }"""
    )
    assert said == [
        "Odeslat",
        "1 nápad",
        "3 nápady",
        "1\u00a0200 nápadů",
        "Not in the catalogue",
        "{b} and 2",
    ]
