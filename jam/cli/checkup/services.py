"""The part of ``jam doctor`` that asks others: the database, Redis, the model.

No answer holds a password: addresses are shown by host and port alone.
"""

import asyncio
import time
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, Connection

from clustering.embedding import exported
from clustering.errors import ModelAltered, ModelMissing
from jam.bus.wire import CHANNEL
from jam.cli.checkup.finding import Finding, ok, problem, warning
from jam.service.ports import SystemClock
from jam.store import schema
from jam.store.engine import parse_url
from jam.store.opening import look_at_file, opened
from jam.store.place import DatabaseError, check_place, sqlite_file
from jam.store.transaction import database_now

DRIFT_SECONDS = 2.0
REDIS_SECONDS = 3.0


async def database(url: str) -> list[Finding]:
    """Whether it can be reached, read and written, and whose schema it has."""
    try:
        parsed = parse_url(url)
        file = sqlite_file(parsed)
        if file is not None:
            real = check_place(file)
            look_at_file(parsed)
            if not real.exists() or not real.stat().st_size:
                return [ok("database", f"{file} will be made at the first start")]
        return await _ask(url, parsed)
    except DatabaseError as refused:
        return [_refused(str(refused))]


def _refused(words: str) -> Finding:
    if words.startswith("database_in_use: "):
        says = words.removeprefix("database_in_use: ").partition(";")[0]
        return warning("database", says, "stop that server for a full check, if you did not expect it")
    says, _, mend = words.rpartition("; ")
    return problem("database", says or words, mend if says else "correct JAM_DATABASE or --database")


async def _ask(url: str, parsed: URL) -> list[Finding]:
    found = await opened(url, upgrade=False)
    try:
        to_do = await found.read(schema.pending)
        where = parsed.database if found.is_sqlite else f"PostgreSQL at {parsed.host}:{parsed.port or 5432}"
        state = "its tables are made or brought up to date at the next start" if to_do else "up to date"
        findings = [ok("database", f"{where}: reachable, writable, {state}")]
        if not found.is_sqlite:
            findings.append(await found.read(_drift))
        return findings
    finally:
        await found.close()


def _drift(connection: Connection) -> Finding:
    """Bells go by the database's clock, screens count down by this machine's."""
    seconds = database_now(connection, SystemClock()) / 1000 - time.time()
    if abs(seconds) <= DRIFT_SECONDS:
        return ok("clocks", "this machine and the database agree")
    return problem(
        "clocks",
        f"the database's clock differs from this machine's by {seconds:+.0f} seconds",
        "let a time server keep both",
    )


def redis(url: str | None) -> Finding:
    """Whether Redis answers and lets us publish and subscribe."""
    if url is None:
        return ok("redis", "not used: one server process")
    from redis import Redis, RedisError

    parts = urlsplit(url)
    where = f"Redis at {parts.path if parts.scheme == 'unix' else f'{parts.hostname}:{parts.port or 6379}'}"
    try:
        with Redis.from_url(
            url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
        ) as client:
            client.ping()
            client.publish(CHANNEL, b"")  # what is no signal is ignored by those who hear it
    except (RedisError, OSError, ValueError) as failed:
        return _redis_failed(where, failed)
    return ok("redis", f"{where} answers")


def _redis_failed(where: str, failed: Exception) -> Finding:
    from redis.exceptions import AuthenticationError, NoPermissionError

    if isinstance(failed, NoPermissionError):
        return problem("redis", f"{where} does not let this account publish", "grant +publish +subscribe")
    if isinstance(failed, AuthenticationError):
        return problem("redis", f"{where} refuses the password", "correct user and password in JAM_REDIS")
    return problem(
        "redis",
        f"{where} cannot be reached ({type(failed).__name__})",
        "start it, or correct host and port in JAM_REDIS; without it nodes hear of each other a second late",
    )


def model(named: str | None, exports: Path | None = None) -> Finding:
    """Whether the model that themes are made with is there and unchanged, byte for byte."""
    if named:
        return _named_model(named)
    try:
        folder = exported.export_directory(exports)
        if manifest := exported.read_manifest(folder):
            exported.check_export(folder, manifest)
            return ok("model", f"{manifest.name}, unchanged (SHA-256 {manifest.graph_sha256[:12]}…)")
        exported.checked_weights(exported.package_directory())
    except (ModelAltered, ModelMissing) as wrong:
        says, _, mend = str(wrong).rstrip(".").rpartition("; ")
        return problem("model", says, mend)
    return warning(
        "model",
        f"{exported.NAME} is there, but was not made ready for speed",
        "run `python -m clustering.embedding.export`: themes come in half the time",
    )


def _named_model(named: str) -> Finding:
    if Path(named).is_dir() or not named.startswith((".", "/", "~")):
        return warning(
            "model",
            f"{named}, as JAM_EMBEDDING_MODEL says; nothing here can tell whether it was changed",
            "compare its checksum with its maker's",
        )
    return problem("model", f"{named}: there is no such folder", "correct JAM_EMBEDDING_MODEL")


def gather(url: str) -> list[Finding]:
    """The findings about the database, from a command without an event loop."""
    return asyncio.run(database(url))
