"""``scripts/bench``: the promised figures, each measured against something else in the same run.

    scripts/bench [--check] [--only NAME ...] [--json FILE] [--data DIR] [--part NAME ...] [--without-rivals]

Exit code 1 with ``--check`` when a promised ratio is missed. Figures in seconds or per second depend on the
machine: they are told with its name, and never fail the run. ``docs/figures.md`` says what each one means.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import fanout
import intake
import joins
import live
import themes
from figures import machine, print_rows

NAMES = ("intake", "live", "joins", "fanout", "themes")


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="exit 1 when a promised ratio is missed")
    parser.add_argument("--only", choices=NAMES, action="append", help="this one (may be given again)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured to FILE")
    parser.add_argument("--data", type=Path, metavar="DIR", help="CSV files of ideas to theme as well")
    parser.add_argument("--part", action="append", help="of the table of methods, this part alone")
    parser.add_argument("--without-rivals", action="store_true", help="in it, ours and k-means alone")
    options = parser.parse_args()
    benches: dict[str, Callable[[], dict[str, Any]]] = {
        "intake": intake.run,
        "live": live.run,
        "joins": joins.run,
        "fanout": fanout.run,
        "themes": partial(themes.run, options.data, options.part or (), rivals=not options.without_rivals),
    }
    print(machine(), flush=True)
    measured: dict[str, Any] = {"machine": machine(), "benches": {}}
    for name in options.only or NAMES:
        measured["benches"][name] = result = benches[name]()
        print_rows(name, result["checks"])
    if options.json:
        options.json.write_text(json.dumps(measured, indent=2, ensure_ascii=False) + "\n")
    rows = [row for result in measured["benches"].values() for row in result["checks"]]
    missed = [row["name"] for row in rows if row["met"] is False and row.get("ratio", True)]
    for name in missed if options.check else ():
        print(f"scripts/bench: missed: {name}", file=sys.stderr)
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
