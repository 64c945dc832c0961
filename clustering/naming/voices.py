"""What single ideas say for their theme: its headline, those that show its breadth, a short one as its name.

Beside ``clustering.naming.name``. One voice is never more than one voice, and is always shown as such.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clustering.grouping.graph import Matrix
from clustering.naming.book import Candidate
from clustering.naming.grammar import stem
from clustering.naming.spellings import sentence_case
from clustering.naming.stopwords import FUNCTION_WORDS
from clustering.shapes import Vectors

_READABLE = 280
_FALLBACK_WORDS = 5
_NEAR = 0.6
_SENTENCE = re.compile(r"[.!?;:,\r\n]+\s")
_MARKS = " .,;:!?&-–'\""
_BREADTH = 0.6


def saying(
    texts: Sequence[str], vectors: Vectors, rows: NDArray[np.intp], centroids: Matrix, label: int
) -> Candidate | None:
    """Of the ideas that are as short as a name, the one that stands out best; None without any.

    It speaks for a theme whose ideas share no words that would name it; its one voice is named with it.
    """
    short = [int(row) for row in rows if _is_short(texts[row])]
    if not short:
        return None
    cosines = np.round(vectors[short].astype(np.float64) @ centroids.T, 4)
    own = cosines[:, label].copy()
    cosines[:, label] = -1.0
    others = cosines.max(axis=1)
    best = int(np.argmax(2 * own - np.maximum(others, 0)))
    if own[best] < _NEAR or own[best] <= others[best]:
        return None
    return Candidate((), first_words(texts[short[best]]), float(own[best]), (short[best],))


def _is_short(text: str) -> bool:
    """As long as a name, and not shouted."""
    return len(text.split()) <= _FALLBACK_WORDS and text.upper() != text


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
