"""Which ideas are one of a kind: far from every other idea, whatever theme they were put in.

After the grouping. A flagged idea keeps its nearest theme and is shown beside it; nothing vanishes
because a method could not place it.
"""

import numpy as np
from numpy.typing import NDArray

from clustering.graph import nearest, unit
from clustering.shapes import Labels, Vectors

_NEAREST = 5


def one_of_a_kind(vectors: Vectors, labels: Labels, spread: float) -> NDArray[np.bool_]:
    """True for rows whose closeness lies below Q1 - ``spread`` x (Q3 - Q1) of all rows.

    Closeness is the mean of two cosines: to the 5 nearest rows on average, and to the centroid of
    the row's own label. Rounded to 1e-6, so that equal rows are judged alike.
    """
    closeness = np.round((_to_nearest(vectors) + _to_centroid(vectors, labels)) / 2, 6)
    first, third = np.quantile(closeness, [0.25, 0.75])
    return np.asarray(closeness < first - spread * (third - first))


def _to_nearest(vectors: Vectors) -> NDArray[np.float64]:
    plain = vectors.astype(np.float64)
    _, cosines = nearest(plain, min(_NEAREST, len(vectors) - 1))
    return np.asarray(cosines.mean(axis=1))


def _to_centroid(vectors: Vectors, labels: Labels) -> NDArray[np.float64]:
    plain = vectors.astype(np.float64)
    sums = np.zeros((labels.max() + 1, plain.shape[1]))
    np.add.at(sums, labels, plain)
    return np.asarray((plain * unit(sums)[labels]).sum(axis=1))
