"""The ports to the outside that rules must not touch directly: the clock, ids and chance.

Wired by ``jam.compose``; tests pass a fake clock and counted ids, so no test sleeps.
"""

import asyncio
import secrets
import time
from typing import Protocol

from jam.domain.records import Millis
from jam.domain.rejections import Rejection
from jam.domain.theme_views import SplitProposal

_ID_LETTERS = b"234567abcdefghijklmnopqrstuvwxyz" * 8
"""A letter for each byte, every letter for as many bytes, in ascending order: 5 bits a character."""
_CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class Clock(Protocol):
    """Wall time for moments, monotonic time for durations, and waiting."""

    def now(self) -> Millis:
        """The time of day, in milliseconds since 1970 UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back; only differences mean anything."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; may be cancelled."""
        ...

    def database_offset(self) -> Millis:
        """What to add to a database server's own clock: 0 but in tests."""
        ...


class SplitProposer(Protocol):
    """Whoever can say how a theme could be split: the side of the server that speaks with theming."""

    async def propose_split(self, jam_id: str, theme: str, parts: int | None) -> SplitProposal | Rejection:
        """A proposal for the current map, of which nothing is put on record.

        ``parts``: how many, 2 to 6; ``None`` lets theming choose. ``no_themes_yet``, ``theme_gone``, or
        ``split_bad`` where the theme does not fall into parts.
        """
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> Millis:
        """See ``Clock``."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """See ``Clock``."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """See ``Clock``."""
        await asyncio.sleep(seconds)

    def database_offset(self) -> Millis:
        """See ``Clock``."""
        return 0


class RandomIds:
    """Ids that sort by their moment: 9 characters of time, then 15 of the machine's randomness.

    The layout of UUID version 7 (RFC 9562, 5.7) in letters. Ids in the order of their making land side by
    side in the database's indexes; random ones touch a page each, and writing slows as the file grows.
    """

    def __init__(self) -> None:
        self._moment = (0, b"")

    def new_id(self) -> str:
        """45 bits of milliseconds and 75 random bits, safe in an address and in a file name."""
        now = time.time_ns() // 1_000_000
        at, when = self._moment
        if at != now:  # ids are made by the hundred in a millisecond
            when = bytes((now >> shift) & 31 for shift in range(40, -1, -5))
            self._moment = (now, when)
        return (when + secrets.token_bytes(15)).translate(_ID_LETTERS).decode()

    def salt(self, size: int) -> bytes:
        """``size`` random bytes."""
        return secrets.token_bytes(size)

    def token(self) -> str:
        """A secret of 256 bits."""
        return secrets.token_urlsafe(32)

    def code(self) -> str:
        """A join code: 8 characters that cannot be mistaken for one another (no 0, O, 1, I)."""
        return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(8))
