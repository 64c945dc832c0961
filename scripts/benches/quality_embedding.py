"""How fast texts become vectors, against ``SentenceTransformer.encode``, and whether it costs anything.

In turns, the same texts, the same number of threads; each figure the median of the rounds. The texts of the
set are repeated nowhere; vectors are computed, not read from a cache.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median

import numpy as np
from quality_methods import Given, ours
from quality_sets import Texts
from quality_stability import moved
from quality_table import Line

from clustering import load_embedder
from clustering.embedding.exported import package_directory
from clustering.embedding.model import load_sentence_transformer

TEXTS, ROUNDS = 600, 5


def embedding(one: Texts) -> list[Line]:
    """Ideas a second by both, and how many of them change their theme by it."""
    draw = one.draw(TEXTS, 1)
    texts = list(draw.texts)
    lines = []
    for threads in (1, 2):
        plain = load_sentence_transformer(str(package_directory()), threads=threads)
        quick = load_embedder(threads=threads)
        ways = {
            "encode": lambda plain=plain: plain.encode(texts),
            "ours": lambda quick=quick: quick.embed(texts),
        }
        took = _in_turns(ways)
        times = median(slow / fast for slow, fast in zip(took["encode"], took["ours"], strict=True))
        of = f"embedding, {threads} thread{'s' if threads > 1 else ''}"
        lines += [
            Line(
                f"{of}: ideas/s in times of SentenceTransformer.encode", {"ours": times}, 1.8, 2.3, digits=2
            ),
            Line("… ideas/s", {"ours": TEXTS / median(took["ours"])}, digits=0),
            Line(
                "… ideas/s of SentenceTransformer.encode", {"ours": TEXTS / median(took["encode"])}, digits=0
            ),
        ]
    by_encode = plain.encode(texts, normalize_embeddings=True)
    apart = float(np.abs(by_encode - quick.embed(texts)).max())
    changed = moved(ours(draw, Given(draw)), ours(draw, Given(replace(draw, vectors=by_encode))))
    return [
        *lines,
        Line("… ideas that change their theme by it", {"ours": changed * TEXTS}, 0, 0, True, digits=0),
        Line(
            "… largest difference of a number in a vector, millionths",
            {"ours": apart * 1e6},
            10,
            None,
            True,
            digits=2,
        ),
    ]


def _in_turns(ways: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS + 1):
        for name, way in ways.items():
            begun = time.perf_counter()
            way()
            if number:  # The first round warms both up.
                took[name].append(time.perf_counter() - begun)
    return took
