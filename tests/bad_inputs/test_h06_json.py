"""H6 to H8 and H11: JSON that is no JSON, that has two meanings, or that says more than was asked.

On the real server, over a real port: what answers is every layer at once.
"""

from __future__ import annotations

import pytest

from tests.http.product import Product

pytestmark = pytest.mark.anyio
SECRET = "words-that-stay-with-their-sender"


def idea(served: Product, text: bytes) -> bytes:
    forum = served.jam["forums"][0]["id"].encode()
    return b'{"t":"submit_idea","client_id":"c","forum":"%b","text":%b}' % (forum, text)


@pytest.mark.parametrize(
    "text", [b'"\\ud800"', b'"a \\udfff b"', b'"\\udc00\\ud800"', b'"\xff"', b'"\xed\xa0\x80"'], ids=ascii
)
async def test_h6_half_a_character_is_refused_as_not_unicode(served: Product, text: bytes) -> None:
    answer = await served.post(f"{served.api}/commands", idea(served, text))
    assert (answer.status, answer.code) == (400, "not_unicode")


async def test_h6_a_whole_character_in_two_halves_is_taken(served: Product) -> None:
    answer = await served.post(f"{served.api}/commands", idea(served, b'"\\ud83d\\ude00"'))
    assert answer.status == 200


@pytest.mark.parametrize(
    ("body", "position"),
    [
        (b"", 0),
        (b"nope", 0),
        (b'{"code":', 8),
        (b'{"code":"A","handle":"B"} x', 26),
        (b'{"code":"A","handle":"B"}{}', 25),
        (b'\xef\xbb\xbf{"code":"A","handle":"B"}', 0),
        (b"{'code':'A'}", 1),
        (b'{"code":"A",}', 12),
        (b'{"code":"\x00"}', 9),
    ],
)
async def test_h7_what_is_no_json_is_refused_with_its_position(
    served: Product, body: bytes, position: int
) -> None:
    answer = await served.post("/api/join", body)
    assert (answer.status, answer.code) == (400, "bad_json")
    assert answer.json["message"].endswith(f"at character {position}")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"code":"A","code":"B","handle":"C"}', "twice"),
        (b'{"code":"A","handle":"C","x":{"y":1,"y":2}}', "twice"),
        (b'{"code":"A","c\\u006fde":"B","handle":"C"}', "twice"),
        (b'{"code":NaN}', "NaN"),
        (b'{"code":-Infinity}', "Infinity"),
        (b'{"code":1e999}', "out of range"),
        (b'{"code":' + b"9" * 5000 + b"}", "out of range"),
        (b"[" * 10_000, "deep"),
        (b'{"code":' * 5_000, "deep"),
        (b"[" * 10_000 + b"]" * 10_000, "deep"),
    ],
    ids=lambda one: ascii(one[:24]),
)
async def test_h8_json_with_two_meanings_is_refused(served: Product, body: bytes, why: str) -> None:
    answer = await served.post("/api/join", body)
    assert (answer.status, answer.code) == (400, "bad_json")
    assert why in answer.json["message"]


async def test_h8_a_command_with_two_texts_writes_neither(served: Product) -> None:
    body = idea(served, b'"first","text":"second"')
    assert (await served.post(f"{served.api}/commands", body)).code == "bad_json"
    ideas = (await served.ask("GET", f"{served.api}/ideas")).json["ideas"]
    assert {one["text"] for one in ideas}.isdisjoint({"first", "second"})


@pytest.mark.parametrize(
    ("path", "document", "name"),
    [
        ("/api/join", {"code": "A", "handle": "B", "role": SECRET}, "role"),
        ("/api/login", {"token": "t", "org_id": SECRET}, "org_id"),
        (
            "/api/jams",
            {"title": "T", "forums": [{"title": "a", "question": "b", "jam_id": SECRET}]},
            "jam_id",
        ),
        ("{api}/links", {"role": "observer", "jam": SECRET}, "jam"),
        (
            "{api}/commands",
            {"t": "submit_idea", "client_id": "c", "forum": "f", "text": "x", "status": SECRET},
            "status",
        ),
        ("{api}/commands", {"t": "pause_jam", "client_id": "c", "__proto__": SECRET}, "__proto__"),
    ],
)
async def test_h11_an_unknown_field_is_named_and_its_value_is_not(
    served: Product, path: str, document: dict[str, object], name: str
) -> None:
    answer = await served.post(path.format(api=served.api), document, served.admin)
    assert (answer.status, answer.code) == (422, "unknown_field")
    assert answer.json["facts"] == {"field": name}
    assert SECRET.encode() not in answer.raw


async def test_h11_a_field_of_the_wrong_form_is_named_and_its_value_is_not(served: Product) -> None:
    answer = await served.post("/api/join", {"code": "A", "handle": [SECRET]})
    assert (answer.status, answer.code, answer.json["facts"]) == (422, "bad_field", {"detail": "handle"})
    assert SECRET.encode() not in answer.raw
