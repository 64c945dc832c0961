"""Screens: what may hold an idea for a person to read before it is shown.

A screen only holds, it never hides, and every hold names its rule. Screens of a text sit behind a port: a
function of the text and of its place in the order of arrival, so the same log always meets the same
answers. Those of a person (the same text again, very many texts) look at marks kept in the person's row.
All run in a time that grows with the text's length only: no rule comes from outside (threat T22).
"""

import hashlib
import unicodedata
from collections.abc import Callable

from jam.domain import limits
from jam.domain.jam_settings import Settings
from jam.domain.names import Hold, Policy, Role
from jam.domain.patterns import has_digits, has_email, has_link, has_national_id, has_phone
from jam.domain.records import Millis, Participant
from jam.domain.text import without_blanks

Screen = Callable[[str, int, Settings], str | None]
"""``screen(text, ordinal, settings)``: the reason to hold the text, or ``None``. ``ordinal`` is 1-based."""

_WHOLE_PHRASES = dict.fromkeys((0xFDFA, 0xFDFB))
RECENT = 8
"""So many of a person's last texts are remembered, each by 32 bits."""
_MARK = 8
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())


def spot_check(text: str, ordinal: int, settings: Settings) -> str | None:
    """Hold every n-th text, where the jam's settings ask for it."""
    every = settings.spot_check
    return Hold.SPOT_CHECK if every and ordinal % every == 0 else None


def standard(text: str, ordinal: int, settings: Settings) -> str | None:
    """Hold what looks like personal data or holds a link; else every n-th text."""
    plain = text if text.isascii() else _unadorned(text)
    return _looks_like(plain) or spot_check(text, ordinal, settings)


def _looks_like(plain: str) -> Hold | None:
    if has_email(plain):
        return Hold.EMAIL
    if has_digits(plain):
        if has_national_id(plain):
            return Hold.NATIONAL_ID
        if has_phone(plain):
            return Hold.PHONE
    return Hold.LINK if has_link(plain) else None


def _unadorned(text: str) -> str:
    """Letters and digits in their plain form; not two ligatures that each become a line of their own."""
    return without_blanks(unicodedata.normalize("NFKC", text.translate(_WHOLE_PHRASES)))


def held_for(screen: Screen, text: str, ordinal: int, settings: Settings) -> str | None:
    """Why a text waits for a moderator under the jam's policy, or ``None`` if it may be shown at once."""
    if settings.policy is Policy.PRE:
        return Hold.POLICY
    if settings.policy is Policy.OPEN:
        return None
    return screen(text, ordinal, settings)


def look_at_sender(
    person: Participant, text: str, now: Millis, settings: Settings
) -> tuple[Participant, str | None]:
    """The sender with this text on their row, and why it is to be held for how they send.

    ``repeated``: the same words as one of their last texts, however spaced and spelt. ``flood``: far more
    texts than people write, over minutes; what goes beyond the allowance itself is refused before.
    """
    if person.role is not Role.PARTICIPANT or settings.policy is not Policy.SCREENED:
        return person, None
    mark = _mark_of(text)
    calm_at, wait = limits.take_calm(person.calm_at, now, settings)
    sender: Participant = person.with_(calm_at=calm_at, recent=(person.recent + mark)[-RECENT * _MARK :])
    return sender, Hold.REPEATED if mark in person.recent else Hold.FLOOD if wait else None


def _mark_of(text: str) -> str:
    """32 bits of the words alone: enough to notice a text again, too little to tell what it was."""
    if text.isascii():
        words = text.lower().encode().translate(None, _NO_LETTERS) or text.encode()
    else:
        folded = unicodedata.normalize("NFKC", text).casefold()
        words = ("".join(c for c in folded if c.isalnum()) or folded).encode()
    return hashlib.sha256(words).hexdigest()[:_MARK]
