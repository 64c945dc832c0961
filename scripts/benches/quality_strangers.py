"""Whether what is flagged as one of a kind is strange: texts of other sets, five in a hundred.

Precision: the share of strangers among the rows that a method calls the strangest five percent, by ours the
closeness of ``grouping.outliers``, by BERTopic the outlier scores of its HDBSCAN; and among all that it
flags.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

import numpy as np
from quality_methods import ours
from quality_rivals import Rivals, Task
from quality_sets import DRAWS, Texts
from quality_table import Line

from clustering import Embedder
from clustering.grouping.neighbours import nearest
from clustering.grouping.outliers import closeness

SIZE, STRANGERS = 950, 50


def strangers(
    sets: Sequence[Texts], others: Sequence[Texts], embedder: Embedder, rivals: Rivals
) -> list[Line]:
    """Each of ``sets`` with as many texts of each of the ``others`` that are not itself."""
    mixed = [_mixed(one, others, number) for one in sets for number in DRAWS[:3]]
    found = [ours(one, embedder) for one in mixed]
    at_five, flagged = {}, {}
    at_five["ours"] = fmean(_among(_strangest(one)) for one in mixed)
    flagged["ours"] = fmean(_among(labels.noise) for labels in found)
    tasks = [Task(f"{row}", one, "default") for row, one in enumerate(mixed)]
    if answers := rivals.answers(tasks):
        at_five["default"] = fmean(_among(answer.strangest[:STRANGERS]) for answer in answers.values())
        flagged["default"] = fmean(_among(answer.found.noise) for answer in answers.values())
    share = fmean(len(labels.noise) / len(labels.labels) for labels in found)
    return [
        Line("strangers among the strangest 5 %, precision", at_five, 0.40, 0.55),
        Line(f"strangers among all that is flagged ({share:.0%} by ours), precision", flagged),
    ]


def _mixed(one: Texts, others: Sequence[Texts], number: int) -> Texts:
    """``SIZE`` rows of its own first, then the strangers, as many of each other set as go."""
    foreign = [other for other in others if other.name != one.name]
    own = one.draw(SIZE, number)
    parts = [_some(other, STRANGERS // len(foreign) + 1, number) for other in foreign]
    parts = [own, *parts]
    whole = replace(
        own,
        name=f"{own.name} and strangers",
        ids=tuple(key for part in parts for key in part.ids),
        texts=tuple(text for part in parts for text in part.texts),
        labels=tuple(label for part in parts for label in part.labels),
        vectors=np.concatenate([part.vectors for part in parts]),
    )
    return whole.rows(range(SIZE + STRANGERS), whole.name)


def _some(other: Texts, count: int, number: int) -> Texts:
    rows = np.random.default_rng(number).choice(len(other.ids), count, replace=False)
    return other.rows([int(row) for row in rows], other.name)


def _strangest(one: Texts) -> list[int]:
    """The rows of lowest closeness, as many as there are strangers."""
    near, _ = nearest(one.vectors, 10)
    return [int(row) for row in np.argsort(closeness(one.vectors, near), kind="stable")[:STRANGERS]]


def _among(rows: Sequence[int] | frozenset[int]) -> float:
    return fmean(row >= SIZE for row in rows) if rows else 0.0
