"""What the themes of a map are called already: no name is given twice, and no two that are much alike.

Beside ``clustering.naming.title``. Two names alike make a reader look for one theme in the other.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from clustering.grouping.graph import Matrix
from clustering.naming.book import Candidate
from clustering.naming.grammar import BEGINNING, by_beginning, same
from clustering.naming.phrases import Key

_AGAIN, _SHARED, _CAP = 0.8, 0.75, 2.0
_LIKE, _UNLIKE = 8.0, 0.4


class _Said:
    """What all names of a map say together: their phrases, the words of these, and the titles' vectors.

    The vectors lie apart by their width: what the model cannot read has spaces of its own.
    """

    def __init__(self, given: Iterable[tuple[list[Key], Matrix | None]]) -> None:
        some = list(given)
        self._keys = {key for own, _ in some for key in own}
        self._words = by_beginning({word for key in self._keys for word in key})
        places = [place for _, place in some if place is not None]
        widths = {len(place) for place in places}
        self.places = {width: np.array([one for one in places if len(one) == width]) for width in widths}

    def again(self, key: Key) -> float:
        """How far a phrase is said already: 1, or less where a word of it is: "Staff", "Ambulance staff"."""
        if key in self._keys:
            return 1.0
        return _SHARED * any(same(word, one) for word in key for one in self._words.get(word[:BEGINNING], ()))


class Taken:
    """What themes of a map are called already: no name is given twice, and no two that are much alike."""

    def __init__(self) -> None:
        self._given: dict[str, tuple[list[Key], Matrix | None]] = {}
        self._said: _Said | None = None

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._given

    def take(self, name: str, phrases: Sequence[Candidate] = (), place: Matrix | None = None) -> str:
        """The name, or with a number where another theme has it. ``place`` is the title's vector."""
        unique, number = name, 1
        while unique in self:
            number += 1
            unique = f"{name} ({number})"
        self._given[unique.casefold()] = [one.key for one in phrases], place
        self._said = None
        return unique

    def free(self, name: str) -> None:
        """Give a name back."""
        del self._given[name.casefold()]
        self._said = None

    def tolls(
        self, titles: Sequence[Sequence[Key]], places: Matrix, weights: NDArray[np.float64]
    ) -> list[float]:
        """What titles are worth less for saying again what another one says, in words or in meaning.

        ``places`` are their vectors, row by row; ``weights`` how much it costs each to mean the like.
        """
        if self._said is None:
            self._said = _Said(self._given.values())
        again = np.array([sum(map(self._said.again, keys)) for keys in titles])
        others = self._said.places.get(places.shape[1])
        likeness = np.zeros(len(titles)) if others is None else np.round((places @ others.T).max(axis=1), 4)
        tolls = _AGAIN * again + weights * _LIKE * np.maximum(0.0, likeness - _UNLIKE)
        return [float(one) for one in np.round(np.minimum(_CAP, tolls), 4)]
