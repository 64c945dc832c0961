"""Takes a whole jam out of the database: every row of every table that is the jam's.

Below the one use case that may do it (``jam.service.removing``), in its transaction. What was written there
is overwritten by SQLite (``secure_delete``); PostgreSQL frees the pages at its next vacuum.
"""

from sqlalchemy import delete
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

from jam.store import tables as t
from jam.store.engine import unhurried

_JAM = t.JamTable.__table__  # type: ignore[attr-defined]


def remove_rows(connection: Connection, jam_id: str) -> None:
    """Delete the jam and all that names it: a table made later with a ``jam_id`` is among them by itself."""
    unhurried(connection)  # nobody waits for this but who asked for it
    for table in SQLModel.metadata.tables.values():
        if "jam_id" in table.c:
            connection.execute(delete(table).where(table.c.jam_id == jam_id))
    connection.execute(delete(_JAM).where(_JAM.c.id == jam_id))
