"""Takes the README's pictures: rooms of the running demo jam, as a real browser shows them.

The demo's simulated people write while the pictures are taken, so no two runs show the same moment.
"""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests.servers import chromium_executable, chromium_flags

PHONE = {"width": 390, "height": 1000}
DESK = {"width": 1280, "height": 800}
TALL_DESK = {"width": 1280, "height": 1100}
PAGE = {"width": 700, "height": 1000}
ROOM = re.compile(r"^(\w+): +(http\S+)")
ENTER = "main button[type=submit]"
NEW_IDEAS = re.compile("new idea")
START_WRAP_UP = "Start Wrap-up now"
IDEAS = re.compile(r"\bIdeas\s+(\d+)")
ENOUGH_IDEAS, PATIENCE_SECONDS = 60, 240
FEWEST_THEMES = 4


async def take(folder: Path) -> None:
    """Play the demo; leave in ``folder`` a picture of each room and of its themes."""
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "jam", "demo", "--report-dir", "out"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        rooms = await addresses(demo)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=chromium_executable(), args=chromium_flags()
            )
            await photograph(browser, rooms, folder)
            await browser.close()
    finally:
        demo.send_signal(signal.SIGINT)
        await demo.wait()


async def addresses(demo: asyncio.subprocess.Process) -> dict[str, str]:
    """The rooms' addresses that the demo prints first."""
    rooms: dict[str, str] = {}
    assert demo.stdout is not None
    while len(rooms) < 4:
        line = (await demo.stdout.readline()).decode()
        if not line:
            raise RuntimeError(f"the demo ended after {len(rooms)} of 4 rooms; run `jam demo` to see why")
        if found := ROOM.match(line):
            rooms[found[1]] = found[2]
    return rooms


async def photograph(browser: Browser, rooms: dict[str, str], folder: Path) -> None:
    """The rooms while ideas come in, then the report once the bell has rung."""
    facilitator = await enter(browser, rooms["facilitator"], DESK)
    participant = await enter(browser, rooms["participant"], PHONE)
    await participant.get_by_role("button", name="Got it").click()
    await until_full(facilitator)
    await facilitator.screenshot(path=folder / "facilitator.png")
    await participant.get_by_role("button", name=NEW_IDEAS).click()
    await participant.evaluate("scrollTo(0, 0)")
    await participant.screenshot(path=folder / "participant.png")
    await photograph_themes(facilitator, participant, folder)
    await facilitator.get_by_role("button", name=START_WRAP_UP).click()
    await facilitator.get_by_role("dialog").get_by_role("button", name=START_WRAP_UP).click()
    await facilitator.get_by_role("link", name="Report").first.wait_for(timeout=PATIENCE_SECONDS * 1_000)
    report = await enter(browser, rooms["report"], DESK)
    await report.screenshot(path=folder / "report.png")
    await report.set_viewport_size(PAGE)  # type: ignore[arg-type]
    await report.evaluate("document.getElementById('map').scrollIntoView()")
    await report.screenshot(path=folder / "themes-report.png")


async def photograph_themes(facilitator: Page, participant: Page, folder: Path) -> None:
    """The themes while ideas come in, on the desk and on a phone."""
    for page in (facilitator, participant):
        await page.get_by_role("navigation", name="Places").get_by_role("link", name="Themes").click()
    await facilitator.locator(".theme-row").nth(FEWEST_THEMES - 1).wait_for(timeout=PATIENCE_SECONDS * 1_000)
    await facilitator.set_viewport_size(TALL_DESK)  # type: ignore[arg-type]
    await facilitator.evaluate("document.getElementById('themes-title').scrollIntoView()")
    await facilitator.screenshot(path=folder / "themes-desk.png")
    await facilitator.set_viewport_size(DESK)  # type: ignore[arg-type]
    await participant.locator(".theme-map .theme").first.wait_for()
    await participant.screenshot(path=folder / "themes-participant.png")


async def until_full(page: Page) -> None:
    """Until the room says that there are enough ideas."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while int((IDEAS.search(await page.inner_text("main")) or "00")[1]) < ENOUGH_IDEAS:
            await page.wait_for_timeout(1_000)


async def enter(browser: Browser, link: str, viewport: dict[str, int]) -> Page:
    """Open a role link and press its one button."""
    page = await browser.new_page(viewport=viewport)  # type: ignore[arg-type]
    await page.goto(link)
    await page.locator(ENTER).first.click()
    await page.wait_for_load_state("networkidle")
    return page


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1])))
