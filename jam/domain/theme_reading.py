"""A theme map as one class of viewers reads it now: the notice in events, and the whole for the screens.

Pure, under ``project``: what is in here for the staff alone never gets into what everyone is given.
"""

import functools
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from jam.domain.chain import canonical_json
from jam.domain.theme_labels import label_lines
from jam.domain.theme_map import (
    BodyPart,
    BodyPhrase,
    BodyTheme,
    Changes,
    Head,
    MapBody,
    StoredMap,
    heads,
    is_said,
)
from jam.domain.theme_views import (
    DescentView,
    DiscView,
    LabelView,
    PartView,
    SpotView,
    ThemeMapView,
    ThemeView,
    UnreadView,
)
from jam.domain.views import CorrectionView, ThemeHead, ThemesView

_MARK = 16
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Reading:
    """A stored map with what happened to its ideas since; ``words`` are the texts that names fall back to."""

    stored: StoredMap
    changes: Changes = field(default_factory=Changes)
    words: Mapping[str, str] = field(default_factory=dict)

    @functools.cached_property
    def heads(self) -> list[Head]:
        """Every theme's head as it may be shown now."""
        return heads(self.stored.body, self.changes, self.words)


def themes_view(reading: Reading, *, staff: bool) -> ThemesView:
    """The notice of the map, with the heads that differ from the stored ones."""
    stored, body = reading.stored, reading.stored.body
    found = reading.heads if reading.changes else []
    pairs = zip(found, body.themes, strict=True) if found else ()
    changed = [_theme_head(head) for head, theme in pairs if _differs(head, theme)]
    empty = sum(not head.members for head in found)
    return ThemesView(
        version=stored.version,
        themes=len(body.themes) - empty,
        one_of_a_kind=sum(idea not in reading.changes.gone for idea in body.one_of_a_kind),
        mark=_mark(reading, [head.name for head in changed], staff=staff),
        provisional=not stored.final,
        fell_back=stored.fell_back,
        corrections_seq=stored.corrections_seq,
        changed=changed,
    )


def _differs(head: Head, theme: BodyTheme) -> bool:
    same = head.name == theme.name and head.headline == theme.headline_id
    return bool(head.gone) or not same or head.representatives != theme.representatives


def _theme_head(head: Head) -> ThemeHead:
    return ThemeHead(
        id=head.id,
        name=head.name,
        size=len(head.members),
        headline=head.headline,
        representatives=list(head.representatives),
        gone=list(head.gone),
    )


def _mark(reading: Reading, names: list[str], *, staff: bool) -> str:
    """The map's address: another one for every version, every cleaning, and for the staff."""
    edited = sorted(reading.changes.edited.items())
    shown = [reading.stored.id, staff, sorted(reading.changes.gone), edited, names]
    return f"{reading.stored.version}-{hashlib.sha256(canonical_json(shown)).hexdigest()[:_MARK]}"


def map_view(
    reading: Reading, texts: Mapping[str, str], corrections: Sequence[CorrectionView] = (), *, staff: bool
) -> ThemeMapView:
    """The whole map. ``texts`` may hold more than is shown; ``corrections`` are those that the map holds."""
    stored, body = reading.stored, reading.stored.body
    found = [head for head in reading.heads if head.members]
    themes = {theme.id: theme for theme in body.themes}
    said = _words_said(found, body, reading.changes)
    notice = themes_view(reading, staff=staff)
    fields = msgspec.structs.asdict(body.frame) if body.frame else {}
    shown = {i for head in found for i in (head.headline, *head.representatives) if i}
    if staff:
        fields |= {
            "suggestions": list(body.suggestions),
            "moved": list(body.moved),
            "corrections": list(corrections),
        }
    return ThemeMapView(
        version=stored.version,
        mark=notice.mark,
        at_seq=stored.at_seq,
        made_at=stored.made_at,
        themes=[_theme_view(head, themes[head.id], reading, staff=staff) for head in found],
        one_of_a_kind=_left(body.one_of_a_kind, reading),
        corrections_seq=stored.corrections_seq,
        provisional=not stored.final,
        too_few=body.too_few,
        fell_back=stored.fell_back,
        not_ideas=_left(body.not_ideas, reading),
        unread=[UnreadView(lang=one.lang, ideas=_left(one.ideas, reading)) for one in body.unread],
        spots={idea: spot for idea, spot in body.spots.items() if idea not in reading.changes.gone},
        texts={idea: text for idea, text in texts.items() if idea in shown},
        lineage=_lineage(body, {head.id: head.name for head in found}, said, staff=staff),
        **fields,
    )


def _left(ideas: Sequence[str], reading: Reading) -> list[str]:
    return [idea for idea in ideas if idea not in reading.changes.gone]


def _theme_view(head: Head, theme: BodyTheme, reading: Reading, *, staff: bool) -> ThemeView:
    pinned = reading.stored.body.steering.pinned if staff else {}
    parts = [_part(part, reading) for part in theme.parts]
    return ThemeView(
        id=theme.id,
        name=head.name,
        named_by="person" if theme.locked else "machine",
        size=len(head.members),
        distinct=min(theme.distinct, len(head.members)),
        members=list(head.members),
        kept=theme.kept,
        is_new=theme.is_new,
        headline=head.headline,
        representatives=list(head.representatives),
        pinned=[idea for idea in head.members if idea in pinned],
        spot=_spot(theme.spot, head.name) if theme.spot else None,
        parts=[part for part in parts if part.members],
        signals=reading.stored.signals.get(theme.id, []),
    )


def _part(part: BodyPart, reading: Reading) -> PartView:
    """A part's name says nothing of who says it: it goes with the first of its ideas that goes."""
    touched = reading.changes.touches(part.members)
    return PartView(members=_left(part.members, reading), name=None if touched else part.name)


def _spot(spot: SpotView, name: str) -> SpotView:
    tall = spot.tall
    return msgspec.structs.replace(
        spot,
        label=_label(spot, name),
        tall=msgspec.structs.replace(tall, label=_label(tall, name)) if tall else None,
    )


def _label(disc: DiscView, name: str) -> LabelView:
    return msgspec.structs.replace(disc.label, lines=list(label_lines(disc.label.lines, name)))


def _words_said(found: list[Head], body: MapBody, changes: Changes) -> set[str]:
    """The words of all names that are shown, and of all phrases that are still said."""
    phrases = (one for theme in body.themes for one in theme.phrases if isinstance(one, BodyPhrase))
    texts = [*(head.name for head in found), *(one.text for one in phrases if is_said(one, changes))]
    return {word for text in texts for word in _WORD.findall(text.casefold())}


def _lineage(body: MapBody, names: dict[str, str], said: set[str], *, staff: bool) -> list[DescentView]:
    """What became of the themes. A theme that is there has its name of now; of one that is gone, whose name
    nobody stands for any more, the name is told only while each of its words is said elsewhere."""
    found = []
    for one in body.lineage:
        name = names.get(one.theme, one.name)
        known = set(_WORD.findall(name.casefold())) <= said
        found.append(
            DescentView(
                theme=one.theme,
                how=one.how,
                others=list(one.others),
                name=name if known else "",
                correction=one.correction if staff else None,
            )
        )
    return found
