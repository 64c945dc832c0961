"""The ports to the outside that rules must not touch directly: the clock, ids and chance.

Wired by ``jam.compose``; tests pass a fake clock and counted ids, so no test sleeps.
"""

import asyncio
import secrets
import time
from typing import Protocol

from jam.domain.records import Millis

_ID_LETTERS = b"abcdefghijklmnopqrstuvwxyz234567" * 8
"""A letter for each byte, every letter for as many bytes: 5 random bits a character."""
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
    """Ids from the machine's randomness: 20 characters of 5 bits."""

    def new_id(self) -> str:
        """100 random bits, safe in an address and in a file name."""
        return secrets.token_bytes(20).translate(_ID_LETTERS).decode()

    def salt(self, size: int) -> bytes:
        """``size`` random bytes."""
        return secrets.token_bytes(size)

    def token(self) -> str:
        """A secret of 256 bits."""
        return secrets.token_urlsafe(32)

    def code(self) -> str:
        """A join code: 8 characters that cannot be mistaken for one another (no 0, O, 1, I)."""
        return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(8))
