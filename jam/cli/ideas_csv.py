"""Files of ideas as people keep them: CSV in UTF-8 with the columns ``id`` and ``text``.

Read by ``jam themes``, ``jam replay`` and ``jam demo``. All or nothing: no row is skipped, and what is
wrong is said with file and line. ``author``, ``forum`` and ``ts`` are used where columns have these names.
"""

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

MAX_BYTES = 64 * 1024 * 1024
NEEDED = ("id", "text")


class IdeasFileError(ValueError):
    """``file:line: what is wrong; what to do``, on one line."""

    def __init__(self, path: Path, line: int | None, wrong: str) -> None:
        super().__init__(f"{path}:{line}: {wrong}" if line else f"{path}: {wrong}")


@dataclass(frozen=True, slots=True)
class IdeaRow:
    """One row. ``ts`` in seconds or whatever unit the file counts in; ``cells`` holds every column."""

    id: str
    text: str
    author: str | None
    forum: str | None
    ts: float | None
    cells: Mapping[str, str]


def read_ideas(path: Path, *, also: Sequence[str] = ()) -> list[IdeaRow]:
    """Every row of the file, in its order, one at least.

    Args:
        also: columns that the file must have beside ``id`` and ``text``.

    Raises IdeasFileError for a file that is missing, too large, not UTF-8, without rows, without a
    needed column or with a column twice, and for the first row that does not fit, has no id or one
    that stood before, or a ``ts`` that is no time.
    """
    lines = _lines(path, _text(path))
    _, header = next(lines, (1, []))
    _check_header(path, header, (*NEEDED, *also))
    rows = [_row(path, line, header, cells) for line, cells in lines if cells]
    if not rows:
        raise IdeasFileError(path, None, "there is no idea in it; add a row for each below the header")
    _check_ids(path, rows)
    return [row for _, row in rows]


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise IdeasFileError(path, None, f"is larger than {MAX_BYTES // 2**20} MB; split it")
        content = path.read_bytes()
    except OSError as error:
        raise IdeasFileError(path, None, f"{error.strerror or error}; name a CSV file") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise IdeasFileError(path, line, "is not UTF-8; save the file as CSV UTF-8") from error


def _lines(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of its first line; a quoted cell may hold several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise IdeasFileError(path, line, f"is no CSV ({error}); look for a quote too many") from error
        yield line, cells


def _check_header(path: Path, header: list[str], needed: Sequence[str]) -> None:
    found = ", ".join(repr(name) for name in header) or "none"
    if missing := [name for name in needed if name not in header]:
        wanted = ", ".join(repr(name) for name in missing)
        raise IdeasFileError(path, 1, f"needs the columns {wanted}; the columns found are {found}")
    if twice := sorted({name for name in header if name and header.count(name) > 1}):
        raise IdeasFileError(path, 1, f"has the column {twice[0]!r} twice; keep one")


def _row(path: Path, line: int, header: list[str], cells: list[str]) -> tuple[int, IdeaRow]:
    if len(cells) != len(header):
        raise IdeasFileError(
            path, line, f"has {len(cells)} cells where the header has {len(header)}; quote texts with commas"
        )
    named = dict(zip(header, cells, strict=True))
    if not named["id"].strip():
        raise IdeasFileError(path, line, "has no id; give every idea one of its own")
    return line, IdeaRow(
        id=named["id"].strip(),
        text=named["text"],
        author=named.get("author") or None,
        forum=named.get("forum") or None,
        ts=_time(path, line, named.get("ts", "")),
        cells=named,
    )


def _time(path: Path, line: int, value: str) -> float | None:
    if not value.strip():
        return None
    try:
        number = float(value)
    except ValueError:
        number = _iso(value)
    if not math.isfinite(number):
        raise IdeasFileError(
            path, line, f"ts {value!r} is no time; write a number, or a date like 2026-01-31T18:30:00Z"
        )
    return number


def _iso(value: str) -> float:
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return math.nan
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _check_ids(path: Path, rows: list[tuple[int, IdeaRow]]) -> None:
    first: dict[str, int] = {}
    for line, row in rows:
        if row.id in first:
            raise IdeasFileError(
                path, line, f"the id {row.id!r} stands in line {first[row.id]} too; give every idea its own"
            )
        first[row.id] = line
