"""Shows that the fake clock and ids behave as the ports they stand for, only without chance or waiting."""

from __future__ import annotations

import asyncio

import pytest

from jam.domain.facts import Ids
from jam.service.ports import Clock, RandomIds, SystemClock
from tests.fakes import CountedIds, FakeClock, settled

pytestmark = pytest.mark.anyio


def public(thing: object) -> set[str]:
    return {name for name in dir(thing) if not name.startswith("_")}


async def test_the_fakes_have_all_that_the_real_ones_have() -> None:
    clock: Clock = FakeClock()
    ids: Ids = CountedIds()
    assert public(clock) >= public(SystemClock())
    assert public(ids) == public(RandomIds())


async def test_sleepers_wake_in_the_order_of_their_moments_each_at_its_own() -> None:
    clock, woken = FakeClock(now=0), []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, clock.now()))

    async with asyncio.TaskGroup() as group:
        for name, seconds in (("last", 3), ("first", 1), ("also first", 1), ("after the end", 9)):
            group.create_task(sleeper(name, seconds))
        await clock.advance(5)
        assert woken == [("first", 1000), ("also first", 1000), ("last", 3000)]
        assert (clock.now(), clock.monotonic(), clock.sleepers) == (5000, 5.0, 1)
        await clock.advance(4)
    assert woken[-1] == ("after the end", 9000)


async def test_a_task_that_sleeps_again_on_the_way_wakes_again_on_the_way() -> None:
    clock, woken = FakeClock(now=0), []

    async def ticker() -> None:
        while True:
            await clock.sleep(1)
            woken.append(clock.now())

    task = asyncio.create_task(ticker())
    await clock.advance(3.5)
    assert woken == [1000, 2000, 3000]
    task.cancel()
    await settled()
    assert task.cancelled()
    await clock.advance(10)
    assert woken == [1000, 2000, 3000]


async def test_a_millisecond_too_early_wakes_nobody() -> None:
    clock = FakeClock()
    task = asyncio.create_task(clock.sleep(1))
    await clock.advance(0.999)
    assert not task.done()
    await clock.advance(0.001)
    assert task.done()


async def test_a_jump_of_the_time_of_day_wakes_nobody() -> None:
    clock = FakeClock(now=0)
    task = asyncio.create_task(clock.sleep(1))
    await settled()
    clock.jump(3600)
    await settled()
    assert (clock.now(), clock.monotonic(), task.done()) == (3_600_000, 0.0, False)
    await clock.advance(1)
    assert task.done()


async def test_ids_are_counted_and_no_two_salts_or_codes_are_the_same() -> None:
    ids = CountedIds()
    assert [ids.new_id() for _ in range(3)] == ["id1", "id2", "id3"]
    assert len({ids.salt(16) for _ in range(100)}) == 100
    assert len(ids.salt(16)) == 16
    codes = [ids.code() for _ in range(100)]
    assert len(set(codes)) == 100
    assert {len(code) for code in codes} == {8}
