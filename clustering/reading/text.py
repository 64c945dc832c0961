"""Texts made comparable: one canonical order, one normal form, one hash of all inputs.

First stage. Whatever the order of the rows, the later stages see the distinct texts in the order of
their hashes, which is what makes a map independent of that order.
"""

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from clustering.errors import TextsRefused


def as_strings(texts: Iterable[object]) -> list[str]:
    """Each text as ``str``: ``None`` and numbers are answers too. Lone surrogates become "?"."""
    return [str(text).encode("utf-8", "replace").decode("utf-8") for text in texts]


def checked_ids(ids: Sequence[str] | None, count: int) -> list[str]:
    """The ids as strings, or "1", "2" … without any.

    Raises TextsRefused where their number is not that of the texts, or one stands there twice.
    """
    if ids is None:
        return [str(number) for number in range(1, count + 1)]
    strings = as_strings(ids)
    if len(strings) != count:
        raise TextsRefused(f"There are {count} texts and {len(strings)} ids; give one id for each text.")
    if len(set(strings)) != count:
        twice = Counter(strings).most_common(1)[0][0]
        raise TextsRefused(f"The id {twice!r} stands for two texts; give each text an id of its own.")
    return strings


_ASCII_BETWEEN = re.compile(r"[^a-z0-9$+<=>^`|~]+")
"""What is no letter, number or symbol, by Unicode's categories."""


def normal_form(text: str) -> str:
    """What two texts share that differ in case, spacing and punctuation alone.

    A text of nothing but punctuation is its own normal form: "?" and "!" do not say the same.
    """
    if text.isascii():  # Most texts; a tenth of the time.
        words = _ASCII_BETWEEN.sub(" ", text.lower()).split()
        return " ".join(words) or " ".join(text.split())
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(letter if _counts(letter) else " " for letter in folded).split()
    return " ".join(words) or " ".join(folded.split())


def _counts(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNMS"


def sha256(text: str) -> str:
    """Hex SHA-256 of the text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def inputs_hash(ids: Sequence[str], texts: Sequence[str], question: str | None) -> str:
    """Hex SHA-256 over question, ids and texts, the same for every order of the rows."""
    rows = sorted(zip(ids, texts, strict=True))
    return sha256(json.dumps([question, rows], ensure_ascii=True, separators=(",", ":")))
