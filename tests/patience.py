"""How long tests wait for what has to come, and a clock for what must not take long.

Machines of a continuous integration stand still for seconds at times, or are several times as slow.
Only a test that fails waits so long; whoever wants to know how fast something is measures it, in
``scripts/bench``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PATIENCE = 60.0
"""Seconds."""
GROUPING = 300.0
"""Seconds, for themes: their process starts with a model, and steps back behind everything else."""
_TICK = 0.02
Moment = tuple[float, float]
"""Seconds waited and seconds worked."""


def between(earlier: Moment, later: Moment) -> float:
    """Seconds waited between two moments, or worked where that is more."""
    return max(later[0] - earlier[0], later[1] - earlier[1])


class OwnTime:
    """Seconds as this event loop and this process got them: it stands still while the machine does.

    What a server in the same process takes by working or by waiting is in it, so a promise can be held
    against it; a neighbour that took the processor for two seconds is one tick.
    """

    def __init__(self) -> None:
        self._ticks = 0

    def read(self) -> Moment:
        """A moment, to be handed to ``since`` or ``between``."""
        return self._ticks * _TICK, time.process_time()

    def since(self, moment: Moment) -> float:
        """Seconds waited, or worked where that is more."""
        return between(moment, self.read())

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            self._ticks += 1


@asynccontextmanager
async def own_time() -> AsyncIterator[OwnTime]:
    """The clock, for as long as it is needed."""
    clock = OwnTime()
    ticking = asyncio.create_task(clock._run())
    try:
        yield clock
    finally:
        ticking.cancel()
