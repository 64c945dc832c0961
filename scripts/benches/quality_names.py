"""Whether a name leads to its own theme: nearest centroid, words, and likeness to the other names of the map.

The name is embedded as it stands and laid beside the mean vectors of all themes of its map; a hit is a name that
is nearest to its own. Names that people would keep are judged by people, not here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import NamedTuple

import numpy as np
from quality_methods import NOISE, Found, ours
from quality_rivals import Rivals, Task
from quality_sets import Texts
from quality_table import Line

from clustering import Embedder
from clustering.embed import embed_checked

RIVALS = ("default", "tuned")


class Read(NamedTuple):
    """Over all names of one method: share of hits, words on average and at most, mean largest likeness."""

    hits: float
    words: float
    longest: int
    likeness: float
    count: int


def names(jams: Sequence[Texts], embedder: Embedder, rivals: Rivals) -> list[Line]:
    """The figures over the names of all these jams together."""
    found = {"ours": [ours(jam, embedder) for jam in jams]}
    tasks = [Task(f"{method}:{row}", jam, method) for method in RIVALS for row, jam in enumerate(jams)]
    for key, answer in rivals.answers(tasks).items():
        found.setdefault(key.split(":")[0], []).append(answer.found)
    read = {method: reading(zip(jams, some, strict=True), embedder) for method, some in found.items()}
    count = ", ".join(f"{one.count}" for one in read.values())
    what = f"names of {len(jams)} jams ({count} names)"
    return [
        Line(f"{what}: nearest to their own theme", {one: read[one].hits for one in read}, 0.97, 0.99),
        Line("… words, mean", {one: read[one].words for one in read}, 5, 4.5, True, digits=1),
        Line("… words, at most", {one: float(read[one].longest) for one in read}, digits=0),
        Line(
            "… largest likeness to another name, mean",
            {one: read[one].likeness for one in read},
            0.47,
            0.42,
            True,
        ),
    ]


def reading(found: Iterable[tuple[Texts, Found]], embedder: Embedder) -> Read:
    hits: list[bool] = []
    words: list[int] = []
    alike: list[float] = []
    for jam, one in found:
        labels = sorted(label for label in one.names if label != NOISE and label in one.labels)
        if len(labels) < 2:
            continue
        said = [one.names[label] for label in labels]
        vectors = embed_checked(embedder, said).astype(np.float64)
        centres = np.array([_centre(jam, one, label) for label in labels])
        hits += list(np.argmax(vectors @ centres.T, axis=1) == np.arange(len(labels)))
        words += [len(name.split()) for name in said]
        likeness = vectors @ vectors.T
        np.fill_diagonal(likeness, -1)
        alike += list(likeness.max(axis=1))
    return Read(fmean(hits), fmean(words), max(words), fmean(alike), len(hits))


def _centre(jam: Texts, found: Found, label: int) -> np.ndarray:
    total = jam.vectors[np.array(found.labels) == label].astype(np.float64).sum(axis=0)
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9))
