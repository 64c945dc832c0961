"""What persons decided about a theme map so far, as the next grouping needs it: folded corrections.

Carried inside the map, so that the next map is a pure function of vectors, corrections and this one.
It also holds what each correction changed, idea by idea, so that it can be taken back.
"""

import msgspec


class KeptTheme(msgspec.Struct, frozen=True, kw_only=True):
    """A theme that a person touched: the members it had then, and its locked name."""

    members: tuple[str, ...]
    name: str | None = None


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the last grouping found, and that a person may accept or refuse.

    ``kind``: ``new_theme`` (``themes`` names it), ``moved`` (``ideas`` came from ``themes[0]`` to
    ``themes[1]``), ``join`` (two kept themes look like one), ``split`` (``ideas`` of a kept theme look like
    one of their own).
    """

    id: str
    kind: str
    themes: tuple[str, ...]
    ideas: tuple[str, ...]
    instead: tuple[str, ...] = ()
    """``new_theme``: for each of ``ideas`` the theme where it goes when this is refused."""


class Change(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One idea before and after a correction: its theme, its pin, or what a person said it is.

    "" stands for none. Of the last kind are "no" (no idea) and "yes" (an idea after all).
    """

    idea: str
    before: str
    after: str


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What a theme was before a correction touched it, its members aside."""

    name: str
    phrases: tuple[str, ...]
    in_name: int
    locked: bool
    is_new: bool
    headline_id: str
    representatives: tuple[str, ...]
    kept: KeptTheme | None
    spot: str = ""
    """Its place on the picture, as JSON; "" where it had none."""


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Which phrases of its theme an idea said, and in which part of it it was; "" is none."""

    phrases: tuple[str, ...]
    part: str = ""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What one correction changed."""

    id: str
    do: str
    homes: tuple[Change, ...] = ()
    pins: tuple[Change, ...] = ()
    marks: tuple[Change, ...] = ()
    before: dict[str, Frame] = {}
    """Every theme that it touched and that was there before."""
    names: dict[str, str] = {}
    """Of those whose name it changed, locked or unlocked: the name afterwards."""
    made: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()
    refused: tuple[tuple[str, ...], ...] = ()
    unjoined: tuple[tuple[str, str], ...] = ()
    asked: tuple[Suggestion, ...] = ()
    """Suggestions that it answered, or that it took ideas or themes from, as they were."""
    words: dict[str, Words] = {}
    """Of the ideas that left all themes."""
    alone: tuple[str, ...] = ()
    """What was one of a kind before."""
    taken_in: tuple[str, ...] = ()
    """What was no idea before."""
    put_out: tuple[str, ...] = ()
    """What is no idea since."""
    undone_by: str | None = None

    @property
    def themes(self) -> frozenset[str]:
        """Ids of all the themes that it touched or made."""
        return frozenset(self.before) | frozenset(self.made)


class Steering(msgspec.Struct, frozen=True, kw_only=True):
    """Folded corrections. ``next_number`` is the number of the next new theme (``t`` and this)."""

    next_number: int = 1
    kept: dict[str, KeptTheme] = {}
    """By theme. It outlives the theme: when the ideas come back, so does the theme."""
    pinned: dict[str, str] = {}
    """Idea by id, to the theme where it stays."""
    apart: tuple[tuple[str, ...], ...] = ()
    not_ideas: tuple[str, ...] = ()
    ideas_after_all: tuple[str, ...] = ()
    """What looks like a non-answer, and of which a person said that it is an idea."""
    refused: tuple[tuple[str, ...], ...] = ()
    """Groupings (members) that a person refused: a new cluster that is mostly one of them is dissolved."""
    unjoined: tuple[tuple[str, str], ...] = ()
    """Each ``pair`` of themes that are two by a person's word: that they be joined is not suggested."""
    done: dict[str, Done] = {}
    """Every correction that was followed, by id, in their order."""


def pair(one: str, another: str) -> tuple[str, str]:
    """Two themes as they stand in ``Steering.unjoined``, whichever is named first."""
    return (one, another) if one < another else (another, one)
