"""What every text says, phrase by phrase: one to three words, read once for the themes and for their parts.

First half of the naming, words only. A phrase never crosses punctuation, never begins or ends with a
stop word, and is never the half of a longer one. Which of them could name a theme: ``naming.book``.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from itertools import chain, pairwise, product
from typing import NamedTuple

from clustering.naming.grammar import Grammar, Segments, grammar_of, is_word, segments, shortened
from clustering.naming.spellings import Spellings, Written
from clustering.naming.stopwords import NO_NOUNS
from clustering.reading.forms import Forms, Places

Key = tuple[str, ...]
"""A phrase as its words' stems, so that "dog park" and "Dog parks" are one phrase."""

_LONGEST = 3
_TWICE = 2
_COMPARED = 200


class Said(NamedTuple):
    """A phrase as it stands in one text."""

    key: Key
    words: tuple[str, ...]
    is_free: bool = True
    """Whether no word of weight follows: "drugs" is free, "drug" in "drug crisis" is not."""
    is_headed: bool = False
    """Whether a word stands at its head that no phrase begins with, unless it mostly does: "big tent"."""


class TextPhrases(NamedTuple):
    """What one text says, and what it teaches of how phrases are written and where words stand."""

    keys: tuple[Key, ...]
    """Each once: one long text must not name a theme of many short ones."""
    headed: tuple[Key, ...]
    written: Written
    places: Places

    @classmethod
    def of(cls, text: str, segmented: Segments, whole: Mapping[str, str], grammar: Grammar) -> "TextPhrases":
        """``segmented`` are the text's ``segments``, ``whole`` the long forms of short words."""
        words = [[whole.get(word, word) for word in some] for some in segmented] if whole else segmented
        parts = [(some, [grammar.stem(word) for word in some]) for some in words]
        said = [one for some, stems in parts for one in _said_in(stems, some, grammar)]
        return cls(
            tuple(dict.fromkeys(one.key for one in said)),
            tuple({one.key for one in said if one.is_headed}),
            Written.of([one[:3] for one in said], words, is_shouted=text.upper() == text),
            Places.of(parts, grammar),
        )


class KnownPhrases:
    """The phrases of texts as one language reads them, and as they stand there: no word was written out."""

    def __init__(self) -> None:
        self._texts: dict[str, TextPhrases] = {}
        self._read_by: tuple[object, ...] = ()

    def set_apart(self) -> "KnownPhrases":
        """The same; what either learns or forgets does not reach the other."""
        apart = copy(self)
        apart._texts = dict(self._texts)
        return apart

    def forget(self, text: str) -> None:
        """Nobody says this any more."""
        self._texts.pop(text, None)

    def keep(self, texts: Collection[str]) -> None:
        """Forget all others."""
        self._texts = {text: one for text, one in self._texts.items() if text in texts}

    def read(self, texts: Sequence[str], words: Sequence[Segments], grammar: Grammar) -> list[TextPhrases]:
        """The phrases of these texts, which are the only ones that it knows from now on."""
        if grammar.key != self._read_by:
            self._read_by, self._texts = grammar.key, {}
        whole, found, known = written_out(words), list[TextPhrases](), dict[str, TextPhrases]()
        for text, some in zip(texts, words, strict=True):
            if whole and not whole.keys().isdisjoint(chain.from_iterable(some)):
                # Not kept: the long form is another text's, which may go.
                found.append(TextPhrases.of(text, some, whole, grammar))
            else:
                one = self._texts.get(text) or TextPhrases.of(text, some, {}, grammar)
                found.append(one)
                known[text] = one
        self._texts = known
        return found


