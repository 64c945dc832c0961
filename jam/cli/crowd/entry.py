"""How a command of the command line runs its coroutine: Ctrl-C and SIGTERM unwind it, then the exit code."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

INTERRUPTED = 130
TERMINATED = 143


def run(work: Coroutine[Any, Any, int]) -> int:
    """Run ``work`` to its exit code; 130 after Ctrl-C and 143 after SIGTERM, with every ``finally`` done."""
    try:
        return asyncio.run(_until_signal(work))
    except KeyboardInterrupt:
        return INTERRUPTED


async def _until_signal(work: Coroutine[Any, Any, int]) -> int:
    task = asyncio.ensure_future(work)
    terminated = asyncio.Event()

    def terminate() -> None:
        terminated.set()
        task.cancel()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminate)
    try:
        return await task
    except asyncio.CancelledError:
        if terminated.is_set():
            return TERMINATED
        raise
