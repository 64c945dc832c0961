"""What the themes of a map are called already: no name is given twice, and no two that are much alike.

Beside ``clustering.naming.title``. Two names alike make a reader look for one theme in the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from clustering.grouping.graph import Matrix
from clustering.naming.grammar import same
from clustering.naming.phrases import Candidate, Key

_AGAIN, _SHARED, _CAP = 0.8, 0.75, 2.0
_LIKE, _UNLIKE = 8.0, 0.4


class _Said(NamedTuple):
    """What all names of a map say together: their phrases, the words of these, and the titles' vectors.

    The vectors lie apart by their width: what the model cannot read has spaces of its own.
    """

    keys: frozenset[Key]
    words: frozenset[str]
    places: Mapping[int, Matrix]

    @classmethod
    def of(cls, given: Iterable[tuple[list[Key], Matrix | None]]) -> "_Said":
        some = list(given)
        keys = frozenset(key for own, _ in some for key in own)
        places = [place for _, place in some if place is not None]
        widths = {len(place) for place in places}
        return cls(
            keys,
            frozenset(word for key in keys for word in key),
            {width: np.vstack([one for one in places if len(one) == width]) for width in widths},
        )


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

    def toll(self, phrases: Sequence[Candidate], place: Matrix, weight: float = 1.0) -> float:
        """What a title is worth less for saying again what another one says, in words or in meaning."""
        if self._said is None:
            self._said = _Said.of(self._given.values())
        again = sum(
            one.key in self._said.keys or _SHARED * _shares(one.key, self._said.words) for one in phrases
        )
        others = self._said.places.get(len(place))
        likeness = 0.0 if others is None else round(float((others @ place).max()), 4)
        return min(_CAP, _AGAIN * again + weight * _LIKE * max(0.0, likeness - _UNLIKE))


def _shares(key: Key, words: Iterable[str]) -> bool:
    """Whether another name has one of these words: "Staff" beside "Ambulance staff"."""
    return any(same(word, known) for word in key for known in words if word[0] == known[0])
