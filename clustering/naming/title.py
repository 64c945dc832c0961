"""Which of its phrases make the title of a theme: one, or two where the second says more.

Second half of the naming. The encoder is asked the question that a reader asks: whoever sees this title
alone, which ideas would she expect below it? A title is good when those are the theme's, when many of
its ideas say the words themselves, and when it reads well.
"""

from collections.abc import Sequence
from itertools import combinations, product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustering.grouping.graph import Matrix, unit
from clustering.naming.book import Candidate
from clustering.naming.grammar import related
from clustering.naming.taken import Taken
from clustering.shapes import Labels, Vectors

_MOST_WORDS = 5
_ALIKE, _SYNONYM = 0.6, 0.6
_SECOND, _HALF, _NEW, _FIFTH, _SHORT, _QUARTER = 0.12, 0.5, 0.1, 0.2, 0.8, 0.25
MANY = 3
"""So many ideas are not a voice or two."""
_HEARD = 2_000
_SAID, READS = 0.08, 0.2
POOR = 2.1
"""A title that is worth less says little of its theme."""
_TRIED = 12
_EXPECTED, _WRITTEN, _MEANT, _MOST, _REST, _RAREST = 1.8, 1.0, 2.6, 0.6, 1.0, 0.3
_FORM, _OWN, _FAR, _TWO = 1.0, 0.8, 0.4, 0.4
_PART, _NO_NAME = 0.32, 0.0
_ASTRAY, _MARGIN, _CLEAR, _PLAIN = 1.5, 0.02, 0.2, 0.3
_FARTHEST, _COMPANY, _PLACE, _FEW = 0.3, 0.4, 0.4, 0.7


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

    def near(self, label: int, phrases: Matrix) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How far the theme is what one expects below each phrase, and by how much rather than another."""
        contrast = self._contrast(label, phrases)
        return _EXPECTED * self._expected(label, phrases) + _FAR * contrast, contrast

    def leads(self, label: int, names: Matrix) -> NDArray[np.bool_]:
        """For each name whether this theme is the nearest."""
        return np.asarray(self._contrast(label, names) > 0)

    def _contrast(self, label: int, phrases: Matrix) -> NDArray[np.float64]:
        """How much nearer each phrase lies to the theme's centroid than to the nearest other, as cosines."""
        cosines = phrases @ self.centroids.T
        own = cosines[:, label].copy()
        cosines[:, label] = -np.inf
        beyond = cosines.max(axis=1) if len(self.centroids) > 1 else 0.0
        return np.asarray(np.round(own - beyond, 4))

    def _expected(self, label: int, phrases: Matrix) -> NDArray[np.float64]:
        """How well the ideas nearest to each phrase are those of the theme: average precision, 0 to 1."""
        # Cosines to four digits, as small whole numbers: these are sorted in a tenth of the time.
        cosines = np.rint(phrases.astype(np.float32) @ self.vectors.T * np.float32(10_000)).astype(np.int16)
        own = -np.sort(-cosines[:, self.labels == label], axis=1)
        every = np.sort(cosines, axis=1)
        # For each of the theme's ideas, the nearest first: how many of all ideas are at least as near.
        as_near = [
            len(all_of_them) - np.searchsorted(all_of_them, theirs, "left")
            for all_of_them, theirs in zip(every, own, strict=True)
        ]
        return np.asarray((np.arange(1, own.shape[1] + 1) / np.array(as_near)).mean(axis=1))


class Title(NamedTuple):
    """Rows of candidates that make a title, how good it is, and how much it is like what others have."""

    rows: tuple[int, ...]
    worth: float
    toll: float = 0.0


class Judged(NamedTuple):
    """What a title is worth, where it lies, and how much a name much like it costs it: 0 to 1."""

    worth: float
    place: Matrix
    weight: float


class Reads(NamedTuple):
    """What speaks for each of several phrases in itself: see ``Candidate``; ``said`` by how many."""

    form: NDArray[np.float64]
    own: NDArray[np.float64]
    said: NDArray[np.intp]
    is_place: NDArray[np.bool_]

    @classmethod
    def of(cls, candidates: Sequence[Candidate]) -> "Reads":
        return cls(
            np.array([one.form for one in candidates]),
            np.array([one.own for one in candidates]),
            np.array([len(one.rows) for one in candidates]),
            np.array([_is_place(one.text) for one in candidates]),
        )


