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
    Accept,
    AnyCorrection,
    Apart,
    Merge,
    ModelInfo,
    Move,
    NewPart,
    NotAnIdea,
    Parameters,
    Pin,
    Refuse,
    Rename,
    Split,
    Suggestion,
    Theme,
    ThemeMap,
    Undo,
    steer,
)
from clustering.shapes import Disc, Label, Part, Phrase, Spot
from clustering.steering.decided import Steering
from tests.clustering.made_up import homes

IDEAS = tuple(f"i{n:02}" for n in range(24))
THEMES = tuple(f"t{n}" for n in range(1, 7))


DISC: dict[str, Any] = {
    "x": 1.0,
    "y": 2.0,
    "radius": 3.0,
    "label": Label(lines=("a", "b"), x=0.0, y=0.0, width=1.0, height=1.0),
}


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
            "spot": Spot(**DISC, tall=Disc(**DISC), hue=number),
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
@settings(max_examples=80, deadline=None)
def test_every_idea_is_in_one_theme_or_listed_as_none_after_any_corrections(
    given: list[AnyCorrection],
) -> None:
    found = steer(some_map(), given)
    members = [idea for one in found.themes for idea in one.members]
    assert len(members) == len(set(members))
    assert {*members, *found.not_ideas} >= {*IDEAS, "none"}
    assert not set(members) & set(found.not_ideas)


@given(sequences)
@settings(max_examples=80, deadline=None)
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
@settings(max_examples=60, deadline=None)
def test_corrections_are_a_fold(first: list[AnyCorrection], second: list[AnyCorrection]) -> None:
    then = [msgspec.structs.replace(one, id=f"{one.id}b") for one in second]
    assert steer(steer(some_map(), first), then) == steer(some_map(), [*first, *then])


@given(sequences)
@settings(max_examples=80, deadline=None)
def test_every_correction_is_either_followed_or_listed_as_skipped(given: list[AnyCorrection]) -> None:
    found = steer(some_map(), given)
    skipped = {one.correction for one in found.skipped}
    assert skipped | set(found.steering.done) == {one.id for one in given}
    assert not skipped & set(found.steering.done)


@given(sequences)
@settings(max_examples=80, deadline=None)
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
@settings(max_examples=200, deadline=None)
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
@settings(max_examples=40, deadline=None)
def test_a_steered_map_survives_json_unchanged(given: list[AnyCorrection]) -> None:
    found = steer(some_map(), given)
    assert msgspec.json.decode(msgspec.json.encode(found), type=ThemeMap) == found


# ── What each correction does ───────────────────────────────────────────────────────────────────────


def test_a_merge_keeps_the_id_the_name_and_the_headline_of_the_theme_merged_into(before: ThemeMap) -> None:
    found = steer(before, [Merge(id="c1", themes=("t1", "t2", "t3"), into="t2")])
    one = theme_of(found, "t2")
    assert one.members == IDEAS[:18]
    assert (one.name, one.headline_id, one.kept) == ("Name 2", IDEAS[6], True)
    assert [(line.theme, line.how, line.others) for line in found.lineage] == [
        ("t1", "merged", ("t2",)),
        ("t3", "merged", ("t2",)),
    ]
    assert next(phrase for phrase in one.phrases if phrase.text == "said by all").ideas == IDEAS[:18]


def test_a_part_that_is_split_off_without_a_name_is_named_by_what_its_ideas_say(before: ThemeMap) -> None:
    found = steer(before, [Split(id="c1", theme="t1", parts=(NewPart(ideas=IDEAS[3:6]),))])
    part = theme_of(found, "t5")
    assert part.members == IDEAS[3:6]
    assert part.name == "Other 1"
    assert part.phrases[0].ideas == IDEAS[3:6]
    assert part.kept
    assert not part.locked
    assert theme_of(found, "t1").name == "Name 1"


def test_a_part_whose_ideas_share_no_words_is_called_new() -> None:
    silent = msgspec.structs.replace(made(1, IDEAS[:6]), phrases=(), in_name=0)
    found = msgspec.structs.replace(some_map(), themes=(silent, *some_map().themes[1:]))
    after = steer(found, [Split(id="c1", theme="t1", parts=(NewPart(ideas=IDEAS[3:6]),))])
    assert (theme_of(after, "t5").name, theme_of(after, "t5").in_name) == ("New theme", 0)


def test_a_persons_name_stays_and_a_machines_name_gives_way_to_it(before: ThemeMap) -> None:
    found = steer(before, [Rename(id="c1", theme="t1", name="  Name   2 ")])
    assert (theme_of(found, "t1").name, theme_of(found, "t1").locked) == ("Name 2", True)
    assert (theme_of(found, "t2").name, theme_of(found, "t2").locked) == ("Name 2 (2)", False)
    again = steer(found, [Rename(id="c2", theme="t3", name="name 2")])
    assert [one.code for one in again.skipped] == ["name_taken"]


