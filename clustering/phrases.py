"""Phrases that could name a theme: one to three words that its ideas share and other themes do not.

First half of the naming, words only. A phrase never crosses punctuation, never begins or ends with a
stop word, and is never the half of a longer one.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from clustering.shapes import Labels
from clustering.stopwords import CONNECTORS, FUNCTION_WORDS, PROPOSAL_WORDS

Key = tuple[str, ...]
"""A phrase as its words' stems, so that "dog park" and "Dog parks" are one phrase."""

PROPOSED = 15
_LONGEST_TEXT = 2_000
_Form = TypeVar("_Form", str, tuple[str, ...])
_SEGMENT = re.compile(r"[^\w\s'’&/+-]+|\s[-/]+\s|\s[&+]\s|[\r\n]+")
_WORD = re.compile(r"[^\W_]+(?:['’&/-][^\W_]+)*")
_STOP = FUNCTION_WORDS | PROPOSAL_WORDS


class Said(NamedTuple):
    """A phrase as it stands in one text."""

    key: Key
    words: tuple[str, ...]


class Candidate(NamedTuple):
    """A phrase proposed for a theme, the way most people write it, with its c-TF-IDF and who says it."""

    key: Key
    text: str
    score: float
    rows: tuple[int, ...] = ()


def stem(word: str) -> str:
    """A word without case, possessive and plural: Harman's S-stemmer (1991), with "es" after a hiss."""
    low = word.casefold().replace("’", "'").removesuffix("'s").removesuffix("'")
    if len(low) <= 3 or low.endswith(("ss", "us", "is", "aes")):
        return low
    if low.endswith("ies"):
        return low[:-3] + "y"
    if low.endswith(("ches", "shes", "sses", "xes", "zes", "buses")):
        return low[:-2]
    return low.removesuffix("s")


def stop_stems(question: str | None) -> frozenset[str]:
    """Stems of the words that begin or end no phrase; the question's own words are among them."""
    asked = (stem(word) for word in _WORD.findall(question or ""))
    return _STOP | {stem(word) for word in _STOP} | set(asked)


def said_in(text: str, stop: frozenset[str]) -> Iterator[Said]:
    """Every phrase of one to three words in the text, as often as it stands there."""
    for segment in _SEGMENT.split(text[:_LONGEST_TEXT]):
        words = _WORD.findall(segment)
        stems = [stem(word) for word in words]
        for start in range(len(words)):
            for end in range(start + 1, min(start + 3, len(words)) + 1):
                if _is_phrase(stems[start:end], stop):
                    yield Said(tuple(stems[start:end]), tuple(words[start:end]))


def _is_phrase(stems: Sequence[str], stop: frozenset[str]) -> bool:
    if not (_may_end(stems[0], stop) and _may_end(stems[-1], stop)):
        return False
    if len(stems) == 3 and stems[1] in FUNCTION_WORDS:
        return stems[1] in CONNECTORS and stems[0] != stems[2]
    return len(set(stems)) == len(stems)


def _may_end(word: str, stop: frozenset[str]) -> bool:
    return word not in stop and len(word) > 1 and any(letter.isalpha() for letter in word)


