"""Vectors of texts that no model here can read: which triples to fives of letters they share.

In place of the encoder, for one language at a time. TF-IDF over character n-grams and latent semantic
analysis (Deerwester et al. 1990): no random start, no sign left to chance.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import eigsh

from clustering.reading.text import normal_form
from clustering.shapes import Vectors

_GRAMS = (3, 5)
_MOST_GRAMS = 50_000
_DIMENSIONS = 100
_DENSE = 1_500


def letter_vectors(texts: Sequence[str]) -> Vectors:
    """One unit float32 row for each text, of at most 101 dimensions; depends on the texts' order in no bit
    that matters, so hand them over in a canonical one.

    The last dimension holds the texts that share no letters with any other: "?" is near "!" alone.
    """
    if not len(texts):
        return np.empty((0, 0), dtype=np.float32)
    weights = _weights([normal_form(text) for text in texts])
    places = _principal(weights, min(_DIMENSIONS, len(texts)))
    lengths = np.linalg.norm(places, axis=1, keepdims=True)
    alone = lengths <= 1e-6
    spread = np.hstack([np.where(alone, 0.0, places), alone.astype(np.float64)])
    return np.asarray(spread / np.where(alone, 1.0, lengths), dtype=np.float32)


def _weights(texts: Sequence[str]) -> csr_matrix:
    # Imported here: it takes a second, and most jams are in one language that is read.
    from sklearn.feature_extraction.text import TfidfVectorizer

    grams = TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=_GRAMS,
        min_df=min(2, len(texts)),
        max_features=_MOST_GRAMS,
        sublinear_tf=True,
    )
    try:
        return csr_matrix(grams.fit_transform(texts))
    except ValueError:  # "empty vocabulary": no two texts share three letters.
        return csr_matrix((len(texts), 1))


def _principal(weights: csr_matrix, dimensions: int) -> NDArray[np.float64]:
    """The rows in the space of the leading singular vectors, by the eigenvectors of the rows' own products.

    Signs are fixed: the largest entry of each vector is positive.
    """
    products = (weights @ weights.T).tocsr()
    if len(products.indptr) - 1 <= _DENSE:
        values, vectors = np.linalg.eigh(products.toarray())
    else:
        values, vectors = eigsh(products, k=dimensions, v0=np.ones(products.shape[0]))
    order = np.argsort(-values, kind="stable")[:dimensions]
    values, vectors = np.maximum(values[order], 0), vectors[:, order]
    signs = np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(len(order))])
    return np.asarray(vectors * signs * np.sqrt(values))
