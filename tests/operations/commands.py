"""Runs the real command line in a process of its own, for tests of set-ups that are wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 240


def without_settings() -> dict[str, str]:
    """This environment without any JAM_ setting, for a process that runs in another folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JAM_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


def jam(
    *arguments: object,
    folder: Path,
    prepare: Callable[[], None] | None = None,
    **variables: str,
) -> subprocess.CompletedProcess[str]:
    """`jam …` in `folder`; `variables` are added to an environment without any JAM_ setting."""
    done = subprocess.run(
        [sys.executable, "-m", "jam", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        cwd=folder,
        env={**without_settings(), **variables},
        preexec_fn=prepare,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done
