"""Near-duplicates collapsed, so that a text sent by a hundred people counts once among the others.

Between embedding and grouping. Two texts are near-duplicates when their cosine is 0.95 or more and
they agree in their numbers and negations: "keep the bridge" and "do not keep the bridge" are near
each other for every encoder, and saying that a person sent the opposite of what she wrote is worse
than showing both.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np

from clustering.grouping.graph import Matrix, strongest
from clustering.grouping.threads import side_by_side
from clustering.reading.readings import Wording
from clustering.reading.text import normal_form
from clustering.shapes import Mask, Rows, Vectors

Claim = tuple[tuple[str, ...], int, frozenset[str]]
"""Numbers, parity of negations, words of direction: see ``claim``."""

_DIRECTIONS = 62
_FEW = 1_500
"""So many are compared whole in less time than their strongest directions are found."""
_TILE = (256, 1024)
_TILES = 4


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEGATIONS = _words(
    "no not never none nor neither nothing nobody without cannot against stop isnt arent wasnt dont doesnt "
    "didnt wont wouldnt cant couldnt shouldnt havent hasnt nicht kein keine keinen nie ne pas non sin"
)
_APOSTROPHE = re.compile(r"(?<=n)['’](?=t\b)", re.IGNORECASE)
_OPPOSED = (("more", "less"), ("more", "fewer"), ("open", "close"), ("free", "paid"))


def leaders(wordings: Sequence[Wording], vectors: Vectors, threshold: float) -> Rows:
    """For each wording the row of the one that it says the same as; its own row where it is the first.

    The most frequent wording leads, then the earlier row. Only leaders gather followers, so that a
    chain of small steps cannot join two ends that differ.
    """
    leader: Rows = np.arange(len(wordings))
    free = np.ones(len(wordings), dtype=np.bool_)
    claims = _Claims(wordings)
    order = np.array(sorted(range(len(wordings)), key=lambda row: (-len(wordings[row].ids), row)))
    for row, others in _in_reach(vectors, order, threshold, free):
        others = others[free[others]]
        alike = others[claims.of(others) == claims.of(row)]
        followers = alike[np.round(vectors[alike] @ vectors[row], 4) >= threshold]
        leader[followers], free[followers] = row, False
    return leader


class _Claims:
    """Claims as numbers, found when asked for: most wordings have no near-duplicate and are never read."""

    def __init__(self, wordings: Sequence[Wording]) -> None:
        self._wordings = wordings
        self._numbers: dict[Claim, int] = {}
        self._known = np.full(len(wordings), -1)

    def of(self, rows: Rows | int) -> Rows:
        for row in np.atleast_1d(rows)[self._known[np.atleast_1d(rows)] < 0]:
            text = self._wordings[row].text
            self._known[row] = self._numbers.setdefault(claim(text), len(self._numbers))
        return np.asarray(self._known[rows])


def _in_reach(vectors: Vectors, order: Rows, threshold: float, free: Mask) -> Iterator[tuple[int, Rows]]:
    """Each row in its turn, if it is still free, with the later rows that may be near it, if there are any.

    Two vectors are at least as far from each other as their strongest directions are, and there a
    difference costs a sixth. At most a block of products is in memory: ten thousand variants of one
    text are a hundred million pairs.
    """
    shadows = strongest(vectors, _DIRECTIONS) if len(vectors) > _FEW else vectors
    for start in range(0, len(order), _TILE[0]):
        later = order[start:][free[order[start:]]]
        block = order[start : start + _TILE[0]]
        block = block[free[block]]
        row, place = _pairs(shadows[block], shadows[later], threshold - 1)
        # A row stands in `later` at the place that it has in `block`, and reaches itself.
        row, place = row[place > row], place[place > row]
        for one in np.unique(row):
            if free[block[one]]:
                first, last = np.searchsorted(row, [one, one + 1])
                yield int(block[one]), later[place[first:last]]


def _pairs(ones: Matrix, others: Matrix, least: float) -> tuple[Rows, Rows]:
    """Places in ``ones`` (ascending) and in ``others`` where minus half the squared distance is so much.

    In tiles that stay in the processor's cache: twice as fast as a product that goes through memory.
    """
    ones, others = _less_half_square(ones), _half_square_more(others)

    def look(tiles: Sequence[int]) -> list[tuple[Rows, Rows]]:
        found = []
        for start in tiles:
            reach = ones @ others[start : start + _TILE[1]].T >= least - 1e-4
            if reach.any():
                row, place = np.nonzero(reach)
                found.append((row, place + start))
        return found

    tiles = range(0, len(others), _TILE[1])
    jobs = [tiles[start : start + _TILES] for start in range(0, len(tiles), _TILES)]
    each = side_by_side(look, jobs) if len(jobs) > 1 else map(look, jobs)
    found = [(np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)), *chain.from_iterable(each)]
    rows, places = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.argsort(rows, kind="stable")
    return rows[order], places[order]


def _less_half_square(shadows: Matrix) -> Matrix:
    """With ``_half_square_more``, a product is minus half the squared distance."""
    halves = np.einsum("ij,ij->i", shadows, shadows)[:, None] / 2
    return np.hstack([shadows, -halves, np.ones_like(halves)])


def _half_square_more(shadows: Matrix) -> Matrix:
    halves = np.einsum("ij,ij->i", shadows, shadows)[:, None] / 2
    return np.hstack([shadows, np.ones_like(halves), -halves])


def claim(text: str) -> Claim:
    """What has to be equal in two texts that say the same: numbers, negations, words of direction."""
    words = Counter(normal_form(_APOSTROPHE.sub("", text)).split())
    numbers = tuple(sorted(word for word in words.elements() if any(letter.isdigit() for letter in word)))
    negations = sum(times for word, times in words.items() if word in _NEGATIONS)
    directions = frozenset(word for pair in _OPPOSED for word in pair if word in words)
    return numbers, negations % 2, directions
