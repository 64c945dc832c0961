"""Who is near whom, and vectors moved a little towards their neighbours.

First half of the grouping. Short texts scatter: two people who mean the same share few words. A
vector replaced by the weighted mean of itself and its neighbours lies nearer to what its group has
in common, and the tree that is built afterwards sees groups where it saw a cloud.
"""

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from clustering.shapes import Rows

Matrix = NDArray[np.floating]
"""Rows of numbers; what is given in float32 stays so."""

_HALVINGS = 40
_DEPENDENT = 1e-3


def centred(vectors: Matrix) -> Matrix:
    """Unit vectors from the mean of all: what every idea of a jam shares tells none of them apart.

    A vector that equals the mean keeps its place at the origin.
    """
    return unit(vectors - vectors.mean(axis=0, dtype=np.float64).astype(vectors.dtype))


def unit(vectors: Matrix) -> Matrix:
    """Rows of length 1; rows shorter than 1e-6 are nothing but rounding and become 0."""
    norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    return np.where(norms > 1e-6, vectors / np.maximum(norms, 1e-6), 0)


def without(vectors: Matrix, directions: Matrix) -> Matrix:
    """The vectors without what lies in the space that ``directions`` span (a row each)."""
    axes, lengths, _ = np.linalg.svd(directions.T.astype(np.float64), full_matrices=False)
    # What is left of a direction that others span already is rounding, and points anywhere.
    kept = axes[:, lengths > _DEPENDENT * lengths[0]].astype(vectors.dtype)
    return np.asarray(vectors - (vectors @ kept) @ kept.T)


def beside(ones: Matrix, others: Matrix, weight: float) -> Matrix:
    """Both in one space, at right angles; products of the others weigh ``weight``, the rest is the ones'."""
    return np.hstack([ones * np.float32((1 - weight) ** 0.5), others * np.float32(weight**0.5)])


def strongest(vectors: Matrix, dimensions: int) -> Matrix:
    """The vectors turned so that they spread most along the first axes, and cut to so many of these.

    Principal components (Pearson 1901) without another centring. Nothing is done where there are no
    more dimensions than that.
    """
    if vectors.shape[1] <= dimensions:
        return vectors
    spread = (vectors.T @ vectors).astype(np.float64)
    axes = np.linalg.eigh(spread)[1][:, ::-1][:, :dimensions]
    return np.asarray(vectors @ axes.astype(vectors.dtype))


def local_weights(rows: Rows, cosines: Matrix) -> scipy.sparse.csr_array:
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


def _scales(beyond: Matrix) -> Matrix:
    """For each row the s with sum(exp(-beyond / s)) = log2(k), found by halving."""
    wanted = np.log2(max(beyond.shape[1], 2))
    low = np.zeros(len(beyond), dtype=beyond.dtype)
    high, scale = np.full_like(low, np.inf), np.ones_like(low)
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
