"""T29: every answer of every address forbids framing, other sites' scripts and telling where one came from.

The addresses are the application's own table; each is asked with every method, by a stranger, a
participant and an administrator, so that pages, refusals and redirects are all seen.
"""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest

from tests.http.product import FORM, Product, Reply
from tests.http.route_table import pages

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
POLICY = {
    "default-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
    "img-src": "'self' data:",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}
LINK = "https://evil.example/path"


def complaints(name: str, answer: Reply) -> list[str]:
    """What is wrong with the head of this answer."""
    found = [f"{name}: {h}" for h, value in EVERYWHERE.items() if answer.headers.get(h) != value]
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in answer.headers.get("content-security-policy", "").split(";")
    )
    if policy != POLICY:
        found.append(f"{name}: policy {policy}")
    if answer.headers.get("referrer-policy") not in ("same-origin", "no-referrer"):
        found.append(f"{name}: referrer-policy")
    static = name.split()[1].startswith("/web/")
    if not static and "no-store" not in answer.headers.get("cache-control", ""):
        found.append(f"{name}: may be kept in a cache")
    if "server" in answer.headers or "access-control-allow-origin" in answer.headers:
        found.append(f"{name}: says what it runs, or lets other sites read")
    if "set-cookie" in answer.headers and not {"httponly", "samesite=lax"} <= cookie_flags(answer):
        found.append(f"{name}: a cookie for scripts or other sites")
    return found


def cookie_flags(answer: Reply) -> set[str]:
    return {flag.strip().lower() for flag in answer.headers["set-cookie"].split(";")[1:]}


async def test_t29_every_answer_of_every_route_carries_the_headers(served: Product) -> None:
    idea = (await served.idea("t29", f"See {LINK}")).json["idea"]
    link = await served.house.role_link(served.jam["id"], "observer")
    values = {
        "jam": served.jam["id"],
        "code": served.jam["code"],
        "idea": idea,
        "token": link.rsplit("/", 1)[1],
        "path": "style/base.css",
        "mark": "1-x",
        "proposal": "none",
    }
    people = {"a stranger": {"Cookie": ""}, "a participant": {}, "an administrator": served.admin}
    found, seen = [], 0
    for path, methods in pages(**values):
        for method in METHODS:
            for who, headers in people.items():
                accept = {"Accept": "text/html"}
                kind = FORM if method in ("POST", "PUT", "PATCH") else {}
                answer = await served.ask(method, path, b"" if kind else None, {**headers, **accept, **kind})
                found += complaints(f"{method} {path} by {who}", answer)
                if method in methods:
                    assert answer.status != HTTPStatus.METHOD_NOT_ALLOWED, f"{method} {path} by {who}"
                    seen += 1
    assert found == []
    assert seen == 3 * sum(len(methods) for _, methods in pages(**values))


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/nowhere", {}, 404),
        ("GET", "/%00", {}, 404),
        ("GET", "/health", {"Host": "evil"}, 400),
        ("POST", "/api/join", {"Origin": "https://evil"}, 403),
        ("POST", "/api/join", {"Content-Length": "99999999"}, 413),
        ("POST", "/api/join", {"Content-Encoding": "gzip"}, 415),
        ("GET", "/api/openapi.json?x=1", {}, 400),
    ],
)
async def test_t29_a_refusal_before_any_route_carries_them_too(
    served: Product, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = await served.ask(method, path, headers=headers)
    assert answer.status == status
    assert complaints(f"{method} {path}", answer) == []


async def test_t29_a_role_link_says_nowhere_where_one_came_from(served: Product) -> None:
    link = await served.house.role_link(served.jam["id"], "observer")
    answer = await served.ask("GET", link.removeprefix(served.house.url))
    assert (answer.status, answer.headers["referrer-policy"]) == (200, "no-referrer")


async def test_t29_no_page_leads_elsewhere_or_runs_a_script_of_its_own(served: Product) -> None:
    """Addresses in what people wrote are words, not links; scripts are files of ours alone."""
    idea = (await served.idea("t29b", f"See {LINK} and www.evil.example")).json["idea"]
    values = {
        "jam": served.jam["id"],
        "code": served.jam["code"],
        "idea": idea,
        "token": "none",
        "path": "style/base.css",
        "mark": "1-x",
        "proposal": "none",
    }
    shown = 0
    for path, _ in pages(**values):
        answer = await served.ask("GET", path, headers={"Accept": "text/html"})
        if "html" not in answer.headers.get("content-type", ""):
            continue
        text = answer.body.decode()
        shown += LINK in text
        assert not re.search(r"""(?:href|src|action)=["'](?:https?:)?//(?!127\\.0\\.0\\.1)""", text), path
        assert not re.search(r"<[^>]+\son\w+=", text), path
        assert all("noopener" in tag for tag in re.findall(r"<a[^>]*target=[^>]*>", text)), path
        scripts = re.findall(r"<script([^>]*)>", text)
        assert all('src="/web/' in script or "application/json" in script for script in scripts), path
    assert shown, "the idea with the address in it was on no page"
