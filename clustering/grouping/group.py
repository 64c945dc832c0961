"""Vectors to labels: smooth along the neighbour graph, build the tree, choose how many themes.

Third stage, all numbers and no words but those counted beside the vectors. Nothing here draws a random
number, and the rows arrive in a canonical order, so equal inputs give equal labels. What was tried and
measured: docs/clustering.md.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import scipy.sparse

from clustering.grouping.centres import refine_each, small_groups, sums, without_gaps
from clustering.grouping.choose import Views, best
from clustering.grouping.graph import (
    Matrix,
    beside,
    centred,
    local_weights,
    smoothed,
    strongest,
    unit,
    without,
)
from clustering.grouping.neighbours import nearest
from clustering.grouping.tree import Tree
from clustering.grouping.words import word_vectors
from clustering.shapes import Labels, Parameters, Rows, Vectors

FEW, MANY = 400, 3_000
"""Below the one and above the other, ideas lie so thinly or so densely that other settings are better."""

_VOTES = 2
_LEAST_WORDS, _MOST_WORDS = 0.25, 0.6


class Grouping(NamedTuple):
    """What the grouping found, and what later stages need of how it was found."""

    labels: Labels
    points: Matrix
    """The smoothed vectors, unit rows: themes lie further apart in them than in the vectors."""
    near: Rows
    """For each row its nearest rows, best first."""


def grouped(
    vectors: Vectors,
    parameters: Parameters,
    *,
    texts: Sequence[str] | None = None,
    shared: Vectors | None = None,
) -> Grouping:
    """A label for each row (two rows or more), in no telling order; with the smoothed points and neighbours.

    Args:
        vectors: unit vectors, one for each text, in a canonical order.
        parameters: what can be set.
        texts: the texts themselves, so that their words count too.
        shared: a row for each thing that all texts are about; what lies along these is left out.
    """
    count = len(vectors)
    k = min(neighbours_for(count) if parameters.neighbours is None else parameters.neighbours, count - 1)
    plain = space(vectors, parameters, texts, shared)
    near, cosines = nearest(plain, k)
    weights = local_weights(near, cosines)
    points = smoothed(plain, weights, parameters.smoothing)
    cuts, sizes = _cutter(points, parameters), sizes_to_try(count, parameters)
    if len(sizes) == 1:
        labels = cuts(sizes)[0]
    else:
        labels = best(cuts, sizes, Views(plain, points, weights, k, parameters.smoothing))
    return Grouping(_vote(labels, weights), points, near)


def space(
    vectors: Vectors, parameters: Parameters, texts: Sequence[str] | None, shared: Vectors | None
) -> Matrix:
    """Unit vectors to group by: seen from their mean, with the words beside them."""
    size = parameters.dimensions
    seen = centred(vectors)
    if shared is not None and len(shared):
        seen = unit(without(seen, shared))
    plain = unit(strongest(seen, size))
    if texts is None:
        return plain
    weight = word_weight_for(vectors) if parameters.word_weight is None else parameters.word_weight
    return unit(strongest(beside(plain, word_vectors(texts, size), weight), size))


def word_weight_for(vectors: Vectors) -> float:
    """How much the words count: as much as all vectors have in common, which tells no two ideas apart.

    The mean cosine of all pairs, from 0.25 (ideas about anything) to 0.6 (answers to one narrow question).
    """
    shared = float((vectors.mean(axis=0, dtype=np.float64) ** 2).sum())
    return round(min(max(shared, _LEAST_WORDS), _MOST_WORDS), 3)


def neighbours_for(count: int) -> int:
    """How many neighbours of each idea enter the graph."""
    return 10 if count < FEW else 15 if count <= MANY else 20


def most_for(count: int) -> int:
    """No more themes than this: somebody has to read them."""
    return min(count // 6, int((1.5 if count < FEW else 2) * count**0.5))


def sizes_to_try(count: int, parameters: Parameters) -> list[int]:
    """Numbers of themes from 3 upwards (2 for few ideas), evenly spaced in their logarithm."""
    high = max(2, min(most_for(count), parameters.most_themes))
    low = min(3, high, max(2, count // 12))
    return sorted({round(float(size)) for size in np.geomspace(low, high, parameters.sizes)})


def _cutter(points: Matrix, parameters: Parameters) -> Callable[[Sequence[int]], list[Labels]]:
    """Says how the tree's cuts into so many clusters look after Lloyd's steps."""
    if len(points) <= parameters.full_tree:
        whole = Tree(points)
        return lambda sizes: refine_each(points, [whole.cut(size) for size in sizes])
    small = small_groups(points, parameters.full_tree // 2)
    masses = np.bincount(small)
    tree = Tree(sums(points, small) / masses[:, None].astype(points.dtype), masses)
    return lambda sizes: refine_each(points, [tree.cut(min(size, len(masses)))[small] for size in sizes])


def _vote(labels: Labels, weights: scipy.sparse.csr_array) -> Labels:
    """Twice, each row takes the label that weighs most among itself (weight 1) and its neighbours."""
    rows = np.arange(len(labels))
    for _ in range(_VOTES):
        member = scipy.sparse.csr_array((np.ones(len(labels), dtype=weights.dtype), (rows, labels)))
        labels = without_gaps(np.argmax((weights @ member + member).toarray(), axis=1))
    return labels
