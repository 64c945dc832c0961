"""What persons corrected, after five regroupings with more ideas; and how fast a new idea finds its theme.

A jam of 600 ideas is corrected once (two themes merged, one split, one renamed, ideas moved and pinned),
then 80 ideas come before each of five regroupings. BERTopic is fitted again on all; a move is kept where
the idea is in the group that its new group became, matched as in ``quality_stability``.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import fmean

import numpy as np
from figures import percentile
from quality_methods import Found, homes, of_map, ours
from quality_partition import ami
from quality_rivals import Rivals, Task
from quality_sets import Texts
from quality_table import Line
from scipy.optimize import linear_sum_assignment

from clustering import (
    Embedder,
    LiveThemes,
    Merge,
    Move,
    NewPart,
    Pin,
    Rename,
    Split,
    ThemeMap,
    load_embedder,
)

BEGIN, STEP, STEPS, MOVES = 600, 80, 5, 20
PLACED_AT, PLACED = 3_000, 200
FIRST = (
    "from clustering import load_embedder, theme; "
    "theme(['the night bus should stop at the hospital ' + word for word in "
    "'in by on at for to of with from over under after'.split()], embedder=load_embedder())"
)


def steering(sets: Sequence[Texts], embedder: Embedder, rivals: Rivals) -> list[Line]:
    draws = [one.draw(BEGIN + STEP * STEPS, 1) for one in sets]
    kept, apart, laid_over = zip(*(_steered(draw, embedder) for draw in draws), strict=True)
    tasks = [
        Task(f"{row}:{when}", part, "default")
        for row, draw in enumerate(draws)
        for when, part in (("before", draw.rows(range(BEGIN), draw.name)), ("after", draw))
    ]
    share = {"ours": 100 * fmean(kept)}
    if answers := rivals.answers(tasks):
        found = [(answers[f"{row}:before"].found, answers[f"{row}:after"].found) for row in range(len(draws))]
        share["default"] = 100 * fmean(_moves_kept(*pair) for pair in found)
    return [
        Line(f"corrections kept after {STEPS} regroupings, %", share, 100, 100, digits=0),
        Line("… AMI against a grouping without them", {"ours": fmean(apart)}, -0.01, 0.01),
        Line("… AMI of that grouping where they are laid over it, against it", {"ours": fmean(laid_over)}),
    ]


def _steered(draw: Texts, embedder: Embedder) -> tuple[float, float, float]:
    """Share of the corrections that still hold at the end, what they cost in AMI, and what they must cost.

    That is what is lost where a grouping without them is changed by them and by nothing else.
    """
    jam, rows = LiveThemes(embedder), list(zip(draw.ids, draw.texts, strict=True))
    jam.read(rows[:BEGIN])
    jam.regroup()
    before, made = jam.map, _corrections(jam)
    jam.steer([one for one, _ in made])
    for step in range(STEPS):
        start = BEGIN + step * STEP
        jam.read(rows[start : start + STEP])
        jam.regroup()
    holds = [check(jam.map) for _, check in made]
    free = ours(draw, embedder)
    least = _laid_over(dict(zip(draw.ids, free.labels, strict=True)), before, [one for one, _ in made])
    changed = Found(tuple(least[key] for key in draw.ids))
    without = ami(draw, free)
    return fmean(holds), ami(draw, of_map(jam.map, draw.ids)) - without, ami(draw, changed) - without


def _laid_over(labels: dict[str, int], before: ThemeMap, corrections) -> dict[str, int]:  # type: ignore[no-untyped-def]
    """The labels with what the corrections of the map ``before`` ask for, and nothing else, changed."""
    members = {one.id: one.members for one in before.themes}
    found = dict(labels)

    def home(ideas: Iterable[str]) -> int:
        return Counter(labels[key] for key in ideas).most_common(1)[0][0]

    for one in corrections:
        match one:
            case Merge(themes=themes):
                together = [key for theme in themes for key in members[theme]]
                found |= dict.fromkeys(together, home(together))
            case Split(theme=theme, parts=parts):
                leaving = parts[0].ideas
                staying = set(members[theme]) - set(leaving)
                is_apart = home(leaving) != home(staying)
                found |= dict.fromkeys(leaving, home(leaving) if is_apart else max(found.values()) + 1)
            case Move(ideas=ideas, theme=theme):
                found |= dict.fromkeys(ideas, home(members[theme]))
    return found


def _corrections(jam: LiveThemes) -> list:  # type: ignore[type-arg]
    """Corrections of the current map, each with the question whether a later map still holds it."""
    themes = jam.map.themes
    large, named, left, right, target = themes[0], themes[1], themes[-1], themes[-2], themes[2]
    parts = jam.propose_split(large.id)
    leaving = parts[1][1]
    moving = [one.members[0] for one in themes[3:8] if one.id not in (left.id, right.id)]
    pinned = named.members[:3]
    return [
        (Merge(id="m", themes=(left.id, right.id), into=left.id), _together(left.members + right.members)),
        (Split(id="s", theme=large.id, parts=(NewPart(ideas=leaving),)), _split(large.id, leaving)),
        (Rename(id="r", theme=named.id, name="What we call it"), _called(named.id, "What we call it")),
        (Move(id="v", ideas=tuple(moving), theme=target.id), _in(target.id, moving)),
        (Pin(id="p", ideas=pinned), _in(named.id, pinned)),
    ]


def _together(ideas):  # type: ignore[no-untyped-def]
    return lambda found: len({homes(found).get(key) for key in ideas}) == 1


def _split(theme, leaving):  # type: ignore[no-untyped-def]
    def holds(found: ThemeMap) -> bool:
        now = {homes(found).get(key) for key in leaving}
        return len(now) == 1 and theme not in now

    return holds


def _called(theme, name):  # type: ignore[no-untyped-def]
    return lambda found: any(one.id == theme and one.name == name for one in found.themes)


def _in(theme, ideas):  # type: ignore[no-untyped-def]
    return lambda found: all(homes(found).get(key) == theme for key in ideas)


def _moves_kept(before: Found, after: Found) -> float:
    """Share of ``MOVES`` ideas, each moved to another group by hand, that a refit leaves there."""
    left, right = np.array(before.labels), np.array(after.labels[:BEGIN])
    groups, others = sorted(set(left.tolist()) - {-1}), sorted(set(right.tolist()) - {-1})
    shared = np.array([[np.sum((left == a) & (right == b)) for b in others] for a in groups])
    rows, columns = linear_sum_assignment(-shared)
    became = {groups[row]: others[column] for row, column in zip(rows, columns, strict=True)}
    chance = np.random.default_rng(1)
    moved = list(_by_hand(left, groups, chance))
    return fmean(right[row] == became.get(target, -2) for row, target in moved)


def _by_hand(left: np.ndarray, groups: list[int], chance: np.random.Generator) -> Iterator[tuple[int, int]]:
    for row in chance.choice(len(left), MOVES, replace=False):
        yield int(row), int(chance.choice([one for one in groups if one != left[row]] or groups))


def placing(texts: Texts, embedder: Embedder) -> list[Line]:
    """Milliseconds from a new text to its theme, with the encoder; seconds to a process's first themes."""
    rows = list(zip(texts.ids, texts.texts, strict=True))[: PLACED_AT + PLACED]
    jam = LiveThemes(embedder)
    jam.read(rows[:PLACED_AT])
    jam.regroup()
    fresh = LiveThemes(load_embedder(), previous=jam.map)
    fresh.read(rows[:PLACED_AT])
    took = []
    for row in rows[PLACED_AT:]:
        begun = time.perf_counter()
        fresh.read([row])
        fresh.place()
        took.append(1000 * (time.perf_counter() - begun))
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", FIRST], check=True)
    first = time.perf_counter() - begun
    return [
        Line(
            "new idea placed at 3,000, p50, ms",
            {"ours": percentile(took, 50)},
            15,
            5,
            True,
            ratio=False,
            digits=1,
        ),
        Line(
            "new idea placed at 3,000, p99, ms",
            {"ours": percentile(took, 99)},
            50,
            20,
            True,
            ratio=False,
            digits=1,
        ),
        Line("first themes after process start, s", {"ours": first}, 2, 1, True, ratio=False, digits=2),
    ]
