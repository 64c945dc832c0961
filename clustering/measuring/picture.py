"""How good a picture of themes is: for benches and tests, never on the path.

Three things were promised: like themes stand near each other, nothing covers a label, and nothing jumps.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from clustering.placing.likeness import Points, centroids, distances
from clustering.shapes import Disc, Labels, Theme, ThemeMap, Vectors


class Jump(msgspec.Struct, frozen=True, kw_only=True):
    """How far themes went that both maps have, in widths (wide picture) or heights (tall picture)."""

    themes: int
    median: float
    most: float
    tall_median: float
    tall_most: float


def neighbours_kept(
    themes: ThemeMap, rows: Labels, vectors: Vectors, k: int = 3, *, tall: bool = False
) -> float:
    """Share of each theme's ``k`` most alike themes that are among its ``k`` nearest on the picture.

    ``rows``: for each vector the number of its theme in ``themes.themes``, -1 for none. 1 is perfect,
    ``k`` / (themes - 1) is chance; 1 where there are too few themes to tell.
    """
    apart, away = _both(themes, rows, vectors, tall)
    if len(apart) <= k + 1:
        return 1.0
    alike, near = _ranks(apart) < k, _ranks(away) < k
    return float((alike & near).sum() / (k * len(apart)))


def trustworthiness(
    themes: ThemeMap, rows: Labels, vectors: Vectors, k: int = 3, *, tall: bool = False
) -> float:
    """Whether those who stand near are alike: 1 is perfect, about 0.5 is chance (Venna and Kaski 2001).

    A theme among another's ``k`` nearest on the picture costs as much as its rank in likeness exceeds k.
    """
    apart, away = _both(themes, rows, vectors, tall)
    count = len(apart)
    if count <= k + 1 or 2 * count <= 3 * k + 1:
        return 1.0
    excess = np.maximum(_ranks(apart) + 1 - k, 0)
    cost = float(excess[_ranks(away) < k].sum())
    return 1 - 2 * cost / (count * k * (2 * count - 3 * k - 1))


def covered(themes: ThemeMap, *, tall: bool = False) -> int:
    """How many pairs of themes lie over each other: disc on disc, disc on label or label on label."""
    boxes = [_boxes(disc) for disc in _discs(themes, tall)]
    return sum(
        any(_meet(one, other) for one in boxes[first] for other in boxes[second])
        for first in range(len(boxes))
        for second in range(first)
    )


def outside(themes: ThemeMap, *, tall: bool = False) -> int:
    """How many discs or labels stick out of the picture."""
    if themes.frame is None:
        return 0
    frame = themes.frame
    width, height = (frame.tall_width, frame.tall_height) if tall else (frame.width, frame.height)
    boxes = [box for disc in _discs(themes, tall) for box in _boxes(disc)]
    return sum(box[0] < 0 or box[1] < 0 or box[2] > width or box[3] > height for box in boxes)


def jump(before: ThemeMap, after: ThemeMap) -> Jump:
    """How far the themes went from one map to the next; 0 where the two have none in common."""
    old, new = _by_id(before), _by_id(after)
    both = [key for key in new if key in old]
    if not both or after.frame is None:
        return Jump(themes=0, median=0, most=0, tall_median=0, tall_most=0)
    wide = [_way(old[key].spot, new[key].spot) / after.frame.width for key in both]
    tall = [_way(_tall(old[key]), _tall(new[key])) / after.frame.tall_height for key in both]
    return Jump(
        themes=len(both),
        median=float(np.median(wide)),
        most=max(wide),
        tall_median=float(np.median(tall)),
        tall_most=max(tall),
    )


def _both(themes: ThemeMap, rows: Labels, vectors: Vectors, tall: bool) -> tuple[Points, Points]:
    points = np.array([(disc.x, disc.y) for disc in _discs(themes, tall)]).reshape(-1, 2)
    away = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=-1))
    return distances(centroids(vectors, rows, len(points))), away


def _ranks(apart: Points) -> NDArray[np.intp]:
    """For each theme the others' ranks by distance from 0 on; its own comes last."""
    others = np.where(np.eye(len(apart)) > 0, np.inf, apart)
    return np.argsort(np.argsort(others, axis=1, kind="stable"), axis=1, kind="stable")


def _by_id(themes: ThemeMap) -> dict[str, Theme]:
    return {theme.id: theme for theme in themes.themes if theme.spot}


def _discs(themes: ThemeMap, tall: bool) -> list[Disc]:
    spots = [theme.spot for theme in themes.themes if theme.spot]
    return [spot.tall if tall else spot for spot in spots]


def _tall(theme: Theme) -> Disc | None:
    return theme.spot.tall if theme.spot else None


def _way(before: Disc | None, after: Disc | None) -> float:
    if before is None or after is None:
        return 0.0
    return float(np.hypot(after.x - before.x, after.y - before.y))


def _boxes(disc: Disc) -> list[tuple[float, float, float, float]]:
    label, radius = disc.label, disc.radius
    return [
        (disc.x - radius, disc.y - radius, disc.x + radius, disc.y + radius),
        (
            label.x - label.width / 2,
            label.y - label.height / 2,
            label.x + label.width / 2,
            label.y + label.height / 2,
        ),
    ]


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 0 and down > 0
