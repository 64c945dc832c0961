"""Taking part without JavaScript, where the server is busy or the same form is sent twice: nothing typed is
lost, nothing is written twice.

Why: a form has no outbox behind it. What it held must stand in the page that answers it.
"""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy.exc import OperationalError

from jam.domain.rejections import reject
from tests.http.product import Product, product
from tests.threats.visitor import Visitor, visitor

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


def gone() -> OperationalError:
    return OperationalError("COMMIT", {}, Exception("the connection was lost"))


async def away(*_: Any) -> Any:
    raise gone()


def commits_and_breaks(write: Callable[..., Any]) -> Callable[..., Any]:
    """A write whose commit comes through, and whose answer does not."""

    async def broken(work: Callable[..., Any]) -> Any:
        await write(work)
        raise gone()

    return broken


def form_with(page: str, do: str) -> dict[str, str]:
    """The fields of the form on the page whose field ``do`` is this, without those that people fill in."""
    forms = re.findall(r"<form[^>]*method=.*?</form>", page, re.DOTALL)
    fields = [dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', one)) for one in forms]
    return next(one for one in fields if one.get("do") == do)


def texts_on(page: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'<p class="words[^>]*>(.*?)</p>', page, re.DOTALL)]


async def again(browser: Visitor, path: str, do: str, answer: Response, text: str) -> Response:
    """Press the button of the refused form that came back."""
    return await browser.post(path, {**form_with(answer.text, do), "text": text})