class Phrases:
    """The phrases of many texts.

    ``keys`` has for each text its words, and those of its longer phrases that another text says too;
    ``counts`` how many different phrases it says. ``grammar``, ``spellings``, ``forms`` and ``headed``
    (phrases with a word at their head that begins none) were learned from all the texts that were read.
    """

    def __init__(
        self,
        texts: Sequence[str],
        question: str | None = None,
        lang: str = "",
        words: Sequence[Segments] | None = None,
        known: KnownPhrases | None = None,
    ) -> None:
        """``words``: the ``segments`` of each text, where they are known; ``known``: what was read before."""
        self.texts = texts
        words = words or [segments(text) for text in texts]
        self.grammar = grammar_of(lang, question, texts)
        said = (known or KnownPhrases()).read(texts, words, self.grammar)
        self.spellings = Spellings(one.written for one in said)
        self.forms = Forms(self.grammar, (one.places for one in said))
        self.headed = {key for one in said for key in one.headed}
        times = Counter(chain.from_iterable(one.keys for one in said))
        self.counts = [len(one.keys) for one in said]
        self.keys = [[key for key in one.keys if len(key) == 1 or times[key] >= _TWICE] for one in said]

    def of(self, rows: Sequence[int]) -> "Phrases":
        """Those of some of the texts; what was learned from all of them stays."""
        some = copy(self)
        some.texts = [self.texts[row] for row in rows]
        some.counts = [self.counts[row] for row in rows]
        some.keys = [self.keys[row] for row in rows]
        return some


def said_in(text: str, grammar: Grammar) -> Iterator[Said]:
    """Every phrase of one to three words in the text, as often as it stands there."""
    for words in segments(text):
        yield from _said_in([grammar.stem(word) for word in words], words, grammar)


def _said_in(stems: Sequence[str], words: Sequence[str], grammar: Grammar) -> Iterator[Said]:
    ends = [grammar.may_end(one) for one in stems]
    if not any(ends):
        return
    whole = [False, *(_is_whole(ends, stems, end, grammar) for end in range(1, len(words) + 1))]
    for start, begins in enumerate(ends):
        is_headed = not begins
        if is_headed and not _may_head(stems, ends, start, grammar):
            continue
        for end in range(start + 1 + is_headed, min(start + _LONGEST, len(words)) + 1):
            if whole[end] and _is_phrase(stems[start:end], grammar):
                is_free = end == len(words) or stems[end] in grammar.function
                yield Said(tuple(stems[start:end]), tuple(words[start:end]), is_free, is_headed)


def _may_head(stems: Sequence[str], ends: Sequence[bool], start: int, grammar: Grammar) -> bool:
    """Whether this word, that begins no phrase, may belong to the phrase that follows it at once."""
    return (
        start + 1 < len(stems)
        and ends[start + 1]
        and stems[start] not in grammar.function
        and stems[start] not in NO_NOUNS
        and is_word(stems[start])
    )


def _is_whole(ends: Sequence[bool], stems: Sequence[str], end: int, grammar: Grammar) -> bool:
    """Whether a phrase may end before this place: "pick" is half of "pick up", and "up" is no phrase."""
    if stems[end - 1] in grammar.particles:
        return end > 1 and ends[end - 2]
    return ends[end - 1] and not (end < len(stems) and stems[end] in grammar.particles)


def _is_phrase(stems: Sequence[str], grammar: Grammar) -> bool:
    """Whether nothing in the middle speaks against it."""
    if len(stems) == 1:
        return True
    if len(stems) == _LONGEST and stems[1] in grammar.function:
        return stems[1] in grammar.connectors and stems[0] != stems[2]
    return len(set(stems)) == len(stems)


def written_out(texts: Sequence[Segments]) -> dict[str, str]:
    """For each short form of a word the whole one: both follow the same name, "Mill Rd" and "Mill Road".

    ``texts`` are the words of each text, parted by its punctuation.
    """
    after: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for words in text:
            for name, word in pairwise(words):
                if name[0].isupper() and word[0].isupper():
                    after[name.casefold()][word] += 1
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for forms in after.values():
        # Of ten thousand words after one name, the commonest: every pair is compared.
        often = sorted(forms, key=lambda word: (-forms[word], word))[:_COMPARED]
        for short, whole in product(often, often):
            if shortened(short, whole):
                found[short][whole] += min(forms[short], forms[whole])
    most = {short: min(wholes, key=lambda one: (-wholes[one], one)) for short, wholes in found.items()}
    return {short: whole for short, whole in most.items() if found[short][whole] >= _TWICE}
