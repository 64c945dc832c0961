"""F13, with G5 and G8: after kill -9 right before a bell everybody comes back at once and goes on by their
cursor, for a handful of reads of the log however many they are; the bell rings once, at its planned moment.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from jam.domain.names import Phase
from tests.guarantees.faulty_server import serve
from tests.guarantees.runs import SECONDS, running
from tests.patience import own_time

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
MINUTES = 0.2
BEFORE_BELL = 1.0
LATEST = 2.0
LOG_READS = 6
"""To fill the ring and to bring it level; then one a second while nothing happens, and one for each change.
Not one for each who comes back."""


async def _storm(folder: Path, people: int, ideas: int, minutes: float) -> None:
    reads = folder / "reads"
    phases = [
        {"phase": "ideate"},
        {"phase": "build", "minutes": minutes},
        {"phase": "wrap_up"},
        {"phase": "closed"},
    ]
    command = serve(f"count_log_reads={reads}")
    async with running(folder, people, serve=command, phases=phases) as run, own_time() as own:
        async with asyncio.timeout(SECONDS):
            sent = [run.submit(n, f"i{n}", f"Idea {n} before the kill") for n in range(ideas)]
            assert all(outcome.ack for outcome in await asyncio.gather(*sent))
            await run.next_phase(0)
            person = run.crowd.people[0]
            await person.until(lambda: person.feed.jam is not None and person.feed.jam.phase_index == 1)
        assert person.feed.jam is not None
        planned = person.feed.jam.phases[1].ends_at
        assert planned is not None
        wait = planned / 1000 - BEFORE_BELL - time.time()
        assert wait > 0, "this machine is too slow for a phase so short"
        await asyncio.sleep(wait)
        await run.process.kill()
        reads.unlink()
        await run.process.start()
        back, moment = time.time(), own.read()
        head = (await run.export()).jam.last_seq
        assert await run.crowd.until_cursor(head, SECONDS)
        counted, seconds = reads.stat().st_size if reads.exists() else 0, time.time() - back
        async with asyncio.timeout(SECONDS):
            await person.until(
                lambda: person.feed.jam.phases[person.feed.jam.phase_index].phase is Phase.WRAP_UP
            )
        stood = time.time() - back - own.since(moment)
        export = await run.export()
        verdict = await run.verdict()
    assert verdict.ok, verdict.summary()
    assert verdict.counts["resumes"] >= people
    assert verdict.counts["snapshots"] == people, "one at the start, and none after the storm"
    assert counted <= LOG_READS + 2 * seconds, f"{counted} reads of the log for {people} people"
    rung = [event for event in export.events if event.kind == "phase_started"]
    assert [event.data["phase"] for event in rung] == ["build", "wrap_up"]
    assert export.jam.phases[1].ends_at == planned
    assert rung[1].at >= planned, "never early"
    assert rung[1].at <= max(planned, back * 1000) + (LATEST + stood) * 1000, "at most 2 s late"


async def test_f13_g8_after_kill_9_at_the_bell_everyone_resumes_and_it_rings_once(tmp_path: Path) -> None:
    await _storm(tmp_path, people=25, ideas=60, minutes=MINUTES)


@pytest.mark.full
async def test_f13_three_hundred_people_come_back_at_once(tmp_path: Path) -> None:
    await _storm(tmp_path, people=300, ideas=600, minutes=1.0)
