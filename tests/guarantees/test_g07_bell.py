"""G7: the bell is atomic. What was accepted before it is on record before it, and nothing after it.

Many writers send while the bell rings, by hand or because its time has come; on PostgreSQL over two
writers of one jam. Every loser hears why.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from jam.compose import running_engine
from jam.domain.commands import RingBell
from jam.domain.rejections import Rejection
from jam.service.writer import house
from tests.fakes import FakeClock
from tests.guarantees.stage import Stage, set_stage
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio
LOSES = {"phase_over", "jam_closed"}
MINUTES = 10.0


async def _until_refused(stage: Stage, number: int, chance: random.Random) -> tuple[list[int], str]:
    """Send until the first refusal: the places that were won, and the code of the refusal."""
    who, won = stage.people[number % len(stage.people)], []
    for attempt in range(1_000):
        for _ in range(chance.randrange(3)):
            await asyncio.sleep(0)
        outcome = await stage.submit(who, f"{number}-{attempt}", f"Idea {number} {attempt}")
        if isinstance(outcome, Rejection):
            return won, outcome.code
        won.append(int(outcome["seq"]))
    raise AssertionError("the bell never rang")


async def _ring(nodes: Sequence[Stage], clock: FakeClock, *, by_hand: bool) -> None:
    """Ring on every node at once: only one of them can be the first."""
    if by_hand:
        outcomes = await asyncio.gather(*(node.next_phase(f"bell-{n}", 0) for n, node in enumerate(nodes)))
        assert sum(not isinstance(outcome, Rejection) for outcome in outcomes) == 1
        return
    clock.jump(MINUTES * 60 + 5)
    rung = await asyncio.gather(*(node.give(house(node.jam_id), RingBell()) for node in nodes))
    assert all(not isinstance(outcome, Rejection) for outcome in rung)


async def _one_bell(nodes: Sequence[Stage], clock: FakeClock, writers: int, chance: random.Random) -> int:
    stage, by_hand = nodes[0], chance.random() < 0.5
    last = "closed" if chance.random() < 0.3 else "wrap_up"
    listener = stage.engine.bus.listen()
    writing = [asyncio.create_task(_until_refused(nodes[n % len(nodes)], n, chance)) for n in range(writers)]
    async with asyncio.timeout(PATIENCE):
        while len(await stage.ideas()) < writers // 4:
            await anext(listener)
        if last == "closed" and by_hand:
            await stage.next_phase("bell-first", 0)
            await stage.next_phase("bell-last", 1)
        else:
            await _ring(nodes, clock, by_hand=by_hand)
        ended = await asyncio.gather(*writing)
    jam, ideas = await stage.jam(), await stage.ideas()
    closed_seq = jam.phases[0].closed_seq
    assert closed_seq is not None
    assert max(idea.created_seq for idea in ideas) <= closed_seq, "an idea came after the bell"
    won = {seq for places, _ in ended for seq in places}
    assert won == {idea.created_seq for idea in ideas}, "what was accepted is what is on record"
    assert {code for _, code in ended} <= LOSES
    assert (await stage.events())[closed_seq].kind == "phase_started"
    return len(won)


async def _bells(url: str, engines: int, bells: int, writers: int) -> None:
    chance = random.Random(7)
    clock = FakeClock()
    won = 0
    async with AsyncExitStack() as stack:
        running = [await stack.enter_async_context(running_engine(url, clock=clock)) for _ in range(engines)]
        for _ in range(bells):
            phases = [("ideate", MINUTES), ("wrap_up", MINUTES * 100), ("closed", None)]
            stage = await set_stage(running[0], people=8, phases=phases)  # type: ignore[arg-type]
            won += await _one_bell([stage.on(engine) for engine in running], clock, writers, chance)
    assert won >= bells * writers / 4, "too little was accepted to show anything"


async def test_g7_the_bell_is_atomic_on_sqlite(tmp_path: Path) -> None:
    await _bells(f"sqlite:///{tmp_path}/jam.db", engines=1, bells=8, writers=60)


async def test_g7_the_bell_is_atomic_over_two_writers(postgres_url: str) -> None:
    await _bells(postgres_url, engines=2, bells=8, writers=60)


@pytest.mark.full
async def test_g7_five_hundred_bells_among_two_hundred_senders(postgres_url: str) -> None:
    await _bells(postgres_url, engines=2, bells=500, writers=200)
