"""G13, F11 and F12 on real sockets: readers that stop reading, and a wire that goes dead without a word.

A stopped reader's bytes wait in the kernel first, and on loopback megabytes fit in there: the listener
gets a small send buffer here, so that what is tested is ours. Limits of a minute are shortened; their
real length is in ``test_g13_slow_readers``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from jam.cli.crowd.house import House
from jam.compose import Engine
from jam.domain.commands import SubmitIdea
from jam.domain.names import Role
from jam.domain.rejections import Rejection
from jam.domain.views import Viewer
from jam.http import guarded_connection
from jam.live import hub
from jam.live.wire import CLOSE_CODES
from tests.guarantees.rounds import MOST, ratio
from tests.guarantees.serving import serving
from tests.guarantees.wire import WINDOW, Wire, drop
from tests.patience import GROUPING, PATIENCE

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.usefixtures("small_send_buffers")]
SETTINGS = {"policy": "open", "ideas_per_minute": 60_000, "burst": 10_000, "text_limit": 5_000}
PHASES = [{"phase": "ideate"}, {"phase": "wrap_up"}, {"phase": "closed"}]
SLOW, SILENT = CLOSE_CODES["slow"].code, CLOSE_CODES["silent"].code


@dataclass
class Room:
    """A jam on a server, a person who writes in it, and the wires of those who read."""

    engine: Engine
    house: House
    jam: dict[str, Any]
    author: Viewer
    wires: list[Wire] = field(default_factory=list)
    written: int = 0

    async def enter(self, number: int, **options: Any) -> Wire:
        wire = await Wire.open(
            self.house, await self.house.join(self.jam["code"], f"Reader {number}"), **options
        )
        self.wires.append(wire)
        await wire.hello()
        await wire.until_cursor(1)
        return wire

    async def write(self, text: str) -> int:
        """Put one idea on record; its place in the log."""
        self.written += 1
        forum = self.jam["forums"][0]["id"]
        command = SubmitIdea(client_id=f"w{self.written}", forum=forum, text=text)
        outcome = await self.engine.intake.handle(self.author, command)
        assert not isinstance(outcome, Rejection), outcome
        return int(outcome["seq"])

    async def fill(self, number: int) -> int:
        return [await self.write("x" * 4_900) for _ in range(number)][-1]


@asynccontextmanager
async def _room(tmp_path: Path) -> AsyncIterator[Room]:
    async with serving(f"sqlite:///{tmp_path}/jam.db") as (engine, host):
        forums = [{"title": "One", "question": "What now?"}]
        jam = await host.create_jam("Slow", forums, phases=PHASES, settings=SETTINGS)
        seat = await host.join(jam["code"], "Author")
        author = Viewer(
            org_id=engine.people.org_id,
            jam_id=jam["id"],
            participant_id=seat.participant,
            role=Role.PARTICIPANT,
        )
        room = Room(engine, host, jam, author)
        try:
            yield room
        finally:
            for wire in room.wires:
                await wire.close()


@dataclass
class Reader:
    """Reads a wire and writes down how long each idea took; while the gate is shut it stands still."""

    wire: Wire
    took: list[float] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                await self.gate.wait()
                opcode, payload = await self.wire._frame()
                now = time.monotonic()
                if opcode == 1 and b'"t":"batch"' in payload[:40]:
                    batch = json.loads(payload)
                    self.wire.cursor = batch["cursor"]
                    self.took += [
                        now - float(e["idea"]["text"].split()[0]) for e in batch["events"] if "idea" in e
                    ]


async def _until(holds: Callable[[], bool]) -> None:
    """Wait for something inside the server, which tells nobody when it comes about."""
    async with asyncio.timeout(GROUPING):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def _round(room: Room, readers: list[Reader], others: list[Reader], ideas: int, *, stop: bool) -> float:
    """One round of ideas at an even pace: the p99 of the others' delivery, in seconds."""
    for reader in readers:
        reader.took.clear()
    for other in others:
        other.gate.clear() if stop else other.gate.set()
    pad = " " + "x" * 4_900
    last = 0
    for _ in range(ideas):
        last = await room.write(f"{time.monotonic()}{pad}")
        await asyncio.sleep(0.005)
    await _until(lambda: all((reader.wire.cursor or 0) >= last for reader in readers))
    p99 = statistics.quantiles((took for reader in readers for took in reader.took), n=100)[98]
    if stop:
        sessions = room.engine.live._hubs[room.jam["id"]]._behind
        await _until(lambda: len(sessions) == len(others))  # slow enough to show anything
    for other in others:
        other.gate.set()
    await _until(lambda: all((other.wire.cursor or 0) >= last for other in others))
    return p99


