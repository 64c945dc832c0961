"""What an outcome report says, as data: every page, table and export is drawn from a ``Report``.

Made by ``build_report`` from one consistent read; ``docs/report.md`` documents the same fields as the
JSON that readers get. Times are aware datetimes in UTC. Nothing in here may be withheld from the
public: ideas that nobody was ever shown are counted and not named.
"""

from datetime import datetime
from typing import Any

import msgspec

from jam.domain.names import Phase, Policy, Role, Status
from jam.service.report.theme_picture import Picture

SCHEMA = "jam-report/1"
NOTICE = "This is not a ballot, and those who took part are not a representative sample."


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every part of a report."""


class Figure(Part, frozen=True, kw_only=True):
    """A number and the ideas it counts. ``ids`` is shorter than ``count`` by those never shown."""

    count: int
    ids: tuple[str, ...] = ()


class PeopleGroup(Part, frozen=True, kw_only=True):
    """One group of people: ``citizen`` and ``staff`` took part, ``team`` ran the jam (all other roles).

    ``wrote`` counts those who sent at least one idea or reply, whatever became of it; ``ideas`` and
    ``replies`` can be read.
    """

    group: str
    came: int
    wrote: int
    ideas: Figure
    replies: Figure


class RoleCount(Part, frozen=True, kw_only=True):
    """How many people came in with one role."""

    role: Role
    count: int


class IdentityCount(Part, frozen=True, kw_only=True):
    """How many of those who took part were known how well; level 0: not checked at all."""

    level: int
    count: int


class People(Part, frozen=True, kw_only=True):
    """Who took part. ``came`` and ``wrote`` are without the team."""

    came: int
    wrote: int
    groups: tuple[PeopleGroup, ...]
    roles: tuple[RoleCount, ...]
    identity: tuple[IdentityCount, ...]


class Question(Part, frozen=True, kw_only=True):
    """A forum: its standing question and what can be read under it."""

    id: str
    title: str
    question: str
    ideas: Figure
    replies: Figure


class PhaseSpan(Part, frozen=True, kw_only=True):
    """One phase. ``state`` is ``ended`` (both times are real), ``running`` or ``planned``."""

    phase: Phase
    starts_at: datetime | None
    ends_at: datetime | None
    state: str


class ThemeGroup(Part, frozen=True, kw_only=True):
    """One group's part in a theme: how many ideas, by how many people."""

    group: str
    people: int
    ideas: Figure


class Duplicates(Part, frozen=True, kw_only=True):
    """Ideas that say the same, by how many people."""

    people: int
    ideas: Figure


class ThemePart(Part, frozen=True, kw_only=True):
    """A part of a theme that hangs together; without a name where it may not be shown."""

    name: str | None
    ideas: Figure


class Signal(Part, frozen=True, kw_only=True):
    """Something to know about a theme, in words; ``facts`` are the figures in them.

    ``kind``: emerging, one_sided, unanswered, no_costs or no_dissent.
    """

    kind: str
    words: str
    facts: dict[str, int | str] = {}


class Theme(Part, frozen=True, kw_only=True):
    """One theme in the ranking.

    ``voices`` orders the ranking: the people of the theme, where all who only sent the same text
    count as one. ``name`` is missing where the machine's name used words of an idea that cannot be
    read any more. ``headline`` and ``examples`` are ids of ideas that can be read.
    """

    rank: int
    id: str
    name: str | None
    named_by: str
    voices: int
    people: int
    ideas: Figure
    replies: Figure
    groups: tuple[ThemeGroup, ...]
    examples: tuple[str, ...]
    headline: str | None
    one_of_a_kind: Figure
    duplicates: tuple[Duplicates, ...]
    parts: tuple[ThemePart, ...] = ()
    signals: tuple[Signal, ...] = ()


class Unread(Part, frozen=True, kw_only=True):
    """Readable ideas in a language (ISO 639-1, or "und") that the model cannot read."""

    lang: str
    ideas: Figure


class Descent(Part, frozen=True, kw_only=True):
    """What became of a theme: ``how`` is merged, split, renamed, gone or back.

    ``others`` are the themes that it went into or that came out of it, ``name`` its name then, where it may
    be shown. ``by``: ``person`` where somebody asked for it, else ``machine``.
    """

    theme: str
    how: str
    others: tuple[str, ...]
    name: str
    by: str


