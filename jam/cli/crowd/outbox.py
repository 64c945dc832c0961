"""What one person still has to send, in order, with the same client id on every try. No I/O in here.

The server answers each client id once and for all, so sending again is always safe: after a dropped
socket, after ``slow_down`` and ``try_later``. The first command that has to wait holds back the rest,
so what a person writes arrives in the order in which it was written.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field

import msgspec

from jam.domain.commands import Command
from jam.live.wire import MAX_IN_FLIGHT, Ack, ErrorFrame

RETRY_SECONDS = 1.0
ANSWER_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended: its ``ack``, or the ``code`` of its refusal, or neither: nobody knows."""

    ref: str
    ack: Ack | None = None
    code: str | None = None


@dataclass(slots=True, eq=False)
class Pending:
    """A command on its way. ``sent_at`` is set while an answer is awaited."""

    command: Command
    outcome: "asyncio.Future[Outcome]"
    copies: int = 1
    attempts: int = 0
    not_before: float = 0.0
    sent_at: float | None = None

    @property
    def ref(self) -> str:
        """The client id."""
        return self.command.client_id

    def encoded(self) -> bytes:
        """The command as it goes over the wire."""
        return msgspec.json.encode(self.command)


@dataclass(slots=True)
class Outbox:
    """Commands in order. ``window`` is how many may be unanswered at once; times are monotonic seconds."""

    window: int = MAX_IN_FLIGHT // 2
    _all: dict[str, Pending] = field(default_factory=dict)
    _waiting: deque[Pending] = field(default_factory=deque)

    def __len__(self) -> int:
        return len(self._all)

    def put(self, command: Command, outcome: "asyncio.Future[Outcome]", copies: int = 1) -> Pending:
        """Add a command at the end."""
        pending = Pending(command=command, outcome=outcome, copies=copies)
        self._all[pending.ref] = pending
        self._waiting.append(pending)
        return pending

    def take(self, now: float) -> Pending | None:
        """The next command to send now, marked as sent; ``None`` when nothing may go out yet."""
        flying = sum(p.copies for p in self._all.values() if p.sent_at is not None)
        if not self._waiting or self._waiting[0].not_before > now:
            return None
        if flying and flying + self._waiting[0].copies > self.window:
            return None
        pending = self._waiting.popleft()
        pending.attempts += 1
        pending.sent_at = now
        return pending

    def wait(self, now: float) -> float | None:
        """Seconds until ``take`` may give something by itself, or ``None`` if only an answer can."""
        return max(0.0, self._waiting[0].not_before - now) if self._waiting else None

    def overdue(self, now: float) -> bool:
        """Whether an answer is outstanding for so long that the socket must be given up."""
        return any(p.sent_at is not None and now - p.sent_at > ANSWER_SECONDS for p in self._all.values())

    def acked(self, ack: Ack) -> Pending | None:
        """An acknowledgement came. ``None``: for something that was answered before."""
        pending = self._all.pop(ack.ref, None)
        if pending:
            self._settle(pending, Outcome(pending.ref, ack=ack))
        return pending

    def refused(self, error: ErrorFrame, now: float) -> tuple[Pending, float | None] | None:
        """A refusal came: the command and the seconds after which it goes out again (``None``: never)."""
        pending = self._all.get(error.ref or "")
        if pending is None or pending.sent_at is None:
            return None
        if not error.retry:
            del self._all[pending.ref]
            self._settle(pending, Outcome(pending.ref, code=error.code))
            return pending, None
        wait = RETRY_SECONDS if error.retry_after is None else error.retry_after
        pending.sent_at = None
        pending.not_before = now + wait
        self._back_in_line([pending])
        return pending, wait

    def dropped(self) -> list[Pending]:
        """The socket is gone: everything unanswered goes out again on the next one."""
        flying = [p for p in self._all.values() if p.sent_at is not None]
        for pending in flying:
            pending.sent_at = None
        self._back_in_line(flying)
        return flying

    def give_up(self) -> list[Pending]:
        """There will be no other socket: whatever is left ends as unknown."""
        left = list(self._all.values())
        for pending in left:
            self._settle(pending, Outcome(pending.ref))
        self._all.clear()
        self._waiting.clear()
        return left

    def _back_in_line(self, returned: list[Pending]) -> None:
        """Waiting commands stand in the order in which they were put."""
        waiting = {id(p) for p in (*self._waiting, *returned)}
        self._waiting = deque(p for p in self._all.values() if id(p) in waiting)

    @staticmethod
    def _settle(pending: Pending, outcome: Outcome) -> None:
        if not pending.outcome.done():
            pending.outcome.set_result(outcome)
