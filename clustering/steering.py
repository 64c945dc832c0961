"""What persons decided about a theme map so far, as the next grouping needs it: folded corrections.

Carried inside the map, so that the next map is a pure function of vectors, corrections and this one.
"""

import msgspec


class KeptTheme(msgspec.Struct, frozen=True, kw_only=True):
    """A theme that a person touched: the members it had then, and its locked name."""

    members: tuple[str, ...]
    name: str | None = None


class Steering(msgspec.Struct, frozen=True, kw_only=True):
    """Folded corrections. ``next_number`` is the number of the next new theme (``t`` and this)."""

    next_number: int = 1
    kept: dict[str, KeptTheme] = {}
    pinned: dict[str, str] = {}
    """Idea by id, to the theme where it stays."""
    apart: tuple[tuple[str, ...], ...] = ()
    not_ideas: tuple[str, ...] = ()
    ideas_after_all: tuple[str, ...] = ()
    """What looks like a non-answer, and of which a person said that it is an idea."""
    refused: tuple[tuple[str, ...], ...] = ()
    """Groupings (members) that a person refused: a new cluster that is mostly one of them is dissolved."""
