"""Phrases that could name a theme: one to three words that its ideas share and other themes do not.

First half of the naming, words only. A phrase never crosses punctuation, never begins or ends with a
stop word, and is never the half of a longer one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np

from clustering.naming.grammar import Grammar, adjective_of, grammar_of, is_word, same, segments, shortened
from clustering.naming.spellings import Spellings
from clustering.naming.stopwords import NO_NOUNS
from clustering.naming.word_classes import WordClass
from clustering.reading.forms import Forms
from clustering.shapes import Labels

Key = tuple[str, ...]
"""A phrase as its words' stems, so that "dog park" and "Dog parks" are one phrase."""

PROPOSED = 20
_LONGEST = 3
_OWN, _OWN_PAIR, _MARKED, _BACKDROP = 0.6, 0.1, 3.0, 0.05
_DOUBT, _THIRD, _GERUND, _MANY = 3, 1 / 3, 0.35, 0.3
_HEADED, _SPREAD, _MOSTLY, _ADJECTIVE = 0.5, 0.2, 0.4, 0.35
_INITIALS = 0.03
_TWICE = 2
_INSIDE = 0.7


class Said(NamedTuple):
    """A phrase as it stands in one text."""

    key: Key
    words: tuple[str, ...]
    is_free: bool = True
    """Whether no word of weight follows: "drugs" is free, "drug" in "drug crisis" is not."""
    is_headed: bool = False
    """Whether a word stands at its head that no phrase begins with, unless it mostly does: "big tent"."""


class Candidate(NamedTuple):
    """A phrase proposed for a theme, the way most people write it, and who says it.

    ``score`` is its c-TF-IDF, ``form`` how well it reads (0 to 1), ``own`` which share of all who say it are
    here, ``rows`` every row of the theme whose text holds it in singular or plural, ``meant`` every row
    that holds its words in any form and order.
    """

    key: Key
    text: str
    score: float
    rows: tuple[int, ...] = ()
    form: float = 1.0
    own: float = 1.0
    meant: tuple[int, ...] = ()


def said_in(text: str, grammar: Grammar) -> Iterator[Said]:
    """Every phrase of one to three words in the text, as often as it stands there."""
    for words in segments(text):
        yield from _said_in([grammar.stem(word) for word in words], words, grammar)


def _said_in(stems: Sequence[str], words: Sequence[str], grammar: Grammar) -> Iterator[Said]:
    ends = [grammar.may_end(one) for one in stems]
    whole = [False, *(_is_whole(ends, stems, end, grammar) for end in range(1, len(words) + 1))]
    for start in range(len(words)):
        is_headed = not ends[start]
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
    if len(stems) == _LONGEST and stems[1] in grammar.function:
        return stems[1] in grammar.connectors and stems[0] != stems[2]
    return len(set(stems)) == len(stems)


