"""Passwords: what one must be like, and argon2id around it, a few at a time and off the event loop.

Sits below ``jam.service.accounts``. A flood of sign-ins costs its own queue, never the jams.
"""

import asyncio
import unicodedata
from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from jam.domain.rejections import Rejection, reject

T = TypeVar("T")
SHORTEST, LONGEST = 12, 200
AT_ONCE = 1
MOST_WAITING = 100


class Passwords:
    """Hashes and checks passwords, one at a time: each takes 19 MiB and 25 to 40 ms of a core.

    The parameters are OWASP's second choice for argon2id (m=19456, t=2, p=1).
    """

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody has this one")

    async def hash(self, password: str) -> str | Rejection:
        """What is kept of a password: 12 to 200 characters, whatever they are."""
        clean = unicodedata.normalize("NFC", password)
        if not SHORTEST <= len(clean) <= LONGEST:
            return reject("password_bad")
        return await self._turn(lambda: self._hasher.hash(clean))

    async def fits(self, password: str, kept: str | None) -> bool | Rejection:
        """Whether a password is the one that was kept. It takes as long where none was."""
        clean = unicodedata.normalize("NFC", password)[: LONGEST + 1]
        return await self._turn(lambda: self._verify(kept, clean))

    def _verify(self, kept: str | None, password: str) -> bool:
        try:
            self._hasher.verify(kept or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    async def _turn(self, work: Callable[[], T]) -> T | Rejection:
        if self._waiting >= MOST_WAITING:
            return reject("try_later", retry_after=2.0)
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
