"""Seconds and memory of groupings with the vectors given, each size in a process of its own.

The texts are those of all sets together, in an order drawn by number; where they do not suffice, copies
fill up: a text with a number behind it, and its vector with noise added, so that it is no duplicate. Ours
is all but the encoder: once as a jam regroups its ideas when a tenth of them came since the last time, once
as ``theme`` from nothing. Phrases get a vector that is the mean of the texts that hold their words. BERTopic
is ``fit_transform``, as it comes and on all cores, after some of the texts were fitted once: the first time
compiles.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from quality_rivals import Rivals, Task
from quality_sets import Texts
from quality_table import Line

SIZES = {1_000: (0.4, 0.25), 3_000: (1.5, 1), 10_000: (4, 2.5), 46_000: (25, 9)}
PEAKS = {10_000: (600, 400), 46_000: (1_100, 800)}
NOISE = 0.5
"""Length of what is added to a copy's unit vector: its cosine to the original is about 0.89."""
CHILD = Path(__file__).with_name("quality_scale_child.py")
PATIENCE_SECONDS = 300.0
COMPILED = 4_500
"""So many texts take every path through UMAP once."""


def scale(sets: Sequence[Texts], rivals: Rivals) -> list[Line]:
    """Seconds and peak memory at each size."""
    mixed = _all(sets)
    seconds, peaks = [], []
    for size, promised in SIZES.items():
        some = _of_size(mixed, size)
        mine = _ours(some)
        took, peak = {"ours": mine["seconds"]}, {"ours": mine["peak_mb"]}
        compiling = some.rows(range(min(size, COMPILED)), "compile")
        tasks = [Task("compile", compiling, "default", None), Task("timed", some, "default", None)]
        if answers := rivals.answers(tasks, threads=2):
            took["default"] = answers["timed"].seconds
            peak["default"] = answers["timed"].peak_mb
        what = f"regroup, vectors given, {size:,} texts, s"
        seconds.append(Line(what, took, *promised, True, ratio=False, digits=2))
        seconds.append(Line("… of which grouping alone, s", {"ours": mine["group_s"]}, digits=2))
        seconds.append(Line("… the first grouping of them, s", {"ours": mine["first_s"]}, digits=2))
        if size in PEAKS:
            peaks.append(
                Line(f"peak memory, {size:,} texts, MB", peak, *PEAKS[size], True, ratio=False, digits=0)
            )
    return [*seconds, *peaks]


def _all(sets: Sequence[Texts]) -> tuple[list[str], np.ndarray]:
    texts = [text for one in sets for text in one.texts]
    order = np.random.default_rng(1).permutation(len(texts))
    return [texts[row] for row in order], np.concatenate([one.vectors for one in sets])[order]


def _of_size(mixed: tuple[list[str], np.ndarray], size: int) -> Texts:
    texts, vectors = list(mixed[0][:size]), mixed[1][:size]
    missing = size - len(texts)
    if missing > 0:
        chance = np.random.default_rng(2)
        rows = chance.integers(0, len(texts), missing)
        noisy = vectors[rows] + NOISE * _unit(chance.standard_normal((missing, vectors.shape[1])))
        vectors = np.concatenate([vectors, _unit(noisy)]).astype(np.float32)
        texts += [f"{texts[row]} {number}" for number, row in enumerate(rows)]
    ids = tuple(f"x{row}" for row in range(size))
    return Texts(f"{size:,}", ids, tuple(texts), ("",) * size, vectors)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def _ours(some: Texts) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="jam-scale-") as name:
        folder = Path(name)
        np.save(folder / "vectors.npy", some.vectors)
        (folder / "texts.json").write_text(json.dumps(some.texts))
        found = subprocess.run(
            [sys.executable, str(CHILD), str(folder)],
            stdout=subprocess.PIPE,
            check=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
    return dict(json.loads(found.stdout))
