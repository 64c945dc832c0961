"""Texts as the words they use: a second view beside the encoder's, for the grouping alone.

Beside the vectors. An encoder hears what a text is about, and mishears what it was not trained on: a
ward's name, a form's number, a word of the trade. Texts that share a rare word are drawn a little
nearer. No language is assumed: a word is its first letters, and what most texts say weighs nothing.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import scipy.sparse

from clustering.grouping.graph import Matrix, unit
from clustering.reading.text import normal_form

_LETTERS = 6
_MOST_WORDS = 2_000
_COMMON = 0.3
_ROUNDS = 4


def word_vectors(texts: Sequence[str], dimensions: int) -> Matrix:
    """One float32 row for each text, of length 1, or 0 where it shares no word with another text.

    TF-IDF of the words' first six letters, brought to ``dimensions`` by latent semantic analysis
    (Deerwester et al. 1990) with the leading directions found by simultaneous iteration from the most
    frequent words: no random start. ``texts`` in a canonical order.
    """
    weights = _weights([[word[:_LETTERS] for word in normal_form(text).split()] for text in texts])
    places = weights @ _leading(weights, dimensions)
    return unit(places - places.mean(axis=0)).astype(np.float32)


def _weights(texts: Sequence[Sequence[str]]) -> scipy.sparse.csr_array:
    """Rows of length 1: (1 + log of the times in the text) x log of the texts per text that has the word."""
    count, having = len(texts), Counter[str]()
    for words in texts:
        having.update(set(words))
    shared = [word for word, times in having.items() if 2 <= times <= _COMMON * count]
    vocabulary = sorted(shared, key=lambda word: (-having[word], word))[:_MOST_WORDS]
    column, width = {word: place for place, word in enumerate(vocabulary)}, max(1, len(vocabulary))
    said = np.array(
        [row * width + column[word] for row, words in enumerate(texts) for word in words if word in column],
        dtype=np.int64,
    )
    places, times = np.unique(said, return_counts=True)
    rows, columns = np.divmod(places, width)
    rare = np.log(count / np.array([having[word] for word in vocabulary], dtype=np.float64))
    values = (1 + np.log(times)) * rare[columns]
    found = scipy.sparse.csr_array((values, (rows, columns)), shape=(count, width))
    lengths = np.sqrt(np.asarray(found.multiply(found).sum(axis=1))).ravel()
    return (scipy.sparse.diags_array(1 / np.maximum(lengths, 1e-9)) @ found).tocsr()


def _leading(weights: scipy.sparse.csr_array, dimensions: int) -> Matrix:
    """An orthonormal basis (words, dimensions) of nearly the leading right singular vectors."""
    words = weights.shape[1]
    basis = np.eye(words, min(dimensions, words))
    for _ in range(_ROUNDS if words > dimensions else 0):
        basis = np.linalg.qr(weights.T @ (weights @ basis))[0]
    return basis
