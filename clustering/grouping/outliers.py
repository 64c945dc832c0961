"""Which ideas are one of a kind: far from every other idea, whatever theme they were put in.

After the grouping. A flagged idea keeps its nearest theme and is shown beside it; nothing vanishes
because a method could not place it.
"""

import numpy as np

from clustering.grouping.graph import Matrix
from clustering.grouping.neighbours import nearest
from clustering.shapes import Mask, Rows, Vectors

_NEAREST = 10


def one_of_a_kind(vectors: Vectors, spread: float, near: Rows | None = None) -> Mask:
    """True for rows whose closeness lies below Q1 - ``spread`` x (Q3 - Q1) of all rows.

    ``near``: for each row its nearest rows, best first (``Grouping.near``); looked for if not given.
    """
    if near is None:
        near, _ = nearest(vectors, min(_NEAREST, len(vectors) - 1))
    close = closeness(vectors, near)
    first, third = np.quantile(close, [0.25, 0.75])
    return np.asarray(close < first - spread * (third - first))


def closeness(vectors: Vectors, near: Rows) -> Matrix:
    """The mean cosine of each row to its 10 nearest rows.

    Not to its theme's centre as well: that finds fewer strangers (docs/clustering.md). Rounded to 1e-6,
    so that equal rows are judged alike.
    """
    columns = near[:, :_NEAREST].T
    cosines = [np.einsum("ij,ij->i", vectors, vectors[column]) for column in columns]
    return np.asarray(np.round(np.mean(cosines, axis=0), 6))
