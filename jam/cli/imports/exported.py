"""The CSV file that ``jam export`` writes, said once for both: who writes it and who reads it.

A file with all of these columns is an export of ours: only in such a file the apostrophes in front of what
could be a formula (threat T4) are taken away again; in any other they are somebody's words.
"""

import re
from collections.abc import Iterable
from typing import Any

from jam.service.report.exports import as_written

COLUMNS = ("id", "text", "author", "forum", "ts", "reply_to", "tags", "lang", "official")
_TAG = re.compile(r"(?:\\[\\|]|[^|])+")


def is_export(names: Iterable[str]) -> bool:
    """Whether a file with these columns was written by ``jam export``."""
    return set(COLUMNS) <= set(names)


def unguarded(cells: dict[str, Any]) -> dict[str, Any]:
    """The cells of an export as they were before they were made safe for spreadsheets."""
    return {name: as_written(cell) for name, cell in cells.items()}


def tags_cell(tags: Iterable[str]) -> str:
    """Tags in one cell, with bars between; a bar inside a tag gets a backslash in front."""
    return "|".join(re.sub(r"([\\|])", r"\\\1", tag) for tag in tags)


def tags_of(cell: str) -> list[str]:
    """The tags that stand in one cell."""
    return [re.sub(r"\\([\\|])", r"\1", tag) for tag in _TAG.findall(cell) if tag.strip()]
