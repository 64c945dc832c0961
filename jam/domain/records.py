"""What a jam consists of, one frozen record for each kind of row.

Rows are the truth; events are dated notices about rows. ``decide`` reads records and answers with
changed copies; ``jam.store`` writes them to the table of the same fields (a test compares the two).
Every record carries its organisation and its jam, so that no query can cross either by mistake.
Times are whole milliseconds since 1970 in UTC (``Millis``).
"""

from typing import Any

import msgspec

from jam.domain.jam_settings import PhaseSlot, Settings
from jam.domain.names import Audience, Phase, Role, Status

Millis = int
"""A moment: milliseconds since 1970-01-01T00:00Z."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A row. ``with_`` gives a changed copy."""

    def with_(self, **changes: Any) -> "Any":
        """A copy with the named fields replaced."""
        return msgspec.structs.replace(self, **changes)


class Jam(Record, frozen=True, kw_only=True):
    """One time-boxed session. ``version`` counts changes of schedule, pause and settings.

    ``zone`` is the IANA name of the zone in which its people read times; ``opens_at`` the moment for which
    its opening was planned. ``rules_id``, ``notice_id`` and ``questions_id`` name content: house rules,
    privacy notice, and the join questions as JSON.
    ``last_seq`` and ``head`` are the end of the log and of its hash chain; ``people``, ``ideas`` and
    ``replies`` are what everyone may know; ``submitted`` counts every text ever taken.
    """

    id: str
    org_id: str
    code: str
    epoch: str
    title_id: str
    created_at: Millis
    version: int = 1
    phase_index: int = 0
    phases: tuple[PhaseSlot, ...] = ()
    paused_at: Millis | None = None
    settings: Settings = Settings()
    last_seq: int = 0
    head: str = "00" * 32
    people: int = 0
    ideas: int = 0
    replies: int = 0
    submitted: int = 0
    next_bell_at: Millis | None = None
    zone: str = "UTC"
    opens_at: Millis | None = None
    rules_id: str | None = None
    notice_id: str | None = None
    questions_id: str | None = None
    themes_shown: bool = False

    @property
    def slot(self) -> PhaseSlot:
        """The phase that is running."""
        return self.phases[self.phase_index]

    @property
    def phase(self) -> Phase:
        """The name of the phase that is running."""
        return self.slot.phase


class Forum(Record, frozen=True, kw_only=True):
    """A standing question inside a jam. ``host_id`` names the content with its host's name;
    ``proposal_id`` the participant's question that it was opened from."""

    id: str
    org_id: str
    jam_id: str
    title_id: str
    question_id: str
    position: int
    open: bool = True
    version: int = 1
    host_id: str | None = None
    proposal_id: str | None = None


class Proposal(Record, frozen=True, kw_only=True):
    """A question that a participant would like to be asked; ``forum_id`` is the forum opened from it.

    ``anonymous`` as for an idea.
    """

    id: str
    org_id: str
    jam_id: str
    participant_id: str
    text_id: str
    at: Millis
    version: int = 1
    forum_id: str | None = None
    anonymous: bool = False


class Participant(Record, frozen=True, kw_only=True):
    """Somebody in a jam, staff included. Who they are outside it is in the identity table only.

    No two have the same ``handle_key`` (names that read the same) or ``look_key`` (that look the same).

    ``send_at``, ``change_at`` and ``calm_at`` are the moments from which the person's allowances for new
    texts, for changes, and before texts are held as a flood are full again (see ``limits``). ``recent``
    holds short marks of the last texts sent, to notice the same one again (see ``screens``).
    """

    id: str
    org_id: str
    jam_id: str
    handle_id: str
    handle_key: str
    role: Role
    audience: Audience
    joined_at: Millis
    capacity: str | None = None
    identity_level: int = 0
    provenance: str = "online"
    removed_at: Millis | None = None
    send_at: Millis = 0
    change_at: Millis = 0
    calm_at: Millis = 0
    recent: str = ""
    look_key: str = ""


class JoinAnswer(Record, frozen=True, kw_only=True):
    """What a person answered to a question of the join page; the words are content."""

    participant_id: str
    question: str
    org_id: str
    jam_id: str
    content_id: str


