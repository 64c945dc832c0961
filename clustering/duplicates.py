"""Near-duplicates collapsed, so that a text sent by a hundred people counts once among the others.

Between embedding and grouping. Two texts are near-duplicates when their cosine is 0.95 or more and
they agree in their numbers and negations: "keep the bridge" and "do not keep the bridge" are near
each other for every encoder, and saying that a person sent the opposite of what she wrote is worse
than showing both.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from clustering.shapes import Vectors
from clustering.text import Wording, normal_form

Claim = tuple[tuple[str, ...], int, frozenset[str]]
"""Numbers, parity of negations, words of direction: see ``claim``."""

_BLOCK = 512


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEGATIONS = _words(
    "no not never none nor neither nothing nobody without cannot against stop isnt arent wasnt dont doesnt "
    "didnt wont wouldnt cant couldnt shouldnt havent hasnt nicht kein keine keinen nie ne pas non sin"
)
_APOSTROPHE = re.compile(r"(?<=n)['’](?=t\b)", re.IGNORECASE)
_OPPOSED = (("more", "less"), ("more", "fewer"), ("open", "close"), ("free", "paid"))


def leaders(wordings: Sequence[Wording], vectors: Vectors, threshold: float) -> NDArray[np.intp]:
    """For each wording the row of the one that it says the same as; its own row where it is the first.

    The most frequent wording leads, then the earlier row. Only leaders gather followers, so that a
    chain of small steps cannot join two ends that differ.
    """
    leader: NDArray[np.intp] = np.arange(len(wordings))
    free = np.ones(len(wordings), dtype=np.bool_)
    numbers: dict[Claim, int] = {}
    claims = np.array([numbers.setdefault(claim(one.text), len(numbers)) for one in wordings])
    for row, near in _in_order(wordings, vectors, threshold, free):
        free[row] = False
        followers = near & free & (claims == claims[row])
        leader[followers], free[followers] = row, False
    return leader


def _in_order(
    wordings: Sequence[Wording], vectors: Vectors, threshold: float, free: NDArray[np.bool_]
) -> Iterator[tuple[int, NDArray[np.bool_]]]:
    """Each row that is still free when its turn comes, with the mask of the rows that are near it.

    Cosines are rounded to 1e-4, and at most a block of them is in memory: ten thousand variants of
    one text are a hundred million pairs.
    """
    order = sorted(range(len(wordings)), key=lambda row: (-len(wordings[row].ids), row))
    for start in range(0, len(order), _BLOCK):
        block = [row for row in order[start : start + _BLOCK] if free[row]]
        near = np.round(vectors[block] @ vectors.T, 4) >= threshold
        yield from ((row, near[place]) for place, row in enumerate(block) if free[row])


def claim(text: str) -> Claim:
    """What has to be equal in two texts that say the same: numbers, negations, words of direction."""
    words = Counter(normal_form(_APOSTROPHE.sub("", text)).split())
    numbers = tuple(sorted(word for word in words.elements() if any(letter.isdigit() for letter in word)))
    negations = sum(times for word, times in words.items() if word in _NEGATIONS)
    directions = frozenset(word for pair in _OPPOSED for word in pair if word in words)
    return numbers, negations % 2, directions
