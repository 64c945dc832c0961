"""The live path: how long an idea takes to everybody's screen, and what that costs the server.

One ``jam serve`` as anybody runs it, and one client process with all the people, on the same cores. Sent at
an even pace whatever the server does; a delivery is counted from the moment the author sends to the moment
the reader's process has read it, so a slow client makes the figures worse, never better.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanout import Child
from figures import Row, at_least, at_most, told

from jam.cli.crowd.house import House
from jam.cli.crowd.server import ServerProcess, own_house

CLIENT = Path(__file__).with_name("live_client.py")
JOINING_AT_ONCE = 16
WARM_UP_SECONDS, SECONDS = 3, 20
PHASES = [{"phase": "ideate", "minutes": 60}, {"phase": "closed"}]


@dataclass(frozen=True)
class Level:
    """So many people, so many ideas a second, and what was promised for it."""

    people: int
    ideas_per_second: int
    delivery_ms: float
    cpu_s_per_minute: float | None = None


LEVELS = (Level(1_000, 10, 50), Level(2_000, 50, 250, 20))


def run() -> dict[str, Any]:
    """Measure every level on one server: ``checks`` (rows of figures), ``levels`` (all that was measured)."""
    allow_sockets(2 * LEVELS[-1].people + 500)
    with tempfile.TemporaryDirectory(prefix="jam-bench-") as folder:
        levels = asyncio.run(measure(Path(folder)))
    rows = [row for level, figures in zip(LEVELS, levels, strict=True) for row in rows_of(level, figures)]
    return {"checks": rows, "levels": levels}


def allow_sockets(count: int) -> None:
    """The server and the client inherit this limit; 1,024 is common."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


async def measure(folder: Path) -> list[dict[str, Any]]:
    async with own_house(process := ServerProcess(folder)) as house:
        jam = await house.create_jam(
            "Benchmark", [{"title": "Town", "question": "What should change?"}], phases=PHASES
        )
        asked = {"port": process.port, "jam": jam["id"], "forum": jam["forums"][0]["id"]}
        asked["cookies"] = await join(house, jam["code"], LEVELS[-1].people)
        (folder / "people.json").write_text(json.dumps(asked))
        assert process.pid
        return await asyncio.to_thread(measure_levels, folder / "people.json", process.pid)


async def join(house: House, code: str, people: int) -> list[str]:
    """Everybody's cookie."""
    gate = asyncio.Semaphore(JOINING_AT_ONCE)

    async def one(number: int) -> str:
        async with gate:
            seat = await house.join(code, f"Person {number}")
        assert seat.cookie
        return seat.cookie

    return list(await asyncio.gather(*(one(number) for number in range(people))))


def measure_levels(asked: Path, server: int) -> list[dict[str, Any]]:
    client = Child(CLIENT, str(asked))
    try:
        empty = rss_kib(server)
        return [measure_level(level, client, server, empty) for level in LEVELS]
    finally:
        client.end()


def measure_level(level: Level, client: Child, server: int, empty_kib: float) -> dict[str, Any]:
    client.ask(f"connect {level.people}")
    client.ask(f"load {level.ideas_per_second} {WARM_UP_SECONDS}")
    cpu, begun = cpu_seconds(server), time.monotonic()
    figures = client.ask(f"load {level.ideas_per_second} {SECONDS}")
    per_minute = 60 / (time.monotonic() - begun)
    figures["cpu_s_per_minute"] = (cpu_seconds(server) - cpu) * per_minute
    figures["rss_kib_per_connection"] = (rss_kib(server) - empty_kib) / level.people
    return figures


def cpu_seconds(process: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_kib(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024


def rows_of(level: Level, figures: dict[str, Any]) -> list[Row]:
    at = f"{level.people:,} people, {level.ideas_per_second} ideas/s"
    delivery, ack = figures["delivery_ms"], figures["ack_ms"]
    lost = figures["missing"] + figures["gaps"] + figures["refused"]
    cpu = figures["cpu_s_per_minute"]
    most = level.cpu_s_per_minute
    return [
        told(f"{at}: idea to its author's ack, p50 ms", ack["p50"]),
        told(f"{at}: idea to its author's ack, p99 ms", ack["p99"]),
        told(f"{at}: idea to everyone, p50 ms", delivery["p50"]),
        at_most(f"{at}: idea to everyone, p99 ms", delivery["p99"], level.delivery_ms, ratio=False),
        at_least(f"{at}: acked of {figures['sent']} sent", figures["acked"], figures["sent"], ratio=True),
        at_most(f"{at}: deliveries missing, doubled or refused", lost, 0, ratio=True),
        at_most(f"{at}: server CPU, s a minute", cpu, most, ratio=False)
        if most
        else told(f"{at}: server CPU, s a minute", cpu),
        told(f"{at}: server memory, KiB a connection", figures["rss_kib_per_connection"]),
    ]
