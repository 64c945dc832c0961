"""A clock and ids that tests hold in their hands: nothing sleeps, and every run is the same.

Why: a test of time must not take time, and a test of ids must be able to name them. Where: passed in
place of `SystemClock` and `RandomIds` of `jam.service.ports`; the ports' own shapes are kept.
"""

from __future__ import annotations

import asyncio
import hashlib
import heapq
import time
from itertools import count

MANY_TURNS = 1000
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class FakeClock:
    """A `Clock` that stands still until a test moves it.

    `advance` wakes sleepers in the order of their moments (the first to fall asleep first, where two
    moments are the same), and lets everything that can run do so before it goes on to the next.
    """

    def __init__(self, now: int = 1_750_000_000_000) -> None:
        self._start = now
        self._elapsed = 0.0
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None], str]] = []

    def now(self) -> int:
        """The time of day, in milliseconds since 1970 UTC."""
        return self._start + round(self._elapsed * 1000)

    def monotonic(self) -> float:
        """Seconds since this clock was made."""
        return self._elapsed

    @property
    def sleepers(self) -> int:
        """How many tasks wait for this clock now."""
        return sum(not future.done() for _, _, future, _ in self._sleepers)

    def rests(self, task: str) -> bool:
        """Whether the task of that name waits for this clock now."""
        return any(name == task and not future.done() for _, _, future, name in self._sleepers)

    async def sleep(self, seconds: float) -> None:
        """Wait until a test has moved the clock by `seconds`; 0 or less waits one turn of the loop."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = asyncio.current_task()
        who = task.get_name() if task else ""
        heapq.heappush(self._sleepers, (self._elapsed + seconds, next(self._order), future, who))
        await future

    async def advance(self, seconds: float) -> None:
        """Move both clocks forward and let every task that was waiting for a moment on the way run."""
        target = self._elapsed + seconds
        await settled()
        while self._sleepers and self._sleepers[0][0] <= target:
            moment, _, future, _ = heapq.heappop(self._sleepers)
            if future.done():
                continue
            self._elapsed = max(self._elapsed, moment)
            future.set_result(None)
            await settled()
        self._elapsed = target
        await settled()

    def database_offset(self) -> int:
        """What brings a database server's clock to the time of this one."""
        return self.now() - time.time_ns() // 1_000_000

    def jump(self, seconds: float) -> None:
        """Set the time of day alone, as an administrator or a time server would; nobody wakes."""
        self._start += round(seconds * 1000)


async def settled() -> None:
    """Let every task run until each waits for something that takes real time, or for a clock.

    Work in threads (a SQLite query) is such a thing: await its own result, not this.
    """
    ready = getattr(asyncio.get_running_loop(), "_ready", None)
    for _ in range(MANY_TURNS):
        await asyncio.sleep(0)
        if ready is not None and not ready:
            return


class CountedIds:
    """The port for ids and chance without any chance: `id1`, `id2` …, and salts that all differ."""

    def __init__(self, prefix: str = "id") -> None:
        self._prefix = prefix
        self._ids, self._salts, self._tokens, self._codes = count(1), count(1), count(1), count(1)

    def new_id(self) -> str:
        """The next id."""
        return f"{self._prefix}{next(self._ids)}"

    def salt(self, size: int) -> bytes:
        """`size` bytes that no other salt of this run has (up to 32)."""
        return hashlib.sha256(f"salt {next(self._salts)}".encode()).digest()[:size]

    def token(self) -> str:
        """The next secret that is none."""
        return f"token{next(self._tokens)}"

    def code(self) -> str:
        """The next join code: 8 characters of the real alphabet."""
        number, out = next(self._codes), ""
        while len(out) < 8:
            number, digit = divmod(number, len(CODE_ALPHABET))
            out = CODE_ALPHABET[digit] + out
        return out
