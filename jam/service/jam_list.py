"""The jams of an organisation, newest first, as its administrators see them in a list."""

from sqlalchemy import select
from sqlalchemy.engine import Connection

from jam.domain.records import Content, Jam
from jam.domain.views import JamView, TotalsView, View
from jam.domain.visibility import jam_view
from jam.store.accounts import jams_of
from jam.store.rows import TABLES, columns_of, records

MOST_JAMS = 1_000


class JamLine(View, frozen=True, kw_only=True):
    """One jam of the list: its face with its join code, and the numbers that everyone may know."""

    jam: JamView
    totals: TotalsView


def list_jams(connection: Connection, org_id: str, account_id: str | None = None) -> list[JamLine]:
    """The newest ``MOST_JAMS`` jams of an organisation; with ``account_id`` those that it has a place in."""
    jam, content = TABLES[Jam], TABLES[Content]
    query = (
        select(content.c.value, *columns_of(Jam))
        .join_from(jam, content, content.c.id == jam.c.title_id, isouter=True)
        .where(jam.c.org_id == org_id)
        .order_by(jam.c.created_at.desc(), jam.c.id.desc())
        .limit(MOST_JAMS)
    )
    if account_id:
        query = query.where(jam.c.id.in_(jams_of(connection, account_id)))
    found = connection.execute(query).all()
    jams = records(Jam, [row[1:] for row in found])
    return [_line(one, row[0]) for one, row in zip(jams, found, strict=True)]


def _line(jam: Jam, title: str | None) -> JamLine:
    totals = TotalsView(people=jam.people, ideas=jam.ideas, replies=jam.replies)
    return JamLine(jam=jam_view(jam, title or "–", jam.code), totals=totals)
