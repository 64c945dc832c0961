"""What people type: normalised once, counted in code points after NFC, refused with a code in words.

The rows named H and W are those of the list of bad inputs; the properties are tried on any Unicode.
"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jam.domain.rejections import Rejection
from jam.domain.text import (
    MAX_LINES,
    MAX_MARKS,
    check_line,
    check_tags,
    check_text,
    normalise,
)

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}\N{ZERO WIDTH JOINER}\N{BOY}"
COMBINING_ACUTE, RLO, LRM = "\u0301", "\u202e", "\u200e"
any_text = st.text(st.characters(codec=None), max_size=60)
PIECES = [*"ae1 #@\n\r\t\x00\x85", COMBINING_ACUTE, RLO, LRM, *"\u00a0\u200b\u3164\u2028\ufb01"]
tricky = st.text(st.sampled_from(PIECES), max_size=40)


def code(outcome: object) -> str:
    assert isinstance(outcome, Rejection), outcome
    return outcome.code


def test_H1_no_text_is_asked_for_in_words() -> None:
    outcome = check_text("", 500)
    assert code(outcome) == "text_missing"
    assert outcome.message == "Enter an idea"  # type: ignore[union-attr]
    assert outcome.status == 422  # type: ignore[union-attr]


def test_H2_a_text_one_character_too_long_is_told_both_numbers() -> None:
    assert check_text("x" * 500, 500) == "x" * 500
    outcome = check_text("x" * 501, 500)
    assert code(outcome) == "text_too_long"
    assert outcome.message == "Idea must be 500 characters or less. It has 501"  # type: ignore[union-attr]


def test_H3_length_counts_code_points_so_a_family_counts_as_its_parts() -> None:
    assert len(FAMILY) == 7
    assert check_text(FAMILY * 10, 70) == FAMILY * 10
    assert code(check_text(FAMILY * 10, 69)) == "text_too_long"
    assert check_text("\N{GRINNING FACE}" * 500, 500) == "\N{GRINNING FACE}" * 500
    assert code(check_text("\N{GRINNING FACE}" * 501, 500)) == "text_too_long"


def test_H3_length_is_counted_after_nfc() -> None:
    assert check_text(("e" + COMBINING_ACUTE) * 500, 500) == "é" * 500


def test_H3_length_is_counted_without_outer_white_space() -> None:
    assert check_text("  \n" + "x" * 500 + "\n\t ", 500) == "x" * 500


BLANKS = [" ", "\u00a0", "\u200b", "\u3164", "\n\n", "\r\n\t", "\ufeff", "\u2800", "\u00ad", "\u2060"]
BLANKS += ["\u180e", "\ufe0f", "\ufe00", "\u034f", "\u2061", "\u115f\u1160", "\U000e0020", "\U000e0100"]
BLANKS += [LRM, RLO, "\u2066"]


@pytest.mark.parametrize("blank", [*BLANKS, "".join(BLANKS)], ids=ascii)
def test_H4_a_text_in_which_there_is_nothing_to_read_is_missing(blank: str) -> None:
    assert code(check_text(blank, 500)) == "text_missing"


@pytest.mark.parametrize("number", [n for n in [*range(32), *range(0x7F, 0xA0)] if n not in (9, 10, 13)])
def test_H5_control_characters_are_refused(number: int) -> None:
    assert code(check_text(f"Mend{chr(number)}the bridge", 500)) == "text_control_chars"


@pytest.mark.parametrize("text", ["\ud800", "fine \udfff until here", "\udc00\ud800"])
def test_H6_a_lone_surrogate_is_no_unicode(text: str) -> None:
    outcome = check_text(text, 500)
    assert code(outcome) == "not_unicode"
    assert outcome.status == 400  # type: ignore[union-attr]


def test_W16_more_than_four_marks_on_one_letter_are_refused() -> None:
    marks = "\u0300\u0316\u0302\u0323\u0304"
    assert check_text("Zu" + "\u0316" * MAX_MARKS + "g", 500) == "Zu" + "\u0316" * MAX_MARKS + "g"
    assert code(check_text("Zu" + "\u0316" * (MAX_MARKS + 1) + "g", 500)) == "text_too_many_marks"
    assert code(check_text("".join(letter + marks * 10 for letter in "zalgo"), 500)) == "text_too_many_marks"


def test_W16_marks_that_controls_hold_apart_are_still_marks_on_one_letter() -> None:
    assert code(check_text("u" + ("\u0316" + LRM) * 5, 500)) == "text_too_many_marks"


def test_W16_scripts_that_need_marks_are_not_refused() -> None:
    for text in ("Việt Nam cần thêm cây xanh", "שָׁלוֹם לְכֻלָּם", "नमस्ते दुनिया", "ขอเพิ่มทางเท้าที่นี่"):
        assert not isinstance(check_text(text, 500), Rejection), text


def test_W17_five_hundred_line_ends_become_eight_lines() -> None:
    assert code(check_text("\n" * 500, 500)) == "text_missing"
    lines = [f"line {n}" for n in range(20)]
    assert check_text("\n".join(lines), 500) == "\n".join([*lines[:7], " ".join(lines[7:])])


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028", "\u2029"], ids=ascii)
def test_W17_every_way_to_end_a_line_counts_as_one(end: str) -> None:
    assert normalise(end.join("abc")) == "a\nb\nc"
    clean = normalise(end.join("x" * 100))
    assert isinstance(clean, str)
    assert len(clean.splitlines()) == MAX_LINES


def test_W17_empty_lines_and_blanks_at_their_ends_go() -> None:
    assert normalise("  a  \n\n \t\n  b ") == "a\nb"


def test_W17_a_word_of_500_characters_is_taken() -> None:
    assert check_text("x" * 500, 500) == "x" * 500


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "<img onerror>", "{{7*7}}", "${jndi:x}", "%s%n", "'; --"])
def test_W18_text_that_looks_like_code_is_taken_as_it_is(text: str) -> None:
    assert check_text(text, 500) == text


def test_controls_of_direction_go() -> None:
    assert normalise(f"{RLO}nimda{LRM}") == "nimda"


def test_a_letter_and_its_mark_become_one_also_when_a_control_stood_between_them() -> None:
    assert normalise("e" + LRM + COMBINING_ACUTE) == "é"


@given(any_text | tricky)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    if isinstance(once, str):
        assert normalise(once) == once


@given(any_text | tricky)
def test_a_normalised_text_keeps_every_promise(text: str) -> None:
    clean = normalise(text)
    if isinstance(clean, str):
        assert clean == clean.strip()
        assert clean == unicodedata.normalize("NFC", clean)
        assert len(clean.splitlines()) <= MAX_LINES
        assert not any(unicodedata.category(one) in ("Cc", "Cs") for one in clean if one != "\n")
        assert not {unicodedata.bidirectional(one) for one in clean} & {"RLO", "LRO", "RLE", "LRE", "PDF"}


@given(any_text, st.integers(1, 60))
def test_a_text_that_is_taken_has_one_to_its_limit_of_code_points(text: str, limit: int) -> None:
    taken = check_text(text, limit)
    if isinstance(taken, str):
        assert 1 <= len(taken) <= limit
        assert check_text(taken, limit) == taken


# Tags


def test_tags_keep_their_order_and_lose_doubles_blanks_and_their_first_hash() -> None:
    assert check_tags(["roads", " #trees ", "roads", "#roads", "# bikes"]) == ["roads", "trees", "bikes"]


def test_five_tags_are_taken_and_six_are_not() -> None:
    five = ["a", "b", "c", "d", "e"]
    assert check_tags(five) == five
    assert check_tags([*five, "a"]) == five
    assert code(check_tags([*five, "f"])) == "too_many_tags"


def test_a_tag_has_one_to_thirty_characters_not_counting_its_hash() -> None:
    assert check_tags(["#" + "x" * 30]) == ["x" * 30]
    assert check_tags([("e" + COMBINING_ACUTE) * 30]) == ["é" * 30]
    assert code(check_tags(["x" * 31])) == "tag_bad"


@pytest.mark.parametrize("tag", ["", " ", "#", " # ", "#\u200b", "\u3164", "a\x00b", "\ud800"], ids=ascii)
def test_a_tag_without_anything_to_read_or_that_is_no_text_is_refused(tag: str) -> None:
    assert code(check_tags(["roads", tag])) == "tag_bad"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028"], ids=ascii)
def test_a_tag_stands_on_one_line(end: str) -> None:
    assert check_tags([f"wide{end}roads"]) == ["wide roads"]


@given(st.lists(tricky, max_size=7))
def test_tags_that_are_taken_are_taken_again_as_they_are(tags: list[str]) -> None:
    taken = check_tags(tags)
    if isinstance(taken, list):
        assert check_tags(taken) == taken
        assert all(1 <= len(one) <= 30 and "\n" not in one for one in taken)
        assert len(taken) <= 5


# Titles, questions and notes


def test_a_line_is_refused_under_its_own_code() -> None:
    assert check_line(" Roads ", 200, "title_bad") == "Roads"
    assert code(check_line("", 200, "title_bad")) == "title_bad"
    assert code(check_line("x" * 201, 200, "title_bad")) == "title_bad"
    assert code(check_line("a\x1bb", 200, "title_bad")) == "text_control_chars"
