"""Handles: nobody passes for somebody else in the jam, nor for those who run it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jam.domain.handles import check_handle, handle_key, look_key
from jam.domain.names import Role
from jam.domain.rejections import Rejection
from tests.domain.making import Town

RLO = "\u202e"
any_text = st.text(st.characters(codec=None), max_size=60)


def code(outcome: object) -> str:
    assert isinstance(outcome, Rejection), outcome
    return outcome.code


LOOK_ALIKES = {
    "Anna": [
        "ᴀɴɴᴀ",
        "🅰🅽🅽🅰",
        "ⒶⓃⓃⒶ",
        "Аnna",
        "Anna\u3164",
        "ANNA",
        "A n n a",
        "Ａｎｎａ",
        "𝐀𝐧𝐧𝐚",
        "An\u200dna",
        "Αnna",
        "anna.",
    ],
    "Alice": ["AIice", "ALICE", "ALlCE", "A1ice", "Аliсе"],
    "Jim Moore": ["Jirn Moore", "JIM MOORE", "Jim Moоre", "Jim M00re"],
    "Мария": ["МАРИЯ", "Mapия"],
    "José": ["Jose\u0301", "JOSÉ"],
}


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_t15_nobody_joins_under_a_name_that_looks_like_another(name: str) -> None:
    town = Town()
    town.join("first", handle=name)
    for number, other in enumerate(LOOK_ALIKES[name]):
        assert code(town.join(f"other {number}", handle=other)) == "handle_taken", ascii(other)


@pytest.mark.parametrize(
    "handle",
    [
        "Admin\u3164",
        "Administrator\u115f",
        "Аdmin",
        "Adm1n",
        "M0derator",
        "Moderator 1",
        "Facilitator ab12",
        "Jam staff",
        "The.Moderator",
        "mod_admin",
        "Moderator\u0301"[:-1] + "\u2060",
        "Administrator2",
        "𝕄oderator",
        "ⓂⓄⒹⒺⓇⒶⓉⓄⓇ",
        "ⓂⓄⒹⒺⓇⒶⓉⓄⓇ 2",
        "ⓕⓐⓒⓘⓛⓘⓣⓐⓣⓞⓡ",
        "🅰🅳🅼🅸🅽",
        "Jam 🅢🅣🅐🅕🅕",
        "ᴀᴅᴍɪɴ",
        "ꜱᴛᴀꜰꜰ",
        "ᴍᴏᴅᴇʀᴀᴛᴏʀ",
        "Ⓡecords officer",
    ],
)
def test_w15_a_name_that_claims_to_run_the_jam_is_reserved(handle: str) -> None:
    town = Town()
    assert code(town.join("troll", handle=handle)) == "handle_reserved"
    assert not isinstance(town.join("helper", Role.MODERATOR, handle=handle), Rejection)


@pytest.mark.parametrize("handle", ["Stafford", "Officially late", "Systematic Sue", "Modesty", "Hostess"])
def test_w15_a_name_that_only_begins_alike_is_free(handle: str) -> None:
    assert check_handle(handle) == handle


def test_w15_letters_that_show_nothing_are_taken_out_of_a_name() -> None:
    assert check_handle("An\u3164na\u00ad") == "Anna"
    assert check_handle("\N{MAN}\u200d\N{GIRL}") == "\N{MAN}\u200d\N{GIRL}"
    assert code(check_handle("\u200d\ufe0f")) == "handle_missing"


def test_t15_names_of_other_people_stay_free() -> None:
    names = [
        "Anna",
        "Ann",
        "Hannah",
        "Jo",
        "José",
        "Jose",
        "Person 1",
        "Person 2",
        "Person 11",
        "Ида",
        "李雷",
        "李蕾",
    ]
    assert len({handle_key(name) for name in names}) == len({look_key(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    "handle",
    ["Admin", "MODERATOR", "  Facilitator ", "s y s t e m", "A.d.m.i.n", "Ad\u200bmin", "ａｄｍｉｎ"],
)
def test_W15_a_reserved_name_is_kept_from_participants_however_it_is_dressed(handle: str) -> None:
    assert code(check_handle(handle)) == "handle_reserved"
    assert not isinstance(check_handle(handle, staff=True), Rejection)


def test_W15_a_name_turned_around_by_a_control_is_shown_as_what_it_is() -> None:
    assert check_handle(f"{RLO}nimda") == "nimda"


def test_W15_a_name_has_forty_characters_at_most() -> None:
    assert check_handle("x" * 40) == "x" * 40
    assert code(check_handle("x" * 41)) == "handle_too_long"
    assert code(check_handle("x" * 200)) == "handle_too_long"


def test_W15_a_name_of_emoji_alone_is_allowed_and_is_not_any_other() -> None:
    assert check_handle("\N{HONEYBEE}\N{DECIDUOUS TREE}") == "\N{HONEYBEE}\N{DECIDUOUS TREE}"
    assert (
        handle_key("\N{HONEYBEE}\N{DECIDUOUS TREE}")
        == handle_key("\N{HONEYBEE}\N{DECIDUOUS TREE}")
        != handle_key("\N{HONEYBEE}")
    )


@pytest.mark.parametrize("blank", ["", "  ", "\u3164", "\n"])
def test_a_name_without_anything_to_read_is_missing(blank: str) -> None:
    assert code(check_handle(blank)) == "handle_missing"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028"], ids=ascii)
def test_a_name_stands_on_one_line(end: str) -> None:
    assert check_handle(f"Ada{end}Moore") == "Ada Moore"


def test_a_name_with_a_control_character_is_refused() -> None:
    assert code(check_handle("Ada\x00")) == "text_control_chars"


@pytest.mark.parametrize("other", ["ADA MOORE", "ada-moore", " Ada  Moore ", "Ａda Moore", "adamoore"])
def test_names_that_read_the_same_are_the_same(other: str) -> None:
    assert handle_key(other) == handle_key("Ada Moore")


def test_names_are_compared_by_case_as_every_language_has_it() -> None:
    assert handle_key("STRASSE") == handle_key("Straße")
    assert handle_key("ΣΙΣΥΦΟΣ") == handle_key("Σίσυφος".replace("ί", "ι"))


def test_names_that_read_differently_are_not_the_same() -> None:
    assert len({handle_key(one) for one in ("Ada", "Ada 2", "Adá", "Ida", "阿达")}) == 5


@given(any_text)
def test_a_name_that_is_taken_has_a_key(handle: str) -> None:
    taken = check_handle(handle)
    if isinstance(taken, str):
        assert handle_key(taken)
        assert "\n" not in taken
