"""What every bus must do, run on the one in memory and on the one over a real Valkey.

Why one file: the rest of the product is written against `Bus` and must not notice which one it has.
In memory both nodes are the same bus, because there is only one process.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterator

import pytest

from jam.bus import Bus, MemoryBus, Wake, Whisper, open_bus
from jam.bus.base import MOST_JAMS, MOST_WHISPERS
from jam.bus.redis import RedisBus
from jam.domain.rejections import JamError
from tests.bus.nodes import heard, redis_node, running
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio

Nodes = tuple[Bus, Bus]


@pytest.fixture(params=["memory", "redis"])
def two_buses(request: pytest.FixtureRequest) -> Iterator[Nodes]:
    if request.param == "memory":
        bus = MemoryBus()
        yield bus, bus
    else:
        url = request.getfixturevalue("redis_url")
        yield redis_node(url), redis_node(url)


@pytest.fixture
async def nodes(two_buses: Nodes) -> AsyncIterator[Nodes]:
    async with running(*dict.fromkeys(two_buses)):
        yield two_buses


async def test_a_wake_is_heard_on_the_own_node_before_anything_else_runs(nodes: Nodes) -> None:
    here, _ = nodes
    listener = here.listen()
    here.wake("jam1", 7)
    assert listener.take() == Wake("jam1", 7)


async def test_a_wake_is_heard_on_the_other_node(nodes: Nodes) -> None:
    here, there = nodes
    listener = there.listen()
    here.wake("jam1", 7)
    assert await heard(listener) == Wake("jam1", 7)


async def test_every_listener_hears(nodes: Nodes) -> None:
    here, there = nodes
    listeners = [there.listen() for _ in range(3)]
    here.wake("jam1", 1)
    assert [await heard(one) for one in listeners] == [Wake("jam1", 1)] * 3


async def test_a_whisper_is_heard_on_both_nodes_once(nodes: Nodes) -> None:
    here, there = nodes
    signal = {"kind": "theming", "done": 12, "share": 0.5, "last": False, "theme": None}
    listeners = {bus: bus.listen() for bus in nodes}
    here.whisper("jam1", signal)
    here.wake("jam1", 1)
    there.wake("jam2", 1)
    for listener in listeners.values():
        signals = [await heard(listener) for _ in range(3)]
        assert signals.count(Whisper("jam1", signal)) == 1
        assert {one.jam_id for one in signals if isinstance(one, Wake)} == {"jam1", "jam2"}


async def test_a_listener_hears_from_the_call_on_though_nobody_waits_yet(nodes: Nodes) -> None:
    here, there = nodes
    listener = there.listen()
    for seq in range(1, 6):
        here.wake("jam1", seq)
        await asyncio.sleep(0)
    while (last := await heard(listener)) != Wake("jam1", 5):
        assert isinstance(last, Wake)


async def test_wakes_of_one_jam_become_one_with_the_highest_number(nodes: Nodes) -> None:
    here, _ = nodes
    listener = here.listen()
    for seq in (3, 9, 5):
        here.wake("jam1", seq)
    here.wake("jam2", 1)
    assert [listener.take(), listener.take(), listener.take()] == [Wake("jam1", 9), Wake("jam2", 1), None]


async def test_memory_stays_bounded_when_nobody_takes(nodes: Nodes) -> None:
    here, _ = nodes
    listener = here.listen()
    for number in range(MOST_JAMS + 10):
        here.wake(f"jam{number}", 1)
    for number in range(MOST_WHISPERS + 10):
        here.whisper("jam1", {"done": number})
    taken = list(iter(listener.take, None))
    assert len(taken) == MOST_JAMS + MOST_WHISPERS
    assert taken[0] == Wake("jam10", 1)
    assert taken[-1] == Whisper("jam1", {"done": MOST_WHISPERS + 9})
    assert taken[MOST_JAMS] == Whisper("jam1", {"done": 10})


@pytest.mark.parametrize(
    "signal",
    [
        {"text": "Plant more trees in Mill Lane"},
        {"text": "<img onerror>"},
        {"nested": {"text": "x"}},
        {"list": ["x"]},
        {"long": "x" * 65},
        {"": 1},
        {f"field{n}": n for n in range(17)},
        {"bytes": b"x"},
        {"huge": 2**60},
    ],
)
async def test_a_whisper_with_anything_but_flat_closed_words_is_dropped(
    nodes: Nodes, signal: dict[str, object]
) -> None:
    here, _ = nodes
    listeners = [bus.listen() for bus in dict.fromkeys(nodes)]
    here.whisper("jam1", signal)
    here.wake("jam1", 1)
    assert [await heard(one) for one in listeners] == [Wake("jam1", 1)] * len(listeners)
    assert [one.take() for one in listeners] == [None] * len(listeners)


async def test_a_closed_listener_ends_and_the_others_go_on(nodes: Nodes) -> None:
    here, _ = nodes
    closing, other = here.listen(), here.listen()
    here.wake("jam1", 1)
    waiting = asyncio.create_task(anext(closing, None))
    closing.close()
    closing.close()
    assert await waiting is None
    here.wake("jam1", 2)
    assert await heard(other) == Wake("jam1", 2)
    assert [signal async for signal in closing] == []


async def test_closing_the_bus_wakes_whoever_waits_and_silences_the_rest(nodes: Nodes) -> None:
    here, _ = nodes
    listener = here.listen()
    waiting = asyncio.create_task(anext(listener, None))
    await asyncio.sleep(0)
    await here.close()
    await here.close()
    assert await waiting is None
    here.wake("jam1", 1)
    here.whisper("jam1", {"done": 1})
    assert [signal async for signal in here.listen()] == []


async def test_cancelling_a_wait_loses_nothing(nodes: Nodes) -> None:
    here, _ = nodes
    listener = here.listen()
    waiting = asyncio.create_task(anext(listener))
    await asyncio.sleep(0)
    here.wake("jam1", 1)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    assert listener.take() == Wake("jam1", 1)


async def test_run_ends_when_it_is_cancelled(two_buses: Nodes) -> None:
    bus = two_buses[0]
    task = asyncio.create_task(bus.run())
    await asyncio.sleep(0)
    task.cancel()
    _, unfinished = await asyncio.wait([task], timeout=PATIENCE)
    assert not unfinished
    assert task.cancelled()
    await bus.close()
    assert not bus.connected


async def test_an_own_bus_works_for_its_own_node_before_run_is_started(two_buses: Nodes) -> None:
    bus = two_buses[0]
    listener = bus.listen()
    bus.wake("jam1", 1)
    bus.whisper("jam1", {"done": 1})
    assert [listener.take(), listener.take()] == [Wake("jam1", 1), Whisper("jam1", {"done": 1})]


def test_both_buses_have_the_same_public_methods() -> None:
    def public(kind: type) -> dict[str, list[str]]:
        members = {name: member for name, member in inspect.getmembers(kind) if not name.startswith("_")}
        return {
            name: list(inspect.signature(member).parameters) if callable(member) else []
            for name, member in members.items()
        }

    assert public(MemoryBus) == public(RedisBus) == public(Bus)


async def test_the_url_chooses_the_bus() -> None:
    assert isinstance(open_bus(None), MemoryBus)
    assert isinstance(open_bus(""), MemoryBus)
    assert isinstance(open_bus("redis://127.0.0.1:1/0"), RedisBus)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1", "redis://u:geheim@127.0.0.1:port/0", "redis://127.0.0.1/0?colour=red", "jam"]
)
def test_a_redis_url_that_cannot_be_used_is_said_at_once_without_its_password(url: str) -> None:
    with pytest.raises(JamError, match="Redis URL") as caught:
        open_bus(url)
    assert "geheim" not in str(caught.value)
    assert caught.value.__suppress_context__
