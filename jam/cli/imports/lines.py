"""The lines of a file, one at a time and never a large one, with their numbers as an editor shows them."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from jam.cli.imports.encoding import BadFile

MAX_BYTES = 64 * 1024 * 1024
MAX_LINE = 1_000_000
MAX_RECORD_LINES = 100
NEWLINES = {"\r\n": "CRLF", "\n": "LF", "\r": "CR"}


class Lines:
    """Lines with LF ends; ``number`` is the one that was taken last. Lines can be put back.

    Raises ``BadFile`` for a line that is longer than ``MAX_LINE`` or not in the encoding.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._back: deque[str] = deque()
        self.number = 0

    def take(self) -> str | None:
        """The next line, or None at the end."""
        if self._back:
            self.number += 1
            return self._back.popleft()
        try:
            line = self._stream.readline(MAX_LINE + 1)
        except UnicodeError:
            raise BadFile(
                "is not in the encoding that it seemed to have; say which with --encoding", self.number + 1
            ) from None
        if not line:
            return None
        self.number += 1
        if len(line) > MAX_LINE:
            raise BadFile(f"is longer than {MAX_LINE} characters; this is no file of ideas", self.number)
        return line

    def put_back(self, lines: list[str]) -> None:
        """Take these again, in this order."""
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)

    def record(self, taken: list[str]) -> Iterator[str]:
        """Lines for one record, kept in ``taken``; ends at a number that no record has."""
        while len(taken) < MAX_RECORD_LINES and (line := self.take()) is not None:
            taken.append(line)
            yield line

    @property
    def ends(self) -> str:
        """How lines end in the part that was read."""
        seen = self._stream.newlines or "\n"
        return " and ".join(NEWLINES.get(one, "?") for one in ([seen] if isinstance(seen, str) else seen))


def check_size(path: Path) -> None:
    """Refuse a file by its size, before anything of it is read."""
    try:
        if not path.is_file():
            raise BadFile("is no file" if path.exists() else "there is no such file")
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as failed:
        raise BadFile(f"{failed.strerror or failed}; name a file that you can read") from None
    if size > MAX_BYTES:
        raise BadFile(f"has {size // 2**20} MB, and {MAX_BYTES // 2**20} MB is the most; split it")
