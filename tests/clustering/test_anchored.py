"""Shows that themes go on from one map to the next: ids and names stay, and what persons decided is kept.

Where: ``theme`` with a previous map and corrections, on an embedder without a model.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import (
    Accept,
    AnyCorrection,
    Apart,
    Merge,
    Move,
    NewPart,
    NotAnIdea,
    Pin,
    Refuse,
    Rename,
    Split,
    Suggestion,
    Theme,
    ThemeMap,
    Undo,
    steer,
    theme,
)
from clustering.grouping.graph import unit
from clustering.steering.decided import KeptTheme, Steering
from clustering.steering.lists import suggested
from clustering.steering.match import Match, Unit, matched
from tests.clustering.made_up import HashingEmbedder, homes, ideas

ALL = ideas()
ORDER = sorted(ALL, key=lambda key: (int(key.split("-")[1]) * 7 % 20, key))
"""All subjects alike, whatever number of ideas one takes."""


def mapped(count: int, previous: ThemeMap | None = None, given: Sequence[AnyCorrection] = ()) -> ThemeMap:
    """The map of the first so many ideas."""
    texts = {key: ALL[key] for key in ORDER[:count]}
    return themed(texts, previous, given) if previous or given else first_map(count)


@cache
def first_map(count: int) -> ThemeMap:
    return themed({key: ALL[key] for key in ORDER[:count]})


def themed(
    texts: dict[str, str], previous: ThemeMap | None = None, given: Sequence[AnyCorrection] = ()
) -> ThemeMap:
    embedder = HashingEmbedder()
    return theme(list(texts.values()), list(texts), embedder=embedder, previous=previous, corrections=given)


def about(found: ThemeMap, subject: str) -> Theme:
    """The theme that has most of a subject's ideas."""
    return max(found.themes, key=lambda one: sum(idea.startswith(subject) for idea in one.members))


def test_themes_keep_ids_and_names_when_ideas_come_in() -> None:
    before = mapped(90)
    after = mapped(120, before)
    assert {one.id: one.name for one in after.themes} == {one.id: one.name for one in before.themes}
    assert after.moved == ()


def test_ideas_that_moved_unasked_are_all_listed() -> None:
    before = mapped(60)
    swapped = {key: ALL[key] for key in ORDER[:90]}
    moved = [key for key in homes(before) if key.startswith("trees")][:4]
    swapped |= {key: f"Swimming lessons for children number {n}" for n, key in enumerate(moved)}
    after = themed(swapped, before)
    found = homes(after)
    changed = {idea for idea, number in homes(before).items() if found[idea] != number}
    assert changed >= set(moved)
    assert {one.idea for one in after.moved} == changed
    assert all(one.after == found[one.idea] for one in after.moved)


def test_a_theme_that_comes_up_is_new_and_suggested_until_somebody_answers() -> None:
    buses = {key: text for key, text in ALL.items() if not key.startswith("rubbish")}
    before = themed(buses)
    after = themed(ALL, before)
    new = about(after, "rubbish")
    assert new.is_new
    assert new.id not in {one.id for one in before.themes}
    assert [one.id for one in after.suggestions if one.kind == "new_theme"] == [f"new_theme:{new.id}"]
    again = themed(ALL, after)
    assert about(again, "rubbish").is_new
    accepted = themed(ALL, after, [Accept(id="c1", suggestion=f"new_theme:{new.id}")])
    assert about(accepted, "rubbish").kept
    assert not about(accepted, "rubbish").is_new
    assert accepted.suggestions == ()


def test_a_new_theme_that_is_refused_is_dissolved_and_not_made_again() -> None:
    before = themed({key: text for key, text in ALL.items() if not key.startswith("rubbish")})
    after = themed(ALL, before)
    new = about(after, "rubbish")
    refusal = [Refuse(id="c1", suggestion=f"new_theme:{new.id}")]
    at_once, later = steer(after, refusal), themed(ALL, after, refusal)
    for found in (at_once, later, themed(ALL, later)):
        assert new.id not in {one.id for one in found.themes}
        assert set(homes(found)) == set(ALL)
        assert {one.id for one in found.themes} == {one.id for one in before.themes}


def test_a_new_theme_that_is_refused_later_is_dissolved_as_it_would_have_been_at_once() -> None:
    before = themed({key: text for key, text in ALL.items() if not key.startswith("rubbish")})
    at_once = themed(ALL, before)
    later = themed(ALL, themed(ALL, at_once))
    refusal = [Refuse(id="c1", suggestion=f"new_theme:{about(at_once, 'rubbish').id}")]
    asked = next(one for one in later.suggestions if one.id == refusal[0].suggestion)
    assert set(asked.instead) <= {one.id for one in before.themes}
    assert homes(steer(later, refusal)) == homes(steer(at_once, refusal))