class Idea(Record, frozen=True, kw_only=True):
    """An idea, or a reply where ``reply_to`` names the idea it answers.

    ``version`` counts changes of text, tags and status, for compare-and-set. ``published_seq`` is the
    log position at which everyone first saw it and never changes; without it nobody but the author
    and the staff knows of it. ``held_at``: since when it waits for a check, or last did. ``official``: an
    answer of those who run the jam. ``anonymous``: it was sent under the promise that nobody learns from
    whom; fixed when it came in.
    """

    id: str
    org_id: str
    jam_id: str
    forum_id: str
    author_id: str
    reply_to: str | None
    text_id: str
    tags_id: str | None
    lang: str
    status: Status
    created_seq: int
    created_at: Millis
    version: int = 1
    published_seq: int | None = None
    edits: int = 0
    held_for: str | None = None
    held_at: Millis | None = None
    rule: str | None = None
    note_id: str | None = None
    decided_by: str | None = None
    status_before: Status | None = None
    official: bool = False
    anonymous: bool = False


class Content(Record, frozen=True, kw_only=True):
    """A piece of free text with its salt, apart from the log so that it can be erased.

    ``subject_id`` is what it belongs to, ``version`` the subject's version that it came with;
    ``shown`` says that everyone may read this very text while its idea is published; words that a
    moderator returned or hid lose it until they are approved again.
    """

    id: str
    org_id: str
    jam_id: str
    subject_id: str
    kind: str
    value: str | None
    salt: bytes | None
    digest: str
    version: int = 1
    shown: bool = False


class Flag(Record, frozen=True, kw_only=True):
    """One person's report of one idea to the moderators."""

    id: str
    org_id: str
    jam_id: str
    idea_id: str
    participant_id: str
    rule: str
    at: Millis


class ModerationDecision(Record, frozen=True, kw_only=True):
    """What somebody decided about an idea, and at which version of it; an undo is a decision too."""

    id: str
    org_id: str
    jam_id: str
    idea_id: str
    idea_version: int
    moderator_id: str
    decision: str
    status_before: Status
    status_after: Status
    rule: str | None
    note_id: str | None
    at: Millis


class CorrectedPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What leaves a theme in a split; ``name_id`` names the content with its name, if it was given one."""

    ideas: tuple[str, ...]
    name_id: str | None = None


class CorrectionBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a correction says, without any words: ``themes`` and ``ideas`` are all that it concerns.

    ``into``: the theme that takes others or ideas in. ``kind``: of the suggestion that was answered.
    ``undoes``: the correction that is taken back.
    """

    themes: tuple[str, ...] = ()
    ideas: tuple[str, ...] = ()
    into: str | None = None
    parts: tuple[CorrectedPart, ...] = ()
    name_id: str | None = None
    suggestion: str | None = None
    kind: str | None = None
    undoes: str | None = None


class ThemeCorrection(Record, frozen=True, kw_only=True):
    """What somebody changed in the themes, in the order of ``seq``; the maps are derived from these rows.

    ``undone_by`` is the correction that took this one back.
    """

    id: str
    org_id: str
    jam_id: str
    seq: int
    participant_id: str
    at: Millis
    do: str
    body: CorrectionBody
    undone_by: str | None = None


class ThemePlacing(Record, frozen=True, kw_only=True):
    """Where an idea was put that came after the theme map of ``version``; ``x`` and ``y`` in map units."""

    jam_id: str
    version: int
    idea_id: str
    org_id: str
    theme_id: str
    x: float
    y: float


class Receipt(Record, frozen=True, kw_only=True):
    """The answer given to a command that carried a client id: a retry gets the same (guarantee G2).

    ``idea_id`` is the idea that the command was about or made.
    """

    jam_id: str
    participant_id: str
    client_id: str
    idea_id: str | None = None
    answer: dict[str, Any]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a jam's log: what happened, to what, and who may get it. Never any free text.

    ``seq`` runs 1..n without a gap in commit order. ``text_id`` and ``tags_id`` name the content that
    readers join; ``data`` holds the chained facts (ids, numbers, closed words, digests).
    """

    jam_id: str
    seq: int
    at: Millis
    kind: str
    visibility: str
    actor_id: str
    subject_id: str | None
    text_id: str | None
    tags_id: str | None
    data: dict[str, Any]
    hash: str = ""

    def chained(self) -> tuple[Any, ...]:
        """The fields under the hash, in their fixed order."""
        return (
            self.jam_id,
            self.seq,
            self.at,
            self.kind,
            self.visibility,
            self.actor_id,
            self.subject_id,
            self.text_id,
            self.tags_id,
            self.data,
        )
