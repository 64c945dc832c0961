"""Corrections as a person makes them who knows the labels, kept while a jam doubles.

At half of 1,000 ideas themes that mostly have one label are merged (three pairs at most), the theme that
holds most of a second label is split, and six ideas are moved to the theme of their label. Five regroupings
follow, each with a tenth more. The map at the end is compared, by the labels, with a grouping of its own.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

from quality_methods import Given, homes, of_map, ours
from quality_partition import ami
from quality_sets import Texts
from quality_table import Line

from clustering import AnyCorrection, LiveThemes, Merge, Move, NewPart, Split, ThemeMap

IDEAS, STEPS = 1_000, 5
MERGES, MOVES = 3, 6


def by_label(sets: Sequence[Texts], draws: Sequence[int] = (1, 2)) -> list[Line]:
    """Share of such corrections that hold at the end, and what they add to the AMI."""
    found = [_corrected(one.draw(IDEAS, number)) for one in sets for number in draws]
    kept, gained = zip(*found, strict=True)
    return [
        Line("corrections by label kept, %", {"ours": 100 * fmean(kept)}, 100, 100, digits=0),
        Line("… AMI against a grouping without them", {"ours": fmean(gained)}, -0.01, 0.01),
    ]


def _corrected(draw: Texts) -> tuple[float, float]:
    embedder = Given(draw)
    jam, rows = LiveThemes(embedder), list(zip(draw.ids, draw.texts, strict=True))
    sizes = [len(rows) * (STEPS + step) // (2 * STEPS) for step in range(STEPS + 1)]
    jam.read(rows[: sizes[0]])
    before = jam.regroup()
    asked = corrections(before, dict(zip(draw.ids, draw.labels, strict=True)))
    promised = jam.steer(asked)
    for start, end in pairwise(sizes):
        jam.read(rows[start:end])
        jam.regroup()
    held = fmean(_holds(one, before, promised, jam.map) for one in asked)
    return held, ami(draw, of_map(jam.map, draw.ids)) - ami(draw, ours(draw, embedder))


def corrections(found: ThemeMap, labels: dict[str, str]) -> list[AnyCorrection]:
    """What somebody would correct in this map who wants the themes to be the labels."""
    counts = {one.id: Counter(labels[idea] for idea in one.members) for one in found.themes}
    label = {number: count.most_common(1)[0][0] for number, count in counts.items()}
    pairs = [same for name in sorted(set(label.values())) if len(same := _of(label, name, found)) > 1]
    merges = [
        Merge(id=f"m{n}", themes=tuple(same[:2]), into=same[0]) for n, same in enumerate(pairs[:MERGES])
    ]
    free = [one for one in found.themes if not any(one.id in merge.themes for merge in merges)]
    widest = max(free, key=lambda one: sum(counts[one.id].values()) - counts[one.id][label[one.id]])
    second = counts[widest.id].most_common(2)[-1][0]
    leaving = tuple(idea for idea in widest.members if labels[idea] == second)
    split = Split(id="s", theme=widest.id, parts=(NewPart(ideas=leaving),))
    home = {label[one.id]: one.id for one in reversed(free) if one is not widest}
    wrong = [
        (idea, home[labels[idea]])
        for one in free
        if one is not widest
        for idea in one.members
        if home.get(labels[idea], one.id) != one.id
    ]
    chosen = random.Random(1).sample(wrong, min(MOVES, len(wrong)))
    moves = [Move(id=f"v{n}", ideas=(idea,), theme=number) for n, (idea, number) in enumerate(chosen)]
    return [*merges, split, *moves]


def _of(label: dict[str, str], name: str, found: ThemeMap) -> list[str]:
    """The themes that mostly have this label, largest first."""
    return [one.id for one in found.themes if label[one.id] == name]


def _holds(asked: AnyCorrection, before: ThemeMap, promised: ThemeMap, after: ThemeMap) -> bool:
    """Whether every idea that the correction put somewhere is still there."""
    was, then, now = (homes(one) for one in (before, promised, after))
    if isinstance(asked, Merge):
        ideas = [idea for idea, number in was.items() if number in asked.themes and then[idea] == asked.into]
    else:
        ideas = list(asked.ideas if isinstance(asked, Move) else asked.parts[0].ideas)  # type: ignore[union-attr]
    return all(now[idea] == then[idea] for idea in ideas)
