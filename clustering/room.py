"""Discs with labels pushed apart until none covers another, each as near as can be to where it should be.

A disc and the label below it move as one body of two rectangles. Bodies first push each other a little
at a time, which keeps who is left of whom; what still overlaps then takes the nearest free place, so
that the answer never overlaps. Used by ``place``, for both of its pictures.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""One (x, y) for each body."""

GAP = 5.0
"""Left free between two bodies, and to the edge of the picture."""
_LABEL_GAP = 3.0
_STEPS = 160
_GROWING = 60
_FIRST_SIZE = 0.4
_LOOK_EVERY = 8
_DAMPING = 0.5
_SPRING = 0.04
_REACH = 30.0
_RASTER = 8.0
_CHUNK = 256
_GROWTH = 1.1
_FILLED = 0.45
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
    """Places without overlap near the wanted ones, and the height, grown where there was no room."""
    points, parts = wanted, bodies.parts()
    while True:
        low, high = _bounds(parts, width, height)
        relaxed = _relaxed(parts, np.clip(points, low, high), bodies.firm, low, high)
        found = _finished(parts, relaxed, bodies, low, high)
        if found is not None:
            return found, height
        points, height = points * (1.0, _GROWTH), float(np.ceil(height * _GROWTH))


def overlaps(parts: NDArray[np.float64], points: Points) -> int:
    """How many pairs of bodies cover each other, counted without the gap between them."""
    boxes = _boxes(parts, points) + np.array([GAP, GAP, -GAP, -GAP]) / 2
    hits = _hits(boxes[:, None], boxes[None, :], 1e-6)
    return int(np.triu(hits, 1).sum())


def _boxes(parts: NDArray[np.float64], points: Points) -> NDArray[np.float64]:
    return np.asarray(parts + np.tile(points, 2)[:, None, :])


def _hits(a: NDArray[np.float64], b: NDArray[np.float64], slack: float) -> NDArray[np.bool_]:
    """Whether any part of a body in ``a`` (…, 2, 4) lies over any part of one in ``b`` (…, 2, 4)."""
    first, second = a[..., :, None, :], b[..., None, :, :]
    across = np.minimum(first[..., 2], second[..., 2]) - np.maximum(first[..., 0], second[..., 0])
    down = np.minimum(first[..., 3], second[..., 3]) - np.maximum(first[..., 1], second[..., 1])
    return np.asarray(((across > slack) & (down > slack)).any(axis=(-2, -1)))


def _bounds(parts: NDArray[np.float64], width: float, height: float) -> tuple[Points, Points]:
    """The least and the greatest place of each disc's middle at which its body is inside the picture."""
    left, top = parts[:, :, 0].min(axis=1), parts[:, :, 1].min(axis=1)
    right, bottom = parts[:, :, 2].max(axis=1), parts[:, :, 3].max(axis=1)
    low = np.stack([GAP / 2 - left, GAP / 2 - top], axis=1)
    high = np.stack([width - GAP / 2 - right, height - GAP / 2 - bottom], axis=1)
    return low, np.maximum(low, high)


def _relaxed(
    parts: NDArray[np.float64], start: Points, firm: NDArray[np.float64], low: Points, high: Points
) -> Points:
    """Overlapping bodies push each other apart along the shorter way, while they grow to their full size.

    Growing bodies find their places while there is still room to slip by; a weakening spring holds them
    where they should be.
    """
    points = start.copy()
    near = _near(parts, points)
    for step in range(_STEPS):
        size = min(1.0, _FIRST_SIZE + (1 - _FIRST_SIZE) * step / _GROWING)
        if step % _LOOK_EVERY == 0:
            near = _near(parts, points)
        push = _push(parts * size, points, near, firm)
        if size == 1.0 and not push.any():
            break
        spring = _SPRING * max(0.0, 1 - step / _GROWING)
        points = np.clip(points + _DAMPING * push + spring * (start - points), low, high)
    return points


def _near(parts: NDArray[np.float64], points: Points) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of bodies that overlap, or could do so within a few steps."""
    boxes = _boxes(parts, points)
    least, most = boxes[..., :2].min(axis=1) - _REACH / 2, boxes[..., 2:].max(axis=1) + _REACH / 2
    close = (least[:, None] < most[None, :]).all(axis=-1)
    first, second = np.nonzero(np.triu(close & close.T, 1))
    return first, second


def _push(
    parts: NDArray[np.float64],
    points: Points,
    near: tuple[NDArray[np.intp], NDArray[np.intp]],
    firm: NDArray[np.float64],
) -> Points:
    first, second = near
    boxes = _boxes(parts, points)
    a, b = boxes[first][:, :, None, :], boxes[second][:, None, :, :]
    before, after = a[..., 2:] - b[..., :2], b[..., 2:] - a[..., :2]
    over = ((before > 1e-9) & (after > 1e-9)).all(axis=-1, keepdims=True)
    # How far the first body would have to go to clear the second: back (left, up) or on (right, down).
    back = np.where(over, before, 0.0).reshape(-1, 4, 2).max(axis=1)
    on = np.where(over, after, 0.0).reshape(-1, 4, 2).max(axis=1)
    ways = np.stack([back[:, 0], on[:, 0], back[:, 1], on[:, 1]], axis=1)
    pairs, shortest = np.arange(len(first)), ways.argmin(axis=1)
    shift = np.zeros((len(first), 2))
    shift[pairs, shortest // 2] = ways[pairs, shortest] * np.where(shortest % 2 == 0, -1.0, 1.0)
    yielding = 1.0 - 0.9 * firm
    share = (yielding[first] / (yielding[first] + yielding[second]))[:, None]
    push = np.zeros_like(points)
    np.add.at(push, first, shift * share)
    np.add.at(push, second, -shift * (1 - share))
    return push


def _finished(
    parts: NDArray[np.float64], points: Points, bodies: Bodies, low: Points, high: Points
) -> Points | None:
    """One after another, firm and large ones first: where it is, else the nearest free place of a raster.

    Half the gap is enough here: what the pushing left of it is too little to hop over a neighbour.
    """
    parts = parts + np.array([GAP, GAP, -GAP, -GAP]) / 4
    order = np.lexsort((np.arange(len(points)), -bodies.radii, -bodies.firm))
    found = points.copy()
    placed = np.empty((0, 2, 4))
    for body in order:
        place = _free(parts[body], found[body], placed, low[body], high[body])
        if place is None:
            return None
        found[body] = place
        placed = np.concatenate([placed, _boxes(parts[body][None], place[None])])
    return found


def _free(
    parts: NDArray[np.float64], wanted: Points, placed: NDArray[np.float64], low: Points, high: Points
) -> Points | None:
    if not _hits(_boxes(parts[None], wanted[None]), placed, 0.0).any():
        return wanted
    places = _raster(wanted, low, high)
    for start in range(0, len(places), _CHUNK):
        some = places[start : start + _CHUNK]
        taken = _hits(_boxes(parts[None], some)[:, None], placed[None], 0.0).any(axis=1)
        if not taken.all():
            return np.asarray(some[int(np.argmin(taken))])
    return None


def _raster(wanted: Points, low: Points, high: Points) -> Points:
    """Places all over the picture, nearest to the wanted one first."""
    counts = np.ceil((high - low) / _RASTER).astype(int) + 1
    xs, ys = (np.linspace(low[axis], high[axis], counts[axis]) for axis in (0, 1))
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    return grid[np.argsort(((grid - wanted) ** 2).sum(axis=1), kind="stable")]
