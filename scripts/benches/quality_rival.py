"""One process of another method: reads tasks, groups the vectors of each, writes what it found.

Runs with the Python of out/rivals, where BERTopic and EVoC are installed; nothing of the product is
imported, and nothing of theirs is imported by it. Started by ``quality_rivals``.

A task: ``key``, ``method`` (default, tuned or evoc), ``vectors`` (.npy), ``texts`` (JSON), ``seed`` (a
number, or none for the method as it comes, on all cores). An answer: ``labels`` (-1 is noise), ``noise``
before any of it was given away, ``names`` by label, ``seconds``.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from figures import peak_mb

WORDS = 4


def main(tasks: str) -> None:
    """Answers stand on lines of their own, so that whoever loses patience has those that are done."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    for task in json.loads(Path(tasks).read_text()):
        found = {"key": task["key"]} | answer(task)
        found["peak_mb"] = peak_mb()
        print(json.dumps(found), flush=True)


def answer(task: dict[str, Any]) -> dict[str, Any]:
    vectors, texts = np.load(task["vectors"]), json.loads(Path(task["texts"]).read_text())
    begun = time.perf_counter()
    try:
        found = evoc(vectors, task) if task["method"] == "evoc" else bertopic(vectors, texts, task)
    except (ValueError, TypeError, ZeroDivisionError, IndexError) as error:
        # Some of them cannot take few texts; then there is one group, and the table says so.
        found = {"labels": [0] * len(texts), "noise": [], "names": {}, "failed": f"{error}"[:200]}
    return found | {"seconds": time.perf_counter() - begun}


def bertopic(vectors: Any, texts: list[str], task: dict[str, Any]) -> dict[str, Any]:
    """As its documentation has it; *tuned* is the smallest size n/100, and no outliers left."""
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder
    from umap import UMAP

    tuned = task["method"] == "tuned"
    size = max(2, len(texts) // 100) if tuned else 10
    # BERTopic's own UMAP, but for the seed.
    reducer = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=task["seed"])
    model = BERTopic(embedding_model=BaseEmbedder(), umap_model=reducer, min_topic_size=size)
    labels, _ = model.fit_transform(texts, vectors)
    noise = [row for row, label in enumerate(labels) if label == -1]
    if tuned and noise and set(labels) != {-1}:
        labels = model.reduce_outliers(texts, labels, strategy="embeddings", embeddings=vectors)
        model.update_topics(texts, topics=labels)
    names = {
        str(label): [word for word, _ in words[:WORDS] if word]
        for label, words in model.get_topics().items()
        if label != -1
    }
    scores = np.nan_to_num(model.hdbscan_model.outlier_scores_)
    return {
        "labels": [int(label) for label in labels],
        "noise": noise,
        "names": names,
        "strangest": np.argsort(-scores, kind="stable").tolist(),
    }


def evoc(vectors: Any, task: dict[str, Any]) -> dict[str, Any]:
    from evoc import EVoC

    labels = [int(label) for label in EVoC(random_state=task["seed"]).fit_predict(vectors)]
    return {"labels": labels, "noise": [row for row, label in enumerate(labels) if label == -1], "names": {}}


if __name__ == "__main__":
    main(*sys.argv[1:])
