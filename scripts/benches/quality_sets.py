"""Labelled sets and what is drawn from them: always the same rows under the same number.

Draw ``number`` of a set takes its rows with ``numpy.random.default_rng(number)``: first the labels, where
fewer than all are wanted, then the rows, without putting any back. Rows without a label are never drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clustering import Embedder, Vectors
from clustering.embedding.embed import embed_checked
from jam.cli.ideas_csv import read_ideas

DRAWS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Texts:
    """Texts with their ids, labels ("" for none), vectors, and the question that they answer, if known."""

    name: str
    ids: tuple[str, ...]
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    vectors: Vectors
    groups: tuple[str, ...] = ()
    question: str | None = None

    def rows(self, chosen: Sequence[int], name: str, question: str | None = None) -> Texts:
        """Some of its rows, in this order."""
        picked = [tuple(column[row] for row in chosen) for column in (self.ids, self.texts, self.labels)]
        return Texts(name, *picked, self.vectors[list(chosen)], (), question)

    def draw(self, count: int, number: int, *, of_labels: int | None = None) -> Texts:
        """``count`` labelled rows, of ``of_labels`` labels where given."""
        chance = np.random.default_rng(number)
        labels = sorted({label for label in self.labels if label})
        if of_labels:
            labels = list(chance.choice(labels, of_labels, replace=False))
        among = [row for row, label in enumerate(self.labels) if label in set(labels)]
        chosen = chance.choice(among, min(count, len(among)), replace=False)
        return self.rows([int(row) for row in chosen], f"{self.name} {count:,} #{number}", self.question)

    def by_question(self) -> list[Texts]:
        """One set for each group of the file: the texts that answer one question on one side."""
        found = []
        for group in sorted(set(self.groups)):
            rows = [row for row, one in enumerate(self.groups) if one == group]
            found.append(self.rows(rows, group, group.rsplit(" | ", 1)[0]))
        return found


def read_set(file: Path, embedder: Embedder, kept: Path) -> Texts:
    """A CSV file ``id,text`` with ``label`` and ``group`` where it has them; vectors kept below ``kept``."""
    rows = read_ideas(file)
    texts = tuple(row.text for row in rows)
    return Texts(
        name=file.stem,
        ids=tuple(row.id for row in rows),
        texts=texts,
        labels=tuple(row.cells.get("label", "") for row in rows),
        vectors=vectors_of(texts, embedder, kept / file.stem),
        groups=tuple(row.cells.get("group", "") for row in rows) if "group" in rows[0].cells else (),
    )


def vectors_of(texts: Sequence[str], embedder: Embedder, kept: Path) -> Vectors:
    """The vectors of these texts, computed once for each model, precision and wording."""
    said = "\0".join((embedder.model.sha256, embedder.model.precision, *texts))
    file = kept.with_name(f"{kept.name}-{hashlib.sha256(said.encode()).hexdigest()[:16]}.npy")
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, embed_checked(embedder, list(texts)))
    return np.asarray(np.load(file), dtype=np.float32)
