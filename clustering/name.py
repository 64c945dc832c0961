"""Names for themes: two phrases as the title, one central idea below, three that show the breadth.

Fourth stage. Words propose (``clustering.phrases``), the encoder chooses: of the phrases that the
ideas of a theme share, those that lie nearest to its centroid and farthest from every other's.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, product, takewhile
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustering.embed import embed_checked
from clustering.graph import Matrix, unit
from clustering.model import Embedder
from clustering.phrases import Candidate, Key, PhraseBook, sentence_case
from clustering.shapes import Labels, Parameters, Vectors

_READABLE = 280
_MOST_WORDS = 5
_FALLBACK_WORDS = 5
_ALIKE = 0.75
_BREADTH = 0.6


class Naming:
    """Name, phrases and shown ideas of one theme; rows are rows of the vectors that were given.

    The first ``in_name`` phrases are the name.
    """

    def __init__(
        self, name: str, phrases: tuple[Candidate, ...], in_name: int, shown: tuple[int, ...]
    ) -> None:
        self.name, self.phrases, self.in_name, self.shown = name, phrases, in_name, shown


class Given(NamedTuple):
    """The name that a theme had: it stays while it fits, or for good where a person gave it."""

    name: str
    phrases: tuple[str, ...] = ()
    """The phrases that it is made of (the map's first ``in_name``); empty where a person named it."""
    locked: bool = False


def name_themes(
    texts: Sequence[str],
    vectors: Vectors,
    labels: Labels,
    embedder: Embedder | None,
    parameters: Parameters,
    question: str | None = None,
    named: Callable[[int], None] = lambda count: None,
    *,
    given: Mapping[int, Given] | None = None,
    lang: str = "en",
    taken: "Taken | None" = None,
) -> list[Naming]:
    """A naming for each label, in their order; ``named`` hears how many are done.

    Labels with a lower number choose their phrases first, so number the themes by rank.

    Args:
        embedder: the model of ``vectors``; None where ``vectors`` are of letters: then words choose alone.
        given: names that themes had, by label: of themes whose members are mostly the same, and of
            locked ones.
        lang: of the texts, ISO 639-1: whose stop words end no phrase.
        taken: names that other themes of the map have; hand the same one to every call for a map.
    """
    centroids = _centroids(vectors, labels)
    book = PhraseBook(texts, labels, question)
    taken = taken or Taken()
    namings = []
    ranked = _ranked([book.propose(label) for label in range(len(centroids))], centroids, embedder)
    for label, phrases in enumerate(ranked):
        rows = np.flatnonzero(labels == label)
        shown = show(vectors, rows, centroids[label], texts, parameters.representatives)
        name, chosen = taken.choose(phrases, texts[shown[0]])
        others = (one for one in phrases.candidates if one not in chosen)
        namings.append(Naming(name, (*chosen, *others), len(chosen), shown))
        named(label + 1)
    return namings


class Ranked(NamedTuple):
    """The phrases of one theme with their vectors, best first, and what speaks for each beside its place."""

    candidates: list[Candidate]
    vectors: Matrix
    merits: NDArray[np.float64]
    contrast: "Contrast"

    def without(self, keys: set[Key]) -> "Ranked":
        """Without these phrases; all of them where nothing would be left."""
        kept = [row for row, one in enumerate(self.candidates) if one.key not in keys]
        if not kept:
            return self
        candidates = [self.candidates[row] for row in kept]
        return Ranked(candidates, self.vectors[kept], self.merits[kept], self.contrast)


class Contrast:
    """How much nearer something lies to one centroid than to the nearest of the others."""

    def __init__(self, centroids: Matrix, label: int) -> None:
        self._own, self._others = centroids[label], np.delete(centroids, label, axis=0)

    def of(self, vectors: Matrix) -> NDArray[np.float64]:
        """Difference of cosines for each row, rounded to 1e-4."""
        beyond = (vectors @ self._others.T).max(axis=1) if len(self._others) else np.zeros(len(vectors))
        return np.asarray(np.round(vectors @ self._own - beyond, 4))


def _ranked(proposed: list[list[Candidate]], centroids: Matrix, embedder: Embedder) -> list[Ranked]:
    wanted = sorted({candidate.text for candidates in proposed for candidate in candidates})
    rows = {text: row for row, text in enumerate(wanted)}
    vectors = embed_checked(embedder, wanted).astype(np.float64)
    return [
        _rank(candidates, vectors[[rows[one.text] for one in candidates]], Contrast(centroids, label))
        for label, candidates in enumerate(proposed)
    ]


def _rank(candidates: list[Candidate], vectors: Matrix, contrast: Contrast) -> Ranked:
    if not candidates:
        return Ranked([], vectors, np.empty(0), contrast)
    merits = np.array([_merit(one, candidates) for one in candidates])
    order = np.argsort(-(contrast.of(vectors) + merits), kind="stable")
    return Ranked([candidates[row] for row in order], vectors[order], merits[order], contrast)


def _merit(candidate: Candidate, among: list[Candidate]) -> float:
    """Frequent phrases and longer ones are better; a participle or an adverb alone names nothing."""
    frequent = candidate.score / max(one.score for one in among)
    is_bare = len(candidate.key) == 1 and candidate.key[0].endswith(("ed", "ly"))
    return round(0.2 * frequent + 0.06 * (len(candidate.key) - 1) - 0.1 * is_bare, 4)


class Taken:
    """Names and phrases of the themes so far: none is given twice."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._keys: set[Key] = set()

    def choose(self, phrases: Ranked, central: str) -> tuple[str, list[Candidate]]:
        """Two phrases as a title that no other theme has; without any, the first words of ``central``."""
        chosen = title(phrases.without(self._keys))
        self._keys.update(one.key for one in chosen)
        name = sentence_case(", ".join(one.text for one in chosen)) or first_words(central)
        return self._numbered(name), chosen

    def _numbered(self, name: str) -> str:
        unique, number = name, 1
        while unique.casefold() in self._names:
            number += 1
            unique = f"{name} ({number})"
        self._names.add(unique.casefold())
        return unique


def title(phrases: Ranked) -> list[Candidate]:
    """The two phrases that together, as the sum of their vectors, stand out best; the better one first.

    They share no word in any form, do not say the same, and have five words at most. One phrase
    where no two fit.
    """
    pairs = [pair for pair in combinations(range(len(phrases.candidates)), 2) if _fit(phrases, *pair)]
    if not pairs:
        return phrases.candidates[:1]
    first, second = (list(side) for side in zip(*pairs, strict=True))
    together = phrases.contrast.of(unit(phrases.vectors[first] + phrases.vectors[second]))
    best = int(np.argmax(together + (phrases.merits[first] + phrases.merits[second]) / 2))
    return [phrases.candidates[row] for row in pairs[best]]


def _fit(phrases: Ranked, one: int, other: int) -> bool:
    left, right = phrases.candidates[one].key, phrases.candidates[other].key
    likeness = round(float(phrases.vectors[one] @ phrases.vectors[other]), 4)
    if len(left + right) > _MOST_WORDS or likeness >= _ALIKE:
        return False
    return not any(related(word, another) for word, another in product(left, right))


def related(word: str, another: str) -> bool:
    """One word in two forms, by their common beginning: "wait" and "waiting", "educate" and "education"."""
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, another, strict=False)))
    return word == another or common >= max(4, min(len(word), len(another)) - 2)


def first_words(text: str) -> str:
    """The head of a text without usable phrases, or "Without words" for one without any letter."""
    words = text.split()[:_FALLBACK_WORDS]
    head = " ".join(words)[:40].strip()
    return sentence_case(head) if any(letter.isalnum() for letter in head) else "Without words"


def show(
    vectors: Vectors, rows: NDArray[np.intp], centroid: NDArray[np.float64], texts: Sequence[str], count: int
) -> tuple[int, ...]:
    """The most central row that can be read at a glance, then rows that are central and yet unlike it.

    Maximal marginal relevance (Carbonell & Goldstein 1998): a central idea takes a side.
    """
    readable = np.array([row for row in rows if len(texts[row]) <= _READABLE] or rows)
    plain = vectors[readable].astype(np.float64)
    central = np.round(plain @ centroid, 6)
    chosen = [int(np.argmax(central))]
    likeness = np.round(plain @ plain[chosen[0]], 6)
    while len(chosen) < min(count, len(readable)):
        worth = _BREADTH * central - (1 - _BREADTH) * likeness
        worth[chosen] = -np.inf
        chosen.append(int(np.argmax(worth)))
        likeness = np.maximum(likeness, np.round(plain @ plain[chosen[-1]], 6))
    return tuple(int(readable[row]) for row in chosen)


def _centroids(vectors: Vectors, labels: Labels) -> Matrix:
    sums = np.zeros((int(labels.max()) + 1, vectors.shape[1]))
    np.add.at(sums, labels, vectors.astype(np.float64))
    return unit(sums)
