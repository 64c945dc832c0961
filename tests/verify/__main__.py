"""`python -m tests.verify [--full]`: the campaign without bugs must find nothing, and find each seeded bug.

Exit code 0 when both hold, 1 otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from dataclasses import replace

from tests.verify.buggy_server import BUGS, serve
from tests.verify.campaign import Faults, run_campaign

ORDINARY_SEEDS = 1
FULL_SEEDS = 10


def main() -> int:
    """Run everything, telling each result in one line."""
    parser = argparse.ArgumentParser(prog="verify", description=__doc__)
    parser.add_argument("--full", action="store_true", help="more seeds, more people, more kills")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    arguments = parser.parse_args()
    faults = Faults(people=30, answers=3000, kills=10) if arguments.full else Faults()
    seeds = range(arguments.seed, arguments.seed + (FULL_SEEDS if arguments.full else ORDINARY_SEEDS))
    good = [clean(replace(faults, seed=seed)) for seed in seeds]
    good += [caught(name, replace(Faults(), seed=arguments.seed)) for name in BUGS]
    print(f"{sum(good)} passed, {len(good) - sum(good)} failed")
    return 0 if all(good) else 1


def clean(faults: Faults) -> bool:
    """The product as it is: nothing may be found."""
    started = time.monotonic()
    verdict = asyncio.run(run_campaign(faults))
    print(f"no bug, seed {faults.seed}, {time.monotonic() - started:.0f} s: {verdict.summary()}", flush=True)
    return verdict.ok and verdict.counts["acked"] > 0


def caught(name: str, faults: Faults) -> bool:
    """One seeded bug: its kind of finding must be there."""
    started, kind = time.monotonic(), BUGS[name][1]
    verdict = asyncio.run(run_campaign(faults, serve(name)))
    found = verdict.number(kind)
    print(
        f"{name}, {time.monotonic() - started:.0f} s: {kind} {found} ({'caught' if found else 'NOT CAUGHT'})",
        flush=True,
    )
    return found > 0


if __name__ == "__main__":
    sys.exit(main())
