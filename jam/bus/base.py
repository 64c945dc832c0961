"""What every bus is: a way to say "look at this jam's log", and a way to hear it.

A bus carries hints and nothing else. Content stays in the database, where each node reads it with the
viewer's rights; so a wake-up that is lost, doubled, late or forged costs time and never truth.
Floor 1: called by the writer right after each commit, listened to by the tails of ``jam.live``.
All of it belongs to one event loop; nothing here is safe to call from another thread.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

MOST_JAMS = 4096
"""Jams that one listener keeps a wake for; beyond that the oldest is dropped, and the poll finds it."""
MOST_WHISPERS = 256


class Wake(msgspec.Struct, frozen=True):
    """The log of ``jam_id`` reaches at least to ``seq``. A hint: read the log to know."""

    jam_id: str
    seq: int


class Whisper(msgspec.Struct, frozen=True):
    """Something worth showing now and not worth keeping, such as how far the themes are.

    Not to be trusted: on a shared Redis anybody there can whisper. ``signal`` is flat, and its strings
    are ids or closed words, never free text (``jam.bus.wire`` holds the rule).
    """

    jam_id: str
    signal: dict[str, Any]


Signal = Wake | Whisper


class Listener:
    """Signals in memory that is bounded whatever happens: ``async for signal in bus.listen()``.

    Wakes of one jam that were not taken yet become one, with the highest ``seq``; of too many whispers
    the oldest go. One task at a time may iterate. Taking is safe to cancel: nothing is lost by it.
    """

    def __init__(self, on_close: Callable[["Listener"], None] | None = None) -> None:
        self._on_close = on_close
        self._wakes: dict[str, int] = {}
        self._whispers: deque[Whisper] = deque(maxlen=MOST_WHISPERS)
        self._arrived = asyncio.Event()
        self._closed = False

    def put(self, signal: Signal) -> None:
        """Take a signal in. Never waits and never raises; for buses."""
        if self._closed:
            return
        if isinstance(signal, Whisper):
            self._whispers.append(signal)
        else:
            self._put_wake(signal)
        self._arrived.set()

    def _put_wake(self, wake: Wake) -> None:
        self._wakes[wake.jam_id] = max(wake.seq, self._wakes.get(wake.jam_id, wake.seq))
        if len(self._wakes) > MOST_JAMS:
            del self._wakes[next(iter(self._wakes))]

    def take(self) -> Signal | None:
        """The next signal that is here already, wakes before whispers, or ``None``."""
        if self._wakes:
            jam_id = next(iter(self._wakes))
            return Wake(jam_id, self._wakes.pop(jam_id))
        return self._whispers.popleft() if self._whispers else None

    def close(self) -> None:
        """Hear no more: iteration ends, also for a task that waits in it. May be called twice."""
        self._closed = True
        self._wakes.clear()
        self._whispers.clear()
        self._arrived.set()
        if self._on_close:
            self._on_close(self)

    def __aiter__(self) -> "Listener":
        return self

    async def __anext__(self) -> Signal:
        while (signal := self.take()) is None:
            if self._closed:
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        return signal


class Bus(Protocol):
    """Wake-ups between the parts of one node, and between nodes."""

    @property
    def connected(self) -> bool:
        """Whether other nodes can be reached now; a memory bus has none and says yes until closed."""
        ...

    def wake(self, jam_id: str, seq: int) -> None:
        """Say that the log reaches ``seq``. Called after each commit: never blocks, never raises."""
        ...

    def whisper(self, jam_id: str, signal: dict[str, Any]) -> None:
        """Say something ephemeral. May be dropped; what breaks the rule for whispers always is."""
        ...

    def listen(self) -> Listener:
        """A listener that hears all that is said from this call on."""
        ...

    async def run(self) -> None:
        """Do the network work until cancelled. Owned by the caller's task group; called once."""
        ...

    async def close(self) -> None:
        """End every listener; what is said afterwards is heard by nobody. May be called twice."""
        ...
