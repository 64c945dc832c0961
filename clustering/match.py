"""Anchored themes: a fresh grouping laid over the themes that were there, so that they stay what they are.

After the grouping and before the names. Ids are carried over by Hungarian matching on overlap; what a
person fixed is fixed; any other idea changes its theme only where the new one is clearly closer. Ids and
vectors in, a theme id for each idea out; nothing here reads a text.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from clustering.graph import Matrix, unit
from clustering.shapes import Labels, ThemeMap
from clustering.steering import Steering

CLOSER = 0.02
"""Cosine by which another theme has to be closer before an idea changes to it unasked."""
_HALF = 0.5
_OVERLAP = 0.3
_FEWEST = 3


class Unit(NamedTuple):
    """Ideas that say the same and go together: one row of the grouping, split where persons did.

    ``before`` is the theme in which they were, ``anchor`` the one in which they have to be; "" is none.
    """

    row: int
    ids: tuple[str, ...]
    before: str
    anchor: str


class Match(NamedTuple):
    """For each unit its theme's id; which themes are new; and for their members where else they would go."""

    themes: list[str]
    new: list[str]
    instead: dict[str, str]
    """For each idea of a new theme the nearest theme that is not new."""
    fresh: list[int]
    """For each unit the cluster of the fresh grouping."""
    next_number: int


def units_of(said_by: Sequence[tuple[str, ...]], previous: ThemeMap | None) -> list[Unit]:
    """The ideas of each row, in as many units as persons put them into different places."""
    homes = home_of(previous)
    anchors = anchors_of(previous.steering) if previous else {}
    alone = {idea for group in (previous.steering.apart if previous else ()) for idea in group}
    units = []
    for row, ids in enumerate(said_by):
        groups: dict[tuple[str, str], list[str]] = {}
        for idea in ids:
            groups.setdefault((anchors.get(idea, ""), idea if idea in alone else ""), []).append(idea)
        for (anchor, _), group in sorted(groups.items()):
            units.append(Unit(row, tuple(group), _most(homes.get(idea, "") for idea in group), anchor))
    return units


def home_of(previous: ThemeMap | None) -> dict[str, str]:
    """The theme of each idea."""
    return {idea: one.id for one in (previous.themes if previous else ()) for idea in one.members}


def anchors_of(steering: Steering) -> dict[str, str]:
    """The theme in which an idea has to be by a person's word; a pin goes before a kept theme."""
    kept = {idea: number for number, theme in steering.kept.items() for idea in theme.members}
    return kept | steering.pinned


def _most(words: Iterable[str]) -> str:
    counts: dict[str, int] = {}
    for word in words:
        if word:
            counts[word] = counts.get(word, 0) + 1
    return min(counts, key=lambda word: (-counts[word], number_of(word)), default="")


def number_of(theme: str) -> tuple[int, str]:
    """To sort theme ids as numbers."""
    digits = theme.removeprefix("t")
    return (int(digits) if digits.isdecimal() else 0, theme)


def matched(units: Sequence[Unit], labels: Labels, points: Matrix, steering: Steering) -> Match:
    """Lay the fresh ``labels`` (for each row) over the themes that the units were in.

    ``points`` (rows, dimensions) are the unit vectors of the space that the grouping used.
    """
    return _Matcher(units, labels, points, steering).match()


