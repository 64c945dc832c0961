"""The bus between nodes: Redis publish and subscribe on one channel, for latency only.

Nothing of a commit waits for Redis: ``wake`` tells this node's own listeners at once and leaves the
rest to ``run``, which publishes from a bounded, coalescing outbox and reconnects for ever. While Redis
is away nodes find each other's commits by polling the log (guarantee G14).
"""

import asyncio
import logging
import random
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from jam.bus.base import MOST_JAMS, Listener, Signal, Wake, Whisper
from jam.bus.breaker import Breaker
from jam.bus.memory import LOGGER, MemoryBus
from jam.bus.wire import CHANNEL, decode, encode, is_whisperable
from jam.domain.rejections import JamError

BATCH = 100
"""Signals that go out in one round trip."""


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds. A server that froze is noticed after ``quiet_s + reply_s`` at most.

    ``reply_s`` bounds every answer that is waited for; ``first_wait_s`` and ``longest_wait_s`` are the
    ceilings of the first and of any later wait between two attempts to connect.
    """

    reply_s: float = 2.0
    quiet_s: float = 5.0
    first_wait_s: float = 0.25
    longest_wait_s: float = 5.0


DEFAULT_TIMING = Timing()


class RedisBus:
    """See ``Bus``. Raises ``JamError`` for a URL that cannot be used; after that never for Redis."""

    def __init__(
        self, url: str, timing: Timing = DEFAULT_TIMING, chance: Callable[[], float] = random.random
    ) -> None:
        self._url = url
        self._timing = timing
        self._check_url()
        self._breaker = Breaker(timing.first_wait_s, timing.longest_wait_s, chance)
        self._node = secrets.token_hex(8)
        self._here = MemoryBus()
        self._outbox = Listener()
        self._said: dict[str, int] = {}
        self._connected = False
        self._outage = False

    @property
    def connected(self) -> bool:
        """See ``Bus``: whether both directions have been seen to work and neither was lost since."""
        return self._connected

    def wake(self, jam_id: str, seq: int) -> None:
        """See ``Bus``."""
        self._here.wake(jam_id, seq)
        self._outbox.put(Wake(jam_id, seq))
        self._remember(jam_id, seq)

    def _remember(self, jam_id: str, seq: int) -> None:
        """Keep what our own listeners were told, by jams last said, so that its echo is not told again."""
        self._said[jam_id] = max(seq, self._said.pop(jam_id, 0))
        if len(self._said) > MOST_JAMS:
            del self._said[next(iter(self._said))]

    def whisper(self, jam_id: str, signal: dict[str, Any]) -> None:
        """See ``Bus``. While Redis is away other nodes miss it: it would be stale by the time it came."""
        self._here.whisper(jam_id, signal)
        if self._connected and is_whisperable(signal):
            self._outbox.put(Whisper(jam_id, signal))

    def listen(self) -> Listener:
        """See ``Bus``."""
        return self._here.listen()

    async def run(self) -> None:
        """See ``Bus``."""
        clock = asyncio.get_running_loop()
        while True:
            since = clock.time()
            async with asyncio.TaskGroup() as group:
                attempt = group.create_task(self._attempt())
            self._note_outage(attempt.result())
            await asyncio.sleep(self._breaker.tripped(clock.time() - since))

    async def _attempt(self) -> BaseException | None:
        """Connect and work until the connection is lost; what it was lost by.

        A task of its own each time: a failed task group leaves its task marked as cancelled before
        Python 3.13, and ``_end_if_cancelled`` must be able to trust that mark.
        """
        cause: BaseException | None = None
        try:
            await self._work_while_connected()
        except* (RedisError, OSError) as lost:
            cause = lost.exceptions[0]
        return cause

    async def close(self) -> None:
        """See ``Bus``. The connections belong to ``run`` and end when it is cancelled."""
        self._outbox.close()
        await self._here.close()

    async def _work_while_connected(self) -> None:
        """Listen and publish on two connections until either fails."""
        async with self._connections() as (client, ears):
            _end_if_cancelled()
            self._note_connected()
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._hear(ears))
                    group.create_task(self._speak(client))
            finally:
                self._connected = False

    def _client(self) -> Redis:
        """A client that is not connected yet. No retries inside: the breaker decides when to try again."""
        client: Redis = Redis.from_url(
            self._url,
            protocol=2,
            driver_info=None,  # an account that may only publish and subscribe must do
            socket_timeout=self._timing.reply_s,
            socket_connect_timeout=self._timing.reply_s,
            retry=Retry(NoBackoff(), 0),
        )
        return client

    def _check_url(self) -> None:
        """A wrong URL is a mistake of the set-up and is said at once, without repeating its password."""
        try:
            self._client().connection_pool.make_connection()  # type: ignore[no-untyped-call]
        except (ValueError, TypeError):
            raise JamError("The Redis URL cannot be used: write redis://HOST:PORT/0 or rediss://…") from None

    @asynccontextmanager
    async def _connections(self) -> AsyncIterator[tuple[Redis, PubSub]]:
        """Both directions, seen to work."""
        async with self._client() as client, client.pubsub() as ears:
            await ears.subscribe(CHANNEL)
            await self._next(ears, self._timing.reply_s)
            await client.ping()
            yield client, ears

    async def _next(self, ears: PubSub, seconds: float) -> dict[str, Any]:
        heard: dict[str, Any] | None = await ears.get_message(timeout=seconds)
        if heard is None:
            raise TimeoutError("Redis does not answer")
        return heard

    async def _hear(self, ears: PubSub) -> None:
        """Pass on what others say. Silence is questioned, because a frozen server is silent too."""
        while True:
            try:
                heard = await self._next(ears, self._timing.quiet_s)
            except TimeoutError:
                await ears.ping()
                heard = await self._next(ears, self._timing.reply_s)
            if heard["type"] == "message":
                self._pass_on(heard["data"])
            await asyncio.sleep(0)  # a flood that is buffered already must not hold the loop
            _end_if_cancelled()

    def _pass_on(self, payload: bytes) -> None:
        heard = decode(payload)
        if heard is None:
            return
        signal, node = heard
        if not isinstance(signal, Wake):
            if node != self._node:
                self._here.whisper(signal.jam_id, signal.signal)
        elif signal.seq > self._said.get(signal.jam_id, 0):
            self._here.wake(signal.jam_id, signal.seq)

    async def _speak(self, client: Redis) -> None:
        """Publish the outbox. Wakes that did not get through stay in it for the next connection."""
        async for first in self._outbox:
            batch = self._batch(first)
            try:
                await self._publish(client, batch)
            except BaseException:
                for signal in batch:
                    self._outbox.put(signal)
                raise
            _end_if_cancelled()

    def _batch(self, first: Signal) -> list[Signal]:
        batch = [first]
        while len(batch) < BATCH and (signal := self._outbox.take()) is not None:
            batch.append(signal)
        return batch

    async def _publish(self, client: Redis, batch: list[Signal]) -> None:
        pipeline = client.pipeline(transaction=False)
        for signal in batch:
            pipeline.publish(CHANNEL, encode(signal, self._node))
        await pipeline.execute()

    def _note_connected(self) -> None:
        self._connected, self._outage = True, False
        logging.getLogger(LOGGER).info("Connected to Redis")

    def _note_outage(self, cause: BaseException | None) -> None:
        """Once for each outage. Only the kind of error: its text may hold an address."""
        if not self._outage:
            name = type(cause).__name__
            logging.getLogger(LOGGER).warning(
                "Redis cannot be reached (%s): other nodes hear of changes by polling, up to a second late",
                name,
            )
        self._outage = True


def _end_if_cancelled() -> None:
    """End this task if somebody asked it to, also when the asking did not get through.

    redis-py waits with ``asyncio.wait_for``, which before Python 3.12 swallows a cancellation that
    comes just as the awaited thing is done; without this, ``run`` could outlive its cancellation.
    """
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError
