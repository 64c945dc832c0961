"""The theming child with an embedder that loads at once, so that a test of what goes on around it is quick.

Where: started by tests in place of ``jam.service.theming_child``. ``JAM_TEST_DIE_AT`` names a file: while it
is there, the child that reads such a request kills itself; the file is removed first. ``JAM_TEST_GATE`` names
a pipe: while it is there, a regrouping waits until somebody has opened and closed it.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import clustering
from clustering import ThemeMap
from clustering.live import Regrouping
from jam.service import theming_child
from jam.service.theming_frames import AnyRequest
from tests.clustering.made_up import HashingEmbedder


def quick(*given: Any, **named: Any) -> HashingEmbedder:
    return HashingEmbedder()


def read(stream: Any) -> AnyRequest | None:
    """The next request, unless it is the one to die at: kill -9, as the machine would."""
    request = theming_frames_read(stream)
    mark = Path(os.environ.get("JAM_TEST_DIE_AT", "/nonexistent"))
    if request is not None and mark.exists():
        kind, _, more = mark.read_text().partition(" ")
        if kind == type(request).__name__:
            if more != "always":
                mark.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
    return request


def gated(self: Regrouping, *given: Any, **named: Any) -> ThemeMap:
    """The map of a regrouping, once the gate was opened and closed."""
    gate = Path(os.environ.get("JAM_TEST_GATE", "/nonexistent"))
    if gate.exists():
        gate.read_bytes()
    return run(self, *given, **named)


theming_frames_read, run = theming_child.read_request, Regrouping.run

if __name__ == "__main__":
    clustering.load_embedder = quick  # type: ignore[assignment]
    theming_child.read_request = read
    Regrouping.run = gated  # type: ignore[method-assign]
    sys.exit(theming_child.main())
