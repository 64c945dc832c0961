"""A replay from outside while its server is killed without warning again and again, and started again.

Why: nothing acknowledged may be lost, nothing doubled, and every client must go on from its cursor.
The replay is `jam replay --url`, a process of its own; so is the server. Run by hand:
`python -m tests.verify.killed_replay IDEAS.csv [PEOPLE [MINUTES [KILLS [SEED]]]]`.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jam.cli.crowd.server import ServerProcess, own_house

SPARE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Killed:
    """What the replay printed and how it ended, and how often its server was killed."""

    figures: dict[str, Any]
    code: int
    kills: int
    complaints: str


async def killed_replay(ideas: Path, people: int, minutes: float, kills: int, seed: int) -> Killed:
    """Run it; the server's database and the replay's files are temporary."""
    with tempfile.TemporaryDirectory(prefix="jam-killed-") as name:
        folder = Path(name)
        process = ServerProcess(folder)
        async with own_house(process) as house:
            token = folder / "token"
            token.touch(mode=0o600)
            token.write_text(house.token or "")
            replay = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "jam", "replay", str(ideas), "--json"),
                *("--people", str(people), "--minutes", str(minutes), "--seed", str(seed)),
                *("--url", process.url, "--token-file", str(token), "--report-dir", str(folder / "out")),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            try:
                killing = asyncio.create_task(_kill(process, minutes * 60, kills, random.Random(seed)))
                async with asyncio.timeout(minutes * 60 + SPARE_SECONDS):
                    out, complaints = await replay.communicate()
                await killing
            finally:
                if replay.returncode is None:
                    replay.kill()
                    await replay.wait()
    figures = json.loads(out) if out.strip() else {}
    return Killed(figures, replay.returncode or 0, process.starts - 1, complaints.decode(errors="replace"))


async def _kill(process: ServerProcess, seconds: float, kills: int, chance: random.Random) -> None:
    """At random moments, counted from the start; a moment that passes during a restart follows it."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    for moment in sorted(chance.uniform(4.0, seconds) for _ in range(kills)):
        await asyncio.sleep(max(0.5, start + moment - loop.time()))
        await process.kill()
        await process.start()


def main() -> int:
    """Print what came out; 0 when nothing was lost, doubled or missing."""
    given = sys.argv[1:] + ["50", "2", "10", "1"][len(sys.argv) - 2 :]
    ideas, people, minutes, kills, seed = given
    killed = asyncio.run(killed_replay(Path(ideas), int(people), float(minutes), int(kills), int(seed)))
    print(json.dumps(killed.figures))
    print(f"killed {killed.kills} times, exit code {killed.code}", killed.complaints, sep="\n")
    return killed.code


if __name__ == "__main__":
    sys.exit(main())
