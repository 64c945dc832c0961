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
from tests.web.rooms import DESK, PHONE, Rooms, path_of, scrolls_sideways
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
