"""The machine's part of ``jam doctor``: Python, SQLite, clock, port, file limit, disk.

Each check takes what it judges as an argument with the real value as its default.
"""

import ctypes
import http.client
import json
import resource
import shutil
import sqlite3
import sys
import time
from pathlib import Path

from jam.cli.checkup.finding import Finding, ok, problem, warning
from jam.http.serving import PortError, bind

PYTHON = (3, 11)
SQLITE_MENDED = (3, 51, 3)
SQLITE_NEEDED = (3, 35, 0)
BUILT = 1_767_225_600
"""2026-01-01: this program is younger than any clock that shows less."""
SLACK_SECONDS = 5.0
FILES_WANTED, FILES_NEEDED, FILES_OWN = 4096, 256, 64
MEGABYTE = 2**20
DISK_WANTED, DISK_NEEDED = 1024 * MEGABYTE, 100 * MEGABYTE
_TIME_ERROR = 5
"""``adjtimex`` answers this while no time server steers the clock."""


def python(found: tuple[int, ...] = tuple(sys.version_info[:3])) -> Finding:
    """Python's version."""
    says = ".".join(map(str, found))
    if found >= PYTHON:
        return ok("python", says)
    return problem("python", f"{says} is too old", "install Python 3.11 or newer and run scripts/setup again")


def sqlite(found: tuple[int, ...] = sqlite3.sqlite_version_info) -> Finding:
    """SQLite's version, and the bug in its write-ahead log before 3.51.3."""
    says = ".".join(map(str, found))
    if found >= SQLITE_MENDED:
        return ok("sqlite", says)
    if found < SQLITE_NEEDED:
        return problem(
            "sqlite", f"{says} is too old", "use a Python with SQLite 3.51.3 or newer, or PostgreSQL"
        )
    return warning(
        "sqlite",
        f"{says} has a bug in its write-ahead log: two programs that write at once can damage the file",
        "one server is safe; open the file with no other program while it runs, or use SQLite 3.51.3",
    )


def clock(database: Path | None = None, now: float | None = None) -> Finding:
    """The time of day: bells ring by it."""
    now = time.time() if now is None else now
    shown = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now))
    mend = "set the clock, and let a time server keep it (systemd-timesyncd or chrony)"
    if now < BUILT:
        return problem("clock", f"it shows {shown}, which is before this program was made", mend)
    changed = max((p.stat().st_mtime for p in _files(database)), default=0.0)
    if changed > now + SLACK_SECONDS:
        ahead = round(changed - now)
        return problem(
            "clock", f"it shows {shown}, but the database was changed {ahead} seconds after that", mend
        )
    if not _steered():
        return warning("clock", f"{shown}, and no time server keeps it right", mend)
    return ok("clock", shown)


def _files(database: Path | None) -> list[Path]:
    if database is None:
        return []
    return [p for p in (database, database.with_name(f"{database.name}-wal")) if p.exists()]


def _steered() -> bool:
    """Whether a time server steers the clock; yes where the system does not say."""
    try:
        timex = ctypes.create_string_buffer(512)  # a struct timex of zeros asks and sets nothing
        return int(ctypes.CDLL(None).adjtimex(timex)) != _TIME_ERROR
    except (OSError, AttributeError):
        return True


def port(host: str, number: int) -> Finding:
    """Whether the address can be listened on, or a jam server does so already."""
    if number == 0:
        return ok("port", "a free one is taken at the start")
    try:
        bind(f"[{host}]:{number}" if ":" in host else f"{host}:{number}").close()
    except PortError as refused:
        if _is_jam(host, number):
            return ok("port", f"{number}: a jam server answers there already")
        says, _, mend = str(refused).partition(". ")
        return problem("port", says, mend.rstrip("."))
    return ok("port", f"{number} on {host} is free")


def _is_jam(host: str, number: int) -> bool:
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    asking = http.client.HTTPConnection(near, number, timeout=2)
    try:
        asking.request("GET", "/health")
        answer = json.loads(asking.getresponse().read(65_536))
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        asking.close()
    return isinstance(answer, dict) and (
        {"status", "version", "sockets"} <= answer.keys() or answer.get("code") == "bad_host"
    )


def files(found: int | None = None) -> Finding:
    """How many sockets and files the server may have open at once: one for each screen.

    It is the hard limit that counts: the server takes all that it is given when it starts.
    """
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1] if found is None else found
    if limit in (resource.RLIM_INFINITY, -1) or limit >= FILES_WANTED:
        return ok("files", f"{'any number' if limit < 0 else limit} at once")
    says = f"{limit} at once: room for about {max(0, limit - FILES_OWN)} screens"
    mend = "raise it with `ulimit -n 65536`, or LimitNOFILE=65536 in the systemd unit, before the start"
    return (problem if limit < FILES_NEEDED else warning)("files", says, mend)


def disk(folder: Path, free: int | None = None) -> Finding:
    """Free space where the database is."""
    free = shutil.disk_usage(folder).free if free is None else free
    says = f"{free // MEGABYTE} MB free in {folder}"
    if free >= DISK_WANTED:
        return ok("disk", says)
    return (problem if free < DISK_NEEDED else warning)(
        "disk", says, "make room, or move the database to a larger disk; a full disk refuses ideas"
    )
