"""What a person may change in a theme map, as plain data.

A correction names themes and ideas by id. Corrections are kept in their order; the map after them is a
pure function of the map before and of them (``clustering.steering.steer``), so it can be replayed.
"""

import msgspec


class Correction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do"):
    """Something that a person decided. ``id`` is the caller's, and unique."""

    id: str


class Merge(Correction, frozen=True, kw_only=True, tag="merge"):
    """Put all of ``themes`` into ``into``, which is one of them and keeps its id and name."""

    themes: tuple[str, ...]
    into: str


class NewPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What leaves a theme in a split: a theme of its own. Without a name it is given one."""

    ideas: tuple[str, ...]
    name: str | None = None


class Split(Correction, frozen=True, kw_only=True, tag="split"):
    """Take each of ``parts`` out of ``theme``, which keeps the rest, its id and its name."""

    theme: str
    parts: tuple[NewPart, ...]


class Rename(Correction, frozen=True, kw_only=True, tag="rename"):
    """Give a theme a name that stays; without one, let the machine name it again."""

    theme: str
    name: str | None


class Move(Correction, frozen=True, kw_only=True, tag="move"):
    """Put ideas into a theme, for good."""

    ideas: tuple[str, ...]
    theme: str


class Pin(Correction, frozen=True, kw_only=True, tag="pin"):
    """Keep ideas in the theme where they are, for good; or let them go again."""

    ideas: tuple[str, ...]
    pinned: bool = True


class Apart(Correction, frozen=True, kw_only=True, tag="apart"):
    """These ideas are never in one theme together."""

    ideas: tuple[str, ...]


class NotAnIdea(Correction, frozen=True, kw_only=True, tag="not_an_idea"):
    """Take ideas out of the themes, because they are none; or put them back."""

    ideas: tuple[str, ...]
    is_idea: bool = False


class Accept(Correction, frozen=True, kw_only=True, tag="accept"):
    """Say yes to a suggestion of the map."""

    suggestion: str


class Refuse(Correction, frozen=True, kw_only=True, tag="refuse"):
    """Say no to a suggestion of the map: it is not made again."""

    suggestion: str


class Undo(Correction, frozen=True, kw_only=True, tag="undo"):
    """Take back a correction that nothing later builds on."""

    correction: str


AnyCorrection = Merge | Split | Rename | Move | Pin | Apart | NotAnIdea | Accept | Refuse | Undo
