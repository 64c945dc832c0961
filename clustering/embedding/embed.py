"""Vectors that can be trusted: from the cache where they are known, computed where not, checked always.

Between the model and the grouping. A cache is keyed by model, precision and content, so vectors of
two models, or of two precisions, never meet in one map.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clustering.embedding.model import Counted, Embedder, uncounted
from clustering.errors import VectorsBroken
from clustering.reading.text import sha256
from clustering.shapes import ModelInfo, Vectors


class VectorCache(Protocol):
    """Where vectors are kept between runs. A plain dict is one."""

    def get(self, key: str, /) -> Vectors | None:
        """The vector under this key, if it is known."""
        ...

    def __setitem__(self, key: str, vector: Vectors, /) -> None: ...


def cache_key(model: ModelInfo, text: str) -> str:
    """Model, precision and content in one string. It holds no text, so erasing is by this key."""
    return f"{model.sha256}:{model.precision}:{sha256(text)}"


class CachedEmbedder:
    """An embedder that asks ``cache`` first. The cache is the caller's, and so is its size."""

    def __init__(self, embedder: Embedder, cache: VectorCache) -> None:
        self._embedder, self._cache = embedder, cache
        self.model = embedder.model

    def embed(self, texts: Sequence[str], counted: Counted = uncounted) -> Vectors:
        """See Embedder. What the model gives is kept only where it is a direction."""
        keys = [cache_key(self.model, text) for text in texts]
        found = [self._cache.get(key) for key in keys]
        missing = _unknown(found)
        known = len(texts) - len(missing)
        if missing:
            fresh = self._embedder.embed(
                [texts[row] for row in missing], lambda done, total: counted(known + done, known + total)
            )
            broken = _is_broken(fresh)
            for place, row in enumerate(missing):
                found[row] = fresh[place]
                if not broken[place]:
                    self._cache[keys[row]] = fresh[place].copy()
        counted(len(texts), len(texts))
        return np.stack([vector for vector in found if vector is not None]) if found else _none()


def _unknown(found: Sequence[Vectors | None]) -> list[int]:
    """The rows without a vector, or with one that is no direction: a cache may have been spoilt."""
    known = [row for row, vector in enumerate(found) if vector is not None]
    kept = [vector for vector in found if vector is not None]
    broken = {known[place] for place in np.flatnonzero(_is_broken(np.stack(kept)))} if kept else set()
    return [row for row, vector in enumerate(found) if vector is None or row in broken]


def embed_checked(embedder: Embedder, texts: Sequence[str], counted: Counted = uncounted) -> Vectors:
    """One unit vector for each text.

    Vectors that are no direction (NaN, infinite, all zero) are asked for once more. Raises
    VectorsBroken if they stay so, or if the model gives another number of rows: nothing is grouped.
    """
    if not texts:
        return _none()
    vectors = _of_right_shape(embedder.embed(texts, counted), len(texts))
    broken = np.flatnonzero(_is_broken(vectors))
    if len(broken):
        vectors[broken] = _of_right_shape(embedder.embed([texts[int(row)] for row in broken]), len(broken))
        if still := int(_is_broken(vectors).sum()):
            raise VectorsBroken(
                f"The model {embedder.model.name} gave no usable vector for {still} of {len(texts)} texts, "
                "twice; check the model, or use another one."
            )
    return _unit(vectors)


def _of_right_shape(vectors: Vectors, count: int) -> Vectors:
    if vectors.ndim != 2 or len(vectors) != count:
        raise VectorsBroken(f"The model gave vectors of shape {vectors.shape} for {count} texts.")
    return vectors.astype(np.float32)


def _is_broken(vectors: Vectors) -> NDArray[np.bool_]:
    return np.asarray(~np.isfinite(vectors).all(axis=1) | ~vectors.any(axis=1))


def _unit(vectors: Vectors) -> Vectors:
    """L2-normalised, except where it is so already: a second division would move the last bits."""
    norms = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    norms[np.abs(norms - 1) < 1e-6] = 1
    return np.asarray(vectors / norms, dtype=np.float32)


def _none() -> Vectors:
    return np.empty((0, 0), dtype=np.float32)
