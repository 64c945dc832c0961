"""The map of themes in the report: what the layout gave each theme that can still be read, as numbers.

The layout was computed with the themes (see placing/place.py); nothing is laid out here. A template
draws it as inline SVG, wide for a desk and for paper, tall for a phone, beside the table of the same.
"""

import math
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from jam.domain.theme_labels import label_lines

LETTERS = {"wide": 16.0, "tall": 13.0}
"""Size of the labels' letters in map units: what the layout counted on, and web/style/theme-map.css has."""
_LEADING, _BASELINE = 1.25, 0.35
_THICKEST, _THINNEST = 4.0, 1.0


class PlacedLabel(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of a name, and the middle and size of their box."""

    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float


class PlacedDisc(msgspec.Struct, frozen=True, kw_only=True):
    """A disc and its label, in map units."""

    x: float
    y: float
    radius: float
    label: PlacedLabel


class PlacedSpot(PlacedDisc, frozen=True, kw_only=True):
    """The disc on the wide picture; ``tall`` is the one on the tall picture."""

    tall: PlacedDisc
    hue: int = 0
    pattern: int = 0


class PictureFrame(msgspec.Struct, frozen=True, kw_only=True):
    """The size of both pictures in map units."""

    width: float
    height: float
    tall_width: float
    tall_height: float


class MapPlaces(msgspec.Struct, frozen=True, kw_only=True):
    """Where everything stands, as stored with the theme map: themes and ideas by id."""

    frame: PictureFrame
    themes: dict[str, PlacedSpot]
    ideas: dict[str, tuple[float, float]]


class PicturedTheme(msgspec.Struct, frozen=True, kw_only=True):
    """One theme on the picture, with the name that may be shown, and a dot for each idea that can be read.

    ``dots`` are on the wide picture; on the tall one they stand in their disc in the same way.
    """

    theme: str
    spot: PlacedSpot
    dots: tuple[tuple[float, float], ...]


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """The map as the report shows it."""

    frame: PictureFrame
    themes: tuple[PicturedTheme, ...]


class Named(Protocol):
    """What the picture needs of a theme of the report."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def rank(self) -> int: ...
    @property
    def ideas(self) -> Any: ...


def map_places(body: dict[str, Any]) -> MapPlaces | None:
    """The places in a stored theme map; nothing where it was stored without any."""
    spots = {theme["id"]: theme["spot"] for theme in body["themes"] if theme.get("spot")}
    if not spots or not body.get("frame"):
        return None
    return msgspec.convert(
        {"frame": body["frame"], "themes": spots, "ideas": body.get("spots", {})}, MapPlaces
    )


def theme_picture(places: MapPlaces | None, themes: Sequence[Named]) -> Picture | None:
    """The picture of the themes that can be read, in the order of the ranking."""
    shown = [theme for theme in themes if places and theme.id in places.themes]
    if places is None or not shown:
        return None
    return Picture(frame=places.frame, themes=tuple(_pictured(theme, places) for theme in shown))


def _pictured(theme: Named, places: MapPlaces) -> PicturedTheme:
    spot = places.themes[theme.id]
    name = theme.name or str(theme.rank)
    return PicturedTheme(
        theme=theme.id,
        spot=msgspec.structs.replace(
            spot,
            label=_relabelled(spot.label, name),
            tall=msgspec.structs.replace(spot.tall, label=_relabelled(spot.tall.label, name)),
        ),
        dots=tuple(places.ideas[key] for key in theme.ideas.ids if key in places.ideas),
    )


def _relabelled(label: PlacedLabel, name: str) -> PlacedLabel:
    return msgspec.structs.replace(label, lines=label_lines(label.lines, name))


class Drawn:
    """One theme as the template draws it, around the middle of its disc."""

    def __init__(self, pictured: PicturedTheme, sheet: str) -> None:
        self.theme, self.spot = pictured.theme, pictured.spot
        self._dots, self._letters = pictured.dots, LETTERS[sheet]
        self.disc: PlacedDisc = pictured.spot if sheet == "wide" else pictured.spot.tall

    @property
    def lines(self) -> list[tuple[str, float, float]]:
        """Each line of the label with the middle of its baseline."""
        label = self.disc.label
        height = self._letters * _LEADING
        first = label.y - self.disc.y - height * (len(label.lines) - 1) / 2 + self._letters * _BASELINE
        across = round(label.x - self.disc.x, 1)
        return [(line, across, round(first + number * height, 1)) for number, line in enumerate(label.lines)]

    @property
    def dot(self) -> float:
        """How thick the dots are: as the room of one idea allows."""
        room = 0.9 * self.disc.radius / math.sqrt(max(1, len(self._dots)))
        return round(min(_THICKEST, max(_THINNEST, room)), 1)

    @property
    def dots(self) -> str:
        """A path of points, one for each idea."""
        scale = self.disc.radius / self.spot.radius
        ways = [((x - self.spot.x) * scale, (y - self.spot.y) * scale) for x, y in self._dots]
        return "".join(f"M{x:.1f} {y:.1f}h0" for x, y in ways)


def drawn(picture: Picture | None, sheet: str) -> list[Drawn]:
    """The themes on one of the two sheets, ``wide`` or ``tall``."""
    return [Drawn(pictured, sheet) for pictured in picture.themes] if picture else []
