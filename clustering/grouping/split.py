"""A split that could be made: the ideas of one theme cut in parts by what they say, each with a name.

Beside the path: a person asks for it, looks at it, changes it, and may make it a correction.
"""

from collections.abc import Sequence

import numpy as np

from clustering.embedding.embed import embed_checked
from clustering.embedding.model import Embedder
from clustering.grouping.centres import refine
from clustering.grouping.graph import centred
from clustering.grouping.tree import Tree
from clustering.naming.name import name_themes
from clustering.naming.phrases import Phrases
from clustering.reading.readings import distinct_wordings
from clustering.shapes import Parameters


def cut_in_parts(
    ids: Sequence[str],
    texts: Sequence[str],
    embedder: Embedder,
    parameters: Parameters,
    question: str | None,
    parts: int,
) -> list[tuple[str, tuple[str, ...]]]:
    """Name and ideas of each part, the largest first; the same for the same ideas in any order."""
    wordings = distinct_wordings(ids, texts)
    vectors = embed_checked(embedder, [one.text for one in wordings])
    if len(wordings) < 2:
        labels = np.zeros(len(wordings), dtype=np.intp)
    else:
        points = centred(vectors)
        labels = refine(points, Tree(points).cut(min(parts, len(wordings))))
    if not len(labels):
        return []
    sizes = np.bincount(labels)
    order = np.argsort(-sizes, kind="stable")
    ranked = np.argsort(order)[labels].astype(np.intp)
    said = Phrases([one.text for one in wordings], question)
    namings = name_themes(said, vectors, ranked, embedder, parameters)
    members = [
        tuple(sorted(key for row in np.flatnonzero(ranked == part) for key in wordings[row].ids))
        for part in range(len(sizes))
    ]
    return [(naming.name, ideas) for naming, ideas in zip(namings, members, strict=True)]
