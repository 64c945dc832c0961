"""How much of a fresh grouping is taken over: as little as makes the themes nearly as good as it.

Between matching and naming. A fresh grouping of a few ideas more draws its borders elsewhere, and says
four themes today and twenty tomorrow. People who read the themes while they grow are not served by that:
so the old themes go on, and a theme comes or goes only where that is worth it.
"""

from typing import NamedTuple

import numpy as np

from clustering.grouping.centres import sums
from clustering.grouping.choose import silhouette
from clustering.grouping.graph import Matrix, unit
from clustering.shapes import Labels, Rows

CLOSER = 0.02
"""Cosine by which another theme has to be closer before an idea changes to it unasked."""

_PASSES = 3
_JUDGED = 4_000
"""So many rows at most say how good a grouping is; rows come in no order that means anything."""
_NONE = -1


class Laid(NamedTuple):
    """Points with the themes that the fresh grouping wants, those before, and those fixed; -1 is none."""

    points: Matrix
    wanted: Labels
    before: Labels
    anchor: Labels
    themes: int
    """Number of themes, old and new."""


def onward(laid: Laid, reluctance: float) -> Labels:
    """A theme for each row; all of the fresh ones where less than half of the rows were there before.

    Themes come and go, the best first, until the silhouette is within ``reluctance`` of what it would be
    with all of them.
    """
    full = _settled(laid, laid.wanted)
    if 2 * np.count_nonzero(laid.before != _NONE) < len(laid.before):
        return full
    now = _settled(laid, laid.before)
    enough, score = _score(laid, full) - reluctance, _score(laid, now)
    if score >= enough:
        return now
    steps = _steps(full, now)
    worth = {step: _score(laid, _taken(laid, full, now, step)) - score for step in steps}
    for step in sorted(steps, key=lambda step: (-worth[step], step)):
        after = _taken(laid, full, now, step)
        if (better := _score(laid, after)) > score:
            now, score = after, better
        if score >= enough:
            break
    return _settled(laid, now)


def _steps(full: Labels, now: Labels) -> list[int]:
    """The themes that come, and those that go, with all of the fresh grouping."""
    return sorted(set(full.tolist()) ^ set(now.tolist()))


def _taken(laid: Laid, full: Labels, now: Labels, theme: int) -> Labels:
    """The themes with this one come, or gone, as the fresh grouping has it."""
    after = now.copy()
    if theme not in now:
        after[full == theme] = theme
        return after
    rows = (now == theme) & (laid.anchor == _NONE)
    after[rows] = np.where(np.isin(full[rows], now), full[rows], _NONE)
    return _nearest(laid, after, theme)


def _nearest(laid: Laid, labels: Labels, but: int = _NONE) -> Labels:
    """The nearest theme for the rows without one."""
    rows = np.flatnonzero(labels == _NONE)
    if not len(rows):
        return labels
    living = np.array([theme for theme in np.unique(labels) if theme not in (_NONE, but)], dtype=np.intp)
    if not len(living):
        living = np.array([max(but, 0)], dtype=np.intp)
    likeness = laid.points[rows] @ _centres(laid, labels)[living].T
    labels = labels.copy()
    labels[rows] = living[np.argmax(np.round(likeness, 6), axis=1)]
    return labels


def _settled(laid: Laid, wanted: Labels) -> Labels:
    """Rows in the themes that are wanted; those that were elsewhere stay unless they are clearly closer."""
    fixed = laid.anchor != _NONE
    labels = _nearest(laid, np.where(fixed, laid.anchor, wanted))
    rows = np.arange(len(labels))
    for _ in range(_PASSES if (laid.before != _NONE).any() else 0):
        living = np.unique(labels)
        likeness = np.full((len(labels), laid.themes), -np.inf)
        likeness[:, living] = np.round(laid.points @ _centres(laid, labels)[living].T, 6)
        best = likeness.argmax(axis=1)
        stays = np.isin(laid.before, living)
        closer = likeness[rows, best] - likeness[rows, np.where(stays, laid.before, 0)] >= CLOSER
        labels = np.where(fixed, laid.anchor, np.where(stays & ~closer, laid.before, best))
    return labels


def _centres(laid: Laid, labels: Labels) -> Matrix:
    placed = labels != _NONE
    centres = np.zeros((laid.themes, laid.points.shape[1]), dtype=laid.points.dtype)
    if placed.any():
        found = unit(sums(laid.points[placed], labels[placed]))
        centres[: len(found)] = found
    return centres


def _score(laid: Laid, labels: Labels) -> float:
    rows: Rows = np.arange(min(len(labels), _JUDGED))
    return round(silhouette(laid.points[rows], np.unique(labels[rows], return_inverse=True)[1]), 4)
