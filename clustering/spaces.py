"""The spaces in which ideas are grouped: the model's, and one of letters for each language it cannot read.

Between the model and the grouping. Cosines of two spaces say nothing about each other, so each is grouped
on its own; for what comes after they lie side by side in one space, at right angles.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustering.graph import Matrix, centred
from clustering.group import group
from clustering.shapes import Labels, Parameters, Vectors


class Space(NamedTuple):
    """Rows that are grouped together, with their vectors; ``lang`` is "" in the model's own space."""

    lang: str
    rows: NDArray[np.intp]
    vectors: Vectors


def spaces_of(
    texts: Sequence[str], vectors: Vectors, parameters: Parameters
) -> tuple[list[Space], dict[str, list[int]]]:
    """The spaces that have rows, the model's first; and the rows of each language that it cannot read."""
    return [Space("", np.arange(len(texts)), vectors)], {}


def fresh_groups(spaces: Sequence[Space], parameters: Parameters) -> tuple[Labels, Matrix]:
    """A cluster for each row, and the rows' unit vectors in the space in which they were grouped."""
    count = sum(len(space.rows) for space in spaces)
    labels = np.zeros(count, dtype=np.intp)
    blocks = [_grouped(space.vectors, parameters) for space in spaces]
    points = np.zeros((count, sum(block.shape[1] for _, block in blocks)))
    clusters = column = 0
    for space, (own, block) in zip(spaces, blocks, strict=True):
        labels[space.rows] = own + clusters
        points[space.rows, column : column + block.shape[1]] = block
        clusters, column = clusters + int(own.max()) + 1, column + block.shape[1]
    return labels, points


def _grouped(vectors: Vectors, parameters: Parameters) -> tuple[Labels, Matrix]:
    if len(vectors) < max(2, parameters.fewest):
        return np.zeros(len(vectors), dtype=np.intp), centred(vectors)
    return group(vectors, parameters), centred(vectors)
