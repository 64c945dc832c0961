"""Where each idea stands in the disc of its theme: the middle of the theme in the middle of the disc.

An idea is the farther out the less it is like its theme's centroid, and on the side of the themes that
it is like next. Dots stand on rings, so that none covers another and a crowd is as dense as any other.
"""

import numpy as np
from numpy.typing import NDArray

from clustering.placing.likeness import Matrix
from clustering.shapes import Labels

Angles = NDArray[np.complex128]
"""Directions as unit numbers of the complex plane; 0 where there is none."""

RIM = 0.85
"""How far out dots stand at most, in radii."""
_LONE_RING = 0.55
_FEW = 6
_SHARPNESS = 12.0
_HELD = 2.0
"""How much more a dot's old direction weighs than its new one."""


def directions(likeness: Matrix, labels: Labels, points: NDArray[np.float64]) -> Angles:
    """For each row the direction from its theme towards the others, by how like them it is.

    ``likeness`` (rows, themes) are cosines to the centroids, ``points`` (themes, 2) where they are.
    """
    places = points[:, 0] + 1j * points[:, 1]
    ways = _unit(places[None, :] - places[:, None])
    others = likeness.copy()
    others[np.arange(len(labels)), labels] = -np.inf
    if others.shape[1] < 2:
        return np.zeros(len(labels), dtype=np.complex128)
    pull = np.exp(_SHARPNESS * (others - others.max(axis=1, keepdims=True)))
    return _unit((pull * ways[labels]).sum(axis=1))


def held(new: Angles, old: Angles) -> Angles:
    """New directions, held back by the old ones where there are any."""
    return _unit(_unit(new) + _HELD * _unit(old))


def on_rings(labels: Labels, depth: NDArray[np.float64], ways: Angles, themes: int) -> NDArray[np.float64]:
    """Places in the unit disc of each row's theme: (rows, 2), at most ``RIM`` from the middle.

    ``depth`` orders the rows of a theme from the middle outwards: one in the middle where there are
    enough, the others on rings as far from each other as dots on a ring are, about 6, 12, 18 … on each.
    """
    rows = np.arange(len(labels))
    order = np.lexsort((rows, depth, labels))
    counts = np.bincount(labels, minlength=themes)
    rank = np.empty(len(labels), dtype=np.intp)
    rank[order] = rows - (np.cumsum(counts) - counts)[labels[order]]
    inside = np.where((counts == 1) | (counts >= _FEW), 1, 0)
    around = np.maximum(counts - inside, 1)
    rings = np.maximum(1, np.round((np.sqrt(1 + 4 * around / 3) - 1) / 2))
    share = (rank - inside[labels] + 1) / around[labels] * (rings * (rings + 1))[labels]
    ring = np.ceil((np.sqrt(1 + 4 * np.maximum(share, 0)) - 1) / 2 - 1e-9).astype(np.intp)
    far = np.where(rings > 1, RIM, _LONE_RING)[labels] * ring / rings[labels]
    at = _round_each(labels * (len(labels) + 1) + ring, rank, np.angle(ways) % (2 * np.pi))
    return np.stack([far * np.cos(at), far * np.sin(at)], axis=1)


def _round_each(
    ring: NDArray[np.intp], rank: NDArray[np.intp], angle: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Angles evenly around each ring in the order of those wanted, turned as near to them as can be."""
    ring = np.unique(ring, return_inverse=True)[1]
    order = np.lexsort((rank, angle, ring))
    sizes = np.bincount(ring)
    slot = np.empty(len(ring))
    slot[order] = np.arange(len(ring)) - (np.cumsum(sizes) - sizes)[ring[order]]
    slot *= 2 * np.pi / sizes[ring]
    off = np.exp(1j * (angle - slot))
    turn = np.bincount(ring, weights=off.real) + 1j * np.bincount(ring, weights=off.imag)
    return np.asarray(slot + np.angle(turn)[ring])


def _unit(ways: Angles) -> Angles:
    length = np.abs(ways)
    return np.where(length > 1e-9, ways / np.maximum(length, 1e-9), 0)
