"""Discs with labels pushed apart until none covers another, each as near as can be to where it should be.

A disc and the label below it move as one body of two rectangles. Bodies first push each other a little
at a time, which keeps who is left of whom; what still overlaps then takes the nearest free place, so
that the answer never overlaps. Used by ``place``, for both of its pictures.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from clustering.placing.likeness import Points, in_frame

GAP = 5.0
"""Left free between two bodies, and to the edge of the picture."""
_LABEL_GAP = 3.0
_STEPS = 200
_GROWING = 60
_TURNING = 30
_FIRST_SIZE = 0.4
_LOOK_EVERY = 8
_DAMPING = 0.5
_SPRING = 0.04
_REACH = 30.0
_RASTER = 8.0
_CHUNK = 64
_GROWTH = 1.1
_RELIEFS = (0.0, 0.15, 0.4)
_HOP, _BOLDER = 0.1, 1.3
"""How far a body may hop to a free place before the picture grows instead, in widths; then farther."""
_CLEAR = 0.6
_FIRMNESS = 0.9
_FILLED = 0.35
"""Share of the picture that bodies may take before it grows."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """``radii`` of the discs, ``widths`` and ``heights`` of the labels; ``firm`` ones (0 to 1) move less."""

    radii: NDArray[np.float64]
    widths: NDArray[np.float64]
    heights: NDArray[np.float64]
    firm: NDArray[np.float64]

    def parts(self) -> NDArray[np.float64]:
        """Left, top, right and bottom of disc and label from the disc's middle: (bodies, 2, 4)."""
        half = self.widths / 2
        top = self.radii + _LABEL_GAP
        discs = np.stack([-self.radii, -self.radii, self.radii, self.radii], axis=1)
        labels = np.stack([-half, top, half, top + self.heights], axis=1)
        around = np.array([-GAP, -GAP, GAP, GAP]) / 2
        return np.stack([discs, labels], axis=1) + around

    def label_middles(self) -> NDArray[np.float64]:
        """How far below the disc's middle the label's middle is."""
        return self.radii + _LABEL_GAP + self.heights / 2


def height_for(bodies: Bodies, width: float, least: float) -> float:
    """A height in which the bodies find room, in steps that a few more ideas do not change."""
    parts = bodies.parts()
    areas = ((parts[:, :, 2] - parts[:, :, 0]) * (parts[:, :, 3] - parts[:, :, 1])).sum()
    needed = float(areas) / _FILLED / width
    tallest = float((parts[:, 1, 3] - parts[:, 0, 1]).max(initial=0.0)) + 2 * GAP
    return max(least, float(np.ceil(needed / 20) * 20), float(np.ceil(tallest)))


def settled(bodies: Bodies, wanted: Points, width: float, height: float) -> tuple[Points, float]:
    """Places without overlap near the wanted ones, and the height, grown where there was no room.

    Where pushing is not enough, single bodies hop to a free place near by; then all spread more evenly,
    in the same order; then the picture grows, and they spread over its new height.
    """
    parts, hop = bodies.parts(), _HOP * width
    while True:
        bounds = _bounds(parts, width, height)
        if _clear(parts, np.clip(wanted, *bounds)):
            return np.clip(wanted, *bounds), height
        even = in_frame(wanted, width, height)
        for relief in _RELIEFS:
            start = np.clip(wanted + relief * (even - wanted), *bounds)
            points, clear = _relaxed(parts, start, (1 - relief) * bodies.firm, bounds)
            if clear:
                return points, height
            if (found := _finished(parts, points, bodies, bounds, hop * (1 + relief))) is not None:
                return found, height
        taller = float(np.ceil(height * _GROWTH))
        wanted, height, hop = wanted * (1.0, taller / height), taller, hop * _BOLDER


def _boxes(parts: NDArray[np.float64], points: Points) -> NDArray[np.float64]:
    return np.asarray(parts + np.concatenate([points, points], axis=1)[:, None, :])


