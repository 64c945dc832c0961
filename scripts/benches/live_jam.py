"""A jam that ran live: its themes are followed while ideas come, one is corrected, and the bell rings.

Most ideas are on record when the server starts. Once they have their live themes, the last ones come over
sockets, a theme is renamed, and the bell rings. Times are the log's own; the server's loop is watched by
the probe of ``lagging_server`` all along, also in the seconds before, when nothing happens.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from figures import Row, at_most, percentile, told

from jam.cli.crowd.crowd import Crowd
from jam.cli.crowd.history import Recorder
from jam.cli.crowd.house import House, Refused
from jam.cli.crowd.server import SERVE, ServerProcess, own_house
from jam.domain.commands import StartNextPhase, SubmitIdea
from jam.domain.theme_commands import RenameTheme

LAST, PEOPLE, PAUSE_SECONDS = 100, 10, 0.1
QUIET_SECONDS = 3.0
PATIENCE_SECONDS = 300.0
SERVER = Path(__file__).with_name("lagging_server.py")


async def measure(jam: str, process: ServerProcess, lags: Path, last: Sequence[str]) -> dict[str, Any]:
    """Run the filled jam of ``process`` to its report, with these ideas as the last."""
    async with own_house(process) as house:
        started = time.monotonic()
        await until(house, jam, lambda view: bool(view["themes"]))
        themed = time.monotonic()
        await asyncio.sleep(QUIET_SECONDS)
        quiet = time.monotonic()
        await send(house, jam, last)
        rung = time.monotonic()
        await house.command(jam, StartNextPhase(client_id="bell", phase_index=0))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await house.report_version(jam) is None:  # noqa: ASYNC110 (the server is asked, nothing tells)
                await asyncio.sleep(0.2)
        done = time.monotonic()
        records = (await house.download(f"/api/jams/{jam}/records.jsonl")).splitlines()
    samples = read_json(lags)
    figures = of_the_log([json.loads(line) for line in records])
    figures["start_to_live_themes_s"] = themed - started
    spans = {
        "starting": (started, themed),
        "quiet": (themed, quiet),
        "live": (quiet, rung),
        "bell": (rung, done),
    }
    for name, (begin, end) in spans.items():
        late = [lag for at, lag in samples if begin <= at < end]
        figures |= {
            f"{name}_lag_p99_ms": percentile(late, 99) * 1000,
            f"{name}_lag_worst_ms": max(late) * 1000,
        }
    return figures


def read_json(file: Path) -> Any:
    return json.loads(file.read_text())


async def until(house: House, jam: str, holds: Any) -> dict[str, Any]:
    """The live map of which this holds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                view = await house.get(f"/api/jams/{jam}/themes")
                if holds(view):
                    return view
            except Refused:
                pass
            await asyncio.sleep(0.2)


async def send(house: House, jam: str, last: Sequence[str]) -> None:
    """The last ideas, ten a second; half-way the first theme gets a name."""
    found = await house.jam(jam)
    async with asyncio.TaskGroup() as tasks:
        crowd = Crowd(house, jam, found["jam"]["code"], Recorder(), random.Random(1), tasks)
        people = await crowd.join([(f"Late {n}", "citizen") for n in range(PEOPLE)])
        for number, text in enumerate(last):
            command = SubmitIdea(client_id=f"last-{number}", forum=found["forums"][0]["id"], text=text)
            tasks.create_task(people[number % PEOPLE].send(command))
            if number == len(last) // 2:
                await rename(house, jam)
            await asyncio.sleep(PAUSE_SECONDS)
        await crowd.until_answered(PATIENCE_SECONDS)
        await crowd.leave()


async def rename(house: House, jam: str) -> None:
    view = await house.get(f"/api/jams/{jam}/themes")
    theme = view["themes"][0]["id"]
    await house.command(
        jam, RenameTheme(client_id="name", seen=view["version"], theme=theme, name="As we call it")
    )


def of_the_log(records: list[dict[str, Any]]) -> dict[str, Any]:
    """What the events say: from bell to themes and report, from idea to place, from correction to map."""
    events = [one for one in records if one["record"] == "event"]
    maps = [one for one in events if one["kind"] == "themes_published"]
    bell = [one for one in events if one["kind"] == "phase_started"][-1]
    report = next(one for one in events if one["kind"] == "report_published")
    final = next(one for one in maps if one["data"]["final"] and one["seq"] > bell["seq"])
    corrected = next(one for one in events if one["kind"] == "themes_corrected")
    steered = next(one for one in maps if one["data"]["corrections_seq"] >= corrected["seq"])
    came = {one["subject_id"]: one["at"] for one in events if one["kind"] == "idea_published"}
    first: dict[str, int] = {}
    for one in events:
        if one["kind"] == "ideas_placed":  # A newer map has its own places for what was placed before.
            for idea in one["data"]["places"]:
                first.setdefault(idea, one["at"])
    placed = [(at - came[idea]) / 1000 for idea, at in first.items() if idea in came]
    return {
        "maps": len(maps),
        "themes": final["data"]["themes"],
        "ideas": len(came),
        "bell_to_themes_s": (final["at"] - bell["at"]) / 1000,
        "bell_to_report_s": (report["at"] - bell["at"]) / 1000,
        "correction_to_map_s": (steered["at"] - corrected["at"]) / 1000,
        "placed": len(placed),
        "idea_to_place_p50_s": percentile(placed, 50),
        "idea_to_place_p99_s": percentile(placed, 99),
    }


def rows_of(name: str, jam: dict[str, Any]) -> list[Row]:
    at = f"{jam['ideas']:,} {name}, live"
    return [
        at_most(f"{at}: bell to final themes, s", jam["bell_to_themes_s"], 10, ratio=False),
        told(f"{at}: bell to report, s", jam["bell_to_report_s"]),
        told(f"{at}: server's start to live themes, s", jam["start_to_live_themes_s"]),
        told(f"{at}: correction to corrected map, s", jam["correction_to_map_s"]),
        told(f"{at}: idea to its place, gathered each second, p50 s", jam["idea_to_place_p50_s"]),
        told(f"{at}: idea to its place, gathered each second, p99 s", jam["idea_to_place_p99_s"]),
        told(f"{at}: maps", jam["maps"]),
        at_most(f"{at}: event-loop lag while live, p99 ms", jam["live_lag_p99_ms"], 50, ratio=False),
        at_most(f"{at}: event-loop lag after the bell, p99 ms", jam["bell_lag_p99_ms"], 50, ratio=False),
        told(f"{at}: event-loop lag after the bell, worst ms", jam["bell_lag_worst_ms"]),
        told(f"{at}: event-loop lag while all is read anew, p99 ms", jam["starting_lag_p99_ms"]),
        told(f"{at}: event-loop lag while nothing happens, p99 ms", jam["quiet_lag_p99_ms"]),
    ]


async def run(texts: Sequence[str], fill: Any) -> dict[str, Any]:
    """Measure a jam of these ideas; ``fill`` puts ideas on record and gives the jam's id."""
    with tempfile.TemporaryDirectory(prefix="jam-bench-") as name:
        process, lags = lagging_server(Path(name))
        jam = await fill(process.database, texts[:-LAST])
        return await measure(jam, process, lags, texts[-LAST:])


def lagging_server(folder: Path) -> tuple[ServerProcess, Path]:
    """A server of its own in this folder, and the file where it notes how late its loop was."""
    lags = folder / "lags.json"
    return ServerProcess(folder, serve=(sys.executable, str(SERVER), str(lags), *SERVE[-1:])), lags
