"""Wrong guesses of join codes and passwords: counted, and answered later the more there are (threat T5).

A right answer is never delayed or refused, because an office that mistypes shares one address with the
person who guesses. Kept in this process only: a restart forgets a minute's worth.
"""

import ipaddress
from collections import OrderedDict, deque

from jam.service.ports import Clock

WINDOW_SECONDS = 60.0
FREE_PER_ADDRESS, FREE_TOGETHER = 20, 200
"""So many wrong answers in a minute, from one address or from all together, are answered at once."""
STEP_SECONDS, MOST_SECONDS = 0.15, 3.0
MOST_HELD = 200
MOST_ADDRESSES = 10_000
_COUNTED = 64
_TOGETHER = ""


class Guesses:
    """The wrong answers of the last minute. Call ``wrong`` before each of them goes out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._held = 0

    async def wrong(self, *marks: str) -> float:
        """Count a wrong answer and hold it back as long as its turn says; the seconds that it was held.

        ``marks`` are what guesses may have in common: where they come from, whose password is guessed.
        """
        over = [self._count(network(mark), _COUNTED) - FREE_PER_ADDRESS for mark in marks]
        over.append(self._count(_TOGETHER, FREE_TOGETHER + _COUNTED) - FREE_TOGETHER)
        pause = min(MOST_SECONDS, STEP_SECONDS * max(0, *over))
        if pause == 0 or self._held >= MOST_HELD:
            return 0.0
        self._held += 1
        try:
            await self._clock.sleep(pause)
        finally:
            self._held -= 1
        return pause

    def _count(self, key: str, most: int) -> int:
        """Note a wrong answer under ``key``: how many there were in the last minute, up to ``most``."""
        now = self._clock.monotonic()
        times = self._times.setdefault(key, deque(maxlen=most))
        self._times.move_to_end(key)
        times.append(now)
        while times[0] <= now - WINDOW_SECONDS:
            times.popleft()
        while len(self._times) > MOST_ADDRESSES:
            self._times.popitem(last=False)
        return len(times)


def network(address: str) -> str:
    """What is counted as one address: an IPv6 customer has a whole /64 of them."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        mapped = known.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)
