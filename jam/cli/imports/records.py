"""The records of a file, as named cells with the line they begin at: CSV with a header, or JSON lines.

A record that cannot be read is answered in its place, and reading goes on with the line after its first:
so one open quote costs one record and not the rest of the file.
"""

import csv
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from jam.cli.imports.encoding import BadFile
from jam.cli.imports.lines import Lines

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
NEEDED = "text"
_MOST_SHOWN = 12


class Found(NamedTuple):
    """One record: its ``cells``, or why it has none (``wrong``); ``raw`` is how it stands in the file."""

    line: int
    raw: str
    cells: dict[str, Any]
    wrong: str = ""


def header(lines: Lines, asked: str | None) -> tuple[list[str], str]:
    """The column names of a CSV file and its delimiter. Raises ``BadFile``."""
    first = lines.take()
    if first is None or not first.strip():
        raise BadFile("has no header line; the first line names the columns, one of them text", 1)
    fitting = [d for d in ([asked] if asked else DELIMITERS) if NEEDED in _cells(first, d)]
    several = [d for d in fitting if len(_cells(first, d)) > 1]
    if len(several) > 1:
        names = " or ".join(DELIMITERS[d] for d in several)
        raise BadFile(f"could be read with {names} between cells; say which with --delimiter", 1)
    delimiter = (several or fitting or [asked or _likely(first)])[0]
    columns = _cells(first, delimiter)
    _check_header(columns)
    return columns, delimiter


def _likely(line: str) -> str:
    return max(DELIMITERS, key=line.count)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return []


def _check_header(names: list[str]) -> None:
    shown = ", ".join(repr(name[:40]) for name in names[:_MOST_SHOWN]) or "none"
    if NEEDED not in names:
        near = next((name for name in names if name.strip().lower() == NEEDED), None)
        hint = f"rename {near!r} to 'text'" if near else "name the column that holds the ideas 'text'"
        raise BadFile(f"needs a column 'text'; the columns found are {shown}; {hint}", 1)
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise BadFile(f"has the column {twice[:40]!r} twice; the columns found are {shown}; keep one", 1)


def csv_records(lines: Lines, names: list[str], delimiter: str) -> Iterator[Found]:
    """Every record below the header."""
    while True:
        taken: list[str] = []
        start = lines.number + 1
        try:
            cells = next(csv.reader(lines.record(taken), delimiter=delimiter, strict=True))
        except StopIteration:
            return
        except csv.Error as error:
            lines.put_back(taken[1:])
            yield Found(start, taken[0], {}, f"is no CSV ({error}); look for a quote that is not closed")
            continue
        if cells:
            yield _named(start, "".join(taken), names, cells)


def _named(line: int, raw: str, names: list[str], cells: list[str]) -> Found:
    if len(cells) != len(names):
        many = "few" if len(cells) < len(names) else "many"
        wrong = f"has too {many} cells: {len(cells)} where the header has {len(names)}"
        return Found(line, raw, {}, f"{wrong}; put a text with a delimiter in it between quotes")
    return Found(line, raw, dict(zip(names, cells, strict=True)))


def json_records(lines: Lines) -> Iterator[Found]:
    """Every line that is not blank."""
    while (raw := lines.take()) is not None:
        if raw.strip():
            yield _object(lines.number, raw)


def _object(line: int, raw: str) -> Found:
    try:
        value = json.loads(raw, object_pairs_hook=_once)
    except RecursionError:
        return Found(line, raw, {}, "is nested too deeply; write one object with plain values")
    except ValueError as error:
        why = getattr(error, "msg", None) or str(error)
        end = "" if raw.endswith("\n") else "; the file may have been cut off"
        return Found(line, raw, {}, f"is no JSON ({why}){end}; correct it, or leave it out with --skip-bad")
    if not isinstance(value, dict):
        return Found(line, raw, {}, 'is no object; write {"text": "…"} on each line')
    if not isinstance(value.get(NEEDED), str):
        named = ", ".join(repr(name[:40]) for name in list(value)[:_MOST_SHOWN]) or "none"
        return Found(line, raw, {}, f"needs a text under 'text'; the names found are {named}")
    return Found(line, raw, value)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise ValueError("a name stands twice")
    return named
