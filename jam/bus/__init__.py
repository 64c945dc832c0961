"""Floor 1: the bus of wake-ups between the writer and whoever follows a log, here or on other nodes.

``open_bus`` chooses by URL. A bus carries hints ``{jam, seq}`` and never content.
"""

from jam.bus.base import Bus, Listener, Signal, Wake, Whisper
from jam.bus.memory import MemoryBus

__all__ = ["Bus", "Listener", "MemoryBus", "Signal", "Wake", "Whisper", "open_bus"]


def open_bus(url: str | None) -> Bus:
    """The bus for ``url``: Redis where one is given, else memory. Raises ``JamError`` for a wrong URL."""
    if not url:
        return MemoryBus()
    from jam.bus.redis import RedisBus  # takes 0.15 s to load, which one process alone need not wait for

    return RedisBus(url)
