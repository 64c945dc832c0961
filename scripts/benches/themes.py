"""Bell to report: a jam with 1,000 ideas ends, and its themes and report are made while the server serves on.

The times are the log's own: from the bell's event to that of report version 1. Meanwhile a probe inside the
server's event loop says how late a task wakes, and somebody outside asks ``/health`` again and again; both
are also told for the seconds before the bell, because a busy machine is late by itself.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import live_jam
import quality
from figures import Row, at_most, percentile, told
from intake import PLAN, join, new_jam
from sentences import sentences

from jam.cli.crowd.house import House
from jam.cli.crowd.server import own_house
from jam.compose import running_engine
from jam.domain.commands import StartNextPhase, SubmitIdea
from jam.domain.rejections import Rejection

IDEAS, LIVE_IDEAS, AUTHORS = 1_000, 3_000, 50
AT_ONCE = 500
QUIET_SECONDS = 3.0
PATIENCE_SECONDS = 120.0
HEALTH_PAUSE_SECONDS = 0.05


def run(data: Path | None = None, parts: Sequence[str] = (), *, rivals: bool = True) -> dict[str, Any]:
    """Theme invented ideas in jams; with ``data`` measure the table of methods too, or ``parts`` of it.

    ``checks`` (rows of figures), ``jams`` (everything as measured, by name), ``table`` (Markdown).
    """
    texts = {} if parts else {"invented ideas": sentences(IDEAS)}
    jams = {name: asyncio.run(measure(some)) for name, some in texts.items()}
    compared = quality.run(data, parts, rivals=rivals) if data else {"checks": [], "table": ""}
    rows = [row for name, jam in jams.items() for row in rows_of(name, jam)]
    if not parts:
        jams["live"] = asyncio.run(live_jam.run(sentences(LIVE_IDEAS), fill))
        rows += live_jam.rows_of("invented ideas", jams["live"])
    return {"checks": rows + compared["checks"], "jams": jams, "table": compared["table"]}


@dataclass
class Asked:
    """What somebody outside found: when ``/health`` was asked, and how long the answer took, in seconds."""

    samples: list[tuple[float, float]] = field(default_factory=list)

    async def ask(self, house: House) -> None:
        while True:
            begun = time.monotonic()
            await house.download("/health")
            self.samples.append((begun, time.monotonic() - begun))
            await asyncio.sleep(HEALTH_PAUSE_SECONDS)


async def measure(texts: Sequence[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="jam-bench-") as name:
        asked = Asked()
        process, lags = live_jam.lagging_server(Path(name))
        jam = await fill(process.database, texts)
        async with own_house(process) as house:
            async with asking(asked, house):
                await asyncio.sleep(QUIET_SECONDS)
                rung = time.monotonic()
                await house.command(jam, StartNextPhase(client_id="bell", phase_index=0))
                await until_reported(house, jam)
                done = time.monotonic()
            figures = await of_the_log(house, jam)
        samples = json.loads(lags.read_text())
    figures["ideas"] = len(texts)
    figures |= lateness("lag", samples, rung, done) | lateness("health", asked.samples, rung, done)
    return figures


async def fill(database: str, texts: Sequence[str]) -> str:
    """A jam with these ideas on record, taken in by the service before the server starts; its id."""
    async with running_engine(database) as engine:
        made = await new_jam(engine, PLAN)
        people = [await join(engine, made, number) for number in range(AUTHORS)]

        async def one(number: int, text: str) -> None:
            command = SubmitIdea(client_id=f"b{number}", forum=made.forums[0].id, text=text)
            answer = await engine.intake.handle(people[number % AUTHORS], command)
            if isinstance(answer, Rejection):
                raise RuntimeError(f"refused: {answer.code}")

        for start in range(0, len(texts), AT_ONCE):
            some = texts[start : start + AT_ONCE]
            await asyncio.gather(*(one(number, text) for number, text in enumerate(some, start)))
    return made.jam.id


@asynccontextmanager
async def asking(asked: Asked, house: House) -> AsyncIterator[None]:
    task = asyncio.create_task(asked.ask(house))
    try:
        yield
    finally:
        task.cancel()


async def until_reported(house: House, jam: str) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await house.report_version(jam) is None:  # noqa: ASYNC110 (the server is asked, nothing tells)
            await asyncio.sleep(0.2)


async def of_the_log(house: House, jam: str) -> dict[str, Any]:
    """From the records: seconds from the bell to the themes and to the report, and what was made."""
    lines = (await house.download(f"/api/jams/{jam}/records.jsonl")).splitlines()
    events = [one for one in map(json.loads, lines) if one["record"] == "event"]
    first = {one["kind"]: one for one in reversed(events)}
    bell, report = first["phase_started"], first["report_published"]
    themes = next(one for one in events if one["kind"] == "themes_published" and one["data"]["final"])
    return {
        "bell_to_themes_s": (themes["at"] - bell["at"]) / 1000,
        "bell_to_report_s": (report["at"] - bell["at"]) / 1000,
        "themes": themes["data"]["themes"],
        "one_of_a_kind": themes["data"]["one_of_a_kind"],
    }


def lateness(name: str, samples: Sequence[tuple[float, float]], rung: float, done: float) -> dict[str, float]:
    """p99 and worst in ms, between bell and report and in the quiet seconds before."""
    before = [late for at, late in samples if rung - QUIET_SECONDS <= at < rung]
    meanwhile = [late for at, late in samples if rung <= at <= done]
    return {
        f"{name}_before_p99_ms": percentile(before, 99) * 1000,
        f"{name}_p99_ms": percentile(meanwhile, 99) * 1000,
        f"{name}_worst_ms": max(meanwhile) * 1000,
    }


def rows_of(name: str, jam: dict[str, Any]) -> list[Row]:
    at = f"{jam['ideas']:,} {name}"
    return [
        at_most(f"{at}: bell to report, s", jam["bell_to_report_s"], 20, ratio=False),
        told(f"{at}: bell to themes, s", jam["bell_to_themes_s"]),
        told(f"{at}: themes", jam["themes"]),
        at_most(f"{at}: event-loop lag meanwhile, p99 ms", jam["lag_p99_ms"], 50, ratio=False),
        told(f"{at}: event-loop lag meanwhile, worst ms", jam["lag_worst_ms"]),
        told(f"{at}: event-loop lag before the bell, p99 ms", jam["lag_before_p99_ms"]),
        told(f"{at}: GET /health meanwhile, p99 ms", jam["health_p99_ms"]),
        told(f"{at}: GET /health before the bell, p99 ms", jam["health_before_p99_ms"]),
    ]