class Ranked(NamedTuple):
    """The phrases of one theme, with what speaks for each of them."""

    candidates: list[Candidate]
    vectors: Matrix
    written: NDArray[np.bool_]
    """For each phrase the ideas of the theme that hold it."""
    meant: NDArray[np.bool_]
    """Those, and the ideas that hold all of its words, in any form and order."""
    alike: NDArray[np.bool_]
    """Those, and the ideas of phrases that say the same in other words."""
    shares: NDArray[np.float64]
    """For each phrase the share of the ideas that mean it."""
    near: NDArray[np.float64]
    """For each phrase how far its theme is what one expects below it."""
    contrast: NDArray[np.float64]
    """For each phrase whether one expects another theme rather."""
    reads: Reads
    label: int
    ideas: Ideas
    judged: dict[tuple[int, ...], Judged]
    """What is known of each title that was asked for before."""

    def titles(self, taken: Taken | None = None, *, loose: bool = False) -> list[Title]:
        """Titles that can be made, the best first; what is like others that are taken counts less.

        ``loose`` asks for more of them: also of phrases that fewer say, and that read less well, where no
        other title leads to its theme.
        """
        alone = self._scored(self._heads(loose=loose), taken)
        best = sorted(alone, key=_best_first)[:_TRIED]
        rows = sorted(one.rows[0] for one in best)
        pairs = [pair for pair in combinations(rows, 2) if self._fit(*pair, loose=loose)]
        found = alone + self._scored(pairs, taken) or self._scored(self._every(), taken)
        return sorted(found, key=_best_first)

    def _heads(self, *, loose: bool = False) -> list[tuple[int, ...]]:
        """The phrases that could be a title alone."""
        return [
            (row,)
            for row, one in enumerate(self.candidates)
            if (loose and one.form > _NO_NAME) or (one.form >= READS and self.shares[row] >= _SAID)
        ]

    def _every(self) -> list[tuple[int, ...]]:
        return [(row,) for row in range(len(self.candidates))]

    def claim(self) -> float:
        """How well the best of its phrases names it alone."""
        alone = self._scored(self._heads() or self._every(), None)
        return max((one.worth for one in alone), default=0.0)

    def title(self, rows: tuple[int, ...], taken: Taken | None = None) -> Title:
        """The title that these candidates make."""
        return self._scored([rows], taken)[0]

    def place(self, rows: tuple[int, ...]) -> Matrix:
        """The direction in which a title of these candidates lies, that was asked for before."""
        return self.judged[rows].place

    def leads(self, names: Vectors) -> NDArray[np.bool_]:
        """For each vector of a name whether its nearest theme is this one."""
        return self.ideas.leads(self.label, names.astype(np.float64))

    def chosen(self, rows: tuple[int, ...]) -> list[Candidate]:
        """The candidates in these rows, the one that more ideas mean first."""
        first = sorted(rows, key=lambda row: (-np.count_nonzero(self.meant[row]), -self.near[row]))
        return [self.candidates[row] for row in first]

    def in_order(self) -> list[Candidate]:
        """The candidates, those first that would be the better title alone."""
        alone = self._scored(self._every(), None)
        return [self.candidates[one.rows[0]] for one in sorted(alone, key=_best_first)]

    def _scored(self, many: Sequence[tuple[int, ...]], taken: Taken | None) -> list[Title]:
        if new := [rows for rows in many if rows not in self.judged]:
            self.judged.update(zip(new, self._judge(new), strict=True))
        known = [self.judged[rows] for rows in many]
        tolls = [0.0] * len(many)
        if taken and many:
            keys = [[self.candidates[row].key for row in rows] for rows in many]
            places, weights = np.array([one.place for one in known]), np.array([one.weight for one in known])
            tolls = taken.tolls(keys, places, weights)
        return [Title(rows, one.worth, toll) for rows, one, toll in zip(many, known, tolls, strict=True)]

    def _judge(self, many: Sequence[tuple[int, ...]]) -> list[Judged]:
        # Titles of one phrase beside those of two: the one stands twice, which changes no "any" and no least.
        most = max(len(rows) for rows in many)
        chosen = np.array([rows + rows[:1] * (most - len(rows)) for rows in many])
        meant = _share(self.meant, chosen)
        places = unit(np.array([self.vectors[list(rows)].sum(axis=0) for rows in many]))
        near, contrast = self._near(many, places, meant)
        worth = np.round(near + self._said(many, chosen, meant), 4)
        # What most of the ideas say is the theme's name even where another is called alike, and a name that
        # clearly leads to its own theme is not taken for the other's.
        weights = (1 - meant / 2) * np.clip(1 - contrast / _CLEAR, _PLAIN, 1.0)
        return [Judged(*one) for one in zip(worth.tolist(), places, weights.tolist(), strict=True)]

    def _near(
        self, many: Sequence[tuple[int, ...]], places: Matrix, meant: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """For each title how far one expects the theme below it, and how much nearer it is than another."""
        if all(len(rows) == 1 for rows in many):
            alone = [row for (row,) in many]
            near, contrast = self.near[alone], self.contrast[alone]
        else:
            near, contrast = self.ideas.near(self.label, places)
        # What half of the ideas say is theirs, wherever the model would look for it.
        return near - _ASTRAY * (contrast < _MARGIN) * np.clip(1 - meant / _HALF, 0, 1), contrast

    def _said(
        self, many: Sequence[tuple[int, ...]], chosen: NDArray[np.intp], meant: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """What speaks for titles in their words: who says them, and how they read."""
        written, shares = _share(self.written), self.shares
        both = (meant + _share(self.alike, chosen)) / 2
        covers = _MEANT * np.minimum(both, _MOST) + _REST * np.maximum(both - _MOST, 0.0)
        covers += _WRITTEN * _share(self.written, chosen) + _RAREST * shares[chosen].min(axis=1)
        # Whether enough of the ideas that say the rarer of two phrases do not say the other.
        adds = np.round(meant - shares[chosen].max(axis=1), 9) >= _NEW
        covers += _TWO * adds + _FARTHEST * self.near[chosen].min(axis=1)
        form, own, said, is_place = self.reads
        reads = _FORM * form[chosen].min(axis=1) + _OWN * own[chosen].min(axis=1)
        # What less than a few say, or less than a fifth of the ideas, does not speak for all of them.
        share = (written + shares) / 2
        lacks = np.maximum(1 - share / _FIFTH, np.where(share >= _QUARTER, 0.0, 1 - said / MANY))
        reads -= _SHORT * np.maximum(lacks, 0.0)[chosen].max(axis=1)
        # A place that a few speak of names no theme of many places.
        few = np.where(is_place, np.maximum(0.0, 1 - written / _PLACE), 0.0)
        return np.asarray(covers + reads - _FEW * np.array([few[list(rows)].sum() for rows in many]))

    def _is_heard(self, one: int, other: int) -> bool:
        """Whether many ideas say the rarer of two phrases."""
        share = float(self.shares[[one, other]].min())
        return share >= _SECOND and (round(share * self.meant.shape[1]) >= MANY or share >= _QUARTER)

    def _fit(self, one: int, other: int, *, loose: bool) -> bool:
        """Whether two phrases share no word in any form, do not say the same, and are short together.

        And, unless ``loose``, whether both are said and read well enough, and lead to the theme alike.
        """
        left, right = self.candidates[one].key, self.candidates[other].key
        likeness = round(float(self.vectors[one] @ self.vectors[other]), 4)
        if len(left + right) > _MOST_WORDS or likeness >= _ALIKE:
            return False
        near, far = sorted((float(self.near[one]), float(self.near[other])), reverse=True)
        reads = min(self.candidates[one].form, self.candidates[other].form)
        if not loose and (reads < _PART or far < _COMPANY * near or not self._is_heard(one, other)):
            return False
        return not any(related(word, another) for word, another in product(left, right))


def ranked(candidates: list[Candidate], vectors: Matrix, label: int, ideas: Ideas) -> Ranked:
    """The phrases of a theme held against its ideas."""
    here = ideas.rows[ideas.labels == label]
    written, meant = (
        _holding(here, each) for each in ([one.rows for one in candidates], [one.meant for one in candidates])
    )
    near, contrast, alike = np.empty(0), np.empty(0), meant
    if candidates:
        alike = meant | _like(candidates, vectors) @ meant
        near, contrast = ideas.near(label, vectors)
    shares, reads = _share(meant), Reads.of(candidates)
    return Ranked(candidates, vectors, written, meant, alike, shares, near, contrast, reads, label, ideas, {})


def _is_place(text: str) -> bool:
    """Whether people write the phrase as the name of a place or person; "NHS" is a word like others."""
    return any(word[0].isupper() and not word.isupper() for word in text.split())


def _holding(here: NDArray[np.intp], many: Sequence[Sequence[int]]) -> NDArray[np.bool_]:
    """For each of ``many`` which of the rows ``here`` it holds."""
    place = {row: column for column, row in enumerate(here.tolist())}
    held = np.zeros((len(many), len(here)), dtype=np.bool_)
    for number, rows in enumerate(many):
        held[number, [place[row] for row in rows if row in place]] = True
    return held


def _share(held: NDArray[np.bool_], chosen: NDArray[np.intp] | None = None) -> NDArray[np.float64]:
    """For each row the share of its columns that are held; for ``chosen`` rows together, of those of any."""
    rows = held if chosen is None else np.asarray(held[chosen].any(axis=1))
    return np.asarray(np.count_nonzero(rows, axis=1) / held.shape[1])


def _like(candidates: Sequence[Candidate], vectors: Matrix) -> NDArray[np.bool_]:
    """Which phrases say in other words what each says: "officers" and "cops"; not "food" and "food store"."""
    found = np.round(vectors @ vectors.T, 4) >= _SYNONYM
    for one, other in zip(*np.nonzero(found), strict=True):
        pairs = product(candidates[one].key, candidates[other].key)
        found[one, other] = not any(related(word, another) for word, another in pairs)
    return found


def _best_first(one: Title) -> tuple[float, tuple[int, ...]]:
    return one.toll - one.worth, one.rows
