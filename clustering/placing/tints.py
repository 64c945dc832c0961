"""Hues and patterns of the themes on the map: kept while a theme lives, unlike those of its neighbours.

Twelve hues at most, then patterns tell them apart; neighbours always differ in their pattern where six
allow it, so that colour is never alone. Last step of ``place``.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

HUES, PATTERNS = 12, 6
_NEIGHBOURS = 5


def tints(
    keys: Sequence[str], points: NDArray[np.float64], before: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[int, int]]:
    """Hue and pattern for each theme; those in ``before`` keep theirs, the others choose in their order."""
    chosen = {key: before[key] for key in keys if key in before}
    for number, key in enumerate(keys):
        if key not in chosen:
            near = [chosen[other] for other in _nearest(number, keys, points) if other in chosen]
            chosen[key] = _unlike(near[:_NEIGHBOURS], list(chosen.values()))
    return chosen


def _nearest(number: int, keys: Sequence[str], points: NDArray[np.float64]) -> list[str]:
    away = ((points - points[number]) ** 2).sum(axis=1)
    return [keys[other] for other in np.argsort(away, kind="stable") if other != number]


def _unlike(near: list[tuple[int, int]], taken: list[tuple[int, int]]) -> tuple[int, int]:
    """What the nearest do not have, then what the fewest have, then the first."""
    hue = min(range(HUES), key=lambda one: (_times(one, near, 0), _times(one, taken, 0), one))
    pattern = min(range(PATTERNS), key=lambda one: (_times(one, near, 1), _times(one, taken, 1), one))
    return hue, pattern


def _times(one: int, tinted: list[tuple[int, int]], which: int) -> int:
    return sum(tint[which] == one for tint in tinted)
