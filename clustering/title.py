"""Which of its phrases make the title of a theme: one, or two where the second says more.

Second half of the naming. A phrase speaks for an idea that holds it, or that lies nearer to it than
nearly all ideas of other themes do; a title is good when it speaks for many ideas of its theme, stands
out from the other themes, and reads well.
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
_STRANGERS = 0.3
_HEARD = 3_000
_LEAST, _SAID = 0.15, 0.1
_OWN = 0.5
_AGAIN = 0.25
_READS = 0.2
_POOR = 0.6
_OUT, _WEAKEST, _FORM, _WRITTEN = 1.4, 0.4, 0.9, 0.6


class Ideas(NamedTuple):
    """The ideas of a map that phrases are held against: all of them, or an even sample of many."""

    vectors: Vectors
    labels: Labels
    rows: NDArray[np.intp]
    centroids: Matrix

    @classmethod
    def of(cls, vectors: Vectors, labels: Labels, centroids: Matrix) -> "Ideas":
        """Every idea of a map of 3,000; of 6,000 every second one of each theme."""
        step = max(1, -(-len(vectors) // _HEARD))
        rows = np.sort(
            np.concatenate([np.flatnonzero(labels == label)[::step] for label in np.unique(labels)])
        )
        return cls(vectors[rows], labels[rows], rows, centroids)

    def contrast(self, label: int, phrases: Matrix) -> NDArray[np.float64]:
        """How much nearer each phrase lies to the theme's centroid than to the nearest other, as cosines."""
        others = np.delete(self.centroids, label, axis=0)
        beyond = (phrases @ others.T).max(axis=1) if len(others) else np.zeros(len(phrases))
        return np.asarray(np.round(phrases @ self.centroids[label] - beyond, 4))

    def near(self, label: int, phrases: Matrix) -> NDArray[np.bool_]:
        """For each phrase and each idea of the theme, whether it lies nearer than nearly all strangers."""
        mine = self.labels == label
        cosines = np.round(phrases.astype(np.float32) @ self.vectors.T, 4)
        strangers = -np.sort(-cosines[:, ~mine], axis=1)
        if not strangers.shape[1]:
            return np.ones((len(phrases), int(mine.sum())), dtype=np.bool_)
        few = min(int(_STRANGERS * mine.sum()), strangers.shape[1] - 1)
        return np.asarray(cosines[:, mine] > strangers[:, few, None])


class Ranked(NamedTuple):
    """The phrases of one theme, with what speaks for each of them."""

    candidates: list[Candidate]
    vectors: Matrix
    written: NDArray[np.bool_]
    """For each phrase the ideas of the theme that hold it."""
    meant: NDArray[np.bool_]
    """Those, and the ideas that hold its words in any form and order."""
    spoken: NDArray[np.bool_]
    """For each phrase the ideas of the theme that it speaks for: those, and what lies near."""
    contrast: NDArray[np.float64]
    label: int
    ideas: Ideas

    def titles(self, taken: Collection[Key] = ()) -> "list[Title]":
        """Every title that can be made, the best first; phrases in ``taken`` count less."""
        enough = (_share(self.meant) >= _SAID) & (_share(self.spoken) >= _LEAST)
        heads = [int(row) for row in np.flatnonzero(enough) if self.candidates[row].form >= _READS]
        pairs = [pair for pair in combinations(heads, 2) if self._fit(*pair)]
        singles = [(row,) for row in heads if self.candidates[row].key not in taken]
        found = self._scored([*singles, *pairs], taken)
        if max((one.worth for one in found), default=0.0) < _POOR:
            found += self._scored([(row,) for row in range(len(self.candidates))], taken)
        return sorted(found, key=lambda one: (-one.worth, one.rows))

    def title(self, rows: tuple[int, ...]) -> "Title":
        """The title that these candidates make."""
        return self._scored([rows], ())[0]

    def chosen(self, rows: tuple[int, ...]) -> list[Candidate]:
        """The candidates in these rows."""
        return [self.candidates[row] for row in rows]

    def in_order(self) -> list[Candidate]:
        """The candidates, those first that would be the better title alone."""
        alone = self._scored([(row,) for row in range(len(self.candidates))], ())
        return [self.candidates[one.rows[0]] for one in sorted(alone, key=lambda one: (-one.worth, one.rows))]

    def _scored(self, many: "Sequence[tuple[int, ...]]", taken: Collection[Key]) -> "list[Title]":
        if not many:
            return []
        together = unit(np.array([self.vectors[list(rows)].sum(axis=0) for rows in many]))
        out = self.ideas.contrast(self.label, together).tolist()
        return [Title(rows, self._worth(rows, far, taken)) for rows, far in zip(many, out, strict=True)]

    def _worth(self, rows: tuple[int, ...], contrast: float, taken: Collection[Key]) -> float:
        """How many ideas it speaks for, how far it stands out, how it reads; less for what is taken."""
        chosen, phrases = list(rows), self.chosen(rows)
        spoken, written, meant = (
            _share(np.asarray(one[chosen].any(axis=0))) for one in (self.spoken, self.written, self.meant)
        )
        covers = spoken + _WRITTEN * (written + meant) / 2 + _OWN * min(one.own for one in phrases)
        stands_out = _OUT * contrast + _WEAKEST * float(self.contrast[chosen].min())
        reads = _FORM * min(one.form for one in phrases)
        again = sum(one.key in taken for one in phrases)
        return round(float(covers + stands_out + reads - _AGAIN * again), 4)

    def _fit(self, one: int, other: int) -> bool:
        left, right = self.candidates[one].key, self.candidates[other].key
        likeness = round(float(self.vectors[one] @ self.vectors[other]), 4)
        if len(left + right) > _MOST_WORDS or likeness >= _ALIKE:
            return False
        return not any(related(word, another) for word, another in product(left, right))


def _share(ideas: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The share that is true, over the last axis."""
    return np.asarray(ideas.mean(axis=-1))


class Title(NamedTuple):
    """Rows of candidates that make a title, and how good it is."""

    rows: tuple[int, ...]
    worth: float


def ranked(candidates: list[Candidate], vectors: Matrix, label: int, ideas: Ideas) -> Ranked:
    """The phrases of a theme held against its ideas."""
    here = ideas.rows[ideas.labels == label]
    written, meant = (
        np.array([np.isin(here, rows) for rows in each]).reshape(len(candidates), len(here))
        for each in ([one.rows for one in candidates], [one.meant for one in candidates])
    )
    spoken = meant | ideas.near(label, vectors) if len(candidates) else meant
    contrast = ideas.contrast(label, vectors)
    return Ranked(candidates, vectors, written, meant, spoken, contrast, label, ideas)
