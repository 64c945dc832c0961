"""Theme maps and reports in the database, and what the follower that makes them needs to know."""

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from jam.domain.names import Status
from jam.domain.records import Content, Event, Idea, Jam
from jam.store.rows import TABLES, fetch
from jam.store.tables import ReportTable
from jam.store.theme_tables import ThemeMapTable

_EVENT = TABLES[Event]
_IDEA = TABLES[Idea]
_CONTENT = TABLES[Content]
_MAP = ThemeMapTable.__table__  # type: ignore[attr-defined]
_REPORT = ReportTable.__table__  # type: ignore[attr-defined]

REGROUPS = (
    "idea_published",
    "idea_edited",
    "idea_withdrawn",
    "idea_restored",
    "idea_returned",
    "idea_hidden",
    "decision_undone",
)
"""The events after which a theme map is no longer the map of what everyone can read."""
REPORTS_ANEW = (
    *REGROUPS,
    "idea_submitted",
    "idea_tagged",
    "idea_flagged",
    "phase_started",
    "jam_reopened",
    "themes_published",
)
"""The events after which a report is out of date."""


BELLS = ("phase_started",)
"""After each of them a report is due at once, with themes or without."""


def last_of(connection: Connection, jam_id: str, kinds: tuple[str, ...]) -> int:
    """The log position of the last event of some kinds, or 0."""
    # Backwards from the end: for the maximum both databases would read the whole log.
    query = select(_EVENT.c.seq).where(_EVENT.c.jam_id == jam_id, _EVENT.c.kind.in_(kinds))
    return connection.execute(query.order_by(_EVENT.c.seq.desc()).limit(1)).scalar() or 0


def final_map(connection: Connection, jam_id: str) -> str | None:
    """The id of the newest final theme map."""
    query = select(_MAP.c.id).where(_MAP.c.jam_id == jam_id, _MAP.c.final)
    return connection.execute(query.order_by(_MAP.c.version.desc()).limit(1)).scalar()


def latest_report(connection: Connection, jam_id: str) -> tuple[str, int, int] | None:
    """Id, version and log position of the current report."""
    query = select(_REPORT.c.id, _REPORT.c.version, _REPORT.c.at_seq).where(_REPORT.c.jam_id == jam_id)
    row = connection.execute(query.order_by(_REPORT.c.version.desc()).limit(1)).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def add_report(connection: Connection, **columns: Any) -> None:
    """Store a report version; in the transaction of its event."""
    connection.execute(insert(_REPORT).values(**columns))


def ideas_to_group(connection: Connection, jam_id: str) -> list[tuple[str, str]]:
    """Id and text of every idea that everyone can read now, in order of arrival; replies travel with them."""
    query = (
        select(_IDEA.c.id, _CONTENT.c.value)
        .join(_CONTENT, _CONTENT.c.id == _IDEA.c.text_id)
        .where(_IDEA.c.jam_id == jam_id, _IDEA.c.reply_to.is_(None), _IDEA.c.status == Status.PUBLISHED)
        .order_by(_IDEA.c.created_seq)
    )
    return [(row[0], row[1]) for row in connection.execute(query) if row[1]]


def jam(connection: Connection, jam_id: str) -> Jam | None:
    """The jam's record."""
    found = fetch(connection, Jam, TABLES[Jam].c.id == jam_id)
    return found[0] if found else None


def jam_ids(connection: Connection) -> list[str]:
    """Every jam of this database."""
    return list(connection.execute(select(TABLES[Jam].c.id)).scalars())


def next_bell(connection: Connection) -> tuple[str, int] | None:
    """The jam whose bell is due first, and when, in ms."""
    table = TABLES[Jam]
    query = select(table.c.id, table.c.next_bell_at).where(table.c.next_bell_at.is_not(None))
    row = connection.execute(query.order_by(table.c.next_bell_at).limit(1)).one_or_none()
    return (row[0], row[1]) if row else None
