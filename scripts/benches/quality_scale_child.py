"""Groupings in a process of their own, so that their peak memory is their own: reads a folder, prints JSON.

Started by ``quality_scale``. No encoder is loaded: the texts' vectors are given, and a phrase's vector is
the mean of the vectors of its words, each the mean of some texts that hold it.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from figures import peak_mb

from clustering import LiveThemes, ModelInfo, theme
from clustering.shapes import Progress

FEW, WARM = 20, 200


class Given:
    """An embedder that knows the texts, and makes up what phrases are asked for."""

    def __init__(self, texts: Sequence[str], vectors: np.ndarray) -> None:
        self.model = ModelInfo(name="given", sha256="0" * 64)
        self._rows = {text: row for row, text in enumerate(texts)}
        self._vectors, self._texts = vectors, texts
        self._holding: dict[str, list[int]] = {}
        self.seconds = 0.0
        """Spent on making up vectors, which is no part of a grouping whose vectors are given."""

    def embed(self, texts: Sequence[str], counted: object = None) -> np.ndarray:
        begun = time.perf_counter()
        found = self._embedded(texts)
        self.seconds += time.perf_counter() - begun
        return found

    def _embedded(self, texts: Sequence[str]) -> np.ndarray:
        rows = [self._rows.get(text, -1) for text in texts]
        if -1 not in rows:
            return self._vectors[rows]
        return np.array(
            [self._one(text, row) for text, row in zip(texts, rows, strict=True)], dtype=np.float32
        )

    def _one(self, text: str, row: int) -> np.ndarray:
        if row >= 0:
            return self._vectors[row]
        rows = [one for word in text.lower().split() for one in self._with(word)] or [0]
        total = self._vectors[rows].sum(axis=0)
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-6))

    def _with(self, word: str) -> list[int]:
        if not self._holding:
            found = defaultdict(list)
            for row, text in enumerate(self._texts[: FEW * 100]):
                for one in set(text.lower().split()):
                    found[one].append(row)
            self._holding = {one: rows[:FEW] for one, rows in found.items()}
        return self._holding.get(word, [])


def main(folder: Path) -> None:
    vectors, texts = np.load(folder / "vectors.npy"), json.loads((folder / "texts.json").read_text())
    # A jam's process lives as long as the jam: what is loaded once is loaded here, as others compile here.
    theme(texts[:WARM], embedder=Given(texts[:WARM], vectors[:WARM]))
    first, _ = timed(Given(texts, vectors), lambda given, heard: theme(texts, embedder=given, progress=heard))
    ideas = [(str(row), text) for row, text in enumerate(texts)]
    given, known = Given(texts, vectors), len(ideas) * 9 // 10
    live = LiveThemes(given)
    live.read(ideas[:known])
    live.regroup()
    live.read(ideas[known:])
    again, group_s = timed(given, lambda given, heard: live.regroup(progress=heard))
    print(json.dumps({"first_s": first, "seconds": again, "group_s": group_s, "peak_mb": peak_mb()}))


def timed(given: Given, work: Callable[[Given, Progress], object]) -> tuple[float, float]:
    """Seconds that it takes but for making up vectors, and of these the seconds of the grouping alone."""
    heard: list[float] = []
    given.seconds, begun = 0.0, time.perf_counter()
    work(given, lambda stage, done, total: heard.append(time.perf_counter()) if stage == "group" else None)
    return time.perf_counter() - begun - given.seconds, heard[-1] - heard[0]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
