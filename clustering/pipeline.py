"""``theme``: the stages in their order, from texts to a theme map.

The one module that knows all stages; none of them knows another's. Everything between the first and
the last line works on distinct texts in a canonical order, on one thread, which is why a map depends
on its inputs alone.
"""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from clustering.duplicates import leaders
from clustering.embed import embed_checked
from clustering.group import grouped, without_gaps
from clustering.model import Embedder
from clustering.name import Naming, name_themes
from clustering.outliers import one_of_a_kind
from clustering.shapes import Labels, Parameters, Phrase, Progress, Theme, ThemeMap, Vectors, no_progress
from clustering.text import Wording, as_strings, checked_ids, distinct_wordings, inputs_hash

_LIBRARIES = ("numpy", "scipy", "scikit-learn", "onnxruntime")


def theme(
    texts: Sequence[object],
    ids: Sequence[str] | None = None,
    *,
    embedder: Embedder,
    parameters: Parameters | None = None,
    question: str | None = None,
    progress: Progress = no_progress,
) -> ThemeMap:
    """Group short texts by what they say, and name the groups.

    Args:
        texts: any number of them, of any length; what is not a ``str`` becomes one.
        ids: one for each text, all different; "1", "2" … by default.
        embedder: see ``load_embedder``.
        parameters: what can be set; the defaults are measured.
        question: what the texts answer, if anything; its words are no names.
        progress: hears the stages ``read, embed, group, name`` as they advance.

    Returns the same map for the same inputs, whatever the order of the rows, the batch size and the
    number of threads. Raises TextsRefused for ids that do not fit, VectorsBroken for a broken model.
    """
    strings = as_strings(texts)
    keys = checked_ids(ids, len(strings))
    progress("read", 0, len(strings))
    wordings = distinct_wordings(keys, strings)
    progress("read", len(strings), len(strings))
    vectors = embed_checked(
        embedder, [one.text for one in wordings], lambda done, total: progress("embed", done, total)
    )
    maker = _Maker(wordings, vectors, embedder, parameters or Parameters(), question, progress)
    with threadpool_limits(limits=1):
        # Sums of a matrix product depend in their last bits on how many threads share it.
        themes, alone, duplicates, too_few = maker.make()
    return ThemeMap(
        themes=themes,
        one_of_a_kind=alone,
        duplicates=duplicates,
        too_few=too_few,
        ideas=len(strings),
        parameters=maker.parameters,
        model=embedder.model,
        versions=library_versions(),
        inputs_sha256=inputs_hash(keys, strings, question),
    )


class _Maker:
    """One run: the distinct texts, and the rows among them that lead a group of near-duplicates."""

    def __init__(
        self,
        wordings: list[Wording],
        vectors: Vectors,
        embedder: Embedder,
        parameters: Parameters,
        question: str | None,
        progress: Progress,
    ) -> None:
        self.wordings, self.vectors, self.embedder = wordings, vectors, embedder
        self.parameters, self.question, self.progress = parameters, question, progress

    def make(self) -> tuple[tuple[Theme, ...], tuple[str, ...], tuple[tuple[str, ...], ...], bool]:
        """Themes, ids that are one of a kind, groups of duplicates, and whether there were too few."""
        leader = leaders(self.wordings, self.vectors, self.parameters.near_duplicate)
        leading = np.unique(leader)
        said_by = self._said_by(leader, leading)
        duplicates = tuple(sorted(ids for ids in said_by if len(ids) > 1))
        if len(leading) < max(2, self.parameters.fewest):
            return (), (), duplicates, True
        vectors = self.vectors[leading]
        self.progress("group", 0, 1)
        found = grouped(vectors, self.parameters)
        labels = by_rank(found.labels, said_by)
        flags = one_of_a_kind(vectors, labels, self.parameters.outlier_spread, found.near)
        alone = sorted(ids[0] for ids, flag in zip(said_by, flags, strict=True) if flag and len(ids) == 1)
        self.progress("group", 1, 1)
        return self._named(leading, labels, said_by), tuple(alone), duplicates, False

    def _said_by(self, leader: NDArray[np.intp], leading: NDArray[np.intp]) -> list[tuple[str, ...]]:
        """For each leading row the ids of all ideas that say the same, sorted."""
        groups: dict[int, list[str]] = {int(row): [] for row in leading}
        for row, wording in enumerate(self.wordings):
            groups[int(leader[row])].extend(wording.ids)
        return [tuple(sorted(ids)) for ids in groups.values()]

    def _named(
        self, leading: NDArray[np.intp], labels: Labels, said_by: list[tuple[str, ...]]
    ) -> tuple[Theme, ...]:
        total = int(labels.max()) + 1
        self.progress("name", 0, total)
        namings = name_themes(
            [self.wordings[row].text for row in leading],
            self.vectors[leading],
            labels,
            self.embedder,
            self.parameters,
            self.question,
            lambda count: self.progress("name", count, total),
        )
        shown_ids = [self.wordings[row].ids[0] for row in leading]
        return tuple(
            _theme(number, naming, np.flatnonzero(labels == number), said_by, shown_ids)
            for number, naming in enumerate(namings)
        )


def by_rank(labels: Labels, said_by: Sequence[tuple[str, ...]]) -> Labels:
    """The labels renumbered: most distinct ideas first, then most ideas, then the smallest id."""
    rows = [np.flatnonzero(labels == label) for label in range(int(labels.max()) + 1)]

    def rank(label: int) -> tuple[int, int, str]:
        ids = [key for row in rows[label] for key in said_by[int(row)]]
        return -len(rows[label]), -len(ids), min(ids)

    ranked = np.empty(len(rows), dtype=np.intp)
    ranked[sorted(range(len(rows)), key=rank)] = np.arange(len(rows))
    return without_gaps(ranked[labels])


def _theme(
    number: int,
    naming: Naming,
    rows: NDArray[np.intp],
    said_by: list[tuple[str, ...]],
    shown_ids: list[str],
) -> Theme:
    members = sorted(key for row in rows for key in said_by[row])
    return Theme(
        id=f"t{number + 1}",
        name=naming.name,
        phrases=tuple(
            Phrase(text=one.text, ideas=tuple(key for row in one.rows for key in said_by[row]))
            for one in naming.phrases
        ),
        in_name=naming.in_name,
        headline_id=shown_ids[naming.shown[0]],
        representatives=tuple(shown_ids[row] for row in naming.shown),
        members=tuple(members),
        size=len(members),
        distinct=len(rows),
    )


def library_versions() -> dict[str, str]:
    """Versions of the libraries that a map depends on, without importing them; "none" where absent."""
    return {name: _version(name) for name in _LIBRARIES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
