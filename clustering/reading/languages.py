"""Which texts are in a language that the model cannot read.

Between reading and grouping. Two words are too few to tell a language by, so it is told in two steps:
sure texts say which languages the jam speaks, and only among those are the others placed.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clustering.naming.stopwords_abroad import TELLING, telling_words

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

READ = ""
"""Stands for every text that the model reads."""

ENGLISH = frozenset({"en"})
_FEWEST = 5
_SURE = 0.5
_LIKELY = 0.8
_NO_LANGUAGE = "zxx"
_KIN = ("da nb nn no", "bs hr sr", "id ms", "cs sk", "gl pt", "af nl")


def by_language(
    texts: Sequence[str], readable: Collection[str] | None = ENGLISH
) -> dict[str, NDArray[np.intp]]:
    """Row numbers by language: ``READ`` first, then each language that is not read, the largest first."""
    languages = Languages(texts, readable)
    codes = [languages.of(text) or READ for text in texts]
    counts = Counter(codes)
    unread = sorted(languages.unread, key=lambda code: (-counts[code], code))
    rows = np.array(codes, dtype=object)
    return {code: np.flatnonzero(rows == code) for code in (READ, *unread)}


class Languages:
    """The languages of a jam that its model cannot read, and which of them a text is in.

    A language is there only where five texts (or one in a thousand) are in it, by the sum of what the
    identifier gives for the likely ones. Depends on the texts alone, not on their order.

    Args:
        texts: of the jam.
        readable: ISO 639-1 codes of what the model reads; None: everything.
    """

    def __init__(self, texts: Sequence[str], readable: Collection[str] | None = ENGLISH) -> None:
        self._readable = frozenset(readable or ())
        least = max(_FEWEST, len(texts) // 1000)
        foreign = self._foreign_looking(texts) if readable is not None else []
        sure = self._shares(foreign) if len(foreign) >= least else {}
        self.unread: Mapping[str, float] = {
            code: share for code, share in sorted(sure.items()) if share >= least and _leads(code, sure)
        }
        """How many texts are in each language that is there and not read, as far as that is sure."""
        self._read = max(1.0, len(texts) - sum(self.unread.values()))

    def of(self, text: str) -> str | None:
        """The unread language of a text; None where it is read, or too short to tell."""
        if not self.unread:
            return None
        own = {TELLING[word] for word in telling_words(text) if word in TELLING}
        return next(iter(own & self.unread.keys()), None) if len(own) == 1 else self._likeliest(text)

    def _likeliest(self, text: str) -> str | None:
        """By likelihood times the jam's mixture; a language that nobody speaks here counts as one text."""
        if not any(letter.isalpha() for letter in text):
            return None
        worth: defaultdict[str, float] = defaultdict(float)
        for code, share in _identifier().rank(text):
            weight = self.unread.get(code) or (self._read if code in self._readable else 1)
            worth[code if code in self.unread else READ] += share * weight
        code = max(sorted(worth), key=lambda one: worth[one])
        return code if code != READ and worth[code] >= _LIKELY * sum(worth.values()) else None

    def _foreign_looking(self, texts: Sequence[str]) -> list[str]:
        """Cheap, so that a jam that can plainly be read needs no identifier.

        Texts without any of the words that a read language alone has, and most of whose words stand in
        none of the texts that have one.
        """
        spelled = [(text, telling_words(text)) for text in texts]
        plain = [words for _, words in spelled if any(TELLING.get(word) in self._readable for word in words)]
        known = {word for words in plain for word in words}
        unlike = [(text, sum(word not in known for word in words), len(words)) for text, words in spelled]
        return [text for text, strange, count in unlike if 2 * strange > count]

    def _shares(self, texts: Sequence[str]) -> dict[str, float]:
        """For each unread language how many texts are in it, each with the certainty that it is."""
        shares: defaultdict[str, float] = defaultdict(float)
        for text in texts:
            code, share = _identifier().classify(text)
            if share >= _SURE and code not in self._readable and code != _NO_LANGUAGE:
                shares[str(code)] += round(float(share), 3)
        return dict(shares)


def _leads(code: str, sure: Mapping[str, float]) -> bool:
    """Whether it is more than the noise of a language that looks much like it."""
    kin = next((group.split() for group in _KIN if code in group.split()), [code])
    return 3 * sure[code] >= max(sure.get(one, 0) for one in kin)


@cache
def _identifier() -> "LanguageIdentifier":
    """Loaded once, at the first text that looks foreign: it takes a second and 100 MB."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