class PhraseBook:
    """All phrases of all themes: in how many ideas of which theme each stands, and how it is written."""

    def __init__(
        self, texts: Sequence[str], labels: Labels, question: str | None = None, lang: str = ""
    ) -> None:
        self.grammar = grammar_of(lang, question, texts)
        self._sizes = np.bincount(labels)
        self._rows: list[defaultdict[Key, list[int]]] = [defaultdict(list) for _ in self._sizes]
        self._everywhere: Counter[Key] = Counter()
        self._spellings = Spellings()
        self._forms = Forms(self.grammar)
        self._headed: set[Key] = set()
        self._whole = written_out(texts)
        for row, (text, label) in enumerate(zip(texts, labels.tolist(), strict=True)):
            self._read(row, text, label)
        self._words = [[key[0] for key in rows if len(key) == 1] for rows in self._rows]
        self._average = sum(self._everywhere.values()) / max(len(self._sizes), 1)
        self._common = self._words_of_many_themes()
        self._initials = self._initials_of_names()

    def _read(self, row: int, text: str, label: int) -> None:
        written = [[self._whole.get(word, word) for word in words] for words in segments(text)]
        parts = [(words, [self.grammar.stem(word) for word in words]) for words in written]
        said = [one for words, stems in parts for one in _said_in(stems, words, self.grammar)]
        self._spellings.read([one[:3] for one in said], [words for words, _ in parts], text.upper() == text)
        for words, stems in parts:
            self._forms.read(words, stems)
        self._headed |= {one.key for one in said if one.is_headed}
        # Once for each idea: one long text must not name a theme of many short ones.
        for key in {phrase.key for phrase in said}:
            self._rows[label][key].append(row)
            self._everywhere[key] += 1

    def propose(self, label: int, former: Sequence[str] = ()) -> list[Candidate]:
        """The phrases for this theme, the best first by c-TF-IDF and form; fewer for few words.

        Before them the phrases that it was called by, as they were written, whoever says them now.
        """
        known = {self._key_of(text, label): text for text in former}
        whole = without_halves(self._shared(label))
        scored = sorted((self._candidate(label, key) for key in whole if key not in known), key=_best_first)
        return [self._candidate(label, key)._replace(text=text) for key, text in known.items()] + scored[
            :PROPOSED
        ]

    def _key_of(self, text: str, label: int) -> Key:
        key = tuple(self.grammar.stem(word) for words in segments(text) for word in words)
        if key in self._rows[label]:
            return key
        doing = text.casefold()
        return next(((one,) for one in self._words[label] if self._gerund(one, label) == doing), key)

    def _gerund(self, word: str, label: int) -> str | None:
        """What doing it is called, where people say the word as a verb and have no noun for it."""
        what = self.grammar.word_class(word)
        is_verb = what is WordClass.VERB or (what is WordClass.NOUN and self._forms.is_done(word))
        nouns = (one for one in self._words[label] if one[0] == word[0] and one != word and same(one, word))
        if not is_verb or any(self.grammar.word_class(one) is WordClass.NOUN for one in nouns):
            return None
        return self.grammar.gerund(word)

    def rows_of(self, key: Key) -> list[int]:
        """Every row, of any theme, whose text holds the phrase."""
        return [row for rows in self._rows for row in rows.get(key, ())]

    def _shared(self, label: int) -> dict[Key, int]:
        """The theme's own phrases that more than one idea says, three of them in a large theme."""
        counts = {key: len(rows) for key, rows in self._rows[label].items()}
        least = 2 if self._sizes[label] < 40 else 3
        return {
            key: n
            for key, n in counts.items()
            if n >= least + (key[-2:-1] != () and key[-2] in self.grammar.connectors)
            and not self._is_common(key, label)
            and (key not in self._headed or self._belongs(key))
        }

    def _belongs(self, key: Key) -> bool:
        """Whether what stands at the head belongs to the phrase: mostly said with it, and no verb."""
        return (
            self._everywhere[key] >= _HEADED * self._everywhere[key[1:]]
            and self._forms.is_noun(key[0]) >= _HEADED
        )

    def _candidate(self, label: int, key: Key) -> Candidate:
        rows = tuple(self._rows[label].get(key, ()))
        text = self._spellings.write(key) if rows else ""
        form = round(self._forms.quality(key) - _ADJECTIVE * self._is_adjective(key), 4)
        own = round(len(rows) / (self._everywhere[key] + _DOUBT), 4)
        meant = self._meant(label, key, rows)
        is_heard = len(key) == 1 and len(meant) >= _MANY * self._sizes[label]
        if is_heard and (doing := self._gerund(key[0], label)):
            text, form = doing, _GERUND
        return Candidate(key, text, self._score(key, len(rows)), rows, form, own, meant)

    def _is_adjective(self, key: Key) -> bool:
        """Whether people say its noun as well: "homeless" beside "homelessness"."""
        return len(key) == 1 and (f"{key[0]}ness",) in self._everywhere

    def _meant(self, label: int, key: Key, rows: Iterable[int]) -> tuple[int, ...]:
        if len(key) == 1:
            return tuple(sorted({*rows, *self._rows_with(label, adjective_of(key[0]))}))
        words = [self._rows_with(label, word) for word in key if self.grammar.may_end(word)]
        return tuple(sorted(set.intersection(*words) | {*rows})) if words else tuple(rows)

    def _rows_with(self, label: int, word: str) -> set[int]:
        """Rows of the theme with the word in any form: "wait", "waited", "waiting"."""
        forms = (one for one in self._words[label] if one[0] == word[0] and same(one, word))
        return {row for one in forms for row in self._rows[label][one,]}

    def _score(self, key: Key, times: int) -> float:
        """c-TF-IDF (Grootendorst 2022), with ideas counted in place of words."""
        return round(times * float(np.log1p(self._average / max(self._everywhere[key], 1))), 9)

    def _is_common(self, key: Key, label: int) -> bool:
        """Whether it is made of words of many themes, and is not this theme's own all the same."""
        if key in self._initials or self._is_backdrop(key, label):
            return True
        if self._is_marked(key, label):
            return False
        if len(key) == 1 and self._is_spread(key, label):
            return True
        if not all(word in self._common or word in self.grammar.connectors for word in key):
            return False
        here = len(self._rows[label][key]) / self._sizes[label]
        return bool(
            here < (_OWN if len(key) == 1 else _OWN_PAIR)
            or here < _MARKED * self._everywhere[key] / int(self._sizes.sum())
        )

    def _is_marked(self, key: Key, label: int) -> bool:
        """Whether a third of the theme says it, and much more often than the others do."""
        here = len(self._rows[label][key])
        beyond = (self._everywhere[key] - here) / max(1, int(self._sizes.sum() - self._sizes[label]))
        return bool(here >= _THIRD * self._sizes[label] and here >= _MARKED * beyond * self._sizes[label])

    def _is_spread(self, key: Key, label: int) -> bool:
        """Whether more than a fifth of the other themes say the word too, and most who say it are there."""
        here = len(self._rows[label][key])
        others = sum(len(rows[key]) > 0 for rows in self._rows if key in rows) - 1
        if others <= max(2.0, _SPREAD * (len(self._sizes) - 1)):
            return False
        return bool(here < _OWN * self._sizes[label] and here < _MOSTLY * self._everywhere[key])

    def _words_of_many_themes(self) -> frozenset[str]:
        """Words that stand in a tenth of the ideas of more than a fifth (and more than two) of the themes."""
        many = max(2.0, 0.2 * len(self._sizes))
        themes: Counter[str] = Counter()
        for rows, size in zip(self._rows, self._sizes, strict=True):
            themes.update(key[0] for key in rows if len(key) == 1 and len(rows[key]) >= max(2.0, size / 10))
        return frozenset(word for word, times in themes.items() if times > many)

    def _is_backdrop(self, key: Key, label: int) -> bool:
        """A name that many ideas of other themes speak of too: the jam's own town, before all."""
        outside = self._everywhere[key] - len(self._rows[label][key])
        if outside < 1 + _BACKDROP * (self._sizes.sum() - self._sizes[label]):
            return False
        return self._is_name(key)

    def _is_name(self, key: Key) -> bool:
        return self._spellings.write(key) != self._spellings.write(key).lower()

    def _initials_of_names(self) -> frozenset[Key]:
        """The initials of the names that many ideas speak of: "BG" for "Bowling Green"."""
        many = _INITIALS * int(self._sizes.sum())
        often = [key for key, times in self._everywhere.items() if len(key) > 1 and times >= max(many, 3)]
        return frozenset(("".join(word[0] for word in key),) for key in often if self._is_name(key))


