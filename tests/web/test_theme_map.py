"""Shows that the map of themes can be read at every width and walked over with keys, in a real browser.

Why: the layout only guesses how wide letters are. Where: the part alone, on a page with the rooms' style
sheets and content policy; the rooms around it are in test_themes.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.async_api import Browser, Page, Route, expect

from clustering.shapes import ThemeMap
from tests.clustering.placed_jams import a_jam
from tests.sources import ROOT
from tests.web.theme_pictures import COVERED, WIDTHS, letters

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

ORIGIN = "http://map.test"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; require-trusted-types-for 'script'"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Map</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/web/style/tokens.css"><link rel="stylesheet" href="/web/style/base.css">
<link rel="stylesheet" href="/web/style/room.css"><link rel="stylesheet" href="/web/style/theme-map.css">
</head><body><main class="page"><h1>Themes</h1><div id="map"></div></main>
<script type="module" src="/draw.js"></script></body></html>"""
DRAW = """import { html, render } from "/web/parts/view.js";
import { ThemeMap } from "/web/parts/theme-map.js";
const place = document.getElementById("map");
globalThis.draw = (view, selected = "") => render(html`<${ThemeMap} view=${view} selected=${selected}
    marks=${true} onSelect=${(id) => { globalThis.picked = id; draw(view, id); }} />`, place);"""
VIOLATIONS = "axe.run(document).then((all) => all.violations.map((one) => [one.id, one.nodes[0].html]))"
KINDS = {".js": "text/javascript", ".css": "text/css"}


async def served(route: Route) -> None:
    """The page, the script that draws, and our own files."""
    path = route.request.url.removeprefix(ORIGIN)
    if path == "/":
        await route.fulfill(body=PAGE, content_type="text/html", headers={"Content-Security-Policy": POLICY})
    elif path == "/draw.js":
        await route.fulfill(body=DRAW, content_type="text/javascript")
    elif path.startswith("/web/") and (file := ROOT / path[1:]).is_file():
        await route.fulfill(path=file, content_type=KINDS[Path(path).suffix])
    else:
        await route.fulfill(status=404)


def view_of(found: ThemeMap) -> dict[str, Any]:
    """What a room hands to the part."""
    assert found.frame is not None
    view = {"themes": found.themes, "spots": found.spots, **msgspec.structs.asdict(found.frame)}
    plain: dict[str, Any] = json.loads(msgspec.json.encode(view))
    return plain


async def opened(browser: Browser, found: ThemeMap) -> Page:
    page = await (await browser.new_context(reduced_motion="reduce", bypass_csp=False)).new_page()
    await page.route(f"{ORIGIN}/**", served)
    await page.goto(f"{ORIGIN}/")
    await page.wait_for_function("Boolean(globalThis.draw)")
    await page.evaluate("view => draw(view)", view_of(found))
    return page


MOVES = """() => {
    globalThis.moved = 0;
    addEventListener("transitionrun", () => { globalThis.moved += 1; });
    const place = document.getElementById("map");
    const drawn = new MutationObserver(() => place.getBoundingClientRect());
    drawn.observe(place, {childList: true, subtree: true});
}"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


async def test_on_a_phone_the_map_is_drawn_where_it_stays(browser: Browser) -> None:
    page = await (await browser.new_context(viewport={"width": 320, "height": 640})).new_page()
    await page.route(f"{ORIGIN}/**", served)
    await page.goto(f"{ORIGIN}/")
    await page.wait_for_function("Boolean(globalThis.draw)")
    await page.evaluate(MOVES)
    await page.evaluate("view => draw(view)", view_of(a_jam(7, seed=2).placed()))
    await page.locator(".theme-map .is-tall").wait_for()
    await page.evaluate(TWO_FRAMES)
    assert await page.evaluate("moved") == 0


@pytest.mark.parametrize(("themes", "seed"), [(1, 1), (7, 2), (24, 3), (60, 4)])
async def test_no_name_covers_another_and_letters_are_12_pixels_at_every_width(
    browser: Browser, themes: int, seed: int
) -> None:
    page = await opened(browser, a_jam(themes, seed).placed())
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        await page.wait_for_function("width => innerWidth === width", arg=width)
        await page.evaluate(TWO_FRAMES)
        assert (width, await page.evaluate(COVERED)) == (width, [])
        assert await letters(page) >= 12
        assert await page.evaluate("document.documentElement.scrollWidth") == width


async def test_keys_go_from_theme_to_theme_and_choose_one(browser: Browser) -> None:
    found = a_jam(9, seed=6).placed()
    page = await opened(browser, found)
    spots = {theme.id: theme.spot for theme in found.themes if theme.spot}
    await page.keyboard.press("Tab")
    focused = "document.activeElement.getAttribute('data-theme')"
    assert await page.evaluate(focused) == "t1"
    across = sorted(spots, key=lambda key: spots[key].x)
    for _ in across:
        await page.keyboard.press("ArrowLeft")
    left = await page.evaluate(focused)
    assert spots[left].x <= spots["t1"].x
    await page.keyboard.press("ArrowRight")
    right = await page.evaluate(focused)
    assert spots[right].x > spots[left].x
    await page.keyboard.press("Enter")
    assert await page.evaluate("globalThis.picked") == right
    await expect(page.locator(f"[data-theme={right}]")).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("End")
    assert await page.evaluate(focused) == "t9"
    await page.keyboard.press("Home")
    assert await page.evaluate(focused) == "t1"
    await page.keyboard.press("Tab")
    assert await page.evaluate(focused) is None


async def test_every_idea_is_a_dot_and_one_without_a_place_too(browser: Browser) -> None:
    found = a_jam(5, seed=7).placed()
    page = await opened(browser, found)
    view = view_of(found)
    view["themes"][0]["members"].append("just-come")
    await page.evaluate("view => draw(view)", view)
    paths = await page.locator(".dots").evaluate_all("all => all.map((one) => one.getAttribute('d'))")
    assert sum(path.count("M") for path in paths) == len(found.spots) + 1
    assert "NaN" not in "".join(paths)


async def test_a_theme_that_moves_is_the_same_element_in_its_new_place(browser: Browser) -> None:
    jam = a_jam(8, seed=8)
    before = jam.placed()
    page = await opened(browser, before)
    await page.evaluate("globalThis.first = document.querySelector('[data-theme=t3]')")
    view = view_of(before)
    view["themes"][2]["spot"].update({"x": 111.0, "y": 222.0})
    await page.evaluate("view => draw(view)", view)
    assert await page.evaluate("first.isConnected && first.getAttribute('transform')") == "translate(111 222)"


async def test_axe_finds_nothing_in_either_scheme(browser: Browser) -> None:
    page = await opened(browser, a_jam(12, seed=9).placed())
    source = AXE.read_text(encoding="utf-8")
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await page.evaluate(source)
        found = await page.evaluate(
            "axe.run(document).then((all) => all.violations.map((one) => [one.id, one.nodes[0].html]))"
        )
        assert found == []
