"""Thousands of requests, made from the API's own description and then spoiled: each gets an answer in time,
the server logs no bug, and it needs no more memory than before.

By default a few hundred; with ``--full`` 50,000.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from jam.cli.crowd.house import House
from jam.cli.crowd.server import ServerProcess, own_house
from tests.guarantees.wire import drop
from tests.http.grammar import Grammar
from tests.http.product import FORUMS, QUICK, WRITE_AND_CLOSE
from tests.patience import PATIENCE

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
SEED = 20_260_301
ANSWER_SECONDS = 2 * PATIENCE  # a wrong join code is answered late on purpose
AT_ONCE = 64  # most wait for the late answers that wrong codes get
GROWTH_BYTES = 48 * 1024 * 1024


def memory(pid: int | None) -> int:
    """Resident bytes of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def answer(port: int, request: bytes) -> bytes:
    """The first line of what comes back, until the server ends the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        async with asyncio.timeout(ANSWER_SECONDS):
            return (await reader.read()).split(b"\r\n", 1)[0]
    except ConnectionResetError:
        return b"HTTP/1.1 000 reset"
    finally:
        await drop(writer)


async def grammar(house: House, process: ServerProcess, seed: int) -> Grammar:
    jam = await house.create_jam("A jam", FORUMS, phases=WRITE_AND_CLOSE, settings=QUICK)
    seat, staff = await house.join(jam["code"], "Mara"), await house.take_role(jam["id"], "facilitator")
    link = await house.role_link(jam["id"], "observer", reusable=True)
    forum = jam["forums"][0]["id"]
    wish = {"t": "submit_idea", "client_id": "first", "forum": forum, "text": "An idea"}
    made = await house._json("POST", f"/api/jams/{jam['id']}/commands", wish, seat.headers())
    known = {
        "jam": jam["id"],
        "code": jam["code"],
        "idea": made["idea"],
        "forum": forum,
        "token": link.rsplit("/", 1)[1],
        "path": "style/base.css",
    }
    people = [{}, seat.headers(), seat.headers(), staff.headers(), {"Authorization": f"Bearer {house.token}"}]
    return Grammar(seed, f"127.0.0.1:{process.port}", people, known)


async def ask_all(made: Grammar, port: int, number: int) -> dict[bytes, int]:
    """Send ``number`` requests, a few at once; how often each status came back."""
    found: dict[bytes, int] = {}
    left = iter(range(number))

    async def worker() -> None:
        for _ in left:
            request = made.request()
            try:
                line = await answer(port, request)
            except TimeoutError:
                pytest.fail(f"no answer in {ANSWER_SECONDS} s to {request[:300]!r}")
            status = line[9:12]
            found[status] = found.get(status, 0) + 1
            assert status != b"500", request[:2000]

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(worker())
    return found


@pytest.mark.parametrize("number", [600, pytest.param(50_000, marks=pytest.mark.full)])
async def test_generated_requests_get_an_answer_each_and_leave_no_trace(tmp_path: Path, number: int) -> None:
    process = ServerProcess(tmp_path)
    async with own_house(process) as house:
        made = await grammar(house, process, SEED + number)
        found = await ask_all(made, process.port, number // 3)
        warm = memory(process.pid)
        for status, times in (await ask_all(made, process.port, number - number // 3)).items():
            found[status] = found.get(status, 0) + times
        grown = memory(process.pid) - warm
    log = (tmp_path / "server.log").read_text()
    print(f"{number} requests: {found}; memory grew by {grown / 2**20:.1f} MiB")
    assert sum(found.values()) == number
    assert "Traceback" not in log, log[-3000:]
    assert "request_failed" not in log
    assert not {b"", b"000"} & set(found), "a connection was ended without an answer"
    assert {b"200", b"400", b"404", b"405", b"415", b"422"} <= set(found)
    assert grown < GROWTH_BYTES
