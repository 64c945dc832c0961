"""Hues and patterns of the themes on the map: kept while a theme lives, unlike those of its neighbours.

Twelve hues at most, then patterns tell them apart; neighbours always differ in their pattern where six
allow it, so that colour is never alone. Last step of ``place``.
"""

from collections import Counter
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
    return _rarest(HUES, near, taken, 0), _rarest(PATTERNS, near, taken, 1)


def _rarest(of: int, near: list[tuple[int, int]], taken: list[tuple[int, int]], which: int) -> int:
    by, all_in_all = (Counter(tint[which] for tint in tints) for tints in (near, taken))
    return min(range(of), key=lambda one: (by[one], all_in_all[one], one))
