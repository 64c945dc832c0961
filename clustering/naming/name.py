"""Names for themes: one or two phrases as the title, one central idea below, three that show the breadth.

Fourth stage. Words propose (``naming.phrases``), the encoder chooses (``naming.title``). A theme
that had a name keeps it while the name still fits, and the others are named around it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustering.embedding.embed import embed_checked
from clustering.embedding.model import Embedder
from clustering.grouping.graph import Matrix, unit
from clustering.naming.book import Candidate, PhraseBook
from clustering.naming.phrases import Phrases
from clustering.naming.spellings import sentence_case
from clustering.naming.taken import Taken
from clustering.naming.title import MANY, POOR, READS, Ideas, Ranked, ranked
from clustering.naming.voices import first_words, saying, show
from clustering.shapes import Labels, Parameters, Vectors

_CLEARLY = 0.6
_CENTRAL = 0.75
_NO_MATTER, _AT_ONCE = 0.1, 8


_Option = tuple[str, list[Candidate], tuple[int, ...]]


class Naming(NamedTuple):
    """Name and shown ideas of one theme; rows are rows of the vectors that were given.

    ``chosen`` are the phrases of the name, none where it was locked; ``ranked`` all that were proposed.
    """

    name: str
    chosen: tuple[Candidate, ...]
    ranked: Ranked
    shown: tuple[int, ...]

    def phrases(self) -> tuple[Candidate, ...]:
        """Those of the name, and the others in the order of their worth."""
        return *self.chosen, *(one for one in self.ranked.in_order() if one not in self.chosen)


class Given(NamedTuple):
    """The name that a theme had: it stays while it fits, or for good where a person gave it."""

    name: str
    phrases: tuple[str, ...] = ()
    """The phrases that it is made of (the map's first ``in_name``); empty where a person named it."""
    locked: bool = False


def name_themes(
    said: Phrases,
    vectors: Vectors,
    labels: Labels,
    embedder: Embedder | None,
    parameters: Parameters,
    named: Callable[[int], None] = lambda count: None,
    *,
    given: Mapping[int, Given] | None = None,
    taken: Taken | None = None,
) -> list[Naming]:
    """A naming for each label, in their order; ``named`` hears how many are done.

    Args:
        said: the texts and their phrases, row by row as ``vectors`` and ``labels``.
        embedder: the model of ``vectors``; None where ``vectors`` are of letters: then a phrase lies where
            the texts that hold it lie.
        given: names that themes had, by label: of themes whose members are mostly the same, and of
            locked ones.
        taken: names that other themes of the map have; hand the same one to every call for a map.
    """
    given = given or {}
    centroids = centroids_of(vectors, labels)
    texts = said.texts
    phrases = _phrases(said, vectors, labels, centroids, embedder, given)
    shown = [
        show(vectors, np.flatnonzero(labels == label), centroid, texts, parameters.representatives)
        for label, centroid in enumerate(centroids)
    ]
    voices = [
        saying(texts, vectors, np.flatnonzero(labels == label), centroids, label)
        or Candidate((), first_words(texts[shown[label][0]]), 0.0, shown[label][:1], form=0.0)
        for label in range(len(centroids))
    ]
    titles = _Titles(phrases, voices, taken or Taken(), embedder).give(given)
    namings = []
    for label, (name, chosen) in enumerate(titles):
        namings.append(Naming(name, tuple(chosen), phrases[label], shown[label]))
        named(label + 1)
    return namings


def _phrases(
    said: Phrases,
    vectors: Vectors,
    labels: Labels,
    centroids: Matrix,
    embedder: Embedder | None,
    given: Mapping[int, Given],
) -> list[Ranked]:
    """For each label its phrases, those of its former name among them, held against the ideas."""
    book = PhraseBook(said, labels)
    proposed = [
        book.propose(label, given[label].phrases if label in given else ()) for label in range(len(centroids))
    ]
    wanted = {one.key: one.text for candidates in proposed for one in candidates}
    keys = sorted(wanted)
    found: Matrix = np.empty((0, vectors.shape[1]))
    if keys and embedder is not None:
        found = embed_checked(embedder, [wanted[key] for key in keys]).astype(np.float64)
    elif keys:
        found = _means(vectors, book.rows_of_each(keys))
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


class _Titles:
    """Gives every theme of a map a title, one after the other."""

    def __init__(
        self, phrases: list[Ranked], voices: Sequence[Candidate], taken: Taken, embedder: Embedder | None
    ) -> None:
        self._phrases, self._voices, self._taken, self._embedder = phrases, voices, taken, embedder

    def give(self, given: Mapping[int, Given]) -> list[tuple[str, list[Candidate]]]:
        """Name and phrases for each label: locked names first, then those that still fit, then new ones."""
        titles: dict[int, tuple[str, list[Candidate]]] = {}
        for label in sorted(given, key=lambda label: (not given[label].locked, label)):
            if given[label].locked:
                titles[label] = self._taken.take(given[label].name), []
            elif kept := self._kept(self._phrases[label], given[label]):
                titles[label] = kept
        new = [label for label in range(len(self._phrases)) if label not in titles]
        # Who has the strongest claim to a phrase chooses first.
        claims = {label: self._phrases[label].claim() for label in new}
        new.sort(key=lambda label: (-claims[label], label))
        first = {label: self._new(label) for label in new}
        # Once more, now that all names are known: "Payments" was good before there was "Card payments".
        for label, title in first.items():
            titles[label] = self._again(label, title)[:2]
        return [titles[label] for label in range(len(self._phrases))]

    def _kept(self, phrases: Ranked, given: Given) -> tuple[str, list[Candidate]] | None:
        """The name that a theme had; None where it is taken, said no more, or clearly worse than another."""
        rows = tuple(row for row, one in enumerate(phrases.candidates) if one.text in given.phrases)
        if given.name in self._taken or len(rows) != len(given.phrases) or not rows:
            return None
        best = max((one.worth for one in phrases.titles()), default=0.0)
        is_said = all(phrases.candidates[row].rows for row in rows)
        if not is_said or phrases.title(rows).worth < _CLEARLY * best:
            return None
        chosen = phrases.chosen(rows)
        return self._taken.take(given.name, chosen, phrases.place(rows)), chosen

    def _new(self, label: int) -> _Option:
        """The best title that no other theme has and that leads to its own theme, else the best at all."""
        phrases = self._phrases[label]
        best, *others = self._options(label)
        if not self._leads(phrases, [best]).any():
            others += self._options(label, loose=True)
            best = next(self._leading(phrases, others), best)
        name, chosen, rows = best
        return self._taken.take(name, chosen, phrases.place(rows) if rows else None), chosen, rows

    def _again(self, label: int, title: _Option) -> _Option:
        """The title that was chosen, or another where one that was given since is much like it."""
        name, chosen, rows = title
        self._taken.free(name)
        phrases = self._phrases[label]
        if rows and phrases.title(rows, self._taken).toll > _NO_MATTER:
            return self._new(label)
        return self._taken.take(name, chosen, phrases.place(rows) if rows else None), chosen, rows

    def _leading(self, phrases: Ranked, options: list[_Option]) -> Iterator[_Option]:
        """Those that lead to the theme; a few at a time, because each costs a run of the model."""
        for start in range(0, len(options), _AT_ONCE):
            some = options[start : start + _AT_ONCE]
            yield from (some[place] for place in np.flatnonzero(self._leads(phrases, some)))

    def _options(self, label: int, *, loose: bool = False) -> list[_Option]:
        """Titles that could be given, the best first; what a short idea says comes before a poor one."""
        phrases, voice = self._phrases[label], self._voices[label]
        titles = phrases.titles(self._taken, loose=loose)
        named = [(title, phrases.chosen(title.rows)) for title in titles]
        found = [
            (sentence_case(", ".join(one.text for one in chosen)), chosen, title.rows)
            for title, chosen in named
        ]
        is_shared = any(one.form >= READS and len(one.rows) >= MANY for one in phrases.candidates)
        place = sum(one.worth >= POOR for one in titles) if voice.form and not is_shared else len(found)
        # The head of a sentence is no name while there is any phrase.
        if (voice.form or not found) and (not is_shared or (loose and voice.score >= _CENTRAL)):
            found.insert(place, (voice.text, [voice], ()))
        free = [one for one in found if one[0] not in self._taken]
        return free or [(voice.text, [voice], ())]

    def _leads(self, phrases: Ranked, options: list[_Option]) -> NDArray[np.bool_]:
        """For each title whether, read by the model as it stands, it leads to its own theme."""
        if self._embedder is None:
            return np.ones(len(options), dtype=np.bool_)
        return phrases.leads(embed_checked(self._embedder, [name for name, _, _ in options]))


def centroids_of(vectors: Vectors, labels: Labels) -> Matrix:
    """The direction of each theme, in the order of the labels."""
    sums = np.zeros((int(labels.max()) + 1, vectors.shape[1]))
    np.add.at(sums, labels, vectors.astype(np.float64))
    return unit(sums)
