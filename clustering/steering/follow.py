"""What a theme shows when its ideas have changed by hand: words, headline and counts follow the members.

Used by ``steering.draft`` until the next grouping, which names and counts by text and vector. Nothing is
read here but ids: who says a phrase is known from the themes as they were.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import msgspec

from clustering.shapes import Part, Phrase, Theme
from clustering.steering.decided import Words

NAMELESS = "New theme"


class Earlier(NamedTuple):
    """What is known of the words of ideas: the touched themes as they were, and what came back."""

    themes: Mapping[str, Theme]
    words: Mapping[str, Words]
    order: Mapping[str, tuple[str, ...]]
    """For themes that get their looks back the order of their phrases."""


def followed(
    one: Theme, members: Sequence[str], earlier: Earlier, duplicates: Iterable[tuple[str, ...]]
) -> Theme:
    """The theme with these members, sorted."""
    here, before = set(members), earlier.themes
    sources = [before[one.id]] if one.id in before else []
    sources += [theme for number, theme in before.items() if number != one.id and here & set(theme.members)]
    shown = _shown(one, sources, members)
    same = sum(max(0, len(here & set(group)) - 1) for group in duplicates if not here.isdisjoint(group))
    words = {idea: earlier.words[idea] for idea in members if idea in earlier.words}
    return msgspec.structs.replace(
        one,
        members=tuple(members),
        size=len(members),
        distinct=len(members) - same,
        phrases=_phrases(one, sources, here, words, earlier.order.get(one.id, ())),
        headline_id=shown[0],
        representatives=shown,
        parts=_parts(sources, here, words),
    )


def words_of(idea: str, one: Theme) -> Words:
    """The words of one idea of a theme."""
    part = next((part.name for part in one.parts if idea in part.members), "")
    return Words(phrases=tuple(phrase.text for phrase in one.phrases if idea in phrase.ideas), part=part)


def _phrases(
    one: Theme, sources: Sequence[Theme], here: set[str], words: Mapping[str, Words], order: tuple[str, ...]
) -> tuple[Phrase, ...]:
    """The theme's phrases, then those of its sources, each with those members who say it.

    A phrase of the name stays in its place even when nobody here says it any more: whoever shows the
    name has to see that.
    """
    said: dict[str, set[str]] = {text: set() for text in order}
    said |= {phrase.text: set() for phrase in one.phrases if phrase.text not in said}
    for phrase in (phrase for source in sources for phrase in source.phrases):
        said.setdefault(phrase.text, set()).update(here.intersection(phrase.ideas))
    for idea, own in words.items():
        for text in own.phrases:
            said.setdefault(text, set()).add(idea)
    named = [phrase.text for phrase in one.phrases[: one.in_name]]
    return tuple(
        Phrase(text=text, ideas=tuple(sorted(ideas)))
        for text, ideas in said.items()
        if ideas or text in named
    )


def _shown(one: Theme, sources: Sequence[Theme], members: Sequence[str]) -> tuple[str, ...]:
    """As many representatives as before where the members suffice: its own first, then its sources'."""
    here = set(members)
    theirs = (idea for source in sources for idea in (source.headline_id, *source.representatives))
    wanted = dict.fromkeys([one.headline_id, *one.representatives, *theirs, *members])
    most = max([len(one.representatives), *(len(source.representatives) for source in sources)], default=1)
    return tuple([idea for idea in wanted if idea in here][: max(1, most)])


def _parts(sources: Sequence[Theme], here: set[str], words: Mapping[str, Words]) -> tuple[Part, ...]:
    """The sub-themes of the sources, as far as they are still in the theme; one name, one part."""
    parts: dict[str, set[str]] = {}
    for part in (part for source in sources for part in source.parts):
        parts.setdefault(part.name, set()).update(here.intersection(part.members))
    for idea, own in words.items():
        if own.part:
            parts.setdefault(own.part, set()).add(idea)
    found = [Part(name=name, members=tuple(sorted(ideas))) for name, ideas in parts.items() if ideas]
    return tuple(sorted(found, key=lambda part: (-len(part.members), part.name)))


def part_name(one: Theme, rest: Sequence[Theme], taken: set[str]) -> Theme:
    """The theme named by one or two phrases that its ideas say and those of ``rest`` do not."""
    elsewhere = {idea for theme in rest for phrase in theme.phrases for idea in phrase.ideas}
    others = max(1, len(elsewhere))

    def telling(phrase: Phrase) -> float:
        beyond = sum(len(same.ideas) for theme in rest for same in theme.phrases if same.text == phrase.text)
        return len(phrase.ideas) / max(1, one.size) - beyond / others

    ranked = sorted(one.phrases, key=lambda phrase: (-telling(phrase), phrase.text))
    chosen = [phrase for phrase in ranked[:1] if telling(phrase) > 0]
    chosen += [
        phrase for phrase in ranked[1:] if chosen and telling(phrase) > 0 and _unlike(phrase, chosen[0])
    ][:1]
    name = ", ".join(phrase.text for phrase in chosen) or NAMELESS
    others_left = (phrase for phrase in ranked if phrase not in chosen)
    return msgspec.structs.replace(
        one,
        name=unique(name[:1].upper() + name[1:], taken),
        phrases=(*chosen, *others_left),
        in_name=len(chosen),
    )


def _unlike(one: Phrase, another: Phrase) -> bool:
    """Whether two phrases have no word in common, whatever its ending."""
    pairs = product(one.text.casefold().split(), another.text.casefold().split())
    return not any(left[:4] == right[:4] for left, right in pairs)


def unique(name: str, taken: set[str]) -> str:
    """The name, numbered where it is taken (``taken`` without case)."""
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{name} ({number})"
    return free
