"""The moderating bot decides whatever is held, by its judgement, and leaves what it is told to leave."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from jam.cli.crowd.feed import Feed
from jam.cli.crowd.moderator import Choice, Moderator
from jam.cli.crowd.outbox import Outcome
from jam.domain.commands import Moderate
from jam.domain.names import Rule, Status, Verdict
from jam.domain.views import IdeaView
from jam.live.wire import Ack
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio
AFTER = {Verdict.APPROVE: Status.PUBLISHED, Verdict.HIDE: Status.HIDDEN}


class Desk:
    """A person whose server decides at once: what was decided comes back as the idea's next version."""

    def __init__(self, *names: str, refuse: int = 0) -> None:
        self.feed = Feed(cursor=1)
        self.ended: int | None = None
        self.given: list[Moderate] = []
        self._refuse = refuse
        for n, name in enumerate(names):
            self.feed.learn([idea(name, n)])

    async def send(self, command: Moderate) -> Outcome:
        self.given.append(command)
        if len(self.given) <= self._refuse:
            return Outcome(command.client_id, code="changed_meanwhile")
        self.feed.learn([idea(command.idea, 0, 2, AFTER[command.verdict])])
        return Outcome(command.client_id, ack=Ack(ref=command.client_id, seq=1))

    async def until(self, holds: Callable[[], bool]) -> None:
        while not holds():  # noqa: ASYNC110 -- a fake: nothing else would wake it
            await asyncio.sleep(0)

    async def until_cursor(self, seq: int) -> None:
        assert (self.feed.cursor or 0) >= seq


def idea(name: str, seq: int, version: int = 1, status: Status = Status.PENDING) -> IdeaView:
    return IdeaView(id=name, version=version, forum="f", author="a", status=status, seq=seq, at=0)


async def work(desk: Desk, judgement: Callable[[IdeaView], Choice]) -> Moderator:
    """Let the moderator work until nothing that is to be decided waits."""
    moderator = Moderator(desk, judgement)  # type: ignore[arg-type]
    running = asyncio.create_task(moderator.run())
    async with asyncio.timeout(PATIENCE):
        await asyncio.sleep(0)
        await moderator.until_clear(1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return moderator


async def test_everything_held_is_decided_oldest_first_each_under_an_id_of_its_own() -> None:
    desk = Desk("a", "b", "c")
    moderator = await work(desk, lambda one: Choice())
    assert [command.idea for command in desk.given] == ["a", "b", "c"]
    assert len({command.client_id for command in desk.given}) == 3
    assert moderator.decided == dict.fromkeys("abc", Verdict.APPROVE)


async def test_judgement_may_hide_with_a_rule_or_leave_an_idea_waiting() -> None:
    choices = {"a": Choice(Verdict.HIDE, Rule.ABUSE, "So."), "b": Choice(None), "c": Choice()}
    desk = Desk("a", "b", "c")
    await work(desk, lambda one: choices[one.id])
    assert [(c.idea, c.verdict, c.rule) for c in desk.given] == [
        ("a", Verdict.HIDE, Rule.ABUSE),
        ("c", Verdict.APPROVE, None),
    ]
    assert [one.id for one in desk.feed.pending()] == ["b"]


async def test_refused_decision_is_given_again_on_what_is_known_then() -> None:
    desk = Desk("a", refuse=1)
    await work(desk, lambda one: Choice())
    assert len(desk.given) == 2
    assert desk.feed.pending() == []


async def test_judgement_that_changes_while_the_moderator_thinks_is_no_error() -> None:
    asked: list[str] = []

    def judgement(one: IdeaView) -> Choice:
        asked.append(one.id)
        return Choice() if len(asked) <= 2 else Choice(None)

    desk = Desk("a")
    moderator = await work(desk, judgement)
    assert set(moderator.decided) <= {"a"}
