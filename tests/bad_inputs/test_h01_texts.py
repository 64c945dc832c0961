"""H1 to H5, H21, H22, H25, H26 and W12, W15 to W18: what people write, when, how fast, and under which name.

On the real server, over a real port: what answers is every layer at once.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from sqlalchemy import select

from jam.cli.crowd.house import Seat
from jam.domain.records import Content
from jam.store.rows import TABLES
from tests.http.product import QUICK, WRITE_AND_CLOSE, Product, Reply

pytestmark = pytest.mark.anyio
FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"


def said(reply: Reply) -> tuple[int, str, str]:
    return reply.status, reply.code, reply.json.get("message", "")


async def give(served: Product, seat: Seat, jam: str, t: str, **fields: Any) -> Reply:
    """A command of anybody, in any jam, under an id that nobody used."""
    ids = served.engine.intake.ids
    command = {"t": t, "client_id": ids.new_id(), **fields}
    return await served.post(f"/api/jams/{jam}/commands", command, seat.headers())


async def another(served: Product, *, settings: dict[str, Any], first: str = "ideate") -> dict[str, Any]:
    """A jam of its own, for tests of pauses, ends and limits."""
    phases = [{"phase": "lobby"}, *WRITE_AND_CLOSE] if first == "lobby" else WRITE_AND_CLOSE
    return await served.house.create_jam(
        "Another", [{"title": "One", "question": "What?"}], phases=phases, settings=settings
    )


async def kept(served: Product, idea: str) -> str:
    """The text of an idea as the database has it."""
    table = TABLES[Content].c
    query = select(table.value).where(table.subject_id == idea, table.kind == "text")
    return str(await served.engine.database.read(lambda connection: connection.execute(query).scalar()))


async def test_h1_an_empty_text_is_missing(served: Product) -> None:
    assert said(await served.idea("h1", "")) == (422, "text_missing", "Enter an idea")


async def test_h2_one_character_too_many_is_named(served: Product) -> None:
    sentence = "Idea must be 500 characters or less. It has 501"
    assert said(await served.idea("h2", "x" * 501)) == (422, "text_too_long", sentence)
    assert (await served.idea("h2 taken".replace(" ", "-"), "x" * 500)).status == 200


async def test_h3_joined_emoji_count_as_their_parts_and_composed_letters_as_one(served: Product) -> None:
    hundred = FAMILY * 100
    assert len(hundred) == 500
    taken = await served.idea("h3-a", hundred)
    assert (taken.status, await kept(served, taken.json["idea"])) == (200, hundred)
    refused = await served.idea("h3-b", hundred + "!")
    assert (refused.code, refused.json["facts"]["length"]) == ("text_too_long", 501)
    apart = unicodedata.normalize("NFD", "é" * 500)
    assert len(apart) == 1000
    taken = await served.idea("h3-c", apart)
    assert (taken.status, await kept(served, taken.json["idea"])) == (200, "é" * 500)


@pytest.mark.parametrize("text", [" ", "\u00a0\u2003", "\u200b", "\u3164", "\n\t \u2060\ufeff"], ids=ascii)
async def test_h4_a_text_with_nothing_to_read_is_missing(served: Product, text: str) -> None:
    assert (await served.idea("h4", text)).code == "text_missing"


@pytest.mark.parametrize("text", ["a\x00b", "a\x1b[31mb", "\x7f", "a\x85b"], ids=ascii)
async def test_h5_hidden_control_characters_are_refused(served: Product, text: str) -> None:
    reply = await served.idea("h5", text)
    assert said(reply) == (422, "text_control_chars", "Remove hidden control characters")


async def test_h21_the_moment_of_a_text_is_told_with_its_refusal(served: Product) -> None:
    made = await another(served, settings=QUICK, first="lobby")
    jam, forum = made["id"], made["forums"][0]["id"]
    ada = await served.house.join(made["code"], "Ada")
    lead = await served.house.take_role(jam, "facilitator")

    async def idea() -> Reply:
        return await give(served, ada, jam, "submit_idea", forum=forum, text="Mend the bridge")

    async def steer(t: str, **fields: Any) -> None:
        assert (await give(served, lead, jam, t, **fields)).status == 200

    assert said(await idea()) == (409, "jam_not_started", "The jam opens when a facilitator starts it")
    await steer("start_next_phase", phase_index=0)
    await steer("pause_jam")
    assert said(await idea())[:2] == (409, "jam_paused")
    await steer("resume_jam")
    assert (await idea()).status == 200
    await steer("start_next_phase", phase_index=1)
    assert said(await idea())[:2] == (409, "phase_over")
    await steer("close_jam")
    closed = await idea()
    assert said(closed)[:2] == (409, "jam_closed")
    assert closed.json["message"].endswith("Your text is saved on this device")
    assert closed.json["facts"]["closed_at"]
    await steer("reopen_jam", minutes=5)
    assert said(await idea())[:2] == (409, "phase_over"), "wrap_up went on"


async def test_h22_the_fourth_idea_in_ten_seconds_waits(served: Product) -> None:
    made = await another(served, settings={"policy": "open"})
    ada = await served.house.join(made["code"], "Ada")
    forum = made["forums"][0]["id"]
    replies = [
        await give(served, ada, made["id"], "submit_idea", forum=forum, text=f"Idea {n}") for n in range(4)
    ]
    assert [reply.status for reply in replies] == [200, 200, 200, 429]
    seconds = replies[3].json["facts"]["seconds"]
    assert 1 <= seconds <= 12
    assert said(replies[3])[1:] == ("slow_down", f"You can send again in {seconds} seconds")
    assert 0 < float(replies[3].headers["retry-after"]) <= 12


@pytest.mark.parametrize("minutes", [-5, 0, "ten", 121, 10 * 365 * 24 * 60, 1.5, "5"])
async def test_h25_an_extension_has_1_to_120_minutes(served: Product, minutes: object) -> None:
    lead = await served.house.take_role(served.jam["id"], "facilitator")
    reply = await give(served, lead, served.jam["id"], "extend_phase", phase_index=0, minutes=minutes)
    assert said(reply) == (422, "minutes_out_of_range", "Enter 1 to 120 minutes")


async def test_h26_the_later_of_two_moderators_is_told_who_decided_what_and_how_long_ago(
    served: Product,
) -> None:
    idea = (await served.idea("h26", "To be hidden")).json["idea"]
    jam = served.jam["id"]
    first, second = [await served.house.take_role(jam, "moderator") for _ in range(2)]
    hide = {"idea": idea, "version": 1, "verdict": "hide", "rule": "abuse"}
    assert (await give(served, first, jam, "moderate", **hide)).status == 200
    late = await give(served, second, jam, "moderate", **hide)
    assert said(late)[:2] == (409, "already_decided")
    assert re.fullmatch(r"Moderator \w+ hid this \d seconds? ago", late.json["message"])
    seconds = late.json["facts"]["seconds_ago"]
    assert isinstance(seconds, int)
    assert 0 <= seconds < 10


async def test_w12_a_client_id_is_there_short_and_used_once(served: Product) -> None:
    forum = served.jam["forums"][0]["id"]
    path, idea = f"{served.api}/commands", {"t": "submit_idea", "forum": forum, "text": "Mine"}
    assert (await served.post(path, {**idea, "client_id": ""})).code == "client_id_missing"
    for bad in ("x" * 300, "a b", "a\x00", "ä"):
        assert (await served.post(path, {**idea, "client_id": bad})).code == "client_id_bad"
    first = await served.post(path, {**idea, "client_id": "w12"})
    again = await served.post(path, {**idea, "client_id": "w12", "text": "Something else"})
    assert {**first.json, "replayed": True} == again.json
    assert await kept(served, first.json["idea"]) == "Mine"


@pytest.mark.parametrize(
    ("handle", "code"),
    [
        ("Admin", "handle_reserved"),
        ("Moderator", "handle_reserved"),
        ("Аdmin\u3164", "handle_reserved"),
        ("Маrа", "handle_taken"),
        ("x" * 200, "handle_too_long"),
        ("\u3164", "handle_missing"),
    ],
    ids=ascii,
)
async def test_w15_names_that_are_taken_reserved_or_too_long(served: Product, handle: str, code: str) -> None:
    refused = await served.post("/api/join", {"code": served.jam["code"], "handle": handle}, {"Cookie": ""})
    assert refused.code == code


@pytest.mark.parametrize(("handle", "shown"), [("\u202enimda", "nimda"), ("🐝🌳", "🐝🌳")], ids=ascii)
async def test_w15_names_that_are_cleaned_or_allowed(served: Product, handle: str, shown: str) -> None:
    joined = await served.post("/api/join", {"code": served.jam["code"], "handle": handle}, {"Cookie": ""})
    assert (joined.status, joined.json["handle"]) == (201, shown)


@pytest.mark.parametrize(
    "text",
    [
        "e" + "\u0301" * 50,
        ("a" + "\u0335" * 4 + "\u200d\u0335") * 3,
        "a" + "\u0335\u0335\u2060" * 4,
        *("a" + f"\u0335\u0335{unseen}" * 4 for unseen in "\u115f\u2800\u3164\uffa0"),
    ],
    ids=ascii,
)
async def test_w16_piled_up_marks_are_refused_whatever_stands_between_them(
    served: Product, text: str
) -> None:
    assert said(await served.idea("w16", text))[:2] == (422, "text_too_many_marks")


async def test_w17_very_many_lines_become_eight_and_a_long_word_stays(served: Product) -> None:
    taken = await served.idea("w17-a", "\n".join("abcdefgh") + "\n" * 400 + "i")
    assert await kept(served, taken.json["idea"]) == "a\nb\nc\nd\ne\nf\ng\nh i"
    word = await served.idea("w17-b", "w" * 500)
    assert await kept(served, word.json["idea"]) == "w" * 500


@pytest.mark.parametrize(
    "text",
    ["=HYPERLINK(1)", "<img src=x onerror=alert(1)>", "{{7*7}}", "${jndi:ldap://x}", "%s%n%d", "'; DROP"],
)
async def test_w18_code_in_a_text_is_a_text(served: Product, text: str) -> None:
    taken = await served.idea(f"w18-{abs(hash(text))}", text)
    assert (taken.status, await kept(served, taken.json["idea"])) == (200, text)


@pytest.mark.parametrize("query", ["sort=1;--", "order=text", "limit=50&sort=(select+1)"])
async def test_t22_nobody_chooses_how_the_database_sorts(served: Product, query: str) -> None:
    reply = await served.ask("GET", f"{served.api}/ideas?{query}")
    assert said(reply)[:2] == (400, "bad_query")
