"""G20: a planned restart loses nothing. On SIGTERM every socket is closed with 4004, what was accepted is
kept, and the process is gone with exit code 0 within 20 s, whatever state its connections are in.
"""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from jam.cli.crowd.history import Closed
from jam.live.wire import CLOSE_CODES
from tests.guarantees.runs import SECONDS, Run, running
from tests.guarantees.wire import Wire
from tests.patience import own_time

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
DRAINING = CLOSE_CODES["draining"].code
WITHIN = 20.0


async def _terminate(run: Run) -> tuple[int, float]:
    """SIGTERM: the exit code, and the seconds until it was there."""
    server = run.process._process
    assert server is not None
    async with own_time() as own, asyncio.timeout(SECONDS):
        began = own.read()
        server.send_signal(signal.SIGTERM)
        code = await server.wait()
        took = own.since(began)
    await run.process.kill()
    return code, took


async def _write(run: Run, person: int, over: asyncio.Event) -> int:
    """Send one idea after the other; how many were acknowledged."""
    acked = 0
    while not over.is_set():
        outcome = await run.submit(person, f"{person}-{acked}", f"Idea {person} {acked}")
        acked += outcome.ack is not None
    return acked


def _codes(run: Run) -> list[int]:
    return [line.code for line in run.recorder.lines if isinstance(line, Closed)]


async def _restarts(folder: Path, people: int, times: int) -> None:
    async with running(folder, people) as run:
        over = asyncio.Event()
        writing = [asyncio.create_task(_write(run, person, over)) for person in range(people)]
        for _ in range(times):
            first = [
                run.submit(n, f"round-{run.process.starts}-{n}", "One of the round") for n in range(people)
            ]
            async with asyncio.timeout(SECONDS):
                await asyncio.gather(*first)
            stopped = await Wire.open(run.house, run.crowd.people[1]._seat, window=4_096)
            await stopped.hello()
            silent = await Wire.open(run.house, run.crowd.people[0]._seat)
            code, took = await _terminate(run)
            assert code == 0
            assert took <= WITHIN
            await silent.read_on()
            assert silent.code == DRAINING
            for wire in (silent, stopped):
                await wire.close()
            await run.process.start()
        over.set()
        async with asyncio.timeout(SECONDS):
            acked = sum(await asyncio.gather(*writing))
        verdict = await run.verdict()
    assert verdict.ok, verdict.summary()
    assert acked > 0
    assert verdict.counts["acked"] == acked + people * times
    assert _codes(run).count(DRAINING) >= people * times
    assert verdict.counts["resumes"] >= people * times
    assert verdict.counts["snapshots"] == people


async def test_g20_a_planned_restart_under_load_loses_nothing(tmp_path: Path) -> None:
    await _restarts(tmp_path, people=6, times=1)


@pytest.mark.full
async def test_g20_twenty_planned_restarts_under_load(tmp_path: Path) -> None:
    await _restarts(tmp_path, people=20, times=20)
