"""Nodes to test a bus with: buses on one broker, their `run` in a task group, and a wait with an end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager

from jam.bus import Bus, Listener, Signal
from jam.bus.redis import RedisBus, Timing
from tests.patience import PATIENCE

# Tests run their outages in tenths of a second; the product's own timing is in seconds.
QUICK = Timing(reply_s=0.3, quiet_s=0.3, first_wait_s=0.01, longest_wait_s=0.1)
CALM = Timing(reply_s=10.0, quiet_s=10.0, first_wait_s=0.01, longest_wait_s=0.1)


async def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Return as soon as `condition` holds; fail when it does not within `seconds`."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - a server in another process sets no event of ours
            await asyncio.sleep(0.002)


async def heard(listener: Listener, seconds: float = PATIENCE) -> Signal:
    """The next signal; fail when none comes within `seconds`."""
    async with asyncio.timeout(seconds):
        return await anext(listener)


async def ended(work: Coroutine[None, None, None], condition: Callable[[], bool]) -> None:
    """Run `work` until `condition` holds, then cancel it and see it end."""
    task = asyncio.create_task(work)
    try:
        await until(condition)
    finally:
        task.cancel()
        await asyncio.wait([task])


@asynccontextmanager
async def running(*buses: Bus) -> AsyncIterator[None]:
    """Run buses until each is connected, hand over, then cancel and close them."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(bus.run()) for bus in buses]
        try:
            await until(lambda: all(bus.connected for bus in buses))
            yield
        finally:
            for task in tasks:
                task.cancel()
            for bus in buses:
                await bus.close()


def redis_node(url: str, timing: Timing = CALM) -> RedisBus:
    """A node; one that notices outages ``QUICK``ly takes a machine that stands still for an outage, too."""
    return RedisBus(url, timing)