def _hits(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether any part of a body in ``a`` (…, 2, 4) lies over any part of one in ``b`` (…, 2, 4)."""
    found: NDArray[np.bool_] = np.zeros(np.broadcast_shapes(a.shape, b.shape)[:-2], dtype=np.bool_)
    # Part by part: to reduce axes of two and four numbers takes three times as long.
    for one, other in product(range(2), range(2)):
        first, second = a[..., one, :], b[..., other, :]
        across = (first[..., 0] < second[..., 2]) & (second[..., 0] < first[..., 2])
        found |= across & (first[..., 1] < second[..., 3]) & (second[..., 1] < first[..., 3])
    return found


def _bounds(parts: NDArray[np.float64], width: float, height: float) -> tuple[Points, Points]:
    """The least and the greatest place of each disc's middle at which its body is inside the picture."""
    left, top = parts[:, :, 0].min(axis=1), parts[:, :, 1].min(axis=1)
    right, bottom = parts[:, :, 2].max(axis=1), parts[:, :, 3].max(axis=1)
    low = np.stack([GAP / 2 - left, GAP / 2 - top], axis=1)
    high = np.stack([width - GAP / 2 - right, height - GAP / 2 - bottom], axis=1)
    return low, np.maximum(low, high)


def _relaxed(
    parts: NDArray[np.float64],
    start: Points,
    firm: NDArray[np.float64],
    bounds: tuple[Points, Points],
) -> tuple[Points, bool]:
    """Overlapping bodies push each other apart along the shorter way; and whether all came clear.

    Growing bodies find their places while there is still room to slip by, and a weakening spring holds
    them where they should be.
    """
    points = start.copy()
    pairs = _Pairs(parts, points, firm)
    for step in range(_STEPS):
        size = min(1.0, _FIRST_SIZE + (1 - _FIRST_SIZE) * step / _GROWING)
        if step and step % _LOOK_EVERY == 0:
            pairs = _Pairs(parts, points, firm)
        push = pairs.push(points, size, 1 + max(0, step - _GROWING) / _TURNING)
        if size == 1.0 and np.abs(push).max(initial=0.0) < _CLEAR:
            return points, _clear(parts, points)
        spring = _SPRING * max(0.0, 1 - step / _GROWING)
        points = np.clip(points + _DAMPING * push + spring * (start - points), *bounds)
    return points, _clear(parts, points)


def _clear(parts: NDArray[np.float64], points: Points) -> bool:
    """Whether at least half of the gap is left everywhere: too little is missing to hop over a neighbour."""
    boxes = _boxes(parts, points) + np.array([GAP, GAP, -GAP, -GAP]) / 4
    return not np.triu(_hits(boxes[:, None], boxes[None, :]), 1).any()


class _Pairs:
    """Pairs of bodies that overlap or could do so within a few steps, and how they push each other."""

    def __init__(self, parts: NDArray[np.float64], points: Points, firm: NDArray[np.float64]) -> None:
        boxes = _boxes(parts, points)
        least, most = boxes[..., :2].min(axis=1) - _REACH / 2, boxes[..., 2:].max(axis=1) + _REACH / 2
        close = (least[:, None] < most[None, :]).all(axis=-1)
        self._first, self._second = np.nonzero(np.triu(close & close.T, 1))
        a, b = parts[self._first][:, :, None, :], parts[self._second][:, None, :, :]
        # How far the first would have to go back (left, up) or on (right, down) if both stood in one place.
        back, on = a[..., 2:] - b[..., :2], b[..., 2:] - a[..., :2]
        ways = np.concatenate([back, on], axis=-1).reshape(-1, 4, 4)
        self._over = np.ascontiguousarray(ways.transpose(2, 1, 0))
        """By way (left, up, right, down) and pair of parts, for each pair of bodies."""
        yielding = 1.0 - _FIRMNESS * firm
        self._share = yielding[self._first] / (yielding[self._first] + yielding[self._second])
        self._count = len(points)

    def push(self, points: Points, size: float, upright: float) -> Points:
        """How far each body is pushed by all others, each pair apart along its shortest way.

        Ways across count ``upright`` times: where bodies stand wedged between both sides of the picture,
        the way out is up or down.
        """
        way = (points[self._first] - points[self._second]).T
        over = size * self._over + np.concatenate([way, -way])[:, None, :]
        overlaps = np.asarray(over.min(axis=0) > 1e-9)
        hits = np.flatnonzero(overlaps.any(axis=0))
        # Most that are close do not touch.
        ways = (over[:, :, hits] * overlaps[:, hits]).max(axis=1)
        shortest = (ways.T * (upright, 1.0, upright, 1.0)).argmin(axis=1)
        length = ways[shortest, np.arange(len(hits))] * np.where(shortest < 2, -1.0, 1.0)
        first, second, share = self._first[hits], self._second[hits], self._share[hits]
        axis, both = shortest % 2, 2 * self._count
        push: Points = np.bincount(2 * first + axis, length * share, both).astype(np.float64)
        push -= np.bincount(2 * second + axis, length * (1 - share), both)
        return push.reshape(-1, 2)


def _finished(
    parts: NDArray[np.float64], points: Points, bodies: Bodies, bounds: tuple[Points, Points], hop: float
) -> Points | None:
    """One after another, firm and large ones first: where it is, else the nearest free place of a raster."""
    order = np.lexsort((np.arange(len(points)), -bodies.radii, -bodies.firm))
    tight = parts + np.array([GAP, GAP, -GAP, -GAP]) / 4
    found = points.copy()
    placed = np.empty((0, 2, 4))
    for body in order:
        limits = bounds[0][body], bounds[1][body]
        place = _free(tight[body], found[body], placed, limits, hop)
        if place is None:
            return None
        found[body] = place
        placed = np.concatenate([placed, _boxes(tight[body][None], place[None])])
    return found


def _free(
    parts: NDArray[np.float64],
    wanted: Points,
    placed: NDArray[np.float64],
    limits: tuple[Points, Points],
    hop: float,
) -> Points | None:
    if not _hits(_boxes(parts[None], wanted[None]), placed).any():
        return wanted
    places = _raster(wanted, np.maximum(limits[0], wanted - hop), np.minimum(limits[1], wanted + hop))
    for start in range(0, len(places), _CHUNK):
        some = places[start : start + _CHUNK]
        taken = _hits(_boxes(parts[None], some)[:, None], placed[None]).any(axis=1)
        if not taken.all():
            return np.asarray(some[int(np.argmin(taken))])
    return None


def _raster(wanted: Points, low: Points, high: Points) -> Points:
    """Places all over a part of the picture, nearest to the wanted one first."""
    counts = np.ceil((high - low) / _RASTER).astype(int) + 1
    xs, ys = (np.linspace(low[axis], high[axis], counts[axis]) for axis in (0, 1))
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    return np.asarray(grid[np.argsort(((grid - wanted) ** 2).sum(axis=1), kind="stable")])