async def _ratio(tmp_path: Path, people: int, ideas: int) -> float:
    """How much longer the p99 of those who read is while a tenth of the readers is stopped."""
    async with _room(tmp_path) as room, asyncio.TaskGroup() as tasks:
        readers = [Reader(await room.enter(n)) for n in range(people - people // 10)]
        others = [Reader(await room.enter(n, window=WINDOW)) for n in range(people, people + people // 10)]
        running = [tasks.create_task(reader.run()) for reader in (*readers, *others)]
        for reader in readers:
            reader.gate.set()
        found = await ratio(
            lambda: _round(room, readers, others, ideas, stop=False),
            lambda: _round(room, readers, others, ideas, stop=True),
        )
        for task in running:
            task.cancel()
    return found


@pytest.mark.alone
async def test_g13_f11_readers_who_stop_delay_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "SLOW_BYTES", 32 * 1024)
    monkeypatch.setattr(hub, "SILENCE_SECONDS", 600)  # Who is stopped answers no heartbeat.
    assert await _ratio(tmp_path, people=10, ideas=30) <= MOST


@pytest.mark.full
@pytest.mark.alone
async def test_g13_f11_a_tenth_of_a_hundred_readers_stops_and_the_rest_notices_nothing(
    tmp_path: Path,
) -> None:
    assert await _ratio(tmp_path, people=100, ideas=120) <= MOST


async def _until_sessions(room: Room, number: int) -> None:
    await _until(lambda: room.engine.live.sessions == number)


async def test_f11_a_stopped_reader_is_closed_4001_and_resumes_by_the_cursor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "SLOW_SECONDS", 0.5)
    monkeypatch.setattr(guarded_connection, "SOCKET_LINGER_SECONDS", PATIENCE)
    async with _room(tmp_path) as room:
        wire = await room.enter(1, window=WINDOW)
        await room.fill(90)
        await _until_sessions(room, 0)
        await asyncio.wait_for(wire.read_on(), PATIENCE)
        assert wire.code == SLOW
        head = await room.write("One more")
        seat = await room.house.join(room.jam["code"], "Reader 2")
        again = await Wire.open(room.house, seat)
        room.wires.append(again)
        again.cursor, again.epoch = wire.cursor, wire.epoch
        assert (await again.hello(resume=True))["resumed"]
        await again.until_cursor(head)


async def test_f11_a_reader_who_never_reads_again_is_dropped_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "SLOW_SECONDS", 0.5)
    async with _room(tmp_path) as room:
        wire = await room.enter(1, window=WINDOW)
        await room.fill(90)
        await _until_sessions(room, 0)
        async with asyncio.timeout(PATIENCE):
            while not wire.writer.transport.is_closing():
                wire.say({"t": "beat"})
                await asyncio.sleep(0.05)


class Cable:
    """A TCP proxy that can go dead: from then on it takes every byte and hands none on, and says nothing."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []
        self.dead = False
        self.swallowed = bytearray()
        self.ended = asyncio.Event()
        """The server has ended its side."""

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        self._server.close()
        for writer in self._writers:
            await drop(writer)
        await asyncio.gather(*self._tasks)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writers += [writer, up_writer]
        for task in (self._carry(reader, up_writer), self._carry(up_reader, writer, self.ended)):
            self._tasks.add(asyncio.ensure_future(task))

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ended: asyncio.Event | None = None
    ) -> None:
        with contextlib.suppress(OSError):
            while taken := await reader.read(65_536):
                if self.dead:
                    self.swallowed += taken
                else:
                    writer.write(taken)
        if ended:
            ended.set()


async def test_f12_a_wire_that_goes_dead_is_noticed_and_its_socket_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "HEARTBEAT_SECONDS", 0.3)
    monkeypatch.setattr(hub, "SILENCE_SECONDS", 6.0)
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 0.1)
    async with _room(tmp_path) as room:
        cable = Cable(urlsplit(room.house.url).port or 0)
        await room.enter(1, port=await cable.start())
        near = await room.enter(2)
        cable.dead = True
        try:
            # Meanwhile the other one reads, answers heartbeats and stays.
            async with asyncio.timeout(PATIENCE):
                while not cable.ended.is_set():
                    await near.next()
            assert SILENT.to_bytes(2) + b"silent" in cable.swallowed
            assert room.engine.live.sessions == 1
            await near.until_cursor(await room.write("Still here"))
        finally:
            await cable.stop()
