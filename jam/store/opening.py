"""Opens a database for a server: bring its schema up to date, or say in one sentence why that cannot be.

Drivers answer with a hundred kinds of errors; whoever sets a server up needs one sentence with the cause and
the next step, within ten seconds, and never the password. Called once, by the composition root.
"""

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import SQLAlchemyError

from jam.domain.rejections import JamError
from jam.store import schema
from jam.store.engine import Database, is_storage_full, open_database, parse_url
from jam.store.place import DatabaseError, check_place

ANSWER_SECONDS = 9.0
LOOK_SECONDS = 2.0


async def opened(url: str, *, upgrade: bool = True) -> Database:
    """The database behind ``url`` at the present schema. Raises ``DatabaseError``.

    Args:
        upgrade: bring an older schema up to date; without it the database is left as it is.
    """
    parsed = parse_url(url)
    look_at_file(parsed)
    database = open_database(url)
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await database.read(schema.check)
            await database.write(check_writable)
        if upgrade:
            await database.write(schema.upgrade)
    except JamError:
        await database.close()
        raise
    except (SQLAlchemyError, OSError, TimeoutError, sqlite3.Error) as error:
        await database.close()
        raise DatabaseError(explain(error, parsed)) from None
    except Exception as error:
        await database.close()
        if state_of(error):  # the driver's own errors, which come as they are while it connects
            raise DatabaseError(explain(error, parsed)) from None
        raise
    return database


def check_writable(connection: Connection) -> None:
    """Raise ``DatabaseError`` where nothing can be written. On SQLite the transaction itself has asked."""
    if connection.dialect.name != "postgresql":
        return
    if connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on":
        raise DatabaseError(explain(_ReadOnly(), connection.engine.url))


class _ReadOnly(Exception):
    """What PostgreSQL would say at the first row."""

    sqlstate = "25006"


def look_at_file(url: URL) -> None:
    """Refuse a file that is not ours before anything changes it, its journal mode included."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return
    real = check_place(Path(url.database))
    if not real.exists() or not real.stat().st_size:
        return
    try:
        connection = sqlite3.connect(f"{real.as_uri()}?mode=ro", uri=True, timeout=LOOK_SECONDS)
        try:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            tables = {name for (name,) in names}
            revision = _revision(connection) if "alembic_version" in tables else None
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise DatabaseError(explain(error, url)) from None
    schema.check_known(tables, revision)


def _revision(connection: sqlite3.Connection) -> str | None:
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return found[0] if found else None


def explain(error: BaseException, url: URL) -> str:
    """One sentence for an error of a driver: the cause and what to do. Never holds the password."""
    if url.get_backend_name() == "sqlite":
        return _explain_sqlite(error, url)
    return _explain_postgresql(error, url)


def _explain_sqlite(error: BaseException, url: URL) -> str:
    name, path = _sqlite_name(error), url.database
    if is_storage_full(error):
        return f"{path}: there is no space left on its disk; make room and start again"
    if name.startswith("SQLITE_BUSY"):
        return f"{path} is locked by another program; close what has it open (a database browser?)"
    if name.startswith("SQLITE_READONLY"):
        return f"{path} is read-only here; let this account write to the file and its folder"
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return f"{path} is no SQLite database, or it is damaged; restore a backup or choose another file"
    return f"{path} cannot be opened ({name or type(error).__name__}); check the file and its folder"


def _sqlite_name(error: BaseException) -> str:
    return next((n for e in _chain(error) if (n := getattr(e, "sqlite_errorname", ""))), "")


_STATES = {
    "28P01": "refused the password of {user}; check user and password in the database URL",
    "28000": "does not let {user} in; check user and password in the database URL, and pg_hba.conf",
    "3D000": "has no database {name}; make it with createdb, or correct its name in the database URL",
    "25006": "is read-only (a standby, or set so); name the server that takes writes",
    "42501": "does not let {user} make or change tables in {name}; grant it, or make {user} the owner",
    "53300": "has no connection left; raise max_connections or stop other programs",
    "53100": "has no space left on its disk; make room and start again",
    "57P03": "is starting up or shutting down; try again in a moment",
}


def _explain_postgresql(error: BaseException, url: URL) -> str:
    where = f"PostgreSQL at {url.host or 'localhost'}:{url.port or 5432}"
    state = state_of(error)
    if state in _STATES:
        user, name = url.username or "this account", url.database
        return f"{where} {_STATES[state].format(user=user, name=name)}"
    if state:
        return f"{where} refused with the SQLSTATE {state}; look into its log"
    cause = next((e for e in _chain(error) if isinstance(e, OSError | TimeoutError)), None)
    silent = cause is None or isinstance(cause, TimeoutError)
    number = getattr(cause, "errno", None) or 0
    why = "no answer" if silent else os.strerror(number) if number > 0 else "no such host"
    return f"{where} cannot be reached ({why}); check that it runs, and the host and port in the database URL"


def state_of(error: BaseException) -> str:
    """The SQLSTATE that PostgreSQL gave, wherever in the chain of errors it is; empty without one."""
    return next((s for e in _chain(error) if (s := getattr(e, "sqlstate", None))), "")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = getattr(error, "orig", None) or error.__cause__ or error.__context__
