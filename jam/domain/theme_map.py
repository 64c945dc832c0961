"""A stored theme map as it may be shown: what nobody may read any more is left out when it is read.

The map itself holds ids, names and phrases. Names are words that people wrote, so each phrase says which
ideas hold it, and a name stands only while its phrases are still said by somebody (guarantees G10, G11).
Pure; decodes the JSON that theming stored, and knows nothing of how it was made.
"""

from collections.abc import Mapping, Sequence

import msgspec

from jam.domain.theme_views import FrameView, MovedView, SignalView, SpotView, SuggestionView, UnreadView

FALLBACK_WORDS = 5
_NAMELESS = "–"


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the parts of a stored map. Fields that are not needed here are passed over."""


class BodyPhrase(Body, frozen=True, kw_only=True):
    """Words that could stand in a name, and the ideas that hold them."""

    text: str
    ideas: tuple[str, ...] = ()


class BodyPart(Body, frozen=True, kw_only=True):
    """A part of a theme."""

    name: str
    members: tuple[str, ...]


class BodyTheme(Body, frozen=True, kw_only=True):
    """A theme as it was stored; see ``clustering.shapes.Theme``."""

    id: str
    name: str
    headline_id: str
    representatives: tuple[str, ...]
    members: tuple[str, ...]
    distinct: int
    phrases: tuple[BodyPhrase | str, ...] = ()
    in_name: int = 0
    locked: bool = False
    kept: bool = False
    is_new: bool = False
    parts: tuple[BodyPart, ...] = ()
    spot: SpotView | None = None


class BodyDescent(Body, frozen=True, kw_only=True):
    """One line of what became of the themes."""

    theme: str
    how: str
    others: tuple[str, ...] = ()
    name: str = ""
    correction: str | None = None


class BodySteering(Body, frozen=True, kw_only=True):
    """What persons decided, as far as it is of interest here."""

    pinned: dict[str, str] = {}
    apart: tuple[tuple[str, ...], ...] = ()


class BodySkipped(Body, frozen=True, kw_only=True):
    """A correction that changed nothing when its turn came, and why (a code)."""

    correction: str
    code: str


class MapBody(Body, frozen=True, kw_only=True):
    """A theme map as it was stored; see ``clustering.shapes.ThemeMap``."""

    themes: tuple[BodyTheme, ...]
    one_of_a_kind: tuple[str, ...]
    too_few: bool
    not_ideas: tuple[str, ...] = ()
    unread: tuple[UnreadView, ...] = ()
    spots: dict[str, tuple[float, float]] = {}
    frame: FrameView | None = None
    moved: tuple[MovedView, ...] = ()
    suggestions: tuple[SuggestionView, ...] = ()
    lineage: tuple[BodyDescent, ...] = ()
    steering: BodySteering = BodySteering()
    skipped: tuple[BodySkipped, ...] = ()


decode_body = msgspec.json.Decoder(MapBody).decode


class StoredMap(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the theme maps with its body. ``signals``: what is said beside a theme, by its id."""

    id: str
    version: int
    at_seq: int
    made_at: int
    digest: str
    body: MapBody
    corrections_seq: int = 0
    final: bool = True
    fell_back: bool = False
    signals: dict[str, list[SignalView]] = {}
    ideas: frozenset[str]
    """Every idea of which the map says anything."""


def ideas_of(body: MapBody) -> frozenset[str]:
    """Every idea of which a map says anything."""
    members = (idea for theme in body.themes for idea in theme.members)
    return frozenset((*members, *body.not_ideas))


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to ideas since a map was made: ``gone`` may not be read now, ``edited`` has other words.

    ``edited`` gives the version of each. Both name ideas of the map only.
    """

    gone: frozenset[str] = frozenset()
    edited: Mapping[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self.gone or self.edited)

    def touches(self, ideas: tuple[str, ...]) -> bool:
        """Whether anything happened to one of these ideas."""
        return not (self.gone.isdisjoint(ideas) and self.edited.keys().isdisjoint(ideas))


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What is read first of a theme, as it may be shown; without ``headline`` where nothing can be read.

    ``said_by``: for each phrase of the name the ideas that say it, in any form of its words, and that can be
    read as they were; empty for a name that no phrase was made of.
    """

    id: str
    name: str
    said_by: tuple[tuple[str, ...], ...]
    headline: str | None
    representatives: tuple[str, ...]
    members: tuple[str, ...]
    gone: tuple[str, ...]


