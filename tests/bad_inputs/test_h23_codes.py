"""H23: a wrong join code is said in words; a right one is taken however it was written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from jam.service.people import plain_code
from jam.service.ports import RandomIds
from tests.http.product import product
from tests.threats.visitor import visitor

pytestmark = pytest.mark.anyio
WORDS = "We cannot find that code. Check it has 8 letters and numbers"


async def test_h23_a_wrong_code_gets_404_and_says_what_to_check(tmp_path: Path) -> None:
    async with product(tmp_path) as served, visitor(served.house.url) as stranger:
        for code in ("WRXNGWRX", "no", "x" * 500, "💡💡", "../.."):
            page = await stranger.look(f"/?code={code}")
            assert page.status_code == 404
            assert WORDS in page.text
        reply = await stranger.json("/api/join", {"code": "WRXNGWRX", "handle": "Ann"})
        assert (reply.status_code, reply.json()["message"]) == (404, WORDS)


async def test_h23_spaces_hyphens_small_and_wide_letters_are_the_same_code(tmp_path: Path) -> None:
    async with product(tmp_path) as served, visitor(served.house.url) as stranger:
        code = served.jam["code"]
        wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
        variants = [
            code.lower(),
            f" {code[:4]} {code[4:]} ",
            f"{code[:4]}-{code[4:]}",
            wide,
            "\u200b".join(code),
        ]
        for number, variant in enumerate(variants):
            reply = await stranger.json("/api/join", {"code": variant, "handle": f"Ann {number}"})
            assert reply.status_code == 201, variant


def test_h23_what_looks_like_a_character_of_a_code_is_read_as_it() -> None:
    assert plain_code("o0i1 ABCD") == "QQLLABCD"
    ids = RandomIds()
    for _ in range(200):
        code = ids.code()
        assert plain_code(code) == code
        assert plain_code(code.replace("Q", "0").replace("L", "1")) == code
        assert plain_code(code.replace("Q", "o").replace("L", "i").lower()) == code
