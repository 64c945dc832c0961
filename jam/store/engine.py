"""The engine: opens SQLite or PostgreSQL by URL and runs plain functions in read or write transactions.

SQLite has one writer connection in one process, guarded by a lock file (two writers can corrupt the
file in SQLite before 3.51.3); readers use connections of their own on the write-ahead log.
PostgreSQL readers get one consistent snapshot (``REPEATABLE READ READ ONLY``).
"""

import asyncio
import contextvars
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool

from jam.store.place import DatabaseError, check_place, lock
from jam.store.reserve import Reserve

T = TypeVar("T")
_SHARED: dict[str, Any] = {"pool_timeout": 60, "hide_parameters": True}
"""What people wrote is in the parameters, and must not get into an error's words, which may be logged."""
CONNECT_SECONDS = 8
BUSY_SECONDS = 7
"""How long a writer waits for another program's lock. Whoever opens a database answers within ten seconds."""
STATEMENT_SECONDS, UNHURRIED_SECONDS = 2, 300
"""How long PostgreSQL works at one statement before it gives it up; the second for what is ``unhurried``."""
READERS = 4
WRITERS = 8


class Threaded:
    """Transactions on SQLite, each from begin to commit in one thread of its own pool.

    The driver is synchronous. Handing every statement to a thread by itself, as an asyncio driver must,
    was measured to cost three times what the statements do.
    """

    def __init__(self, engine: Engine, threads: int) -> None:
        self.sync_engine = engine
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="sqlite")

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` and commit. Cancelled while it runs, it still ends, and its outcome is not known."""
        transaction = contextvars.copy_context().run
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, transaction, self._transaction, work
        )

    def _transaction(self, work: Callable[[Connection], T]) -> T:
        with self.sync_engine.begin() as connection:
            return work(connection)

    async def close(self) -> None:
        """Wait for what runs, then close the connections."""
        self._threads.shutdown()
        self.sync_engine.dispose()


class OnLoop:
    """Transactions on PostgreSQL, whose driver speaks asyncio."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self.sync_engine = engine.sync_engine

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` and commit."""
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()


class Database:
    """Two ways into one database: ``write`` runs in a write transaction, ``read`` in a snapshot."""

    def __init__(self, writer: Threaded | OnLoop, reader: Threaded | OnLoop, lock: int | None) -> None:
        self._writer = writer
        self._reader = reader
        self._lock = lock
        self.reserve = Reserve(lock)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self._writer.sync_engine.dialect.name == "sqlite"

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one transaction and commit; any exception rolls back and is raised.

        When this raises during the commit itself the outcome is unknown: callers resolve it by retry
        with the same client id, which the receipts answer.
        """
        return await self._writer.run(work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` on one consistent snapshot of the database."""
        return await self._reader.run(work)

    async def close(self) -> None:
        """Close every connection and give the lock file back. Safe to call twice."""
        await self._reader.close()
        await self._writer.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def open_database(url: str) -> Database:
    """Open ``sqlite:///FILE`` or ``postgresql://…``, as far as that needs no answer from a server.

    Raises ``DatabaseError`` when the URL is not one of these or the SQLite file cannot be had.
    """
    parsed = parse_url(url)
    return _open_sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _open_postgresql(parsed)


def parse_url(url: str) -> URL:
    """The parts of a database URL. Raises ``DatabaseError``, whose words never hold the password."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise DatabaseError(
            "the database URL cannot be read; use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
        ) from None
    kind = parsed.drivername.partition("+")[0]
    if kind not in ("sqlite", "postgresql"):
        raise DatabaseError(f"the database {kind} is not supported; use sqlite:///FILE or postgresql://…")
    if kind == "postgresql" and not parsed.database:
        raise DatabaseError("the database URL names no database; use postgresql://USER:PASSWORD@HOST/NAME")
    if unknown := sorted(set(parsed.query) - ({"ssl"} if kind == "postgresql" else set())):
        raise DatabaseError(
            f"the database URL has the option {unknown[0]}, which is not known; "
            "only ssl=require and the like may stand after ?, for PostgreSQL"
        )
    return parsed


def _open_sqlite(url: URL) -> Database:
    path = url.database
    if not path or path == ":memory:":
        raise DatabaseError("SQLite needs a file: sqlite:///jam.db")
    real = check_place(Path(path))
    held, url = lock(real), url.set(database=str(real))
    return Database(_sqlite(url, 1, "BEGIN IMMEDIATE"), _sqlite(url, READERS, "BEGIN", query_only=True), held)


def _sqlite(url: URL, connections: int, begin: str, query_only: bool = False) -> Threaded:
    engine = create_engine(
        url.set(drivername="sqlite"),
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"check_same_thread": False},  # one thread at a time has it, not always the same one
    )
    _prepare_sqlite(engine, begin, query_only)
    return Threaded(engine, connections)


def _prepare_sqlite(engine: Engine, begin: str, query_only: bool) -> None:
    pragmas = ["journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"]
    pragmas += [
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "cache_size=-65536",
        "temp_store=MEMORY",
        "wal_autocheckpoint=4000",
    ]
    if query_only:
        pragmas.append("query_only=ON")

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # The driver must not begin transactions by itself: a snapshot is one explicit BEGIN (G6).
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def do_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _open_postgresql(url: URL) -> Database:
    url = url.set(drivername="postgresql+asyncpg")
    # SQLite has no such limit. All its work is done in threads of ours, on queries that read what an index
    # leads to, a page at a time; what a limit protects there is this very process.
    statements = {"synchronous_commit": "on", "statement_timeout": str(STATEMENT_SECONDS * 1000)}
    arguments = {"server_settings": statements, "timeout": CONNECT_SECONDS}
    writer = create_async_engine(url, pool_size=WRITERS, connect_args=arguments, **_SHARED)
    reader = create_async_engine(
        url,
        pool_size=READERS,
        connect_args=arguments,
        **_SHARED,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
    )
    return Database(OnLoop(writer), OnLoop(reader), None)


def unhurried(connection: Connection) -> None:
    """Let the statements of this transaction take minutes: for what reads, changes or removes all of a jam.

    Migrations, exports and reports: nobody who merely takes part can ask for one.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{UNHURRIED_SECONDS}s'")


_FULL_IN_SQLITE = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"})
_FULL_IN_POSTGRESQL = "53100"


def is_storage_full(error: BaseException) -> bool:
    """Whether an error of the database means that there is no room to write.

    A write that the system refuses counts too: so a quota or a limit on the size of files shows.
    """
    cause = getattr(error, "orig", error)
    if getattr(cause, "sqlite_errorname", "") in _FULL_IN_SQLITE:
        return True
    text = str(error).lower()
    return getattr(cause, "sqlstate", "") == _FULL_IN_POSTGRESQL or "no space left" in text


DATABASE_ERRORS = (DBAPIError, PoolTimeout, OSError, asyncio.TimeoutError)
"""What a database that is gone, full or slow raises: operational, not a bug."""
