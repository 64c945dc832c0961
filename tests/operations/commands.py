"""Runs the real command line in a process of its own, for tests of set-ups that are wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

SECONDS = 60


def jam(
    *arguments: object,
    folder: Path,
    prepare: Callable[[], None] | None = None,
    **variables: str,
) -> subprocess.CompletedProcess[str]:
    """`jam …` in `folder`; `variables` are added to an environment without any JAM_ setting."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JAM_")}
    done = subprocess.run(
        [sys.executable, "-m", "jam", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        cwd=folder,
        env={**kept, "PYTHONPATH": str(Path(__file__).parents[2]), **variables},
        preexec_fn=prepare,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done
