"""What people type, made safe to store and to compare: normalise, count, check.

First thing that happens to every text, on every path (socket, form, import), so that browser,
server and database count the same characters: Unicode code points after NFC.
"""

import json
import re
import unicodedata

from jam.domain.rejections import Rejection, reject

MAX_LINES = 8
MAX_PAGE_LINES = 200
MAX_MARKS = 4
FAR_TOO_LONG = 8
"""Composing letters and folding lines never shortens a text so much: it is refused as it came."""
MAX_TAGS = 5
MAX_TAG_LENGTH = 30

_BIDI_CONTROLS = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_FOLDED = {**dict.fromkeys(_BIDI_CONTROLS), 0x2028: "\n", 0x2029: "\n"}
# Unicode's Default_Ignorable_Code_Point, and the letters of braille and hangul that are blank.
_UNSEEN = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff"
)
_BLANK = re.compile(rf"[\s{_UNSEEN}]*")
_UNSEEN_ONES = re.compile(rf"[{_UNSEEN}]")
_JOINERS = frozenset({"\u200c", "\u200d", "\ufe0e", "\ufe0f"})
_HASHES = re.compile(r"\A[\s#]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def normalise(text: str, lines: int = MAX_LINES) -> str | Rejection:
    """Return ``text`` in its one stored form, or the refusal that it earns.

    Bidirectional controls go, before NFC, lest they keep a letter and its mark apart; CRLF, CR and
    the line and paragraph separators become LF, TAB a space; every other control character is
    refused; outer white space goes; more than ``lines`` lines are joined into the last.
    """
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return reject("not_unicode")
        text = unicodedata.normalize("NFC", text.translate(_FOLDED))
        if _too_many_marks(text):
            return reject("text_too_many_marks")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if _CONTROL.search(text):
        return reject("text_control_chars")
    if _BLANK.fullmatch(text):
        return ""
    return _fold_lines(text.strip(), lines)


def _fold_lines(text: str, most: int) -> str:
    if "\n" not in text:
        return text
    lines = [line for line in (part.strip() for part in text.split("\n")) if line]
    return "\n".join([*lines[: most - 1], " ".join(lines[most - 1 :])]).strip()


def _too_many_marks(text: str) -> bool:
    """What shows nothing does not begin a new letter: the marks after it pile up on the one before."""
    run = 0
    for character in text:
        if unicodedata.category(character) in ("Mn", "Me"):
            run += 1
        elif unicodedata.category(character) != "Cf" and not _UNSEEN_ONES.match(character):
            run = 0
        if run > MAX_MARKS:
            return True
    return False


def without_blanks(text: str, *, keep_joiners: bool = False) -> str:
    """``text`` without the characters that show nothing; white space stays.

    ``keep_joiners`` leaves those in place that some scripts and emoji need between two others.
    """

    def replaced(found: re.Match[str]) -> str:
        return found[0] if keep_joiners and found[0] in _JOINERS else ""

    return _UNSEEN_ONES.sub(replaced, text)


def check_text(text: str, limit: int) -> str | Rejection:
    """The text of an idea or reply: ``limit`` code points at most, something to read in it."""
    if len(text) > FAR_TOO_LONG * limit:
        return reject("text_too_long", limit=limit, length=len(text))
    clean = normalise(text)
    if isinstance(clean, Rejection):
        return clean
    if not clean:
        return reject("text_missing")
    if len(clean) > limit:
        return reject("text_too_long", limit=limit, length=len(clean))
    return clean


def one_line(text: str) -> str | Rejection:
    """A short text in its stored form, its lines joined."""
    clean = normalise(text)
    return clean if isinstance(clean, Rejection) else clean.replace("\n", " ")


def _tag(tag: str) -> str | Rejection:
    """A tag as it is kept: without the # that people type before it."""
    clean = one_line(tag)
    return clean if isinstance(clean, Rejection) else one_line(_HASHES.sub("", clean))


def check_tags(tags: list[str]) -> list[str] | Rejection:
    """At most 5 different tags of 1 to 30 characters, in the order given."""
    clean: dict[str, None] = {}
    for tag in tags:
        word = _tag(tag)
        if isinstance(word, Rejection) or not 1 <= len(word) <= MAX_TAG_LENGTH:
            return reject("tag_bad")
        clean[word] = None
    if len(clean) > MAX_TAGS:
        return reject("too_many_tags")
    return list(clean)


def check_page(text: str, limit: int, code: str) -> str | Rejection:
    """A longer text of the organisation, of at most ``limit`` characters on 200 lines; may be empty."""
    clean = normalise(text, MAX_PAGE_LINES)
    if isinstance(clean, Rejection):
        return clean
    return clean if len(clean) <= limit else reject(code)


def check_line(text: str, limit: int, code: str) -> str | Rejection:
    """A title, question or note: 1 to ``limit`` characters, refused with ``code`` otherwise."""
    clean = normalise(text)
    if isinstance(clean, Rejection):
        return clean
    return clean if 1 <= len(clean) <= limit else reject(code)


def plain_language(lang: str | None) -> str | None:
    """A language tag as far as it is plausible (BCP 47); anything else counts as not given."""
    plain = lang is not None and 2 <= len(lang) <= 35 and lang.replace("-", "").isalnum() and lang.isascii()
    return lang if plain else None


def has_lone_surrogate(document: str | bytes) -> bool:
    """Whether a refused JSON text is refused for half a character (``\\ud800``) rather than for its form.

    Only asked after the strict decoder has said no: it does not tell the two apart.
    """
    try:
        json.dumps(json.loads(document), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    except (ValueError, RecursionError):
        return False
    return False