def test_a_move_that_is_refused_goes_back_for_good() -> None:
    found = mapped(120)
    one, other = found.themes[:2]
    ideas = one.members[:2]
    suggestion = Suggestion(id="m", kind="moved", themes=(other.id, one.id), ideas=ideas)
    asked = msgspec.structs.replace(found, suggestions=(suggestion,))
    after = themed(ALL, asked, [Refuse(id="c1", suggestion="m")])
    assert {homes(after)[idea] for idea in ideas} == {other.id}
    assert {homes(themed(ALL, after))[idea] for idea in ideas} == {other.id}


def some_corrections(found: ThemeMap) -> list[AnyCorrection]:
    """One of each kind, against what the texts say."""
    one, two, three, four = found.themes[:4]
    return [
        Merge(id="c1", themes=(one.id, two.id), into=one.id),
        Split(id="c2", theme=three.id, parts=(NewPart(ideas=three.members[:4], name="Torn off"),)),
        Rename(id="c3", theme=four.id, name="Called by a person"),
        Move(id="c4", ideas=(four.members[0], one.members[0]), theme=three.id),
        Pin(id="c5", ideas=(four.members[1],)),
        Apart(id="c6", ideas=(four.members[2], four.members[3])),
        NotAnIdea(id="c7", ideas=(four.members[4],)),
    ]


def check_kept(before: ThemeMap, after: ThemeMap) -> None:
    one, two, three, four = before.themes[:4]
    now = homes(after)
    moved = {four.members[0], one.members[0]}
    assert {now[idea] for idea in {*one.members, *two.members} - moved} == {one.id}
    torn = {now[idea] for idea in three.members[:4]}
    assert len(torn) == 1
    assert torn.isdisjoint({homes(before)[idea] for idea in homes(before)})
    assert {now[idea] for idea in three.members[4:]} == {three.id}
    names = {one.id: one.name for one in after.themes}
    assert names[four.id] == "Called by a person"
    assert names[torn.pop()] == "Torn off"
    assert {now[idea] for idea in moved} == {three.id}
    assert now[four.members[1]] == four.id
    assert now[four.members[2]] != now[four.members[3]]
    assert four.members[4] in after.not_ideas
    assert four.members[4] not in now


def test_corrections_are_kept_through_five_regroupings_while_the_jam_doubles() -> None:
    before = mapped(60)
    found = mapped(72, before, some_corrections(before))
    assert found.skipped == ()
    check_kept(before, found)
    for count in (84, 96, 108, 120):
        found = mapped(count, found)
        check_kept(before, found)


def test_corrections_done_at_once_or_with_the_grouping_make_the_same_map() -> None:
    before = mapped(90)
    asked = some_corrections(before)
    at_once = mapped(120, steer(before, asked[:3]), asked[3:])
    assert at_once == mapped(120, before, asked)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_rows_changes_nothing_with_a_previous_map_and_corrections(seed: int) -> None:
    before = mapped(80)
    rows = list(ALL.items())
    random.Random(seed).shuffle(rows)
    assert themed(dict(rows), before, some_corrections(before)) == mapped(
        120, before, some_corrections(before)
    )


def test_what_was_undone_leaves_no_trace_in_the_next_grouping() -> None:
    before = mapped(90)
    one, two = before.themes[:2]
    asked: list[AnyCorrection] = [
        Merge(id="c1", themes=(one.id, two.id), into=one.id),
        Undo(id="c2", correction="c1"),
    ]
    plain, after = mapped(120, before), mapped(120, before, asked)
    assert homes(after) == homes(plain)
    assert [one.name for one in after.themes] == [one.name for one in plain.themes]


def test_a_merge_is_undone_after_ideas_came_in_and_they_stay_where_they_are() -> None:
    before = mapped(90)
    one, two = before.themes[:2]
    merged = mapped(120, before, [Merge(id="c1", themes=(one.id, two.id), into=one.id)])
    undone = mapped(120, merged, [Undo(id="c2", correction="c1")])
    assert undone.skipped == ()
    now = homes(undone)
    assert {now[idea] for idea in two.members} == {two.id}
    assert {now[idea] for idea in one.members} == {one.id}


def test_a_theme_whose_ideas_are_all_gone_disappears_and_its_number_is_not_given_again() -> None:
    before = mapped(120)
    gone = about(before, "trees")
    rest = {key: text for key, text in ALL.items() if key not in gone.members}
    after = themed(rest, before)
    assert gone.id not in {one.id for one in after.themes}
    line = after.lineage[-1]
    assert (line.theme, line.how) == (gone.id, "gone")
    later = themed({**rest, **{f"x{n}": f"Quiet rooms for study number {n}" for n in range(20)}}, after)
    assert gone.id not in {one.id for one in later.themes}


