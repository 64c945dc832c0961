"""Anchored themes: a fresh grouping laid over the themes that were there, so that they stay what they are.

After the grouping and before the names. Ids are carried over by Hungarian matching on overlap; what a
person fixed is fixed. How much of what is left of the fresh grouping is taken over: ``steering.onward``.
Ids and vectors in, a theme id for each idea out; nothing here reads a text.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from clustering.grouping.centres import sums
from clustering.grouping.graph import Matrix, unit
from clustering.shapes import Labels, Rows, Theme, ThemeMap
from clustering.steering.decided import Steering
from clustering.steering.onward import Laid, onward

_HALF = 0.5
_OVERLAP = 0.3
_FEWEST = 3
NONE = -1


class Unit(NamedTuple):
    """Ideas that say the same and go together: one row of the grouping, split where persons did.

    ``before`` is the theme in which they were, ``anchor`` the one in which they have to be; "" is none.
    """

    row: int
    ids: tuple[str, ...]
    before: str
    anchor: str


class Match(NamedTuple):
    """For each unit its theme's id; which themes are new; and where else ideas of new themes would go."""

    themes: list[str]
    new: list[str]
    instead: dict[str, str]
    """For each idea of a new theme, this time's or one that nobody answered, the nearest that is not new."""
    fresh: list[int]
    """For each unit the cluster of the fresh grouping."""
    next_number: int


def units_of(said_by: Sequence[tuple[str, ...]], previous: ThemeMap) -> list[Unit]:
    """The ideas of each row, in as many units as persons put them into different places."""
    homes = home_of(previous.themes)
    anchors = anchors_of(previous.steering)
    alone = {idea for group in previous.steering.apart for idea in group}
    units = []
    for row, ids in enumerate(said_by):
        groups: dict[tuple[str, str], list[str]] = {}
        for idea in ids:
            groups.setdefault((anchors.get(idea, ""), idea if idea in alone else ""), []).append(idea)
        for (anchor, _), group in sorted(groups.items()):
            units.append(Unit(row, tuple(group), _most(homes.get(idea, "") for idea in group), anchor))
    return units


def home_of(themes: Iterable[Theme]) -> dict[str, str]:
    """The theme of each idea."""
    return {idea: one.id for one in themes for idea in one.members}


def anchors_of(steering: Steering) -> dict[str, str]:
    """The theme in which an idea has to be by a person's word; a pin goes before a kept theme."""
    kept = {idea: number for number, theme in steering.kept.items() for idea in theme.members}
    return kept | steering.pinned


def _most(words: Iterable[str]) -> str:
    counts = Counter(word for word in words if word)
    return min(counts, key=lambda word: (-counts[word], number_of(word)), default="")


def number_of(theme: str) -> tuple[int, str]:
    """To sort theme ids as numbers."""
    digits = theme.removeprefix("t")
    return (int(digits) if digits.isdecimal() else 0, theme)


def matched(
    units: Sequence[Unit],
    labels: Labels,
    points: Matrix,
    steering: Steering,
    reluctance: float,
    unanswered: Collection[str] = (),
) -> Match:
    """Lay the fresh ``labels`` (for each row) over the themes that the units were in.

    Args:
        points: (rows, dimensions), unit vectors of the space that the grouping used.
        reluctance: how much better the fresh grouping has to be (silhouette) to change themes.
        unanswered: themes that came with an earlier grouping, and of which nobody said yes or no.
    """
    return _Matcher(units, labels, points, steering).match(reluctance, unanswered)


