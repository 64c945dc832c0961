"""What is read of each text by itself, once: its normal form, its words, whether it answers nothing.

Between the texts as they come and all that compares them. A jam that is grouped again and again reads only
what is new: see ``clustering.memory``.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from clustering.naming.grammar import Segments, segments
from clustering.reading.nonanswers import is_non_answer
from clustering.reading.text import normal_form, sha256


class Reading(NamedTuple):
    """One text: its normal form, the SHA-256 of that, whether it is no answer, its words."""

    form: str
    digest: str
    is_empty: bool
    words: Segments

    @classmethod
    def of(cls, text: str) -> "Reading":
        form = normal_form(text)
        return cls(form, sha256(form), is_non_answer(text), segments(text))


class Wording(NamedTuple):
    """One distinct text, as it was most often written, and the ids of the ideas that say it."""

    text: str
    ids: tuple[str, ...]


def distinct_wordings(
    ids: Sequence[str], texts: Sequence[str], readings: Mapping[str, Reading] | None = None
) -> list[Wording]:
    """The texts that differ in their normal form, in the order of its SHA-256.

    ``readings`` are those of the texts, where they are known.
    """
    known = readings or {text: Reading.of(text) for text in texts}
    by_form: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for key, text in zip(ids, texts, strict=True):
        one = known[text]
        by_form[one.digest, one.form].append((text, key))
    return [_wording(said) for _, said in sorted(by_form.items())]


def _wording(said: list[tuple[str, str]]) -> Wording:
    times = Counter(text for text, _ in said)
    commonest = min(times, key=lambda text: (-times[text], text))
    return Wording(commonest, tuple(sorted(key for _, key in said)))
