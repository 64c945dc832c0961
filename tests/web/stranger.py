"""Somebody who has never seen the product: takes one step at a time, and reads whatever the page then says.

Each step is counted and what was read is kept, so that a test can say how long a way is and what a person
meets on it. Words that blame or beg are found on every page that a stranger comes by.
"""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect

from tests.web.rooms import live

MOST_TABS = 25
SAID = ":is(h1, [role=status], [role=alert], .error, .hint, .banner)"
UNKIND = re.compile(r"\b(?:invalid|forbidden|please|sorry|oops|illegal|fatal)\b", re.IGNORECASE)


class Stranger:
    """A person at one window; ``steps`` and ``read`` tell the way they went."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.steps: list[str] = []
        self.read: list[str] = []

    async def open(self, address: str) -> None:
        """Go to an address that somebody gave them."""
        await self.page.goto(address)
        await self._took("open an address")

    async def fill(self, label: str, text: str) -> None:
        """Type into a field that is found by its label."""
        await self.page.get_by_label(label, exact=True).fill(text)
        await self._took(f"fill {label}")

    async def choose(self, label: str) -> None:
        """Tick the choice with this label."""
        await self.page.get_by_label(label).first.check()
        await self._took(f"choose {label}")

    async def press(self, name: str, within: Locator | None = None) -> None:
        """Press the button with this name."""
        await (within or self.page).get_by_role("button", name=name).first.click()
        await self._took(f"press {name}")

    async def follow(self, name: str) -> None:
        """Follow the link with this name."""
        await self.page.get_by_role("link", name=name).first.click()
        await self._took(f"follow {name}")

    async def key(self, name: str) -> None:
        """Strike a key; with nothing but keys every strike is a step. What comes then is read by ``sees``."""
        await self.page.keyboard.press(name)
        self.steps.append(f"key {name}")

    async def tab_to(self, role: str, name: str) -> None:
        """Strike Tab until the focus is there, as far as anybody would."""
        wanted = self.page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
        for _ in range(MOST_TABS):
            if await wanted.count() and await wanted.first.evaluate("one => one === document.activeElement"):
                return
            await self.key("Tab")
        raise AssertionError(f"{name} is not reached with {MOST_TABS} tabs")

    async def type(self, text: str) -> None:
        """Type where the focus is: one step however long the text."""
        await self.page.keyboard.type(text)
        await self._took("type")

    async def sees(self, words: str) -> None:
        """Wait until the page says so."""
        await expect(self.page.get_by_text(words).first).to_be_visible()
        await self._reads()

    async def in_the_room(self) -> None:
        """Wait until the room has everything there is."""
        await live(self.page)
        await self._reads()

    async def _took(self, step: str) -> None:
        self.steps.append(step)
        await self._reads()

    async def _reads(self) -> None:
        words = await self.page.locator(SAID).locator("visible=true").all_inner_texts()
        for said in words:
            if said.strip() and said not in self.read:
                assert not UNKIND.search(said), said
                self.read.append(said)
