"""The parts of each theme as they are shown: which ideas, largest first, under names that tell them apart.

After the names of the themes. Words alone name a part: to ask the encoder for the phrases of every part
would take longer than the whole grouping, and the theme's own name stands above it.
"""

from collections.abc import Sequence

import numpy as np

from clustering.grouping.graph import Matrix
from clustering.grouping.parts import parts_of
from clustering.naming.name import name_themes
from clustering.shapes import Labels, Parameters, Part, Vectors


def named_parts(
    texts: Sequence[str],
    ids: Sequence[tuple[str, ...]],
    vectors: Vectors,
    points: Matrix,
    labels: Labels,
    parameters: Parameters,
    question: str | None,
    lang: str,
) -> dict[int, tuple[Part, ...]]:
    """The parts of each label that has any. All but the last three have one entry for each row."""
    parts = parts_of(vectors, points, labels)
    found = {}
    for label in np.unique(labels[parts >= 0]).tolist():
        rows = np.flatnonzero((labels == label) & (parts >= 0)).tolist()
        own = parts[rows]
        said = [texts[row] for row in rows]
        namings = name_themes(said, vectors[rows], own, None, parameters, question, lang=lang)
        members: list[list[str]] = [[] for _ in namings]
        for row, part in zip(rows, own.tolist(), strict=True):
            members[part] += ids[row]
        shown = zip(namings, members, strict=True)
        named = [Part(name=naming.name, members=tuple(sorted(ideas))) for naming, ideas in shown]
        found[label] = tuple(sorted(named, key=lambda part: (-len(part.members), part.name)))
    return found
