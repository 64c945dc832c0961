"""Ward's tree over vectors or over micro-clusters, and its cuts.

Second half of the grouping. Own code because scipy's linkage works in float64 (800 MB at 10,000
ideas, and three times slower) and cannot start from clusters of different sizes.
"""

import numpy as np
from numpy.typing import NDArray

from clustering.grouping.centres import without_gaps
from clustering.grouping.graph import Matrix
from clustering.shapes import Labels, Rows


class Tree:
    """Ward's tree (Ward 1963) of ``points`` (rows, dimensions), each standing for ``masses`` ideas.

    Nearest-neighbour chains (Murtagh 1983) on squared distances in float32: O(rows²) time and
    memory. Equal distances are decided by the order of the rows.
    """

    def __init__(self, points: Matrix, masses: Rows | None = None) -> None:
        self._count = len(points)
        sizes = np.ones(self._count) if masses is None else masses.astype(np.float64)
        self._merges = _in_height_order(*_chain_merges(_costs(points, sizes), sizes))

    def cut(self, clusters: int) -> Labels:
        """Labels from 0 for so many clusters, numbered by their first row."""
        one, other = self._merges[: self._count - clusters].T
        stands_for = np.arange(self._count)
        stands_for[other] = one
        # A row goes into an earlier one, at most once: follow them until nobody moves.
        while (further := stands_for[stands_for] != stands_for).any():
            stands_for[further] = stands_for[stands_for[further]]
        return without_gaps(stands_for)


def _costs(points: Matrix, sizes: NDArray[np.float64]) -> NDArray[np.float32]:
    """Twice the growth of the within-cluster sum of squares for each pair; infinite on the diagonal."""
    single = points.astype(np.float32)
    squares = (single * single).sum(axis=1)
    costs = single @ single.T
    costs *= -2
    costs += squares[:, None]
    costs += squares[None, :]
    np.maximum(costs, 0, out=costs)
    if (sizes != 1).any():
        mass = sizes.astype(np.float32)
        costs *= 2 * mass[:, None] * mass[None, :] / (mass[:, None] + mass[None, :])
    np.fill_diagonal(costs, np.inf)
    return costs


def _chain_merges(
    costs: NDArray[np.float32], sizes: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The merges as pairs of rows, where the smaller row stands for both afterwards, with their costs.

    ``costs`` and ``sizes`` are used up. Found in chain order, which is not the order of the costs.
    """
    count = len(costs)
    pairs, heights = np.empty((max(count - 1, 0), 2), dtype=np.intp), np.empty(max(count - 1, 0))
    live, chain, first = np.ones(count, dtype=np.bool_), list[int](), 0
    for step in range(count - 1):
        if not chain:
            first += int(np.argmax(live[first:]))
            chain.append(first)
        a, b = _grow(chain, costs)
        pairs[step], heights[step] = (a, b), costs[a, b]
        _merge(a, b, costs, sizes, live)
    return pairs, heights


def _grow(chain: list[int], costs: NDArray[np.float32]) -> tuple[int, int]:
    """Follow nearest neighbours until two are each other's; take both off the chain, smaller row first."""
    while True:
        row = costs[chain[-1]]
        near = int(row.argmin())
        if len(chain) > 1 and row[chain[-2]] <= row[near]:
            b, a = chain.pop(), chain.pop()
            return min(a, b), max(a, b)
        chain.append(near)


def _merge(
    a: int, b: int, costs: NDArray[np.float32], sizes: NDArray[np.float64], live: NDArray[np.bool_]
) -> None:
    """Let row ``a`` stand for both: the Lance-Williams update of Ward's costs."""
    joined = (sizes[a] + sizes) * costs[a] + (sizes[b] + sizes) * costs[b] - sizes * costs[a, b]
    joined /= sizes[a] + sizes[b] + sizes
    sizes[a] += sizes[b]
    live[b] = False
    joined[~live] = np.inf
    joined[a] = np.inf
    costs[a], costs[:, a] = joined, joined
    costs[b], costs[:, b] = np.inf, np.inf


def _in_height_order(pairs: NDArray[np.intp], heights: NDArray[np.float64]) -> NDArray[np.intp]:
    """The merges from the cheapest to the dearest, none before those that it builds on.

    Rounding can make a merge look cheaper than one inside it; it is then raised to the same height.
    """
    tops: dict[int, float] = {}
    raised = np.empty(len(heights))
    for step, (a, b) in enumerate(pairs):
        raised[step] = max(heights[step], tops.get(int(a), 0.0), tops.get(int(b), 0.0))
        tops[int(a)] = raised[step]
    return pairs[np.argsort(raised, kind="stable")]
