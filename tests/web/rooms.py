"""Walking into a jam as people do: a browser window for each person, on a real server.

Every window notes what must not happen on any page: an error of ours, a broken content policy, a
dialog of the browser. Crowds who only write come in over HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from jam.cli.crowd.house import House, Seat
from jam.domain.commands import StartNextPhase
from tests.patience import PATIENCE

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules whose answers hang on the colours."""
FORUMS = [
    {"title": "Winter", "question": "What would bring you to the park in winter?"},
    {"title": "Evenings", "question": "What would make you feel safe in the park after dark?"},
]
PATIENT = {"ideas_per_minute": 600.0, "burst": 300}
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


class Rooms:
    """One jam and the windows that people have open on it. Call ``make_jam`` first."""

    def __init__(self, house: House, browser: Browser) -> None:
        self.house = house
        self.browser = browser
        self.complaints: list[str] = []
        self.jam = ""
        self.code = ""
        self.forums: list[str] = []
        self.sent = 0
        self.windows: list[BrowserContext] = []

    async def make_jam(self, *, started: bool = True, **settings: Any) -> None:
        """A jam in its first writing phase, or in the lobby if not ``started``."""
        made = await self.house.create_jam(
            "A park for all seasons", FORUMS, settings={"policy": "screened", **PATIENT, **settings}
        )
        self.jam, self.code = made["id"], made["code"]
        self.forums = [forum["id"] for forum in made["forums"]]
        if started:
            await self.next_phase(0)

    async def next_phase(self, index: int) -> None:
        """Ring the bell of phase ``index`` as the administrator."""
        await self.house.command(self.jam, StartNextPhase(client_id=f"bell-{index}", phase_index=index))

    async def window(self, size: dict[str, int] = DESK, **more: Any) -> Page:
        """A person's own browser window: nothing in it is shared with another one's."""
        context = await self.browser.new_context(viewport=size, **more)  # type: ignore[arg-type]
        self.windows.append(context)
        context.set_default_timeout(PATIENCE * 1_000)
        page = await context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda problem: self.complaints.append(str(problem)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        return page

    async def close(self) -> None:
        """Close every window."""
        for context in self.windows:
            await context.close()

    def _hear(self, line: ConsoleMessage) -> None:
        lost = "WebSocket connection" in line.text or "Failed to load resource" in line.text
        if line.type in ("error", "warning") and not lost:
            self.complaints.append(line.text)

    async def join(self, handle: str, size: dict[str, int] = DESK, **more: Any) -> Page:
        """A participant's window: the room is open and live. The join page has tests of its own."""
        seat = await self.house.join(self.code, handle)
        return await self._enter(seat, f"/jams/{self.jam}", size, **more)

    async def run(self, size: dict[str, int] = DESK, role: str = "facilitator", **more: Any) -> Page:
        """The window of somebody who took a role by a link; their room is open and live."""
        seat = await self.house.take_role(self.jam, role)
        room = f"/jams/{self.jam}" + ("" if role == "observer" else "/facilitate")
        return await self._enter(seat, room, size, **more)

    async def _enter(self, seat: Seat, path: str, size: dict[str, int], **more: Any) -> Page:
        """A window that has a seat's cookie, in its room."""
        page = await self.window(size, **more)
        name, _, value = str(seat.cookie).partition("=")
        await page.context.add_cookies([{"name": name, "value": value, "url": self.house.url}])
        await page.goto(self.house.url + path)
        await live(page)
        return page

    async def seat(self, handle: str, audience: str = "citizen") -> Seat:
        """Somebody without a window, who writes over HTTP."""
        return await self.house.join(self.code, handle, audience)

    async def write(self, seat: Seat, text: str, forum: int = 0) -> dict[str, Any]:
        """An idea from ``seat``; the answer."""
        return await self.give(seat, {"t": "submit_idea", "forum": self.forums[forum], "text": text})

    async def give(self, seat: Seat, wish: dict[str, Any]) -> dict[str, Any]:
        """One command over HTTP; the answer."""
        self.sent += 1
        body = {**wish, "client_id": f"web-{self.sent}"}
        path = f"/api/jams/{self.jam}/commands"
        return await self.house._json("POST", path, body, seat.headers())


async def live(page: Page) -> None:
    """Wait until the room has everything there is."""
    # Asked at every frame: an expectation asks after a tenth, a quarter, half a second, hundreds of times.
    await page.locator(".link-state").get_by_text("Live", exact=True).wait_for()


UNPLUG = """() => { globalThis.wired ??= WebSocket;
    globalThis.WebSocket = class extends EventTarget { readyState = 0; send() {} close() {} };
    dispatchEvent(new Event('offline')); }"""
PLUG = "() => { globalThis.WebSocket = globalThis.wired; dispatchEvent(new Event('offline')); }"


async def unplug(page: Page) -> None:
    """Take a room's connection away, until ``plug``."""
    await page.evaluate(UNPLUG)
    await expect(page.get_by_role("button", name="Try now")).to_be_visible()


async def plug(page: Page) -> None:
    """Give a room its connection back, and wait until it sends again."""
    await page.evaluate(PLUG)
    await expect(page.get_by_role("button", name="Try now")).to_have_count(0)
    await live(page)


async def arrived(page: Page, path: str) -> None:
    """Wait until the window is at a path, which may be a pattern, and all of that page is there."""
    await page.wait_for_url(re.compile(rf"https?://[^/]+{path}([?#].*)?$"))


async def axe(page: Page, rules: Sequence[str] = AXE_RULES) -> list[str]:
    """What axe finds wrong with the page as it now is, by tags or names of its rules: one line for each."""
    if not await page.evaluate("typeof axe !== 'undefined'"):
        await page.evaluate(AXE.read_text(encoding="utf-8"))
    # Only what is wrong is described element by element: a page has thousands that are right.
    asked = {"runOnly": list(rules), "resultTypes": ["violations"]}
    found = await page.evaluate("asked => axe.run(asked)", asked)
    return [f"{one['id']}: {node['html'][:200]}" for one in found["violations"] for node in one["nodes"]]


async def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than its window."""
    await page.wait_for_load_state()
    return bool(await page.evaluate("document.documentElement.scrollWidth > innerWidth"))
