"""Which words can be the last of a name, learned from where they stand: a tagger's work without a tagger.

Beside ``clustering.naming.phrases``. A noun follows "the" or "more" and is followed by a small word or by
nothing; what mostly stands before another word of weight ("public", "local") is half a phrase; what
follows "to" or "should" is a verb.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from clustering.naming.grammar import Grammar
from clustering.naming.stopwords import BEFORE_NOUNS, BEFORE_VERBS, NO_NOUNS, OBJECTS, VAGUE
from clustering.naming.word_classes import WordClass

_POOR_ENDINGS = ("ly", "less", "ed", "ive", "ous", "ful", "able", "ible", "ier", "iest", "ish", "ize")
_NOUNS = ("ness", "tion", "sion", "ment", "ship", "ity", "ism", "ing")
_PRIOR = 2.0
_MARKS = "'’"
_LETTERS = 3
_A_VERB, _A_NOUN = 0.35, 0.8
_A_VERB_AHEAD, _HARDLY = 0.6, 0.25


class Places(NamedTuple):
    """Where each stem of one text stands, as often as it does."""

    every: tuple[str, ...]
    ends: tuple[str, ...]
    nouns: tuple[str, ...]
    verbs: tuple[str, ...]
    many: tuple[str, ...]

    @classmethod
    def of(cls, parts: Iterable[tuple[Sequence[str], Sequence[str]]], grammar: Grammar) -> "Places":
        """``parts``: words and stems of each segment."""
        found: tuple[list[str], ...] = [], [], [], [], []
        for words, stems in parts:
            _read(words, stems, grammar, found)
        return cls(*map(tuple, found))


def _read(words: Sequence[str], stems: Sequence[str], grammar: Grammar, found: tuple[list[str], ...]) -> None:
    every, ends, nouns, verbs, many = found
    low = [word.casefold() for word in words]
    every += stems
    for place, one in enumerate(stems):
        before = low[place - 1] if place else ""
        after = low[place + 1] if place + 1 < len(low) else ""
        is_led = before in BEFORE_VERBS
        if not after or after in grammar.function:
            ends.append(one)
        if before in BEFORE_NOUNS or (place and words[place][0].isupper()):
            nouns.append(one)
        if low[place] != one and not is_led and low[place][-2] not in _MARKS:
            many.append(one)
        # At the head of a sentence stands an order ("Block them"), or a plural or gerund that is none.
        is_head = bool(after and not before) and after not in BEFORE_VERBS
        if is_led or after in OBJECTS or (is_head and low[place] == one and not one.endswith("ing")):
            verbs.append(one)


class Forms:
    """Where each stem stands in the texts of a jam."""

    def __init__(self, grammar: Grammar, texts: Iterable[Places]) -> None:
        self._grammar = grammar
        some = list(texts)
        self._times, self._ends, self._nouns, self._verbs, self._many = (
            Counter(chain.from_iterable(getattr(one, name) for one in some)) for name in Places._fields
        )

    def quality(self, key: Sequence[str]) -> float:
        """How well a phrase reads as a name, at most 1: with a noun at its end and no verb at its head."""
        if key[-1] in self._grammar.particles and len(key) > 1:
            return self.quality(key[:-1])
        last = key[-1]
        worth = 0.5 * self.ends(last) + 0.5 * self.is_noun(last) - self._no_noun(last)
        if len(key) > 1 and self._grammar.word_class(key[0]) is WordClass.VERB:
            worth -= _A_VERB_AHEAD
        if last in NO_NOUNS or last.endswith(_POOR_ENDINGS):
            worth -= 0.5
        if len(key) == 1:
            worth -= 0.5 * self.is_verb(last)
            return worth - 0.1 - 0.6 * (last in VAGUE) - 0.2 * (len(last) < _LETTERS)
        if all(word in VAGUE or word in NO_NOUNS for word in key if word not in self._grammar.function):
            worth -= 0.4
        if key[0] in VAGUE:
            worth -= 0.15
        if any(word in self._grammar.function for word in key):
            worth -= max(0.0, _A_NOUN - self.is_noun(key[0]))
        return worth - max(0.0, 0.5 - self.is_noun(key[0])) * (1.0 if self.is_verb(key[0]) else 0.35)

    def _no_noun(self, word: str) -> float:
        """How little the word can name: 0 for a noun, 1 for what is never one."""
        match self._grammar.word_class(word):
            case WordClass.NOUN:
                return 0.0
            case WordClass.EITHER:
                return 0.0 if self._many[word] else 0.3
            case _:
                return 1.0

    def is_verb(self, word: str) -> bool:
        """Whether it mostly stands where verbs do, has not the ending of a noun, and hardly a plural."""
        return self.is_noun(word) < _A_VERB and self._many[word] < _PRIOR and not word.endswith(_NOUNS)

    def is_done(self, word: str) -> bool:
        """Whether people say it as a verb almost always, and never in the plural."""
        return self.is_noun(word) <= _HARDLY and not self._many[word]

    def ends(self, word: str) -> float:
        """How often nothing of weight follows the word."""
        return (self._ends[word] + _PRIOR / 2) / (self._times[word] + _PRIOR)

    def is_noun(self, word: str) -> float:
        """How often it stands where nouns do, of the times that it stands where nouns or verbs do."""
        nouns, verbs = self._nouns[word], self._verbs[word]
        return (nouns + _PRIOR / 2) / (nouns + verbs + _PRIOR)
