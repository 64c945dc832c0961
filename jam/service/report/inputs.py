"""Everything an outcome report is computed from, read at one position of the jam's log.

The store fills a ``ReportInputs`` in one consistent read; from there on the report is a pure function
(``build_report``). Texts are in here only where everyone may read them now: an idea that is pending,
returned, hidden, withdrawn or erased arrives with its fate and without its words (guarantee G10).
The order of the tuples carries no meaning, save for ``ThemeInput.representatives``.
"""

import hashlib
from typing import Any, TypeVar

import msgspec

from jam.domain.chain import canonical_json
from jam.domain.jam_settings import PhaseSlot, Settings
from jam.domain.names import Audience, Role, Status
from jam.domain.records import Millis
from jam.service.report.theme_picture import MapPlaces


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what goes in."""


class JamInput(Input, frozen=True, kw_only=True):
    """The jam. ``phases`` as on record: a slot with ``closed_seq`` has ended, later times are planned.

    ``organisation`` is who asks, empty when unknown; ``zone`` the IANA name, such as Europe/London, of the
    zone in which its people live: times are printed in it, and in UTC beside it.
    """

    id: str
    title: str
    phases: tuple[PhaseSlot, ...]
    phase_index: int
    created_at: Millis
    zone: str
    settings: Settings = Settings()
    organisation: str = ""


class ForumInput(Input, frozen=True, kw_only=True):
    """A standing question; ``position`` orders the forums of a jam."""

    id: str
    title: str
    question: str
    position: int = 1


class IdeaInput(Input, frozen=True, kw_only=True):
    """An idea, or a reply where ``reply_to`` is set; every one ever taken, whatever became of it.

    ``seq`` is the place in the order of arrival. ``published`` is the log position at which everyone
    first saw it; without it nobody but its author and the staff knows of it, and the report only counts
    it. ``text``, ``tags`` and ``handle`` stay empty unless ``status`` is published. ``rule`` is the rule
    of the decision in force. ``anonymous``: its author is counted, and named nowhere. ``official``: an answer
    of those who run the jam.
    """

    id: str
    forum: str
    author: str
    audience: Audience
    status: Status
    at: Millis
    seq: int
    role: Role = Role.PARTICIPANT
    reply_to: str | None = None
    handle: str | None = None
    anonymous: bool = False
    text: str | None = None
    tags: tuple[str, ...] = ()
    lang: str = "en"
    published: int | None = None
    edits: int = 0
    rule: str | None = None
    official: bool = False


class PeopleInput(Input, frozen=True, kw_only=True):
    """How many people of one kind came in. ``identity_level`` 0: nobody checked who they are."""

    audience: Audience
    role: Role
    count: int
    identity_level: int = 0


class DecisionInput(Input, frozen=True, kw_only=True):
    """One moderation decision: approve, return, hide or undo. Who took it is not in the report."""

    idea: str
    decision: str
    at: Millis
    rule: str | None = None


class EventInput(Input, frozen=True, kw_only=True):
    """One event of the log that concerns an idea; ``status`` is where the idea stood after it.

    From these the report knows how things stood at the bell and when the ideas were grouped.
    """

    seq: int
    at: Millis
    kind: str
    subject: str
    status: Status


class PartInput(Input, frozen=True, kw_only=True):
    """A part of a theme; without a name where it may not be shown."""

    name: str | None
    members: tuple[str, ...]


class ThemeInput(Input, frozen=True, kw_only=True):
    """One theme as stored. ``members`` are the ids of all its ideas; replies are never members.

    ``headline`` is the most central idea, ``representatives`` the ids of two or three examples, best
    first. ``named_by`` is ``machine`` unless a person gave the name. ``said_by`` has for each phrase of the
    name the ideas that say it, in any form of its words ("enforce" for "Enforcing"); empty where not known.
    """

    id: str
    name: str
    said_by: tuple[tuple[str, ...], ...] = ()
    members: tuple[str, ...]
    headline: str | None = None
    representatives: tuple[str, ...] = ()
    named_by: str = "machine"
    parts: tuple[PartInput, ...] = ()


class DescentInput(Input, frozen=True, kw_only=True):
    """What became of a theme: ``how`` as the theme library says it, ``others`` the themes concerned.

    ``by`` is ``person`` where somebody asked for it. The order of these lines carries meaning.
    """

    theme: str
    how: str
    others: tuple[str, ...] = ()
    name: str = ""
    by: str = "machine"


class UnreadInput(Input, frozen=True, kw_only=True):
    """Ideas in a language that the model cannot read."""

    lang: str
    ideas: tuple[str, ...]


class ThemeMapInput(Input, frozen=True, kw_only=True):
    """A stored theme map, or the finding that there were too few ideas to group (``too_few``).

    ``at_seq`` is the log position at which the ideas were read; ``one_of_a_kind`` and ``duplicates``
    (groups of ideas that say the same) are ids; ``places`` is where everything stands on the picture. The
    rest says how the map was made.
    """

    version: int
    at_seq: int
    too_few: bool = False
    final: bool = True
    fell_back: bool = False
    themes: tuple[ThemeInput, ...] = ()
    not_ideas: tuple[str, ...] = ()
    unread: tuple[UnreadInput, ...] = ()
    lineage: tuple[DescentInput, ...] = ()
    corrections: tuple[tuple[str, int], ...] = ()
    suggestions: tuple[tuple[str, int], ...] = ()
    one_of_a_kind: tuple[str, ...] = ()
    duplicates: tuple[tuple[str, ...], ...] = ()
    places: MapPlaces | None = None
    model: str = ""
    model_sha256: str = ""
    versions: dict[str, str] = {}
    parameters: dict[str, Any] = {}
    inputs_sha256: str = ""


class ReportInputs(Input, frozen=True, kw_only=True):
    """All of it. ``at_seq`` and ``audit_head`` are the log's end in the read that filled this.

    ``version`` numbers the report's versions; ``flags`` counts people's reports to the moderators;
    ``theme_map`` is missing while there is none.
    """

    version: int
    at_seq: int
    audit_head: str
    product_version: str
    jam: JamInput
    forums: tuple[ForumInput, ...] = ()
    ideas: tuple[IdeaInput, ...] = ()
    people: tuple[PeopleInput, ...] = ()
    decisions: tuple[DecisionInput, ...] = ()
    events: tuple[EventInput, ...] = ()
    flags: int = 0
    theme_map: ThemeMapInput | None = None


T = TypeVar("T")


def canonical(inputs: ReportInputs) -> ReportInputs:
    """The same inputs in the one order that the report is computed in: reading order has no say."""
    return msgspec.structs.replace(
        inputs,
        forums=tuple(sorted(inputs.forums, key=lambda f: (f.position, f.id))),
        ideas=tuple(sorted(inputs.ideas, key=lambda i: (i.seq, i.id))),
        people=_sorted(inputs.people),
        decisions=_sorted(inputs.decisions),
        events=tuple(sorted(inputs.events, key=lambda e: (e.seq, e.subject))),
        theme_map=_canonical_map(inputs.theme_map),
    )


def inputs_digest(inputs: ReportInputs) -> str:
    """SHA-256 over the canonical JSON of the canonical inputs, in hexadecimal."""
    return hashlib.sha256(canonical_json(canonical(inputs))).hexdigest()


def _canonical_map(theme_map: ThemeMapInput | None) -> ThemeMapInput | None:
    if theme_map is None:
        return None
    themes = [
        msgspec.structs.replace(theme, members=tuple(sorted(theme.members))) for theme in theme_map.themes
    ]
    return msgspec.structs.replace(
        theme_map,
        themes=tuple(sorted(themes, key=lambda theme: theme.id)),
        not_ideas=tuple(sorted(theme_map.not_ideas)),
        unread=_sorted(theme_map.unread),
        corrections=tuple(sorted(theme_map.corrections)),
        suggestions=tuple(sorted(theme_map.suggestions)),
        one_of_a_kind=tuple(sorted(theme_map.one_of_a_kind)),
        duplicates=tuple(sorted(tuple(sorted(group)) for group in theme_map.duplicates)),
    )


def _sorted(rows: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(sorted(rows, key=canonical_json))
