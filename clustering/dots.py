"""Where each idea stands in the disc of its theme: the middle of the theme in the middle of the disc.

An idea is the farther out the less it is like its theme's centroid, and on the side of the themes that
it is like next. Dots stand on rings, so that none covers another and a crowd is as dense as any other.
"""

import numpy as np
from numpy.typing import NDArray

from clustering.graph import Matrix
from clustering.shapes import Labels, Spot

Angles = NDArray[np.complex128]
"""Directions as unit numbers of the complex plane; 0 where there is none."""

RIM = 0.88
"""How far out dots stand at most, in radii."""
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

    ``depth`` orders the rows of a theme from the middle outwards. The first stands in the middle, then
    6, 12, 18 … on each ring, in the order of their directions.
    """
    rows = np.arange(len(labels))
    order = np.lexsort((rows, depth, labels))
    counts = np.bincount(labels, minlength=themes)
    starts = np.cumsum(counts) - counts
    rank = np.empty(len(labels), dtype=np.intp)
    rank[order] = rows - starts[labels[order]]
    ring = np.ceil((np.sqrt(9 + 12 * rank) - 3) / 6 - 1e-9).astype(np.intp)
    return _round_each(labels, ring, rank, np.angle(ways) % (2 * np.pi), counts)


def _round_each(
    labels: Labels,
    ring: NDArray[np.intp],
    rank: NDArray[np.intp],
    angle: NDArray[np.float64],
    counts: NDArray[np.intp],
) -> NDArray[np.float64]:
    """The rows of one ring evenly around it, turned as near to their angles as can be."""
    key = labels * (int(ring.max(initial=0)) + 1) + ring
    order = np.lexsort((rank, angle, key))
    sizes = np.bincount(key)
    starts = np.cumsum(sizes) - sizes
    slot = np.empty(len(key), dtype=np.float64)
    slot[order] = (np.arange(len(key)) - starts[key[order]]) * 2 * np.pi / sizes[key[order]]
    offset = np.exp(1j * (angle - slot))
    turn = np.bincount(key, weights=offset.real) + 1j * np.bincount(key, weights=offset.imag)
    at = slot + np.angle(turn)[key]
    first = np.where(ring > 0, 1 + 3 * ring * (ring - 1), 0)
    middle = first + (np.minimum(first + np.maximum(6 * ring, 1), counts[labels]) - first) / 2
    out = np.where(ring > 0, RIM * np.sqrt(middle / counts[labels]), 0.0)
    return np.stack([out * np.cos(at), out * np.sin(at)], axis=1)


def place_idea(likeness: NDArray[np.float64], theme: int, spots: list[Spot]) -> tuple[float, float]:
    """Where an idea stands that has just come: at the rim of its theme's disc, towards what it is like next.

    ``likeness`` are its cosines to the themes' centroids, in the order of ``spots``. The next grouping
    gives it its place among the others.
    """
    points = np.array([[spot.x, spot.y] for spot in spots])
    way = complex(directions(likeness[None, :].astype(np.float64), np.array([theme]), points)[0])
    spot = spots[theme]
    return round(spot.x + way.real * RIM * spot.radius, 1), round(spot.y + way.imag * RIM * spot.radius, 1)


def _unit(ways: Angles) -> Angles:
    length = np.abs(ways)
    return np.where(length > 1e-9, ways / np.maximum(length, 1e-9), 0)
