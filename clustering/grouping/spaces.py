"""The spaces in which ideas are grouped: the model's, and one of letters for each language it cannot read.

Between the model and the grouping. Cosines of two spaces say nothing about each other, so each is grouped
on its own; for what comes after they lie side by side in one space, at right angles.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from clustering.grouping.graph import Matrix, centred
from clustering.grouping.group import Grouping, grouped
from clustering.grouping.neighbours import nearest
from clustering.reading.languages import READ, by_language
from clustering.reading.letters import letter_vectors
from clustering.shapes import Labels, Parameters, Rows, Vectors


class Space(NamedTuple):
    """Rows that are grouped together, with their vectors; ``lang`` is "" in the model's own space.

    ``texts`` are there where their words count beside the vectors; ``shared`` are vectors of what
    all of them are about, which is left out before grouping.
    """

    lang: str
    rows: Rows
    vectors: Vectors
    texts: list[str] | None = None
    shared: Vectors | None = None


class Fresh(NamedTuple):
    """A cluster for each row, the rows in the space of the grouping, and near rows within each space."""

    labels: Labels
    points: Matrix
    near: list[Rows]


def spaces_of(
    texts: Sequence[str],
    vectors: Vectors,
    parameters: Parameters,
    reads: Collection[str] | None,
    shared: Vectors | None = None,
) -> tuple[list[Space], dict[str, Rows]]:
    """The spaces that have rows, the model's first; and the rows of each language that it cannot read.

    A language with too few rows to group stays in the model's space: it sees names and numbers at least.
    """
    rows_of = by_language(texts, reads)
    unread = {lang: rows for lang, rows in rows_of.items() if lang != READ}
    apart = {lang: rows for lang, rows in unread.items() if len(rows) >= parameters.fewest}
    ours = np.setdiff1d(np.arange(len(texts)), np.concatenate([*apart.values(), np.empty(0, np.intp)]))
    read = [texts[row] for row in ours]
    spaces = [Space("", ours, vectors[ours], read, shared)] if len(ours) else []
    spaces += [
        Space(lang, rows, letter_vectors([texts[row] for row in rows])) for lang, rows in apart.items()
    ]
    return spaces, unread


def fresh_groups(spaces: Sequence[Space], parameters: Parameters) -> Fresh:
    """Group each space on its own."""
    found = [_grouped(space, parameters) for space in spaces]
    if len(found) == 1:
        return Fresh(found[0].labels, found[0].points, [found[0].near])
    count = sum(len(space.rows) for space in spaces)
    width = sum(one.points.shape[1] for one in found)
    labels, points = np.zeros(count, dtype=np.intp), np.zeros((count, width), dtype=np.float32)
    clusters = column = 0
    for space, one in zip(spaces, found, strict=True):
        labels[space.rows] = one.labels + clusters
        points[space.rows, column : column + one.points.shape[1]] = one.points
        clusters, column = clusters + int(one.labels.max()) + 1, column + one.points.shape[1]
    return Fresh(labels, points, [one.near for one in found])


def _grouped(space: Space, parameters: Parameters) -> Grouping:
    """One group where there are too few rows for more."""
    vectors = space.vectors
    if len(vectors) >= max(2, parameters.fewest):
        return grouped(vectors, parameters, texts=space.texts, shared=space.shared)
    near, _ = (
        nearest(centred(vectors), len(vectors) - 1) if len(vectors) > 1 else (np.empty((1, 0), int), None)
    )
    return Grouping(np.zeros(len(vectors), dtype=np.intp), centred(vectors), near)
