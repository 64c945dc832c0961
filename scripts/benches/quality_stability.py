"""What moves though nothing was said anew: by seeds, rows, threads, batches, runtimes; by ten percent more.

Two partitions are laid over each other by Hungarian matching on overlap; what is not in the overlap has
moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from statistics import fmean

import numpy as np
from quality_methods import Found, Given, homes, ours
from quality_rivals import Rivals, Task
from quality_sets import Texts
from quality_table import Line
from scipy.optimize import linear_sum_assignment

from clustering import Embedder, LiveThemes, ThemeMap, load_embedder
from clustering.embedding.embed import embed_checked
from clustering.embedding.exported import package_directory
from clustering.embedding.model import TorchEmbedder

SEEDS = (1, 2, 3)
RIVALS = ("default", "tuned")


def identical(sets: Sequence[Texts], rivals: Rivals) -> list[Line]:
    """Share of ideas that move, where the same texts are grouped in other ways that must not matter."""
    draws = [one.draw(1_000, 1) for one in sets]
    ways = {
        "shuffled rows": _shuffled,
        "threads and batch sizes": _encoded_otherwise,
        "torch instead of ONNX": _by_torch,
    }
    lines = []
    for way, others in ways.items():
        worst = max(moved(mine, other) for draw in draws for mine, other in others(draw))
        lines.append(Line(f"{way}: ideas that move, %", {"ours": 100 * worst}, 0, 0, True, digits=1))
    tasks = [
        Task(f"{method}:{row}:{seed}", draw, method, seed)
        for row, draw in enumerate(draws)
        for method in RIVALS
        for seed in SEEDS
    ]
    found = {key: answer.found for key, answer in rivals.answers(tasks).items()}
    seeds = {
        method: 100
        * fmean(
            moved(found[f"{method}:{row}:1"], found[f"{method}:{row}:{seed}"])
            for row in range(len(draws))
            for seed in SEEDS[1:]
        )
        for method in RIVALS
        if found
    }
    lines.append(
        Line("another seed: ideas that move, % (ours has none)", {"ours": 0.0} | seeds, 0, 0, True, digits=1)
    )
    return lines


def moved(one: Found, other: Found) -> float:
    """Share of the rows that are in another group, the groups matched as well as can be."""
    left, right = (np.unique(found.labels, return_inverse=True)[1] for found in (one, other))
    shared = np.zeros((left.max() + 1, right.max() + 1))
    np.add.at(shared, (left, right), 1)
    rows, columns = linear_sum_assignment(-shared)
    return 1 - float(shared[rows, columns].sum()) / len(left)


def _shuffled(draw: Texts) -> Iterator[tuple[Found, Found]]:
    known = Given(draw)
    first = ours(draw, known)
    for seed in SEEDS:
        order = np.random.default_rng(seed).permutation(len(draw.ids))
        again = ours(draw.rows([int(row) for row in order], draw.name), known)
        back = np.empty(len(order), dtype=np.intp)
        back[order] = again.labels
        yield first, Found(tuple(back))


def _encoded_otherwise(draw: Texts) -> Iterator[tuple[Found, Found]]:
    first = ours(draw, Given(draw))
    for threads, batch in ((1, 8), (2, 32)):
        vectors = embed_checked(load_embedder(threads=threads, batch=batch), draw.texts)
        yield first, ours(draw, Given(replace(draw, vectors=vectors)))


def _by_torch(draw: Texts) -> Iterator[tuple[Found, Found]]:
    vectors = embed_checked(TorchEmbedder(str(package_directory()), threads=2), draw.texts)
    yield ours(draw, Given(draw)), ours(draw, Given(replace(draw, vectors=vectors)))


def churn(sets: Sequence[Texts], embedder: Embedder, rivals: Rivals) -> list[Line]:
    """Ten percent more ideas: the share of the old ones that move though nobody asked."""
    draws = [one.draw(1_100, number) for one in sets for number in SEEDS[:2]]
    live, grouped, unlisted = zip(*(_grown(draw, embedder) for draw in draws), strict=True)
    tasks = []
    for method in RIVALS:
        for row, draw in enumerate(draws):
            tasks.append(Task(f"{method}:{row}:before", draw.rows(range(_old(draw)), draw.name), method))
            tasks.append(Task(f"{method}:{row}:after", draw, method))
    found = {key: answer.found for key, answer in rivals.answers(tasks).items()}
    refit = {
        method: 100
        * fmean(
            moved(found[f"{method}:{row}:before"], Found(found[f"{method}:{row}:after"].labels[: _old(draw)]))
            for row, draw in enumerate(draws)
        )
        for method in RIVALS
        if found
    }
    return [
        Line(
            "+10 % ideas, placed live: old ideas that move, %",
            {"ours": 100 * fmean(live)},
            2,
            1,
            True,
            digits=1,
        ),
        Line(
            "+10 % ideas, regrouped: old ideas that move, %",
            {"ours": 100 * fmean(grouped)} | refit,
            11,
            5,
            True,
            digits=1,
        ),
        Line("… of a single jam at most, %", {"ours": 100 * max(grouped)}, digits=1),
        Line("… that the map does not list", {"ours": float(sum(unlisted))}, 0, 0, True, digits=0),
    ]


def _old(draw: Texts) -> int:
    return len(draw.ids) * 10 // 11


def _grown(draw: Texts, embedder: Embedder) -> tuple[float, float, int]:
    """Share moved when the new ideas were placed, and when all were regrouped; how many are not listed."""
    jam = LiveThemes(embedder)
    rows = list(zip(draw.ids, draw.texts, strict=True))
    old = draw.ids[: _old(draw)]
    jam.read(rows[: len(old)])
    before = jam.regroup()
    jam.read(rows[len(old) :])
    jam.place()
    placed = jam.map
    after = jam.regroup()
    changed = _changed(before, after, old)
    listed = {one.idea for one in after.moved}
    return len(_changed(before, placed, old)) / len(old), len(changed) / len(old), len(changed - listed)


def _changed(before: ThemeMap, after: ThemeMap, ids: Iterable[str]) -> set[str]:
    """Ideas whose theme has another id now; a theme's id is what stays, so nothing is matched here."""
    was, now = homes(before), homes(after)
    return {key for key in ids if was.get(key) != now.get(key)}