def test_a_kept_theme_comes_back_with_its_name_when_its_ideas_do() -> None:
    before = mapped(120)
    gone = about(before, "trees")
    named = steer(before, [Rename(id="c1", theme=gone.id, name="Green town")])
    rest = {key: text for key, text in ALL.items() if key not in gone.members}
    after = themed(ALL, themed(rest, named))
    back = next(one for one in after.themes if one.id == gone.id)
    assert (back.name, back.locked, back.kept) == ("Green town", True, True)
    assert after.lineage[-1].how == "back"


def test_two_people_who_wrote_the_same_words_may_be_put_into_two_themes() -> None:
    texts = {**ALL, "again": ALL["trees-0"]}
    before = themed(texts)
    other = about(before, "swimming")
    after = themed(texts, before, [Move(id="c1", ideas=("again",), theme=other.id)])
    assert homes(after)["again"] == other.id
    assert homes(after)["trees-0"] == homes(before)["trees-0"]


def test_holding_one_of_two_who_wrote_the_same_words_makes_them_no_two_distinct_ideas() -> None:
    before = themed({**ALL, "again": ALL["trees-0"]})
    home = about(before, "trees")
    after = themed({**ALL, "again": ALL["trees-0"]}, before, [Pin(id="c1", ideas=("again",))])
    held = about(after, "trees")
    assert (held.id, held.size, held.distinct) == (home.id, home.size, home.distinct)


def test_a_non_answer_is_an_idea_after_all_when_a_person_says_so() -> None:
    texts = {**ALL, "none": "none"}
    before = themed(texts)
    assert before.not_ideas == ("none",)
    after = themed(texts, before, [NotAnIdea(id="c1", ideas=("none",), is_idea=True)])
    assert "none" in homes(after)
    assert after.not_ideas == ()


def test_whoever_leaves_a_theme_to_be_apart_from_one_does_not_meet_another_to_be_apart_from() -> None:
    ways = {"t1": (1.0, 0.0, 0.0), "t2": (0.0, 1.0, 0.0), "t3": (0.0, 0.0, 1.0)}
    rows = [(theme, way) for theme, way in ways.items() for _ in range(5)]
    # "one" is in the first theme with "between", which is nearest to the second, where "two" is.
    rows += [("t1", (1.0, 0.01, 0.0)), ("t1", (1.0, 0.5, 0.0)), ("t2", (0.0, 1.0, 0.01))]
    names = [*(f"x{row}" for row in range(15)), "one", "between", "two"]
    units = [
        Unit(row, (name,), theme, "") for row, (name, (theme, _)) in enumerate(zip(names, rows, strict=True))
    ]
    labels = np.array([int(theme[1]) - 1 for theme, _ in rows])
    steering = Steering(next_number=4, apart=(("between", "one"), ("between", "two")))
    found = matched(units, labels, unit(np.array([way for _, way in rows])), steering, 0.02)
    assert (
        dict(zip(names, found.themes, strict=True)).items()
        >= {"one": "t1", "between": "t3", "two": "t2"}.items()
    )


def test_a_refused_join_of_two_themes_does_not_hide_a_third_that_looks_like_them() -> None:
    units = [Unit(row, (f"x{row}",), f"t{1 + row // 5}", f"t{1 + row // 5}") for row in range(15)]
    kept = {f"t{number}": KeptTheme(members=()) for number in (1, 2, 3)}
    one_cluster = Match([one.before for one in units], [], {}, [0] * 15, next_number=4)

    def joins(*unjoined: tuple[str, str]) -> list[str]:
        before = msgspec.structs.replace(first_map(40), steering=Steering(kept=kept, unjoined=unjoined))
        return [one.id for one in suggested(before, (), units, one_cluster)]

    assert joins() == ["join:t1:t2"]
    assert joins(("t1", "t2")) == ["join:t1:t3"]
    assert joins(("t1", "t2"), ("t1", "t3"), ("t2", "t3")) == []


# ── Random laws ─────────────────────────────────────────────────────────────────────────────────────

picks = st.lists(st.integers(0, 119), min_size=1, max_size=3, unique=True)
kinds = st.tuples(
    st.sampled_from(["merge", "split", "move", "pin", "apart", "not_an_idea", "rename", "undo"]),
    st.integers(0, 9),
    st.integers(0, 9),
    picks,
)


def correction(number: int, kind: tuple[str, int, int, list[int]], found: ThemeMap) -> AnyCorrection:
    do, first, second, places = kind
    one, two = (found.themes[place % len(found.themes)].id for place in (first, second))
    some = tuple(ORDER[place] for place in places)
    key = f"c{number}"
    made: dict[str, AnyCorrection] = {
        "merge": Merge(id=key, themes=(one, two), into=one),
        "split": Split(id=key, theme=one, parts=(NewPart(ideas=some),)),
        "move": Move(id=key, ideas=some, theme=one),
        "pin": Pin(id=key, ideas=some),
        "apart": Apart(id=key, ideas=some),
        "not_an_idea": NotAnIdea(id=key, ideas=some),
        "rename": Rename(id=key, theme=one, name=f"Named {first}"),
        "undo": Undo(id=key, correction=f"c{first}"),
    }
    return made[do]


