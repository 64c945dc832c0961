"""What can be asked of a jam's themes: the corrections of whoever steers it, and the server's own maps.

Part of the union in ``jam.domain.commands``. ``seen`` is the version of the theme map that the person
looked at; ideas are named by id, at most ``MOST_IDEAS`` at a time. Ids of themes stay while a theme lives,
so a map that was made anew in between is no reason to refuse; a correction of somebody else is.
"""

import msgspec

from jam.domain.command_form import Command, HouseCommand

MOST_IDEAS = 500
"""Ideas that one correction may name."""
MOST_THEMES = 100
"""Themes that one correction may name."""
MOST_PARTS = 6
"""What a theme can be split into at once, beside what stays."""
NAME_LIMIT = 80
"""Characters of a theme's name that a person gives."""


class SplitPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ideas that leave a theme together. Without a name they are given one."""

    ideas: list[str]
    name: str | None = None


class MergeThemes(Command, frozen=True, kw_only=True, tag_field="t", tag="merge_themes"):
    """Put two or more themes together: ``into``, which is one of them, keeps its id and its name.

    Answer of every correction: ``correction`` (its id, for ``undo_correction``) and ``seq``.
    """

    seen: int
    themes: list[str]
    into: str


class SplitTheme(Command, frozen=True, kw_only=True, tag_field="t", tag="split_theme"):
    """Take parts out of a theme, 1 to 6, each to be a theme of its own; the theme keeps the rest.

    ``POST /api/jams/{jam}/themes/split`` proposes the parts.
    """

    seen: int
    theme: str
    parts: list[SplitPart]


class RenameTheme(Command, frozen=True, kw_only=True, tag_field="t", tag="rename_theme"):
    """Give a theme a name of 1 to 80 characters, which stays; ``null`` lets the machine name it again."""

    seen: int
    theme: str
    name: str | None


class MoveIdeas(Command, frozen=True, kw_only=True, tag_field="t", tag="move_ideas"):
    """Put ideas into a theme, where they stay."""

    seen: int
    ideas: list[str]
    theme: str


class PinIdeas(Command, frozen=True, kw_only=True, tag_field="t", tag="pin_ideas"):
    """Keep ideas in the theme that they are in, or let them go again."""

    seen: int
    ideas: list[str]
    pinned: bool


class KeepApart(Command, frozen=True, kw_only=True, tag_field="t", tag="keep_apart"):
    """Never put these ideas, two or more, into one theme."""

    seen: int
    ideas: list[str]


class MarkNotIdea(Command, frozen=True, kw_only=True, tag_field="t", tag="mark_not_idea"):
    """Take texts out of the themes because they are no ideas; with ``is_idea``, put them back."""

    seen: int
    ideas: list[str]
    is_idea: bool = False


class AnswerSuggestion(Command, frozen=True, kw_only=True, tag_field="t", tag="answer_suggestion"):
    """Accept or refuse what the last grouping suggested."""

    seen: int
    suggestion: str
    accept: bool


class UndoCorrection(Command, frozen=True, kw_only=True, tag_field="t", tag="undo_correction"):
    """Take back a correction, anybody's, on which no later one builds."""

    correction: str


class ShowThemes(Command, frozen=True, kw_only=True, tag_field="t", tag="show_themes"):
    """Show the themes to everyone while the jam runs, or no longer. Answer: ``seq``."""

    shown: bool


CORRECTIONS = (
    MergeThemes,
    SplitTheme,
    RenameTheme,
    MoveIdeas,
    PinIdeas,
    KeepApart,
    MarkNotIdea,
    AnswerSuggestion,
    UndoCorrection,
)
"""The commands that change the themes."""


class PublishThemes(HouseCommand, frozen=True, kw_only=True):
    """Put a finished theme map on record.

    ``at_seq``: the log position at which the ideas in it were read; a map that was only corrected keeps
    that of the map before. ``corrections_seq``: the last correction that it holds. ``final``: made after
    the bell, for the report; ``fell_back``: a live map that took the place of a final one.
    """

    theme_map_id: str
    version: int
    at_seq: int
    themes: int
    one_of_a_kind: int
    digest: str
    corrections_seq: int = 0
    final: bool = True
    fell_back: bool = False


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a new idea was put: its nearest theme, and its place on the picture (map units)."""

    theme: str
    x: float
    y: float


class PlaceIdeas(HouseCommand, frozen=True, kw_only=True):
    """Put ideas that came after the map of ``version`` beside it, each at its nearest theme."""

    version: int
    places: dict[str, Place]
