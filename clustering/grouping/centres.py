"""Means of groups and the nearest of them: Lloyd's steps, and many small groups to start from.

Used by the neighbour search, the tree and the choice of a cut. All on unit vectors, so nearest is the
largest product.
"""

import numpy as np
import scipy.sparse

from clustering.grouping.graph import Matrix, unit
from clustering.shapes import Labels

_ROWS = 4096
_STEPS = 3


def sums(points: Matrix, labels: Labels) -> Matrix:
    """The sum of the rows of each label, added in their order."""
    ones, order = np.ones(len(labels), dtype=points.dtype), np.argsort(labels, kind="stable")
    ends = np.cumsum(np.bincount(labels))
    members = (ones, order, np.concatenate([[0], ends]))
    return np.asarray(scipy.sparse.csr_array(members, shape=(len(ends), len(labels))) @ points)


def assign(points: Matrix, centres: Matrix) -> Labels:
    """The nearest centre of each row; centres that nobody chose leave no gap in the numbers."""
    blocks = range(0, len(points), _ROWS)
    chosen = [np.argmax(points[start : start + _ROWS] @ centres.T, axis=1) for start in blocks]
    return without_gaps(np.concatenate(chosen))


def without_gaps(labels: Labels) -> Labels:
    """The same partition with numbers from 0 on."""
    return np.asarray((np.cumsum(np.bincount(labels) > 0) - 1)[labels], dtype=np.intp)


def refine(points: Matrix, labels: Labels, steps: int = _STEPS) -> Labels:
    """So many steps of Lloyd's algorithm: each row goes to the nearest centre."""
    for _ in range(steps):
        labels = assign(points, unit(sums(points, labels)))
    return labels


def small_groups(points: Matrix, count: int) -> Labels:
    """About ``count`` small groups: nearest of the first rows, then of the means, twice.

    Rows come in the order of their texts' hashes, so the first ones are a fair sample.
    """
    return refine(points, assign(points, points[:count]), steps=2)
