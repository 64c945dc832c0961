"""Themes and ideas on a picture: near themes near each other, no label over another, never a jump.

Last stage of a theme map. Map units are what a screen shows at its natural size: the wide picture is for
a desk and for paper, the tall one for a phone. With a previous map everything starts from where it stood.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from clustering.placing.clearance import Bodies, settled
from clustering.placing.dots import RIM, directions, held, on_rings
from clustering.placing.labels import Lines, wrapped
from clustering.placing.likeness import Points, centroids, distances
from clustering.placing.moving import NEW_STEP, STEP, better, fresh, height_after, moved_on
from clustering.placing.tints import tints
from clustering.shapes import Disc, Frame, Label, Labels, Spot, Theme, ThemeMap, Vectors


@dataclass(frozen=True, slots=True)
class Sheet:
    """One of the two pictures: its width and least height, the size of letters, how wide a label may be.

    Pictures are shown so large that letters are 12 pixels or more: ``letters / width`` at 320 pixels.
    """

    width: float
    height: float
    letters: float
    widest: float
    smallest: float
    largest: float


WIDE = Sheet(width=780, height=520, letters=16, widest=150, smallest=9, largest=90)
TALL = Sheet(width=300, height=450, letters=13, widest=128, smallest=8, largest=44)

_DISCS = 0.14
"""Share of a picture's least size that all discs together take."""
_SWAP_REACH = 100.0
"""How far from each other two themes may be that change places, in map units."""


@dataclass(frozen=True, slots=True)
class Placing:
    """The spots of themes by id, the places of ideas by id, and the size of the pictures."""

    themes: dict[str, Spot]
    ideas: dict[str, tuple[float, float]]
    frame: Frame


def place(
    themes: Sequence[Theme],
    rows: Sequence[Sequence[str]],
    labels: Labels,
    vectors: Vectors | None = None,
    previous: ThemeMap | None = None,
) -> Placing:
    """Give every theme a disc with its label, and every idea a dot in the disc of its theme.

    Args:
        themes: with id, name and distinct; their order decides who chooses first.
        rows: for each row the ids of the ideas that say the same; they share a dot.
        labels: for each row the number of its theme in ``themes``; -1 where it has none.
        vectors: for each row; None where they are not at hand: then likeness has no say.
        previous: the map before. Themes that it has move by few hundredths of the width, new ones come
            up where their ideas stood.

    Pure and without chance. Discs and labels never overlap; the pictures grow downwards for it.
    """
    run = _Run(themes, rows, labels, vectors, previous)
    return run.placing()