def _best_first(one: Candidate) -> tuple[float, int, Key]:
    return -one.score * (0.3 + max(one.form, 0.0)), -len(one.key), one.key


def written_out(texts: Sequence[str]) -> dict[str, str]:
    """For each short form of a word the whole one: both follow the same name, "Mill Rd" and "Mill Road"."""
    after: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for words in segments(text):
            for name, word in pairwise(words):
                if name[0].isupper() and word[0].isupper():
                    after[name.casefold()][word] += 1
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for forms in after.values():
        for short, whole in product(forms, forms):
            if shortened(short, whole):
                found[short][whole] += min(forms[short], forms[whole])
    most = {short: min(wholes, key=lambda one: (-wholes[one], one)) for short, wholes in found.items()}
    return {short: whole for short, whole in most.items() if found[short][whole] >= _TWICE}


def without_halves(counts: dict[Key, int]) -> dict[Key, int]:
    """Without the phrases that stand mostly inside a longer one: "waiting" in "waiting list"."""
    inside: defaultdict[Key, int] = defaultdict(int)
    for key, times in counts.items():
        for part in _parts(key):
            inside[part] = max(inside[part], times)
    return {key: times for key, times in counts.items() if inside[key] < _INSIDE * times}


def _parts(key: Key) -> Iterable[Key]:
    return {key[start:end] for start in range(len(key)) for end in range(start + 1, len(key) + 1)} - {key}
