"""Whether a name leads to its own theme: nearest centre, words, likeness to the other names of its map.

The name is embedded as it stands and laid beside the mean vectors of all themes of its map; a hit is a name
that is nearest to its own. Names that people would keep are judged by people, not here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from quality_methods import Found, ours
from quality_rivals import Rivals, Task
from quality_sets import Texts
from quality_table import Line

from clustering import Embedder
from clustering.measuring.names import NameFigures, name_figures

RIVALS = ("default", "tuned")


def names(jams: Sequence[Texts], embedder: Embedder, rivals: Rivals) -> list[Line]:
    """The figures over the names of all these jams together."""
    found = {"ours": [ours(jam, embedder) for jam in jams]}
    tasks = [Task(f"{method}:{row}", jam, method) for method in RIVALS for row, jam in enumerate(jams)]
    for key, answer in rivals.answers(tasks).items():
        found.setdefault(key.split(":")[0], []).append(answer.found)
    read = {
        method: [_figures(jam, one, embedder) for jam, one in zip(jams, answers, strict=True) if one.names]
        for method, answers in found.items()
    }
    count = ", ".join(f"{sum(one.themes for one in some)}" for some in read.values())
    what = f"names of {len(jams)} jams ({count} names)"
    longest = {method: float(max(one.most_words for one in some)) for method, some in read.items()}
    return [
        Line(f"{what}: nearest to their own theme", _means(read, "finds_its_own"), 0.97, 0.99),
        Line("… words, mean", _means(read, "words"), 5, 4.5, True, digits=1),
        Line("… words, at most", longest, digits=0),
        Line("… largest likeness to another name, mean", _means(read, "likeness"), 0.47, 0.42, True),
    ]


def _figures(jam: Texts, found: Found, embedder: Embedder) -> NameFigures:
    labels = sorted(label for label in found.names if label in found.labels)
    number = {label: place for place, label in enumerate(labels)}
    rows = [row for row, label in enumerate(found.labels) if label in number]
    own = np.array([number[found.labels[row]] for row in rows])
    return name_figures([found.names[label] for label in labels], jam.vectors[rows], own, embedder)


def _means(read: dict[str, list[NameFigures]], figure: str) -> dict[str, float]:
    """Over all names of a method, each counted once."""
    return {
        method: sum(getattr(one, figure) * one.themes for one in some) / sum(one.themes for one in some)
        for method, some in read.items()
    }
