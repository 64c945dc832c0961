"""What a measurement is made of: the machine it ran on, rows of figures, and the table that shows them.

A row with a target is a promise. ``ratio`` says that it compares two things of the same run, which any
machine can be held to; the others depend on the machine, so they are told and never asserted.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def told(name: str, value: float) -> Row:
    """A figure without a promise."""
    return {"name": name, "value": shown(value), "target": "", "met": None, "ratio": False}


def at_least(name: str, value: float, target: float, *, ratio: bool) -> Row:
    """A figure that must not be lower."""
    return {
        "name": name,
        "value": shown(value),
        "target": f"≥ {shown(target):g}",
        "met": value >= target,
        "ratio": ratio,
    }


def at_most(name: str, value: float, target: float, *, ratio: bool) -> Row:
    """A figure that must not be higher."""
    return {
        "name": name,
        "value": shown(value),
        "target": f"≤ {shown(target):g}",
        "met": value <= target,
        "ratio": ratio,
    }


def shown(value: float) -> float:
    """As many digits as mean something."""
    return round(value) if value >= 100 else round(value, 2 if value >= 1 else 3)


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that ``percent`` of all do not exceed; not a number if there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else float("nan")


def median(values: Iterable[float]) -> float:
    """The middle one: one bad moment of a shared machine does not move it."""
    return statistics.median(values)


def peak_mb() -> float:
    """The most memory that this process has held; ``getrusage`` would count its parent's too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def machine() -> str:
    """The machine in one line, with how busy it was when this was asked."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{_cpu()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, load average at start {load}"
    )


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def print_rows(name: str, rows: Iterable[Row]) -> None:
    """One line for each figure: whether it is met, the value, the target."""
    print(f"── {name}", flush=True)
    for row in rows:
        met = {None: "", True: "met", False: "NOT MET"}[row["met"]]
        print(f"{met:>8}  {row['value']:>10g}  {row['target']:<9} {row['name']}", flush=True)
