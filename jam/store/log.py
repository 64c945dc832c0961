"""The log of a jam: append under the lock, read after a cursor with everything that readers join.

The log is thin; text is joined when read, in one query, so hiding or erasing an idea also cleans every
replay. ``read`` gives ``Seen`` events: nothing leaves the server before ``project`` has looked at them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.engine import Connection

from jam.domain.chain import link
from jam.domain.records import Event, Forum, Jam, Participant
from jam.domain.views import ForumView, JamView, ParticipantView, TotalsView
from jam.domain.visibility import Seen, forum_view, jam_view, participant_view
from jam.store.rows import TABLES, fetch, fetch_ids, put_new, record
from jam.store.sightings import SIGHTING_COLUMNS, joined_to_event, sighting_of_event, texts

_EVENT = TABLES[Event]
_JAM = TABLES[Jam]
PAGE = 1000


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


def read(connection: Connection, jam_id: str, after: int, limit: int = PAGE) -> tuple[list[Seen], TotalsView]:
    """Up to ``limit`` events after ``after`` in order, and the totals of the same moment."""
    return _read(connection, jam_id, _EVENT.c.seq > after, limit=limit)


def read_about(connection: Connection, jam_id: str, ideas: Iterable[str], after: int) -> list[Seen]:
    """All events after ``after`` about some ideas, as they must be shown now."""
    subjects = _EVENT.c.subject_id.in_(list(ideas))
    return _read(connection, jam_id, subjects, _EVENT.c.seq > after)[0]


def _read(
    connection: Connection, jam_id: str, *conditions: Any, limit: int | None = None
) -> tuple[list[Seen], TotalsView]:
    query = (
        select(*SIGHTING_COLUMNS)
        .select_from(joined_to_event())
        .where(_EVENT.c.jam_id == jam_id, *conditions)
        .order_by(_EVENT.c.seq)
        .limit(limit)
    )
    found = connection.execute(query).all()
    context = _Context(connection, jam_id, [one for one in found if one.e_kind == "participant_joined"])
    return [_seen(one, context) for one in found], context.totals


def events(connection: Connection, jam_id: str) -> list[Event]:
    """The whole log, raw, for the records export and for verifying the chain."""
    return fetch(connection, Event, _EVENT.c.jam_id == jam_id, order_by=_EVENT.c.seq)


class _Context:
    """What events about the jam, its forums and its people need, read once a page and only if asked."""

    def __init__(self, connection: Connection, jam_id: str, joins: Sequence[Row[Any]]) -> None:
        self._connection = connection
        self.people = people(connection, jam_id, [one.e_subject_id for one in joins])
        self.jam = fetch(connection, Jam, _JAM.c.id == jam_id)[0]
        self.totals = TotalsView(people=self.jam.people, ideas=self.jam.ideas, replies=self.jam.replies)

    def jam_view(self) -> JamView:
        title = texts(self._connection, [self.jam.title_id]).get(self.jam.title_id) or "–"
        return jam_view(self.jam, title, self.jam.code)

    def forum_view(self, forum_id: str) -> ForumView:
        table = TABLES[Forum]
        forum = fetch(self._connection, Forum, table.c.jam_id == self.jam.id, table.c.id == forum_id)[0]
        found = texts(self._connection, [forum.title_id, forum.question_id])
        return forum_view(forum, found.get(forum.title_id), found.get(forum.question_id))


def people(connection: Connection, jam_id: str, ids: Sequence[str]) -> dict[str, ParticipantView]:
    """Participants of a jam as staff see them, by id."""
    found = fetch_ids(connection, Participant, jam_id, ids)
    handles = texts(connection, [person.handle_id for person in found.values()])
    return {key: participant_view(person, handles.get(person.handle_id)) for key, person in found.items()}


def _seen(found: Row[Any], context: _Context) -> Seen:
    columns = dict(found._mapping)
    event = record(Event, {name: columns[f"e_{name}"] for name in Event.__struct_fields__})
    if event.kind.startswith("idea_") or event.kind == "decision_undone":
        return Seen(event=event, sighting=sighting_of_event(event, columns))
    if event.kind.startswith("forum_") and event.subject_id:
        return Seen(event=event, forum=context.forum_view(event.subject_id))
    if event.kind == "participant_joined" and event.subject_id:
        return Seen(event=event, participant=context.people.get(event.subject_id))
    if event.kind in ("themes_published", "report_published"):
        return Seen(event=event)
    return Seen(event=event, jam=context.jam_view())