@pytest.mark.slow
@pytest.mark.parametrize("examples", [10, pytest.param(100, marks=pytest.mark.full)])
def test_every_idea_is_in_one_theme_and_no_number_is_given_twice_whatever_happens(examples: int) -> None:
    given(st.lists(st.lists(kinds, max_size=4), min_size=1, max_size=3))(
        settings(max_examples=examples, deadline=None)(_whatever_happens)
    )()


def _whatever_happens(rounds: list[list[tuple[str, int, int, list[int]]]]) -> None:
    found, number = mapped(40), 0
    ever = {one.id for one in found.themes}
    for count, kinds_given in enumerate(rounds):
        for kind in kinds_given:
            found = steer(found, [correction(number, kind, found)])
            number += 1
        now = {one.id for one in found.themes}
        shown = ORDER[: 70 + 25 * count]
        found = mapped(len(shown), found)
        members = [idea for one in found.themes for idea in one.members]
        assert sorted([*members, *found.not_ideas]) == sorted(shown)
        fresh = {one.id for one in found.themes} - now - set(found.steering.kept)
        back = {line.theme for line in found.lineage if line.how == "back"}
        assert not (fresh - back) & ever
        ever |= now | {one.id for one in found.themes}
        pins = {idea: home for idea, home in found.steering.pinned.items() if idea in homes(found)}
        assert all(homes(found)[idea] == home for idea, home in pins.items())
        for group in found.steering.apart:
            placed = [homes(found)[idea] for idea in group if idea in homes(found)]
            assert len(set(placed)) == len(placed) or len(found.themes) < len(placed)


# ── Degenerate inputs ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("count", [0, 1, 2, 11])
def test_too_few_ideas_keep_what_persons_decided_for_when_there_are_more(count: int) -> None:
    before = mapped(120)
    first = before.themes[0]
    few = mapped(count, before, [Rename(id="c1", theme=first.id, name="Ours")])
    assert (few.too_few, few.themes, few.ideas) == (True, (), count)
    asked: list[AnyCorrection] = [
        Merge(id="c2", themes=("t1", "t2"), into="t1"),
        Move(id="c3", ideas=(ORDER[0],), theme="t1"),
        NotAnIdea(id="c4", ideas=(ORDER[5],)),
    ]
    after = mapped(120, few, asked)
    assert [(one.correction, one.code) for one in after.skipped] == [
        ("c2", "theme_gone"),
        ("c3", "theme_gone"),
    ]
    assert next(one for one in after.themes if one.id == first.id).name == "Ours"
    assert after.not_ideas == (ORDER[5],)


def test_corrections_without_a_previous_map_take_what_needs_no_theme() -> None:
    asked: list[AnyCorrection] = [
        NotAnIdea(id="c1", ideas=("buses-0",)),
        Apart(id="c2", ideas=("trees-0", "trees-1")),
        Rename(id="c3", theme="t1", name="Ours"),
    ]
    found = themed(ALL, None, asked)
    assert found.not_ideas == ("buses-0",)
    assert homes(found)["trees-0"] != homes(found)["trees-1"]
    assert [(one.correction, one.code) for one in found.skipped] == [("c3", "theme_gone")]


def test_all_ideas_marked_as_none_leave_no_theme() -> None:
    before = mapped(40)
    found = mapped(40, before, [NotAnIdea(id="c1", ideas=tuple(ORDER[:40]))])
    assert found.too_few
    assert found.not_ideas == tuple(sorted(ORDER[:40]))


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(["More buses"] * 50, id="all equal"),
        pytest.param([f"{chr(97 + n)}{n * n}" for n in range(26)], id="all unrelated"),
        pytest.param(["word " * 10_000, *(f"street {n} tree" for n in range(20))], id="50,000 characters"),
        pytest.param(["?" * n for n in range(1, 30)], id="punctuation alone"),
    ],
)
def test_strange_texts_are_grouped_with_a_previous_map_and_corrections(texts: list[str]) -> None:
    strange = {f"s{n}": text for n, text in enumerate(texts)}
    first = themed(strange)
    for previous in (first, mapped(60)):
        found = themed(strange, previous, [Pin(id="c1", ideas=("s0",)), Apart(id="c2", ideas=("s1", "s2"))])
        assert sorted(homes(found)) == ([] if found.too_few else sorted(set(strange) - set(found.not_ideas)))
        msgspec.json.encode(found)
