"""Each method as one function: texts and vectors in, labels out; other products: ``quality_rivals``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from quality_sets import Texts
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from threadpoolctl import threadpool_limits

from clustering import (
    CachedEmbedder,
    Embedder,
    ModelInfo,
    Parameters,
    ThemeMap,
    Vectors,
    load_embedder,
    theme,
)
from clustering.embedding import exported
from clustering.embedding.embed import cache_key

NOISE = -1
_FEW = 20


class Found(NamedTuple):
    """A label for each row (-1: in no group), the rows that the method calls strangers, names by label."""

    labels: tuple[int, ...]
    noise: frozenset[int] = frozenset()
    names: Mapping[int, str] = {}


def remembering(embedder: Embedder, sets: Sequence[Texts]) -> CachedEmbedder:
    """An embedder that knows the vectors of these sets already; it computes names alone."""
    known = {
        cache_key(embedder.model, text): vector
        for one in sets
        for text, vector in zip(one.texts, one.vectors, strict=True)
    }
    return CachedEmbedder(embedder, known)


@cache
def _real() -> Embedder:
    return load_embedder()


class Given:
    """The vectors of some texts, and for most others (what could be a name) one that says nothing.

    Where names are not looked at, computing their vectors would be most of the work; no theme depends on
    them. A few texts at once are computed: so is asked for what a jam is about, which every theme depends on.
    """

    def __init__(self, *sets: Texts) -> None:
        self.model = ModelInfo(name=exported.NAME, sha256=exported.WEIGHTS_SHA256, reads=exported.READS)
        self._known = {
            text: vector for one in sets for text, vector in zip(one.texts, one.vectors, strict=True)
        }
        width = sets[0].vectors.shape[1]
        self._else = np.full(width, width**-0.5, dtype=np.float32)

    def embed(self, texts: Sequence[str], counted: object = None) -> Vectors:
        known = self._known
        if len(texts) <= _FEW and any(text not in known for text in texts):
            known = dict(zip(texts, _real().embed(list(texts)), strict=True)) | known
        return np.array([known.get(text, self._else) for text in texts], dtype=np.float32)


def ours(texts: Texts, embedder: Embedder, parameters: Parameters | None = None) -> Found:
    """The whole of ``theme``, from texts to a map."""
    found = theme(texts.texts, texts.ids, embedder=embedder, parameters=parameters, question=texts.question)
    return of_map(found, texts.ids)


def homes(found: ThemeMap) -> dict[str, str]:
    """The theme of each idea."""
    return {key: one.id for one in found.themes for key in one.members}


def of_map(found: ThemeMap, ids: Sequence[str]) -> Found:
    """The map as labels, in the order of ``ids``."""
    numbers = {key: number for number, one in enumerate(found.themes) for key in one.members}
    row_of = {key: row for row, key in enumerate(ids)}
    return Found(
        labels=tuple(numbers.get(key, NOISE) for key in ids),
        noise=frozenset(row_of[key] for key in found.one_of_a_kind),
        names={number: one.name for number, one in enumerate(found.themes)},
    )


def kmeans(texts: Texts) -> Found:
    """k-means (scikit-learn, k-means++ under the seed 1) with the number of groups by silhouette.

    Tried are sixteen numbers from 4 to 2 √n, evenly spaced in their logarithm; the best one is taken.
    """
    sizes = {round(size) for size in np.geomspace(4, max(5, 2 * len(texts.texts) ** 0.5), 16)}
    with threadpool_limits(limits=1):
        cuts = [KMeans(size, n_init=1, random_state=1).fit_predict(texts.vectors) for size in sorted(sizes)]
        scores = [float(silhouette_score(texts.vectors, cut)) for cut in cuts]
    return Found(tuple(int(label) for label in cuts[int(np.argmax(scores))]))


def without_question(vectors: Vectors, question: Vectors) -> Vectors:
    """Unit vectors without their part along the question's vector, centred: what every answer shares."""
    plain = vectors.astype(np.float64)
    plain -= np.outer(plain @ question, question)
    plain -= plain.mean(axis=0)
    return np.asarray(plain / np.linalg.norm(plain, axis=1, keepdims=True), dtype=np.float32)
