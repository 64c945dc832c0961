"""The hash chain: what is flipped, dropped or moved is found and located, and texts are tied to it (G16)."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jam.domain.chain import GENESIS, canonical_json, content_digest, first_broken, link
from jam.domain.records import Event
from tests.domain.making import OPENED

Row = tuple[tuple[Any, ...], bytes]


def log(length: int) -> list[Row]:
    """A log as it is on record: chained fields, and the hash that was written beside them."""
    rows, head = [], GENESIS
    for seq in range(1, length + 1):
        event = Event(
            jam_id="jam", seq=seq, at=OPENED + seq, kind="idea_published", visibility="public",
            actor_id="ada", subject_id=f"idea{seq}", text_id=f"text{seq}", tags_id=None,
            data={"status": "published", "version": 1, "digests": {f"text{seq}": "00" * 32}},
        )  # fmt: skip
        head = link(head, event.chained())
        rows.append((event.chained(), head))
    return rows


def test_an_untouched_log_has_no_broken_row() -> None:
    assert first_broken(log(50)) is None
    assert first_broken([]) is None


def test_G16_each_flipped_byte_of_a_recorded_hash_is_located() -> None:
    rows = log(12)
    for place in range(12):
        for byte in range(32):
            fields, recorded = rows[place]
            spoiled = bytes(b ^ 1 if n == byte else b for n, b in enumerate(recorded))
            assert first_broken([*rows[:place], (fields, spoiled), *rows[place + 1 :]]) == place


@pytest.mark.parametrize("field", range(10))
def test_G16_each_changed_field_of_a_row_is_located(field: int) -> None:
    rows = log(5)
    for place in range(5):
        fields, recorded = rows[place]
        value = fields[field]
        other = value + 1 if isinstance(value, int) else {**value, "x": 1} if isinstance(value, dict) else "x"
        changed = (*fields[:field], other, *fields[field + 1 :])
        assert first_broken([*rows[:place], (changed, recorded), *rows[place + 1 :]]) == place


def test_G16_each_flipped_byte_of_what_is_hashed_gives_another_hash() -> None:
    (fields, recorded), *_ = log(1)
    raw = canonical_json(fields)
    for place in range(len(raw)):
        spoiled = bytes(b ^ 1 if n == place else b for n, b in enumerate(raw))
        assert hashlib.sha256(GENESIS + spoiled).digest() != recorded


@pytest.mark.parametrize("place", [0, 500, 998])
def test_G16_a_dropped_row_is_located(place: int) -> None:
    rows = log(1000)
    assert first_broken([*rows[:place], *rows[place + 1 :]]) == place


def test_G16_a_cut_tail_shows_only_against_a_head_kept_elsewhere() -> None:
    rows = log(10)
    assert first_broken(rows[:-1]) is None
    assert rows[-2][1] != rows[-1][1]


@given(st.integers(0, 19), st.integers(0, 19))
def test_G16_two_swapped_rows_are_located(one: int, other: int) -> None:
    rows = log(20)
    rows[one], rows[other] = rows[other], rows[one]
    assert first_broken(rows) == (None if one == other else min(one, other))


def test_a_row_of_another_jam_does_not_fit() -> None:
    rows = log(3)
    fields, recorded = rows[1]
    assert first_broken([rows[0], (("other", *fields[1:]), recorded), rows[2]]) == 1


def test_the_hash_is_the_one_that_is_written_down() -> None:
    """Anybody can check a log with SHA-256 and a JSON library: this is the recipe, spelled out."""
    text = b'["jam",1,5,"k","public","","s",null,null,{"a":"\xc3\xa9","b":2}]'
    chained = ("jam", 1, 5, "k", "public", "", "s", None, None, {"b": 2, "a": "é"})
    assert canonical_json(chained) == text
    assert link(GENESIS, chained) == hashlib.sha256(bytes(32) + text).digest()


@settings(max_examples=30)
@given(st.dictionaries(st.text(max_size=5), st.integers() | st.dictionaries(st.text(max_size=3), st.none())))
def test_the_order_of_keys_does_not_matter(value: dict[str, Any]) -> None:
    assert canonical_json(value) == canonical_json(dict(reversed(value.items())))


def test_a_digest_ties_a_text_and_says_nothing_about_it_without_its_salt() -> None:
    salt, other = bytes(16), bytes([1] * 16)
    digest = content_digest(salt, "Mend the bridge")
    assert digest == hashlib.sha256(salt + b"Mend the bridge").hexdigest()
    assert len({digest, content_digest(other, "Mend the bridge"), content_digest(salt, "Mend it")}) == 3
