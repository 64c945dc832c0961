"""Shows that a map of themes is readable, true to likeness, and that it never jumps.

Why: a label that covers another cannot be read, and a map that is laid out anew at every regrouping is no
map. Where: the layout alone, on made-up themes; real letters in a real browser are in tests/web.
"""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from clustering.measuring.picture import covered, jump, neighbours_kept, outside, trustworthiness
from clustering.placing.dots import RIM
from clustering.placing.labels import MOST_LINES, wrapped
from clustering.placing.place import TALL, WIDE, place, tidied
from clustering.shapes import Spot, ThemeMap
from tests.clustering.placed_jams import DIMENSIONS, Jam, a_jam, as_map, made


def spot_of(themes: ThemeMap, key: str) -> Spot:
    spot = next(theme.spot for theme in themes.themes if theme.id == key)
    assert spot is not None
    return spot


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13, 21, 34, 60, 100])
def test_no_label_lies_on_another_and_none_on_a_disc_and_all_are_inside(count: int) -> None:
    found = a_jam(count, seed=count).placed()
    assert (covered(found), outside(found)) == (0, 0)
    assert (covered(found, tall=True), outside(found, tall=True)) == (0, 0)
    assert found.frame is not None
    assert (found.frame.width, found.frame.tall_width) == (WIDE.width, TALL.width)


@pytest.mark.parametrize("seed", range(12))
def test_no_label_lies_on_another_in_any_of_many_maps_or_in_the_maps_after_them(seed: int) -> None:
    count = 3 + 4 * seed
    before = a_jam(count, seed).placed()
    after = a_jam(count + seed % 5, seed + 1).placed(before)
    assert [covered(one, tall=tall) for one in (before, after) for tall in (False, True)] == [0] * 4
    assert [outside(one, tall=tall) for one in (before, after) for tall in (False, True)] == [0] * 4


def test_overlap_is_seen_where_there_is_one() -> None:
    found = a_jam(6, seed=1).placed()
    first, second, *others = found.themes
    broken = msgspec.structs.replace(
        found, themes=(first, msgspec.structs.replace(second, spot=first.spot), *others)
    )
    assert covered(broken) == 1


def test_the_same_jam_gives_the_same_map() -> None:
    assert a_jam(20, seed=4).placed() == a_jam(20, seed=4).placed()


def test_like_themes_stand_near_each_other() -> None:
    """Twelve themes in a plane of their own: the picture can and must find it again."""
    angles = np.arange(12) * 2 * np.pi / 12
    middles = np.zeros((12, DIMENSIONS))
    middles[:, 0], middles[:, 1], middles[:, 2] = np.cos(angles), np.sin(angles), 0.8
    jam = a_jam(12, seed=2, ideas=240)
    vectors = middles[jam.labels] / np.linalg.norm(middles[0])
    found = Jam(jam.themes, jam.rows, jam.labels, vectors.astype(np.float32)).placed()
    assert neighbours_kept(found, jam.labels, vectors.astype(np.float32), k=2) > 0.7
    assert trustworthiness(found, jam.labels, vectors.astype(np.float32)) > 0.9
    assert trustworthiness(found, jam.labels, vectors.astype(np.float32), tall=True) > 0.8


def test_a_larger_theme_has_a_larger_disc() -> None:
    found = a_jam(15, seed=3, ideas=600).placed()
    ranked = sorted(found.themes, key=lambda theme: theme.distinct)
    radii = [theme.spot.radius for theme in ranked if theme.spot]
    assert radii == sorted(radii)
    assert radii[-1] > radii[0]


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_with_a_tenth_more_ideas_the_map_stays(seed: int) -> None:
    jam = a_jam(18, seed, ideas=440)
    fewer = made(list(jam.themes), jam.rows[:400], jam.labels[:400], jam.vectors[:400])
    before = fewer.placed()
    moved = jump(before, jam.placed(before))
    assert moved.themes == 18
    assert moved.median <= 0.02
    assert moved.most <= 0.15


def test_a_map_of_the_same_ideas_stays_as_it_is_in_the_end() -> None:
    jam = a_jam(18, seed=7)
    found = jam.placed()
    for _ in range(20):
        before, found = found, jam.placed(found)
    assert jump(before, found).most <= 0.01


def test_after_a_merge_the_other_themes_stay() -> None:
    jam = a_jam(14, seed=5, ideas=300)
    before = jam.placed()
    after = jam.without("t9").placed(before)
    moved = jump(before, after)
    assert moved.themes == 13
    assert moved.median <= 0.01
    assert moved.most <= 0.15


@pytest.mark.parametrize("with_vectors", [True, False])
def test_what_is_split_off_comes_up_beside_where_it_was(with_vectors: bool) -> None:
    jam = a_jam(14, seed=6, ideas=300)
    before = jam.placed()
    split = jam.with_split("t4", "t15")
    vectors = split.vectors if with_vectors else None
    after = as_map(split, place(split.themes, split.rows, split.labels, vectors, before))
    parent, child = spot_of(after, "t4"), spot_of(after, "t15")
    assert abs(child.x - parent.x) + abs(child.y - parent.y) < 0.3 * WIDE.width
    assert jump(before, after).median <= 0.03
    assert covered(after) == 0


