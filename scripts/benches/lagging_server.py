"""``jam serve`` with a probe in its event loop: how late a sleeping task wakes, over and over.

The product has no such switch, so the probe is put around the server here. Run as a script:
``lagging_server.py LAGS.json serve --port …``; the samples are written when the server ends, as pairs of the
machine's monotonic clock (the same in every process) and the lateness, both in seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jam import compose

PAUSE_SECONDS = 0.005


async def probe(samples: list[tuple[float, float]]) -> None:
    while True:
        due = time.monotonic() + PAUSE_SECONDS
        await asyncio.sleep(PAUSE_SECONDS)
        now = time.monotonic()
        samples.append((now, now - due))


def put_in_probe(file: Path) -> None:
    run_server = compose.run_server

    async def probed(settings: Any, say: Callable[[str], None]) -> None:
        samples: list[tuple[float, float]] = []
        probing = asyncio.create_task(probe(samples))
        try:
            await run_server(settings, say)
        finally:
            probing.cancel()
            write_down(file, samples)

    compose.run_server = probed


def write_down(file: Path, samples: list[tuple[float, float]]) -> None:
    file.write_text(json.dumps(samples))


if __name__ == "__main__":
    put_in_probe(Path(sys.argv.pop(1)))
    from jam.__main__ import main

    main()
