"""The log of a jam: append under the lock, read after a cursor with everything that readers join.

The log is thin; text is joined when read, in one query, so hiding or erasing an idea also cleans every
replay. ``read`` gives ``Seen`` events: nothing leaves the server before ``project`` has looked at them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.engine import Connection

from jam.domain.chain import link
from jam.domain.records import Event, Forum, Jam, Millis, ModerationDecision, Participant, Proposal
from jam.domain.views import ForumView, JamView, ParticipantView, PlacedView, ProposalView, TotalsView
from jam.domain.visibility import (
    Seen,
    Sighting,
    ThemesSeen,
    forum_view,
    jam_view,
    participant_view,
    proposal_view,
)
from jam.store.outcomes import REGROUPS
from jam.store.rows import TABLES, columns_of, fetch, fetch_ids, put_new, record, records
from jam.store.sightings import SIGHTING_COLUMNS, joined_to_event, sighting_of_event, texts
from jam.store.statements import compiled
from jam.store.theme_reading import Maps, ThemeReader

_EVENT = TABLES[Event]
_JAM = TABLES[Jam]
_THEMES = frozenset({"themes_published", "themes_shown", "themes_corrected", "ideas_placed"})
_LABELS = [column.key for column in SIGHTING_COLUMNS]
_EVENT_LABELS = [(name, f"e_{name}") for name in Event.__struct_fields__]
PAGE = 1000
CLEANS = frozenset(REGROUPS) - {"idea_published"}
"""The events about an idea that may change what is shown of a theme map; an approval may, after them."""


def append(connection: Connection, head: str, events: Sequence[Event]) -> str:
    """Chain ``events`` onto ``head`` and write them; the new head, 64 hexadecimal digits.

    Must be called under the jam's lock, with events in the order of their ``seq``.
    """
    previous = bytes.fromhex(head)
    chained = []
    for event in events:
        previous = link(previous, event.chained())
        chained.append(msgspec.structs.replace(event, hash=previous.hex()))
    put_new(connection, Event, chained)
    return previous.hex()


def position(connection: Connection, jam_id: str) -> tuple[int, str] | None:
    """The log's end and the jam's epoch, or ``None`` if there is no such jam."""
    found = connection.execute(select(_JAM.c.last_seq, _JAM.c.epoch).where(_JAM.c.id == jam_id)).one_or_none()
    return (found[0], found[1]) if found else None


def read(
    connection: Connection, jam_id: str, after: int, limit: int = PAGE, maps: Maps | None = None
) -> tuple[list[Seen], TotalsView]:
    """Up to ``limit`` events after ``after`` in order, and the totals of the same moment.

    ``maps`` keeps decoded theme maps between two reads.
    """
    page = compiled(_page, connection.dialect).run(connection, jam_id=jam_id, after=after, most=limit)
    return _all_seen(connection, jam_id, page.all(), maps)


def read_about(
    connection: Connection, jam_id: str, subjects: Iterable[str], after: int, maps: Maps | None = None
) -> list[Seen]:
    """All events after ``after`` about some ideas and other subjects, as they must be shown now."""
    about = _events_of(jam_id).where(_EVENT.c.subject_id.in_(list(subjects)), _EVENT.c.seq > after)
    return _all_seen(connection, jam_id, connection.execute(about).all(), maps)[0]


def _page() -> Any:
    return _events_of(bindparam("jam_id")).where(_EVENT.c.seq > bindparam("after")).limit(bindparam("most"))


def _events_of(jam_id: Any) -> Any:
    query = select(*SIGHTING_COLUMNS).select_from(joined_to_event())
    return query.where(_EVENT.c.jam_id == jam_id).order_by(_EVENT.c.seq)


def _all_seen(
    connection: Connection, jam_id: str, found: Sequence[Row[Any]], maps: Maps | None
) -> tuple[list[Seen], TotalsView]:
    joins = [one for one in found if one.e_kind == "participant_joined"]
    context = _Context(connection, jam_id, joins, maps)
    return [_seen(one, context) for one in found], context.totals


def events(connection: Connection, jam_id: str) -> list[Event]:
    """The whole log, raw, for the records export and for verifying the chain."""
    return fetch(connection, Event, _EVENT.c.jam_id == jam_id, order_by=_EVENT.c.seq)


def _jam() -> Any:
    return select(*columns_of(Jam)).where(_JAM.c.id == bindparam("jam_id"))


class _Context:
    """What events about the jam, its forums and its people need, read once a page and only if asked."""

    def __init__(
        self, connection: Connection, jam_id: str, joins: Sequence[Row[Any]], maps: Maps | None
    ) -> None:
        self._connection = connection
        self.people = people(connection, jam_id, [one.e_subject_id for one in joins])
        (self.jam,) = records(Jam, compiled(_jam, connection.dialect).run(connection, jam_id=jam_id))
        self.totals = TotalsView(people=self.jam.people, ideas=self.jam.ideas, replies=self.jam.replies)
        self.themes = ThemeReader(connection, self.jam, maps)

    def jam_view(self) -> JamView:
        title = texts(self._connection, [self.jam.title_id]).get(self.jam.title_id) or "–"
        return jam_view(self.jam, title, self.jam.code)

    def forum_view(self, forum_id: str) -> ForumView:
        table = TABLES[Forum]
        forum = fetch(self._connection, Forum, table.c.jam_id == self.jam.id, table.c.id == forum_id)[0]
        return forum_views(self._connection, [forum])[0]

    def proposal_view(self, proposal_id: str) -> ProposalView:
        found = fetch_ids(self._connection, Proposal, self.jam.id, [proposal_id])
        return proposal_views(self._connection, self.jam.id, found.values())[0]


def forum_views(connection: Connection, forums: Sequence[Forum]) -> list[ForumView]:
    """Forums with their words, in the order given."""
    words = texts(connection, [i for f in forums for i in (f.title_id, f.question_id, f.host_id) if i])
    return [
        forum_view(
            f, words.get(f.title_id), words.get(f.question_id), words.get(f.host_id) if f.host_id else None
        )
        for f in forums
    ]


def proposal_views(connection: Connection, jam_id: str, proposals: Iterable[Proposal]) -> list[ProposalView]:
    """Proposed questions with their words and who proposed them, in the order given."""
    found = list(proposals)
    words = texts(connection, [one.text_id for one in found])
    authors = people(connection, jam_id, [one.participant_id for one in found])
    return [
        proposal_view(one, words.get(one.text_id), getattr(authors.get(one.participant_id), "handle", None))
        for one in found
    ]


def people(connection: Connection, jam_id: str, ids: Sequence[str]) -> dict[str, ParticipantView]:
    """Participants of a jam as staff see them, by id."""
    found = fetch_ids(connection, Participant, jam_id, ids)
    handles = texts(connection, [person.handle_id for person in found.values()])
    return {key: participant_view(person, handles.get(person.handle_id)) for key, person in found.items()}


def last_decision_at(connection: Connection, idea: str) -> Millis:
    """When a moderator last decided about an idea (ms); 0 where nobody has."""
    table = TABLES[ModerationDecision].c
    found = connection.execute(select(func.max(table.at)).where(table.idea_id == idea)).scalar()
    return int(found or 0)


def _seen(found: Row[Any], context: _Context) -> Seen:
    columns = dict(zip(_LABELS, found, strict=True))
    event = record(Event, {name: columns[label] for name, label in _EVENT_LABELS})
    if event.kind in _THEMES:
        return _seen_themes(event, context)
    if event.kind.startswith("idea_") or event.kind == "decision_undone":
        return _seen_idea(event, sighting_of_event(event, columns), context)
    if event.kind.startswith("forum_") and event.subject_id:
        return Seen(event=event, forum=context.forum_view(event.subject_id))
    if event.kind.startswith("question_") and event.subject_id:
        return Seen(event=event, proposal=context.proposal_view(event.subject_id))
    if event.kind == "participant_joined" and event.subject_id:
        return Seen(event=event, participant=context.people.get(event.subject_id))
    if event.kind == "report_published":
        return Seen(event=event)
    return Seen(event=event, jam=context.jam_view())


def _seen_idea(event: Event, found: Sighting | None, context: _Context) -> Seen:
    """The idea; with the theme map, if the map says something of it and may now be shown otherwise."""
    idea = found.idea if found else None
    again = event.kind == "idea_published" and idea is not None and (idea.published_seq or 0) < event.seq
    if idea is None or not (event.kind in CLEANS or again):
        return Seen(event=event, sighting=found)
    return Seen(event=event, sighting=found, themes=context.themes.about(idea.id))


def _seen_themes(event: Event, context: _Context) -> Seen:
    """Like every notice of the jam, these carry what is so now, whatever was so when they were written."""
    if event.kind == "themes_published":
        return Seen(event=event, themes=context.themes.notice())
    if event.kind == "themes_shown":
        return Seen(event=event, jam=context.jam_view(), themes=context.themes.seen(placed=True))
    if event.kind == "ideas_placed":
        placed = PlacedView(version=event.data["version"], places=event.data["places"])
        open_to_all = context.themes.public_version() == placed.version
        seen = ThemesSeen(staff_placed=placed, public_placed=placed if open_to_all else None)
        return Seen(event=event, themes=seen)
    return Seen(event=event, correction=context.themes.correction(event.subject_id or ""))
