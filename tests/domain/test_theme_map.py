"""What is shown of a stored theme map once ideas are gone or edited: names, heads, places, addresses."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jam.domain.theme_map import Changes, StoredMap, heads, wordless
from jam.domain.theme_reading import Reading, map_view, themes_view
from jam.domain.views import CorrectionView
from tests.domain.theme_maps import a_map, a_theme

TEXTS = {"a": "More benches by the river please", "b": "Light on the path", "c": "Tea", "d": "Buses at night"}
BENCHES = a_theme(
    "t1", ["a", "b", "c"], says={"benches": ["a"], "light": ["a", "b"], "river path": ["b", "c"]}
)
BUSES = a_theme("t2", ["d", "e"], says={"buses": ["d", "e"], "night": ["d"]})


def names(stored: StoredMap, gone: str = "", edited: str = "") -> list[str]:
    """The names as shown when the ideas of these letters are gone or edited."""
    changes = Changes(gone=frozenset(gone), edited=dict.fromkeys(edited, 2))
    words = {idea: TEXTS.get(idea, "") for idea in wordless(stored.body, changes).values()}
    return [head.name for head in heads(stored.body, changes, words)]


def view(stored: StoredMap, gone: str = "", *, staff: bool = False, **more: Any) -> Any:
    changes = Changes(gone=frozenset(gone))
    words = {idea: TEXTS.get(idea, "") for idea in wordless(stored.body, changes).values()}
    return map_view(Reading(stored=stored, changes=changes, words=words), TEXTS, staff=staff, **more)


def test_a_name_stands_while_each_of_its_phrases_is_said_by_somebody_who_can_be_read() -> None:
    stored = a_map(BENCHES, BUSES)
    assert names(stored) == ["Benches, light", "Buses, night"]
    assert names(stored, gone="b") == ["Benches, light", "Buses, night"]
    assert names(stored, gone="e") == ["Benches, light", "Buses, night"]


@pytest.mark.parametrize("way", ["gone", "edited"])
def test_a_phrase_that_nobody_says_any_more_gives_its_place_to_the_next(way: str) -> None:
    assert names(a_map(BENCHES, BUSES), **{way: "a"}) == ["Light, river path", "Buses, night"]
    assert names(a_map(BENCHES, BUSES), **{way: "d"}) == ["Benches, light", "Buses"]


def test_a_head_names_for_each_phrase_of_its_name_those_who_say_it_and_can_be_read() -> None:
    def said_by(gone: str = "", edited: str = "") -> list[tuple[str, ...]]:
        changes = Changes(gone=frozenset(gone), edited=dict.fromkeys(edited, 2))
        return list(heads(a_map(BENCHES).body, changes, {})[0].said_by)

    assert said_by() == [("a",), ("a", "b")]
    assert said_by(gone="b") == [("a",), ("a",)]
    assert said_by(edited="a") == [("b",), ("b", "c")]
    assert said_by(gone="ab", edited="c") == []


def test_without_any_phrase_a_name_is_the_first_words_of_what_can_be_read() -> None:
    only = a_theme("t1", ["a", "b"], says={"benches": ["a"]}, in_name=1)
    assert names(a_map(only), gone="a") == ["Light on the path"]
    assert names(a_map(only), edited="a") == ["More benches by the river"]
    assert names(a_map(only), gone="ab") == ["–"]


def test_a_name_made_from_no_phrase_goes_with_the_first_idea_that_goes() -> None:
    plain = a_theme("t1", ["a", "b"], name="More benches by")
    assert names(a_map(plain)) == ["More benches by"]
    assert names(a_map(plain), gone="b") == ["More benches by the river"]


def test_a_name_that_a_person_gave_stays() -> None:
    given_name = a_theme("t1", ["a", "b"], name="Sitting down", locked=True)
    assert names(a_map(given_name), gone="a", edited="b") == ["Sitting down"]


def test_no_two_themes_get_the_same_name() -> None:
    twins = [a_theme(f"t{n}", [x], says={f"word{n}": [x]}) for n, x in enumerate("ab")]
    kept = a_theme("t3", ["c"], name="Light on the path", locked=True)
    words = dict.fromkeys("ab", "Light on the path")
    found = heads(a_map(kept, *twins).body, Changes(edited={"a": 2, "b": 2}), words)
    assert [head.name for head in found] == [
        "Light on the path",
        "Light on the path (2)",
        "Light on the path (3)",
    ]


def test_what_is_gone_is_in_no_head_and_the_next_voice_takes_the_headlines_place() -> None:
    head = heads(a_map(BENCHES).body, Changes(gone=frozenset("a")), {})[0]
    assert (head.headline, head.representatives, head.members, head.gone) == (
        "b",
        ("b", "c"),
        ("b", "c"),
        ("a",),
    )
    empty = heads(a_map(BENCHES).body, Changes(gone=frozenset("abc")), {})[0]
    assert (empty.headline, empty.members, empty.gone) == (None, (), ("a", "b", "c"))


def test_the_notice_names_only_the_themes_that_read_otherwise_now() -> None:
    stored = a_map(BENCHES, BUSES, one_of_a_kind=["a", "e"], final=False)
    plain = themes_view(Reading(stored=stored), staff=True)
    assert (plain.themes, plain.one_of_a_kind, plain.provisional, plain.changed) == (2, 2, True, [])
    told = themes_view(Reading(stored=stored, changes=Changes(gone=frozenset("a"))), staff=True)
    assert [(head.id, head.name, head.size, head.gone) for head in told.changed] == [
        ("t1", "Light, river path", 2, ["a"])
    ]
    assert (told.themes, told.one_of_a_kind) == (2, 1)
    bare = themes_view(Reading(stored=stored, changes=Changes(gone=frozenset("de"))), staff=True)
    assert (bare.themes, [(head.id, head.size) for head in bare.changed]) == (1, [("t2", 0)])


def test_the_mark_is_new_with_every_cleaning_every_edit_every_map_and_for_the_staff() -> None:
    def mark(stored: StoredMap, *, staff: bool = False, **changes: Any) -> str:
        return themes_view(Reading(stored=stored, changes=Changes(**changes)), staff=staff).mark

    first, second = a_map(BENCHES, BUSES), a_map(BENCHES, BUSES, version=2)
    marks = [
        mark(first),
        mark(first, staff=True),
        mark(second),
        mark(first, gone=frozenset("b")),
        mark(first, gone=frozenset("bc")),
        mark(first, edited={"b": 2}),
        mark(first, edited={"b": 3}),
    ]
    assert len(set(marks)) == len(marks)
    assert mark(first) == mark(first)
    assert all(one.replace("-", "").isalnum() for one in marks)


def test_nothing_of_an_idea_that_is_gone_is_in_the_map_that_is_read() -> None:
    whole = {
        "one_of_a_kind": ["a"],
        "not_ideas": ["a"],
        "unread": [{"lang": "de", "ideas": ["a", "b"]}],
        "spots": {"a": [1.0, 2.0], "b": [3.0, 4.0]},
    }
    part = {"name": "Benches", "members": ["a", "b"]}
    told = view(a_map({**BENCHES, "parts": [part]}, **whole), gone="a")
    sent = msgspec.json.encode(told)
    assert b'"a"' not in sent
    assert b"enches" not in sent
    assert told.themes[0].parts[0].members == ["b"]


def test_a_label_says_the_name_that_is_shown() -> None:
    label = {"lines": ["Benches,", "light"], "x": 1, "y": 2, "width": 80, "height": 40}
    disc = {"x": 0, "y": 0, "radius": 9, "label": label}
    stored = a_map({**BENCHES, "spot": {**disc, "tall": disc, "hue": 3}})
    assert view(stored).themes[0].spot.label.lines == ["Benches,", "light"]
    cleaned = view(stored, gone="a").themes[0].spot
    assert "".join(cleaned.label.lines).startswith("Light")
    assert cleaned.tall.label.lines == cleaned.label.lines
    assert cleaned.hue == 3


def test_the_staff_alone_get_suggestions_pins_and_corrections() -> None:
    stored = a_map(
        {**BENCHES, "kept": True},
        suggestions=[{"id": "s1", "kind": "join", "themes": ["t1", "t2"], "ideas": []}],
        moved=[{"idea": "a", "before": "t2", "after": "t1"}],
        steering={"pinned": {"a": "t1"}},
        lineage=[{"theme": "t1", "how": "renamed", "correction": "canary"}],
    )
    made = [CorrectionView(id="canary", seq=1, do="rename", at=1, by="Fay", name="Canary")]
    everyone, staff = view(stored, corrections=made), view(stored, staff=True, corrections=made)
    assert (everyone.suggestions, everyone.moved, everyone.corrections) == ([], [], [])
    assert everyone.themes[0].pinned == []
    assert b"anary" not in msgspec.json.encode(everyone)
    assert (len(staff.suggestions), len(staff.moved), staff.corrections) == (1, 1, made)
    assert staff.themes[0].pinned == ["a"]


def test_the_name_of_a_theme_that_is_no_more_is_told_only_while_its_words_are_said() -> None:
    stored = a_map(
        BENCHES,
        lineage=[
            {"theme": "t1", "how": "new", "name": "Old name of t1"},
            {"theme": "t7", "how": "merged", "others": ["t1"], "name": "Light, benches"},
            {"theme": "t8", "how": "gone", "name": "Slander"},
        ],
    )
    assert [one.name for one in view(stored).lineage] == ["Benches, light", "Light, benches", ""]
    assert [one.name for one in view(stored, gone="a").lineage] == ["Light, river path", "", ""]


def test_texts_are_those_of_headlines_and_representatives_that_can_be_read() -> None:
    assert view(a_map(BENCHES), gone="a").texts.keys() == {"b", "c"}


@given(gone=st.sets(st.sampled_from("abcde")), edited=st.sets(st.sampled_from("abcde")))
def test_no_word_of_a_phrase_that_only_gone_or_edited_ideas_say_is_ever_in_a_name(
    gone: set[str], edited: set[str]
) -> None:
    stored = a_map(BENCHES, BUSES)
    changes = Changes(gone=frozenset(gone), edited=dict.fromkeys(edited, 2))
    words = dict.fromkeys(wordless(stored.body, changes).values(), "plain")
    shown = " ".join(head.name for head in heads(stored.body, changes, words)).casefold()
    for theme in stored.body.themes:
        for phrase in theme.phrases:
            assert not isinstance(phrase, str)
            if not set(phrase.ideas) - gone - edited:
                assert phrase.text not in shown


def test_a_map_that_was_stored_before_phrases_said_who_says_them_can_be_read() -> None:
    old = {"id": "t1", "name": "Benches", "phrases": ["benches"], "headline_id": "a"}
    rest = {"representatives": ["a"], "members": ["a", "b"], "size": 2, "distinct": 2}
    assert names(a_map({**old, **rest})) == ["Benches"]
    assert names(a_map({**old, **rest}), gone="a") == ["Light on the path"]
