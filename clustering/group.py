"""Vectors to labels: smooth along the neighbour graph, build the tree, choose how many themes.

Third stage, all numbers and no words. Nothing here draws a random number, and the rows arrive in a
canonical order, so equal inputs give equal labels. What was tried and measured: docs/clustering.md.
"""

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from clustering.graph import Matrix, centred, local_weights, nearest, smoothed, unit
from clustering.shapes import Labels, Parameters, Vectors
from clustering.tree import Tree

FEW, MANY = 400, 3_000
"""Below the one and above the other, ideas lie so thinly or so densely that other settings are better."""

_LLOYD_STEPS = 3
_VOTES = 2
_ASSIGN_BLOCK = 4096


def group(vectors: Vectors, parameters: Parameters) -> Labels:
    """A label for each row (two rows or more): numbers from 0 without gaps, in no telling order."""
    count = len(vectors)
    k = min(neighbours_for(count) if parameters.neighbours is None else parameters.neighbours, count - 1)
    steps = smoothing_for(count) if parameters.smoothing is None else parameters.smoothing
    plain = centred(vectors)
    weights = local_weights(*nearest(plain, k))
    points = smoothed(plain, weights, steps)
    return _vote(_best_cut(points, parameters), weights)


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
    micro = _micro_clusters(points, parameters.full_tree // 4)
    masses = np.bincount(micro).astype(np.float64)
    tree = Tree(_sums(points, micro) / masses[:, None], masses)
    return [tree.cut(size)[micro] for size in sizes]


def _micro_clusters(points: Matrix, count: int) -> Labels:
    """About ``count`` small clusters: nearest of the first rows, then of the means, twice.

    Rows come in the order of their texts' hashes, so the first ones are a fair sample.
    """
    labels = _assign(points, points[:count])
    for _ in range(2):
        labels = _assign(points, unit(_sums(points, labels)))
    return labels


def refine(points: Matrix, labels: Labels) -> Labels:
    """Three steps of Lloyd's algorithm on unit vectors: each row goes to the nearest centroid."""
    for _ in range(_LLOYD_STEPS):
        labels = _assign(points, unit(_sums(points, labels)))
    return labels


def _assign(points: Matrix, centroids: Matrix) -> Labels:
    """The nearest centroid of each row; centroids that nobody chose leave no gap in the numbers."""
    blocks = range(0, len(points), _ASSIGN_BLOCK)
    chosen = [np.argmax(points[start : start + _ASSIGN_BLOCK] @ centroids.T, axis=1) for start in blocks]
    return without_gaps(np.concatenate(chosen))


def without_gaps(labels: Labels) -> Labels:
    """The same partition with numbers from 0 on."""
    return np.unique(labels, return_inverse=True)[1].astype(np.intp)


def _sums(points: Matrix, labels: Labels) -> Matrix:
    rows = np.arange(len(labels))
    member = scipy.sparse.csr_array((np.ones(len(labels)), (labels, rows)))
    return np.asarray(member @ points)


def silhouette(points: Matrix, labels: Labels) -> float:
    """Mean silhouette (Rousseeuw 1987) by cosine distance; 0 for one cluster, and for a row alone.

    Exact, in O(rows x clusters): the mean cosine to a cluster is the product with its mean vector.
    """
    counts = np.bincount(labels).astype(np.float64)
    if len(counts) < 2:
        return 0.0
    rows, own = np.arange(len(labels)), counts[labels]
    towards = points @ _sums(points, labels).T
    squares = (points * points).sum(axis=1)
    inside = 1 - (towards[rows, labels] - squares) / np.maximum(own - 1, 1)
    outside = 1 - towards / counts
    outside[rows, labels] = np.inf
    beyond = outside.min(axis=1)
    widths = (beyond - inside) / np.maximum(np.maximum(inside, beyond), 1e-12)
    return float(np.where(own == 1, 0.0, widths).mean())


def _vote(labels: Labels, weights: scipy.sparse.csr_array) -> Labels:
    """Twice, each row takes the label that weighs most among itself (weight 1) and its neighbours."""
    rows: NDArray[np.intp] = np.arange(len(labels))
    for _ in range(_VOTES):
        member = scipy.sparse.csr_array((np.ones(len(labels)), (rows, labels)))
        labels = without_gaps(np.argmax((weights @ member + member).toarray(), axis=1))
    return labels
