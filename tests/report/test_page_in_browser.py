"""Shows in a real browser that the report's page is accessible, fits every width, runs nothing and prints.

Why: contrast, reflow and what a hostile text does can only be seen where it is drawn. Where: the page as
a file in Chromium, with JavaScript off for reading and axe-core for judging.
"""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, expect

from jam.service.report import build_report
from jam.service.report.inputs import ReportInputs
from tests.report.making import idea, inputs, of_every_kind, places, renderer, theme, theme_map
from tests.report.test_page import HOSTILE
from tests.web.rooms import AXE_RULES, COLOURS, axe

SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
pytestmark = [pytest.mark.browser, pytest.mark.anyio]


def hostile() -> ReportInputs:
    long = ["w" * 500, "ש" * 200, "Z" + "a\u0316\u0317\u0318\u0319" * 40, "one\ntwo\nthree"]
    ideas = [idea(n, text, handle=text[:40]) for n, text in enumerate([*HOSTILE, *long], 1)]
    names = (
        theme(1, ideas[:6], HOSTILE[0], named_by="person"),
        theme(2, ideas[6:], "w" * 80, named_by="person"),
    )
    return inputs(*ideas, theme_map=theme_map(*names, places=places(*names)))


def written(folder: Path, given: ReportInputs) -> str:
    path = folder / "report.html"
    path.write_bytes(
        renderer().html(build_report(given), standalone=True, address="https://jams.example.org/r")
    )
    return path.as_uri()


PAGES = {"every kind": of_every_kind(), "hostile": hostile(), "empty": inputs()}


@pytest.mark.parametrize("name", PAGES)
async def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser, tmp_path: Path, name: str, request: pytest.FixtureRequest
) -> None:
    # The page's own policy would rightly keep axe out.
    page = await (await browser.new_context(bypass_csp=True)).new_page()
    await page.goto(written(tmp_path, PAGES[name]))
    for width, scheme in product((320, 1280), SCHEMES):
        await page.set_viewport_size({"width": width, "height": 800})
        await page.emulate_media(color_scheme=scheme)
        await page.wait_for_function("width => innerWidth === width", arg=width)
        assert await page.evaluate("document.documentElement.scrollWidth") == width
        # What is dark differs in its colours alone, the same at both widths; with --full all is asked again.
        whole = scheme == "light" or request.config.getoption("--full")
        if whole or width == 1280:
            wrong = await axe(page, AXE_RULES if whole else COLOURS)
            assert (width, scheme, wrong) == (width, scheme, [])


async def test_hostile_words_run_nothing_and_break_no_policy(browser: Browser, tmp_path: Path) -> None:
    page = await browser.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("console", lambda line: said.append(line.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    address = written(tmp_path, hostile())
    await page.goto(address)
    assert (said, asked) == ([], [address])


async def test_the_style_in_the_file_is_let_in_by_its_own_policy(browser: Browser, tmp_path: Path) -> None:
    page = await browser.new_page()
    await page.goto(written(tmp_path, of_every_kind()))
    colour = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == "rgb(250, 248, 244)"


async def test_without_javascript_a_figure_leads_to_its_ideas(browser: Browser, tmp_path: Path) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(written(tmp_path, of_every_kind()))
    await (
        page.get_by_role("region", name="The themes in figures").get_by_role("link", name="3").nth(1).click()
    )
    await expect(page).to_have_url(re.compile("#ideas-t1-citizen$"))
    await expect(page.locator("#idea-i1")).to_be_visible()


async def test_zalgo_keeps_to_its_own_lines(browser: Browser, tmp_path: Path) -> None:
    page = await browser.new_page()
    await page.goto(written(tmp_path, hostile()))
    box = await page.locator("li.idea .words", has_text="Za").bounding_box()
    assert box is not None
    assert box["height"] < 120


async def test_on_paper_each_sheet_has_number_address_and_audit_head(
    browser: Browser, tmp_path: Path
) -> None:
    page = await browser.new_page()
    await page.goto(written(tmp_path, of_every_kind()))
    await page.emulate_media(media="print")
    foot = await page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--foot')")
    assert "https://jams.example.org/r" in foot
    assert "ef" * 32 in foot
    margins = await page.evaluate(
        "[...document.styleSheets[0].cssRules].filter(r => r.type === CSSRule.PAGE_RULE).map(r => r.cssText)"
    )
    assert "counter(page)" in margins[0]
    assert "var(--foot" in margins[0]
    assert b"/StructTreeRoot" in await page.pdf(prefer_css_page_size=True, tagged=True)