async def test_g2_an_idea_whose_commit_was_not_heard_of_is_one_idea_when_it_is_sent_again(
    served: Product, mara: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, page = served.engine.database, await mara.look(room(served))
    with monkeypatch.context() as patch:
        patch.setattr(database, "write", commits_and_breaks(database.write))
        busy = await mara.post(room(served), {**form_with(page.text, "idea"), "text": TEXT})
    assert busy.status_code == 503
    assert "The server is busy. Try again in a moment" in busy.text
    assert "with a back</textarea>" in busy.text
    sent = await again(mara, room(served), "idea", busy, TEXT)
    assert sent.status_code == 303
    assert texts_on((await mara.look(f"{room(served)}/mine")).text) == [TEXT], "it was written twice"


async def test_g2_a_reply_and_a_change_whose_commit_was_not_heard_of_are_made_once(
    served: Product, mara: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = served.engine.database
    sent = await mara.send(room(served), text="A lamp")
    path = f"{room(served)}/ideas/{sent.headers['location'].rpartition('saved=')[2]}"
    for do, text in (("reply", "A warm one"), ("edit", "Two lamps")):
        page = await mara.look(path)
        with monkeypatch.context() as patch:
            patch.setattr(database, "write", commits_and_breaks(database.write))
            busy = await mara.post(path, {**form_with(page.text, do), "text": text})
        assert (busy.status_code, text in busy.text) == (503, True), do
        assert (await again(mara, path, do, busy, text)).status_code == 303, do
    page = await mara.look(path)
    assert texts_on(page.text) == ["Two lamps", "A lamp", "A warm one"], (
        "the text, the earlier one, the reply"
    )
    assert "changed 1 time<" in page.text


async def test_g2_a_form_that_was_refused_for_good_goes_out_under_a_new_client_id(
    served: Product, mara: Visitor
) -> None:
    fields = form_with((await mara.look(room(served))).text, "idea")
    long = await mara.post(room(served), {**fields, "text": "x" * 501})
    assert long.status_code == 422
    assert form_with(long.text, "idea")["client_id"] != fields["client_id"]


async def test_g15_a_text_sent_while_the_database_is_away_comes_back_to_be_sent_again(
    served: Product, mara: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = {**form_with((await mara.look(room(served))).text, "idea"), "text": TEXT}
    with monkeypatch.context() as patch:
        patch.setattr(served.engine.database, "read", away)
        patch.setattr(served.engine.database, "write", away)
        busy = await mara.post(room(served), fields)
    assert busy.status_code == 503
    assert "The server is busy. Try again in a moment" in busy.text
    assert f'name="client_id" value="{fields["client_id"]}"' in busy.text
    assert "with a back</textarea>" in busy.text
    token = busy.text.partition('name="form_token" value="')[2].partition('"')[0]
    assert (await mara.post(room(served), {**fields, "form_token": token})).status_code == 303


async def test_g15_a_bug_behind_a_form_costs_nobody_their_text(
    served: Product, mara: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def bug(*_: Any) -> Any:
        raise KeyError("a bug")

    fields = {**form_with((await mara.look(room(served))).text, "idea"), "text": TEXT}
    with monkeypatch.context() as patch:
        patch.setattr(served.engine.people, "viewer", bug)
        broken = await mara.post(room(served), fields)
    assert (broken.status_code, "with a back</textarea>" in broken.text) == (500, True)


@pytest.mark.parametrize("code", ["try_later", "storage_full", "internal_error"])
async def test_g15_a_name_that_cannot_be_taken_now_stands_in_the_page_that_says_so(
    served: Product, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    async def refused(*_: Any, **__: Any) -> Any:
        return reject(code)

    door = f"/j/{served.jam['code']}"
    async with visitor(served.house.url) as browser:
        fields = {**await browser.hidden(door), "handle": "Mara Kowalska", "audience": "staff"}
        with monkeypatch.context() as patch:
            patch.setattr(served.engine.people, "join", refused)
            busy = await browser.post(door, fields)
        refusal = reject(code)
        assert (busy.status_code, refusal.message in busy.text) == (refusal.status, True)
        assert "Mara Kowalska</textarea>" in busy.text
        assert ">Your name</label>" in busy.text
        assert 'name="audience" value="staff"' in busy.text
        token = busy.text.partition('name="form_token" value="')[2].partition('"')[0]
        assert (await browser.post(door, {**fields, "form_token": token})).status_code == 303


async def test_earlier_texts_tags_and_proposed_questions_are_there_without_javascript(
    served: Product, mara: Visitor
) -> None:
    sent = await mara.send(room(served), text="One lamp", tags="light, #park ,")
    assert sent.status_code == 303
    path = f"{room(served)}/ideas/{sent.headers['location'].rpartition('saved=')[2]}"
    page = (await mara.look(path)).text
    assert re.findall(r"<li><bdi>(.*?)</bdi></li>", page) == ["light", "park"]
    assert "earlier text" not in page.replace("read the earlier text", "")
    changed = await mara.post(path, {**form_with(page, "edit"), "text": "Two lamps", "tags": "light"})
    assert changed.status_code == 303
    async with visitor(served.house.url) as other:
        await other.send(f"/j/{served.jam['code']}", handle="Bo")
        seen = (await other.look(path)).text
        assert "Read the earlier text</summary>" in seen
        assert texts_on(seen) == ["Two lamps", "One lamp"]
        assert re.findall(r"<li><bdi>(.*?)</bdi></li>", seen) == ["light"]
    propose = form_with((await mara.look(room(served))).text, "propose")
    asked = await mara.post(room(served), {**propose, "text": "Where may dogs run?"})
    told = (await mara.look(asked.headers["location"])).text
    assert "Your question is with the people who run the jam." in told
    for text in ("", "x" * 501):
        refused = await mara.post(room(served), {**form_with(told, "propose"), "text": text})
        assert (refused.status_code, 'href="#propose-text"' in refused.text) == (422, True)
    headers = {"Authorization": f"Bearer {served.house.token}"}
    assert (await served.ask("GET", f"{served.api}/records.jsonl", headers=headers)).body.count(
        b"question_proposed"
    ) == 1


async def test_tags_that_cannot_be_kept_are_named_beside_their_field_with_everything_typed(
    served: Product, mara: Visitor
) -> None:
    fields = form_with((await mara.look(room(served))).text, "idea")
    refused = await mara.post(room(served), {**fields, "text": TEXT, "tags": "a,b,c,d,e,f"})
    assert refused.status_code == 422
    assert '<a href="#idea-tags">Use 5 tags or fewer</a>' in refused.text
    assert 'value="a,b,c,d,e,f"' in refused.text
    assert "with a back</textarea>" in refused.text
