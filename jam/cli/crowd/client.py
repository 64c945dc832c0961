"""One simulated person: a WebSocket that is kept open, and commands that are sent until answered.

A thin skin of I/O over ``Feed`` (what is known) and ``Outbox`` (what is to be sent). Follows the close
codes: 4500 and up end it, anything else reconnects after a random wait (full jitter, 0.5 to 20 s).
Everything sent and received goes to the recorder first. One task per person; ``send`` may be awaited
by any number of others.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Origin

from jam.cli.crowd import history as h
from jam.cli.crowd.feed import Feed, Gap, lowest
from jam.cli.crowd.house import House, Seat
from jam.cli.crowd.outbox import Outbox, Outcome, Pending
from jam.domain.commands import Command
from jam.live.wire import (
    CLOSE_CODES,
    HEARTBEAT_SECONDS,
    Ack,
    Batch,
    Beat,
    ErrorFrame,
    Heartbeat,
    Outgoing,
    ProgressFrame,
    Snapshot,
    Welcome,
    encode,
)

FIRST_WAIT = 0.5
LONGEST_WAIT = 20.0
LAST_RECONNECT_CODE = 4499
MAX_FRAME = 16 * 1024 * 1024
NO_CODE = 1006

_decode = msgspec.json.Decoder(Outgoing).decode


class Person:
    """A person in a jam. ``run`` until cancelled or ``ended``; ``send`` commands meanwhile.

    ``ended`` holds the code by which the server told this client to stay away, else ``None``.
    """

    def __init__(
        self,
        house: House,
        seat: Seat,
        recorder: h.Recorder,
        chance: random.Random,
        *,
        name: str | None = None,
    ) -> None:
        self.name = name or seat.handle
        self.feed = Feed()
        self.outbox = Outbox()
        self.ended: int | None = None
        self.sockets = 0
        self.progress: ProgressFrame | None = None
        self._house = house
        self._seat = seat
        self._recorder = recorder
        self._chance = chance
        self._socket: ClientConnection | None = None
        self._news = asyncio.Event()
        self._moved = asyncio.Event()
        self._attempt = 0

    async def send(self, command: Command, copies: int = 1) -> Outcome:
        """Send a command until it is answered for good; ``copies`` of it at once, to provoke doubles."""
        if self.ended is not None:
            return Outcome(command.client_id)
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.outbox.put(command, outcome, copies)
        self._news.set()
        return await outcome

    def drop(self) -> None:
        """Cut the socket as a broken network would, without a close frame."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until ``holds``, looking when the feed moves or an answer comes (wrap it in a timeout)."""
        while not holds() and self.ended is None:
            self._moved.clear()
            await self._moved.wait()

    async def until_cursor(self, seq: int) -> None:
        """Wait until everything up to ``seq`` has come."""
        await self.until(lambda: (self.feed.cursor or 0) >= seq)

    async def until_answered(self) -> None:
        """Wait until everything that was sent has its final answer."""
        await self.until(lambda: len(self.outbox) == 0)

    async def run(self) -> None:
        """Keep a socket open until the server says to stay away."""
        try:
            while self.ended is None:
                await self._one_socket()
                if self.ended is None:
                    await asyncio.sleep(self._backoff())
        finally:
            self._moved.set()
            for pending in self.outbox.give_up():
                self._recorder.put(h.Unknown(c=self.name, at=time.monotonic(), ref=pending.ref))

    def _backoff(self) -> float:
        """Full jitter; the count starts again after each socket that got its welcome."""
        self._attempt += 1
        return self._chance.uniform(0, min(LONGEST_WAIT, FIRST_WAIT * 2 ** (self._attempt - 1)))

    async def _one_socket(self) -> None:
        try:
            socket = await self._connect()
        except InvalidStatus as refused:
            status = refused.response.status_code
            self.ended = status if status in (401, 403, 404, 410) else None
            return
        except (OSError, TimeoutError, InvalidHandshake, ConnectionClosed, EOFError):
            return
        self.sockets += 1
        self._socket = socket
        code = NO_CODE
        try:
            code = await self._converse(socket)
        finally:
            self._socket = None
            self._after(code)
            socket.transport.abort()

    async def _connect(self) -> ClientConnection:
        return await connect(
            self._house.socket_url(self._seat.jam),
            additional_headers=self._seat.headers(),
            origin=Origin(self._house.origin),
            compression=None,
            ping_interval=None,
            open_timeout=10,
            close_timeout=1,
            max_size=MAX_FRAME,
            proxy=None,
        )

    def _after(self, code: int) -> None:
        """Write the end down, and learn from its code."""
        now = time.monotonic()
        self._recorder.put(h.Closed(c=self.name, at=now, socket=self.sockets, code=code))
        for pending in self.outbox.dropped():
            self._recorder.put(h.Unknown(c=self.name, at=now, ref=pending.ref))
        if code == CLOSE_CODES["resync"].code:
            self.feed.forget()
        if code > LAST_RECONNECT_CODE:
            self.ended = code

    async def _converse(self, socket: ClientConnection) -> int:
        """Say hello, then read and write until the socket ends; its close code."""
        hello = self.feed.hello()
        opened = h.Opened(
            c=self.name, at=time.monotonic(), socket=self.sockets, cursor=hello.cursor, epoch=hello.epoch
        )
        self._recorder.put(opened)
        writing: asyncio.Task[None] | None = None
        try:
            await socket.send(encode(hello).decode())
            async for frame in _frames(socket):
                self._recorder.put(h.received(self.name, time.monotonic(), self.sockets, frame))
                welcomed = await self._take(_decode(frame), socket)
                if welcomed and writing is None:
                    writing = asyncio.create_task(self._write(socket))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else NO_CODE
        except (TimeoutError, Gap, msgspec.DecodeError, OSError):
            return NO_CODE
        finally:
            if writing:
                writing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await writing
        return socket.close_code or NO_CODE

    async def _take(self, frame: Outgoing, socket: ClientConnection) -> bool:
        """Act on one frame; true for the welcome."""
        match frame:
            case Batch():
                self.feed.apply(frame)
                self._moved.set()
            case Ack():
                self._acked(frame)
            case ErrorFrame():
                self._refused(frame)
            case Heartbeat():
                await socket.send(encode(Beat()).decode())
            case ProgressFrame():
                self.progress = frame
            case Snapshot():
                if self.feed.add_part(frame):
                    await self._whole_snapshot()
                    self._moved.set()
            case Welcome():
                self.feed.welcomed(frame)
                self._attempt = 0
                self._recorder.put(self._joined(frame))
                return True
        return False

    def _joined(self, welcome: Welcome) -> h.Joined:
        me = welcome.me
        return h.Joined(
            c=self.name,
            at=time.monotonic(),
            jam=self._seat.jam,
            participant=me.id,
            role=me.role,
            handle=me.handle,
        )

    async def _whole_snapshot(self) -> None:
        """Fetch the older ideas that the snapshot left out."""
        older, before = self.feed.older, lowest(self.feed.ideas.values())
        while older and before:
            page, raw = await self._house.older_ideas(self._seat, before)
            self._recorder.put(h.Page(c=self.name, at=time.monotonic(), body=msgspec.Raw(raw)))
            self.feed.learn(page.ideas)
            older, before = page.older, lowest(page.ideas)

    async def _write(self, socket: ClientConnection) -> None:
        """Send what the outbox gives, until cancelled. Gives the socket up when an answer is overdue."""
        while True:
            self._news.clear()
            while pending := self.outbox.take(time.monotonic()):
                await self._send_one(pending, socket)
            wait = self.outbox.wait(time.monotonic())
            flying = 1.0 if len(self.outbox) else None
            # Not wait_for: in Python 3.11 it can swallow the cancellation that ends this task.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait or flying):
                    await self._news.wait()
            if self.outbox.overdue(time.monotonic()):
                socket.transport.abort()

    async def _send_one(self, pending: Pending, socket: ClientConnection) -> None:
        raw = pending.encoded()
        line = h.Invoke(
            c=self.name,
            at=time.monotonic(),
            attempt=pending.attempts,
            command=msgspec.Raw(raw),
            copies=pending.copies,
        )
        self._recorder.put(line)
        with contextlib.suppress(ConnectionClosed):
            for _ in range(pending.copies):
                await socket.send(raw.decode())

    def _acked(self, ack: Ack) -> None:
        if self.outbox.acked(ack):
            raw = msgspec.Raw(msgspec.json.encode(ack))
            self._recorder.put(h.Ok(c=self.name, at=time.monotonic(), ref=ack.ref, ack=raw))
        self._news.set()
        self._moved.set()

    def _refused(self, error: ErrorFrame) -> None:
        now = time.monotonic()
        refused = self.outbox.refused(error, now)
        if refused:
            pending, wait = refused
            if wait is None:
                self._recorder.put(h.Fail(c=self.name, at=now, ref=pending.ref, code=error.code))
            else:
                self._recorder.put(h.Later(c=self.name, at=now, ref=pending.ref, code=error.code, wait=wait))
        self._news.set()
        self._moved.set()


async def _frames(socket: ClientConnection) -> AsyncIterator[str | bytes]:
    """Frames until the socket closes; ``TimeoutError`` when not even a heartbeat comes."""
    while True:
        async with asyncio.timeout(2 * HEARTBEAT_SECONDS):
            yield await socket.recv()
