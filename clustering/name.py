"""Names for themes: one or two phrases as the title, one central idea below, three that show the breadth.

Fourth stage. Words propose (``clustering.phrases``), the encoder chooses (``clustering.title``). A theme
that had a name keeps it while the name still fits, and the others are named around it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustering.embed import embed_checked
from clustering.grammar import stem
from clustering.graph import Matrix, unit
from clustering.model import Embedder
from clustering.phrases import Candidate, PhraseBook
from clustering.shapes import Labels, Parameters, Vectors
from clustering.spellings import sentence_case
from clustering.stopwords import FUNCTION_WORDS
from clustering.title import Ideas, Ranked, Taken, ranked

_READABLE = 280
_FALLBACK_WORDS = 5
_SHORT, _NEAR = 4, 0.5
_SENTENCE = re.compile(r"[.!?;:,\r\n]+\s")
_MARKS = " .,;:!?&-–'\""
_BREADTH = 0.6
_CLEARLY = 0.7


class Naming:
    """Name, phrases and shown ideas of one theme; rows are rows of the vectors that were given.

    The first ``in_name`` phrases are the name; none where it was locked.
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
    lang: str = "",
    taken: Taken | None = None,
) -> list[Naming]:
    """A naming for each label, in their order; ``named`` hears how many are done.

    Labels with a lower number choose their phrases first, so number the themes by rank.

    Args:
        embedder: the model of ``vectors``; None where ``vectors`` are of letters: then a phrase lies where
            the texts that hold it lie.
        given: names that themes had, by label: of themes whose members are mostly the same, and of
            locked ones.
        lang: of the texts, ISO 639-1: whose stop words end no phrase; "" to tell it by their small words.
        taken: names that other themes of the map have; hand the same one to every call for a map.
    """
    given = given or {}
    centroids = centroids_of(vectors, labels)
    phrases = _phrases(texts, vectors, labels, centroids, embedder, question, lang, given)
    shown = [
        show(vectors, np.flatnonzero(labels == label), centroid, texts, parameters.representatives)
        for label, centroid in enumerate(centroids)
    ]
    sayings = [
        saying(texts, vectors, np.flatnonzero(labels == label), centroid, shown[label][0])
        for label, centroid in enumerate(centroids)
    ]
    titles = _titles(phrases, given, taken or Taken(), sayings)
    namings = []
    for label, (name, chosen) in enumerate(titles):
        others = (one for one in phrases[label].in_order() if one not in chosen)
        namings.append(Naming(name, (*chosen, *others), len(chosen), shown[label]))
        named(label + 1)
    return namings


def _phrases(
    texts: Sequence[str],
    vectors: Vectors,
    labels: Labels,
    centroids: Matrix,
    embedder: Embedder | None,
    question: str | None,
    lang: str,
    given: Mapping[int, Given],
) -> list[Ranked]:
    """For each label its phrases, those of its former name among them, held against the ideas."""
    book = PhraseBook(texts, labels, question, lang)
    proposed = [
        book.propose(label, given[label].phrases if label in given else ()) for label in range(len(centroids))
    ]
    wanted = {one.key: one.text for candidates in proposed for one in candidates}
    keys = sorted(wanted)
    found: Matrix = np.empty((0, vectors.shape[1]))
    if keys and embedder is not None:
        found = embed_checked(embedder, [wanted[key] for key in keys]).astype(np.float64)
    elif keys:
        found = _means(vectors, [book.rows_of(key) for key in keys])
    place = {key: row for row, key in enumerate(keys)}
    ideas = Ideas.of(vectors, labels, centroids)
    return [
        ranked(candidates, found[[place[one.key] for one in candidates]], label, ideas)
        for label, candidates in enumerate(proposed)
    ]


def _means(vectors: Vectors, rows: Sequence[Sequence[int]]) -> Matrix:
    """The direction of each group of rows, in place of an encoder's vector for what they share."""
    sums = [vectors[list(some)].astype(np.float64).sum(axis=0) for some in rows]
    return unit(np.array(sums))


def _titles(
    phrases: list[Ranked], given: Mapping[int, Given], taken: Taken, sayings: Sequence[Candidate]
) -> list[tuple[str, list[Candidate]]]:
    """Name and phrases for each label: a person's names first, then those that still fit, then new ones."""
    titles: dict[int, tuple[str, list[Candidate]]] = {}
    for label in sorted(given, key=lambda label: (not given[label].locked, label)):
        if given[label].locked:
            titles[label] = taken.take(given[label].name), []
        elif kept := _kept(phrases[label], given[label], taken):
            titles[label] = kept
    for label, one in enumerate(phrases):
        if label not in titles:
            titles[label] = _new(one, taken, sayings[label])
    return [titles[label] for label in range(len(phrases))]


def _kept(phrases: Ranked, given: Given, taken: Taken) -> tuple[str, list[Candidate]] | None:
    """The name that a theme had; None where it is taken, said no more, or clearly worse than another."""
    rows = tuple(row for row, one in enumerate(phrases.candidates) if one.text in given.phrases)
    if given.name.casefold() in taken.names or len(rows) != len(given.phrases) or not rows:
        return None
    best = max((one.worth for one in phrases.titles()), default=0.0)
    if not all(phrases.candidates[row].rows for row in rows) or phrases.title(rows).worth < _CLEARLY * best:
        return None
    chosen = phrases.chosen(rows)
    return taken.take(given.name, chosen, phrases.place(rows)), chosen


def _new(phrases: Ranked, taken: Taken, saying: Candidate) -> tuple[str, list[Candidate]]:
    """The best title that no other theme has; without any, what one idea says."""
    for title in phrases.titles(taken):
        chosen = phrases.chosen(title.rows)
        name = sentence_case(", ".join(one.text for one in chosen))
        if name.casefold() not in taken.names:
            return taken.take(name, chosen, phrases.place(title.rows)), chosen
    return taken.take(saying.text), [saying]


def saying(
    texts: Sequence[str],
    vectors: Vectors,
    rows: NDArray[np.intp],
    centroid: NDArray[np.float64],
    central: int,
) -> Candidate:
    """The most central of the ideas that are as short as a name, else the first words of the central one.

    It speaks for a theme whose ideas share no words that would name it; its one voice is named with it.
    """
    short = [
        int(row) for row in rows if len(texts[row].split()) <= _SHORT and texts[row].upper() != texts[row]
    ]
    nearness = np.round(vectors[short].astype(np.float64) @ centroid, 4)
    if len(short) and nearness.max() >= _NEAR:
        central = short[int(np.argmax(nearness))]
    return Candidate((), first_words(texts[central]), 0.0, (central,))


def first_words(text: str) -> str:
    """The head of a text without usable phrases, or "Without words" for one without any letter."""
    sentences = [sentence.split() for sentence in _SENTENCE.split(text)]
    words = next((words for words in sentences if len(words) > 1), text.split())[:_FALLBACK_WORDS]
    while len(words) > 2 and stem(words[-1].strip(_MARKS)) in {"", *FUNCTION_WORDS}:
        words.pop()
    head = " ".join(words)[:40].strip(_MARKS)
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


def centroids_of(vectors: Vectors, labels: Labels) -> Matrix:
    """The direction of each theme, in the order of the labels."""
    sums = np.zeros((int(labels.max()) + 1, vectors.shape[1]))
    np.add.at(sums, labels, vectors.astype(np.float64))
    return unit(sums)