def test_ideas_that_a_person_moved_are_pinned(before: ThemeMap) -> None:
    found = steer(before, [Move(id="c1", ideas=(IDEAS[0], IDEAS[9], "unheard"), theme="t3")])
    assert {homes(found)[idea] for idea in (IDEAS[0], IDEAS[9], "unheard")} == {"t3"}
    assert found.steering.pinned == {IDEAS[0]: "t3", IDEAS[9]: "t3", "unheard": "t3"}
    assert theme_of(found, "t1").headline_id == IDEAS[1]


def test_a_theme_that_is_moved_away_whole_is_gone(before: ThemeMap) -> None:
    found = steer(before, [Move(id="c1", ideas=IDEAS[:6], theme="t3")])
    assert "t1" not in {one.id for one in found.themes}
    assert (found.lineage[-1].how, found.lineage[-1].others) == ("gone", ("t3",))


def test_ideas_that_are_kept_apart_are_neither_moved_nor_merged_together(before: ThemeMap) -> None:
    found = steer(
        before,
        [
            Apart(id="c1", ideas=(IDEAS[0], IDEAS[6])),
            Move(id="c2", ideas=(IDEAS[0],), theme="t2"),
            Merge(id="c3", themes=("t1", "t2"), into="t1"),
            Move(id="c4", ideas=(IDEAS[1],), theme="t2"),
        ],
    )
    assert [(one.correction, one.code) for one in found.skipped] == [
        ("c2", "kept_apart"),
        ("c3", "kept_apart"),
    ]


def test_ideas_that_are_kept_apart_are_not_both_held_in_the_theme_where_they_still_are(
    before: ThemeMap,
) -> None:
    asked = [
        Apart(id="c1", ideas=IDEAS[:2]),
        Pin(id="c2", ideas=IDEAS[:1]),
        Pin(id="c3", ideas=IDEAS[1:2]),
        Move(id="c4", ideas=IDEAS[1:2], theme="t1"),
        Pin(id="c5", ideas=IDEAS[2:4]),
    ]
    found = steer(before, asked)
    assert [(one.correction, one.code) for one in found.skipped] == [
        ("c3", "kept_apart"),
        ("c4", "kept_apart"),
    ]
    assert set(found.steering.pinned) == {IDEAS[0], *IDEAS[2:4]}
    both = steer(before, [asked[0], Pin(id="c2", ideas=IDEAS[:2])])
    assert [one.code for one in both.skipped] == ["kept_apart"]


def test_a_refused_new_theme_sends_its_ideas_where_the_grouping_would_have_put_them(before: ThemeMap) -> None:
    found = steer(before, [Refuse(id="c1", suggestion="new_theme:t4")])
    assert [homes(found)[idea] for idea in IDEAS[18:]] == ["t1", "t2"] * 3
    assert found.steering.refused == (IDEAS[18:],)
    assert steer(found, [Accept(id="c2", suggestion="new_theme:t4")]).skipped[0].code == "suggestion_gone"


def test_ideas_of_a_refused_theme_follow_the_theme_that_was_merged_on(before: ThemeMap) -> None:
    found = steer(
        before,
        [Merge(id="c1", themes=("t1", "t3"), into="t3"), Refuse(id="c2", suggestion="new_theme:t4")],
    )
    assert [homes(found)[idea] for idea in IDEAS[18:]] == ["t3", "t2"] * 3


def test_what_is_no_idea_comes_back_to_its_theme(before: ThemeMap) -> None:
    found = steer(before, [NotAnIdea(id="c1", ideas=(IDEAS[0],))])
    assert found.not_ideas == (IDEAS[0], "none")
    back = steer(found, [NotAnIdea(id="c2", ideas=(IDEAS[0],), is_idea=True)])
    assert homes(back)[IDEAS[0]] == "t1"


def test_a_merge_is_undone_though_somebody_renamed_the_theme_later(before: ThemeMap) -> None:
    found = steer(
        before,
        [
            Merge(id="c1", themes=("t1", "t2"), into="t1"),
            Rename(id="c2", theme="t1", name="Ours"),
            Move(id="c3", ideas=(IDEAS[7],), theme="t3"),
            Undo(id="c4", correction="c1"),
        ],
    )
    assert found.skipped == ()
    assert theme_of(found, "t1").name == "Ours"
    assert theme_of(found, "t2").name == "Name 2"
    assert theme_of(found, "t2").members == (IDEAS[6], *IDEAS[8:12])
    assert homes(found)[IDEAS[7]] == "t3"


