"""T15 on the screen: letters with all the marks that they may carry stay inside their own card."""

from __future__ import annotations

import pytest
from playwright.async_api import FloatRect, Page, expect

from tests.web.rooms import PHONE, Rooms

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
TOWER = "a" + "\u030d\u030e\u0331\u0333"
PLAIN, MARKED = "\n".join(["aaaaaaaa"] * 8), "\n".join([TOWER * 8] * 8)


async def around(page: Page, box: FloatRect) -> list[bytes]:
    """What can be seen above and below a card: its neighbours and what lies between."""
    above = {**box, "y": box["y"] - 60, "height": 60}
    below = {**box, "y": box["y"] + box["height"], "height": 60}
    return [await page.screenshot(clip=clip, full_page=True) for clip in (above, below)]  # type: ignore[arg-type]


async def test_t15_marks_make_no_card_higher_and_draw_over_no_other_one(rooms: Rooms) -> None:
    await rooms.make_jam(policy="open")  # no screen holds what is to be looked at
    troll = await rooms.seat("Troll")
    for text in ("Above", PLAIN, "Between", MARKED, "Below"):
        assert "idea" in await rooms.write(troll, text), text
    page = await rooms.join("Mara", PHONE)
    cards = page.locator(".card")
    await expect(cards).to_have_count(5)
    heights = await cards.evaluate_all("all => all.map(card => card.getBoundingClientRect().height)")
    assert heights[1] <= heights[3] + 2
    box = await cards.nth(1).evaluate(
        "card => { const r = card.getBoundingClientRect(); return {x: r.x, y: r.y + scrollY, "
        "width: r.width, height: r.height} }"
    )
    marked = await around(page, box)
    await cards.nth(1).evaluate("card => { card.style.visibility = 'hidden' }")
    assert await around(page, box) == marked
