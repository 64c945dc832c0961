"""Ideas for an invented town and a small honest embedder, so that most tests need no model.

Why: the theme library must work with any embedder, and a hashing one loads at once and is exact.
Where: used by the tests of this folder alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import product

import numpy as np

from clustering import ModelInfo, ThemeMap, Vectors
from clustering.embedding.model import Counted, uncounted

SUBJECTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "buses": (
        ("Run the night bus", "Bring back the bus", "We want a bus stop", "The bus timetable is wrong"),
        (
            "to the hospital",
            "after the last train",
            "on Sundays",
            "at the harbour bus station",
            "for schools",
        ),
    ),
    "library": (
        ("Open the library", "More library books", "The library reading room", "Let the library lend"),
        ("in the evening", "for young readers", "with a reading group", "on library Sundays", "for learners"),
    ),
    "trees": (
        ("Plant street trees", "Water the young trees", "Keep the old trees", "Fruit trees and shade"),
        (
            "along the avenue",
            "in every playground",
            "by the tree nursery",
            "against the heat",
            "near the mill",
        ),
    ),
    "parking": (
        ("Car parking costs", "Free car parking", "A parking garage", "Residents' parking permits"),
        (
            "behind the town hall",
            "are too dear",
            "by the parking meters",
            "for market days",
            "should be simple",
        ),
    ),
    "swimming": (
        ("The swimming pool", "Swimming lessons", "Heat the swimming pool", "A swimming club"),
        ("needs a new roof", "for children", "all winter", "with warm showers", "in the outdoor pool"),
    ),
    "rubbish": (
        ("Collect rubbish bins", "Recycling bins", "Rubbish and litter", "A recycling centre"),
        (
            "every week",
            "beside the canal",
            "for glass and paper",
            "with bigger lids",
            "cleaned by recycling staff",
        ),
    ),
}


def ideas() -> dict[str, str]:
    """120 different texts in six plain groups, by id; the id begins with the group's name."""
    return {
        f"{subject}-{number}": f"{head} {tail}"
        for subject, (heads, tails) in SUBJECTS.items()
        for number, (head, tail) in enumerate(product(heads, tails))
    }


def homes(found: ThemeMap) -> dict[str, str]:
    """The theme of each idea of a map."""
    return {idea: one.id for one in found.themes for idea in one.members}


class HashingEmbedder:
    """Counts hashed words and the letters' triples in them: near in words is near in vectors."""

    def __init__(self, dimensions: int = 512) -> None:
        self._dimensions = dimensions
        self.model = ModelInfo(name="hashing", sha256="0" * 64)
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str], counted: Counted = uncounted) -> Vectors:
        """See Embedder."""
        self.asked += texts
        vectors = np.stack([self._vector(text) for text in texts])
        counted(len(texts), len(texts))
        return vectors

    def _vector(self, text: str) -> Vectors:
        vector = np.zeros(self._dimensions)
        vector[0] = 0.1
        for word in text.lower().split():
            for part in [word, *(word[start : start + 3] for start in range(len(word) - 2))]:
                vector[int.from_bytes(sha256(part.encode()).digest()[:4], "big") % self._dimensions] += 1
        return (vector / np.linalg.norm(vector)).astype(np.float32)
