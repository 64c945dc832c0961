"""One regrouping in a process of its own, so that its peak memory is its own: reads a folder, prints JSON.

Started by ``quality_scale``. No encoder is loaded: the texts' vectors are given, and a phrase's vector is
the mean of the vectors of its words, each the mean of some texts that hold it.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from figures import peak_mb

from clustering import ModelInfo, theme

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
    given, stages = Given(texts, vectors), defaultdict[str, list[float]](list)
    begun = time.perf_counter()
    found = theme(
        texts, embedder=given, progress=lambda stage, done, total: stages[stage].append(time.perf_counter())
    )
    seconds = time.perf_counter() - begun - given.seconds
    print(
        json.dumps(
            {
                "seconds": seconds,
                "group_s": stages["group"][-1] - stages["group"][0],
                "stages": {stage: times[-1] - begun for stage, times in stages.items()},
                "peak_mb": peak_mb(),
                "themes": len(found.themes),
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
