"""From one picture of the themes to the next: everything stays, but for steps and exchanges that pay.

A person who looks at the map finds a theme where it was. So the places before win, unless a small change
brings like themes clearly nearer. Between ``likeness`` (what should be near) and ``clearance`` (no overlap).
"""

import numpy as np
from numpy.typing import NDArray

from clustering.placing.clearance import Bodies, height_for, settled
from clustering.placing.likeness import Points, in_frame, spread, strain, swapped, turned_like, turned_wide

STEP, NEW_STEP = 0.03, 0.06
"""How far a theme goes at most towards a better place, in widths of the wide picture; a new one."""
_STILL = 0.008
_FARTHEST = 115.0
_WORTH_IT = 0.01
_SWAP_SHARE = 8
_LOOSE, _SHRINK = 1.4, 0.92


def fresh(bodies: Bodies, apart: NDArray[np.float64], width: float, height: float) -> tuple[Points, float]:
    """Places for themes that never stood anywhere, and the picture's height."""
    points = in_frame(turned_wide(spread(apart)), width, height)
    return settled(bodies, swapped(points, apart), width, height)


def better(start: Points, apart: NDArray[np.float64], width: float, height: float) -> Points:
    """Where likeness would have the themes, as near to where they stand as it can be."""
    return in_frame(turned_like(spread(apart, start), start), width, height)


def moved_on(
    bodies: Bodies,
    apart: NDArray[np.float64],
    start: Points,
    steps: tuple[Points, NDArray[np.float64], float],
    size: tuple[float, float],
) -> tuple[Points, float]:
    """The places at the start with as little change as can be, and the picture's height.

    ``steps``: where to go, how far at most, and how far two themes may be that change places.
    ``size``: width and height.
    """
    aim, longest, reach = steps
    stay = settled(bodies, start, *size)
    enough = (1 - _WORTH_IT) * strain(stay[0], apart)
    wanted = (
        towards(start, aim, longest),
        swapped(start, apart, reach, max(1, len(start) // _SWAP_SHARE)),
    )
    others = (points for points in wanted if not np.array_equal(points, start))
    found = [settled(bodies, points, *size) for points in others if strain(points, apart) < enough]
    near = [one for one in found if _farthest(bodies, start, one[0]) <= _FARTHEST]
    best = min(near, key=lambda one: strain(one[0], apart), default=stay)
    return best if strain(best[0], apart) < enough else stay


def _farthest(bodies: Bodies, start: Points, points: Points) -> float:
    """How far the theme went that went farthest, of those that stood there before."""
    return float((bodies.firm * np.linalg.norm(points - start, axis=1)).max(initial=0.0))


def towards(start: Points, aim: Points, longest: NDArray[np.float64]) -> Points:
    """From the start towards the aim, at most so far, and not at all where it is hardly worth it."""
    way = aim - start
    length = np.linalg.norm(way, axis=1)
    share = np.minimum(1.0, longest / np.maximum(length, 1e-9))
    return np.asarray(start + way * np.where(length > _STILL * longest.max(), share, 0.0)[:, None])


def height_after(bodies: Bodies, width: float, least: float, before: float | None) -> float:
    """The height before, as long as it is enough and not far too much; then it shrinks a little at a time."""
    needed = height_for(bodies, width, least)
    if before is None or before <= needed:
        return needed
    return before if before <= _LOOSE * needed else max(needed, float(np.ceil(_SHRINK * before)))
