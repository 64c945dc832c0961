"""Which ideas are one of a kind: far from every other idea, whatever theme they were put in.

After the grouping. A flagged idea keeps its nearest theme and is shown beside it; nothing vanishes
because a method could not place it.
"""

import numpy as np

from clustering.centres import sums
from clustering.graph import Matrix, unit
from clustering.neighbours import nearest
from clustering.shapes import Labels, Mask, Rows, Vectors

_NEAREST = 5


def one_of_a_kind(vectors: Vectors, labels: Labels, spread: float, near: Rows | None = None) -> Mask:
    """True for rows whose closeness lies below Q1 - ``spread`` x (Q3 - Q1) of all rows.

    ``near``: for each row its nearest rows, best first (``Grouping.near``); looked for if not given.
    """
    if near is None:
        near, _ = nearest(vectors, min(_NEAREST, len(vectors) - 1))
    close = closeness(vectors, labels, near)
    first, third = np.quantile(close, [0.25, 0.75])
    return np.asarray(close < first - spread * (third - first))


def closeness(vectors: Vectors, labels: Labels, near: Rows) -> Matrix:
    """The mean of two cosines of each row: to its 5 nearest rows on average, and to its label's centre.

    Rounded to 1e-6, so that equal rows are judged alike.
    """
    to_nearest = np.zeros(len(vectors), dtype=np.float32)
    for column in near[:, :_NEAREST].T:
        to_nearest += np.einsum("ij,ij->i", vectors, vectors[column]) / min(_NEAREST, near.shape[1])
    to_centre = np.einsum("ij,ij->i", vectors, unit(sums(vectors, labels))[labels])
    return np.asarray(np.round((to_nearest + to_centre) / 2, 6))
