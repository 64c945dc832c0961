"""The bus of one process: what is said is heard at once, and there is nothing to lose.

The default. ``jam.bus.redis`` has one of these inside for the listeners of its own node.
"""

import asyncio
import logging
from typing import Any

from jam.bus.base import Listener, Signal, Wake, Whisper
from jam.bus.wire import is_whisperable

LOGGER = "jam.bus"


class MemoryBus:
    """See ``Bus``."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._closed = False

    @property
    def connected(self) -> bool:
        """See ``Bus``."""
        return not self._closed

    def wake(self, jam_id: str, seq: int) -> None:
        """See ``Bus``."""
        self._tell(Wake(jam_id, seq))

    def whisper(self, jam_id: str, signal: dict[str, Any]) -> None:
        """See ``Bus``. The same rule holds here as between nodes, so that one process hides no mistake."""
        if is_whisperable(signal):
            self._tell(Whisper(jam_id, signal))
        else:
            logging.getLogger(LOGGER).error("A whisper was dropped: its fields are not flat closed words")

    def _tell(self, signal: Signal) -> None:
        for listener in self._listeners:
            listener.put(signal)

    def listen(self) -> Listener:
        """See ``Bus``."""
        listener = Listener(self._listeners.discard)
        if self._closed:
            listener.close()
        else:
            self._listeners.add(listener)
        return listener

    async def run(self) -> None:
        """See ``Bus``: there is no network, so this only waits to be cancelled."""
        await asyncio.Event().wait()

    async def close(self) -> None:
        """See ``Bus``."""
        self._closed = True
        for listener in tuple(self._listeners):
            listener.close()
