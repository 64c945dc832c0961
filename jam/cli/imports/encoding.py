"""Which encoding a file of text has: seen from its bytes, or asked for where that would be a guess.

Wrong letters cannot be repaired once they are on record, so only what can be told apart is taken.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path

CHUNK = 64 * 1024
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_WESTERN = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœŠšŽžŸ€“”„‘’‚«»–—…°§©®·¡¿½¼£\u00a0".encode(
        "cp1252"
    )
)
"""The bytes that Western European text in Windows-1252 is made of; others mean another code page."""
MOST_ACCENTED = 0.25
"""Of Western European letters at most this share is accented; of Greek or Cyrillic ones nearly all are."""
_ASK = "say which with --encoding, such as utf-8, windows-1252, windows-1250 or iso-8859-2"


class BadFile(Exception):
    """The file as a whole cannot be read: what is wrong and what to do, with the line where there is one."""

    def __init__(self, wrong: str, line: int | None = None) -> None:
        super().__init__(wrong)
        self.line = line


def find_encoding(path: Path, asked: str | None = None) -> tuple[str, str]:
    """Python's name of the encoding, and the name for people. Raises ``BadFile`` where it is a guess."""
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, name, words in MARKS:
        if head.startswith(mark) and asked is None:
            return name, words
    if asked is not None:
        return _asked(asked), asked
    if b"\0" in head:
        return _without_mark(head)
    line = _first_line_not_utf8(path)
    return ("utf-8", "UTF-8") if line is None else _code_page(path, line)


def _asked(name: str) -> str:
    try:
        found = codecs.lookup(name)
    except LookupError:
        raise BadFile(f"--encoding {name[:40]!r} is not known; try utf-8, utf-16 or windows-1252") from None
    if not getattr(found, "_is_text_encoding", True):
        raise BadFile(f"--encoding {name[:40]!r} is no encoding of text; try utf-8, utf-16 or windows-1252")
    return found.name


def _without_mark(head: bytes) -> tuple[str, str]:
    """UTF-16 without its mark shows by every other byte being zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even > odd * 20:
        return "utf-16-be", "UTF-16 without a byte order mark"
    if odd > even * 20:
        return "utf-16-le", "UTF-16 without a byte order mark"
    raise BadFile("holds zero bytes, so it is no text file; save it as CSV UTF-8")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _first_line_not_utf8(path: Path) -> int | None:
    decoder, line = codecs.getincrementaldecoder("utf-8")(), 1
    for chunk in _chunks(path):
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return line + bytes(error.object[: error.start]).count(b"\n")
        line += chunk.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    return None


def _code_page(path: Path, line: int) -> tuple[str, str]:
    """Windows-1252 where the bytes are those of Western text, and few; else the person must say."""
    high, letters, kinds = 0, 0, set[int]()
    for chunk in _chunks(path):
        above = [byte for byte in chunk if byte >= 0x80]
        high += len(above)
        kinds.update(above)
        letters += sum(map(chunk.count, _LETTERS))
    if kinds <= _WESTERN and high <= MOST_ACCENTED * (high + letters):
        return "cp1252", "Windows-1252"
    raise BadFile(f"is not UTF-8, and its encoding cannot be told for sure; {_ASK}", line)


_LETTERS = [bytes([n]) for n in (*range(65, 91), *range(97, 123))]
