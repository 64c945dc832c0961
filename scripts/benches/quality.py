"""The table of methods: ours, BERTopic as it comes and tuned, k-means by silhouette, on the same vectors.

Part of ``scripts/bench --only themes --data DIR``. DIR holds CSV files ``id,text`` with a ``label``, and ``group``
where each group answers one question; each part takes the files that it knows and leaves the others.
``docs/clustering.md`` says what each line means.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from figures import machine
from quality_methods import remembering
from quality_partition import agreement, one_question
from quality_rivals import Rivals
from quality_sets import Texts, read_set
from quality_table import Line, Table

from clustering import Embedder, load_embedder

OUT = Path(__file__).parents[2] / "out"
SETS = ("nhs_fft_v6", "polis_mixed12", "banking77", "argkp_half", "polis_bowling_green", "innovonto_mturkapp")


class Field(NamedTuple):
    """What every part measures with."""

    sets: dict[str, Texts]
    embedder: Embedder
    rivals: Rivals


def run(folder: Path, parts: Sequence[str] = (), *, rivals: bool = True) -> dict[str, Any]:
    """Measure ``parts`` (all of them by default); ``checks`` are rows of figures, ``table`` is Markdown."""
    field, table = field_of(folder, rivals), Table()
    if field.rivals.missing:
        table.remarks.append(field.rivals.missing)
    for name, part in PARTS.items():
        if name in (parts or PARTS):
            begun = time.perf_counter()
            table.lines.extend(part(field))
            print(f"{name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    text = table.markdown(machine())
    (OUT / "themes.md").write_text(text)
    return {"checks": table.rows(), "table": text}


def field_of(folder: Path, rivals: bool) -> Field:
    """The sets of this folder that the parts know, with their vectors."""
    embedder = load_embedder(threads=2)
    files = (folder / f"{name}.csv" for name in SETS)
    sets = {file.stem: read_set(file, embedder, OUT / "vectors") for file in files if file.exists()}
    return Field(sets, remembering(embedder, list(sets.values())), Rivals(OUT / "rivals", asked=rivals))


def _agreement(field: Field) -> Iterable[Line]:
    return agreement(field.sets, field.embedder, field.rivals)


def _one_question(field: Field) -> Iterable[Line]:
    some = field.sets.get("argkp_half")
    return one_question(some, field.embedder, field.rivals) if some else ()


PARTS: dict[str, Callable[[Field], Iterable[Line]]] = {
    "agreement": _agreement,
    "question": _one_question,
}
