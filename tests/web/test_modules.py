"""The browser's modules as files: what a room imports is preloaded, and nothing makes markup from text."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from jam.http.pages import make_templates
from jam.http.static import without_comments
from tests.sources import ROOT
from tests.web.rooms import Rooms, live

WEB = ROOT / "web"
IMPORT = re.compile(r'\bfrom\s*"(\.[^"]+)"')
FROM_TEXT = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySet|\beval\(|new Function"
)


def imported(module: str) -> set[str]:
    """Every module that `module` needs, itself not among them."""
    found: set[str] = set()
    ahead = [module]
    while ahead:
        path = WEB / ahead.pop()
        for name in IMPORT.findall(path.read_text(encoding="utf-8")):
            needed = (path.parent / name).resolve().relative_to(WEB).as_posix()
            if needed not in found:
                found.add(needed)
                ahead.append(needed)
    return found


@pytest.mark.parametrize(
    ("template", "module"),
    [
        ("participant_modules.html", "rooms/participant.js"),
        ("facilitator_modules.html", "rooms/facilitator.js"),
    ],
)
def test_every_module_that_a_room_imports_is_preloaded_and_no_other(template: str, module: str) -> None:
    page = make_templates().get_template(template).render()
    preloaded = re.findall(r'<link rel="modulepreload" href="/web/([^"]+)">', page)
    assert sorted(preloaded) == sorted(imported(module))


def test_no_module_of_ours_makes_markup_or_code_from_text() -> None:
    ours = [path for path in WEB.rglob("*.js") if not {"vendor", "node_modules"} & set(path.parts)]
    assert len(ours) > 40
    found = [path.name for path in ours if FROM_TEXT.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_buttons_that_the_guide_for_facilitators_names_are_called_so_on_the_screen() -> None:
    guide = (ROOT / "docs" / "facilitators.md").read_text(encoding="utf-8")
    named = [
        name for line in guide.splitlines() if line[:1] == "|" for name in re.findall(r"\*([^*|]+)\*", line)
    ]
    named += re.findall(
        r"^\*([^*]+)\* lets", (ROOT / "docs" / "moderation.md").read_text("utf-8"), re.MULTILINE
    )
    assert len(named) >= 7
    said = "".join(path.read_text(encoding="utf-8") for path in (WEB / "parts").glob("*.js"))
    said += (WEB / "rooms" / "facilitator.js").read_text(encoding="utf-8")
    sentences = {re.sub(r"\{\w+\}", "…", sentence) for sentence in re.findall(r'\bt\("([^"]+)"', said)}
    assert [name for name in named if name not in sentences] == []


def test_comments_with_lines_of_their_own_are_not_carried_and_every_line_keeps_its_number() -> None:
    module = b'/** What\n * it is. */\nconst a = /** @type {any} */ (1);\n  /** b */\nb("/** kept */");\n'
    carried = b'\n\nconst a = /** @type {any} */ (1);\n\nb("/** kept */");\n'
    assert without_comments(module) == carried


@pytest.mark.anyio
@pytest.mark.browser
async def test_first_visit_is_100_kb_at_most_and_themes_come_when_they_are_opened(
    rooms: Rooms,
) -> None:
    page = await rooms.window()
    wire = await page.context.new_cdp_session(page)
    await wire.send("Network.enable")
    sizes: list[int] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(urlsplit(request.url).path))
    await page.goto(f"{rooms.house.url}/j/{rooms.code}")
    await page.get_by_label("The name that others will see").fill("Mara")
    await page.get_by_role("button", name="Join the jam").click()
    await live(page)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert len(sizes) > 50
    assert sum(sizes) <= 100_000
    assert [path for path in fetched if "theme-" in path or "themes.css" in path] == []


READER = """async ([views, steps]) => {
    const { ThemeReader } = await import('/web/state/theme-reader.js');
    const { inSight, shownThemes } = await import('/web/state/themes.js');
    const reader = new ThemeReader({ boot: { jam: 'J' }, state: { ideas: {} } }, false);
    return steps.map((one) => {
        if (one.fetched !== undefined) reader.take(views[one.fetched]);
        if (one.back) reader.wake(one.now);
        const view = reader.view.value;
        const themes = view && shownThemes(
            view, reader.changed(one.now), inSight(reader.beside(one.placed ?? null), one.ideas ?? {}));
        return themes && themes.map((theme) => theme.name + theme.members.join(''));
    });
}"""
"""What a screen shows after each step: a view is fetched, the socket speaks, somebody comes back."""


@pytest.mark.anyio
@pytest.mark.browser
async def test_words_that_are_gone_do_not_come_back_while_a_newer_map_is_fetched(rooms: Rooms) -> None:
    page = await rooms.window()
    await page.goto(rooms.house.url)
    old = {"version": 1, "themes": [{"id": "t1", "name": "Rude", "members": ["A", "B"], "size": 2}]}
    new = {"version": 2, "themes": [{"id": "t1", "name": "Calm", "members": ["B"], "size": 1}]}
    head = {"id": "t1", "name": "Clean", "size": 1, "gone": ["A"]}
    steps = [
        {"fetched": 0, "now": {"version": 1}},
        {"now": {"version": 1, "changed": [head]}},
        {"now": {"version": 2}},
        {"fetched": 1, "now": {"version": 2}},
        {"now": {"version": 2, "changed": [{**head, "gone": ["B"]}]}},
    ]
    shown = await page.evaluate(READER, [[old, new], steps])
    assert shown == [["RudeAB"], ["CleanB"], ["CleanB"], ["CalmB"], []]
    back = [{"fetched": 0, "now": {"version": 1}}, {"back": True, "now": {"version": 2}}]
    assert await page.evaluate(READER, [[old, new], back]) == [["RudeAB"], None]


@pytest.mark.anyio
@pytest.mark.browser
async def test_ideas_beside_a_map_stay_on_the_screen_while_a_newer_map_is_fetched(rooms: Rooms) -> None:
    page = await rooms.window()
    await page.goto(rooms.house.url)
    views = [
        {"version": version, "themes": [{"id": "t1", "name": "Lamps", "members": ["A"], "size": 1}]}
        for version in (1, 2)
    ]
    steps = [
        {"fetched": 0, "now": {"version": 1}, "placed": {"version": 1, "places": {"B": "t1"}}},
        {"now": {"version": 2}},
        {"now": {"version": 2}, "placed": {"version": 2, "places": {"B": "t1", "C": "t1"}}},
        {"fetched": 1, "now": {"version": 2}, "placed": {"version": 2, "places": {"B": "t1", "C": "t1"}}},
    ]
    assert await page.evaluate(READER, [views, steps]) == [
        ["LampsAB"],
        ["LampsAB"],
        ["LampsAB"],
        ["LampsABC"],
    ]


@pytest.mark.anyio
@pytest.mark.browser
async def test_an_idea_beside_the_map_that_goes_out_of_sight_is_not_counted_until_it_is_back(
    rooms: Rooms,
) -> None:
    page = await rooms.window()
    await page.goto(rooms.house.url)
    view = {"version": 1, "themes": [{"id": "t1", "name": "Lamps", "members": ["A"], "size": 1}]}
    at = {"now": {"version": 1}, "placed": {"version": 1, "places": {"B": "t1"}}}
    seen = ("published", "hidden", "withdrawn", "published")
    steps = [{"fetched": 0, **at}, *({**at, "ideas": {"B": {"status": status}}} for status in seen)]
    shown = await page.evaluate(READER, [[view], steps])
    assert shown == [["LampsAB"], ["LampsAB"], ["LampsA"], ["LampsA"], ["LampsAB"]]
