"""The names that people go by in a jam: what may be one, and when two would be taken for the same.

Comparison follows RFC 8266 (nicknames) and then the skeletons of UTS #39 (look-alike characters), from the
data of the packages ``precis-i18n`` and ``confusable-homoglyphs``; so nobody can pass for somebody else in
the jam, or for those who run it (threat T15).
"""

import contextlib
import functools
import re
import string
import unicodedata

from confusable_homoglyphs import confusables
from precis_i18n import get_profile

from jam.domain.rejections import Rejection, reject
from jam.domain.text import one_line, without_blanks

MAX_HANDLE_LENGTH = 40
_WORDS = ("admin", "administrator", "moderator", "facilitator", "organiser", "organizer", "staff", "system")
_RESERVED_WORDS = (*_WORDS, "official")
_RESERVED_STARTS = ("administrator", "moderator", "facilitator", "records officer")
_DRESSES = (
    "CIRCLED LATIN CAPITAL LETTER",
    "NEGATIVE CIRCLED LATIN CAPITAL LETTER",
    "NEGATIVE SQUARED LATIN CAPITAL LETTER",
    "LATIN LETTER SMALL CAPITAL",
)
_DIRECTION_MARK = "\u200e"
_BREAKS = re.compile(r"[\W_]+")


def check_handle(handle: str, *, staff: bool = False) -> str | Rejection:
    """The name others see: 1 to 40 characters on one line, not a reserved one unless ``staff``.

    Letters that show nothing are taken out; a joiner stays where it may hold an emoji together.
    """
    clean = one_line(handle)
    if isinstance(clean, Rejection):
        return clean
    clean = " ".join(without_blanks(clean, keep_joiners=True).split())
    if not without_blanks(clean):
        return reject("handle_missing")
    if len(clean) > MAX_HANDLE_LENGTH:
        return reject("handle_too_long")
    if not staff and is_reserved(clean):
        return reject("handle_reserved")
    return clean


def is_reserved(handle: str) -> bool:
    """Whether a name claims to be of those who run the jam: by one of its words, or by how it starts."""
    words, starts = _reserved()
    handle = handle.translate(_undressed())  # first: some of these signs would count as breaks
    keys = {key for word in (handle, *_BREAKS.split(handle)) if word for key in _keys(word)}
    return not keys.isdisjoint(words) or any(key.startswith(starts) for key in _keys(handle))


def _keys(word: str) -> tuple[str, str]:
    return handle_key(word), look_key(word)


@functools.cache
def _reserved() -> tuple[frozenset[str], tuple[str, ...]]:
    words = frozenset(key for word in _RESERVED_WORDS for key in _keys(word))
    return words, tuple(key for word in _RESERVED_STARTS for key in _keys(word))


def handle_key(handle: str) -> str:
    """The form in which two handles *read* the same: as RFC 8266 compares, letters and digits only.

    Of a name that has none of them (an emoji) everything counts.
    """
    return _plain(_compared(without_blanks(handle)))


def look_key(handle: str) -> str:
    """The form in which two handles *look* the same: the skeleton of UTS #39, letters and digits only.

    Taken twice, because capitals have look-alikes that small letters have not, and the other way about;
    ``i`` falls together with ``l``, because in capitals it does. Names may read the same and look
    different (capitals of Greek), or look the same and read differently: neither key covers the other.
    """
    plain = without_blanks(handle).translate(_undressed())
    folded = _skeleton(_compared(_skeleton(plain))).casefold()
    return _plain(folded).replace("i", "l")


def _plain(folded: str) -> str:
    return "".join(c for c in folded if c.isalnum() or unicodedata.category(c)[0] == "M") or folded


def _compared(text: str) -> str:
    """As RFC 8266 compares; what it does not allow at all is folded by the same means, one by one."""
    try:
        return str(get_profile("NicknameCaseMapped").enforce(text)).casefold()
    except UnicodeEncodeError:
        return unicodedata.normalize("NFKC", text).casefold()


@functools.cache
def _undressed() -> dict[int, str]:
    """Letters in a ring or a box, and small capitals: symbols to Unicode or letters of their own, and no
    look-alikes in its data, but everybody reads the plain letter."""
    table = {}
    for letter in string.ascii_uppercase:
        for style in _DRESSES:
            with contextlib.suppress(KeyError):  # there is no small capital X
                table[ord(unicodedata.lookup(f"{style} {letter}"))] = letter.lower()
    return table


def _skeleton(text: str) -> str:
    """UTS #39, section 4: decompose, put each character's prototype in its place, compose again."""
    mapped = unicodedata.normalize("NFD", text).translate(_look_alikes())
    return unicodedata.normalize("NFC", mapped)


@functools.cache
def _look_alikes() -> dict[int, str]:
    """For each character that looks like others the one spelling of its kind.

    The package's table lists pairs in both directions; a kind that has a spelling of several letters
    (``rn`` for ``m``) is spelt that way, because those letters cannot be looked up as one.
    """
    kinds: dict[str, set[str]] = {}
    for character, others in confusables.confusables_data.items():
        pair = {character.strip(_DIRECTION_MARK), *(o["c"].strip(_DIRECTION_MARK) for o in others)}
        for known in {id(kinds[one]): kinds[one] for one in pair if one in kinds}.values():
            pair |= known
        kinds.update(dict.fromkeys(pair, pair))
    spelt = {id(kind): min(kind, key=_simplest) for kind in kinds.values()}
    return {ord(one): spelt[id(kind)] for one, kind in kinds.items() if len(one) == 1}


def _simplest(spelling: str) -> tuple[int, bool, bool, str]:
    """The order of preference: several letters, a small letter, any letter of ASCII, the rest."""
    ascii_letter = spelling.isascii() and spelling.isalpha()
    return -len(spelling), not (ascii_letter and spelling.islower()), not ascii_letter, spelling
