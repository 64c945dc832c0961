"""G13, F11 and F12: nobody waits for a reader. Who reads too slowly leaves the live set and catches up from
the log, is closed after 60 s without progress, and goes on by the cursor; who is silent is closed after 45 s.

The limits are tested with the clock in hand and without a network; the sockets, with readers that really
stop and wires that really go dead, are in ``test_g13_sockets``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from jam.compose import running_engine
from jam.domain.jam_settings import Settings
from jam.domain.names import Policy
from jam.domain.rejections import Rejection
from jam.live.hub import SLOW_BYTES, SLOW_SECONDS, Hub
from jam.live.wire import CLOSE_CODES
from tests.fakes import FakeClock
from tests.guarantees.screens import Screen
from tests.guarantees.stage import Stage, set_stage

pytestmark = pytest.mark.anyio
LONG = Settings(policy=Policy.OPEN, ideas_per_minute=60_000, burst=10_000, text_limit=5_000)
SLOW, SILENT = CLOSE_CODES["slow"].code, CLOSE_CODES["silent"].code


@asynccontextmanager
async def _watched(tmp_path: Path) -> AsyncIterator[tuple[FakeClock, Stage, Hub, Screen, Screen]]:
    """A jam with one screen that reads and one that a test may stop, and the hub that serves both."""
    clock = FakeClock()
    async with running_engine(f"sqlite:///{tmp_path}/jam.db", clock=clock) as engine:
        stage = await set_stage(engine, settings=LONG)
        quick, slow = (Screen(stage, who) for who in stage.people[:2])
        for screen in (quick, slow):
            await screen.enter()
        yield clock, stage, engine.live._hubs[stage.jam_id], quick, slow


async def _fill(clock: FakeClock, stage: Stage, quick: Screen, number: int, size: int = 5_000) -> None:
    """Write so much that a reader who stopped has it all waiting; the quick one has read it at the end."""
    for one in range(number):
        outcome = await stage.submit(stage.people[2], f"{clock.now()}-{one}", "x" * size)
        assert not isinstance(outcome, Rejection)
        cursor = int(outcome["seq"])
        while quick.state["cursor"] < cursor:
            quick.moved.clear()
            await clock.advance(0.05)
            if quick.state["cursor"] < cursor:
                await quick.moved.wait()


async def test_g13_a_reader_with_too_much_waiting_leaves_the_live_set_and_gets_no_more(
    tmp_path: Path,
) -> None:
    async with _watched(tmp_path) as (clock, stage, hub, quick, slow):
        slow.desk.reading = False
        await _fill(clock, stage, quick, 60)
        assert slow.session in hub._behind
        assert quick.session in hub._live
        waiting = slow.desk.buffered()
        assert waiting < SLOW_BYTES + 20_000, "what one reader may cost is bounded"
        await _fill(clock, stage, quick, 20)
        assert slow.desk.buffered() == waiting


async def test_g13_a_slow_reader_catches_up_from_the_log_and_is_live_again(tmp_path: Path) -> None:
    async with _watched(tmp_path) as (clock, stage, hub, quick, slow):
        slow.desk.reading = False
        await _fill(clock, stage, quick, 70)
        assert slow.session in hub._behind
        slow.desk.read_on()
        for _ in range(5):
            hub.sweep()
        await slow.until_level()
        assert slow.session in hub._live
        assert slow.state["ideas"] == quick.state["ideas"]
        assert (slow.snapshots, slow.resumes) == (1, 0), "by the cursor, and without a new socket"
        assert slow.desk.code is None


async def test_f11_a_reader_without_progress_for_60_s_is_closed_4001_and_resumes(tmp_path: Path) -> None:
    async with _watched(tmp_path) as (clock, stage, _, quick, slow):
        slow.desk.reading = False
        await _fill(clock, stage, quick, 60)
        for screen in (quick, slow):
            screen.session.heard_at = clock.monotonic() + SLOW_SECONDS
        await clock.advance(SLOW_SECONDS - 2)
        assert slow.desk.code is None
        await clock.advance(4)
        assert slow.desk.code == SLOW
        assert quick.desk.code is None
        slow.desk.read_on()
        slow.leave()
        await slow.enter()
        await slow.until_level()
        assert (slow.snapshots, slow.resumes) == (1, 1)
        assert slow.state["ideas"] == quick.state["ideas"]


async def test_f11_a_slow_reader_who_makes_progress_is_not_closed(tmp_path: Path) -> None:
    async with _watched(tmp_path) as (clock, stage, _, quick, slow):
        slow.desk.reading = False
        await _fill(clock, stage, quick, 60)
        for _ in range(3):
            slow.desk.read_on(frames=60)
            slow.session.heard_at = quick.session.heard_at = clock.monotonic()
            await clock.advance(SLOW_SECONDS * 0.6)
            assert slow.desk.code is None
            await _fill(clock, stage, quick, 60)


async def test_f12_who_is_silent_for_45_s_is_closed_4002_and_who_answers_heartbeats_is_not(
    tmp_path: Path,
) -> None:
    async with _watched(tmp_path) as (clock, _, _, quick, slow):
        began, began_at = clock.monotonic(), clock.now()
        for screen in (quick, slow):
            screen.session.heard_at = screen.session.beat_at = began
        for second in range(1, 47):
            await clock.advance(1)
            if quick.frames[-1]["t"] == "heartbeat":
                assert quick.session.receive('{"t":"beat"}', clock.monotonic()) is None
            assert quick.desk.code is None
            if second <= 45:
                assert slow.desk.code is None, f"after {second} s"
        assert slow.desk.code == SILENT
        beats = [frame for frame in quick.frames if frame["t"] == "heartbeat"]
        assert [frame["now"] - beats[0]["now"] for frame in beats] == [0]
        assert beats[0]["now"] - began_at == 25_000
        assert beats[0]["head"] == quick.state["cursor"]
