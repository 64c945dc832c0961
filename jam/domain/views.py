"""What a viewer may see of a record: the shapes that leave the server, on every path.

``jam.domain.visibility.project`` makes them and nothing else does; socket, snapshot, pages, report
and exports carry these structs and never a record. A field that is ``None`` or at its default is
left out of the JSON.
"""

import msgspec

from jam.domain.jam_settings import JoinQuestion
from jam.domain.names import Anonymity, Audience, Phase, Policy, Role, Status
from jam.domain.records import Millis


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever looks: one person's place in one jam. ``participant_id`` is empty for nobody in particular."""

    org_id: str
    jam_id: str
    participant_id: str
    role: Role


class View(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of everything that goes out."""


class SlotView(View, frozen=True, kw_only=True):
    """One phase of the schedule. ``minutes`` planned; ``starts_at``, ``ends_at`` in ms, when known."""

    phase: Phase
    minutes: float | None = None
    starts_at: Millis | None = None
    ends_at: Millis | None = None


class JamView(View, frozen=True, kw_only=True):
    """The jam itself. Replace the old one when ``version`` is not lower. ``zone``: where its people are.

    ``themes_shown``: everyone may see the themes while the jam runs, not the staff alone.
    """

    id: str
    version: int
    title: str
    phases: list[SlotView]
    phase_index: int
    policy: Policy
    text_limit: int
    lang: str
    paused_at: Millis | None = None
    build_takes_ideas: bool = False
    code: str | None = None
    zone: str = "UTC"
    anonymity: Anonymity = Anonymity.HANDLE
    themes_shown: bool = False


class ForumView(View, frozen=True, kw_only=True):
    """A standing question. ``open`` says whether it takes ideas, ``host`` who looks after it."""

    id: str
    version: int
    title: str
    question: str
    position: int
    open: bool
    host: str | None = None


class ProposalView(View, frozen=True, kw_only=True):
    """A question that a participant proposed (staff only). ``forum``: the forum that was opened from it.

    In an anonymous jam ``author`` and ``handle`` are missing.
    """

    id: str
    version: int
    text: str
    at: Millis
    author: str = ""
    handle: str | None = None
    forum: str | None = None


class IdeaView(View, frozen=True, kw_only=True):
    """An idea, or a reply where ``reply_to`` is set.

    ``text`` and ``tags`` are missing where the viewer may not read them: show a mark in its place
    that names the ``status``. ``published`` is the place in everyone's order and never changes;
    it is missing while only the author and the staff know of the idea. ``seq`` is the place in the
    order of arrival. ``edits`` above 0: its history can be read. Staff also get ``held_for`` and
    ``held_at`` (since when it waits for a check) and ``decided_by`` (a handle); author and staff get
    ``rule`` and ``note`` of a decision. In an anonymous jam ``author`` and ``handle`` are missing for
    everyone but the author. ``official``: an answer of those
    who run the jam; show its badge apart from the text.
    """

    id: str
    version: int
    forum: str
    status: Status
    seq: int
    at: Millis
    author: str = ""
    handle: str | None = None
    audience: Audience | None = None
    role: Role | None = None
    reply_to: str | None = None
    published: int | None = None
    text: str | None = None
    tags: list[str] = []
    lang: str = "en"
    edits: int = 0
    rule: str | None = None
    note: str | None = None
    held_for: str | None = None
    held_at: Millis | None = None
    decided_by: str | None = None
    official: bool = False


class ParticipantView(View, frozen=True, kw_only=True):
    """A person in the jam, as staff see them."""

    id: str
    handle: str | None
    role: Role
    audience: Audience


class FlagsView(View, frozen=True, kw_only=True):
    """How many people reported one idea (staff only)."""

    idea: str
    count: int


class ThemeHead(View, frozen=True, kw_only=True):
    """What is read first of a theme, where it differs from the stored map: something in it went out of sight.

    ``headline`` and ``representatives`` are ids of ideas; ``gone`` are the members that nobody may read
    now. A theme of ``size`` 0 is shown no more.
    """

    id: str
    name: str
    size: int
    headline: str | None = None
    representatives: list[str] = []
    gone: list[str] = []


class ThemesView(View, frozen=True, kw_only=True):
    """Which theme map is the current one, as it is shown now.

    GET ``/api/jams/{jam}/themes/{mark}`` for the whole: ``mark`` is new with every version, and whenever
    something in the map goes out of sight or comes back; ``changed`` says then what is read of the themes
    concerned. ``provisional``: made while the jam goes on. ``corrections_seq``: the last correction in it.
    """

    version: int
    themes: int
    one_of_a_kind: int
    mark: str = ""
    provisional: bool = False
    fell_back: bool = False
    corrections_seq: int = 0
    changed: list[ThemeHead] = []


class PlacedView(View, frozen=True, kw_only=True):
    """Ideas that came after the theme map of ``version``: by id, the theme that each was put beside."""

    version: int
    places: dict[str, str]


class CorrectionView(View, frozen=True, kw_only=True):
    """What somebody changed in the themes (staff only).

    ``do``: merge, split, rename, move, pin, unpin, apart, not_idea, is_idea, accept, refuse, undo.
    ``themes`` and ``ideas`` are those that it concerns; ``by`` is a handle; ``name`` the name that was given;
    ``into`` the theme that took the others or the ideas in; ``undoes`` the correction that it takes back;
    ``undone``: it was taken back. ``skipped``: it changed nothing, because it no longer fitted when its turn
    came, and why: ``theme_gone``, ``ideas_gone``, ``name_taken``, ``kept_apart``, ``suggestion_gone``,
    ``built_on`` (an undo on which something later builds), or another code for what cannot be followed.
    """

    id: str
    seq: int
    do: str
    at: Millis
    themes: list[str] = []
    ideas: list[str] = []
    by: str | None = None
    name: str | None = None
    into: str | None = None
    undoes: str | None = None
    undone: bool = False
    skipped: str | None = None


class ReportView(View, frozen=True, kw_only=True):
    """Which report version is the current one."""

    version: int


class TotalsView(msgspec.Struct, frozen=True, kw_only=True):
    """What everyone may know of the numbers: people who came in, ideas and replies shown. Never support."""

    people: int
    ideas: int
    replies: int


class EventView(View, frozen=True, kw_only=True):
    """One event as one viewer gets it: the kind and the changed thing, whole."""

    seq: int
    kind: str
    at: Millis
    jam: JamView | None = None
    forum: ForumView | None = None
    idea: IdeaView | None = None
    participant: ParticipantView | None = None
    flags: FlagsView | None = None
    themes: ThemesView | None = None
    report: ReportView | None = None
    proposal: ProposalView | None = None
    placed: PlacedView | None = None
    correction: CorrectionView | None = None


class EntryView(View, frozen=True, kw_only=True):
    """What a person reads at the door, before they join."""

    jam: JamView
    forums: list[ForumView]
    house_rules: str = ""
    privacy_notice: str = ""
    join_questions: list[JoinQuestion] = []


class AnswersView(View, frozen=True, kw_only=True):
    """One person's answers to the join questions, by the question's id (administrators, records officers)."""

    participant: str
    answers: dict[str, str]
