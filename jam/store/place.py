"""Where an SQLite file may lie, and the lock that keeps a second server away from it.

Asked before SQLite opens anything: what is refused here was not touched. The lock belongs to the file that
the name leads to, so a symbolic link is no way around it; a file with a second name (a hard link) is refused,
because SQLite keeps its log beside the name, and two servers would each keep one.
"""

import fcntl
import os
import stat
from pathlib import Path

from sqlalchemy.engine import URL

from jam.domain.rejections import JamError

MOUNTS = Path("/proc/self/mountinfo")
HEADER = b"SQLite format 3\0"
_REMOTE = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "ceph", "glusterfs", "afs"})


class DatabaseError(JamError):
    """The database cannot be opened or used; the message says why and what to do."""


def sqlite_file(url: URL) -> Path | None:
    """The file that a database URL names; None for another kind of database, and for one in memory."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def check_place(path: Path, mounts: Path = MOUNTS) -> Path:
    """The file that ``path`` leads to, which need not exist yet. Raises ``DatabaseError``; writes nothing."""
    try:
        real = path.resolve()
        if not real.parent.is_dir():
            raise DatabaseError(f"{path.parent}: there is no such folder; make it first")
        kind = file_system(real, mounts)
        if kind in _REMOTE:
            raise DatabaseError(
                f"{path} lies on {kind}, where file locks cannot be trusted; "
                "choose a folder on a disk of this machine, or PostgreSQL"
            )
        if real.exists():
            _check_file(path, real)
        _check_writable(path, real)
    except (OSError, RuntimeError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise DatabaseError(f"{path}: {why}; choose another file for the database") from None
    return real


def _check_file(path: Path, real: Path) -> None:
    found = real.stat()
    if stat.S_ISDIR(found.st_mode):
        raise DatabaseError(f"{path} is a folder; name a file in it, such as sqlite:///{path}/jam.db")
    if not stat.S_ISREG(found.st_mode):
        raise DatabaseError(f"{path} is no ordinary file; choose another for the database")
    if found.st_nlink > 1:
        raise DatabaseError(
            f"{path} has a second name (a hard link), under which another server could use it; "
            "remove that name, or make a copy and use the copy"
        )
    with real.open("rb") as file:
        beginning = file.read(len(HEADER))
    if beginning and beginning != HEADER:
        raise DatabaseError(f"{path} is no SQLite database; choose another file, it was left as it is")


def _check_writable(path: Path, real: Path) -> None:
    read_only = os.statvfs(real.parent).f_flag & os.ST_RDONLY
    closed = not os.access(real.parent, os.W_OK) or (real.exists() and not os.access(real, os.W_OK))
    if read_only or closed:
        raise DatabaseError(
            f"{path} is read-only here; let this account write to the file and its folder, or choose another"
        )


def file_system(path: Path, mounts: Path = MOUNTS) -> str:
    """The kind of file system below ``path``, such as ``ext4``; empty where the system does not say."""
    best, kind = "", ""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    for line in lines:
        left, _, right = line.partition(" - ")
        fields = left.split(" ")
        if len(fields) < 5 or not right:
            continue
        point = fields[4].replace("\\040", " ")
        if path.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, right.split(" ")[0]
    return kind


def lock(real: Path) -> int:
    """Hold ``FILE.lock`` for as long as the process uses the database; the kernel frees it on a crash."""
    try:
        held = os.open(f"{real}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DatabaseError(f"{real}: {error.strerror}; choose a place that can be written to") from None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        raise DatabaseError(f"database_in_use: {real} is in use by a running server; stop it first") from None
    make_private(real)
    return held


def make_private(real: Path) -> None:
    """Make a new database file for its owner alone: it holds everybody's words; SQLite would let all read.

    What SQLite puts beside it (``-wal``, ``-shm``) takes the file's mode. A file that is there stays so.
    """
    try:
        os.close(os.open(real, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise DatabaseError(f"{real}: {error.strerror}; choose a place that can be written to") from None