def test_what_somebody_holds_where_a_correction_put_it_stays_there_when_that_is_undone(
    before: ThemeMap,
) -> None:
    asked = [Refuse(id="c1", suggestion="new_theme:t4"), Pin(id="c2", ideas=IDEAS[18:19])]
    found = steer(before, [*asked, Undo(id="c3", correction="c1")])
    assert found.skipped == ()
    assert homes(found)[IDEAS[18]] == found.steering.pinned[IDEAS[18]] == "t1"
    assert {homes(found)[idea] for idea in IDEAS[19:]} == {"t4"}


def test_an_idea_that_was_split_off_since_is_not_held_again_in_the_theme_that_it_left(
    before: ThemeMap,
) -> None:
    asked = [
        Pin(id="c1", ideas=IDEAS[:1]),
        Pin(id="c2", ideas=IDEAS[:1], pinned=False),
        Split(id="c3", theme="t1", parts=(NewPart(ideas=IDEAS[:1]),)),
        Undo(id="c4", correction="c2"),
    ]
    found = steer(before, asked)
    assert (homes(found)[IDEAS[0]], found.steering.pinned) == ("t5", {})


def test_an_idea_after_all_whose_theme_is_no_more_stays_listed_until_the_next_grouping(
    before: ThemeMap,
) -> None:
    asked = [
        NotAnIdea(id="c1", ideas=IDEAS[:1]),
        Move(id="c2", ideas=IDEAS[1:6], theme="t2"),
        Undo(id="c3", correction="c1"),
    ]
    found = steer(before, asked)
    assert found.skipped == ()
    assert "t1" not in {one.id for one in found.themes}
    assert found.not_ideas == (IDEAS[0], "none")
    assert found.steering.not_ideas == ()


def test_a_move_that_is_undone_goes_back_into_the_theme_that_its_own_was_merged_into(
    before: ThemeMap,
) -> None:
    found = steer(
        before,
        [
            Move(id="c1", ideas=(IDEAS[0],), theme="t2"),
            Merge(id="c2", themes=("t1", "t3"), into="t3"),
            Undo(id="c3", correction="c1"),
        ],
    )
    assert found.skipped == ()
    assert homes(found)[IDEAS[0]] == "t3"
    assert theme_of(found, "t3").size == 12


@pytest.mark.parametrize(
    ("later", "code"),
    [
        (Rename(id="c2", theme="t5", name="Theirs"), "built_on"),
        (Move(id="c2", ideas=(IDEAS[20],), theme="t5"), "built_on"),
        (Merge(id="c2", themes=("t5", "t2"), into="t2"), "built_on"),
        (Undo(id="c2", correction="c1"), "already_undone"),
    ],
)
def test_what_somebody_built_on_is_not_undone(before: ThemeMap, later: AnyCorrection, code: str) -> None:
    split = Split(id="c1", theme="t1", parts=(NewPart(ideas=IDEAS[:3]),))
    found = steer(before, [split, later, Undo(id="c3", correction="c1")])
    assert [(one.correction, one.code) for one in found.skipped] == [("c3", code)]


@pytest.mark.parametrize(
    ("correction", "code"),
    [
        (Merge(id="c1", themes=("t1", "t9"), into="t1"), "theme_gone"),
        (Merge(id="c1", themes=("t1",), into="t1"), "merge_bad"),
        (Merge(id="c1", themes=("t1", "t2"), into="t3"), "merge_bad"),
        (Split(id="c1", theme="t1", parts=(NewPart(ideas=IDEAS[:6]),)), "split_bad"),
        (Split(id="c1", theme="t1", parts=()), "split_bad"),
        (Split(id="c1", theme="t1", parts=(NewPart(ideas=IDEAS[6:8]),)), "ideas_gone"),
        (Rename(id="c1", theme="t1", name=" "), "name_bad"),
        (Rename(id="c1", theme="t1", name="x" * 81), "name_bad"),
        (Pin(id="c1", ideas=("unheard",)), "ideas_gone"),
        (Apart(id="c1", ideas=(IDEAS[0],)), "ideas_gone"),
        (Accept(id="c1", suggestion="gone"), "suggestion_gone"),
        (Undo(id="c1", correction="c9"), "correction_unknown"),
    ],
)
def test_a_correction_that_does_not_fit_is_listed_with_its_code(
    before: ThemeMap, correction: AnyCorrection, code: str
) -> None:
    found = steer(before, [correction])
    assert [(one.correction, one.code) for one in found.skipped] == [("c1", code)]
    assert msgspec.structs.replace(found, skipped=()) == before


def test_a_correction_is_followed_once(before: ThemeMap) -> None:
    again = Rename(id="c1", theme="t1", name="Ours")
    assert [one.code for one in steer(before, [again, again]).skipped] == ["given_before"]
