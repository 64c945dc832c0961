"""A crowd: all the simulated people of one jam, their sockets and their common recorder."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from jam.cli.crowd.client import Person
from jam.cli.crowd.history import Recorder
from jam.cli.crowd.house import House, Seat

JOINING_AT_ONCE = 8


@dataclass(slots=True)
class Crowd:
    """People of one jam. Their tasks belong to ``tasks``; ``leave`` ends them."""

    house: House
    jam: str
    code: str
    recorder: Recorder
    chance: random.Random
    tasks: asyncio.TaskGroup
    people: list[Person] = field(default_factory=list)
    staff: list[Person] = field(default_factory=list)
    _running: list["asyncio.Task[None]"] = field(default_factory=list)

    async def join(self, handles: Sequence[tuple[str, str]]) -> list[Person]:
        """Let people join, given as (handle, audience); they come in several at a time, kept in order."""
        gate = asyncio.Semaphore(JOINING_AT_ONCE)

        async def one(handle: str, audience: str) -> Seat:
            async with gate:
                return await self.house.join(self.code, handle, audience)

        seats = await asyncio.gather(*(one(handle, audience) for handle, audience in handles))
        joined = [self._enter(seat, seat.handle) for seat in seats]
        self.people += joined
        return joined

    async def take_role(self, role: str) -> Person:
        """Somebody takes a staff role over a link, as a person with a browser would."""
        seat = await self.house.take_role(self.jam, role)
        person = self._enter(seat, f"{role} {len(self.staff) + 1}")
        self.staff.append(person)
        return person

    def _enter(self, seat: Seat, name: str) -> Person:
        person = Person(self.house, seat, self.recorder, random.Random(self.chance.random()), name=name)
        self._running.append(self.tasks.create_task(person.run(), name=name))
        return person

    @property
    def everyone(self) -> list[Person]:
        """People and staff."""
        return [*self.people, *self.staff]

    async def until_cursor(self, seq: int, patience: float) -> bool:
        """Wait until everybody has got everything up to ``seq``; false when ``patience`` seconds pass."""
        try:
            async with asyncio.timeout(patience):
                for person in self.everyone:
                    await person.until_cursor(seq)
        except TimeoutError:
            return False
        return True

    async def until_answered(self, patience: float) -> bool:
        """Wait until everything that anybody sent is answered; false when ``patience`` seconds pass."""
        try:
            async with asyncio.timeout(patience):
                for person in self.everyone:
                    await person.until_answered()
        except TimeoutError:
            return False
        return True

    async def leave(self) -> None:
        """Close every socket; what is still unanswered is written down as unknown."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._running.clear()