def test_ideas_stand_inside_the_disc_of_their_theme_and_apart() -> None:
    jam = a_jam(7, seed=8, ideas=210)
    found = jam.placed()
    for theme in found.themes:
        assert theme.spot is not None
        points = np.array([found.spots[key] for key in theme.members])
        away = np.hypot(points[:, 0] - theme.spot.x, points[:, 1] - theme.spot.y)
        assert away.max() <= RIM * theme.spot.radius + 0.1
        assert len({tuple(point) for point in points.tolist()}) == len(points)


def test_an_idea_that_is_like_its_theme_stands_nearer_to_its_middle() -> None:
    jam = a_jam(5, seed=9, ideas=200)
    found = jam.placed()
    number = int(np.bincount(jam.labels).argmax())
    spot = spot_of(found, jam.themes[number].id)
    own = np.flatnonzero(jam.labels == number)
    middle = jam.vectors[own].mean(axis=0)
    near = own[np.argsort(-(jam.vectors[own] @ middle))]
    away = [np.hypot(*(np.array(found.spots[f"i{row}"]) - (spot.x, spot.y))) for row in near]
    assert np.mean(away[: len(away) // 3]) < np.mean(away[-len(away) // 3 :])


def test_ideas_that_say_the_same_share_a_dot() -> None:
    jam = a_jam(3, seed=10)
    rows = [(*jam.rows[0], "copy"), *jam.rows[1:]]
    found = place(jam.themes, rows, jam.labels, jam.vectors)
    assert found.ideas["copy"] == found.ideas["i0"]


def test_neighbours_differ_in_their_pattern_and_a_theme_keeps_its_looks() -> None:
    jam = a_jam(40, seed=12)
    found = jam.placed()
    spots = {theme.id: spot_of(found, theme.id) for theme in found.themes}
    points = np.array([(spot.x, spot.y) for spot in spots.values()])
    looks = [(spot.hue, spot.pattern) for spot in spots.values()]
    away = ((points[:, None] - points[None]) ** 2).sum(axis=-1) + 1e9 * np.eye(len(points))
    same = sum(looks[n][1] == looks[int(away[n].argmin())][1] for n in range(len(looks)))
    assert same <= 2
    assert {hue for hue, _ in looks} <= set(range(12))
    after = jam.with_split("t4", "t41").placed(found)
    assert all(
        (spot_of(after, key).hue, spot_of(after, key).pattern) == look
        for key, look in zip(spots, looks, strict=True)
    )


def test_no_theme_at_all_gives_an_empty_picture() -> None:
    found = place((), [], np.empty(0, dtype=np.intp), np.empty((0, DIMENSIONS), dtype=np.float32))
    assert (found.themes, found.ideas) == ({}, {})
    assert found.frame.width == WIDE.width


def test_themes_that_cannot_be_told_apart_still_have_places_of_their_own() -> None:
    jam = a_jam(9, seed=13)
    same = np.zeros_like(jam.vectors)
    same[:, 0] = 1.0
    assert covered(Jam(jam.themes, jam.rows, jam.labels, same).placed()) == 0


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Café", ("Café",)),
        ("Evening light, lake path", ("Evening light,", "lake path")),
        ("", ()),
        ("one\ntwo", ("one two",)),
    ],
)
def test_a_name_stands_on_few_and_even_lines(name: str, lines: tuple[str, ...]) -> None:
    assert wrapped(name, WIDE.letters, WIDE.widest).lines == lines


@pytest.mark.parametrize(
    "name", ["w" * 80, "W " * 40, "不知道什么时候会来的公共汽车" * 4, "Za\u0316" + "\u0317" * 50]
)
def test_a_name_of_any_length_fits_into_its_box(name: str) -> None:
    found = wrapped(name, TALL.letters, TALL.widest)
    assert 1 <= len(found.lines) <= MOST_LINES
    assert 0 < found.width <= TALL.widest + 1e-6


@pytest.mark.alone
def test_ten_times_as_many_ideas_are_placed_in_about_the_same_time() -> None:
    import time

    took = []
    for ideas in (1_000, 10_000):
        jam = a_jam(100, seed=14, ideas=ideas)
        started = time.process_time()
        jam.placed(jam.placed())
        took.append(time.process_time() - started)
    assert took[1] < 8 * took[0]


def test_after_a_correction_what_is_new_stands_on_the_picture_and_all_else_stays() -> None:
    jam = a_jam(14, seed=15, ideas=300)
    before = jam.placed()
    split = jam.with_split("t4", "t15")
    themes = [msgspec.structs.replace(one, spot=spot_of(before, one.id)) for one in split.themes[:-1]]
    found = tidied(msgspec.structs.replace(before, themes=(*themes, split.themes[-1])))
    assert covered(found) == covered(found, tall=True) == 0
    assert all(theme.spot for theme in found.themes)
    assert jump(before, found).median <= 0.01
    assert set(found.spots) == {key for theme in found.themes for key in theme.members}
