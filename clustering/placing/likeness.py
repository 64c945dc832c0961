"""Themes on a plane by how alike they are: distances of centroids to points, turned as the last map was.

First half of ``place``: what should be near what, without a thought of discs and labels. Nothing here is
drawn by chance, so equal themes give equal points.
"""

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from clustering.grouping.graph import unit
from clustering.shapes import Labels, Vectors

Points = NDArray[np.float64]
Matrix = NDArray[np.float64]

_STEPS = 200
_ENOUGH = 1e-4
_SWAPS = 4
_NEAREST = 3.0
_EVEN = 0.6
"""Share of the even spacing by rank in a point's place; the rest is its distance."""


def centroids(vectors: Vectors, labels: Labels, themes: int) -> Matrix:
    """Unit means of the rows of each theme: (themes, dimensions); 0 for a theme without rows."""
    rows = np.flatnonzero(labels >= 0)
    member = scipy.sparse.csr_array((np.ones(len(rows)), (labels[rows], rows)), (themes, len(labels)))
    return unit(np.asarray(member @ vectors.astype(np.float64))).astype(np.float64)


def distances(middles: Matrix) -> Matrix:
    """Squared cosine distances, rounded: on a plane the squares keep more neighbours than the distances do.

    Measured on three sets: docs/clustering.md.
    """
    cosine = np.clip(1 - middles @ middles.T, 0, 2)
    np.fill_diagonal(cosine, 0)
    return np.asarray(np.round(cosine * cosine, 6))


def spread(apart: Matrix, seed: Points | None = None) -> Points:
    """Points whose distances are like those given: SMACOF (De Leeuw 1977) from the seed.

    Without a seed it starts from classical scaling (Torgerson 1952), whose axes have fixed signs.
    """
    count = len(apart)
    points = _classical(apart) if seed is None else _to_scale(seed - seed.mean(axis=0), apart)
    before = np.inf
    for _ in range(_STEPS):
        now = _between(points)
        stress = float(((now - apart) ** 2).sum())
        if stress > before * (1 - _ENOUGH):
            break
        before = stress
        ratio = np.where(now > 1e-9, apart / np.maximum(now, 1e-9), 0.0)
        points = (ratio.sum(axis=1)[:, None] * points - ratio @ points) / count
    return points


def turned_like(points: Points, seed: Points) -> Points:
    """The points turned (or mirrored) so that they lie as the seed does (Schönemann 1966)."""
    left, _, right = np.linalg.svd((points - points.mean(axis=0)).T @ (seed - seed.mean(axis=0)))
    return np.asarray((points - points.mean(axis=0)) @ (left @ right))


def turned_wide(points: Points) -> Points:
    """The points with their longest side across, and signs that do not hang on rounding."""
    centred = points - points.mean(axis=0)
    values, axes = np.linalg.eigh(centred.T @ centred)
    turned = centred @ axes[:, np.argsort(-values, kind="stable")]
    return np.asarray(turned * _signs(turned))


def in_frame(points: Points, width: float, height: float) -> Points:
    """The points over the whole picture, half by their distance and half by their rank on each axis.

    Ranks, because likeness alone crowds most themes into the middle.
    """
    if len(points) == 1:
        return np.array([[width / 2, height / 2]])
    low, side = points.min(axis=0), np.ptp(points, axis=0)
    plain = np.where(side > 1e-9, (points - low) / np.maximum(side, 1e-9), 0.5)
    ranks = np.argsort(np.argsort(points, axis=0, kind="stable"), axis=0, kind="stable") / (len(points) - 1)
    mixed = (1 - _EVEN) * plain + _EVEN * np.where(side > 1e-9, ranks, 0.5)
    return np.asarray((0.08 + 0.84 * mixed) * (width, height))


def strain(points: Points, apart: Matrix) -> float:
    """How far themes are from those that they are most like, against how far they all are: less is better.

    What counts is the root of the distance on the picture, by e to the minus a third of the rank of one
    theme among another's nearest.
    """
    roots = np.sqrt(_between(points))
    return float((_weights(apart) * roots).sum() / max(float(roots.sum()), 1e-9))


def swapped(points: Points, apart: Matrix, reach: float = np.inf, most: int | None = None) -> Points:
    """The same places with themes exchanged, two at a time, as long as that lessens the strain.

    Room for labels pushes neighbours apart; exchanging finds them again. Only themes within ``reach`` of
    each other change places, each once at most where ``most`` exchanges are set.
    """
    weights, away, count = _weights(apart), _between(points), len(points)
    roots, place = np.sqrt(away), np.arange(count)
    barred = away > reach
    for _ in range(_SWAPS * count if most is None else most):
        now = roots[np.ix_(place, place)]
        cost = weights @ now
        own = np.diag(cost)
        gain = np.round(cost + cost.T - own[:, None] - own[None, :] + 2 * weights * now, 9)
        gain[barred] = 0.0
        first, second = np.unravel_index(np.argmin(gain), gain.shape)
        if gain[first, second] >= 0:
            break
        place[[first, second]] = place[[second, first]]
        if most is not None:
            barred[[first, second]], barred[:, [first, second]] = True, True
    return np.asarray(points[place])


def _weights(apart: Matrix) -> Matrix:
    own = np.eye(len(apart)) > 0
    order = np.argsort(np.where(own, np.inf, apart), axis=1, kind="stable")
    weights = np.exp(-np.argsort(order, axis=1, kind="stable") / _NEAREST)
    return np.where(own, 0.0, weights + weights.T)


def _classical(apart: Matrix) -> Points:
    count = len(apart)
    centring = np.eye(count) - 1 / count
    values, axes = np.linalg.eigh(-0.5 * centring @ (apart**2) @ centring)
    best = np.argsort(-values, kind="stable")[:2]
    points = axes[:, best] * np.sqrt(np.maximum(values[best], 0))
    points = np.pad(points, ((0, 0), (0, 2 - points.shape[1])))
    # Themes that are all equally far from each other, or equal, still need places of their own.
    circle = np.arange(count) * 2 * np.pi / max(count, 1)
    scale = max(float(apart.max(initial=0.0)), 1e-3) * 1e-3
    return np.asarray(points * _signs(points) + scale * np.stack([np.cos(circle), np.sin(circle)], axis=1))


def _signs(points: Points) -> NDArray[np.float64]:
    """For each axis 1 or -1, such that the point farthest out is on the positive side."""
    rounded = np.round(points, 6)
    farthest = np.abs(rounded).argmax(axis=0)
    return np.where(rounded[farthest, np.arange(points.shape[1])] < 0, -1.0, 1.0)


def _between(points: Points) -> Matrix:
    return np.asarray(np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=-1)))


def _to_scale(points: Points, apart: Matrix) -> Points:
    now = _between(points)
    squares = float((now * now).sum())
    return points * (float((now * apart).sum()) / squares) if squares > 1e-12 else points
