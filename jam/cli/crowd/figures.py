"""The figures of a run, from the clients' histories and the final log: how long an answer took, and how
long it took from the sender's keyboard to everybody else's screen.

Times are the monotonic clock of the one process that all clients live in, in milliseconds. Both are
counted from the *first* time that a command left, so a restart in between counts as people felt it.
"""

from collections.abc import Iterable

import msgspec

from jam.cli.crowd.checker import Export
from jam.cli.crowd.history import AnyLine, Invoke, Joined, Ok, Received
from jam.domain.names import Status
from jam.domain.schedule import bell_at
from jam.live.wire import Ack


class _Sent(msgspec.Struct, frozen=True):
    t: str
    client_id: str


class _Idea(msgspec.Struct, frozen=True):
    id: str
    author: str


class _Event(msgspec.Struct, frozen=True):
    seq: int
    kind: str
    idea: _Idea | None = None


class _Batch(msgspec.Struct, frozen=True):
    t: str
    events: list[_Event] = []


class Percentiles(msgspec.Struct, frozen=True):
    """Milliseconds, rounded to a tenth; 0 where nothing was measured."""

    p50: float
    p99: float

    def as_dict(self) -> dict[str, float]:
        """As printed."""
        return {"p50": self.p50, "p99": self.p99}


class Times(msgspec.Struct, frozen=True):
    """``ack_ms``: submit to acknowledgement. ``delivery_ms``: submit to each other client, unless held."""

    ack_ms: Percentiles
    delivery_ms: Percentiles


_decode_sent = msgspec.json.Decoder(_Sent).decode
_decode_batch = msgspec.json.Decoder(_Batch).decode
_decode_ack = msgspec.json.Decoder(Ack).decode


def percentiles(values: list[float]) -> Percentiles:
    """The nearest-rank percentiles of durations in seconds, as milliseconds."""
    if not values:
        return Percentiles(0.0, 0.0)
    ordered = sorted(values)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 1)

    return Percentiles(at(0.50), at(0.99))


def measure(history: Iterable[AnyLine]) -> Times:
    """Both figures from one pass. An idea that was held is left out of ``delivery_ms``: a person decided."""
    first: dict[tuple[str, str], float] = {}
    acks: list[float] = []
    sent_at: dict[str, float] = {}
    seen: list[tuple[str, str, float]] = []
    person: dict[str, str] = {}
    for line in history:
        if isinstance(line, Invoke):
            command = _decode_sent(line.command)
            if command.t in ("submit_idea", "submit_reply"):
                first.setdefault((line.c, command.client_id), line.at)
        elif isinstance(line, Ok) and (line.c, line.ref) in first:
            ack = _decode_ack(line.ack)
            acks.append(line.at - first[line.c, line.ref])
            if ack.idea and ack.status == Status.PUBLISHED:
                sent_at[ack.idea] = first[line.c, line.ref]
        elif isinstance(line, Joined):
            person[line.c] = line.participant
        elif isinstance(line, Received) and b'"batch"' in bytes(line.frame):
            seen += _first_views(line, person)
    deliveries = [at - sent_at[idea] for idea, _, at in seen if idea in sent_at]
    return Times(percentiles(acks), percentiles(deliveries))


def _first_views(line: Received, person: dict[str, str]) -> list[tuple[str, str, float]]:
    """The ideas of others that a batch shows for the first time."""
    me = person.get(line.c, "")
    return [
        (event.idea.id, line.c, line.at)
        for event in _decode_batch(line.frame).events
        if event.kind == "idea_published" and event.idea and event.idea.author != me
    ]


def ever_held(export: Export) -> int:
    """How many ideas and replies waited for a moderator at some time."""
    held = {e.subject_id for e in export.events if e.data.get("status") == Status.PENDING and e.subject_id}
    return len(held & export.ideas.keys())


def published(export: Export) -> int:
    """How many ideas and replies everyone can read at the end."""
    return sum(1 for idea in export.ideas.values() if idea.status is Status.PUBLISHED)


def undecided(export: Export) -> int:
    """How many ideas and replies still wait for a moderator at the end."""
    return sum(1 for idea in export.ideas.values() if idea.status is Status.PENDING)


def bell_to_report(export: Export) -> float | None:
    """Seconds from the bell that ended the last writing phase to the first report, by the server's clock."""
    bell = bell_at(export.jam)
    report = next((e.at for e in export.events if e.kind == "report_published"), None)
    return round((report - bell) / 1000, 3) if bell is not None and report is not None else None
