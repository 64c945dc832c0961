"""Means of groups and the nearest of them: Lloyd's steps, and many small groups to start from.

Used by the neighbour search, the tree and the choice of a cut. All on unit vectors, so nearest is the
largest product.
"""

from collections.abc import Sequence

import numpy as np
import scipy.sparse

from clustering.grouping.graph import Matrix, unit
from clustering.shapes import Labels

_ROWS = 4096
_STEPS = 3


def sums(points: Matrix, labels: Labels) -> Matrix:
    """The sum of the rows of each label, added in their order."""
    return sums_of_each(points, [labels])


def sums_of_each(points: Matrix, cuts: Sequence[Labels]) -> Matrix:
    """The sums of the rows of each label of several cuts of the same points, one cut below the other."""
    order = np.concatenate([np.argsort(labels, kind="stable") for labels in cuts])
    ends = np.cumsum(np.concatenate([np.bincount(labels) for labels in cuts]))
    members = (np.ones(len(order), dtype=points.dtype), order, np.concatenate([[0], ends]))
    return np.asarray(scipy.sparse.csr_array(members, shape=(len(ends), len(points))) @ points)


def assign(points: Matrix, centres: Matrix) -> Labels:
    """The nearest centre of each row; centres that nobody chose leave no gap in the numbers."""
    return without_gaps(_nearest(points, centres, [])[0])


def nearest_of_each(rows: Matrix, points: Matrix, cuts: Sequence[Labels]) -> list[Labels]:
    """For each of several cuts of ``points`` the cluster whose mean is nearest to each of ``rows``."""
    bounds = np.cumsum([int(labels.max()) + 1 for labels in cuts])[:-1]
    return _nearest(rows, unit(sums_of_each(points, cuts)), bounds.tolist())


def _nearest(points: Matrix, centres: Matrix, bounds: Sequence[int]) -> list[Labels]:
    """The nearest centre of each row, for each part of the centres; all but the first begin at ``bounds``."""
    chosen: list[list[Labels]] = [[] for _ in range(len(bounds) + 1)]
    for start in range(0, len(points), _ROWS):
        products = points[start : start + _ROWS] @ centres.T
        for found, part in zip(chosen, np.split(products, bounds, axis=1), strict=True):
            found.append(np.argmax(part, axis=1))
    return [np.concatenate(found) for found in chosen]


def without_gaps(labels: Labels) -> Labels:
    """The same partition with numbers from 0 on."""
    return np.asarray((np.cumsum(np.bincount(labels) > 0) - 1)[labels], dtype=np.intp)


def refine(points: Matrix, labels: Labels, steps: int = _STEPS) -> Labels:
    """So many steps of Lloyd's algorithm: each row goes to the nearest centre."""
    return refine_each(points, [labels], steps)[0]


def refine_each(points: Matrix, cuts: Sequence[Labels], steps: int = _STEPS) -> list[Labels]:
    """The same for several cuts of the same points: a few large products instead of many small ones."""
    found = list(cuts)
    for _ in range(steps):
        found = [without_gaps(labels) for labels in nearest_of_each(points, points, found)]
    return found


def small_groups(points: Matrix, count: int) -> Labels:
    """About ``count`` small groups: nearest of the first rows, then of the means, twice.

    Rows come in the order of their texts' hashes, so the first ones are a fair sample.
    """
    return refine(points, assign(points, points[:count]), steps=2)
