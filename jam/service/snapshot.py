"""The snapshot: a jam's whole state as one viewer may see it, at one log position.

Everything is read in one transaction together with the position (guarantee G6), so a client that takes
it over and then applies what comes after that position misses nothing and gets nothing twice.
"""

import msgspec
from sqlalchemy import Select, and_, func, literal, select, union
from sqlalchemy.engine import Connection

from jam.domain.names import Status
from jam.domain.records import Content, Event, Flag, Forum, Idea, Jam, Participant, Proposal, Receipt
from jam.domain.views import (
    CorrectionView,
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
    Viewer,
)
from jam.domain.visibility import (
    PRIVILEGED_ROLES,
    is_privileged,
    jam_view,
    participant_view,
    project_idea,
)
from jam.store.log import forum_views, position, proposal_views
from jam.store.rows import TABLES, fetch, record
from jam.store.sightings import present_ideas, sighting, texts
from jam.store.tables import ReportTable
from jam.store.theme_reading import Maps, ThemeReader

_IDEA = TABLES[Idea]
Ids = Select[tuple[str]]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What one viewer sees at log position ``cursor``; ``ideas`` in no particular order."""

    cursor: int
    epoch: str
    jam: JamView
    totals: TotalsView
    forums: list[ForumView]
    ideas: list[IdeaView]
    flags: list[FlagsView]
    people: list[ParticipantView]
    proposals: list[ProposalView]
    themes: ThemesView | None
    placed: PlacedView | None
    corrections: list[CorrectionView]
    report: ReportView | None
    older: bool


def read_state(connection: Connection, viewer: Viewer, window: int, maps: Maps | None = None) -> State | None:
    """The state for ``viewer`` with the ``window`` newest shown ideas; ``None`` if there is no such jam.

    It holds those ideas with all their replies, everything of the viewer's own, and for staff what is
    pending or flagged. Whatever else is older is paged (``older_ideas``).
    """
    found = fetch(connection, Jam, TABLES[Jam].c.id == viewer.jam_id)
    if not found:
        return None
    jam = found[0]
    staff = viewer.role in PRIVILEGED_ROLES
    newest = _newest(connection, jam.id, window + 1)
    lowest = newest[window - 1] if len(newest) >= window else 0
    themes = ThemeReader(connection, jam, maps)
    seen = themes.seen(placed=True)
    return State(
        cursor=jam.last_seq,
        epoch=jam.epoch,
        jam=jam_view(jam, texts(connection, [jam.title_id]).get(jam.title_id) or "–", jam.code),
        totals=TotalsView(people=jam.people, ideas=jam.ideas, replies=jam.replies),
        forums=read_forums(connection, jam.id),
        ideas=_ideas(connection, viewer, lowest, staff),
        flags=_flags(connection, jam.id) if staff else [],
        people=_people(connection, jam.id) if staff else [],
        proposals=_proposals(connection, jam.id) if staff else [],
        themes=seen.staff if staff else seen.public,
        placed=seen.staff_placed if staff else seen.public_placed,
        corrections=themes.pending() if staff else [],
        report=current_report(connection, jam.id),
        older=len(newest) > window,
    )


def _newest(connection: Connection, jam_id: str, limit: int, before: int | None = None) -> list[int]:
    query = select(_IDEA.c.published_seq).where(
        _IDEA.c.jam_id == jam_id, _IDEA.c.reply_to.is_(None), _IDEA.c.published_seq.is_not(None)
    )
    if before is not None:
        query = query.where(_IDEA.c.published_seq < before)
    return list(connection.execute(query.order_by(_IDEA.c.published_seq.desc()).limit(limit)).scalars())


def _in_window(jam_id: str, lowest: int, below: int | None = None) -> list[Ids]:
    """Ideas shown from position ``lowest`` on (and before ``below``), and shown replies to such ideas."""
    reply = _IDEA.alias("reply")
    place = _IDEA.c.published_seq
    within = and_(_IDEA.c.jam_id == jam_id, _IDEA.c.reply_to.is_(None), place >= lowest)
    if below is not None:
        within = and_(within, place < below)
    answers = select(reply.c.id).join(_IDEA, _IDEA.c.id == reply.c.reply_to)
    return [select(_IDEA.c.id).where(within), answers.where(within, reply.c.published_seq.is_not(None))]


def _written_by(viewer: Viewer) -> Ids:
    """What somebody wrote, found by way of their receipts, which lie side by side."""
    receipt = TABLES[Receipt].c
    sent = select(_IDEA.c.id).join(TABLES[Receipt], receipt.idea_id == _IDEA.c.id)
    who = viewer.participant_id
    return sent.where(receipt.participant_id == who, _IDEA.c.author_id == who)


def _ideas(connection: Connection, viewer: Viewer, lowest: int, staff: bool) -> list[IdeaView]:
    wanted = _in_window(viewer.jam_id, lowest)
    if viewer.participant_id:
        wanted.append(_written_by(viewer))
    if staff:
        flag = TABLES[Flag].c
        pending = and_(
            _IDEA.c.jam_id == viewer.jam_id, _IDEA.c.status == literal(Status.PENDING, literal_execute=True)
        )
        wanted += [
            select(_IDEA.c.id).where(pending),
            select(flag.idea_id).where(flag.jam_id == viewer.jam_id),
        ]
    return _views(connection, wanted, viewer)


def _views(connection: Connection, wanted: list[Ids], viewer: Viewer) -> list[IdeaView]:
    """Those ideas as the viewer may see them, without those they may not know of.

    The ids are gathered first, each kind by its own index: as alternatives in one condition they would make
    the database read the whole jam.
    """
    found = connection.execute(present_ideas(_IDEA.c.id.in_(union(*wanted)))).mappings()
    views = (project_idea(sighting(dict(row)), viewer) for row in found)
    return [view for view in views if view is not None]


def read_own_ideas(connection: Connection, viewer: Viewer) -> list[IdeaView]:
    """Everything that the viewer ever wrote in the jam, as its author sees it."""
    return _views(connection, [_written_by(viewer)], viewer)


def older_ideas(
    connection: Connection, viewer: Viewer, before: int, limit: int
) -> tuple[list[IdeaView], bool, int]:
    """The ``limit`` newest ideas shown before position ``before``, with replies, newest first.

    Also whether older ones exist, and the log position of the read.
    """
    found = position(connection, viewer.jam_id)
    cursor = found[0] if found else 0
    places = _newest(connection, viewer.jam_id, limit + 1, before)
    if not places:
        return [], False, cursor
    lowest = places[:limit][-1]
    shown = _views(connection, _in_window(viewer.jam_id, lowest, before), viewer)
    return sorted(shown, key=lambda view: view.published or 0, reverse=True), len(places) > limit, cursor


def some_ideas(connection: Connection, viewer: Viewer, ids: list[str]) -> tuple[list[IdeaView], bool, int]:
    """The same for ideas and replies by their ids: what is not there, or not to be known of, is left out."""
    found = position(connection, viewer.jam_id)
    wanted = select(_IDEA.c.id).where(_IDEA.c.jam_id == viewer.jam_id, _IDEA.c.id.in_(ids))
    return _views(connection, [wanted], viewer), False, found[0] if found else 0


class VersionView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One version of an idea's text; ``at`` in ms."""

    version: int
    at: int
    text: str | None = None