class _Run:
    """One placing. Points are (themes, 2); ``_old`` are the places before, NaN where there was none."""

    def __init__(
        self,
        themes: Sequence[Theme],
        rows: Sequence[Sequence[str]],
        labels: Labels,
        vectors: Vectors | None,
        previous: ThemeMap | None,
    ) -> None:
        self._themes, self._wrapped = themes, dict[Sheet, list[Lines]]()
        kept = np.flatnonzero(labels >= 0)
        self._rows, self._labels = [rows[int(row)] for row in kept], labels[kept]
        self._vectors = None if vectors is None else vectors[kept]
        self._spots = {theme.id: theme.spot for theme in previous.themes if theme.spot} if previous else {}
        self._ideas = previous.spots if previous else {}
        self._home = {key: theme.id for theme in previous.themes for key in theme.members} if previous else {}
        self._frame = previous.frame if previous else None

    def placing(self) -> Placing:
        if not self._themes:
            return Placing({}, {}, Frame(**_least_frame()))
        middles = None if self._vectors is None else centroids(self._vectors, self._labels, len(self._themes))
        apart = None if middles is None else distances(middles)
        wide, height = self._wide(apart)
        tall, tall_height = self._tall(apart, wide, height)
        discs = self._discs(WIDE, wide), self._discs(TALL, tall)
        tinted = tints([theme.id for theme in self._themes], wide, self._tints())
        spots = {
            theme.id: _spot(discs[0][number], discs[1][number], *tinted[theme.id])
            for number, theme in enumerate(self._themes)
        }
        frame = Frame(width=WIDE.width, height=height, tall_width=TALL.width, tall_height=tall_height)
        return Placing(spots, self._dots(middles, list(spots.values())), frame)

    def _tints(self) -> dict[str, tuple[int, int]]:
        return {key: (spot.hue, spot.pattern) for key, spot in self._spots.items()}

    def _wide(self, apart: NDArray[np.float64] | None) -> tuple[Points, float]:
        bodies = self._bodies(WIDE)
        height = height_after(bodies, WIDE.width, WIDE.height, self._frame.height if self._frame else None)
        seed = self._seed()
        stood = ~np.isnan(seed[:, 0])
        start = _filled_in(seed, stood, apart)
        if apart is None:
            return settled(bodies, start, WIDE.width, height)
        if stood.sum() < 2:
            return fresh(bodies, apart, WIDE.width, height)
        aim = better(start, apart, WIDE.width, height)
        steps = np.where(self._known(), STEP, np.where(stood, NEW_STEP, 1.0)) * WIDE.width
        return moved_on(bodies, apart, start, (aim, steps, _SWAP_REACH), (WIDE.width, height))

    def _seed(self) -> Points:
        """Where each theme stood; for a new one where its ideas stood, if at least half of them did."""
        seed = np.full((len(self._themes), 2), np.nan)
        for number, theme in enumerate(self._themes):
            if spot := self._spots.get(theme.id):
                seed[number] = spot.x, spot.y
            else:
                seed[number] = _middle(theme.members, self._ideas)
        return seed

    def _tall(
        self, apart: NDArray[np.float64] | None, wide: Points, wide_height: float
    ) -> tuple[Points, float]:
        """The tall picture is the wide one on its side: what was left is above."""
        bodies = self._bodies(TALL)
        height = height_after(
            bodies, TALL.width, TALL.height, self._frame.tall_height if self._frame else None
        )
        aim = wide[:, ::-1] * (TALL.width / wide_height, height / WIDE.width)
        start = aim.copy()
        for number, theme in enumerate(self._themes):
            if spot := self._spots.get(theme.id):
                start[number] = spot.tall.x, spot.tall.y
        if apart is None:
            return settled(bodies, start, TALL.width, height)
        steps = np.full(len(start), STEP * WIDE.width)
        return moved_on(bodies, apart, start, (aim, steps, _SWAP_REACH), (TALL.width, height))

    def _known(self) -> NDArray[np.bool_]:
        return np.array([theme.id in self._spots for theme in self._themes])

    def _bodies(self, sheet: Sheet) -> Bodies:
        labels = self._lines(sheet)
        return Bodies(
            radii=self._radii(sheet),
            widths=np.array([label.width for label in labels]),
            heights=np.array([label.height for label in labels]),
            firm=self._known().astype(np.float64),
        )

    def _lines(self, sheet: Sheet) -> list[Lines]:
        if sheet not in self._wrapped:
            self._wrapped[sheet] = [wrapped(one.name, sheet.letters, sheet.widest) for one in self._themes]
        return self._wrapped[sheet]

    def _radii(self, sheet: Sheet) -> NDArray[np.float64]:
        """A disc's area is its share of all distinct ideas, within limits."""
        distinct = np.array([max(theme.distinct, 1) for theme in self._themes], dtype=np.float64)
        areas = _DISCS * sheet.width * sheet.height * distinct / distinct.sum()
        return np.asarray(np.round(np.clip(np.sqrt(areas / np.pi), sheet.smallest, sheet.largest), 1))

    def _discs(self, sheet: Sheet, points: Points) -> list[Disc]:
        bodies = self._bodies(sheet)
        places = zip(points, bodies.radii, bodies.label_middles(), self._lines(sheet), strict=True)
        return [_disc(point, float(radius), float(down), label) for point, radius, down, label in places]

    def _dots(
        self, middles: NDArray[np.floating] | None, spots: list[Spot]
    ) -> dict[str, tuple[float, float]]:
        points = np.array([[spot.x, spot.y] for spot in spots])
        radii = np.array([spot.radius for spot in spots])
        old_ways, old_depth = self._before(points)
        if middles is None or self._vectors is None:
            ways, depth = old_ways, np.nan_to_num(old_depth, nan=1.0)
        else:
            likeness = self._vectors @ middles.T
            ways = held(directions(likeness, self._labels, points), old_ways)
            depth = _ranks(1 - likeness[np.arange(len(likeness)), self._labels], self._labels, len(spots))
            depth = np.where(np.isnan(old_depth), depth, (depth + old_depth) / 2)
        at = on_rings(self._labels, np.round(depth, 6), ways, len(spots))
        at = np.round(points[self._labels] + at * radii[self._labels][:, None], 1)
        return {
            key: (float(x), float(y))
            for ids, (x, y) in zip(self._rows, at.tolist(), strict=True)
            for key in ids
        }

    def _before(self, points: Points) -> tuple[NDArray[np.complex128], NDArray[np.float64]]:
        """For each row its old direction from its theme (0: none), and its old depth from 0 to 1 (or NaN)."""
        ways = np.zeros(len(self._rows), dtype=np.complex128)
        depth = np.full(len(self._rows), np.nan)
        for row, ids in enumerate(self._rows):
            if (old := self._ideas.get(ids[0])) is None:
                continue
            number = self._labels[row]
            spot = self._spots.get(self._themes[number].id)
            if spot is not None and self._home.get(ids[0]) == self._themes[number].id:
                ways[row] = complex(old[0] - spot.x, old[1] - spot.y)
                depth[row] = min(1.0, (abs(ways[row]) / spot.radius / RIM) ** 2)
            else:
                ways[row] = complex(old[0] - points[number, 0], old[1] - points[number, 1])
        return ways, depth


