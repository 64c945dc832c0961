"""Six people who have never seen the product do what they came for, in a real browser.

The number of steps is part of each test: a way that gets longer is noticed. What they read on the way is
looked through for words that blame or beg (`Stranger`).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from jam.cli.crowd.server import ServerProcess
from tests.web.rooms import DESK, PHONE, Rooms, scrolls_sideways
from tests.web.stranger import Stranger

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


async def test_administrator_goes_from_a_new_server_to_a_jam_with_a_moderators_link_in_11_steps(
    one_browser: Browser, tmp_path: Path
) -> None:
    async with ServerProcess(tmp_path) as server, await one_browser.new_context(viewport=DESK) as window:  # type: ignore[arg-type]
        ada = Stranger(await window.new_page())
        await ada.open(f"{server.url}/bootstrap")
        await ada.fill("One-time token", await server.token())
        await ada.fill("Your name", "Ada")
        await ada.fill("New password", "four words in a row")
        await ada.press("Sign in")
        await ada.follow("Make a new jam")
        await ada.fill("Name of the jam", "A quieter library")
        await ada.fill("What do you ask people?", "What would make the library a place to think?")
        await ada.press("Make the jam")
        await ada.sees("Your jam is made: A quieter library")
        await ada.page.get_by_label("Role").select_option("Moderator")
        ada.steps.append("choose Moderator")
        await ada.press("Make a link")
        await ada.sees("send this link to one person")
        assert len(ada.steps) == 11, ada.steps


async def test_citizen_on_a_small_phone_joins_and_has_an_idea_on_record_in_7_steps(rooms: Rooms) -> None:
    mara = Stranger(await rooms.window(PHONE))
    await mara.open(rooms.house.url)
    await mara.fill("Code of the jam", f"{rooms.code[:4].lower()} {rooms.code[4:].lower()}")
    await mara.press("Go on")
    await mara.sees("Before you write")
    assert not await scrolls_sideways(mara.page)
    await mara.fill("The name that others will see", "Mara")
    await mara.press("Join the jam")
    await mara.in_the_room()
    await mara.fill("Your idea", "A stove in the café, so that we stay longer")
    await mara.press("Send")
    await expect(mara.page.locator(".card.is-own")).to_contain_text("Saved")
    assert not await scrolls_sideways(mara.page)
    assert len(mara.steps) == 7, mara.steps


async def test_citizen_without_javascript_joins_writes_and_reads_what_others_wrote(rooms: Rooms) -> None:
    await rooms.write(await rooms.seat("Anke"), "Lamps along the lake")
    olu = Stranger(await rooms.window(PHONE, java_script_enabled=False))
    await olu.open(f"{rooms.house.url}/j/{rooms.code}")
    await olu.fill("The name that others will see", "Olu")
    await olu.press("Join the jam")
    await olu.sees("Lamps along the lake")
    await olu.fill("Your idea", "Hot soup on Sundays")
    await olu.press("Send")
    await olu.sees("Your idea is saved. Everyone in the jam can read it.")
    await olu.follow("Open: reply, report – Lamps along the lake")
    await olu.fill("Your reply", "Warm ones")
    await olu.press("Send the reply")
    await olu.sees("Your reply is saved.")
    assert len(olu.steps) == 8, olu.steps


async def test_citizen_with_nothing_but_a_keyboard_joins_and_writes_in_30_strokes_at_most(
    rooms: Rooms,
) -> None:
    ines = Stranger(await rooms.window(DESK))
    await ines.open(f"{rooms.house.url}/j/{rooms.code}")
    await ines.tab_to("textbox", "The name that others will see")
    await ines.type("Ines")
    await ines.key("Enter")
    await ines.in_the_room()
    await ines.tab_to("textbox", "Your idea")
    await ines.type("A bench in the sun")
    await ines.tab_to("button", "Send")
    await ines.key("Enter")
    await expect(ines.page.locator(".card.is-own")).to_contain_text("Saved")
    assert len(ines.steps) <= 30, ines.steps


async def test_facilitator_who_closes_by_mistake_has_the_jam_open_again_in_4_steps(rooms: Rooms) -> None:
    ben = Stranger(await rooms.run())
    mara = await rooms.join("Mara")
    await mara.get_by_label("Your idea", exact=True).fill("Typed while it closed")
    await ben.press("Close the jam")
    await ben.sees("If you close it by mistake, you can open it again.")
    await ben.press("Close the jam", within=ben.page.get_by_role("dialog"))
    await ben.sees("For a jam that was closed by mistake.")
    await ben.press("Open it again")
    await ben.press("Open it again", within=ben.page.get_by_role("dialog"))
    await ben.sees("The jam is open again. Everyone sees the new times.")
    assert len(ben.steps) == 4, ben.steps
    await mara.get_by_role("button", name="Send", exact=True).click()
    await expect(mara.locator(".card.is-own")).to_contain_text("Saved")


async def test_moderator_returns_a_held_text_with_words_and_approves_it_when_it_comes_again(
    rooms: Rooms,
) -> None:
    await rooms.make_jam(policy="pre")
    mara = await rooms.join("Mara", PHONE)
    await mara.get_by_label("Your idea", exact=True).fill("Ask Jan at number 12, he knows")
    await mara.get_by_role("button", name="Send", exact=True).click()
    await expect(mara.locator(".card.is-own")).to_contain_text("Waiting for a check")
    ida = Stranger(await rooms.window(DESK))
    await ida.open(await rooms.house.role_link(rooms.jam, "moderator"))
    await ida.press("Go to the jam")
    await ida.in_the_room()
    await ida.press("Return")
    await ida.choose("Personal details of somebody")
    await ida.fill("What should the author change? They read this.", "Leave out the house number")
    await ida.press("Return", within=ida.page.get_by_role("dialog"))
    await expect(mara.get_by_text("Leave out the house number").first).to_be_visible()
    own = mara.locator(".card.is-own").first
    await own.get_by_role("button", name=re.compile("Edit|Change")).first.click()
    await own.get_by_label("Change your text").fill("Ask the neighbours, they know")
    await own.get_by_role("button", name=re.compile("Save|Send")).first.click()
    await ida.sees("Ask the neighbours, they know")
    await ida.press("Approve")
    await expect(mara.locator(".card.is-own").first).to_contain_text("Saved")
    assert len(ida.steps) == 7, ida.steps
