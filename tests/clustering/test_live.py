"""Shows what a running jam gets from ``LiveThemes``: nothing embedded twice, new ideas placed at once.

Where: on an embedder without a model, which remembers what it was asked.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec
import numpy as np
import pytest

from clustering import (
    ClusteringError,
    CorrectionRefused,
    LiveThemes,
    Merge,
    Move,
    NewPart,
    Rename,
    Split,
    Vectors,
    steer,
    theme,
)
from clustering.embedding.model import Counted, uncounted
from tests.clustering.made_up import HashingEmbedder, ideas

ALL = ideas()
ORDER = sorted(ALL, key=lambda key: (int(key.split("-")[1]), key))


def some(start: int, end: int) -> list[tuple[str, str]]:
    return [(key, ALL[key]) for key in ORDER[start:end]]


def jam(count: int) -> tuple[LiveThemes, HashingEmbedder]:
    embedder = HashingEmbedder()
    live = LiveThemes(embedder)
    live.read(some(0, count))
    live.regroup()
    return live, embedder


def test_the_map_is_the_one_that_theme_makes_of_the_same_ideas() -> None:
    live, _ = jam(90)
    first = theme([ALL[key] for key in ORDER[:90]], ORDER[:90], embedder=HashingEmbedder())
    assert live.map == first
    live.read(some(90, 120))
    whole = theme(list(ALL.values()), list(ALL), embedder=HashingEmbedder(), previous=first)
    assert live.regroup() == whole


def test_twelve_different_ideas_are_enough_for_a_first_map() -> None:
    assert jam(11)[0].map.too_few
    assert jam(12)[0].map.themes


def test_only_what_is_new_is_embedded() -> None:
    live, embedder = jam(90)
    embedder.asked.clear()
    live.read(some(80, 92))
    assert sorted(embedder.asked) == sorted(text for _, text in some(90, 92))
    live.regroup()
    assert not set(embedder.asked) & {text for _, text in some(0, 90)}


def test_vectors_of_what_is_gone_are_forgotten_unless_somebody_else_says_the_same() -> None:
    live, embedder = jam(90)
    live.read([("twin", ALL[ORDER[0]])])
    live.read([], gone=[ORDER[0], ORDER[1]])
    embedder.asked.clear()
    live.read([("again", ALL[ORDER[0]]), ("once more", ALL[ORDER[1]])])
    assert embedder.asked == [ALL[ORDER[1]]]


def test_an_idea_that_was_edited_is_read_anew_and_one_sent_again_unchanged_is_not() -> None:
    live, embedder = jam(90)
    embedder.asked.clear()
    live.read([(ORDER[0], ALL[ORDER[0]]), (ORDER[1], "Something else about buses")])
    assert embedder.asked == ["Something else about buses"]
    assert live.regroup().ideas == 90


def test_new_ideas_are_placed_in_the_theme_that_speaks_of_the_same() -> None:
    live, _ = jam(90)
    assert live.place() == {}
    live.read([*some(90, 120), ("none", "n/a")])
    placed = live.place()
    assert set(placed) == set(ORDER[90:])
    home = {one.id: one.members[0].split("-")[0] for one in live.map.themes}
    assert all(home[number] == key.split("-")[0] for key, number in placed.items())
    live.regroup()
    assert live.place() == {}


def test_ideas_are_placed_in_the_themes_as_they_were_corrected() -> None:
    live, _ = jam(90)
    one, two = live.map.themes[:2]
    live.read(some(90, 120))
    before = live.place()
    live.steer([Merge(id="c1", themes=(one.id, two.id), into=one.id)])
    expected = {key: one.id if number == two.id else number for key, number in before.items()}
    assert live.place() == expected


def test_a_placed_idea_that_is_moved_is_in_the_map() -> None:
    live, _ = jam(90)
    live.read(some(90, 91))
    other = next(one.id for one in live.map.themes if one.id != live.place()[ORDER[90]])
    found = live.steer([Move(id="c1", ideas=(ORDER[90],), theme=other)])
    assert ORDER[90] in next(one for one in found.themes if one.id == other).members
    assert live.place() == {}
    assert ORDER[90] in next(one for one in live.regroup().themes if one.id == other).members


def test_ideas_that_are_gone_draw_no_new_one_into_their_theme() -> None:
    live, _ = jam(90)
    one = live.map.themes[0]
    late = next(pair for pair in some(90, 120) if pair[0].split("-")[0] == one.members[0].split("-")[0])
    live.read([late])
    assert live.place() == {late[0]: one.id}
    live.read([("again", f"{late[1]} again")], gone=one.members)
    assert live.place()["again"] != one.id


def test_before_there_are_themes_nothing_is_placed() -> None:
    live = LiveThemes(HashingEmbedder())
    live.read(some(0, 5))
    assert live.place() == {}


def test_a_jam_goes_on_in_another_process_from_its_map() -> None:
    live, _ = jam(90)
    one = live.map.themes[0]
    live.steer([Rename(id="c1", theme=one.id, name="Ours")])
    other = LiveThemes(HashingEmbedder(), previous=live.map)
    for each in (live, other):
        each.read(some(0, 120))
    assert other.place() == live.place()
    assert other.regroup() == live.regroup()


def test_corrections_may_come_with_the_regrouping() -> None:
    live, _ = jam(90)
    one = live.map.themes[0]
    found = live.regroup([Rename(id="c1", theme=one.id, name="Ours")])
    assert next(each for each in found.themes if each.id == one.id).name == "Ours"


def test_a_proposed_split_has_all_ideas_of_the_theme_once_and_can_be_made() -> None:
    live, _ = jam(120)
    one, two = live.map.themes[:2]
    merged = live.steer([Merge(id="c1", themes=(one.id, two.id), into=one.id)])
    before = live.map
    parts = live.propose_split(one.id)
    assert live.map is before
    assert sorted(idea for _, ideas in parts for idea in ideas) == sorted({*one.members, *two.members})
    assert {frozenset(ideas) for _, ideas in parts} == {frozenset(one.members), frozenset(two.members)}
    assert len({name for name, _ in parts}) == 2
    asked = Split(id="c2", theme=one.id, parts=(NewPart(ideas=parts[1][1], name=parts[1][0]),))
    assert steer(merged, [asked]).skipped == ()


def test_a_proposed_split_is_the_same_whatever_the_order_in_which_ideas_came() -> None:
    live, _ = jam(120)
    rows = some(0, 120)
    random.Random(1).shuffle(rows)
    other = LiveThemes(HashingEmbedder(), previous=live.map)
    other.read(rows)
    number = live.map.themes[0].id
    assert other.propose_split(number, 3) == live.propose_split(number, 3)
    assert 2 <= len(live.propose_split(number, 3)) <= 3


def test_a_split_of_a_theme_that_is_gone_is_refused_and_one_of_equal_ideas_has_one_part() -> None:
    live, _ = jam(90)
    with pytest.raises(CorrectionRefused) as refused:
        live.propose_split("t99")
    assert refused.value.code == "theme_gone"
    one = live.map.themes[0]
    live.read([(idea, "More buses") for idea in one.members])
    assert [ideas for _, ideas in live.propose_split(one.id)] == [one.members]


class Breaking(HashingEmbedder):
    """Gives no vector for whatever speaks of breaking."""

    def embed(self, texts: Sequence[str], counted: Counted = uncounted) -> Vectors:
        vectors = super().embed(texts, counted)
        vectors[["break" in text for text in texts]] = np.nan
        return vectors


def test_what_the_model_breaks_on_is_refused_and_nothing_of_it_taken_in() -> None:
    live = LiveThemes(Breaking())
    live.read(some(0, 60))
    before = live.regroup()
    with pytest.raises(ClusteringError):
        live.read([("good", "A bus on Sundays"), ("bad", "This will break it")])
    assert live.regroup().inputs_sha256 == before.inputs_sha256


def test_the_same_ideas_grouped_again_stay_where_they_are() -> None:
    live, _ = jam(100)
    before = live.map
    after = live.regroup()
    assert (after.moved, after.suggestions, after.lineage) == ((), (), before.lineage)
    for one, other in zip(before.themes, after.themes, strict=True):
        assert msgspec.structs.replace(one, spot=None) == msgspec.structs.replace(other, spot=None)