def _least_frame() -> dict[str, float]:
    return {"width": WIDE.width, "height": WIDE.height, "tall_width": TALL.width, "tall_height": TALL.height}


def _middle(ids: Sequence[str], places: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    stood = [places[key] for key in ids if key in places]
    if 2 * len(stood) < len(ids) or not stood:
        return np.nan, np.nan
    x, y = np.mean(stood, axis=0)
    return float(x), float(y)


def _filled_in(seed: Points, stood: NDArray[np.bool_], apart: NDArray[np.floating] | None) -> Points:
    """The seed, with themes that stood nowhere in the middle of the three that they are most like."""
    filled, known = seed.copy(), np.flatnonzero(stood)
    for number in np.flatnonzero(~stood):
        if apart is None or not len(known):
            filled[number] = WIDE.width / 2, WIDE.height / 2
        else:
            like = known[np.argsort(apart[number, known], kind="stable")[:3]]
            filled[number] = seed[like].mean(axis=0)
    return filled


def _ranks(values: NDArray[np.float64], labels: Labels, themes: int) -> NDArray[np.float64]:
    """For each row its rank by value among the rows of its theme, from 0 to 1; values rounded."""
    order = np.lexsort((np.arange(len(labels)), np.round(values, 5), labels))
    counts = np.bincount(labels, minlength=themes)
    ranks = np.empty(len(labels))
    ranks[order] = np.arange(len(labels)) - (np.cumsum(counts) - counts)[labels[order]]
    return np.asarray((ranks + 0.5) / counts[labels])


def _disc(point: NDArray[np.float64], radius: float, down: float, lines: Lines) -> Disc:
    x, y = (round(float(one), 1) for one in point)
    label = Label(
        lines=lines.lines,
        x=x,
        y=round(y + down, 1),
        width=round(lines.width, 1),
        height=round(lines.height, 1),
    )
    return Disc(x=x, y=y, radius=radius, label=label)


def _spot(wide: Disc, tall: Disc, hue: int, pattern: int) -> Spot:
    return Spot(x=wide.x, y=wide.y, radius=wide.radius, label=wide.label, tall=tall, hue=hue, pattern=pattern)


def tidied(found: ThemeMap) -> ThemeMap:
    """The map with all its themes on the picture again, after corrections: no vectors are needed for it.

    Themes that stood somewhere stay there; those that came of a correction come up beside their ideas.
    """
    if found.frame is None or not found.themes:
        return found
    group_of = {key: number for number, group in enumerate(found.duplicates) for key in group}
    rows: dict[tuple[int, int | str], list[str]] = {}
    for number, theme in enumerate(found.themes):
        for key in theme.members:
            rows.setdefault((number, group_of.get(key, key)), []).append(key)
    labels = np.array([number for number, _ in rows], dtype=np.intp)
    placing = place(found.themes, list(rows.values()), labels, None, found)
    themes = tuple(msgspec.structs.replace(one, spot=placing.themes[one.id]) for one in found.themes)
    return msgspec.structs.replace(found, themes=themes, spots=placing.ideas, frame=placing.frame)
