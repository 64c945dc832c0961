"""Phrases that could name a theme: those that its ideas share and other themes do not.

After ``naming.phrases``, which says what each text holds; ``naming.title`` chooses among these.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from clustering.naming.grammar import BEGINNING, adjective_of, by_beginning, same, segments
from clustering.naming.phrases import Key, Phrases
from clustering.naming.word_classes import WordClass
from clustering.shapes import Labels

PROPOSED = 20
_OWN, _OWN_PAIR, _MARKED, _BACKDROP = 0.6, 0.1, 3.0, 0.05
_DOUBT, _THIRD, _GERUND, _MANY = 3, 1 / 3, 0.35, 0.3
_HEADED, _SPREAD, _MOSTLY, _ADJECTIVE = 0.5, 0.2, 0.4, 0.35
_INITIALS = 0.03
_INSIDE = 0.7


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


class PhraseBook:
    """All phrases of all themes: in how many ideas of which theme each stands, and how it is written."""

    def __init__(self, phrases: Phrases, labels: Labels) -> None:
        self.grammar = phrases.grammar
        self._spellings, self._forms, self._headed = phrases.spellings, phrases.forms, phrases.headed
        self._count = len(labels)
        self._sizes: list[int] = np.bincount(labels).tolist()
        self._rows: list[defaultdict[Key, list[int]]] = [defaultdict(list) for _ in self._sizes]
        for row, (keys, label) in enumerate(zip(phrases.keys, labels.tolist(), strict=True)):
            here = self._rows[label]
            for key in keys:
                here[key].append(row)
        self._everywhere = Counter(key for keys in phrases.keys for key in keys)
        self._themes = Counter(key for rows in self._rows for key in rows)
        self._words = [by_beginning(key[0] for key in rows if len(key) == 1) for rows in self._rows]
        self._average = sum(phrases.counts) / max(len(self._sizes), 1)
        self._common = self._words_of_many_themes()
        self._initials = self._initials_of_names()

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
        words = (key[0] for key in self._rows[label] if len(key) == 1)
        return next(((one,) for one in words if self._gerund(one, label) == doing), key)

    def _gerund(self, word: str, label: int) -> str | None:
        """What doing it is called, where people say the word as a verb and have no noun for it."""
        what = self.grammar.word_class(word)
        if what is not WordClass.VERB and not (what is WordClass.NOUN and self._forms.is_done(word)):
            return None
        if any(
            self.grammar.word_class(one) is WordClass.NOUN for one in self._like(label, word) if one != word
        ):
            return None
        return self.grammar.gerund(word)

    def rows_of_each(self, keys: Sequence[Key]) -> list[list[int]]:
        """For each phrase every row, of any theme, whose text holds it."""
        found: dict[Key, list[int]] = {key: [] for key in keys}
        for rows in self._rows:
            for key in found.keys() & rows.keys():
                found[key] += rows[key]
        return list(found.values())

    def _shared(self, label: int) -> dict[Key, int]:
        """The theme's own phrases that more than one idea says, three of them in a large theme."""
        least = 2 if self._sizes[label] < 40 else 3
        often = [(key, len(rows)) for key, rows in self._rows[label].items() if len(rows) >= least]
        return {
            key: n
            for key, n in often
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
        return {row for one in self._like(label, word) for row in self._rows[label][one,]}

    def _like(self, label: int, word: str) -> Iterator[str]:
        """The words of the theme that are this one in any form."""
        return (one for one in self._words[label].get(word[:BEGINNING], ()) if same(one, word))

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
        least = _OWN if len(key) == 1 else _OWN_PAIR
        return here < max(least, _MARKED * self._everywhere[key] / self._count)

    def _is_marked(self, key: Key, label: int) -> bool:
        """Whether a third of the theme says it, and much more often than the others do."""
        here = len(self._rows[label][key])
        beyond = (self._everywhere[key] - here) / max(1, self._count - self._sizes[label])
        return here >= self._sizes[label] * max(_THIRD, _MARKED * beyond)

    def _is_spread(self, key: Key, label: int) -> bool:
        """Whether more than a fifth of the other themes say the word too, and most who say it are there."""
        here = len(self._rows[label][key])
        others = self._themes[key] - 1
        if others <= max(2.0, _SPREAD * (len(self._sizes) - 1)):
            return False
        return here < min(_OWN * self._sizes[label], _MOSTLY * self._everywhere[key])

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
        if outside < 1 + _BACKDROP * (self._count - self._sizes[label]):
            return False
        return self._is_name(key)

    def _is_name(self, key: Key) -> bool:
        return self._spellings.write(key) != self._spellings.write(key).lower()

    def _initials_of_names(self) -> frozenset[Key]:
        """The initials of the names that many ideas speak of: "BG" for "Bowling Green"."""
        many = _INITIALS * self._count
        often = [key for key, times in self._everywhere.items() if len(key) > 1 and times >= max(many, 3)]
        return frozenset(("".join(word[0] for word in key),) for key in often if self._is_name(key))


def _best_first(one: Candidate) -> tuple[float, int, Key]:
    return -one.score * (0.3 + max(one.form, 0.0)), -len(one.key), one.key


def without_halves(counts: dict[Key, int]) -> dict[Key, int]:
    """Without the phrases that stand mostly inside a longer one: "waiting" in "waiting list"."""
    inside: defaultdict[Key, int] = defaultdict(int)
    for key, times in counts.items():
        for part in _parts(key):
            inside[part] = max(inside[part], times)
    return {key: times for key, times in counts.items() if inside[key] < _INSIDE * times}


def _parts(key: Key) -> Iterable[Key]:
    return {key[start:end] for start in range(len(key)) for end in range(start + 1, len(key) + 1)} - {key}
