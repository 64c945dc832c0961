"""How many themes: the number on which three views of the same ideas agree best.

Behind the tree. Each view alone errs its own way: the silhouette likes many small groups, modularity a
few large ones, and agreement of halves whatever is certain. Their product has a flat top; the figures
are in docs/clustering.md. A few great themes must be clearly better: nobody reads hundreds of ideas in one.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import scipy.sparse

from clustering.grouping.centres import refine, sums
from clustering.grouping.graph import Matrix, local_weights, smoothed, unit
from clustering.grouping.neighbours import nearest
from clustering.grouping.tree import Tree
from clustering.shapes import Labels

_HALF = 1_000
_BETWEEN = 8
_READABLE, _ENOUGH, _TOLL = 70, 20, 0.2
"""Below a theme for every 70 ideas (20 are always enough) a cut counts less: by its share to this power."""


def best(cut: Callable[[int], Labels], sizes: Sequence[int], views: "Views") -> Labels:
    """The cut with the highest score; of those that are equal, the one with the fewest themes.

    First at the given sizes (ascending), then at some between those beside the best of them.
    """
    tried = {size: _Tried.of(cut(size), views) for size in sizes}
    size = max(tried, key=lambda size: (tried[size].score, -size))
    place = list(sizes).index(size)
    low, high = sizes[max(0, place - 1)], sizes[min(len(sizes) - 1, place + 1)]
    for between in np.unique(np.linspace(low, high, _BETWEEN).round().astype(int)):
        if int(between) not in tried:
            tried[int(between)] = _Tried.of(cut(int(between)), views)
    return max(tried.items(), key=lambda entry: (entry[1].score, -entry[0]))[1].labels


class _Tried(NamedTuple):
    labels: Labels
    score: float

    @staticmethod
    def of(labels: Labels, views: "Views") -> "_Tried":
        wanted = min(len(labels) / _READABLE, _ENOUGH)
        return _Tried(labels, views.score(labels) * min(1.0, (int(labels.max()) + 1) / wanted) ** _TOLL)


class Views:
    """The three views of one grouping's cuts."""

    def __init__(
        self, plain: Matrix, points: Matrix, weights: scipy.sparse.csr_array, neighbours: int, steps: int
    ) -> None:
        self._plain, self._weights = plain, weights
        self._halves = Halves(plain, points, neighbours, steps)

    def score(self, cut: Labels) -> float:
        """The geometric mean of the three, 0 to 1.

        Rounded to 0.01, so that the last bits of a vector cannot change how many themes there are.
        """
        three = (
            silhouette(self._plain, cut),
            modularity(self._weights, cut),
            self._halves.agreement(int(cut.max()) + 1),
        )
        return round(float(np.cbrt(np.prod(np.maximum(three, 0)))), 2)


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


def modularity(weights: scipy.sparse.csr_array, labels: Labels) -> float:
    """Share of the graph's weight inside the clusters, beyond what chance puts there (Newman 2004)."""
    degrees = np.asarray(weights.sum(axis=1), dtype=np.float64).ravel()
    rows = np.repeat(np.arange(len(labels)), np.diff(weights.indptr))
    inside = weights.data[labels[rows] == labels[weights.indices]].sum(dtype=np.float64)
    shares = np.bincount(labels, weights=degrees) / degrees.sum()
    return float(inside / degrees.sum() - (shares**2).sum())


class _Half(NamedTuple):
    points: Matrix
    tree: Tree


class Halves:
    """Every other row and the rest, grouped apart: themes that are there are found twice.

    At most 2,000 rows: rows come in the order of their texts' hashes, so the first are a fair sample.
    """

    def __init__(self, plain: Matrix, points: Matrix, neighbours: int, steps: int) -> None:
        self._rows = points[: 2 * _HALF]
        self._halves = [
            self._half(plain[start : len(self._rows) : 2], max(4, round(0.75 * neighbours)), steps)
            for start in (0, 1)
        ]

    @staticmethod
    def _half(plain: Matrix, neighbours: int, steps: int) -> _Half:
        weights = local_weights(*nearest(plain, min(neighbours, len(plain) - 1)))
        points = smoothed(plain, weights, steps)
        return _Half(points, Tree(points))

    def agreement(self, clusters: int) -> float:
        """How alike the rows are divided by the two halves' clusters, so many each: 0 to 1."""
        if any(clusters > len(half.points) for half in self._halves):
            return 0.0
        one, other = (
            np.argmax(self._rows @ unit(sums(half.points, _cut(half, clusters))).T, axis=1)
            for half in self._halves
        )
        return agreement(one, other)


def _cut(half: _Half, clusters: int) -> Labels:
    return refine(half.points, half.tree.cut(clusters))


def agreement(one: Labels, other: Labels) -> float:
    """Mutual information of two labellings, by the mean of their entropies (Strehl & Ghosh 2002): 0 to 1.

    Not adjusted for chance: adjusted, it pulls the product towards too few themes.
    """
    table = np.zeros((one.max() + 1, other.max() + 1))
    np.add.at(table, (one, other), 1)
    first, second = _entropy(table.sum(axis=1)), _entropy(table.sum(axis=0))
    return float((first + second - _entropy(table.ravel())) / max((first + second) / 2, 1e-9))


def _entropy(counts: Matrix) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log(shares)).sum())
