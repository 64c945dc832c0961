"""How a command of the command line runs its coroutine: Ctrl-C and SIGTERM unwind it, then the exit code."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from typing import Any

from jam.cli.crowd.house import NotFinished, Refused, Unreachable
from jam.cli.crowd.server import ServerFailed

EXPECTED = (Refused, Unreachable, NotFinished, ServerFailed, OSError)
"""What can go wrong without a bug in here: it is told in one line, without a traceback."""

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


def reasons(failed: BaseException) -> Iterator[str]:
    """The words of expected failures, one by one, also out of groups. Raises whatever else is among them."""
    if not isinstance(failed, BaseExceptionGroup):
        yield str(failed)
        return
    expected, bugs = failed.split(EXPECTED)
    if bugs:
        raise bugs
    for inner in expected.exceptions if expected else ():
        yield from reasons(inner)
