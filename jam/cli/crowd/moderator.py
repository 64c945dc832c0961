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

REFUSED_PAUSE = 0.2


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
        """Decide whatever comes into the queue, oldest first, until cancelled."""
        while self.person.ended is None:
            await self.person.until(lambda: bool(self._to_decide()))
            for idea, choice in self._to_decide():
                await asyncio.sleep(self._pause)
                await self.decide(idea, choice)

    def _to_decide(self) -> list[tuple[IdeaView, Choice]]:
        """What waits, with what is to be done: a judgement may be another a moment later."""
        judged = ((idea, self._judgement(idea)) for idea in self.person.feed.pending())
        return [(idea, choice) for idea, choice in judged if choice.verdict is not None]

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
        else:
            await asyncio.sleep(REFUSED_PAUSE)
        return outcome

    async def until_clear(self, seq: int) -> None:
        """Wait until everything up to ``seq`` was seen and nothing that is to be decided waits."""
        await self.person.until_cursor(seq)
        await self.person.until(lambda: not self._to_decide())