class _Matcher:
    """One run of ``matched``. Within it a theme is a place in ``names``: old ones first, then new ones."""

    def __init__(self, units: Sequence[Unit], labels: Labels, points: Matrix, steering: Steering) -> None:
        rows = np.array([one.row for one in units], dtype=np.intp)
        self.units, self.steering = units, steering
        self.fresh, self.points = labels[rows], points[rows]
        self.clusters = [np.flatnonzero(self.fresh == c).tolist() for c in range(int(labels.max()) + 1)]
        old = ({one.before for one in units} | {one.anchor for one in units}) - {""}
        self.names = sorted(old, key=number_of)
        self.old = len(self.names)
        self.next_number = steering.next_number
        self.before = self._places([one.before for one in units])
        self.anchor = self._places([one.anchor for one in units])
        self.known = np.where(self.anchor == NONE, self.before, self.anchor)

    def _places(self, themes: Sequence[str]) -> Rows:
        place = {name: number for number, name in enumerate(self.names)}
        return np.array([place.get(theme, NONE) for theme in themes], dtype=np.intp)

    def match(self, reluctance: float, unanswered: Collection[str]) -> Match:
        theme_of = self._absorbed()
        theme_of |= dict.fromkeys(self._refused() - theme_of.keys(), NONE)
        theme_of |= self._carried([c for c in range(len(self.clusters)) if c not in theme_of])
        theme_of |= self._new([c for c in range(len(self.clusters)) if c not in theme_of])
        chosen = self._laid(theme_of, reluctance)
        while len(thin := self._thin(chosen)):
            theme_of = {cluster: theme for cluster, theme in theme_of.items() if theme not in thin}
            chosen = self._laid(theme_of, reluctance)
        chosen = self._kept_apart(chosen)
        living = sorted(set(chosen.tolist()))
        made = [theme for theme in living if theme >= self.old]
        asked = [theme for theme in living if theme >= self.old or self.names[theme] in unanswered]
        return Match(
            [self.names[theme] for theme in chosen],
            [self.names[theme] for theme in made],
            self._instead(chosen, asked) if 0 < len(asked) < len(living) else {},
            self.fresh.tolist(),
            self.next_number,
        )

    def _absorbed(self) -> dict[int, int]:
        """Clusters at least half of whose known ideas are a kept theme's are that theme's."""
        found = {}
        for cluster, members in enumerate(self.clusters):
            counts = np.bincount(self.known[members] + 1, minlength=2)[1:]
            most = int(counts.argmax())
            if (
                counts[most]
                and self.names[most] in self.steering.kept
                and counts[most] >= _HALF * counts.sum()
            ):
                found[cluster] = most
        return found

    def _carried(self, clusters: list[int]) -> dict[int, int]:
        """Old themes for the other clusters: the matching with the largest overlap in all."""
        from scipy.optimize import linear_sum_assignment

        free = [place for place, name in enumerate(self.names) if name not in self.steering.kept]
        if not free or not clusters:
            return {}
        counts = [np.bincount(self.known[self.clusters[c]] + 1, minlength=self.old + 1)[1:] for c in clusters]
        overlap = np.array(counts)[:, free]
        sizes = overlap.sum(axis=0)
        pairs = zip(*linear_sum_assignment(overlap, maximize=True), strict=True)
        return {
            clusters[row]: free[column]
            for row, column in pairs
            if overlap[row, column] > _OVERLAP * min(overlap[row].sum(), sizes[column])
        }

    def _refused(self) -> set[int]:
        """Clusters that are mostly a grouping that a person refused: nobody's, and to be dissolved."""
        groups = [set(group) for group in self.steering.refused]
        found = set()
        for cluster, members in enumerate(self.clusters if groups else ()):
            ideas = [idea for row in members for idea in self.units[row].ids]
            if any(len(group.intersection(ideas)) >= _HALF * len(ideas) for group in groups):
                found.add(cluster)
        return found

    def _new(self, clusters: list[int]) -> dict[int, int]:
        """Numbers for the clusters that nobody knew, in the order in which themes are shown."""
        ideas_of = {c: [idea for row in self.clusters[c] for idea in self.units[row].ids] for c in clusters}
        ranked = sorted(clusters, key=lambda c: (-len(self.clusters[c]), -len(ideas_of[c]), min(ideas_of[c])))
        found = {cluster: len(self.names) + place for place, cluster in enumerate(ranked)}
        self.names += [f"t{self.next_number + place}" for place in range(len(ranked))]
        self.next_number += len(ranked)
        return found

    def _laid(self, theme_of: Mapping[int, int], reluctance: float) -> Labels:
        """For each unit its theme."""
        table = np.array([theme_of.get(c, NONE) for c in range(len(self.clusters))], dtype=np.intp)
        wanted = np.where(self.anchor == NONE, table[self.fresh], self.anchor)
        return onward(Laid(self.points, wanted, self.before, self.anchor, len(self.names)), reluctance)

    def _thin(self, chosen: Labels) -> list[int]:
        """New themes that are too small to be one."""
        sizes = np.bincount(chosen, minlength=len(self.names))
        made = range(self.old, len(self.names)) if self.old else ()
        return [theme for theme in made if 0 < sizes[theme] < _FEWEST]

    def _likeness(self, chosen: Labels) -> Matrix:
        centres = np.zeros((len(self.names), self.points.shape[1]), dtype=self.points.dtype)
        centres[: chosen.max() + 1] = unit(sums(self.points, chosen))
        return np.asarray(np.round(self.points @ centres.T, 6))

    def _kept_apart(self, chosen: Labels) -> Labels:
        """Ideas that are never together: where they met, the pinned or most central one stays.

        All groups at once: whoever leaves for the sake of one group must not meet somebody of another.
        """
        if not self.steering.apart:
            return chosen
        chosen, likeness = chosen.copy(), self._likeness(chosen)
        living, strangers, settled = sorted(set(chosen.tolist())), self._strangers(), set[int]()
        for row in sorted(strangers, key=lambda r: (self._is_free(r), -likeness[r, chosen[r]], r)):
            taken = {int(chosen[other]) for other in strangers[row] & settled}
            if chosen[row] in taken:
                others = [theme for theme in living if theme not in taken]
                chosen[row] = max(others, key=lambda theme: likeness[row, theme], default=chosen[row])
            settled.add(row)
        return chosen

    def _strangers(self) -> dict[int, set[int]]:
        """For each row that a person set apart the rows that it must not meet."""
        unit_of = {idea: row for row, one in enumerate(self.units) for idea in one.ids}
        found: dict[int, set[int]] = {}
        for group in self.steering.apart:
            rows = {unit_of[idea] for idea in group if idea in unit_of}
            for row in rows:
                found.setdefault(row, set()).update(rows - {row})
        return found

    def _is_free(self, row: int) -> bool:
        return any(idea not in self.steering.pinned for idea in self.units[row].ids)

    def _instead(self, chosen: Labels, asked: Sequence[int]) -> dict[str, str]:
        """Where the ideas of these themes would go without them: where they were, or to the nearest."""
        others = np.setdiff1d(chosen, asked)
        nearest = others[np.argmax(self._likeness(chosen)[:, others], axis=1)]
        back = np.where(np.isin(self.before, others), self.before, nearest)
        rows = np.flatnonzero(np.isin(chosen, asked)).tolist()
        return {idea: self.names[back[row]] for row in rows for idea in self.units[row].ids}