class PhraseBook:
    """All phrases of all themes: in how many ideas of which theme each stands, and how it is written."""

    def __init__(self, texts: Sequence[str], labels: Labels, question: str | None) -> None:
        self._sizes = np.bincount(labels)
        self._in_theme: list[Counter[Key]] = [Counter() for _ in self._sizes]
        self._rows: list[defaultdict[Key, list[int]]] = [defaultdict(list) for _ in self._sizes]
        self._everywhere: Counter[Key] = Counter()
        self._spellings = Spellings()
        stop = stop_stems(question)
        for row, (text, label) in enumerate(zip(texts, labels, strict=True)):
            said = list(said_in(text, stop))
            self._spellings.read(text, said)
            # Once for each idea: one long text must not name a theme of many short ones.
            for key in {phrase.key for phrase in said}:
                self._in_theme[label][key] += 1
                self._rows[label][key].append(row)
        for counts in self._in_theme:
            self._everywhere.update(counts)
        self._average = sum(self._everywhere.values()) / max(len(self._sizes), 1)
        self._common = self._words_of_many_themes()

    def propose(self, label: int) -> list[Candidate]:
        """About 15 phrases for this theme, the best first by c-TF-IDF; fewer for few words."""
        counts = self._in_theme[label]
        least = 2 if self._sizes[label] < 40 else 3
        shared = {key: times for key, times in counts.items() if times >= least and not self._is_common(key)}
        if len(shared) < 2:
            shared = dict(counts)
        whole = without_halves(shared)
        scored = sorted(((self._score(key, times), key) for key, times in whole.items()), key=_best_first)
        rows = self._rows[label]
        return [
            Candidate(key, self._spellings.write(key), score, tuple(rows[key]))
            for score, key in scored[:PROPOSED]
        ]

    def _score(self, key: Key, times: int) -> float:
        """c-TF-IDF (Grootendorst 2022), with ideas counted in place of words."""
        return round(times * float(np.log1p(self._average / self._everywhere[key])), 9)

    def _is_common(self, key: Key) -> bool:
        return all(word in self._common or word in CONNECTORS for word in key)

    def _words_of_many_themes(self) -> frozenset[str]:
        """Words that stand in a tenth of the ideas of more than a fifth (and more than two) of the themes."""
        many = max(2.0, 0.2 * len(self._sizes))
        themes: Counter[str] = Counter()
        for counts, size in zip(self._in_theme, self._sizes, strict=True):
            themes.update(
                key[0] for key, times in counts.items() if len(key) == 1 and times >= max(2.0, size / 10)
            )
        return frozenset(word for word, times in themes.items() if times > many)


def _best_first(scored: tuple[float, Key]) -> tuple[float, int, Key]:
    score, key = scored
    return -score, -len(key), key


def without_halves(counts: dict[Key, int]) -> dict[Key, int]:
    """Without the phrases that stand mostly inside a longer one: "waiting" in "waiting list"."""
    inside: defaultdict[Key, int] = defaultdict(int)
    for key, times in counts.items():
        for part in _parts(key):
            inside[part] = max(inside[part], times)
    return {key: times for key, times in counts.items() if inside[key] < 0.6 * times}


def _parts(key: Key) -> Iterable[Key]:
    return {key[start:end] for start in range(len(key)) for end in range(start + 1, len(key) + 1)} - {key}


class Spellings:
    """How people write each phrase: the commonest form, with a capital at its head only for a name."""

    def __init__(self) -> None:
        self._forms: defaultdict[Key, Counter[tuple[str, ...]]] = defaultdict(Counter)
        self._inside: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def read(self, text: str, said: Iterable[Said]) -> None:
        """Learn from one text. Shouted texts, and first words of sentences, teach nothing of capitals."""
        is_shouted = text.upper() == text
        for phrase in said:
            form = tuple(word.lower() for word in phrase.words) if is_shouted else phrase.words
            self._forms[phrase.key][form] += 1
        if not is_shouted:
            for segment in _SEGMENT.split(text[:_LONGEST_TEXT]):
                for word in _WORD.findall(segment)[1:]:
                    self._inside[word.casefold()][word] += 1

    def write(self, key: Key) -> str:
        """The phrase as most people write it; a name keeps its capitals, a sentence's head does not."""
        head, *rest = _commonest(self._forms[key])
        if not (rest and rest[-1][0].isupper()):
            head, rest = self._cased(head), [self._cased(word) for word in rest]
        return " ".join([head, *rest])

    def _cased(self, word: str) -> str:
        forms = self._inside.get(word.casefold())
        if not forms:
            return word.lower()
        commonest = _commonest(forms)
        return commonest if 2 * forms[commonest] > forms.total() else word.lower()


def _commonest(forms: Counter[_Form]) -> _Form:
    return min(forms, key=lambda form: (-forms[form], form))


def sentence_case(text: str) -> str:
    """The text with a capital at its head; the rest as it is, so that names keep theirs."""
    return text[:1].upper() + text[1:]
