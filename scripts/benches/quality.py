"""The table of methods: ours, BERTopic as it comes and tuned, k-means by silhouette, on the same vectors.

Part of ``scripts/bench --only themes --data DIR``. DIR holds CSV files ``id,text`` with a ``label``, and
``group`` where each group answers one question; each part takes the files that it knows and leaves the
others. ``docs/clustering.md`` says what each line means.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from figures import machine
from quality_by_label import by_label
from quality_embedding import embedding
from quality_methods import Given, remembering
from quality_names import names
from quality_partition import agreement, one_question
from quality_rivals import Rivals
from quality_scale import scale
from quality_sets import Texts, read_set
from quality_stability import churn, identical
from quality_steering import placing, steering
from quality_strangers import strangers
from quality_table import Line, Table

from clustering import Embedder, load_embedder

OUT = Path(__file__).parents[2] / "out"
SETS = ("nhs_fft_v6", "polis_mixed12", "banking77", "argkp_half", "polis_bowling_green", "innovonto_mturkapp")


class Field(NamedTuple):
    """What every part measures with."""

    sets: dict[str, Texts]
    embedder: Embedder
    """Knows their vectors, and computes those of names."""
    given: Embedder
    """Knows their vectors, and makes up the others."""
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
            (OUT / "themes.md").write_text(table.markdown(machine()))
            print(f"{name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    return {"checks": table.rows(), "table": table.markdown(machine())}


def field_of(folder: Path, rivals: bool) -> Field:
    """The sets of this folder that the parts know, with their vectors."""
    embedder = load_embedder(threads=2)
    files = (folder / f"{name}.csv" for name in SETS)
    sets = {file.stem: read_set(file, embedder, OUT / "vectors") for file in files if file.exists()}
    some = list(sets.values())
    return Field(sets, remembering(embedder, some), Given(*some), Rivals(OUT / "rivals", asked=rivals))


def _labelled(field: Field) -> list[Texts]:
    return [field.sets[name] for name in SETS[:3] if name in field.sets]


def _jams(field: Field) -> list[Texts]:
    """What names are read of: draws of the labelled sets, and the sets that are one jam each."""
    draws = [one.draw(1_000, number) for one in _labelled(field) for number in (1, 2)]
    return [*draws, *(field.sets[name] for name in SETS[4:] if name in field.sets)]


PARTS: dict[str, Callable[[Field], Iterable[Line]]] = {
    "agreement": lambda field: agreement(field.sets, field.given, field.rivals),
    "question": lambda field: [
        line
        for name, some in field.sets.items()
        if name == "argkp_half"
        for line in one_question(some, field.embedder, field.rivals)
    ],
    "identical": lambda field: identical(_labelled(field), field.rivals),
    "churn": lambda field: churn(_labelled(field), field.given, field.rivals),
    "steering": lambda field: steering(_labelled(field), field.given, field.rivals),
    "by_label": lambda field: by_label(_labelled(field)),
    "names": lambda field: names(_jams(field), field.embedder, field.rivals),
    "strangers": lambda field: strangers(
        _labelled(field), list(field.sets.values()), field.given, field.rivals
    ),
    "scale": lambda field: scale(list(field.sets.values()), field.rivals),
    "placing": lambda field: (
        placing(field.sets["banking77"], field.embedder) if "banking77" in field.sets else ()
    ),
    "embedding": lambda field: embedding(_labelled(field)[0]) if _labelled(field) else (),
}