def lead(theme: BodyTheme, changes: Changes) -> str | None:
    """The idea that stands below the name: the stored one, else the next that can be read."""
    wanted = (theme.headline_id, *theme.representatives, *theme.members)
    return next((idea for idea in wanted if idea not in changes.gone), None)


def wordless(body: MapBody, changes: Changes) -> dict[str, str]:
    """The themes whose name has nothing left to stand on, and the idea whose first words take its place."""
    bare = (theme for theme in body.themes if _own_name(theme, changes)[0] is None)
    leads = ((theme.id, lead(theme, changes)) for theme in bare)
    return {theme: idea for theme, idea in leads if idea is not None}


def heads(body: MapBody, changes: Changes, words: Mapping[str, str]) -> list[Head]:
    """Every theme's head as it may be shown; ``words`` has the texts of the ideas that ``wordless`` names.

    No two names read the same: those that stand as stored keep theirs, the others get a number.
    """
    names = {theme.id: _own_name(theme, changes) for theme in body.themes}
    taken = {theme.name.casefold() for theme in body.themes if names[theme.id][0] == theme.name}
    found = []
    for theme in body.themes:
        name, phrases = names[theme.id]
        if name != theme.name:
            name = _free(name or _first_words(theme, changes, words), taken)
        found.append(_head(theme, name, phrases, changes))
    return found


def _head(theme: BodyTheme, name: str, phrases: Sequence[BodyPhrase], changes: Changes) -> Head:
    whole = changes.gone.isdisjoint(theme.members)
    return Head(
        id=theme.id,
        name=name,
        said_by=tuple(_who_say(phrase, changes) for phrase in phrases),
        headline=lead(theme, changes),
        representatives=tuple(i for i in theme.representatives if i not in changes.gone),
        members=theme.members if whole else tuple(i for i in theme.members if i not in changes.gone),
        gone=() if whole else tuple(i for i in theme.members if i in changes.gone),
    )


def _own_name(theme: BodyTheme, changes: Changes) -> tuple[str | None, list[BodyPhrase]]:
    """The stored name while it may stand, else one of the phrases that are still said; None without any.

    And the phrases that it is made of. A name that a person gave stays. One that was made from no phrase
    stands on all that is in the theme.
    """
    phrases = [phrase for phrase in theme.phrases if isinstance(phrase, BodyPhrase)]
    chosen = phrases[: theme.in_name]
    stands = all(is_said(one, changes) for one in chosen) if chosen else not changes.touches(theme.members)
    if theme.locked or stands:
        return theme.name, chosen
    said = [phrase for phrase in phrases if is_said(phrase, changes)][: max(1, theme.in_name)]
    return ", ".join(_sentence(said)) if said else None, said


def is_said(phrase: BodyPhrase, changes: Changes) -> bool:
    """Whether somebody who can be read still says it."""
    return bool(_who_say(phrase, changes))


def _who_say(phrase: BodyPhrase, changes: Changes) -> tuple[str, ...]:
    return tuple(idea for idea in phrase.ideas if idea not in changes.gone and idea not in changes.edited)


def _sentence(phrases: list[BodyPhrase]) -> list[str]:
    first, *rest = (phrase.text for phrase in phrases)
    return [first[:1].upper() + first[1:], *rest]


def _first_words(theme: BodyTheme, changes: Changes, words: Mapping[str, str]) -> str:
    idea = lead(theme, changes)
    text = " ".join(words.get(idea or "", "").split()[:FALLBACK_WORDS])
    return text or _NAMELESS


def _free(name: str, taken: set[str]) -> str:
    """The name, or the name with a number where another theme has it; it is taken from now on."""
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name} ({number})"
    taken.add(free.casefold())
    return free
