"""Which of its phrases make the title of a theme: one, or two where the second says more.

Second half of the naming. The encoder is asked the question that a reader asks: whoever sees this title
alone, which ideas would she expect below it? A title is good when those are the theme's, when many of
its ideas say the words themselves, and when it reads well.
"""

from collections.abc import Collection, Sequence
from itertools import combinations, product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustering.grammar import related
from clustering.graph import Matrix, unit
from clustering.phrases import Candidate, Key
from clustering.shapes import Labels, Vectors

_MOST_WORDS = 5
_ALIKE = 0.75
_HEARD = 2_000
_SAID, _READS, _POOR = 0.08, 0.2, 1.5
_TRIED = 12
_EXPECTED, _WRITTEN, _RAREST, _FORM, _OWN, _FAR, _TWO, _AGAIN = 2.5, 1.4, 0.3, 0.6, 0.3, 0.4, 0.3, 0.4
_FARTHEST, _COMPANY, _PLACE, _FEW = 0.3, 0.35, 0.4, 0.7


class Ideas(NamedTuple):
    """The ideas of a map that titles are held against: all of them, or an even sample of many."""

    vectors: Vectors
    labels: Labels
    rows: NDArray[np.intp]
    centroids: Matrix

    @classmethod
    def of(cls, vectors: Vectors, labels: Labels, centroids: Matrix) -> "Ideas":
        """Every idea of a map of 2,000; of 4,000 every second one of each theme."""
        step = max(1, -(-len(vectors) // _HEARD))
        rows = np.sort(
            np.concatenate([np.flatnonzero(labels == label)[::step] for label in np.unique(labels)])
        )
        return cls(vectors[rows].astype(np.float32), labels[rows], rows, centroids)

    def near(self, label: int, phrases: Matrix) -> NDArray[np.float64]:
        """How far the theme, and no other, is what one expects below each phrase."""
        return _EXPECTED * self._expected(label, phrases) + _FAR * self._contrast(label, phrases)

    def _contrast(self, label: int, phrases: Matrix) -> NDArray[np.float64]:
        """How much nearer each phrase lies to the theme's centroid than to the nearest other, as cosines."""
        others = np.delete(self.centroids, label, axis=0)
        beyond = (phrases @ others.T).max(axis=1) if len(others) else np.zeros(len(phrases))
        return np.asarray(np.round(phrases @ self.centroids[label] - beyond, 4))

    def _expected(self, label: int, phrases: Matrix) -> NDArray[np.float64]:
        """How well the ideas nearest to each phrase are those of the theme: average precision, 0 to 1."""
        cosines = np.round(phrases.astype(np.float32) @ self.vectors.T, 4)
        hits = (self.labels == label)[np.argsort(-cosines, axis=1, kind="stable")]
        precision = np.cumsum(hits, axis=1) / np.arange(1, hits.shape[1] + 1)
        return np.asarray((precision * hits).sum(axis=1) / np.maximum(hits.sum(axis=1), 1))


class Title(NamedTuple):
    """Rows of candidates that make a title, and how good it is."""

    rows: tuple[int, ...]
    worth: float


class Ranked(NamedTuple):
    """The phrases of one theme, with what speaks for each of them."""

    candidates: list[Candidate]
    vectors: Matrix
    written: NDArray[np.bool_]
    """For each phrase the ideas of the theme that hold it."""
    meant: NDArray[np.bool_]
    """Those, and the ideas that hold all of its words, in any form and order."""
    near: NDArray[np.float64]
    """For each phrase how far its theme is what one expects below it."""
    label: int
    ideas: Ideas

    def titles(self, taken: Collection[Key] = ()) -> list[Title]:
        """Titles that can be made, the best first; what is in ``taken`` counts less."""
        heads = [
            row
            for row, one in enumerate(self.candidates)
            if one.form >= _READS and self.meant[row].mean() >= _SAID
        ]
        alone = self._scored([(row,) for row in heads], taken)
        best = sorted(alone, key=_best_first)[:_TRIED]
        pairs = [pair for pair in combinations(sorted(one.rows[0] for one in best), 2) if self._fit(*pair)]
        found = alone + self._scored(pairs, taken)
        if not found:
            found = self._scored([(row,) for row in range(len(self.candidates))], taken)
        return sorted((one for one in found if one.worth >= _POOR), key=_best_first)

    def title(self, rows: tuple[int, ...]) -> Title:
        """The title that these candidates make."""
        return self._scored([rows], ())[0]

    def chosen(self, rows: tuple[int, ...]) -> list[Candidate]:
        """The candidates in these rows, the one that more ideas mean first."""
        first = sorted(rows, key=lambda row: (-int(self.meant[row].sum()), -self.near[row]))
        return [self.candidates[row] for row in first]

    def in_order(self) -> list[Candidate]:
        """The candidates, those first that would be the better title alone."""
        alone = self._scored([(row,) for row in range(len(self.candidates))], ())
        return [self.candidates[one.rows[0]] for one in sorted(alone, key=_best_first)]

    def _scored(self, many: Sequence[tuple[int, ...]], taken: Collection[Key]) -> list[Title]:
        near = self._near(many)
        said = [self._said(rows, taken) for rows in many]
        return [
            Title(rows, round(float(one + other), 4))
            for rows, one, other in zip(many, near, said, strict=True)
        ]

    def _near(self, many: Sequence[tuple[int, ...]]) -> NDArray[np.float64]:
        if all(len(rows) == 1 for rows in many):
            return self.near[[row for (row,) in many]]
        together = unit(np.array([self.vectors[list(rows)].sum(axis=0) for rows in many]))
        return self.ideas.near(self.label, together)

    def _said(self, rows: tuple[int, ...], taken: Collection[Key]) -> float:
        """What speaks for a title in its words: who says them, how they read, whether they are free."""
        chosen, phrases = list(rows), self.chosen(rows)
        written, meant = (float(one[chosen].any(axis=0).mean()) for one in (self.written, self.meant))
        rarest = float(self.meant[chosen].mean(axis=1).min())
        covers = _WRITTEN * (written + meant) / 2 + _RAREST * rarest + _TWO * (len(rows) - 1)
        covers += _FARTHEST * float(self.near[chosen].min())
        reads = _FORM * min(one.form for one in phrases) + _OWN * min(one.own for one in phrases)
        # A place that a few speak of names no theme of many places.
        few = [max(0.0, 1 - self.written[row].mean() / _PLACE) for row in rows if self._is_place(row)]
        reads -= _FEW * float(sum(few))
        return covers + reads - _AGAIN * sum(one.key in taken for one in phrases)

    def _is_place(self, row: int) -> bool:
        """Whether people write the phrase as the name of a place or person; "NHS" is a word like others."""
        return any(word[0].isupper() and not word.isupper() for word in self.candidates[row].text.split())

    def _fit(self, one: int, other: int) -> bool:
        """Whether two phrases share no word in any form, do not say the same, and are short together."""
        left, right = self.candidates[one].key, self.candidates[other].key
        likeness = round(float(self.vectors[one] @ self.vectors[other]), 4)
        near, far = sorted((float(self.near[one]), float(self.near[other])), reverse=True)
        if len(left + right) > _MOST_WORDS or likeness >= _ALIKE or far < _COMPANY * near:
            return False
        return not any(related(word, another) for word, another in product(left, right))


def ranked(candidates: list[Candidate], vectors: Matrix, label: int, ideas: Ideas) -> Ranked:
    """The phrases of a theme held against its ideas."""
    here = ideas.rows[ideas.labels == label]
    written, meant = (
        np.array([np.isin(here, rows) for rows in each]).reshape(len(candidates), len(here))
        for each in ([one.rows for one in candidates], [one.meant for one in candidates])
    )
    near = ideas.near(label, vectors) if candidates else np.empty(0)
    return Ranked(candidates, vectors, written, meant, near, label, ideas)


def _best_first(one: Title) -> tuple[float, tuple[int, ...]]:
    return -one.worth, one.rows
