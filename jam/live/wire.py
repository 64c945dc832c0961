"""The words of the socket: every frame that a server sends, and what a client may send besides commands.

All frames are JSON objects in text frames with the field ``t``. ``docs/protocol.md`` is generated from
here and from ``jam.domain``; the close codes follow one rule: 4000-4499 reconnect, 4500 and up stop.
"""

from dataclasses import dataclass

import msgspec

from jam.domain.commands import PersonCommand
from jam.domain.names import Audience, Role
from jam.domain.records import Millis
from jam.domain.views import (
    CorrectionView,
    EventView,
    FlagsView,
    ForumView,
    IdeaView,
    JamView,
    ParticipantView,
    PlacedView,
    ProposalView,
    ReportView,
    ThemesView,
    TotalsView,
    View,
)

VERSIONS = (1,)
HELLO_SECONDS = 10.0
HEARTBEAT_SECONDS = 25.0
SILENCE_SECONDS = 45.0
MAX_IN_FLIGHT = 16
FRAMES_AT_ONCE = 300
FRAMES_PER_SECOND = 30.0
"""How fast one socket is read: faster senders are not refused, they wait, as behind a slow line."""
SNAPSHOT_IDEAS = 200
"""How many of the newest shown ideas a snapshot carries (with all their replies); older ones are paged."""


class Hello(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="hello", forbid_unknown_fields=True
):
    """First frame of a client, within 10 seconds. ``cursor`` and ``epoch`` as last seen, to resume."""

    version: int
    cursor: int | None = None
    epoch: str | None = None


class Beat(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="beat", forbid_unknown_fields=True):
    """The client's answer to a heartbeat. 45 seconds without any frame close the socket."""


Incoming = Hello | Beat | PersonCommand


class Me(View, frozen=True, kw_only=True):
    """Who the server takes the client for."""

    id: str
    role: Role
    handle: str
    audience: Audience


class Welcome(View, frozen=True, kw_only=True, tag_field="t", tag="welcome"):
    """Answer to ``hello``. ``resumed``: batches follow from the client's cursor; else a snapshot follows."""

    version: int
    epoch: str
    head: int
    now: Millis
    resumed: bool
    me: Me


class Snapshot(View, frozen=True, kw_only=True, tag_field="t", tag="snapshot"):
    """The whole state at ``cursor`` in ``parts`` frames; take it over when the last part is there.

    Part 1 carries everything but what does not fit of ``ideas``. ``older`` says that there are ideas
    before these: GET ``/api/jams/{jam}/ideas?before={lowest published}``. ``corrections`` (staff): those
    that the current theme map does not hold yet.
    """

    cursor: int
    part: int
    parts: int
    jam: JamView | None = None
    totals: TotalsView | None = None
    forums: list[ForumView] = []
    ideas: list[IdeaView] = []
    flags: list[FlagsView] = []
    people: list[ParticipantView] = []
    proposals: list[ProposalView] = []
    themes: ThemesView | None = None
    report: ReportView | None = None
    placed: PlacedView | None = None
    corrections: list[CorrectionView] = []
    older: bool = False


class Batch(View, frozen=True, kw_only=True, tag_field="t", tag="batch"):
    """What came after ``after``, up to ``cursor``. Apply only if ``after`` is the client's cursor.

    Events that the viewer may not get are left out; the cursor moves over them all the same.
    """

    after: int
    cursor: int
    events: list[EventView] = []
    totals: TotalsView | None = None


class Ack(View, frozen=True, kw_only=True, tag_field="t", tag="ack"):
    """A command is done and on record. ``ref`` is its client id; ``replayed``: it was done before."""

    ref: str
    seq: int | None = None
    idea: str | None = None
    status: str | None = None
    version: int | None = None
    forum: str | None = None
    proposal: str | None = None
    correction: str | None = None
    replayed: bool = False


class ErrorFrame(View, frozen=True, kw_only=True, tag_field="t", tag="error"):
    """A refusal. ``ref`` is the client id where there was one; ``retry``: the same may succeed later."""

    code: str
    msg: str
    ref: str | None = None
    retry: bool = False
    retry_after: float | None = None
    facts: dict[str, str | int | float | None] = {}


class Heartbeat(View, frozen=True, kw_only=True, tag_field="t", tag="heartbeat"):
    """Every 25 seconds: the server's clock (ms) and the end of the log. Answer with ``beat``."""

    now: Millis
    head: int


class PresenceFrame(View, frozen=True, kw_only=True, tag_field="t", tag="presence"):
    """How many people have the jam open now."""

    online: int


class ProgressFrame(View, frozen=True, kw_only=True, tag_field="t", tag="progress"):
    """How far the themes or the report are: ``done`` of ``total`` in ``stage``. Not on record."""

    what: str
    stage: str
    done: int
    total: int


Outgoing = Welcome | Snapshot | Batch | Ack | ErrorFrame | Heartbeat | PresenceFrame | ProgressFrame


@dataclass(frozen=True, slots=True)
class CloseCode:
    """One reason why the server ends a socket."""

    code: int
    reason: str
    meaning: str


CLOSE_CODES = {
    c.reason: c
    for c in (
        CloseCode(4001, "slow", "You read too slowly for 60 seconds. Reconnect with your cursor."),
        CloseCode(4002, "silent", "Nothing was heard from you. Reconnect with your cursor."),
        CloseCode(4003, "resync", "Your cursor cannot be continued. Reconnect without it."),
        CloseCode(4004, "draining", "The server restarts. Reconnect after a short random wait."),
        CloseCode(4500, "protocol", "You broke the protocol. Do not reconnect."),
        CloseCode(4501, "signed_out", "You signed out. Sign in again."),
        CloseCode(4503, "removed", "You were removed from the jam."),
        CloseCode(4504, "jam_over", "The jam is gone."),
        CloseCode(4505, "too_many_sockets", "The jam is open in another window."),
    )
}

encode = msgspec.json.Encoder().encode
decode_incoming = msgspec.json.Decoder(Incoming).decode
