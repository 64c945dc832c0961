"""How many themes: the number on which three views of the same ideas agree best.

Behind the tree. Each view alone errs its own way: the silhouette likes many small groups, modularity a
few large ones, and agreement of halves whatever is certain. Their product has a flat top; the figures
are in docs/clustering.md. A few great themes must be clearly better: nobody reads hundreds of ideas in one.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import scipy.sparse

from clustering.grouping.centres import nearest_of_each, refine_each, sums_of_each
from clustering.grouping.graph import Matrix, local_weights, smoothed
from clustering.grouping.neighbours import nearest
from clustering.grouping.tree import Tree
from clustering.shapes import Labels

_HALF = 1_000
_BETWEEN = 8
_READABLE, _ENOUGH, _TOLL = 70, 20, 0.2
"""Below a theme for every 70 ideas (20 are always enough) a cut counts less: by its share to this power."""


def best(cuts: Callable[[Sequence[int]], list[Labels]], sizes: Sequence[int], views: "Views") -> Labels:
    """The cut with the highest score; of those that are equal, the one with the fewest themes.

    First at the given sizes (ascending), then at some between those beside the best of them.
    """
    tried = dict(zip(sizes, _tried(cuts(sizes), views), strict=True))
    size = max(tried, key=lambda size: (tried[size].score, -size))
    place = list(sizes).index(size)
    low, high = sizes[max(0, place - 1)], sizes[min(len(sizes) - 1, place + 1)]
    between = [int(size) for size in np.unique(np.linspace(low, high, _BETWEEN).round().astype(int))]
    if more := [size for size in between if size not in tried]:
        tried |= zip(more, _tried(cuts(more), views), strict=True)
    return max(tried.items(), key=lambda entry: (entry[1].score, -entry[0]))[1].labels


class _Tried(NamedTuple):
    labels: Labels
    score: float


def _tried(cuts: Sequence[Labels], views: "Views") -> list[_Tried]:
    found = []
    for labels, score in zip(cuts, views.scores(cuts), strict=True):
        wanted = min(len(labels) / _READABLE, _ENOUGH)
        found.append(_Tried(labels, score * min(1.0, (int(labels.max()) + 1) / wanted) ** _TOLL))
    return found


class Views:
    """The three views of one grouping's cuts."""

    def __init__(
        self, plain: Matrix, points: Matrix, weights: scipy.sparse.csr_array, neighbours: int, steps: int
    ) -> None:
        self._plain, self._weights = plain, weights
        self._halves = Halves(plain, points, neighbours, steps)

    def scores(self, cuts: Sequence[Labels]) -> list[float]:
        """For each cut the geometric mean of the three, 0 to 1.

        Rounded to 0.01, so that the last bits of a vector cannot change how many themes there are.
        """
        each = zip(
            silhouettes(self._plain, cuts),
            [modularity(self._weights, cut) for cut in cuts],
            self._halves.agreements([int(cut.max()) + 1 for cut in cuts]),
            strict=True,
        )
        return [round(float(np.cbrt(np.prod(np.maximum(three, 0)))), 2) for three in each]


def silhouette(points: Matrix, labels: Labels) -> float:
    """Mean silhouette (Rousseeuw 1987) by cosine distance; 0 for one cluster, and for a row alone.

    Exact, in O(rows x clusters): the mean cosine to a cluster is the product with its mean vector.
    """
    return silhouettes(points, [labels])[0]


def silhouettes(points: Matrix, cuts: Sequence[Labels]) -> list[float]:
    """The silhouette of each of several cuts of the same points."""
    squares = (points * points).sum(axis=1)
    bounds = np.cumsum([int(labels.max()) + 1 for labels in cuts])[:-1]
    each = np.split(sums_of_each(points, cuts), bounds)
    # One cut at a time: the products of all cuts would be hundreds of megabytes in a large jam.
    return [_silhouette(points @ own.T, squares, labels) for own, labels in zip(each, cuts, strict=True)]


def _silhouette(towards: Matrix, squares: Matrix, labels: Labels) -> float:
    """``towards``: for each row its products with the sums of the clusters; ``squares``: with itself."""
    counts = np.bincount(labels).astype(towards.dtype)
    if len(counts) < 2:
        return 0.0
    rows, own = np.arange(len(labels)), counts[labels]
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

    def agreements(self, clusters: Sequence[int]) -> list[float]:
        """For each number how alike the rows are divided by the halves' clusters, so many each: 0 to 1."""
        most = min(len(half.points) for half in self._halves)
        wanted = sorted({one for one in clusters if one <= most})
        divided = [self._divided(half, wanted) for half in self._halves] if wanted else [[], []]
        found = {size: agreement(*both) for size, *both in zip(wanted, *divided, strict=True)}
        return [found.get(one, 0.0) for one in clusters]

    def _divided(self, half: _Half, clusters: Sequence[int]) -> list[Labels]:
        """The rows as a half's clusters divide them, for each number of clusters."""
        cuts = refine_each(half.points, [half.tree.cut(size) for size in clusters])
        return nearest_of_each(self._rows, half.points, cuts)


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
