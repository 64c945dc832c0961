"""A jam whose ideas fall into themes that anybody would find, for the tests of the rooms."""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import Any

from playwright.async_api import Locator, Page

from jam.cli.crowd.house import Seat
from jam.service.theme_reads import FEWEST_LIVE, REGROUP_AFTER
from tests.patience import GROUPING
from tests.themes.making import grouped
from tests.web.rooms import DESK, Rooms

IDEAS = {
    "café": [
        "Open the café at weekends",
        "A kiosk that sells coffee and hot chocolate",
        "Keep the café open until eight in the evening",
        "Hot soup and coffee at a small café by the pond",
        "A café with a warm room and cheap coffee",
        "Let a coffee van park at the gate on cold mornings",
        "The café should sell fresh bread and soup",
        "A café with tables outside in the sun",
    ],
    "lights": [
        "More street lights along the dark path",
        "Brighter lamps on the path from the station",
        "The path is dark after five, put lights there",
        "Lights that switch on when somebody walks by",
        "Light the dark underpass with lamps",
        "Repair the broken street lights near the gate",
        "Put solar lamps along every path",
        "The lamps on the main path are too dim",
    ],
    "dogs": [
        "Keep dogs on the lead near the playground",
        "A fenced meadow where dogs can run",
        "Bins and bags for dog waste at every gate",
        "Dogs should not run free on the lawn",
        "A water bowl for dogs beside the fountain",
        "Fine owners who leave dog waste on the lawn",
        "A dog school on the meadow",
        "More bags for dog waste near the pond",
    ],
    "skating": [
        "An ice rink for skating in December",
        "Ice skating on the frozen pond with music",
        "Cheap hire of ice skates for children",
        "Skating lessons on the ice for schools",
        "A small ice rink where the fountain is",
        "Skate hire and a warm place beside the ice rink",
        "Ice skating in the evening with lamps and music",
        "Free ice skates for families",
    ],
}
FIRST = FEWEST_LIVE // len(IDEAS)
"""So many of each subject make the first map due; all the others together make the next one due."""
MANY = FIRST + REGROUP_AFTER // len(IDEAS)
THEMES_MS = GROUPING * 1_000
ALL_OF_THEM = """many => [...document.querySelectorAll('.theme-row .byline > .numbers')]
    .reduce((sum, one) => sum + parseInt(one.textContent), 0) === many"""


async def written(rooms: Rooms) -> tuple[Seat, dict[str, list[str]]]:
    """Somebody who wrote all of ``IDEAS``, and the ids by subject; each subject has a theme of its own.

    However slow the machine is, the first map is made of the first twelve and the next one of all: it is due
    when the last idea is there. So nothing more is made until somebody writes or corrects.
    """
    anke = await rooms.seat("Anke")
    ids: dict[str, list[str]] = {subject: [] for subject in IDEAS}
    view: dict[str, Any] = {}
    for some in (slice(FIRST), slice(FIRST, MANY)):
        sent = [(subject, text) for subject, texts in IDEAS.items() for text in texts[some]]
        saved = await asyncio.gather(*(rooms.write(anke, text) for _, text in sent))
        for (subject, _), one in zip(sent, saved, strict=True):
            ids[subject].append(one["idea"])
        view = await grouped(rooms.house, rooms.jam, list(chain.from_iterable(ids.values())))
    found = sorted(sorted(theme["members"]) for theme in view["themes"])
    assert found == sorted(sorted(of_one) for of_one in ids.values()), "themes are not the subjects"
    return anke, ids


async def desk(rooms: Rooms, window: dict[str, int] = DESK, role: str = "facilitator") -> Page:
    """A desk whose themes are open and on the screen."""
    page = await rooms.run(window, role)
    await look(page)
    await settled(page)
    return page


async def look(page: Page) -> None:
    """Go to the place of the themes and wait until they are there."""
    await page.get_by_role("navigation", name="Places").get_by_role("link", name="Themes").click()
    await rows(page).nth(2).wait_for(timeout=THEMES_MS)


async def settled(page: Page, more: int = 0) -> None:
    """Wait until each of ``IDEAS`` is in a theme on the screen, and so many more."""
    await page.wait_for_function(ALL_OF_THEM, arg=MANY * len(IDEAS) + more, timeout=THEMES_MS)


async def size(page: Page, theme: str) -> int:
    """How many ideas a theme has on the screen."""
    return int((await row(page, theme).locator(".byline > .numbers").inner_text()).split()[0])


def rows(page: Page) -> Locator:
    """The themes of the list."""
    return page.locator(".theme-row")


async def names(page: Page) -> list[str]:
    """What the themes are called, in the order of the list."""
    return await page.locator(".theme-name").all_inner_texts()


def row(page: Page, theme: str) -> Locator:
    """The row of a theme, whatever it is called."""
    return page.locator(f'.theme-row[data-theme="{theme}"]')


async def theme_of(page: Page, idea: str) -> str:
    """The id of the theme that an idea is in, as the server tells this window."""
    found: list[dict[str, Any]] = (await themes(page))["themes"]
    return next(one["id"] for one in found if idea in one["members"])


async def themes(page: Page) -> Any:
    """The theme map as the server gives it to whoever sits at this window."""
    return await page.evaluate(
        "async () => (await fetch('/api' + location.pathname.replace('/facilitate', '') + '/themes')).json()"
    )


async def open_theme(page: Page, theme: str) -> Locator:
    """The row of a theme, open."""
    button = row(page, theme).locator(".theme-name button")
    if await button.get_attribute("aria-expanded") != "true":
        await button.click()
    await row(page, theme).locator(".theme-inside").wait_for()
    return row(page, theme)
