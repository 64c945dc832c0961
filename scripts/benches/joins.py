"""The door: 500 people join from one address within 60 seconds while one hostile client floods it.

One ``jam serve`` as anybody runs it. Each person is a browser without JavaScript on a connection of its own:
the join page, its form, the room. The flooder is a process of its own on the same address: it guesses codes
on 32 connections as fast as it is answered, and a socket of its own sends ideas and never reads.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2
from figures import Row, at_least, at_most, percentile, told

from jam.cli.crowd.server import ServerProcess, own_house

FLOODER = Path(__file__).with_name("joins_flooder.py")
PEOPLE, SECONDS = 500, 60.0
ALONE_PEOPLE = 100
"""The same people at the same pace without a flooder, first: what a join takes on this machine."""
SLOW_MS = 3_000
PHASES = [{"phase": "ideate", "minutes": 60}, {"phase": "closed"}]
_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


def run() -> dict[str, Any]:
    """Measure: ``checks`` (rows of figures), ``alone`` and ``flooded`` (all that was measured)."""
    with tempfile.TemporaryDirectory(prefix="jam-bench-") as folder:
        measured = asyncio.run(measure(Path(folder)))
    return {"checks": rows_of(**measured), **measured}


async def measure(folder: Path) -> dict[str, Any]:
    async with own_house(process := ServerProcess(folder)) as house:
        jam = await house.create_jam(
            "Benchmark", [{"title": "Town", "question": "What should change?"}], phases=PHASES
        )
        alone = await arrive(process.url, jam["code"], "Early", ALONE_PEOPLE, SECONDS * ALONE_PEOPLE / PEOPLE)
        hostile = await house.join(jam["code"], "Hostile")
        asked = {
            "url": process.url,
            "jam": jam["id"],
            "forum": jam["forums"][0]["id"],
            "cookie": hostile.cookie,
        }
        flooder = await asyncio.create_subprocess_exec(
            sys.executable,
            str(FLOODER),
            json.dumps(asked),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            flooded = await arrive(process.url, jam["code"], "Person", PEOPLE, SECONDS)
        finally:
            said, _ = await asyncio.wait_for(flooder.communicate(b"end\n"), 30)
        people = (await house.jam(jam["id"]))["totals"]["people"]
    fate = json.loads(said)
    return {"alone": alone, "flooded": flooded, "flooder": fate, "on_record": people - ALONE_PEOPLE - 1}


async def arrive(url: str, code: str, name: str, people: int, seconds: float) -> dict[str, Any]:
    """``people`` come one after the other at an even pace, whatever the server does; how it went for them."""
    begun, pause = time.monotonic(), seconds / people

    async def one(number: int) -> tuple[str, float]:
        await asyncio.sleep(max(0.0, begun + number * pause - time.monotonic()))
        return await join(url, code, f"{name} {number}")

    outcomes = await asyncio.gather(*(one(number) for number in range(people)))
    times = [took for outcome, took in outcomes if outcome == "joined"]
    return {
        "people": people,
        "seconds": time.monotonic() - begun,
        "outcomes": dict(Counter(outcome for outcome, _ in outcomes)),
        "join_ms": {
            "p50": percentile(times, 50),
            "p99": percentile(times, 99),
            "most": max(times, default=0),
        },
    }


async def join(url: str, code: str, name: str) -> tuple[str, float]:
    """One person's way in: how it ended, and the ms from asking for the join page to having the room's."""
    begun = time.monotonic()
    try:
        async with httpx2.AsyncClient(base_url=url, trust_env=False, verify=False, timeout=30) as browser:
            page = await browser.get(f"/j/{code}")
            token = _TOKEN.search(page.text)
            if token is None:
                return f"page {page.status_code}", 0.0
            fields = {"form_token": token[1], "handle": name, "audience": "citizen"}
            sent = await browser.post(f"/j/{code}", data=fields, headers={"Origin": url})
            if sent.status_code != 303:
                return f"form {sent.status_code}", 0.0
            room = await browser.get(sent.headers["location"])
            if room.status_code != 200:
                return f"room {room.status_code}", 0.0
    except httpx2.TransportError as failed:
        return type(failed).__name__, 0.0
    return "joined", 1000 * (time.monotonic() - begun)


def rows_of(
    alone: dict[str, Any], flooded: dict[str, Any], flooder: dict[str, Any], on_record: int
) -> list[Row]:
    joined = flooded["outcomes"].get("joined", 0)
    at = f"{PEOPLE} people from one address in {SECONDS:g} s beside a flooder"
    return [
        at_least(f"{at}: joined", joined, PEOPLE, ratio=True),
        at_least(f"{at}: on record", on_record, PEOPLE, ratio=True),
        at_most(f"{at}: refused or failed", PEOPLE - joined, 0, ratio=True),
        told(f"{at}: seconds until the last was in", flooded["seconds"]),
        told(f"{at}: join page to room, p50 ms", flooded["join_ms"]["p50"]),
        at_most(f"{at}: join page to room, p99 ms", flooded["join_ms"]["p99"], SLOW_MS, ratio=False),
        told("the same without a flooder, p50 ms", alone["join_ms"]["p50"]),
        told("the same without a flooder, p99 ms", alone["join_ms"]["p99"]),
        told("flooder: codes guessed", flooder["guesses"]),
        at_most("flooder: codes that were right", flooder["hits"], 0, ratio=True),
        told("flooder: guesses a second on 32 connections", flooder["guesses_per_second"]),
        told("flooder: a guess is answered after, p50 ms", flooder["guess_ms"]["p50"]),
        told("flooder: commands written to its socket", flooder["written"]),
        told("flooder: its socket was ended after, s (0: it was not)", flooder["socket_ended_s"]),
    ]
