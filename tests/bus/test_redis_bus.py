"""What is particular to the bus over Redis: outages, garbage, forgeries, and what may cross at all.

Why: losing or misusing Redis may change latency and nothing else (guarantee G14, faults F3, F4 and F6).
Where: real Valkey servers; those that are killed or frozen here are started here.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from jam.bus import Wake, Whisper
from jam.bus.breaker import Breaker
from jam.bus.redis import RedisBus
from jam.bus.wire import CHANNEL, MAX_BYTES, decode, encode
from tests import servers
from tests.bus.nodes import QUICK, ended, heard, redis_node, running, until
from tests.patience import PATIENCE
from tests.servers import free_port, running_valkey

pytestmark = pytest.mark.anyio

GARBAGE = [
    b"",
    b"{}",
    b"[]",
    b"null",
    b"7",
    b"\x00\xff\xfe",
    b"not json",
    b'{"jam":"jam1","seq":7',
    b'{"jam":"jam1","seq":7}{"jam":"jam1","seq":7}',
    b'\xef\xbb\xbf{"jam":"jam1","seq":7}',
    b'{"jam":"jam1","seq":0}',
    b'{"jam":"jam1","seq":-1}',
    b'{"jam":"jam1","seq":1.5}',
    b'{"jam":"jam1","seq":"7"}',
    b'{"jam":"jam1","seq":true}',
    b'{"jam":"jam1","seq":9007199254740993}',
    b'{"jam":"jam1","seq":1e999}',
    b'{"jam":"","seq":7}',
    b'{"jam":"../../etc/passwd","seq":7}',
    b'{"jam":"jam1\\n","seq":7}',
    b'{"jam":"' + b"x" * 65 + b'","seq":7}',
    b'{"jam":1,"seq":7}',
    b'{"jam":"jam1"}',
    b'{"seq":7}',
    b'{"jam":"jam1","seq":7,"text":"Plant more trees"}',
    b'{"jam":"jam1","node":"n","signal":{"text":"two words"}}',
    b'{"jam":"jam1","node":"n","signal":{"deep":{"er":1}}}',
    b'{"jam":"jam1","node":"n","signal":[]}',
    b'{"jam":"jam1","signal":{"done":1}}',
    b'{"jam":"jam1","seq":7,"signal":{"done":1},"node":"n"}',
    b"[" * 4000,
    b'{"jam":"jam1","seq":7}' + b" " * MAX_BYTES,
    b'{"__proto__":{},"jam":"jam1","seq":7}',
    b'{"jam":"jam1","node":"n","signal":{"a":' + b"[" * 2000 + b"]" * 2000 + b"}}",
]


@asynccontextmanager
async def stranger(url: str) -> AsyncIterator[Redis]:
    """Somebody else who reaches the same Redis."""
    client: Redis = Redis.from_url(url)
    async with client:
        yield client


@contextmanager
def valkey_on(port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Valkey on a port that was chosen before, so that it can come back where it was."""
    process, log = servers._valkey_starter(servers._valkey_program(), folder)(port)
    try:
        servers._wait_until(lambda: servers._answers(port), process, log)
        yield process
    finally:
        servers._stop(process)


@pytest.mark.parametrize("payload", GARBAGE, ids=range(len(GARBAGE)))
def test_what_is_not_exactly_a_wake_or_a_whisper_is_nothing(payload: bytes) -> None:
    assert decode(payload) is None


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_payload_raises(payload: bytes) -> None:
    decode(payload)


@given(st.integers(0, 21), st.integers(0, 255))
def test_no_changed_byte_makes_a_wake_raise_or_a_whisper_of_it(place: int, byte: int) -> None:
    changed = bytearray(encode(Wake("jam1", 77), "node"))
    changed[place] = byte
    found = decode(bytes(changed))
    assert found is None or isinstance(found[0], Wake)


def test_a_wake_crosses_as_an_id_and_a_number_and_nothing_else() -> None:
    assert encode(Wake("jam1", 7), "node") == b'{"jam":"jam1","seq":7}'


async def test_nothing_but_ids_numbers_and_closed_words_reaches_redis(redis_url: str) -> None:
    """G10 for the bus: everything that the server is sent, as MONITOR shows it."""
    bus, sent = redis_node(redis_url), []
    async with stranger(redis_url) as client, client.monitor() as monitor, running(bus):
        bus.wake("jam1", 7)
        bus.whisper("jam1", {"text": "Plant more trees in Mill Lane"})
        bus.whisper("jam1", {"kind": "theming", "done": 3})
        while len([one for one in sent if one.startswith("PUBLISH")]) < 2:
            sent.append((await monitor.next_command())["command"])
    published = [one.removeprefix(f"PUBLISH {CHANNEL} ") for one in sent if one.startswith("PUBLISH")]
    assert published[0] == '{"jam":"jam1","seq":7}'
    assert '"signal":{"kind":"theming","done":3}' in published[1]
    assert not any("tree" in one for one in sent)
    assert {one.split()[0] for one in sent} <= {"PUBLISH", "SUBSCRIBE", "PING"}


