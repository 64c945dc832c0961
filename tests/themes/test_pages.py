"""The theme map over HTTP: who gets it, how long it may be kept, and what a split proposal answers."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from jam.domain.rejections import Rejection, reject
from jam.domain.theme_views import PartProposal, SplitProposal
from jam.http import themes as routes
from jam.http.context import Context
from tests.guarantees.wire import ask
from tests.http.product import JSON, Reply, reply
from tests.themes.scene import Looker, Scene, themed

pytestmark = pytest.mark.anyio


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with themed(f"sqlite:///{tmp_path}/jam.db") as made:
        yield made


async def _post(looker: Looker, document: Any) -> Reply:
    path = f"/api/jams/{looker.seat.jam}/themes/split"
    return reply(await ask(looker.house, "POST", path, {**looker.seat.headers(), **JSON}, document))


async def test_what_has_a_mark_may_be_kept_and_the_current_map_may_not(scene: Scene) -> None:
    for looker in (scene.participant, scene.facilitator):
        kept, current = await looker.themes(looker.mark), await looker.themes()
        assert kept.body == current.body
        assert kept.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert current.headers["cache-control"] == "no-store"
        assert "cookie" in kept.headers["vary"].lower()
        assert kept.json["mark"] == looker.mark


@pytest.mark.parametrize("mark", ["1", "x", "1-0000000000000000", "%00", "..%2f..", "themes", "é" * 90])
async def test_any_other_mark_leads_nowhere(scene: Scene, mark: str) -> None:
    gone = await scene.participant.themes(mark.replace("é", "%C3%A9"))
    assert (gone.status, gone.code) == (404, "not_found")


async def test_a_new_map_has_a_new_address_and_the_old_one_ends(scene: Scene) -> None:
    old = scene.participant.mark
    assert (await scene.participant.themes(old)).status == 200
    await scene.publish()
    await scene.participant.see("themes_published")
    assert scene.participant.mark != old
    assert (await scene.participant.themes(old)).status == 404
    assert (await scene.participant.themes(scene.participant.mark)).json["version"] == 2


async def test_a_stranger_gets_no_themes(scene: Scene) -> None:
    path = f"/api/jams/{scene.id}/themes"
    stranger = reply(await ask(scene.house, "GET", path, {}))
    assert (stranger.status, stranger.code) == (401, "sign_in_needed")
    other = await scene.house.create_jam("Other", [{"title": "One", "question": "What?"}])
    elsewhere = await scene.house.join(other["code"], "Elsewhere")
    foreign = reply(await ask(scene.house, "GET", path, elsewhere.headers()))
    assert (foreign.status, foreign.code) == (404, "not_found")
    empty = reply(await ask(scene.house, "GET", f"/api/jams/{other['id']}/themes", elsewhere.headers()))
    assert (empty.status, empty.code) == (409, "no_themes_yet")


async def test_many_who_ask_at_once_are_answered_from_one_reading(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jam.store.theme_reading import ThemeReader

    made, whole = [], ThemeReader.whole
    monkeypatch.setattr(
        ThemeReader, "whole", lambda self, *, staff: made.append(staff) or whole(self, staff=staff)
    )
    first = await scene.participant.themes(scene.participant.mark)
    for _ in range(5):
        again = await scene.participant.themes(scene.participant.mark)
        assert again.body == first.body
    await scene.participant.give(
        "submit_idea", "one-more", forum=scene.jam["forums"][0]["id"], text="Something else"
    )
    assert (await scene.participant.themes(scene.participant.mark)).body == first.body
    assert made == [False]


async def test_a_map_is_packed_once_for_all_who_ask_and_says_the_same(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed, compress = [], gzip.compress
    monkeypatch.setattr(gzip, "compress", lambda *a, **k: packed.append(1) or compress(*a, **k))
    path = f"/api/jams/{scene.id}/themes/{scene.participant.mark}"
    headers = {**scene.participant.seat.headers(), "Accept-Encoding": "br, gzip"}
    plain = await scene.participant.themes(scene.participant.mark)
    answers = [reply(await ask(scene.house, "GET", path, headers)) for _ in range(3)]
    assert [one.headers.get("content-encoding") for one in (plain, *answers)] == [None, *["gzip"] * 3]
    assert {gzip.decompress(one.body) for one in answers} == {plain.body}
    assert "accept-encoding" in answers[0].headers["vary"].lower()
    assert packed == [1]


async def test_who_has_the_map_is_told_so_as_long_as_it_reads_like_that(scene: Scene) -> None:
    headers, path = scene.participant.seat.headers(), f"/api/jams/{scene.id}/themes"
    first = reply(await ask(scene.house, "GET", path, headers))
    headers["If-None-Match"] = first.headers["etag"]
    same = reply(await ask(scene.house, "GET", path, headers))
    assert (same.status, same.body) == (304, b"")
    await scene.moderate("a", "hide")
    changed = reply(await ask(scene.house, "GET", path, headers))
    assert (changed.status, changed.headers["etag"] != first.headers["etag"]) == (200, True)


async def test_some_ideas_are_read_by_their_ids_as_far_as_one_may_know_of_them(scene: Scene) -> None:
    await scene.moderate("a", "hide")
    wanted = ",".join([scene.ideas["a"], scene.ideas["b"], "nobody"])
    path = f"/api/jams/{scene.id}/ideas?ids={wanted}"
    late = await scene.house.join(scene.jam["code"], "Late")
    found = reply(await ask(scene.house, "GET", path, late.headers())).json
    assert {one["id"]: one.get("text") for one in found["ideas"]} == {
        scene.ideas["a"]: None,
        scene.ideas["b"]: "Lamps along the path",
    }
    for bad in ("", ",", "a b", ",".join(["x"] * 101), "x" * 65):
        refused = reply(
            await ask(
                scene.house,
                "GET",
                f"/api/jams/{scene.id}/ideas?ids={bad.replace(' ', '%20')}",
                late.headers(),
            )
        )
        assert (refused.status, refused.code) == (400, "bad_query"), bad


class Proposes:
    """A proposer that says what it was asked."""

    def __init__(self, outcome: SplitProposal | Rejection) -> None:
        self.outcome = outcome
        self.asked: list[tuple[str, str, int | None]] = []

    async def propose_split(self, jam_id: str, theme: str, parts: int | None) -> SplitProposal | Rejection:
        self.asked.append((jam_id, theme, parts))
        return self.outcome


async def test_a_split_is_proposed_to_who_steers_and_nothing_of_it_is_on_record(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [PartProposal(name="Stays", ideas=["a"]), PartProposal(name="Goes", ideas=["b"])]
    proposer = Proposes(SplitProposal(theme="t1", parts=parts))
    _use(monkeypatch, proposer)
    before = scene.facilitator.state["cursor"]
    told = await _post(scene.facilitator, {"theme": "t1", "parts": 3})
    assert (told.status, [part["name"] for part in told.json["parts"]]) == (200, ["Stays", "Goes"])
    assert proposer.asked == [(scene.id, "t1", 3)]
    assert scene.facilitator.state["cursor"] == before
    refused = await _post(scene.participant, {"theme": "t1"})
    assert (refused.status, refused.code) == (403, "not_allowed")
    for document, code in (
        ({"theme": "t1", "parts": 1}, "bad_field"),
        ({"theme": "t1", "parts": 7}, "bad_field"),
        ({"theme": "t1", "parts": "2"}, "bad_field"),
        ({"theme": 1}, "bad_field"),
        ({}, "bad_field"),
        ({"theme": "t1", "what": 1}, "unknown_field"),
    ):
        assert (await _post(scene.facilitator, document)).code == code, document
    assert len(proposer.asked) == 1


async def test_a_proposal_that_cannot_be_made_is_refused_with_the_reason(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use(monkeypatch, Proposes(reject("theme_gone")))
    gone = await _post(scene.facilitator, {"theme": "t9"})
    assert (gone.status, gone.code) == (409, "theme_gone")


def _use(monkeypatch: pytest.MonkeyPatch, proposer: Proposes) -> None:
    """The server with this proposer in place of theming."""
    known = routes.context

    def with_proposer(request: Any) -> Context:
        services = known(request)
        services.splits = proposer
        return services

    monkeypatch.setattr(routes, "context", with_proposer)