def idea_history(connection: Connection, viewer: Viewer, idea_id: str) -> list[VersionView] | None:
    """The texts that an idea has had, oldest first; ``None`` if the viewer may not read the idea.

    Others than its author and the staff get only the texts that everyone was meant to read.
    """
    mine = _IDEA.c.jam_id == viewer.jam_id
    row = connection.execute(present_ideas(mine, _IDEA.c.id == idea_id)).mappings().one_or_none()
    view = project_idea(sighting(dict(row)), viewer) if row else None
    if row is None or view is None or view.text is None:
        return None
    table, event = TABLES[Content], TABLES[Event]
    query = (
        select(table.c.version, func.min(event.c.at).label("at"), table.c.value, table.c.shown)
        .join(event, event.c.text_id == table.c.id)
        .where(table.c.subject_id == idea_id, table.c.kind == "text", event.c.subject_id == idea_id)
        .group_by(table.c.version, table.c.value, table.c.shown)
        .order_by(table.c.version)
    )
    everything = is_privileged(viewer, row["i_author_id"])
    return [
        VersionView(version=one.version, at=one.at, text=one.value)
        for one in connection.execute(query)
        if one.shown or everything
    ]


def read_forums(connection: Connection, jam_id: str) -> list[ForumView]:
    """The jam's forums in their order."""
    forums = fetch(connection, Forum, TABLES[Forum].c.jam_id == jam_id, order_by=TABLES[Forum].c.position)
    return forum_views(connection, forums)


def _proposals(connection: Connection, jam_id: str) -> list[ProposalView]:
    table = TABLES[Proposal].c
    found = fetch(connection, Proposal, table.jam_id == jam_id, order_by=table.at)
    return proposal_views(connection, jam_id, found)


def _flags(connection: Connection, jam_id: str) -> list[FlagsView]:
    table = TABLES[Flag]
    query = select(table.c.idea_id, func.count()).where(table.c.jam_id == jam_id).group_by(table.c.idea_id)
    return [FlagsView(idea=found[0], count=found[1]) for found in connection.execute(query)]


def _people(connection: Connection, jam_id: str) -> list[ParticipantView]:
    person, handle = TABLES[Participant], TABLES[Content]
    query = (
        select(person, handle.c.value.label("handle"))
        .outerjoin(handle, handle.c.id == person.c.handle_id)
        .where(person.c.jam_id == jam_id)
        .order_by(person.c.joined_at, person.c.id)
    )
    found = connection.execute(query).mappings()
    return [participant_view(record(Participant, dict(one)), one["handle"]) for one in found]


def current_report(connection: Connection, jam_id: str) -> ReportView | None:
    """Which report version is current."""
    table = ReportTable.__table__  # type: ignore[attr-defined]
    version = connection.execute(select(func.max(table.c.version)).where(table.c.jam_id == jam_id)).scalar()
    return ReportView(version=version) if version else None
