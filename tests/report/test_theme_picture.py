"""Shows that the report's map draws what can be read, links to it, and says nothing that is withheld."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest

from clustering.placing.labels import LEADING
from clustering.placing.place import TALL, WIDE
from jam.domain.names import Status
from jam.service.report import build_report
from jam.service.report.theme_picture import LETTERS, drawn, map_places
from tests.clustering.placed_jams import a_jam
from tests.report.making import idea, inputs, places, renderer, theme, theme_map
from tests.sources import ROOT
from tests.web.theme_pictures import COVERED, WIDTHS, letters

pytestmark = pytest.mark.anyio


def page(*ideas: Any, **changes: Any) -> str:
    return renderer().html(build_report(inputs(*ideas, **changes))).decode()


def a_report(*names: str, hidden: int = 0) -> tuple[str, list[str]]:
    """A page with one theme of three ideas for each name; the first ideas of the first are hidden."""
    ideas = [idea(n, f"{names[n // 3]} number {n}") for n in range(3 * len(names))]
    for n in range(hidden):
        ideas[n] = idea(n, status=Status.HIDDEN, rule="abuse")
    themes = [theme(n + 1, ideas[3 * n : 3 * n + 3], name) for n, name in enumerate(names)]
    html = page(*ideas, theme_map=theme_map(*themes, places=places(*themes)))
    return html, re.findall(r'<path class="dots"[^>]* d="([^"]*)"', html)


def test_each_theme_leads_to_its_section_and_has_a_dot_for_each_idea() -> None:
    html, dots = a_report("Light", "Café")
    assert (
        html.count('<a href="#theme-t1" class="theme') == html.count('<a href="#theme-t2" class="theme') == 2
    )
    assert 'id="theme-t1"' in html
    assert [path.count("M") for path in dots] == [3, 3, 3, 3]


def test_what_is_hidden_has_no_dot() -> None:
    _, dots = a_report("Light", "Café", hidden=2)
    assert sorted(path.count("M") for path in dots) == [1, 1, 3, 3]


def test_a_name_that_may_not_be_shown_is_not_on_the_map() -> None:
    ideas = [idea(1, status=Status.HIDDEN, rule="abuse"), idea(2, "A bench"), idea(3, "A light")]
    named = theme(1, ideas, "Slander, bench")
    html = page(*ideas, theme_map=theme_map(named, places=places(named)))
    assert "Slander" not in html
    assert '<text x="0.0"' in html


def test_words_on_the_map_are_escaped() -> None:
    html, _ = a_report("<script>alert(1)</script>")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_map_that_was_stored_without_places_has_no_picture() -> None:
    assert map_places({"themes": [{"id": "t1"}], "spots": {}}) is None
    ideas = [idea(1), idea(2)]
    assert 'class="chart theme-map"' not in page(*ideas, theme_map=theme_map(theme(1, ideas)))


def test_the_layout_and_what_draws_it_count_on_the_same_letters() -> None:
    style = (ROOT / "web" / "style" / "theme-map.css").read_text(encoding="utf-8")
    part = (ROOT / "web" / "parts" / "theme-map.js").read_text(encoding="utf-8")
    assert {"wide": WIDE.letters, "tall": TALL.letters} == LETTERS
    assert f"LETTERS = {{ wide: {WIDE.letters:g}, tall: {TALL.letters:g} }}" in part
    assert f"LEADING = {LEADING};" in part
    sizes = re.findall(r"\.is-(wide|tall) \{[^}]*font-size: ([\d.]+)px", style)
    assert {name: float(size) for name, size in sizes} == LETTERS


@pytest.mark.browser
async def test_in_real_letters_no_name_covers_another_and_all_can_be_read(
    browser: object, tmp_path: object
) -> None:
    found = a_jam(22, seed=5).placed()
    body = json.loads(msgspec.json.encode(found))
    stored = map_places(body)
    assert stored is not None
    ideas = [idea(n) for n in range(len(found.spots))]
    themes = tuple(
        theme(int(one.id[1:]), [ideas[int(key[1:])] for key in one.members], one.name, named_by="person")
        for one in found.themes
    )
    given = inputs(*ideas, theme_map=theme_map(*themes, places=stored))
    assert len(drawn(build_report(given).picture, "tall")) == 22
    path = tmp_path / "report.html"
    path.write_bytes(renderer().html(build_report(given), standalone=True))
    tab = await browser.new_page()
    await tab.goto(path.as_uri())
    for width in WIDTHS:
        await tab.set_viewport_size({"width": width, "height": 900})
        await tab.wait_for_function("width => innerWidth === width", arg=width)
        assert (width, await tab.evaluate(COVERED)) == (width, [])
        assert await letters(tab) >= 12
        assert await tab.evaluate("document.documentElement.scrollWidth") == width
