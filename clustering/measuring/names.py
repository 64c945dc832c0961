"""How well the names of a theme map tell its themes apart: for benches.

Beside the path, never on it: a name is held against the centroids as somebody who only reads it would.
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from clustering.embedding.embed import embed_checked
from clustering.embedding.model import Embedder
from clustering.naming.name import centroids_of
from clustering.shapes import Labels, Vectors


class NameFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures over the names of one map; add up ``themes``-weighted means over several maps."""

    themes: int
    finds_its_own: float
    """Share of the names whose own vector lies nearest to their own theme's centroid."""
    words: float
    """Mean number of words in a name."""
    most_words: int
    likeness: float
    """Mean over the names of the largest cosine to another name of the map; 0 for a single name."""


def name_figures(names: Sequence[str], vectors: Vectors, labels: Labels, embedder: Embedder) -> NameFigures:
    """Figures of ``names``, one for each label. Raises ValueError without any."""
    if not names:
        raise ValueError("There is no name to measure.")
    places = embed_checked(embedder, names).astype(np.float64)
    nearest = np.round(places @ centroids_of(vectors, labels).T, 4).argmax(axis=1)
    likeness = places @ places.T
    np.fill_diagonal(likeness, -1 if len(names) > 1 else 0)
    words = [len(name.replace(",", " ").split()) for name in names]
    return NameFigures(
        themes=len(names),
        finds_its_own=float((nearest == np.arange(len(names))).mean()),
        words=float(np.mean(words)),
        most_words=max(words),
        likeness=float(likeness.max(axis=1).mean()),
    )
