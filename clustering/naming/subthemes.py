"""The parts of each theme as they are shown: which ideas, largest first, under names that tell them apart.

After the names of the themes. Words alone name a part: to ask the encoder for the phrases of every part
would take longer than the whole grouping, and the theme's own name stands above it.
"""

from collections.abc import Sequence

import numpy as np

from clustering.grouping.graph import Matrix
from clustering.grouping.parts import parts_of
from clustering.naming.name import name_themes
from clustering.naming.phrases import Phrases
from clustering.shapes import Labels, Parameters, Part, Vectors


def named_parts(
    said: Phrases,
    ids: Sequence[tuple[str, ...]],
    vectors: Vectors,
    points: Matrix,
    labels: Labels,
    parameters: Parameters,
) -> dict[int, tuple[Part, ...]]:
    """The parts of each label that has any. All but the last have one entry for each row."""
    parts = parts_of(vectors, points, labels)
    rows = np.flatnonzero(parts >= 0)
    if not len(rows):
        return {}
    pairs, own = np.unique(np.stack([labels[rows], parts[rows]], axis=1), axis=0, return_inverse=True)
    # All at once: the nearest other part is mostly a sibling.
    namings = name_themes(said.of(rows.tolist()), vectors[rows], own.ravel(), None, parameters)
    members: list[list[str]] = [[] for _ in namings]
    for row, place in zip(rows.tolist(), own.ravel().tolist(), strict=True):
        members[place] += ids[row]
    found: dict[int, list[Part]] = {}
    for (label, _), naming, ideas in zip(pairs.tolist(), namings, members, strict=True):
        found.setdefault(label, []).append(Part(name=naming.name, members=tuple(sorted(ideas))))
    return {label: tuple(sorted(of, key=_largest_first)) for label, of in found.items()}


def _largest_first(part: Part) -> tuple[int, str]:
    return -len(part.members), part.name
