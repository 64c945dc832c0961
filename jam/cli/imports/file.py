"""One file of ideas, opened: what it is, and its rows as commands, as often as they are asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jam.cli.imports.encoding import BadFile, find_encoding
from jam.cli.imports.exported import is_export, unguarded
from jam.cli.imports.lines import Lines, check_size
from jam.cli.imports.records import DELIMITERS, Found, csv_records, header, json_records
from jam.cli.imports.rows import USED, VECTORS, BadRow, Rows, Target, is_reply
from jam.domain.commands import ImportIdea

MAX_ROWS = 100_000
JSON_LINES = frozenset({".jsonl", ".ndjson", ".json"})


@dataclass(frozen=True, slots=True)
class Wish:
    """Which file, and what the person said about it."""

    path: Path
    encoding: str | None = None
    delimiter: str | None = None
    first_line: int = 1


@dataclass(slots=True)
class Row:
    """A record with the command it makes, or with what is wrong with it; a reply has neither."""

    found: Found
    command: ImportIdea | None = None
    wrong: str = ""


class IdeasFile:
    """A file that was looked at: its encoding, its form, its columns. Raises ``BadFile``."""

    def __init__(self, wish: Wish) -> None:
        check_size(wish.path)
        self._wish = wish
        self._encoding, self.encoding_name = find_encoding(wish.path, wish.encoding)
        self._is_json = wish.path.suffix.lower() in JSON_LINES
        self.ignored: set[str] = set()
        self.delimiter: str | None = None
        self.ends = ""

    @property
    def says(self) -> str:
        """What it was read as."""
        form = (
            "JSON lines"
            if self._is_json
            else f"CSV with {DELIMITERS.get(self.delimiter or ',', 'delimiter')}s"
        )
        return f"{form}, {self.encoding_name}, lines end with {self.ends or 'LF'}"

    def rows(self, target: Target) -> Iterator[Row]:
        """Every record from the wished line on, good or not. Raises ``BadFile`` for too many."""
        making = Rows(target)
        for number, found in enumerate(self._records(), 1):
            if number > MAX_ROWS:
                raise BadFile(f"has more than {MAX_ROWS} rows; split it", found.line)
            self.ignored |= found.cells.keys() - set(USED)
            row = _row(making, found)
            if found.line >= self._wish.first_line:
                yield row

    def _records(self) -> Iterator[Found]:
        with self._wish.path.open("r", encoding=self._encoding, newline=None) as stream:
            lines = Lines(stream)
            if self._is_json:
                yield from json_records(lines)
            else:
                names, self.delimiter = header(lines, self._wish.delimiter)
                found = csv_records(lines, names, self.delimiter)
                if is_export(names):
                    found = (one._replace(cells=unguarded(one.cells)) for one in found)
                yield from found
            self.ends = lines.ends

    def notes(self) -> Iterator[str]:
        """What the person should know about columns that are not taken over."""
        if vectors := sorted(self.ignored & VECTORS):
            yield f"{vectors[0]} is not taken over: vectors are always computed here, by this server's model"
        if "author" in self.ignored:
            yield "author is not taken over: nobody is named who has not joined and read the notice"
        if others := sorted(self.ignored - VECTORS - {"author"}):
            yield f"not taken over: {', '.join(repr(name[:40]) for name in others[:12])}"


def _row(making: Rows, found: Found) -> Row:
    if is_reply(found):
        return Row(found)
    try:
        return Row(found, making.command(found))
    except BadRow as wrong:
        return Row(found, wrong=str(wrong))
