"""`jam serve` with one bug put in on purpose, so that the checker can be seen to catch it.

Why: a checker that never found anything proves nothing, and the product itself holds no switch for bugs.
How: each bug replaces one place in the running program before the server starts; run as a script:
`python tests/verify/buggy_server.py NAME serve --port …`.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

COMMIT_LASTS = 0.1


def ack_before_commit() -> None:
    """Answers to texts leave while the transaction is open: a crash in between loses what was promised."""
    from jam.domain.commands import SubmitIdea, SubmitReply
    from jam.domain.rejections import Rejection
    from jam.service import writer

    async def commit(self: Any, batch: list[Any]) -> None:
        loop = asyncio.get_running_loop()

        def work(connection: Any) -> tuple[list[Any], int | None]:
            outcomes, seq = self._decide(connection, batch)
            for waiting, outcome in zip(batch, outcomes, strict=True):
                if isinstance(waiting.command, (SubmitIdea, SubmitReply)):
                    loop.call_soon_threadsafe(writer._answer, waiting, outcome)
            if not all(isinstance(outcome, Rejection) for outcome in outcomes):
                time.sleep(COMMIT_LASTS)
            return outcomes, seq

        outcomes, seq = await self._database.write(work)
        for waiting, outcome in zip(batch, outcomes, strict=True):
            writer._answer(waiting, outcome)
        if seq is not None:
            self._bus.wake(self._jam_id, seq)

    writer.Writer._commit = commit  # type: ignore[method-assign]


def no_unique_key() -> None:
    """No receipt is kept or looked for: a command that is sent again is done again."""
    from jam.domain import facts
    from jam.domain.records import Receipt
    from jam.store import transaction

    save = transaction.Changes._save_kind

    def save_kind(self: Any, connection: Any, kind: type[Any]) -> None:
        if kind is not Receipt:
            save(self, connection, kind)

    facts._PUT.pop(Receipt)
    transaction._receipts = lambda connection, requests: {}  # type: ignore[assignment]
    transaction.Changes._save_kind = save_kind  # type: ignore[method-assign]


def client_side_hiding() -> None:
    """Everybody gets every text with its status, and the page is trusted to hide what is not for them."""
    from jam.domain import visibility

    # Other modules take these names when they are loaded, which is after this.
    visibility.may_get = lambda seen_by, viewer, author_id: seen_by in ("public", "author")  # type: ignore[assignment]
    visibility.project_idea = visibility._whole


def cached_phase() -> None:
    """Whether texts are taken is remembered for a while instead of read under the lock."""
    from jam.domain import decide
    from jam.domain.names import Phase

    may = decide.may

    def late(role: Any, command: str, jam: Any) -> Any:
        if command == "submit_idea" and jam.phase is Phase.WRAP_UP:
            return None
        return may(role, command, jam)

    decide.may = late


BUGS: dict[str, tuple[Callable[[], None], str]] = {
    "ack_before_commit": (ack_before_commit, "lost"),
    "no_unique_key": (no_unique_key, "doubled"),
    "client_side_hiding": (client_side_hiding, "view"),
    "cached_phase": (cached_phase, "late"),
}
"""By name: what puts the bug in, and the kind of finding that must show it."""


def serve(bug: str) -> tuple[str, ...]:
    """The command line of a server with this bug, up to its options."""
    return (sys.executable, str(Path(__file__).resolve()), bug, "serve")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    BUGS[sys.argv.pop(1)][0]()
    from jam.__main__ import main

    main()
