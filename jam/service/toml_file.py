"""Reads a TOML text into plain values, and knows in which line and column each key stands.

The standard library's reader says where the syntax is wrong, but not where a key was that means nothing;
whoever wrote the file needs both. Used for jam files and templates, before ``jam.service.jam_form``.
"""

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

MAX_BYTES = 64 * 1024
MOST_PARTS = 20
KeyPath = tuple[str | int, ...]
"""The way to a value: keys, and positions in lists counted from 0."""
_AT = re.compile(r" \(at line (\d+), column (\d+)\)$")
_BARE_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?!:)|(?<![\d:])\d\d:\d\d(?!:)")
_HINTS = (
    ("Expected '=' after a key", "a line is a key, = and a value"),
    ("Cannot overwrite a value", "the key stands twice in its table; keep one"),
    ("Cannot declare", "the table stands twice; keep one, or write [[name]] for each of several"),
    ("Illegal character '\\n'", 'close the text with ", or begin and end it with three of them'),
    ("Unescaped '\\\\'", "write \\\\ for a backslash, or put the text in single quotes"),
    ("Invalid date", "there is no such date or time; look at the calendar"),
    ("Invalid value", 'text stands in "quotes", yes and no are true and false'),
    ("Expected newline", "one key to a line; text stands in quotes"),
    ("Unclosed", "close it before the line ends"),
)
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_PART = re.compile(r'[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|\'[^\']*\'')
_TEXT = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\]|\\.)*"|\'[^\']*\'', re.DOTALL)
_PLAIN = re.compile(r"\d{4}-\d\d-\d\d \d\d[^\s,\]}#]*|[^\s,\]}#]+")


class TomlError(ValueError):
    """``line:column: what is wrong; what to do``. Both count from 1."""

    def __init__(self, line: int, column: int, wrong: str) -> None:
        super().__init__(f"{line}:{column}: {wrong}")


@dataclass(slots=True)
class Toml:
    """A text's values, and where each key and each member of a list begins."""

    values: dict[str, Any]
    places: dict[KeyPath, tuple[int, int]]

    def place(self, path: KeyPath) -> tuple[int, int]:
        """Line and column of a key; of the nearest table around it where it has none itself."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))


def read_toml(content: bytes) -> Toml:
    """The values of a TOML text in UTF-8. Raises ``TomlError``."""
    if len(content) > MAX_BYTES:
        raise TomlError(1, 1, f"the file is larger than {MAX_BYTES // 1024} KB; shorten it")
    text = _decoded(content).replace("\r\n", "\n")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise _in_words(text, str(problem)) from None
    except RecursionError:
        raise TomlError(1, 1, "the lists are nested too deep; a jam file needs no more than two") from None
    except ValueError:
        raise TomlError(1, 1, "a number has more than 4300 digits; shorten it") from None
    return Toml(values, _Places(text).all())


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        before = content[: problem.start].decode("utf-8", "replace")
        wrong = f"the byte 0x{content[problem.start]:02x} is not UTF-8; save the file as UTF-8"
        raise TomlError(*_line_column(before, len(before)), wrong) from None


def _in_words(text: str, said: str) -> TomlError:
    found = _AT.search(said)
    line, column = (int(found[1]), int(found[2])) if found else _line_column(text, len(text.rstrip()))
    wrong = _AT.sub("", said).removesuffix(" (at end of document)")
    shown = text.split("\n")[line - 1] if line <= text.count("\n") + 1 else ""
    if "Expected newline" in wrong and _BARE_TIME.search(shown):
        hint = "a time has seconds, as 2027-03-01 09:00:00, or stands in quotes"
    else:
        hint = next((words for start, words in _HINTS if start in wrong), "look at docs/jam-file.md")
    if "Cannot" in wrong:  # the reader points behind what it has read; people look for where it begins
        column = len(shown) - len(shown.lstrip()) + 1
    return TomlError(line, column, f"{wrong[:1].lower()}{wrong[1:]}; {hint}")


def _line_column(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


@dataclass(slots=True)
class _Places:
    """Walks once through a text that is known to be TOML, and notes where each key begins."""

    text: str
    at: int = 0
    found: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    counts: dict[KeyPath, int] = field(default_factory=dict)
    starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.starts = [0, *(found.end() for found in re.finditer("\n", self.text))]

    def all(self) -> dict[KeyPath, tuple[int, int]]:
        """Every path with its line and column."""
        table: KeyPath = ()
        while self._skip(_BLANK) < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
        return self.found

    def _header(self) -> KeyPath:
        """``[a.b]`` or ``[[a.b]]``; each ``[[a]]`` is the next member of a list."""
        begin, several = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if several else 1
        path = self._key(())
        if several:
            self.counts[path] = self.counts.get(path, -1) + 1
            path = (*path, self.counts[path])
        self.at = self.text.index("]]" if several else "]", self.at) + (2 if several else 1)
        self._note(path, begin)
        return path

    def _key(self, table: KeyPath) -> KeyPath:
        """A dotted key below ``table``; a list of tables on the way means its last member."""
        path, begin = table, self._skip(_SPACE)
        while True:
            found = _PART.match(self.text, self.at)
            assert found is not None
            self.at = found.end()
            if len(path) > MOST_PARTS:
                raise TomlError(
                    *self._place(begin), f"a key has more than {MOST_PARTS} parts; a jam file needs two"
                )
            path = (*path, _plain_key(found[0]))
            self._note(path, begin)
            if self._skip(_SPACE) >= len(self.text) or self.text[self.at] != ".":
                return path
            if path in self.counts:
                path = (*path, self.counts[path])
            self.at += 1
            self._skip(_SPACE)

    def _pair(self, table: KeyPath) -> None:
        path = self._key(table)
        self.at = self.text.index("=", self.at) + 1
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        first = self.text[self.at]
        if first == "[":
            self._members(path)
        elif first == "{":
            self._inline(path)
        else:
            found = (_TEXT if first in "\"'" else _PLAIN).match(self.text, self.at)
            assert found is not None
            self.at = found.end()

    def _members(self, path: KeyPath) -> None:
        self.at, number = self.at + 1, 0
        while self.text[self._skip(_BLANK)] != "]":
            self._note((*path, number), self.at)
            self._value((*path, number))
            number += 1
            self._comma()
        self.at += 1

    def _inline(self, path: KeyPath) -> None:
        self.at += 1
        while self.text[self._skip(_BLANK)] != "}":
            self._pair(path)
            self._comma()
        self.at += 1

    def _comma(self) -> None:
        if self.text[self._skip(_BLANK)] == ",":
            self.at += 1

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self.text, self.at)
        assert found is not None
        self.at = found.end()
        return self.at

    def _note(self, path: KeyPath, begin: int) -> None:
        self.found.setdefault(path, self._place(begin))

    def _place(self, index: int) -> tuple[int, int]:
        line = bisect_right(self.starts, index)
        return line, index - self.starts[line - 1] + 1


def _plain_key(part: str) -> str:
    """A key as the reader sees it, without its quotes."""
    return str(next(iter(tomllib.loads(f"{part}=0")))) if part[0] in "\"'" else part
