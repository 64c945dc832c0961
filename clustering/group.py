"""Vectors to labels: smooth along the neighbour graph, build the tree, choose how many themes.

Third stage, all numbers and no words. Nothing here draws a random number, and the rows arrive in a
canonical order, so equal inputs give equal labels. What was tried and measured: docs/clustering.md.
"""

from typing import NamedTuple

import numpy as np
import scipy.sparse

from clustering.centres import refine as refine
from clustering.centres import small_groups, sums
from clustering.centres import without_gaps as without_gaps
from clustering.graph import Matrix, centred, local_weights, smoothed, strongest, unit
from clustering.neighbours import nearest
from clustering.shapes import Labels, Parameters, Rows, Vectors
from clustering.tree import Tree

FEW, MANY = 400, 3_000
"""Below the one and above the other, ideas lie so thinly or so densely that other settings are better."""

_VOTES = 2


class Grouping(NamedTuple):
    """What the grouping found, and what later stages need of how it was found."""

    labels: Labels
    points: Matrix
    """The smoothed vectors: themes lie further apart in them than in the vectors."""
    near: Rows
    """For each row its nearest rows, best first."""


def group(vectors: Vectors, parameters: Parameters) -> Labels:
    """A label for each row (two rows or more): numbers from 0 without gaps, in no telling order."""
    return grouped(vectors, parameters).labels


def grouped(vectors: Vectors, parameters: Parameters) -> Grouping:
    """See ``group``; with the smoothed points and the neighbours."""
    count = len(vectors)
    k = min(neighbours_for(count) if parameters.neighbours is None else parameters.neighbours, count - 1)
    steps = smoothing_for(count) if parameters.smoothing is None else parameters.smoothing
    plain = unit(strongest(centred(vectors), parameters.dimensions))
    near, cosines = nearest(plain, k)
    weights = local_weights(near, cosines)
    points = smoothed(plain, weights, steps)
    return Grouping(_vote(_best_cut(points, parameters), weights), points, near)


def neighbours_for(count: int) -> int:
    """How many neighbours of each idea enter the graph."""
    return 10 if count < FEW else 12 if count <= MANY else 20


def smoothing_for(count: int) -> int:
    """How many steps of smoothing: few ideas would all run together, many neighbours reach far in two."""
    return 1 if count < FEW else 3 if count <= MANY else 2


def tolerance_for(count: int) -> float:
    """How much worse than the best silhouette still counts as good."""
    return 0.02 if count < FEW else 0.03


def most_for(count: int) -> int:
    """No more themes than this: somebody has to read them."""
    return min(count // 6, int((1.5 if count < FEW else 2) * count**0.5))


def sizes_to_try(count: int, parameters: Parameters) -> list[int]:
    """Numbers of themes from 4 upwards (fewer for few ideas), evenly spaced in their logarithm."""
    high = max(2, min(most_for(count), parameters.most_themes))
    low = min(4, high, max(2, count // 12))
    return sorted({round(float(size)) for size in np.geomspace(low, high, parameters.sizes)})


def _best_cut(points: Matrix, parameters: Parameters) -> Labels:
    """The fewest clusters whose silhouette, rounded to 0.01, is within the tolerance of the best.

    Rounded, so that the last bits of a vector cannot change how many themes there are.
    """
    cuts = [refine(points, cut) for cut in _cuts(points, parameters)]
    scores = [round(silhouette(points, cut), 2) for cut in cuts]
    tolerance = tolerance_for(len(points)) if parameters.tolerance is None else parameters.tolerance
    enough = max(scores) - tolerance - 1e-9
    good = [cut for cut, score in zip(cuts, scores, strict=True) if score >= enough]
    return min(good, key=lambda cut: int(cut.max()))


def _cuts(points: Matrix, parameters: Parameters) -> list[Labels]:
    sizes = sizes_to_try(len(points), parameters)
    if len(points) <= parameters.full_tree:
        tree = Tree(points)
        return [tree.cut(size) for size in sizes]
    small = small_groups(points, parameters.full_tree // 2)
    masses = np.bincount(small)
    tree = Tree(sums(points, small) / masses[:, None].astype(points.dtype), masses)
    return [tree.cut(size)[small] for size in sizes]


def silhouette(points: Matrix, labels: Labels) -> float:
    """Mean silhouette (Rousseeuw 1987) by cosine distance; 0 for one cluster, and for a row alone.

    Exact, in O(rows x clusters): the mean cosine to a cluster is the product with its mean vector.
    """
    counts = np.bincount(labels).astype(points.dtype)
    if len(counts) < 2:
        return 0.0
    rows, own = np.arange(len(labels)), counts[labels]
    towards = points @ sums(points, labels).T
    squares = (points * points).sum(axis=1)
    inside = 1 - (towards[rows, labels] - squares) / np.maximum(own - 1, 1)
    outside = 1 - towards / counts
    outside[rows, labels] = np.inf
    beyond = outside.min(axis=1)
    widths = (beyond - inside) / np.maximum(np.maximum(inside, beyond), 1e-6)
    return float(np.where(own == 1, 0.0, widths).mean(dtype=np.float64))


def _vote(labels: Labels, weights: scipy.sparse.csr_array) -> Labels:
    """Twice, each row takes the label that weighs most among itself (weight 1) and its neighbours."""
    rows = np.arange(len(labels))
    for _ in range(_VOTES):
        member = scipy.sparse.csr_array((np.ones(len(labels), dtype=weights.dtype), (rows, labels)))
        labels = without_gaps(np.argmax((weights @ member + member).toarray(), axis=1))
    return labels
