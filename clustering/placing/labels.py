"""A theme's name as one to three short lines, and how much room they take.

Nothing measures a font here: widths come from a table of a wide sans (DejaVu Sans, regular), so that
the box is generous for every face of the system's sans stack. Before ``place`` puts boxes on the map.
"""

import unicodedata
from dataclasses import dataclass

MOST_LINES = 3
LEADING = 1.25
"""Height of a line, in sizes of its letters."""

_ELLIPSIS = "…"
_MOST_MARKS = 2
_BISECTIONS = 10
# Widths in thousandths of the letters' size, by the characters that have them.
_WIDTHS = {
    280: "ijl|'’‘",
    320: " .,:;!·/\\I",
    400: 'fJt()[]-–"“”',
    530: "cszk*`r",
    600: "vxyFLT?_<>+=~^",
    640: "abdeghnopqu0123456789",
    700: "ABCEKPRSVXYZ$€£",
    790: "DGHNOQU",
    840: "w&",
    1000: "mMW%@…—",
}
_WIDTH = {character: width / 1000 for width, characters in _WIDTHS.items() for character in characters}
_LOWER, _UPPER, _WIDE = 0.66, 0.8, 1.02


@dataclass(frozen=True, slots=True)
class Lines:
    """A wrapped name; width and height of its box in the units of ``size``."""

    lines: tuple[str, ...]
    width: float
    height: float


def wrapped(name: str, size: float, widest: float) -> Lines:
    """The name on as few lines as fit into ``widest``, these as even as can be; what is too long ends in "…".

    A word wider than a line is cut, which is also how text without spaces is wrapped.
    """
    words = _words(name, widest / size)
    lines = _even(words, widest / size)
    width = max((width_of(line) for line in lines), default=0.0)
    return Lines(tuple(lines), width * size, len(lines) * LEADING * size)


def width_of(text: str) -> float:
    """About the width of a line, in sizes of its letters; rather too wide than too narrow."""
    return sum(_WIDTH.get(character) or _width(character) for character in text)


def _width(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return _WIDE
    plain = unicodedata.normalize("NFD", character)[0]
    if plain in _WIDTH:
        return _WIDTH[plain]
    return _UPPER if character.isupper() else _LOWER if character.isalpha() else _WIDE


def _words(name: str, widest: float) -> list[str]:
    """The words, each with the space before it; words wider than a line in pieces, without one."""
    plain = _without_towers(" ".join(name.split()))
    words: list[str] = []
    for number, word in enumerate(plain.split(" ")):
        first, *rest = _pieces(word, widest)
        words += [f" {first}" if number else first, *rest]
    return words


def _without_towers(text: str) -> str:
    """Without control characters, and with at most two marks on a letter: more reach over other lines."""
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS and unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co"):
            kept.append(character)
    return "".join(kept)


def _pieces(word: str, widest: float) -> list[str]:
    pieces, start, width = [], 0, 0.0
    for at, character in enumerate(word):
        step = width_of(character)
        if width + step > widest and at > start:
            pieces.append(word[start:at])
            start, width = at, 0.0
        width += step
    return [*pieces, word[start:]]


def _even(words: list[str], widest: float) -> list[str]:
    """As few lines as the widest allows, then as narrow as that number of lines allows."""
    widths = [width_of(word) for word in words]
    lines = _filled(words, widths, widest)
    if len(lines) > MOST_LINES:
        return [*lines[: MOST_LINES - 1], _cut("".join([lines[MOST_LINES - 1], _ELLIPSIS]), widest)]
    low, high = max(widths, default=0.0), widest
    for _ in range(_BISECTIONS if len(lines) > 1 else 0):
        middle = (low + high) / 2
        fits = len(_filled(words, widths, middle)) <= len(lines)
        low, high = (low, middle) if fits else (middle, high)
    return _filled(words, widths, max(low, high))


def _filled(words: list[str], widths: list[float], widest: float) -> list[str]:
    """Words put on lines as they come, each line at most the widest, or one word."""
    lines: list[str] = []
    taken = 0.0
    for word, width in zip(words, widths, strict=True):
        if lines and taken + width <= widest:
            lines[-1] += word
            taken += width
        else:
            lines.append(word.lstrip(" "))
            taken = width
    return [line for line in lines if line]


def _cut(line: str, widest: float) -> str:
    """A line that ends in an ellipsis, shortened before it until it fits."""
    while width_of(line) > widest and len(line) > 1:
        line = line[:-2].rstrip(" ,;·-–") + _ELLIPSIS
    return line
