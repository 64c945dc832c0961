"""Shows the laws of ``steer``: whatever persons decide, every idea is somewhere, and undoing takes back.

Where: maps made of ids alone, and random corrections, also ones that fit nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import (
    AnyCorrection,
    ModelInfo,
    Parameters,
    Suggestion,
    Theme,
    ThemeMap,
    Undo,
    steer,
)
from clustering.shapes import Part, Phrase
from clustering.steering import Steering

IDEAS = tuple(f"i{n:02}" for n in range(24))
THEMES = tuple(f"t{n}" for n in range(1, 7))


def made(number: int, ideas: Sequence[str], **fields: Any) -> Theme:
    return Theme(
        **{
            "id": f"t{number}",
            "name": f"Name {number}",
            "phrases": (
                Phrase(text=f"name {number}", ideas=tuple(ideas[:3])),
                Phrase(text=f"other {number}", ideas=tuple(ideas[2:])),
                Phrase(text="said by all", ideas=tuple(ideas)),
            ),
            "in_name": 1,
            "headline_id": ideas[0],
            "representatives": tuple(ideas[:3]),
            "members": tuple(ideas),
            "size": len(ideas),
            "distinct": len(ideas),
            "parts": (
                Part(name="Tail", members=tuple(ideas[2:])),
                Part(name="Head", members=tuple(ideas[:2])),
            ),
            **fields,
        }
    )


@pytest.fixture(scope="module")
def before() -> ThemeMap:
    return some_map()


def some_map() -> ThemeMap:
    """Four themes of six ideas; the last is new and suggested, and two ideas came from t1 to t2 unasked."""
    themes = [made(n + 1, IDEAS[6 * n : 6 * n + 6], is_new=n == 3) for n in range(4)]
    return ThemeMap(
        themes=tuple(themes),
        one_of_a_kind=(IDEAS[0],),
        duplicates=(),
        not_ideas=("none",),
        too_few=False,
        ideas=25,
        suggestions=(
            Suggestion(id="moved:t1:t2", kind="moved", themes=("t1", "t2"), ideas=IDEAS[6:8]),
            Suggestion(
                id="new_theme:t4",
                kind="new_theme",
                themes=("t4",),
                ideas=IDEAS[18:],
                instead=("t1", "t2") * 3,
            ),
        ),
        steering=Steering(next_number=5),
        parameters=Parameters(),
        model=ModelInfo(name="none", sha256="0" * 64),
        versions={},
        inputs_sha256="",
    )


def theme_of(found: ThemeMap, number: str) -> Theme:
    return next(one for one in found.themes if one.id == number)


def homes(found: ThemeMap) -> dict[str, str]:
    return {idea: one.id for one in found.themes for idea in one.members}


def looks(found: ThemeMap) -> object:
    """Everything of a map but the record of how it came to be."""
    plain = msgspec.to_builtins(found)
    plain["steering"].pop("done")
    return [plain[key] for key in ("themes", "not_ideas", "suggestions", "steering", "one_of_a_kind")]


numbers = st.sampled_from([*THEMES, "t99"])
some_ideas = st.lists(st.sampled_from([*IDEAS, "none", "unheard"]), min_size=1, max_size=5).map(tuple)
what = st.one_of(
    st.builds(
        lambda themes: {"do": "merge", "themes": themes, "into": themes[0]},
        st.lists(numbers, min_size=1, max_size=3),
    ),
    st.builds(
        lambda theme, ideas, name: {"do": "split", "theme": theme, "parts": [{"ideas": ideas, "name": name}]},
        numbers,
        some_ideas,
        st.sampled_from([None, "A part", "name 1"]),
    ),
    st.builds(
        lambda theme, name: {"do": "rename", "theme": theme, "name": name},
        numbers,
        st.sampled_from(["Ours", "Name 2", " ", None]),
    ),
    st.builds(lambda theme, ideas: {"do": "move", "theme": theme, "ideas": ideas}, numbers, some_ideas),
    st.builds(lambda ideas, yes: {"do": "pin", "ideas": ideas, "pinned": yes}, some_ideas, st.booleans()),
    st.builds(lambda ideas: {"do": "apart", "ideas": ideas}, some_ideas),
    st.builds(
        lambda ideas, yes: {"do": "not_an_idea", "ideas": ideas, "is_idea": yes}, some_ideas, st.booleans()
    ),
    st.builds(
        lambda do, one: {"do": do, "suggestion": one},
        st.sampled_from(["accept", "refuse"]),
        st.sampled_from(["new_theme:t4", "moved:t1:t2", "gone"]),
    ),
    st.builds(lambda n: {"do": "undo", "correction": f"c{n}"}, st.integers(0, 9)),
)


def numbered(whats: list[dict[str, Any]]) -> list[AnyCorrection]:
    return [msgspec.convert({**one, "id": f"c{n}"}, AnyCorrection) for n, one in enumerate(whats)]


sequences = st.lists(what, max_size=10).map(numbered)


@given(sequences)
@settings(max_examples=300, deadline=None)
def test_every_idea_is_in_one_theme_or_listed_as_none_after_any_corrections(
    given: list[AnyCorrection],
) -> None:
    found = steer(some_map(), given)
    members = [idea for one in found.themes for idea in one.members]
    assert len(members) == len(set(members))
    assert {*members, *found.not_ideas} >= {*IDEAS, "none"}
    assert not set(members) & set(found.not_ideas)


@given(sequences)
@settings(max_examples=300, deadline=None)
def test_themes_hold_together_after_any_corrections(given: list[AnyCorrection]) -> None:
    found = steer(some_map(), given)
    names = [one.name.casefold() for one in found.themes]
    assert len(set(names)) == len(names)
    for one in found.themes:
        here = set(one.members)
        assert here
        assert one.name
        assert one.size == len(here)
        assert one.headline_id == one.representatives[0]
        assert set(one.representatives) <= here
        assert all(set(phrase.ideas) <= here for phrase in one.phrases)
        assert all(phrase.ideas for phrase in one.phrases[one.in_name :])
        assert all(set(part.members) <= here for part in one.parts)
        assert one.kept == (one.id in found.steering.kept)
    pins = {idea: number for idea, number in found.steering.pinned.items() if idea in homes(found)}
    assert all(homes(found)[idea] == number for idea, number in pins.items())


@given(sequences, sequences)
@settings(max_examples=200, deadline=None)
def test_corrections_are_a_fold(first: list[AnyCorrection], second: list[AnyCorrection]) -> None:
    then = [msgspec.structs.replace(one, id=f"{one.id}b") for one in second]
    assert steer(steer(some_map(), first), then) == steer(some_map(), [*first, *then])


@given(sequences)
@settings(max_examples=300, deadline=None)
def test_every_correction_is_either_followed_or_listed_as_skipped(given: list[AnyCorrection]) -> None:
    found = steer(some_map(), given)
    skipped = {one.correction for one in found.skipped}
    assert skipped | set(found.steering.done) == {one.id for one in given}
    assert not skipped & set(found.steering.done)


@given(sequences)
@settings(max_examples=300, deadline=None)
def test_no_theme_number_is_given_twice(given: list[AnyCorrection]) -> None:
    found = some_map()
    ever = {one.id for one in found.themes}
    for one in given:
        after = steer(found, [one])
        fresh = {theme.id for theme in after.themes} - {theme.id for theme in found.themes}
        back = {line.theme for line in after.lineage[len(found.lineage) :] if line.how == "back"}
        assert not (fresh - back) & ever
        ever |= fresh
        found = after


@given(sequences, what)
@settings(max_examples=600, deadline=None)
def test_a_correction_that_is_undone_at_once_was_never_there(
    given: list[AnyCorrection], last: dict[str, Any]
) -> None:
    found = steer(some_map(), given)
    if last["do"] == "undo":
        return
    done = steer(found, [msgspec.convert({**last, "id": "last"}, AnyCorrection)])
    after = steer(done, [Undo(id="back", correction="last")])
    if "last" in done.steering.done:
        assert "back" in after.steering.done, after.skipped[-1]
        numbers = msgspec.structs.replace(found.steering, next_number=done.steering.next_number)
        expected = msgspec.structs.replace(found, steering=numbers)
        assert looks(after) == looks(expected)


@given(sequences)
@settings(max_examples=100, deadline=None)
def test_a_steered_map_survives_json_unchanged(given: list[AnyCorrection]) -> None:
    found = steer(some_map(), given)
    assert msgspec.json.decode(msgspec.json.encode(found), type=ThemeMap) == found
