"""`jam serve` with something put in on purpose: a death at a bad moment, a short limit, an eye on a path.

Why: what happens between two steps of a running server can be tested there alone, and the product holds no
switch for it. Each entry replaces one place before the server starts; several are joined by commas:
`python tests/guarantees/faulty_server.py NAME=VALUE,… serve --port …`.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _at_batch(number: str, moment: Callable[[Any, list[Any]], None]) -> None:
    """Call ``moment`` once the rows of so many batches with a text in them have been written."""
    from jam.domain.commands import SubmitIdea
    from jam.service import writer

    decide, batches = writer.Writer._decide, itertools.count(1)

    def decide_then(self: Any, connection: Any, batch: list[Any]) -> Any:
        outcome = decide(self, connection, batch)
        if any(isinstance(one.command, SubmitIdea) for one in batch) and next(batches) == int(number):
            moment(self, batch)
        return outcome

    writer.Writer._decide = decide_then  # type: ignore[method-assign]


def die_before_commit(number: str) -> None:
    """The rows are written, the transaction is open, and the process is gone."""
    _at_batch(number, lambda writer, batch: _die())


def die_before_ack(number: str) -> None:
    """The transaction is committed and nobody was told."""
    from jam.service import writer

    def doom(self: Any, batch: list[Any]) -> None:
        writer._answer = lambda waiting, outcome: _die()

    _at_batch(number, doom)


def die_before_wake(number: str) -> None:
    """Everybody was told, and no follower of the log was woken; the acks have time to leave."""

    class Deaf:
        def wake(self, jam_id: str, seq: int) -> None:
            asyncio.get_running_loop().call_later(0.2, _die)

    def doom(self: Any, batch: list[Any]) -> None:
        self._bus = Deaf()

    _at_batch(number, doom)


def count_log_reads(file: str) -> None:
    """One byte in ``file`` for each query of the log."""
    from jam.store import log

    read = log.read

    def counted(*args: Any, **kwargs: Any) -> Any:
        with Path(file).open("ab") as counts:
            counts.write(b".")
        return read(*args, **kwargs)

    log.read = counted


def watch_theming(file: str) -> None:
    """What goes to the theming process, as it goes."""
    from jam.service.theming import ThemingChild

    running = ThemingChild._running

    async def watched(self: Any) -> Any:
        process = await running(self)
        if process.stdin is not None and not hasattr(process.stdin, "watched"):
            write, process.stdin.watched = process.stdin.write, True

            def keep(payload: bytes) -> None:
                with Path(file).open("ab") as seen:
                    seen.write(payload)
                write(payload)

            process.stdin.write = keep
        return process

    ThemingChild._running = watched  # type: ignore[method-assign]


def limit_file_size(bytes_: str) -> None:
    """No file of this process may grow beyond so many bytes, until SIGUSR1 lifts the limit."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]

    def lift(*_: Any) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))

    signal.signal(signal.SIGUSR1, lift)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(bytes_), hard))


def be_patient(seconds: str) -> None:
    """Nobody is taken for gone before so many seconds."""
    from jam.live import hub

    hub.SILENCE_SECONDS = float(seconds)


FAULTS: dict[str, Callable[[str], None]] = {
    fault.__name__: fault
    for fault in (
        die_before_commit,
        die_before_ack,
        die_before_wake,
        count_log_reads,
        watch_theming,
        be_patient,
        limit_file_size,
    )
}


def serve(*faults: str) -> tuple[str, ...]:
    """The command line of a server with these faults (``name=value``), up to its options."""
    return (sys.executable, str(Path(__file__).resolve()), ",".join(faults), "serve")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    for one in sys.argv.pop(1).split(","):
        name, _, value = one.partition("=")
        FAULTS[name](value)
    from jam.__main__ import main

    main()
