"""Who is near whom, and vectors moved a little towards their neighbours.

First half of the grouping. Short texts scatter: two people who mean the same share few words. A
vector replaced by the weighted mean of itself and its neighbours lies nearer to what its group has
in common, and the tree that is built afterwards sees groups where it saw a cloud.
"""

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from clustering.shapes import Vectors

Matrix = NDArray[np.float64]

_BLOCK = 1024
_HALVINGS = 64


def centred(vectors: Vectors) -> Matrix:
    """Unit vectors from the mean of all: what every idea of a jam shares tells none of them apart.

    A vector that equals the mean keeps its place at the origin.
    """
    moved = vectors.astype(np.float64)
    return unit(moved - moved.mean(axis=0))


def unit(vectors: Matrix) -> Matrix:
    """Rows of length 1; rows shorter than 1e-9 are nothing but rounding and become 0."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(norms > 1e-9, vectors / np.maximum(norms, 1e-9), 0.0)


def nearest(vectors: Matrix, k: int) -> tuple[NDArray[np.intp], Matrix]:
    """Exact ``k`` nearest rows of each row by cosine, itself left out, and these cosines, best first.

    Both (rows, k), where k is at most rows - 1. Equal cosines come in the order of the rows.
    """
    single, count = vectors.astype(np.float32), len(vectors)
    rows = np.empty((count, k), dtype=np.intp)
    cosines = np.empty((count, k), dtype=np.float64)
    for start in range(0, count, _BLOCK):
        block = np.round(single[start : start + _BLOCK] @ single.T, 6)
        own = np.arange(len(block))
        block[own, start + own] = -np.inf
        best = np.sort(np.argpartition(-block, k - 1, axis=1)[:, :k], axis=1)
        found = np.take_along_axis(block, best, axis=1)
        order = np.argsort(-found, axis=1, kind="stable")
        rows[start : start + _BLOCK] = np.take_along_axis(best, order, axis=1)
        cosines[start : start + _BLOCK] = np.take_along_axis(found, order, axis=1)
    return rows, cosines


def local_weights(rows: NDArray[np.intp], cosines: Matrix) -> scipy.sparse.csr_array:
    """Symmetric weights in [0, 1] of the neighbour graph, as UMAP sets them (McInnes et al. 2018, 3.1).

    A row's nearest neighbour weighs 1, the others exp(-(d - d1) / s), with s such that a row's
    weights sum to log2(k): sparse regions reach as far as dense ones. Two directions join by the
    probabilistic or, a + b - ab.
    """
    count, k = rows.shape
    beyond = np.maximum(cosines[:, :1] - cosines, 0)
    weights = np.exp(-beyond / _scales(beyond)[:, None])
    starts = np.arange(0, count * k + 1, k)
    one_way = scipy.sparse.csr_array((weights.ravel(), rows.ravel(), starts), shape=(count, count))
    other_way = one_way.T.tocsr()
    return (one_way + other_way - one_way.multiply(other_way)).tocsr()


def _scales(beyond: Matrix) -> NDArray[np.float64]:
    """For each row the s with sum(exp(-beyond / s)) = log2(k), found by halving."""
    wanted = np.log2(max(beyond.shape[1], 2))
    low, high, scale = np.zeros(len(beyond)), np.full(len(beyond), np.inf), np.ones(len(beyond))
    for _ in range(_HALVINGS):
        too_wide = np.exp(-beyond / scale[:, None]).sum(axis=1) > wanted
        high, low = np.where(too_wide, scale, high), np.where(too_wide, low, scale)
        scale = np.where(np.isinf(high), scale * 2, (low + high) / 2)
    # Without a floor, a row whose neighbours are all equally near would divide by nothing.
    return np.clip(scale, 1e-6, 1e6)


def smoothed(vectors: Matrix, weights: scipy.sparse.csr_array, steps: int) -> Matrix:
    """Each row replaced, ``steps`` times, by the weighted mean of itself (weight 1) and its neighbours."""
    for _ in range(steps):
        vectors = unit(vectors + weights @ vectors)
    return vectors
