"""When to try Redis again: a circuit breaker with full jitter.

Closed while a connection lasts, open while it waits, half open while one attempt runs. Full jitter, so
that the nodes of one installation do not come back in step after an outage.
"""

from collections.abc import Callable


class Breaker:
    """``chance`` gives numbers from 0 up to 1. A connection that lasted ``longest_s`` clears the record."""

    def __init__(self, first_s: float, longest_s: float, chance: Callable[[], float]) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._chance = chance
        self._failures = 0

    def tripped(self, lasted_s: float) -> float:
        """Count a failed attempt, or a connection lost after ``lasted_s``; the seconds to stay away.

        chance × min(longest, first × 2^failures), the "full jitter" of the AWS architecture blog
        "Exponential Backoff And Jitter" (2015).
        """
        if lasted_s >= self._longest_s:
            self._failures = 0
        ceiling = min(self._longest_s, self._first_s * 2.0 ** min(self._failures, 32))
        self._failures += 1
        return self._chance() * ceiling
