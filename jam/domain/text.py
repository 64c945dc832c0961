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
MAX_TAGS = 5
MAX_TAG_LENGTH = 30
MAX_HANDLE_LENGTH = 40

_BIDI_CONTROLS = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_FOLDED = {**dict.fromkeys(_BIDI_CONTROLS), 0x2028: "\n", 0x2029: "\n"}
# White space, Unicode's Default_Ignorable_Code_Point, and the letters of braille and hangul that are blank.
_BLANK = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff]*"
)
_HASHES = re.compile(r"\A[\s#]+")
_RESERVED = frozenset({"admin", "administrator", "moderator", "facilitator", "staff", "system", "official"})
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
    run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if run > MAX_MARKS:
            return True
    return False


def check_text(text: str, limit: int) -> str | Rejection:
    """The text of an idea or reply: ``limit`` code points at most, something to read in it."""
    clean = normalise(text)
    if isinstance(clean, Rejection):
        return clean
    if not clean:
        return reject("text_missing")
    if len(clean) > limit:
        return reject("text_too_long", limit=limit, length=len(clean))
    return clean


def _one_line(text: str) -> str | Rejection:
    clean = normalise(text)
    return clean if isinstance(clean, Rejection) else clean.replace("\n", " ")


def _tag(tag: str) -> str | Rejection:
    """A tag as it is kept: without the # that people type before it."""
    clean = _one_line(tag)
    return clean if isinstance(clean, Rejection) else _one_line(_HASHES.sub("", clean))


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


def check_handle(handle: str, *, staff: bool = False) -> str | Rejection:
    """The name others see: 1 to 40 characters on one line, not a reserved one unless ``staff``."""
    clean = _one_line(handle)
    if isinstance(clean, Rejection):
        return clean
    if not clean:
        return reject("handle_missing")
    if len(clean) > MAX_HANDLE_LENGTH:
        return reject("handle_too_long")
    if not staff and handle_key(clean) in _RESERVED:
        return reject("handle_reserved")
    return clean


def handle_key(handle: str) -> str:
    """The form in which two handles are the same one: NFKC, case folded, without blanks.

    Look-alike letters of other scripts (UTS #39) are not folded here.
    """
    folded = unicodedata.normalize("NFKC", handle).casefold()
    return "".join(c for c in folded if c.isalnum()) or folded


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
