"""Made-up jams with themes of very different sizes and names, to be put on a picture.

Why: a layout must hold for any themes, not for those of one real jam. Where: under the tests of the layout
and of what draws it in a browser.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np

from clustering.placing.place import Placing, place
from clustering.shapes import Labels, ModelInfo, Parameters, Theme, ThemeMap, Vectors

WORDS = [
    "evening",
    "light",
    "lake",
    "path",
    "winter",
    "bus",
    "café",
    "dogs",
    "playground",
    "benches",
    "WWW",
    "Straßenbahn",
    "Überführung",
]
DIMENSIONS = 24


@dataclass(frozen=True)
class Jam:
    """Made-up themes with their ideas; ``labels`` are the themes of the rows."""

    themes: tuple[Theme, ...]
    rows: list[tuple[str, ...]]
    labels: Labels
    vectors: Vectors

    def placed(self, previous: ThemeMap | None = None) -> ThemeMap:
        return as_map(self, place(self.themes, self.rows, self.labels, self.vectors, previous))

    def without(self, gone: str) -> Jam:
        """The jam after a merge: theme ``gone`` went into the first one."""
        number = next(n for n, theme in enumerate(self.themes) if theme.id == gone)
        target = 0 if number else 1
        labels = np.where(self.labels == number, target, self.labels)
        labels = np.where(labels > number, labels - 1, labels)
        return made([t for t in self.themes if t.id != gone], self.rows, labels, self.vectors)

    def with_split(self, theme: str, new: str) -> Jam:
        """The jam after half of ``theme`` became ``new``."""
        number = next(n for n, one in enumerate(self.themes) if one.id == theme)
        labels = self.labels.copy()
        labels[np.flatnonzero(labels == number)[::2]] = len(self.themes)
        extra = msgspec.structs.replace(self.themes[number], id=new, name="Split off")
        return made([*self.themes, extra], self.rows, labels, self.vectors)


def made(themes: list[Theme], rows: list[tuple[str, ...]], labels: Labels, vectors: Vectors) -> Jam:
    full = []
    for number, theme in enumerate(themes):
        own = [key for row in np.flatnonzero(labels == number) for key in rows[int(row)]]
        count = int((labels == number).sum())
        full.append(msgspec.structs.replace(theme, members=tuple(sorted(own)), size=len(own), distinct=count))
    return Jam(tuple(full), rows, labels, vectors)


def a_jam(themes: int, seed: int, ideas: int | None = None) -> Jam:
    """Themes of very different sizes around random middles, with names of very different lengths."""
    rng = np.random.default_rng(seed)
    middles = rng.normal(size=(themes, DIMENSIONS))
    shares = rng.pareto(1.2, themes) + 0.2
    count = ideas or 12 * themes
    labels = np.concatenate(
        [np.arange(themes), rng.choice(themes, max(0, count - themes), p=shares / shares.sum())]
    )
    vectors = middles[labels] + rng.normal(scale=0.8, size=(len(labels), DIMENSIONS))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    names = [" ".join(rng.choice(WORDS, int(rng.integers(1, 7)))) for _ in range(themes)]
    return made(
        [a_theme(f"t{n + 1}", name) for n, name in enumerate(names)],
        [(f"i{row}",) for row in range(len(labels))],
        labels.astype(np.intp),
        vectors.astype(np.float32),
    )


def a_theme(key: str, name: str) -> Theme:
    return Theme(
        id=key, name=name, phrases=(), headline_id="", representatives=(), members=(), size=0, distinct=1
    )


def as_map(jam: Jam, placing: Placing) -> ThemeMap:
    return ThemeMap(
        themes=tuple(msgspec.structs.replace(one, spot=placing.themes[one.id]) for one in jam.themes),
        one_of_a_kind=(),
        duplicates=(),
        too_few=False,
        ideas=len(jam.rows),
        spots=placing.ideas,
        frame=placing.frame,
        parameters=Parameters(),
        model=ModelInfo(name="made up", sha256="0"),
        versions={},
        inputs_sha256="",
    )
