"""What the themes of a map are called already: no name is given twice, and no two that are much alike.

Beside ``clustering.naming.title``. Two names alike make a reader look for one theme in the other.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustering.grouping.graph import Matrix
from clustering.naming.book import Candidate
from clustering.naming.grammar import BEGINNING, same
from clustering.naming.phrases import Key

_AGAIN, _SHARED, _CAP = 0.8, 0.75, 2.0
_LIKE, _UNLIKE = 8.0, 0.4
_ROOM = 64


class _Places:
    """Directions of one width, a row each: the model's, or those of what it cannot read."""

    def __init__(self, width: int) -> None:
        self._rows, self._count = np.zeros((_ROOM, width)), 0

    def add(self, place: Matrix) -> int:
        """The row's number."""
        if self._count == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._rows[self._count] = place
        self._count += 1
        return self._count - 1

    def clear(self, row: int) -> None:
        self._rows[row] = 0.0

    def likest(self, places: Matrix) -> NDArray[np.float64]:
        """For each of ``places`` its cosine to the row that is most like it, 0 without any."""
        if not self._count:
            return np.zeros(len(places))
        return np.asarray(np.round((places @ self._rows[: self._count].T).max(axis=1), 4))


class _Given(NamedTuple):
    """The phrases of a name, and where its direction is: width and row."""

    keys: list[Key]
    place: tuple[int, int] | None


class Taken:
    """What themes of a map are called already: no name is given twice, and no two that are much alike."""

    def __init__(self) -> None:
        self._given: dict[str, _Given] = {}
        self._keys: Counter[Key] = Counter()
        self._words: defaultdict[str, Counter[str]] = defaultdict(Counter)
        """By their beginnings, because only words with the same one can be the same."""
        self._places: dict[int, _Places] = {}

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._given

    def take(self, name: str, phrases: Sequence[Candidate] = (), place: Matrix | None = None) -> str:
        """The name, or with a number where another theme has it. ``place`` is the title's vector."""
        unique, number = name, 1
        while unique in self:
            number += 1
            unique = f"{name} ({number})"
        stands = None
        if place is not None:
            width = len(place)
            stands = width, self._places.setdefault(width, _Places(width)).add(place)
        given = self._given[unique.casefold()] = _Given([one.key for one in phrases], stands)
        self._count(given.keys, 1)
        return unique

    def free(self, name: str) -> None:
        """Give a name back."""
        given = self._given.pop(name.casefold())
        self._count(given.keys, -1)
        if given.place:
            width, row = given.place
            self._places[width].clear(row)

    def _count(self, keys: Sequence[Key], times: int) -> None:
        for key in keys:
            self._keys[key] += times
            for word in key:
                self._words[word[:BEGINNING]][word] += times

    def tolls(
        self, titles: Sequence[Sequence[Key]], places: Matrix, weights: NDArray[np.float64]
    ) -> list[float]:
        """What titles are worth less for saying again what another one says, in words or in meaning.

        ``places`` are their vectors, row by row; ``weights`` how much it costs each to mean the like.
        """
        again = np.array([sum(map(self._again, keys)) for keys in titles])
        width = places.shape[1]
        likeness = self._places[width].likest(places) if width in self._places else np.zeros(len(titles))
        tolls = _AGAIN * again + weights * _LIKE * np.maximum(0.0, likeness - _UNLIKE)
        return [float(one) for one in np.round(np.minimum(_CAP, tolls), 4)]

    def _again(self, key: Key) -> float:
        """How far a phrase is said already: 1, or less where a word of it is: "Staff", "Ambulance staff"."""
        if self._keys[key]:
            return 1.0
        return _SHARED * any(self._is_said(word) for word in key)

    def _is_said(self, word: str) -> bool:
        said = self._words.get(word[:BEGINNING])
        return said is not None and any(times and same(word, one) for one, times in said.items())
