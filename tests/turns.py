"""Tests that measure run alone: the others of a parallel run wait meanwhile.

Why: a ratio of two latencies is promised (G13, T13), and three neighbours on two cores are in neither of the
two on purpose. Where: under ``tests/conftest.py``, which holds every test in here while it runs.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(folder: Path, *, alone: bool) -> Iterator[None]:
    """Hold the place of one test among those of every process that names the same folder.

    Who wants to be alone shuts the door first, so that those who are inside leave and nobody else comes in.
    """
    with (folder / "door").open("a") as door, (folder / "inside").open("a") as inside:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(inside, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        if not alone:
            fcntl.flock(door, fcntl.LOCK_UN)
        yield
