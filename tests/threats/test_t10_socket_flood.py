"""T10 on one socket: who asks without end and reads nothing costs a bounded amount, and nobody else notices.

Every answer to a flood would otherwise wait in the server for a reader that does not read.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jam.domain.names import Role
from jam.domain.views import Viewer
from jam.live import hub
from jam.live.hub import SLOW_BYTES
from jam.live.session import Session
from jam.live.wire import FRAMES_AT_ONCE, FRAMES_PER_SECOND
from tests.bad_inputs.open_jam import open_jam, refusal
from tests.guarantees.wire import WINDOW, Wire
from tests.http.support import TEXT, frame
from tests.patience import PATIENCE, own_time

AGAIN = '{"t":"hello","version":1}'


class Deaf:
    """A sender whose reader takes nothing; ``size`` is what waits for it."""

    size = 0

    def write(self, frame: bytes) -> None:
        self.size += len(frame)

    def buffered(self) -> int:
        return self.size

    def close(self, code: int, reason: str) -> None:
        """Nobody reads it."""


def test_t10_a_socket_is_read_at_a_pace_that_no_person_reaches() -> None:
    viewer = Viewer(org_id="o", jam_id="j", participant_id="p", role=Role.PARTICIPANT)
    session = Session(viewer, Deaf(), now=100.0)
    for _ in range(FRAMES_AT_ONCE):
        session.receive(AGAIN, 100.0)
    assert session.pause(100.0) == 0, "what a person had waiting while offline goes at once"
    session.receive(AGAIN, 100.0)
    assert session.pause(100.0) == pytest.approx(1 / FRAMES_PER_SECOND)
    taken, now = 0, 100.0
    while now < 160.0:
        session.receive(AGAIN, now)
        taken, now = taken + 1, now + session.pause(now)
    assert taken == pytest.approx(60 * FRAMES_PER_SECOND, rel=0.01)
    assert session.pause(now + 60) == 0, "and who has rested may do it again"


def test_t10_what_a_minute_of_refusals_leaves_for_a_deaf_reader_is_less_than_a_snapshot() -> None:
    """The longest answers that a sender can provoke, for as long as a reader may stand still."""
    viewer = Viewer(org_id="o", jam_id="j", participant_id="p", role=Role.PARTICIPANT)
    deaf = Deaf()
    session, now = Session(viewer, deaf, now=0.0), 0.0
    long = "é" * 4_000
    session.receive(AGAIN, now)
    while now < hub.SLOW_SECONDS:
        for sent in (f'{{"t":"beat","client_id":"{long}","{long}":1}}', AGAIN):
            session.receive(sent, now)
            now += session.pause(now)
    assert 50_000 < deaf.size < SLOW_BYTES


async def _flood(wire: Wire) -> None:
    """Send for ever what is refused at length, and read nothing, until the server has had enough."""
    refused = f'{{"t":"beat","client_id":"{"c" * 64}","{"é" * 40}":1}}'
    burst = frame(TEXT, refused.encode()) * 100
    while not wire.writer.transport.is_closing():
        if wire.writer.transport.get_write_buffer_size() < 1 << 20:
            wire.writer.write(burst)
        await asyncio.sleep(0.01)


@pytest.mark.anyio
@pytest.mark.slow
@pytest.mark.usefixtures("small_send_buffers")
async def test_t10_a_flood_from_who_never_reads_is_paced_then_closed_and_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "SLOW_SECONDS", 0.5)
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 0.2)
    monkeypatch.setattr(hub, "SLOW_BYTES", 16 * 1024)
    async with open_jam(tmp_path) as jam, own_time() as own:
        witness = await jam.enter(await jam.join("Bea"))
        seat = await jam.join("Ann")
        flooder = await jam.enter(seat, window=WINDOW)
        session = next(iter(jam.engine.live._hubs[jam.id]._people[seat.participant]))
        flooding, most, slowest = asyncio.create_task(_flood(flooder)), 0, 0.0
        async with asyncio.timeout(PATIENCE):
            while not flooding.done():  # nobody writes: no batch shows the server who is slow
                begun = own.read()
                witness.say({"t": "hello", "version": 1})
                assert (await refusal(witness))["code"] == "already_joined"
                slowest = max(slowest, own.since(begun))
                most = max(most, session.sender.buffered())
                await asyncio.sleep(0.05)
        await flooding
        assert session.closed
        assert most < 128 * 1024
        assert jam.engine.live.sessions == 1
        assert slowest < 2.0
