"""One line of the table of methods, as rows of figures and as Markdown.

A figure of ours that has a promise is held to it; what other methods reach stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from figures import Row, at_least, at_most, told

METHODS = {
    "ours": "ours",
    "default": "BERTopic",
    "tuned": "BERTopic, tuned",
    "kmeans": "k-means by silhouette",
    "evoc": "EVoC",
}


@dataclass(frozen=True)
class Line:
    """What was measured, the figure of each method (none where it has none), and what is promised of ours."""

    what: str
    figures: dict[str, float]
    floor: float | None = None
    aim: float | None = None
    lower_is_better: bool = False
    ratio: bool = True
    digits: int = 3

    def rows(self) -> Iterable[Row]:
        """Ours against the floor, the others told."""
        for method, figure in self.figures.items():
            name = f"{self.what}: {METHODS[method]}"
            if method != "ours" or self.floor is None:
                yield told(name, figure)
            elif self.lower_is_better:
                yield at_most(name, figure, self.floor, ratio=self.ratio)
            else:
                yield at_least(name, figure, self.floor, ratio=self.ratio)

    def cells(self) -> list[str]:
        promised = " / ".join("" if one is None else f"{one:,g}" for one in (self.floor, self.aim))
        shown = ["–" if name not in self.figures else self._shown(self.figures[name]) for name in METHODS]
        return [self.what, promised if promised != " / " else "–", *shown]

    def _shown(self, figure: float) -> str:
        return f"{figure:,.{self.digits}f}"


@dataclass
class Table:
    """All lines, with remarks that a reader needs beside them."""

    lines: list[Line] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def rows(self) -> list[Row]:
        return [row for line in self.lines for row in line.rows()]

    def markdown(self, machine: str) -> str:
        """A table in Markdown; columns that nothing was measured for are left out."""
        names = [method for method in METHODS if any(method in line.figures for line in self.lines)]
        head = ["what", "floor / aim", *(METHODS[name] for name in names)]
        keep = [0, 1, *(2 + list(METHODS).index(name) for name in names)]
        body = [[line.cells()[column] for column in keep] for line in self.lines]
        return "\n".join([f"Measured on {machine}.", "", *_table(head, body), "", *self.remarks]) + "\n"


def _table(head: Sequence[str], body: Iterable[Sequence[str]]) -> list[str]:
    return [_line(head), _line(["---"] * len(head)), *(_line(cells) for cells in body)]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