async def test_an_own_wake_that_comes_back_is_not_told_again(redis_url: str) -> None:
    here, there = redis_node(redis_url), redis_node(redis_url)
    async with running(here, there):
        listener = here.listen()
        here.wake("jam1", 5)
        assert await heard(listener) == Wake("jam1", 5)
        there.wake("jam1", 4)
        there.wake("fence", 1)
        assert await heard(listener) == Wake("fence", 1)
        there.wake("jam1", 6)
        assert await heard(listener) == Wake("jam1", 6)


async def test_F6_garbage_and_a_flushed_server_change_nothing(redis_url: str) -> None:
    here, there = redis_node(redis_url), redis_node(redis_url)
    async with running(here, there), stranger(redis_url) as client:
        listener = there.listen()
        for payload in GARBAGE:
            await client.publish(CHANNEL, payload)
        await client.flushall()
        here.wake("jam1", 1)
        assert await heard(listener) == Wake("jam1", 1)
        assert here.connected
        assert there.connected


async def test_F6_a_forged_wake_far_ahead_does_not_drown_the_true_ones(redis_url: str) -> None:
    here, there = redis_node(redis_url), redis_node(redis_url)
    async with running(here, there), stranger(redis_url) as client:
        listener = there.listen()
        await client.publish(CHANNEL, b'{"jam":"jam1","seq":9007199254740992}')
        assert await heard(listener) == Wake("jam1", 2**53)
        for seq in (1, 2):
            here.wake("jam1", seq)
            assert await heard(listener) == Wake("jam1", seq)


async def test_F6_forged_jams_do_not_fill_the_memory(redis_url: str) -> None:
    bus = redis_node(redis_url)
    async with running(bus), stranger(redis_url) as client:
        listener = bus.listen()
        pipeline = client.pipeline(transaction=False)
        for number in range(6000):
            pipeline.publish(CHANNEL, b'{"jam":"forged%d","seq":1}' % number)
        pipeline.publish(CHANNEL, b'{"jam":"fence","node":"stranger","signal":{"fence":1}}')
        await pipeline.execute()
        await until(lambda: bool(listener._whispers))
        assert len(listener._wakes) == 4096
        assert not bus._said


async def test_a_flood_does_not_hold_the_loop(redis_url: str) -> None:
    bus, turns = redis_node(redis_url), 0
    async with running(bus), stranger(redis_url) as client:
        listener = bus.listen()
        pipeline = client.pipeline(transaction=False)
        for _ in range(2000):
            pipeline.publish(CHANNEL, b"flood")
        pipeline.publish(CHANNEL, b'{"jam":"fence","seq":1}')
        flooding = asyncio.create_task(pipeline.execute())
        while listener.take() is None:
            turns += 1
            await asyncio.sleep(0)
        await flooding
    assert turns > 2000


async def test_F3_a_restarted_server_costs_nothing_but_time(tmp_path: Path) -> None:
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    here, there = redis_node(url, QUICK), redis_node(url, QUICK)
    with ExitStack() as first:
        process = first.enter_context(valkey_on(port, tmp_path))
        async with running(here, there):
            local, remote = here.listen(), there.listen()
            process.kill()
            await until(lambda: not here.connected and not there.connected)
            first.close()
            here.wake("jam1", 1)
            here.wake("jam1", 2)
            here.whisper("jam1", {"done": 1})
            assert [local.take(), local.take()] == [Wake("jam1", 2), Whisper("jam1", {"done": 1})]
            with valkey_on(port, tmp_path):
                await until(lambda: here.connected and there.connected)
                here.wake("fence", 1)
                signals = [await heard(remote)]
                while signals[-1] != Wake("fence", 1):
                    signals.append(await heard(remote))
                # The stale whisper is gone; the wake waited, unless it was said before `there` was back.
                assert set(signals) <= {Wake("jam1", 2), Wake("fence", 1)}


