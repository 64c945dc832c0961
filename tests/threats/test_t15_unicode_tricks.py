"""T15: nobody looks like somebody else, turns a line around, or piles marks up to the ceiling."""

from __future__ import annotations

import unicodedata

import pytest

from jam.domain.handles import check_handle
from jam.domain.rejections import Rejection
from jam.domain.text import MAX_LINES, MAX_MARKS, check_text
from tests.domain.making import Town

DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("twin", ["Аnna", "Anna\u3164", "𝐀𝐧𝐧𝐚", "An\u200dna", "АNNА"], ids=ascii)
def test_t15_a_name_that_looks_like_one_in_the_jam_is_taken(twin: str) -> None:
    town = Town()
    town.join("anna", handle="Anna")
    outcome = town.join("twin", handle=twin)
    assert isinstance(outcome, Rejection)
    assert outcome.code == "handle_taken"


@pytest.mark.parametrize(
    "name", ["Аdmin", "Moderatоr", "Facilitator ab12", "\u202eAdmin", "Official Anna"], ids=ascii
)
def test_t15_a_name_that_claims_an_office_is_reserved(name: str) -> None:
    outcome = check_handle(name)
    assert isinstance(outcome, Rejection)
    assert outcome.code == "handle_reserved"


def test_t15_signs_that_turn_the_direction_of_a_line_are_taken_out() -> None:
    assert check_text(f"a{DIRECTIONS}b", 500) == "ab"
    assert check_handle(f"\u202e{DIRECTIONS}nimda") == "nimda"


@pytest.mark.parametrize(
    "between", ["", "\u200d", "\u2060", "\u3164", "\u115f", "\u00ad", "\u034f"], ids=ascii
)
def test_t15_no_letter_carries_more_than_four_marks(between: str) -> None:
    tower = "a" + ("\u0335" * MAX_MARKS + between) * 3
    outcome = check_text(tower, 500)
    assert isinstance(outcome, Rejection)
    assert outcome.code == "text_too_many_marks"


def test_t15_marks_that_languages_need_are_taken() -> None:
    for text in ("Việt Nam", "שָׁלוֹם", "ครั้งที่สี่", "नमस्ते", "a\u0335\u0336\u0337\u0338b"):
        assert check_text(text, 500) == unicodedata.normalize("NFC", text)


def test_t15_a_text_has_eight_lines_at_most() -> None:
    text = check_text("\n".join("x" * 60), 500)
    assert isinstance(text, str)
    assert text.count("\n") == MAX_LINES - 1
