"""The timekeeper: rings every bell that is due, on this node, also those missed while it was down.

It only pokes the writer: whether a bell is due is decided under the jam's lock, so it fires once however
many timekeepers there are, and never early (guarantee G8). Bells are in the database, so restarts lose
none; the clock is a port, and what it says is asked anew at least every second, so jumps do no harm.
"""

import structlog

from jam.domain.commands import RingBell
from jam.service.handle import Intake
from jam.service.writer import house
from jam.store.engine import DATABASE_ERRORS
from jam.store.outcomes import next_bell

LONGEST_WAIT = 1.0
NOT_YET_WAIT = 0.05
log = structlog.get_logger()


class Timekeeper:
    """``run`` belongs to a task group."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def run(self) -> None:
        """Ring bells until cancelled."""
        while True:
            try:
                wait = await self.ring_due()
            except DATABASE_ERRORS as error:
                log.error("timekeeper_waits", error=type(error).__name__)
                wait = LONGEST_WAIT
            await self._intake.clock.sleep(wait)

    async def ring_due(self) -> float:
        """Ring the first bell if it is due; seconds until it is worth looking again, at most 1."""
        found = await self._intake.database.read(next_bell)
        if found is None:
            return LONGEST_WAIT
        jam_id, at = found
        wait = (at - self._intake.clock.now()) / 1000
        if wait > 0:
            return min(wait, LONGEST_WAIT)
        outcome = await self._intake.handle(house(jam_id), RingBell())
        # Not rung: the database's clock, which decides, is a little behind this node's.
        return 0.0 if isinstance(outcome, dict) and outcome["rang"] else NOT_YET_WAIT
