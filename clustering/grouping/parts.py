"""Sub-themes: what a large theme falls into, where it falls apart clearly.

After the themes are settled. Looks at one theme at a time, so it serves themes that a person put together
as well: cut in the points that the grouping made, judged in the vectors, which were not drawn together.
"""

import numpy as np

from clustering.grouping.centres import assign, refine_each, sums
from clustering.grouping.choose import silhouettes
from clustering.grouping.graph import Matrix, centred, unit
from clustering.grouping.tree import Tree
from clustering.shapes import Labels, Vectors

FEWEST = 12
"""A theme with fewer distinct ideas is read as a whole."""

_MOST_PARTS = 6
_LEAST_IN_PART = 3
_CLEAR = 0.18
"""Silhouette from which on parts of two or three joined labels were found again (AMI 0.64 to 0.75)."""
_SAMPLE = 2_000


def parts_of(vectors: Vectors, points: Matrix, labels: Labels) -> Labels:
    """For each row the number of its part within its label, from 0; -1 where the label has no parts.

    Args:
        vectors: unit vectors, one for each idea.
        points: ``Grouping.points``, one row for each idea.
        labels: themes, as they are shown.
    """
    parts: Labels = np.full(len(labels), -1)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        if len(rows) >= FEWEST:
            parts[rows] = _parts(centred(vectors[rows]), centred(points[rows]))
    return parts


def _parts(plain: Matrix, points: Matrix) -> Labels:
    """The clearest cut into two to six parts of three rows or more; all -1 where none is clear."""
    found, clearest = np.full(len(points), -1), _CLEAR
    cuts = _cuts(points)
    for cut, wide in zip(cuts, silhouettes(plain, cuts), strict=True):
        clear = round(wide, 2)
        if clear > clearest and np.bincount(cut).min() >= _LEAST_IN_PART:
            found, clearest = cut, clear
    return found


def _cuts(points: Matrix) -> list[Labels]:
    """Ward's cuts; of a very large theme the first rows are cut, and the others go to the nearest part."""
    some = points[:_SAMPLE]
    tree = Tree(some)
    sizes = range(2, min(_MOST_PARTS, len(some) // _LEAST_IN_PART) + 1)
    return [_spread(points, cut) for cut in refine_each(some, [tree.cut(size) for size in sizes])]


def _spread(points: Matrix, labels: Labels) -> Labels:
    if len(labels) == len(points):
        return labels
    return assign(points, unit(sums(points[: len(labels)], labels)))
