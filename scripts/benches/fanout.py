"""Fan-out: one event to everybody, the product's frame writer against a naive Starlette and Hypercorn loop.

Both servers are processes of their own, each with a client process of its own; rounds alternate between them,
and each figure is a median. What counts is deliveries per second of the *server's* CPU time, which a shared
machine disturbs less than time on the wall. Clients count every message, so a server cannot win by losing.

    python scripts/benches/fanout.py [--people 500 1000] [--rounds 5] [--json] [--check]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

EVENTS_PER_ROUND = 20
TARGETS = {"plain": 2.5, "deflate": 4.0}
MOST_KIB = 40.0
MOST_GROWTH_KIB = 4.0
"""The first message of a connection fills buffers that stay; compression would take 200 KiB here."""
SERVER, CLIENT = (Path(__file__).with_name(f"fanout_{name}.py") for name in ("server", "client"))


class Child:
    """A process that answers each order with one line of JSON."""

    def __init__(self, program: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(program), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def order(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"a process of the benchmark ended with {self.process.wait(5)}")
        return dict(json.loads(line))

    def ask(self, line: str) -> dict[str, Any]:
        self.order(line)
        return self.answer()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


class Lane:
    """One server with its clients, and what each round of it cost."""

    def __init__(self, kind: str, people: int, deflate: bool) -> None:
        self.kind, self.people = kind, people
        self.offered = "deflate" if deflate else "plain"
        self.per_cpu_s: list[float] = []
        self.expected = 0
        self.server = Child(SERVER, kind)
        self.client: Child | None = None

    def connect(self) -> None:
        """Open every socket, and look at the server's memory before and after."""
        port = self.server.answer()["port"]
        self.empty_kib = self.server.ask("rss")["rss_kib"]
        deflate = self.offered == "deflate"
        self.client = Child(CLIENT, str(port), str(self.people), str(int(deflate)))
        compressed = self.client.answer()["deflated"]
        if (compressed > 0) != (deflate and self.kind == "naive"):
            raise RuntimeError(f"{self.kind}, {self.offered} offered: {compressed} sockets compress")
        self.idle_kib = self.busy_kib = self.server.ask("rss")["rss_kib"]

    def round(self) -> None:
        """Everybody speaks once, then ``EVENTS_PER_ROUND`` events go to everybody."""
        assert self.client is not None
        self.client.ask("speak")
        self.expected += EVENTS_PER_ROUND
        self.client.order(f"until {self.expected}")
        cost = self.server.ask(f"round {EVENTS_PER_ROUND} {self.people}")
        came = self.client.answer()["messages"]
        if came != self.expected * self.people:
            raise RuntimeError(f"{self.kind}: {came} messages came, {self.expected * self.people} were sent")
        self.per_cpu_s.append(EVENTS_PER_ROUND * self.people / cost["cpu_s"])
        self.busy_kib = cost["rss_kib"]

    def figures(self) -> dict[str, float]:
        return {
            "deliveries_per_cpu_s": round(statistics.median(self.per_cpu_s)),
            "rss_kib_per_connection": round((self.busy_kib - self.empty_kib) / self.people, 1),
            "rss_growth_kib_per_connection": round((self.busy_kib - self.idle_kib) / self.people, 1),
        }

    def end(self) -> None:
        if self.client is not None:
            self.client.end()
        self.server.end()


def measure(people: int, rounds: int) -> dict[str, Any]:
    """All four lanes at one size, their rounds interleaved; the first round of each only warms up."""
    lanes: list[Lane] = []
    try:
        for kind in ("naive", "fast"):
            for deflate in (False, True):
                lanes.append(Lane(kind, people, deflate))
                lanes[-1].connect()
        for _ in range(rounds + 1):
            for lane in lanes:
                lane.round()
        for lane in lanes:
            del lane.per_cpu_s[0]
        by_name = {(lane.kind, lane.offered): lane.figures() for lane in lanes}
    finally:
        for lane in lanes:
            lane.end()
    return {
        offered: {
            "naive": by_name["naive", offered],
            "fast": by_name["fast", offered],
            "ratio": round(
                by_name["fast", offered]["deliveries_per_cpu_s"]
                / by_name["naive", offered]["deliveries_per_cpu_s"],
                2,
            ),
        }
        for offered in TARGETS
    }


def run(people: tuple[int, ...] = (500, 1_000), rounds: int = 5) -> dict[str, Any]:
    """Measure every size: ``sizes`` (all figures) and ``checks`` (name, value, target, met).

    Raises ``RuntimeError`` when a message was lost or doubled, or a server compressed that should not.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    sizes = {str(size): measure(size, rounds) for size in people}
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "rounds": rounds,
        "sizes": sizes,
        "checks": [check for size, figures in sizes.items() for check in checks(size, figures)],
    }


def checks(size: str, figures: dict[str, Any]) -> list[dict[str, Any]]:
    """The promised figures of one size, and whether they are kept."""
    rows = [
        (f"fan-out, {offered} offered, {size} people: times naive", figures[offered]["ratio"], "≥", target)
        for offered, target in TARGETS.items()
    ]
    fast = figures["deflate"]["fast"]
    rows.append((f"KiB per connection, {size} people", fast["rss_kib_per_connection"], "≤", MOST_KIB))
    rows.append(
        (f"KiB grown by traffic, {size} people", fast["rss_growth_kib_per_connection"], "≤", MOST_GROWTH_KIB)
    )
    return [
        {
            "name": name,
            "value": value,
            "target": f"{sign} {target}",
            "met": value >= target if sign == "≥" else value <= target,
        }
        for name, value, sign, target in rows
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[500, 1_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print the whole result as JSON")
    parser.add_argument("--check", action="store_true", help="exit 1 when a figure is not met")
    options = parser.parse_args()
    result = run(tuple(options.people), options.rounds)
    if options.json:
        print(json.dumps(result, indent=2))
    else:
        for row in result["checks"]:
            met = "met" if row["met"] else "NOT MET"
            print(f"{met:>8}  {row['value']:>8}  {row['target']:<7} {row['name']}")
    return 1 if options.check and not all(check["met"] for check in result["checks"]) else 0


if __name__ == "__main__":
    sys.exit(main())
