"""H15, H16: a form is taken with the token of its own page; without one nothing is lost, and nothing done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jam.http.forms import MAX_AGE_SECONDS, _mac
from tests.http.product import Product, product
from tests.threats.visitor import Visitor, everything, visitor

pytestmark = pytest.mark.anyio
TEXT = "A bench by the river,\nwith a back"


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Product]:
    async with product(tmp_path) as found:
        yield found


@pytest.fixture
async def mara(served: Product) -> AsyncIterator[Visitor]:
    async with visitor(served.house.url) as browser:
        assert (await browser.send(f"/j/{served.jam['code']}", handle="Mara K")).status_code == 303
        yield browser


def room(served: Product) -> str:
    return f"/jams/{served.jam['id']}"


def signed(browser: Visitor, at: int) -> str:
    """The token that a page of this browser carried at that second: right in all but its age."""
    return f"{at:x}.{_mac(browser.cookie or '', at)}"


async def test_h15_a_missing_stale_or_foreign_token_gives_the_text_back_to_send_again(
    served: Product, mara: Visitor
) -> None:
    good = await mara.hidden(room(served))
    async with visitor(served.house.url) as other:
        await other.send(f"/j/{served.jam['code']}", handle="Somebody else")
        foreign = (await other.hidden(room(served)))["form_token"]
    issued, _, mac = good["form_token"].partition(".")
    moved = f"{int(issued, 16) - MAX_AGE_SECONDS - 1:x}.{mac}"
    stale, early = [signed(mara, int(issued, 16) + seconds) for seconds in (-MAX_AGE_SECONDS - 1, 3600)]
    before = await everything(served.engine)
    broken = (f"zz.{mac}", f"{issued}.é", f"{'f' * 40}.{mac}")
    for token in (None, "", "x", foreign, moved, stale, early, *broken):
        fields = {**good, "text": TEXT, "form_token": token}
        reply = await mara.post(room(served), {k: v for k, v in fields.items() if v is not None})
        assert reply.status_code == 403
        assert "Your page was open too long. Your text is kept - send again" in reply.text
        assert "A bench by the river," in reply.text
        assert "with a back</textarea>" in reply.text
    assert await everything(served.engine) == before


async def test_h15_a_token_is_good_for_a_day_and_no_longer(served: Product, mara: Visitor) -> None:
    assert MAX_AGE_SECONDS == 24 * 60 * 60
    fields = {**await mara.hidden(room(served)), "text": TEXT}
    now = int(fields["form_token"].partition(".")[0], 16)
    for age, status in ((24 * 60 * 60 + 1, 403), (24 * 60 * 60 - 60, 303)):
        token = signed(mara, now - age)
        assert (await mara.post(room(served), {**fields, "form_token": token})).status_code == status


async def test_h15_the_button_of_that_page_sends_what_was_typed(served: Product, mara: Visitor) -> None:
    fields = {**await mara.hidden(room(served)), "text": TEXT, "form_token": "old"}
    page = (await mara.post(room(served), fields)).text
    token = page.partition('name="form_token" value="')[2].partition('"')[0]
    again = await mara.post(room(served), {**fields, "form_token": token})
    assert again.status_code == 303
    assert TEXT.split("\n")[1] in (await mara.look(again.headers["location"])).text


async def test_h15_a_token_dies_with_the_session_that_it_was_made_for(served: Product, mara: Visitor) -> None:
    fields = {**await mara.hidden(room(served)), "text": TEXT}
    link = await served.house.role_link(served.jam["id"], "participant")
    await mara.send(link.removeprefix(served.house.url))
    assert (await mara.post(room(served), fields)).status_code == 403


async def test_h15_no_secret_is_sent_back(served: Product, mara: Visitor) -> None:
    fields = {"form_token": "old", "name": "Ann", "password": "correct horse", "token": "s3cret"}
    page = (await mara.post("/bootstrap", fields)).text
    assert "correct horse" not in page
    assert "s3cret" not in page
    assert 'name="password" type="password"' in page


@pytest.mark.parametrize("origin", ["", "null"])
async def test_h16_without_origin_the_forms_own_token_decides(
    served: Product, mara: Visitor, origin: str
) -> None:
    fields = {**await mara.hidden(room(served)), "text": TEXT}
    refused = await mara.post(room(served), {**fields, "form_token": "x"}, Origin=origin, Accept="*/*")
    assert (refused.status_code, refused.json()["code"]) == (403, "origin_missing")
    assert (await mara.post(room(served), fields, Origin=origin)).status_code == 303


async def test_h16_a_form_without_origin_is_nothing_to_the_api(served: Product, mara: Visitor) -> None:
    reply = await mara.post("/api/join", {"code": served.jam["code"], "handle": "X"}, Origin="")
    assert (reply.status_code, reply.json()["code"]) == (403, "origin_missing")


async def test_h16_json_without_origin_is_nothing_where_a_cookie_speaks(
    served: Product, mara: Visitor
) -> None:
    idea = {"t": "submit_idea", "client_id": "h16", "forum": served.jam["forums"][0]["id"], "text": TEXT}
    before = await everything(served.engine)
    reply = await mara.client.post(f"{served.api}/commands", json=idea)
    assert (reply.status_code, reply.json()["code"]) == (403, "origin_missing")
    assert await everything(served.engine) == before
    assert (await mara.json(f"{served.api}/commands", idea)).status_code == 200, "but for that it is taken"