class _Matcher:
    """One run of ``matched``. Themes have numbers of their own here: their place in ``names``."""

    def __init__(self, units: Sequence[Unit], labels: Labels, points: Matrix, steering: Steering) -> None:
        rows = [one.row for one in units]
        self.units, self.steering = units, steering
        self.fresh, self.points = labels[rows], points[rows]
        self.clusters = [np.flatnonzero(self.fresh == c).tolist() for c in range(int(labels.max()) + 1)]
        self.next_number = steering.next_number
        self.anchored = {one.anchor for one in units} - {""}
        self.old = sorted(({one.before for one in units} - {""}) | self.anchored, key=number_of)

    def match(self) -> Match:
        theme_of = self._absorbed()
        theme_of |= self._carried([c for c in range(len(self.clusters)) if c not in theme_of])
        new = self._new([c for c in range(len(self.clusters)) if c not in theme_of])
        while True:
            living = self.anchored | set(theme_of.values())
            names = [*(one for one in self.old if one in living), *sorted(new.values(), key=number_of)]
            chosen = self._placed(theme_of | new, names)
            thin = [c for c, name in new.items() if self.old and chosen.count(name) < _FEWEST]
            if not thin:
                break
            for cluster in thin:
                del new[cluster]
        made = sorted(new.values(), key=number_of)
        chosen = self._kept_apart(chosen, names)
        return Match(
            chosen, made, self._instead(chosen, made), [int(c) for c in self.fresh], self.next_number
        )

    def _absorbed(self) -> dict[int, str]:
        """Clusters at least half of whose known ideas are a kept theme's are that theme's."""
        found = {}
        for cluster, members in enumerate(self.clusters):
            known = [self.units[row].anchor or self.units[row].before for row in members]
            known = [number for number in known if number]
            most = _most(known)
            if most in self.steering.kept and known.count(most) >= _HALF * len(known):
                found[cluster] = most
        return found

    def _carried(self, clusters: list[int]) -> dict[int, str]:
        """Old themes for the other clusters: the matching with the largest overlap in all."""
        from scipy.optimize import linear_sum_assignment

        free = [number for number in self.old if number not in self.steering.kept]
        column = {number: place for place, number in enumerate(free)}
        overlap = np.zeros((len(clusters), len(free)))
        for place, cluster in enumerate(clusters):
            for row in self.clusters[cluster]:
                if (before := self.units[row].anchor or self.units[row].before) in column:
                    overlap[place, column[before]] += 1
        sizes = overlap.sum(axis=0)
        pairs = zip(*linear_sum_assignment(overlap, maximize=True), strict=True)
        return {
            clusters[row]: free[place]
            for row, place in pairs
            if overlap[row, place] > _OVERLAP * min(overlap[row].sum(), sizes[place])
        }

    def _new(self, clusters: list[int]) -> dict[int, str]:
        """Numbers for the clusters that nobody knew, largest first; without those that a person refused."""
        refused = [set(group) for group in self.steering.refused]
        found = {}
        ideas_of = {c: [idea for row in self.clusters[c] for idea in self.units[row].ids] for c in clusters}
        ranked = sorted(clusters, key=lambda c: (-len(self.clusters[c]), -len(ideas_of[c]), min(ideas_of[c])))
        for cluster in ranked:
            ideas = ideas_of[cluster]
            if any(len(group.intersection(ideas)) >= _HALF * len(ideas) for group in refused):
                continue
            found[cluster] = f"t{self.next_number}"
            self.next_number += 1
        return found

    def _placed(self, theme_of: Mapping[int, str], names: list[str]) -> list[str]:
        """For each unit its theme: the anchor, else the cluster's, else where it was, by closeness."""
        wanted = [one.anchor or theme_of.get(int(self.fresh[row]), "") for row, one in enumerate(self.units)]
        centroids = self._centroids(wanted, names)
        column = {name: place for place, name in enumerate(names)}
        likeness = np.round(self.points @ centroids.T, 6)
        chosen = []
        for row, one in enumerate(self.units):
            to = one.anchor or wanted[row] or names[int(np.argmax(likeness[row]))]
            if not one.anchor and one.before in column and one.before != to:
                gain = likeness[row, column[to]] - likeness[row, column[one.before]]
                to = to if gain >= CLOSER else one.before
            chosen.append(to)
        return chosen

    def _centroids(self, wanted: Sequence[str], names: Sequence[str]) -> Matrix:
        """The mean direction of each theme's units; of those that were in it, where none is now."""
        sums = np.zeros((len(names), self.points.shape[1]))
        for place, name in enumerate(names):
            rows = [row for row, theme in enumerate(wanted) if theme == name]
            rows = rows or [row for row, one in enumerate(self.units) if one.before == name]
            sums[place] = self.points[rows].sum(axis=0)
        return unit(sums)

    def _kept_apart(self, chosen: list[str], names: list[str]) -> list[str]:
        """Ideas that are never together: where they met, the pinned or most central one stays."""
        chosen = list(chosen)
        unit_of = {idea: row for row, one in enumerate(self.units) for idea in one.ids}
        likeness = np.round(self.points @ self._centroids(chosen, names).T, 6)
        column = {name: place for place, name in enumerate(names)}
        for group in self.steering.apart:
            rows = sorted({unit_of[idea] for idea in group if idea in unit_of})
            taken = set[str]()
            for row in sorted(rows, key=lambda r: (self._is_free(r), -likeness[r, column[chosen[r]]], r)):
                if chosen[row] in taken:
                    others = [name for name in names if name not in taken and name in chosen]
                    chosen[row] = max(
                        others, key=lambda name: likeness[row, column[name]], default=chosen[row]
                    )
                taken.add(chosen[row])
        return chosen

    def _is_free(self, row: int) -> bool:
        return any(idea not in self.steering.pinned for idea in self.units[row].ids)

    def _instead(self, chosen: list[str], made: list[str]) -> dict[str, str]:
        """Where the ideas of new themes would go without them."""
        names = sorted(set(chosen) - set(made), key=number_of)
        if not made or not names:
            return {}
        likeness = np.round(self.points @ self._centroids(chosen, names).T, 6)
        return {
            idea: one.before if one.before in names else names[int(np.argmax(likeness[row]))]
            for row, one in enumerate(self.units)
            if chosen[row] in made
            for idea in one.ids
        }
