"""How well the groups agree with people's own labels, and how many there are: the first rows of the table.

Adjusted mutual information (Vinh et al. 2010) over the rows that have a label; rows that a method leaves
out are one group of their own. The factor of K is max(found / labels, labels / found), median over all
draws of a size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from statistics import fmean, median

from quality_methods import NOISE, Found, Given, kmeans, ours, without_question
from quality_rivals import Rivals, Task
from quality_sets import DRAWS, Texts
from quality_table import Line
from sklearn.metrics import adjusted_mutual_info_score

from clustering import Embedder, Parameters
from clustering.embedding.embed import embed_checked

LABELS = {("banking77", 200): 12, ("banking77", 1_000): 20}
PROMISED = {
    ("nhs_fft_v6", 200): (0.26, 0.29),
    ("polis_mixed12", 200): (0.64, 0.68),
    ("banking77", 200): (0.81, 0.85),
    ("nhs_fft_v6", 1_000): (0.31, 0.34),
    ("polis_mixed12", 1_000): (0.71, 0.74),
    ("banking77", 1_000): (0.80, 0.84),
    ("banking77", 5_000): (0.77, 0.80),
}
K_PROMISED = {200: (1.6, 1.3), 1_000: (2.0, 1.5)}
RIVALS = ("default", "tuned")
QUESTION = Parameters(project_question=True)
Results = dict[str, dict[str, Found]]
"""By name of the draw, then by method."""


def agreement(
    sets: dict[str, Texts], embedder: Embedder, rivals: Rivals, also: Sequence[str] = ()
) -> list[Line]:
    """AMI and K of every draw of ``PROMISED`` whose set is here; ``also`` names further rivals."""
    draws = {
        key: [sets[key[0]].draw(key[1], number, of_labels=LABELS.get(key)) for number in numbers(key[1])]
        for key in PROMISED
        if key[0] in sets
    }
    every = [draw for some in draws.values() for draw in some]
    found = results(every, partial(ours, embedder=embedder), rivals, (*RIVALS, *also))
    lines = [
        Line(f"AMI, {said(key)}", by_method(some, found, ami, fmean), *PROMISED[key])
        for key, some in draws.items()
    ]
    for size, promised in K_PROMISED.items():
        some = [draw for key, drawn in draws.items() if key[1] == size for draw in drawn]
        factors = by_method(some, found, k_factor, median)
        what = f"K found ÷ labels, median factor off, {size:,}"
        lines.append(Line(what, factors, *promised, lower_is_better=True, digits=2))
    return lines


def numbers(size: int) -> Sequence[int]:
    return DRAWS if size < 5_000 else DRAWS[:1]


def said(key: tuple[str, int]) -> str:
    count = len(numbers(key[1]))
    return f"{key[0]}, {count} {'draws' if count > 1 else 'draw'} of {key[1]:,}"


def results(
    draws: Iterable[Texts], mine: Callable[[Texts], Found], rivals: Rivals, methods: Sequence[str]
) -> Results:
    """Every method on every draw, on the same vectors."""
    draws = list(draws)
    found: Results = {draw.name: {"ours": mine(draw), "kmeans": kmeans(draw)} for draw in draws}
    tasks = [Task(f"{method}:{draw.name}", draw, method) for method in methods for draw in draws]
    for key, answer in rivals.answers(tasks).items():
        method, name = key.split(":", 1)
        found[name][method] = answer.found
    return found


def one_question(texts: Texts, embedder: Embedder, rivals: Rivals) -> list[Line]:
    """Mean AMI over the groups of a set where all texts of a group answer one question.

    Given: ours hears the question; the others get vectors that it was projected out of, and centred.
    """
    groups = [group for group in texts.by_question() if len(set(group.labels) - {""}) > 1]
    asked = tuple(group.question or "" for group in groups)
    questions = embed_checked(embedder, asked)
    known = Given(texts, Texts("questions", asked, asked, asked, questions))
    projected = [
        replace(group, vectors=without_question(group.vectors, questions[row]))
        for row, group in enumerate(groups)
    ]
    given = results(projected, partial(ours, embedder=known, parameters=QUESTION), rivals, RIVALS)
    unasked = [replace(group, question=None) for group in groups]
    plain = results(unasked, partial(ours, embedder=known), rivals, RIVALS)
    what = f"AMI, {texts.name}, mean of {len(groups)} questions"
    return [
        Line(f"{what}, given", by_method(groups, given, ami, fmean), 0.20, 0.25),
        Line(f"{what}, not given", by_method(groups, plain, ami, fmean), 0.15, 0.19),
    ]


def by_method(
    draws: Iterable[Texts],
    found: Results,
    figure: Callable[[Texts, Found], float],
    middle: Callable[[Iterable[float]], float],
) -> dict[str, float]:
    """The figure of each method, over all draws that it has an answer for."""
    values: dict[str, list[float]] = {}
    for draw in draws:
        for method, one in found[draw.name].items():
            values.setdefault(method, []).append(figure(draw, one))
    return {method: middle(some) for method, some in values.items()}


def ami(draw: Texts, found: Found) -> float:
    rows = [row for row, label in enumerate(draw.labels) if label]
    return float(
        adjusted_mutual_info_score([draw.labels[row] for row in rows], [found.labels[row] for row in rows])
    )


def k_factor(draw: Texts, found: Found) -> float:
    groups, labels = len(set(found.labels) - {NOISE}), len(set(draw.labels) - {""})
    return max(groups / labels, labels / groups) if groups else float(labels)
