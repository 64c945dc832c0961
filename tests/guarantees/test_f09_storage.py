"""F9: a full disk is said, and nothing else breaks. Texts get ``storage_full``, reading goes on, nobody is
accepted after a bell that could not be written down, and when there is space again everything goes on
without a restart, the bell first.

Three ways to be full: the database may have no more pages, a file of the process may not grow, and a small
file system of its own (which takes root) has no space left.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from jam.cli.crowd.server import ServerProcess, own_house
from jam.compose import running_engine
from jam.domain.commands import CloseJam, Moderate
from jam.domain.names import Phase, Rule, Verdict
from jam.domain.rejections import Rejection
from tests.fakes import FakeClock
from tests.guarantees.faulty_server import serve
from tests.guarantees.stage import Stage, code_of, set_stage
from tests.guarantees.wire import Wire, ask
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio
PHASES = (("ideate", 10.0), ("wrap_up", 1_000.0), ("closed", None))
SMALL_DISK = "size=4m"
LARGER_DISK = b"size=16m"


async def _until_full(stage: Stage, name: str) -> tuple[int, str]:
    """Write until it is refused: how many texts got in, and the client id of one that did not."""
    accepted = 0
    for start in range(0, 20_000, 40):
        keys = [f"{name}-{start + n}" for n in range(40)]
        sent = (stage.submit(stage.people[0], key, f"Words {key} " + "x" * 400) for key in keys)
        outcomes = await asyncio.gather(*sent)
        assert {code_of(outcome) for outcome in outcomes} <= {"ok", "storage_full"}
        accepted += sum(code_of(outcome) == "ok" for outcome in outcomes)
        refused = [key for key, o in zip(keys, outcomes, strict=True) if isinstance(o, Rejection)]
        if len(refused) == len(keys):
            return accepted, refused[-1]
    raise AssertionError("the disk never was full")


async def test_f9_a_database_without_a_free_page_refuses_texts_and_goes_on_reading(tmp_path: Path) -> None:
    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        stage = await set_stage(engine)
        pages = await engine.database.write(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar())

        async def limit(most: int) -> None:
            await engine.database.write(lambda c: c.exec_driver_sql(f"PRAGMA max_page_count={most}"))

        await limit(int(pages or 0) + 60)
        accepted, refused = await _until_full(stage, "full")
        assert len(await stage.ideas()) == accepted > 0
        assert (await stage.state(stage.people[1])).totals.ideas == accepted
        await limit(1_000_000)
        assert code_of(await stage.submit(stage.people[0], refused, "There is space again")) == "ok"
        assert len(await stage.ideas()) == accepted + 1


@pytest.fixture
def small_disk(tmp_path: Path, cannot_run: Callable[[str], NoReturn]) -> Iterator[Path]:
    """A file system of its own, of a few megabytes, which only root may mount."""
    disk = tmp_path / "disk"
    disk.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", bytes(disk), b"tmpfs", 0, SMALL_DISK.encode()):
        why = os.strerror(ctypes.get_errno())
        cannot_run(
            f"Cannot mount a small file system here ({why}): run as root, in a container with CAP_SYS_ADMIN. "
            "A database that may not grow is tested without it, just above."
        )
    try:
        yield disk
    finally:
        assert libc.umount2(bytes(disk), 2) == 0


def _enlarge(disk: Path) -> None:
    remount = 32
    assert ctypes.CDLL(None).mount(b"tmpfs", bytes(disk), b"tmpfs", remount, LARGER_DISK) == 0


async def test_f9_on_a_full_disk_bells_ring_and_staff_go_on_and_with_space_so_does_everybody(
    small_disk: Path,
) -> None:
    clock = FakeClock()
    async with running_engine(f"sqlite:///{small_disk}/jam.db", clock=clock) as engine:
        stage = await set_stage(engine, phases=PHASES)
        planned = (await stage.jam()).next_bell_at
        accepted, refused = await _until_full(stage, "full")
        clock.jump(11 * 60)
        late = await asyncio.gather(*(stage.submit(stage.people[1], f"late-{n}", "Late") for n in range(20)))
        assert {code_of(outcome) for outcome in late} <= {"storage_full", "phase_over"}
        assert (await stage.state(stage.people[1])).totals.ideas == accepted
        # The timekeeper rings by itself, with the space that is kept back for that.
        listener = engine.bus.listen()
        async with asyncio.timeout(PATIENCE):
            while (jam := await stage.jam()).phase is not Phase.WRAP_UP:
                await clock.advance(1.0)
                async with asyncio.timeout(PATIENCE):
                    await anext(listener)
        assert jam.phases[0].ends_at == planned
        idea = (await stage.ideas())[0].id
        hide = Moderate(client_id="hide", idea=idea, version=1, verdict=Verdict.HIDE, rule=Rule.ADVERTISING)
        assert code_of(await stage.give(stage.lead, hide)) == "ok"
        still = code_of(await stage.submit(stage.people[0], refused, "Still full"))
        assert still in ("storage_full", "phase_over")
        assert code_of(await stage.give(stage.lead, CloseJam(client_id="close"))) == "ok"
        assert (await stage.jam()).phase is Phase.CLOSED
        _enlarge(small_disk)
        assert code_of(await stage.submit(stage.people[0], refused, "Too late by now")) == "jam_closed"
        assert len(await stage.ideas()) == accepted


@pytest.mark.slow
async def test_f9_a_server_whose_file_cannot_grow_says_so_and_recovers_without_a_restart(
    tmp_path: Path,
) -> None:
    process = ServerProcess(tmp_path, serve=serve("limit_file_size=1200000"))
    settings = {"policy": "open", "ideas_per_minute": 60_000, "burst": 10_000}
    async with own_house(process) as house:
        pid = process.pid
        forums = [{"title": "One", "question": "What now?"}]
        jam = await house.create_jam(
            "Full", forums, phases=[{"phase": "ideate"}, {"phase": "closed"}], settings=settings
        )
        seat = await house.join(jam["code"], "Ann")
        where = f"/api/jams/{jam['id']}"

        async def submit(key: str) -> tuple[int, dict[str, object], bytes]:
            command = {"t": "submit_idea", "client_id": key, "forum": jam["forums"][0]["id"]}
            body = {**command, "text": f"canary{key} " + "x" * 400}
            head, _, answer = (await ask(house, "POST", f"{where}/commands", seat.headers(), body)).partition(
                b"\r\n\r\n"
            )
            return int(head.split()[1]), json.loads(answer), head.lower()

        ended: Counter[int] = Counter()
        for number in range(3_000):
            status, answer, head = await submit(f"n{number}")
            ended[status] += 1
            if status != 200:
                break
        assert (status, answer["code"], answer["retry"]) == (507, "storage_full", True)
        assert b"\r\nretry-after:" in head
        assert ended[200] > 0
        joining = await ask(house, "POST", "/api/join", {}, {"code": jam["code"], "handle": "Late"})
        assert joining.split()[1] == b"507", "who wants to come in is told the same"
        plan = {"title": "canary", "forums": forums}
        made = await ask(house, "POST", "/api/jams", {"Authorization": f"Bearer {house.token}"}, plan)
        assert made.split()[1] == b"507"
        wire = await Wire.open(house, seat)
        assert not (await wire.hello())["resumed"]
        await wire.until_cursor(ended[200])
        assert b"canaryn0" in await ask(house, "GET", f"{where}/ideas?before=50", seat.headers())
        await wire.close()
        os.kill(pid or 0, signal.SIGUSR1)
        status, answer, _ = await submit(f"n{number}")
        assert status == 200, answer
        records = await house.download(f"{where}/records.jsonl")
        assert records.count(b'"record":"idea"') == ended[200] + 1
        assert process.pid == pid
        assert b"canary" not in (tmp_path / "server.log").read_bytes()