async def test_wakes_that_did_not_get_through_arrive_later_and_whispers_do_not(tmp_path: Path) -> None:
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    here = redis_node(url, QUICK)
    with valkey_on(port, tmp_path) as process:
        freezing: list[int] = []

        def frozen_and_noticed() -> bool:
            if here.connected and not freezing:
                freezing.append(process.pid)
                os.kill(process.pid, signal.SIGSTOP)
                here.wake("before", 1)
            return here._outage

        await ended(here.run(), frozen_and_noticed)
        process.kill()
    for seq in range(1, 100):
        here.wake("during", seq)
    here.whisper("during", {"done": 1})
    with valkey_on(port, tmp_path):
        async with stranger(url) as client, client.pubsub() as ears:
            await ears.subscribe(CHANNEL)
            await ears.get_message(timeout=PATIENCE)
            async with running(here):
                here.wake("fence", 1)
                fence, heard = b'{"jam":"fence","seq":1}', set[bytes]()
                while fence not in heard:
                    heard.add((await ears.get_message(timeout=PATIENCE))["data"])
    assert heard == {b'{"jam":"before","seq":1}', b'{"jam":"during","seq":99}', fence}


async def test_F4_a_frozen_server_is_noticed_and_used_again() -> None:
    with running_valkey() as server:
        here, there = redis_node(server.url, QUICK), redis_node(server.url, QUICK)
        async with running(here, there):
            local, remote = here.listen(), there.listen()
            os.kill(server.process.pid, signal.SIGSTOP)
            try:
                here.wake("jam1", 1)
                assert local.take() == Wake("jam1", 1)
                await until(lambda: not here.connected and not there.connected)
            finally:
                os.kill(server.process.pid, signal.SIGCONT)
            await until(lambda: here.connected and there.connected)
            here.wake("jam1", 2)
            while await heard(remote) != Wake("jam1", 2):
                pass


async def test_run_can_be_cancelled_and_closed_while_the_server_is_frozen() -> None:
    with running_valkey() as server:
        bus = redis_node(server.url, QUICK)
        async with asyncio.timeout(PATIENCE), running(bus):
            os.kill(server.process.pid, signal.SIGSTOP)
            bus.wake("jam1", 1)
            await asyncio.sleep(0)


@pytest.mark.parametrize("start", range(0, 160, 8))
async def test_run_ends_at_whatever_step_it_is_cancelled(redis_url: str, start: int) -> None:
    """redis-py waits in ways that can swallow a cancellation; `run` must end all the same."""
    for steps in range(start, start + 8):
        bus = redis_node(redis_url)
        task = asyncio.create_task(bus.run())
        for step in range(steps):
            bus.wake("jam1", step + 1)
            await asyncio.sleep(0)
        task.cancel()
        _, unfinished = await asyncio.wait([task], timeout=PATIENCE)
        assert not unfinished, steps


async def test_an_account_that_may_only_publish_and_subscribe_is_enough(redis_url: str) -> None:
    rules = ["resetchannels", f"&{CHANNEL}", "resetkeys", "-@all", "+publish", "+subscribe", "+ping"]
    async with stranger(redis_url) as client:
        await client.execute_command("ACL", "SETUSER", "narrow", "on", ">word", *rules)
        try:
            bus = redis_node(redis_url.replace("redis://", "redis://narrow:word@"))
            other = redis_node(redis_url)
            async with running(bus, other):
                listener = other.listen()
                bus.wake("jam1", 1)
                assert await heard(listener) == Wake("jam1", 1)
        finally:
            await client.execute_command("ACL", "DELUSER", "narrow")


async def test_an_outage_is_logged_once_and_says_no_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="jam.bus")
    port = free_port()
    bus = RedisBus(f"redis://someone:geheim@127.0.0.1:{port}/0", QUICK, chance=lambda: 0.0)
    await ended(bus.run(), lambda: bus._breaker._failures > 3)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "polling" in caplog.text
    assert not {"geheim", str(port), "127.0.0.1"} & set(caplog.text.replace(":", " ").split())


def test_each_failure_doubles_the_longest_wait_up_to_its_end() -> None:
    breaker = Breaker(first_s=0.5, longest_s=4.0, chance=lambda: 1.0)
    assert [breaker.tripped(0) for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0]


def test_a_connection_that_held_clears_the_record_and_a_flapping_one_does_not() -> None:
    breaker = Breaker(first_s=0.5, longest_s=4.0, chance=lambda: 1.0)
    for _ in range(5):
        breaker.tripped(3.9)
    assert breaker.tripped(3.9) == 4.0
    assert breaker.tripped(4.0) == 0.5


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 100))
def test_a_wait_lies_between_nothing_and_the_ceiling(chance: float, failures: int) -> None:
    breaker = Breaker(first_s=0.25, longest_s=5.0, chance=lambda: chance)
    waits = [breaker.tripped(0) for _ in range(failures)]
    assert all(0 <= wait <= 5.0 for wait in waits)
    assert waits[-1] == chance * min(5.0, 0.25 * 2 ** (failures - 1))