class Counted(Part, frozen=True, kw_only=True):
    """How many of one kind."""

    kind: str
    count: int


class Grouping(Part, frozen=True, kw_only=True):
    """How the ideas were grouped. ``state`` is ``grouped``, ``too_few`` or ``none`` (no map yet).

    Every readable idea is in exactly one theme, in ``not_ideas`` (what says nothing, or was marked so by a
    person) or in ``ungrouped``; with themes, the latter became readable only after they were made.
    ``replies_apart`` answer an idea that is in no theme. ``fell_back``: the last themes of the running jam,
    because no final ones could be made. ``corrections`` are what persons changed, ``suggestions`` what the
    grouping proposed and nobody answered.
    """

    state: str
    themes: tuple[Theme, ...]
    ungrouped: Figure
    one_of_a_kind: Figure
    replies_apart: Figure
    not_ideas: Figure = Figure(count=0)
    fell_back: bool = False
    unread: tuple[Unread, ...] = ()
    lineage: tuple[Descent, ...] = ()
    corrections: tuple[Counted, ...] = ()
    suggestions: tuple[Counted, ...] = ()


class Interval(Part, frozen=True, kw_only=True):
    """What was sent from ``starts_at`` up to (not at) ``ends_at`` and can be read."""

    starts_at: datetime
    ends_at: datetime
    ideas: Figure
    replies: Figure


class Timeline(Part, frozen=True, kw_only=True):
    """When the readable ideas and replies were sent, in steps of ``step_s`` seconds."""

    step_s: int
    intervals: tuple[Interval, ...]


class Standing(Part, frozen=True, kw_only=True):
    """How many ideas and replies stand at one status."""

    status: Status
    ideas: Figure
    replies: Figure


class RuleCount(Part, frozen=True, kw_only=True):
    """How many decisions of one kind named one rule, and how many texts stand so by it now.

    The rule is public for a text that everyone was shown and that was hidden: these carry their ids.
    Why a text was returned is between its author and the moderators.
    """

    decision: str
    rule: str | None
    decisions: int
    in_force: Figure


class Moderation(Part, frozen=True, kw_only=True):
    """What was checked and why. ``held`` texts waited for a check before anyone saw them.

    ``pending_at_bell`` is missing while texts are still being taken.
    """

    policy: Policy
    held: int
    flags: int
    standing: tuple[Standing, ...]
    rules: tuple[RuleCount, ...]
    pending_at_bell: int | None
    pending_now: int


class Limit(Part, frozen=True, kw_only=True):
    """One thing that this report cannot tell; ``count`` is the number its sentence names."""

    code: str
    count: int = 0


class Method(Part, frozen=True, kw_only=True):
    """How the report was made, for whoever wants to check it."""

    product_version: str
    at_seq: int
    audit_head: str
    inputs_sha256: str
    theme_map_version: int | None = None
    theme_map_at_seq: int | None = None
    theme_map_inputs_sha256: str = ""
    model: str = ""
    model_sha256: str = ""
    versions: dict[str, str] = {}
    parameters: dict[str, Any] = {}


class IdeaLine(Part, frozen=True, kw_only=True):
    """An idea or reply that everyone was shown, in the order of ``number``.

    ``text``, ``tags`` and ``handle`` are empty unless ``status`` is published, ``author`` and ``handle``
    also where it was sent anonymously. ``theme`` is set for
    ideas in a theme, never for replies. ``reply_to`` is always an idea, never another reply.
    ``rule`` says why a hidden one was hidden.
    """

    number: int
    id: str
    forum: str
    author: str
    group: str
    status: Status
    at: datetime
    lang: str
    edits: int
    reply_to: str | None = None
    handle: str | None = None
    text: str | None = None
    tags: tuple[str, ...] = ()
    rule: str | None = None
    theme: str | None = None
    one_of_a_kind: bool = False


class Report(Part, frozen=True, kw_only=True):
    """The whole of it."""

    schema: str
    notice: str
    version: int
    jam: str
    title: str
    organisation: str
    zone: str
    questions: tuple[Question, ...]
    phases: tuple[PhaseSpan, ...]
    people: People
    ideas: Figure
    replies: Figure
    grouping: Grouping
    picture: Picture | None
    timeline: Timeline
    moderation: Moderation
    limits: tuple[Limit, ...]
    method: Method
    lines: tuple[IdeaLine, ...]
