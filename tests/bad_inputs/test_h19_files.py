"""H19, and the names of files: parts of a file that nobody needs, and names that are not for browsers."""

from __future__ import annotations

import time

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from jam.http.static import web_file, without_comments
from tests.http.product import Product
from tests.sources import ROOT

FILE = "/web/style/report.css"
FOR_BROWSERS = sorted(
    path
    for folder in ("parts", "rooms", "state", "style", "vendor", "wire", "words")
    for path in (ROOT / "web" / folder).iterdir()
    if path.suffix in (".js", ".css")
)


def ranges(number: int, each: str) -> str:
    return "bytes=" + ",".join(each.format(n=n) for n in range(number))


@pytest.mark.parametrize("each", ["{n}-{n}", "0-", "0-7000", "-1"])
def test_h19_ten_thousand_parts_of_a_file_cost_no_more_than_the_file(each: str) -> None:
    # Below the server, which takes no header of this length: another server may stand in front one day.
    client = TestClient(Starlette(routes=[Route("/web/{path:path}", web_file)]))
    whole, parts = {}, {"Range": ranges(10_000, each)}
    times: dict[bool, list[float]] = {True: [], False: []}
    for headers in (whole, parts) * 6:
        started = time.process_time()
        answer = client.get(FILE, headers=headers)
        times[headers is parts].append(time.process_time() - started)
    assert (answer.status_code, answer.content) == (200, (ROOT / "web/style/report.css").read_bytes())
    assert min(times[True]) <= 10 * min(times[False])


@pytest.mark.anyio
@pytest.mark.parametrize(
    "asked",
    [
        ranges(1_500, "0-7000"),
        "bytes=5-1",
        "bytes=-",
        "bytes=99999999999999999999-",
        "octets=1-2",
        "bytes=0-0",
    ],
    ids=lambda one: one[:20],
)
async def test_h19_whatever_part_is_asked_for_the_whole_file_comes(served: Product, asked: str) -> None:
    whole = (ROOT / "web/style/report.css").read_bytes()
    answer = await served.ask("GET", FILE, headers={"Range": asked})
    assert (answer.status, answer.body) == (200, whole)


@pytest.mark.anyio
async def test_h19_ten_thousand_parts_over_the_wire_are_refused_as_too_long_a_head(served: Product) -> None:
    answer = await served.ask("GET", FILE, headers={"Range": ranges(10_000, "{n}-{n}")})
    # The head alone is over the limit, so the parser answers, as RFC 6585 has it, before any page is asked.
    assert answer.status == 431


@pytest.mark.anyio
@pytest.mark.parametrize(
    "name",
    [
        "style/%00.css",
        "style/report.css%00.js",
        "style/" + "a" * 300 + ".css",
        "style/" + "a/" * 100 + "b.css",
        "style",
        "style/",
        "",
        "../jam/__init__.py",
        "style/../package.json",
        "%2e%2e/pyproject.toml",
        "style/%2e%2e/package.json",
        "..%5cpackage.json",
        "package.json",
        "templates/base.html",
        "node_modules/preact/package.json",
        "style/.hidden.css",
        "/etc/passwd",
        "//etc/passwd",
        "style//report.css",
        "style/report.css/",
        "style/report.css/x.css",
        "style/report%2ecss%20",
        "STYLE/report.css",
        "style/report.css~",
        "vendor/preact.d.ts",
    ],
    ids=lambda one: one[:24],
)
async def test_h13_a_file_name_that_is_not_for_browsers_is_not_there(served: Product, name: str) -> None:
    answer = await served.ask("GET", f"/web/{name}")
    assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.anyio
async def test_every_file_that_a_page_needs_is_there_and_is_not_sent_twice(served: Product) -> None:
    for path in FOR_BROWSERS:
        name = f"/{path.relative_to(ROOT)}"
        answer = await served.ask("GET", name)
        ours = path.suffix == ".js" and path.parent.name != "vendor"
        body = without_comments(path.read_bytes()) if ours else path.read_bytes()
        assert (answer.status, answer.body) == (200, body), name
    again = await served.ask("GET", name, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
