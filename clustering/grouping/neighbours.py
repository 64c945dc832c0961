"""The nearest rows of each row: all compared with all, or from 12,000 rows on with those nearby.

Before the graph. Works on blocks, so that memory grows with the rows and not with their square.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from clustering.grouping.centres import small_groups, sums
from clustering.grouping.graph import Matrix, unit
from clustering.grouping.threads import side_by_side
from clustering.shapes import Rows

EXACT = 12_000
"""Above so many rows the neighbours of a row are looked for among its nearest rows only."""

_LOOKED_AT = 6_000
_CELL = 200
_AT_ONCE = 1_500_000
"""Cosines in memory at a time, for each of those who work side by side."""
_SAMPLE = 2048


def nearest(vectors: Matrix, k: int) -> tuple[Rows, Matrix]:
    """The ``k`` nearest rows of each row by cosine, itself left out, and these cosines, best first.

    Both (rows, k), where k is at most rows - 1; ``vectors`` are unit vectors. Cosines are rounded to
    1e-6, equal ones come in the order of the rows. Exact up to 12,000 rows.
    """
    count = len(vectors)
    rows, cosines = np.empty((count, k), dtype=np.intp), np.empty((count, k), dtype=np.float32)

    def look(search: _Search) -> None:
        own, others, there = search
        block = vectors[own] @ there
        block[np.arange(len(own)), np.searchsorted(others, own)] = -2
        columns, cosines[own] = _largest(block, k)
        rows[own] = others[columns]

    for _ in side_by_side(look, _blocks(vectors, max(_LOOKED_AT, 2 * k))):
        pass
    return rows, cosines


class _Search(NamedTuple):
    """Rows, all rows among which their neighbours are looked for (ascending), and the vectors of these."""

    own: Rows
    others: Rows
    there: Matrix


def _blocks(vectors: Matrix, enough: int) -> Iterator[_Search]:
    """Searches of so few rows that their cosines fit into memory."""
    for some, others in _searches(vectors, enough):
        there = vectors[others].T
        height = max(1, _AT_ONCE // len(others))
        for start in range(0, len(some), height):
            yield _Search(some[start : start + height], others, there)


def _searches(vectors: Matrix, enough: int) -> Iterator[tuple[Rows, Rows]]:
    """Rows, and all rows among which their neighbours are looked for, both in ascending order.

    Above ``EXACT``: rows fall into cells of about 200, and the search goes through the nearest cells
    (an inverted file, Sivic & Zisserman 2003) until so many rows were looked at.
    """
    count = len(vectors)
    if count <= EXACT:
        yield np.arange(count), np.arange(count)
        return
    cells = small_groups(vectors, count // _CELL)
    centres = unit(sums(vectors, cells))
    members = np.split(np.argsort(cells, kind="stable"), np.cumsum(np.bincount(cells))[:-1])
    sizes = np.array([len(rows) for rows in members])
    for cell, rows in enumerate(members):
        order = np.argsort(-np.round(centres @ centres[cell], 6), kind="stable")
        order = np.concatenate([[cell], order[order != cell]])
        cells_taken = int(np.searchsorted(np.cumsum(sizes[order]), enough)) + 1
        yield rows, np.sort(np.concatenate([members[one] for one in order[:cells_taken]]))


def _largest(block: Matrix, k: int) -> tuple[Rows, Matrix]:
    """Columns and values of the ``k`` largest of each row.

    What is smaller than the k-th largest of some columns cannot be among them: ten times faster than
    to part each whole row.
    """
    height, count = block.shape
    some = np.ascontiguousarray(block[:, :: max(1, count // max(_SAMPLE, 2 * k))])
    enough = np.partition(some, some.shape[1] - k, axis=1)[:, some.shape[1] - k] - 2e-6
    row, column = np.divmod(np.flatnonzero(block >= enough[:, None]), count)
    value = np.round(block[row, column], 6)
    order = np.lexsort((-value, row))
    picked = order[np.searchsorted(row, np.arange(height))[:, None] + np.arange(k)]
    return column[picked], value[picked]
