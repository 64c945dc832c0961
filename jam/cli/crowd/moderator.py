"""A moderator who reads everything that is held and decides about it, over a socket like anybody else."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass

from jam.cli.crowd.client import Person
from jam.cli.crowd.outbox import Outcome
from jam.domain.commands import Moderate
from jam.domain.names import Rule, Verdict
from jam.domain.views import IdeaView

LOOKS_PER_SECOND = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """What to do about an idea; ``verdict`` ``None`` leaves it waiting."""

    verdict: Verdict | None = Verdict.APPROVE
    rule: Rule | None = None
    note: str | None = None


Judgement = Callable[[IdeaView], Choice]


class Moderator:
    """Decides every pending idea by ``judgement``. ``decided`` holds the last choice by idea."""

    def __init__(self, person: Person, judgement: Judgement, pause: float = 0.0) -> None:
        self.person = person
        self.decided: dict[str, Verdict] = {}
        self._judgement = judgement
        self._pause = pause
        self._numbers = itertools.count(1)

    async def run(self) -> None:
        """Look at the queue again and again until cancelled."""
        while True:
            for idea in self.person.feed.pending():
                choice = self._judgement(idea)
                if choice.verdict is not None:
                    await asyncio.sleep(self._pause)
                    await self.decide(idea, choice)
            await asyncio.sleep(1 / LOOKS_PER_SECOND)

    async def decide(self, idea: IdeaView, choice: Choice) -> Outcome:
        """Give one decision on the version that was seen; a newer version is simply looked at again."""
        assert choice.verdict is not None
        number = next(self._numbers)
        command = Moderate(
            client_id=f"decide-{number}-{idea.id}",
            idea=idea.id,
            version=idea.version,
            verdict=choice.verdict,
            rule=choice.rule,
            note=choice.note,
        )
        outcome = await self.person.send(command)
        if outcome.ack:
            self.decided[idea.id] = choice.verdict
            # The event follows the answer; until it is there the queue would show the idea as waiting.
            await self.person.until_cursor(outcome.ack.seq or 0)
        return outcome

    async def until_clear(self, seq: int) -> None:
        """Wait until everything up to ``seq`` was seen and nothing that is to be decided waits."""
        await self.person.until_cursor(seq)
        while any(self._judgement(idea).verdict is not None for idea in self.person.feed.pending()):
            await asyncio.sleep(1 / LOOKS_PER_SECOND)
