"""Shows that the numbers are right: neighbours, tree, silhouette and outliers against other people's code.

Where: the grouping without words; scipy and scikit-learn are the reference.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from resource import RUSAGE_SELF, getrusage

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_array
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, silhouette_score

from clustering import Parameters, Vectors, theme
from clustering.grouping import neighbours
from clustering.grouping.centres import refine
from clustering.grouping.choose import agreement, modularity, silhouette
from clustering.grouping.graph import beside, local_weights, smoothed, strongest, unit, without
from clustering.grouping.group import (
    grouped,
    most_for,
    neighbours_for,
    sizes_to_try,
    word_weight_for,
)
from clustering.grouping.neighbours import nearest
from clustering.grouping.outliers import one_of_a_kind
from clustering.grouping.parts import parts_of
from clustering.grouping.tree import Tree
from clustering.grouping.words import word_vectors
from tests.clustering.made_up import HashingEmbedder, ideas

Points = NDArray[np.float64]


def blobs(
    groups: int, each: int, spread: float = 0.25, dimensions: int = 16
) -> tuple[Points, NDArray[np.intp]]:
    """Unit vectors around so many centres, and which centre each belongs to."""
    chance = np.random.default_rng(groups * 1000 + each)
    centres = unit(chance.normal(size=(groups, dimensions)))
    labels = np.repeat(np.arange(groups), each)
    return unit(centres[labels] + spread * unit(chance.normal(size=(len(labels), dimensions)))), labels


def test_neighbours_are_the_exact_nearest_and_never_the_row_itself() -> None:
    points, _ = blobs(5, 300)
    rows, cosines = nearest(points, 7)
    everything = points @ points.T
    np.fill_diagonal(everything, -2)
    assert np.allclose(cosines, np.sort(everything, axis=1)[:, :-8:-1], atol=2e-6)
    assert not (rows == np.arange(len(points))[:, None]).any()


def test_local_weights_are_symmetric_and_the_nearest_neighbour_weighs_one() -> None:
    points, _ = blobs(4, 50)
    rows, cosines = nearest(points, 10)
    weights = local_weights(rows, cosines).toarray()
    assert np.allclose(weights, weights.T, atol=1e-6)
    assert weights.max() <= 1 + 1e-12
    assert np.allclose(weights[np.arange(len(points)), rows[:, 0]], 1)


def test_smoothing_draws_neighbours_together() -> None:
    points, labels = blobs(4, 50, spread=0.8)
    weights = local_weights(*nearest(points, 10))
    assert silhouette(smoothed(points, weights, 2), labels) > silhouette(points, labels) + 0.1


@pytest.mark.parametrize("clusters", [2, 5, 17, 90])
def test_the_tree_is_wards_tree(clusters: int) -> None:
    points, _ = blobs(6, 20, spread=0.9)
    reference = fcluster(linkage(points, "ward"), clusters, "maxclust")
    ours = Tree(points).cut(clusters)
    assert ours.max() + 1 == clusters
    assert adjusted_rand_score(reference, ours) == 1


def test_a_heavy_point_in_the_tree_is_so_many_light_ones() -> None:
    points, _ = blobs(3, 10, spread=0.9)
    copies = np.repeat(np.arange(30), [5 if row % 3 == 0 else 1 for row in range(30)])
    heavy = Tree(points, np.bincount(copies).astype(np.float64)).cut(4)
    assert adjusted_rand_score(Tree(points[copies]).cut(4), heavy[copies]) == 1


def test_the_silhouette_is_the_one_of_the_textbook() -> None:
    points, labels = blobs(5, 20, spread=0.9)
    labels[0] = 5  # alone in its cluster
    assert silhouette(points, labels) == pytest.approx(
        silhouette_score(points, labels, metric="cosine"), abs=1e-9
    )
    assert silhouette(points, np.zeros(len(points), dtype=np.intp)) == 0


@pytest.mark.parametrize("groups", [4, 8, 20])
def test_plain_groups_are_found_with_nearly_their_number(groups: int) -> None:
    points, labels = blobs(groups, 30)
    found = grouped(points.astype(np.float32), Parameters()).labels
    assert abs(int(found.max()) + 1 - groups) <= 1
    assert adjusted_rand_score(labels, found) > 0.95


def test_micro_clusters_find_the_groups_that_the_full_tree_finds() -> None:
    points, labels = blobs(10, 100, spread=0.5)
    mixed = np.random.default_rng(1).permutation(len(points))  # as hashes mix them
    found = grouped(points[mixed].astype(np.float32), Parameters(full_tree=400)).labels
    assert adjusted_rand_score(labels[mixed], found) > 0.99


def test_lloyds_steps_bring_a_lost_row_home_and_leave_no_gap_in_the_numbers() -> None:
    points, labels = blobs(3, 20, spread=0.2)
    wrong = labels * 2
    wrong[0] = 4
    assert (refine(points, wrong) == labels).all()


@pytest.mark.parametrize(("count", "sizes"), [(12, [2]), (24, [2, 3, 4]), (60, [3, 4, 5, 6, 7, 8, 9, 10])])
def test_few_ideas_are_never_cut_into_many_themes(count: int, sizes: list[int]) -> None:
    assert sizes_to_try(count, Parameters()) == sizes


def test_about_sixteen_sizes_are_tried_and_no_more_than_were_asked_for() -> None:
    assert len(sizes_to_try(1000, Parameters())) == 16
    assert max(sizes_to_try(100_000, Parameters())) == 100
    assert [neighbours_for(n) for n in (399, 400, 3000, 3001)] == [10, 15, 15, 20]
    assert [most_for(n) for n in (30, 144, 400, 2500)] == [5, 18, 40, 100]


def test_modularity_is_the_one_of_the_textbook() -> None:
    # Two triangles joined by one edge (Newman 2004): 6/7 of the weight inside, half of the ends in each.
    edges = np.array([(0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5), (2, 3)])
    both = np.concatenate([edges, edges[:, ::-1]])
    graph = csr_array((np.ones(len(both)), both.T), shape=(6, 6))
    assert modularity(graph, np.array([0, 0, 0, 1, 1, 1])) == pytest.approx(6 / 7 - 1 / 2)
    assert modularity(graph, np.zeros(6, dtype=np.intp)) == pytest.approx(0)


def test_agreement_is_the_mutual_information_of_the_textbook() -> None:
    chance = np.random.default_rng(4)
    one, other = chance.integers(0, 5, 300), chance.integers(0, 7, 300)
    other[:150] = one[:150]
    assert agreement(one, other) == pytest.approx(normalized_mutual_info_score(one, other))
    assert agreement(one, one) == pytest.approx(1)


def test_what_all_share_with_the_question_is_left_out() -> None:
    points, _ = blobs(4, 30)
    question = unit(np.ones((1, points.shape[1])))[0]
    assert np.allclose(without(points + 3 * question, question[None]), without(points, question[None]))
    assert np.allclose(without(points, question[None]) @ question, 0)


def test_texts_that_share_a_rare_word_lie_nearer_to_each_other() -> None:
    said = ("harbour", "harbours", "library", "libraries", "bridge", "park", "parks", "trees", "street trees")
    words = word_vectors([f"We want the {word} soon" for word in said], 16)
    assert words.dtype == np.float32
    assert words[0] @ words[1] > 0.9 > 0.1 > words[0] @ words[2]
    assert words[7] @ words[8] > 0.9


def test_texts_without_a_common_word_have_no_words_beside_their_vectors() -> None:
    assert not word_vectors(["one", "two", "three"], 8).any()
    assert not word_vectors(["", "?", "!"], 8).any()


def test_words_count_more_where_the_vectors_have_more_in_common() -> None:
    points, _ = blobs(8, 30)
    narrow = unit(points * 0.4 + unit(np.ones((1, points.shape[1]))))
    assert word_weight_for(points.astype(np.float32)) == 0.25
    assert word_weight_for(narrow.astype(np.float32)) == 0.6


def test_two_views_side_by_side_weigh_what_they_should() -> None:
    points, _ = blobs(4, 10)
    words, _ = blobs(5, 8)
    both = beside(points.astype(np.float32), words.astype(np.float32), 0.25)
    assert np.allclose(both @ both.T, 0.75 * points @ points.T + 0.25 * words @ words.T, atol=1e-5)


def test_the_strongest_directions_keep_the_groups_apart() -> None:
    points, labels = blobs(5, 40, spread=0.3, dimensions=200)
    few = strongest(points - points.mean(axis=0), 8)
    assert few.shape == (200, 8)
    assert silhouette(unit(few), labels) > silhouette(unit(points - points.mean(axis=0)), labels)


def test_the_point_far_from_all_others_is_one_of_a_kind() -> None:
    points, labels = blobs(4, 30)
    points[0] = -points[labels == 0].mean(axis=0)
    flags = one_of_a_kind(unit(points).astype(np.float32), 1.0)
    assert flags[0]
    assert flags.mean() < 0.1


def test_no_one_is_one_of_a_kind_where_all_are_equally_far() -> None:
    assert not one_of_a_kind(np.eye(30, dtype=np.float32), 1.0).any()


def test_a_theme_of_three_clear_parts_falls_into_them_and_one_without_parts_stays_whole() -> None:
    points, parts = blobs(3, 20, spread=0.4, dimensions=24)
    whole, _ = blobs(1, 60, spread=1.0, dimensions=24)
    few = np.arange(0, 60, 6)
    vectors = np.concatenate([points, whole, points[few]]).astype(np.float32)
    themes = np.repeat([0, 1, 2], [60, 60, len(few)])
    found = parts_of(vectors, vectors, themes)
    assert adjusted_rand_score(parts, found[:60]) == 1
    assert (found[60:] == -1).all()


def test_cells_find_most_neighbours_that_a_full_search_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    points, _ = blobs(40, 100, spread=0.8)
    mixed = points[np.random.default_rng(2).permutation(len(points))].astype(np.float32)
    exact, _ = nearest(mixed, 10)
    monkeypatch.setattr(neighbours, "EXACT", 1_000)
    monkeypatch.setattr(neighbours, "_LOOKED_AT", 1_000)
    found, cosines = nearest(mixed, 10)
    assert (np.diff(cosines, axis=1) <= 0).all()
    assert np.mean([len(set(a) & set(b)) for a, b in zip(exact, found, strict=True)]) > 8.5


@pytest.mark.parametrize(
    "vectors",
    [
        np.eye(2, 8),
        np.ones((2, 8)),
        np.ones((300, 8)),
        np.zeros((40, 8)),
        np.eye(300),
        np.repeat(np.eye(3, 8), 20, axis=0),
    ],
    ids=["two", "two equal", "all equal", "all zero", "all unrelated", "three said twenty times"],
)
def test_whatever_the_vectors_every_row_has_a_label_and_none_is_lost(vectors: Points) -> None:
    vectors = vectors.astype(np.float32)
    found = grouped(vectors, Parameters())
    assert len(found.labels) == len(vectors)
    assert np.isfinite(found.points).all()
    assert (np.unique(found.labels) == np.arange(found.labels.max() + 1)).all()
    assert one_of_a_kind(vectors, 1.0, found.near).mean() < 0.2
    assert len(parts_of(vectors, found.points, found.labels)) == len(vectors)
    assert (grouped(vectors, Parameters()).labels == found.labels).all()


def honest_and_hostile(honest: int, hostile: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Unit vectors: one honest theme among ten, and hostile rows that lie on both its sides to part it.

    The honest ones come first in the mask; rows are mixed as hashes mix them.
    """
    chance = np.random.default_rng(honest + hostile)
    centres = unit(chance.normal(size=(10, 64)))
    ours = unit(centres[0] + 0.9 * unit(chance.normal(size=(honest, 64))))
    others = unit(
        centres[1 + np.arange(9 * honest // 5) % 9] + 0.9 * unit(chance.normal(size=(9 * honest // 5, 64)))
    )
    # Each hostile row sits beside an honest one, pushed away from the theme's middle: a shell of poles.
    poles = unit(chance.normal(size=(12, 64)))
    beside = ours[chance.integers(0, honest, hostile)]
    shell = unit(
        0.6 * beside + 0.9 * poles[np.arange(hostile) % 12] + 0.4 * unit(chance.normal(size=(hostile, 64)))
    )
    mixed = chance.permutation(honest + len(others) + hostile)
    mask = np.arange(len(mixed)) < honest
    return np.concatenate([ours, others, shell])[mixed].astype(np.float32), mask[mixed]


def found_again(labels: NDArray[np.intp], honest: NDArray[np.bool_]) -> tuple[float, float]:
    """Of the label that has most of the honest rows: its share of them, and their share of it."""
    best = labels == np.bincount(labels[honest]).argmax()
    both = (best & honest).sum()
    return float(both / honest.sum()), float(both / best.sum())


def test_many_hostile_ideas_around_a_theme_do_not_split_it() -> None:
    vectors, honest = honest_and_hostile(100, 1_500)
    assert min(found_again(grouped(vectors, Parameters()).labels, honest)) > 0.8


class Known(HashingEmbedder):
    """Knows the vectors of some texts; those of phrases are hashed."""

    def __init__(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        super().__init__(vectors.shape[1])
        self._known = dict(zip(texts, vectors, strict=True))

    def _vector(self, text: str) -> Vectors:
        known = self._known.get(text)
        return super()._vector(text) if known is None else known


@pytest.mark.full
def test_ten_thousand_hostile_ideas_do_not_split_a_theme_of_five_hundred() -> None:
    vectors, honest = honest_and_hostile(500, 10_000)
    said = list(ideas().values())
    # Whoever is hostile says the same words, so that these tell nobody apart.
    texts = [f"{said[row % len(said)]} {row}" for row in range(len(honest))]
    began = time.process_time()
    found = theme(texts, [str(row) for row in range(len(texts))], embedder=Known(texts, vectors))
    took = time.process_time() - began
    label_of = {idea: label for label, one in enumerate(found.themes) for idea in one.members}
    labels = np.array([label_of[str(row)] for row in range(len(texts))])
    assert min(found_again(labels, honest)) > 0.8
    assert took < 60
    assert getrusage(RUSAGE_SELF).ru_maxrss < 1_000_000  # kilobytes
