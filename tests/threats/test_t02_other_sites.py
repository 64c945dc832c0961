"""T2: another web site cannot act in a person's name, nor sign them in as somebody else.

Every address of the route table is asked with every method and seven sets of headers as another site's
page makes a browser send them, with the cookie of somebody who may do everything. Nothing may change.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route

from jam.http.app import ROUTES
from jam.http.security import SAFE_METHODS
from tests.http.product import FORM, JSON, Product, product
from tests.threats.visitor import Visitor, everything, visitor

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
FOREIGN: dict[str, dict[str, str]] = {
    "another site": {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    "a neighbour": {"Origin": "http://evil.127.0.0.1", "Sec-Fetch-Site": "same-site"},
    "a sandboxed frame": {"Origin": "null"},
    "an old browser": {"Sec-Fetch-Site": "cross-site"},
    "a neighbour without an origin": {"Sec-Fetch-Site": "same-site"},
    "no page at all": {"Sec-Fetch-Site": "none"},
    "nothing said": {},
}
ADDRESSES = {
    path: {
        method
        for route in ROUTES
        if isinstance(route, Route) and route.path == path
        for method in route.methods or ()
    }
    for path in dict.fromkeys(route.path for route in ROUTES if isinstance(route, Route))
}
BODIES = {
    "form": (FORM, b"text=x&handle=Eve&do=withdraw"),
    "json": (JSON, b'{"t":"close_jam","client_id":"c"}'),
}


@asynccontextmanager
async def signed_in(folder: Path) -> AsyncIterator[tuple[Product, Visitor, dict[str, str]]]:
    """A server, a browser of its administrator who is in a jam, and what stands in an address for a name."""
    async with product(folder) as served, visitor(served.house.url) as browser:
        accounts = served.engine.people.accounts
        known = await accounts.by_api_token(served.house.token or "")
        assert known is not None
        browser.cookie = await accounts.sign_in(known.account_id or "", None)
        entered = await browser.send(f"/jams/{served.jam['id']}/enter", f"/jams/{served.jam['id']}")
        assert entered.status_code == 303
        idea = (await served.idea("first", "A bench by the river")).json["idea"]
        link = await served.house.role_link(served.jam["id"], "moderator")
        other = await served.house.create_jam("Not entered", [{"title": "One", "question": "What?"}])
        places = {"jam": served.jam["id"], "code": served.jam["code"], "idea": idea, "path": "style/base.css"}
        yield served, browser, {**places, "token": link.rpartition("/")[2], "other": other["id"]}


def filled(path: str, places: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda name: places.get(name[1], "x"), path)


@pytest.mark.parametrize("site", FOREIGN)
async def test_t2_no_address_takes_anything_from_another_site(site: str, tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (served, browser, places):
        before = await everything(served.engine)
        for path in ADDRESSES:
            for method in METHODS:
                for kind, (content, body) in list(BODIES.items())[: 2 if method == "POST" else 1]:
                    where = (method, path, kind)
                    reply = await ask(browser, method, filled(path, places), FOREIGN[site], content, body)
                    if method not in SAFE_METHODS and reply.status_code == 405:
                        assert method not in ADDRESSES[path], where
                    elif method not in SAFE_METHODS:
                        assert reply.status_code == 403, where
                        assert reply.json()["code"] in ("origin_refused", "origin_missing"), where
        assert await everything(served.engine) == before


async def ask(
    browser: Visitor, method: str, path: str, site: dict[str, str], content: dict[str, str], body: bytes
) -> Any:
    sent = {} if method in SAFE_METHODS else {"content": body, "headers": content}
    request = browser.client.build_request(method, path, **sent)  # type: ignore[arg-type]
    request.headers.update(site)
    return await browser.client.send(request)


async def test_t2_no_address_changes_anything_when_it_is_looked_at(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (served, browser, places):
        token = {"Authorization": f"Bearer {served.house.token}"}
        before = await everything(served.engine)
        for jam in (places["jam"], places["other"]):
            for path in ADDRESSES:
                for method in ("GET", "HEAD", "OPTIONS"):
                    address = filled(path, {**places, "jam": jam})
                    for who in ({}, token, {"Cookie": served.seat.cookie or ""}):
                        reply = await browser.look(address, method, **who)
                        assert reply.status_code < 500, (method, path, reply.status_code)
        assert await everything(served.engine) == before


async def test_t2_eight_looks_at_once_of_an_administrator_at_a_new_jam_are_all_answered(
    tmp_path: Path,
) -> None:
    async with signed_in(tmp_path) as (served, _, places):
        looks = [served.house.jam(places["other"]) for _ in range(8)]
        assert {found["jam"]["id"] for found in await asyncio.gather(*looks)} == {places["other"]}
        enter = [served.engine.people.enter(await token_of(served), places["other"]) for _ in range(8)]
        assert len({viewer.participant_id for viewer in await asyncio.gather(*enter)}) == 1  # type: ignore[union-attr]


async def token_of(served: Product) -> Any:
    return await served.engine.people.accounts.by_api_token(served.house.token or "")


async def test_t2_another_site_cannot_sign_a_person_in_as_somebody_else(tmp_path: Path) -> None:
    """Login CSRF: the form's token is bound to a cookie that the other site neither knows nor sets."""
    async with signed_in(tmp_path) as (served, _, places), visitor(served.house.url) as eve:
        stolen = await eve.hidden("/sign-in")
        async with visitor(served.house.url) as victim:
            for path in ("/sign-in", "/bootstrap", f"/l/{places['token']}", f"/j/{places['code']}"):
                await victim.look(path)
                fields = {**stolen, "handle": "Eve", "name": "Administrator", "password": "x", "token": "y"}
                assert (await victim.post(path, fields)).status_code == 403, path
                assert victim.cookie is None
