"""G1, F1, F2 and F18: what was answered `accepted` is there after the process is killed, wherever in a commit
that happens, and after a power cut as far as disks are honest: a sync lies between each commit and its ack.

The everyday form of F1 with random faults is ``tests/verify``; twenty kills are in the full run here.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import text

from jam.cli.crowd.history import Ok
from jam.cli.crowd.server import SERVE
from jam.store.engine import open_database
from tests.guarantees.faulty_server import serve
from tests.guarantees.runs import SECONDS, running
from tests.patience import PATIENCE
from tests.verify.campaign import Faults, run_campaign

pytestmark = pytest.mark.anyio
TRACE = "trace=pwrite64,write,fdatasync,fsync,sendto"


async def test_g1_every_commit_waits_for_the_disk_on_sqlite(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/jam.db")
    try:
        settings = await database.write(
            lambda c: [
                c.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
            ]
        )
        assert settings == ["wal", 2], "2 is FULL"
    finally:
        await database.close()


async def test_g1_every_commit_waits_for_the_disk_on_postgresql(postgres_url: str) -> None:
    """Also where the database itself was set to be hasty."""
    database = open_database(postgres_url)
    try:
        await database.write(lambda c: c.execute(text("ALTER ROLE postgres SET synchronous_commit = off")))
    finally:
        await database.close()
    database = open_database(postgres_url)
    try:
        assert await database.write(lambda c: c.execute(text("SHOW synchronous_commit")).scalar()) == "on"
        await database.write(lambda c: c.execute(text("ALTER ROLE postgres RESET synchronous_commit")))
    finally:
        await database.close()


@pytest.mark.slow
async def test_g1_f2_a_death_before_a_commit_before_an_ack_or_before_a_wake_loses_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    """One server after another dies at its place, while everybody goes on sending what was not answered."""
    places = ("die_before_commit=1", "die_before_ack=1", "die_before_wake=1")
    async with running(tmp_path, 5, serve=serve(places[0])) as run:
        sent = []
        for number, following in enumerate((*(serve(place) for place in places[1:]), SERVE)):
            sent += [run.submit(n, f"{number}-{n}", f"Idea {number} {n}") for n in range(30)]
            await run.died()
            run.process.serve = following
            await run.process.start()
        async with asyncio.timeout(SECONDS):
            outcomes = await asyncio.gather(*sent)
        assert all(outcome.ack for outcome in outcomes)
        verdict = await run.verdict()
        answers = [bytes(line.ack) for line in run.recorder.lines if isinstance(line, Ok)]
    assert verdict.ok, verdict.summary()
    assert verdict.counts["acked"] == len(sent)
    assert any(b'"replayed":true' in answer for answer in answers), "some commit was never answered at first"


@pytest.mark.full
async def test_f1_twenty_kills_at_random_moments_lose_and_double_nothing() -> None:
    verdict = await run_campaign(Faults(people=12, answers=2_000, kills=20))
    assert verdict.ok, verdict.summary()
    assert verdict.counts["acked"] >= 2_000


@pytest.fixture
def strace(cannot_run: Callable[[str], NoReturn]) -> str:
    """The tracer, which comes from no wheel: only root can install it."""
    return shutil.which("strace") or cannot_run(
        "No strace here to see the syncs with: install the package `strace`. That nothing acked is lost "
        "by a kill is tested without it (test_f1)."
    )


@pytest.mark.slow
async def test_f18_a_sync_lies_between_each_commit_and_its_ack(tmp_path: Path, strace: str) -> None:
    traced = tmp_path / "trace"
    async with running(tmp_path, 1) as run:
        tracer = await asyncio.create_subprocess_exec(
            *(strace, "-f", "-y", "-s", "120", "-e", TRACE, "-o", str(traced), "-p", str(run.process.pid)),
            stderr=asyncio.subprocess.PIPE,
        )
        assert tracer.stderr is not None
        try:
            async with asyncio.timeout(PATIENCE):
                assert b"attached" in await tracer.stderr.readline()
                for number in range(10):  # too few for themes, which commit too
                    # One after the other: no other commit is under way when an answer leaves.
                    assert (await run.submit(0, f"t{number}", f"Idea {number}")).ack
        finally:
            os.kill(tracer.pid, signal.SIGINT)
            await asyncio.wait_for(tracer.wait(), 30)
    acks = list(_writes_at_each_ack(traced.read_text(errors="replace").splitlines()))
    assert len(acks) == 10
    for written, unsynced in acks:
        assert written > 0, "an answer without a commit"
        assert unsynced == 0, "an answer before the sync"


def _writes_at_each_ack(lines: list[str]) -> Iterator[tuple[int, int]]:
    """For each ack that leaves: writes to the log file since the last one, and those not synced yet."""
    written = unsynced = 0
    syncing: dict[str, int] = {}
    for line in lines:
        thread = line.split()[0]
        if re.search(r"\bp?write(64)?\(\d+<[^>]*-wal>", line):
            written += 1
            unsynced += 1
        elif re.search(r"\bf(data)?sync\(\d+<[^>]*-wal>", line):
            syncing[thread] = unsynced
            if "unfinished" not in line:
                unsynced -= syncing.pop(thread)
        elif re.search(r"<\.\.\. f(data)?sync resumed>", line) and thread in syncing:
            unsynced -= syncing.pop(thread)
        elif "sendto(" in line and r"{\"t\":\"ack\"" in line:
            yield written, unsynced
            written = 0
