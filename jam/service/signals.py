"""Signals beside a theme: what its ideas have in common that their number does not show. Pure.

Five of them, each computed simply and told in one sentence with the figures behind it: emerging,
one-sided, unanswered, no costs named, no dissent. Where chance could have done the same, nothing is
said. Read by the view of the themes and by the report, from what can be read now.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import exp, inf, lgamma

import msgspec

from jam.service.signal_words import names_costs, objects, speaks

ALPHA = 0.05
"""How often chance alone may raise a signal of one kind on one map; shared out among its themes."""
NEWEST = 4
"""Newest are the last 1/4 of all voices."""
FEWEST = 5
FEWEST_FOR_ABSENCE = 8
"""In fewer ideas than this it says nothing that a word does not occur."""
FEWEST_FOR_OFFICIAL = 10


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to know about a theme. ``facts`` are the figures in ``words``."""

    kind: str
    words: str
    facts: dict[str, int | str] = {}


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One idea that can be read. ``place`` orders ideas by arrival; ``side`` is its author's group.

    ``replies`` are the texts of the readable replies to it; ``official`` says whether those who run the
    jam answered it.
    """

    id: str
    author: str
    side: str
    forum: str
    place: int
    text: str
    lang: str = "en"
    replies: tuple[str, ...] = ()
    official: bool = False


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a theme is compared with: one voice is one person in one theme, at their first idea there."""

    themes: int
    voices: tuple[Said, ...]
    newest_from: int
    replies: bool
    official: bool


def signals_of(themes: Mapping[str, Sequence[str]], ideas: Iterable[Said]) -> dict[str, tuple[Signal, ...]]:
    """The signals of each theme (id to the ids of its ideas), in a fixed order; unknown ids count nothing."""
    known = {idea.id: idea for idea in ideas}
    members = {key: [known[one] for one in ids if one in known] for key, ids in themes.items()}
    around = _surroundings(members)
    return {key: tuple(_signals(own, around)) for key, own in members.items()}


def _signals(own: list[Said], around: Surroundings) -> Iterable[Signal]:
    voices = _voices(own)
    made = (
        emerging(voices, around),
        one_sided(voices, around),
        unanswered(own, around),
        no_costs(own),
        no_dissent(own),
    )
    return (signal for signal in made if signal is not None)


def _voices(own: Iterable[Said]) -> list[Said]:
    """The first idea of each person: who sends the same ten times is one voice."""
    first: dict[str, Said] = {}
    for idea in sorted(own, key=lambda idea: idea.place):
        first.setdefault(idea.author, idea)
    return list(first.values())


def _surroundings(members: Mapping[str, list[Said]]) -> Surroundings:
    voices = sorted((one for own in members.values() for one in _voices(own)), key=lambda one: one.place)
    old = len(voices) - len(voices) // NEWEST
    everything = [idea for own in members.values() for idea in own]
    return Surroundings(
        themes=max(1, len(members)),
        voices=tuple(voices),
        newest_from=voices[old].place if old < len(voices) else (voices[-1].place + 1 if voices else 0),
        replies=any(idea.replies for idea in everything),
        official=any(idea.official for idea in everything),
    )


def emerging(voices: Sequence[Said], around: Surroundings) -> Signal | None:
    """More of the newest voices than chance would give it, and at least twice its share before."""
    newest = sum(one.place >= around.newest_from for one in voices)
    all_newest = sum(one.place >= around.newest_from for one in around.voices)
    before, all_before = len(voices) - newest, len(around.voices) - all_newest
    if len(voices) < FEWEST or newest * all_before < 2 * before * all_newest:
        return None
    if at_least(newest, len(voices), all_newest, len(around.voices)) > ALPHA / around.themes:
        return None
    facts: dict[str, int | str] = {
        "newest": newest,
        "of_newest": all_newest,
        "before": before,
        "of_before": all_before,
    }
    return Signal(
        kind="emerging",
        words=f"Growing: {newest} of the newest {all_newest} voices are here, "
        f"and {before} of the {all_before} before them.",
        facts=facts,
    )


def one_sided(voices: Sequence[Said], around: Surroundings) -> Signal | None:
    """All of it from one group of people, or under one question, though the jam has others too."""
    if len(voices) < FEWEST:
        return None
    people = list({one.author: one for one in around.voices}.values())
    sides = _only({one.side for one in voices}), [one.side for one in people]
    forums = _only({one.forum for one in voices}), [one.forum for one in around.voices]
    for what, (only, everywhere) in (("side", sides), ("forum", forums)):
        if only is None:
            continue
        same, total = everywhere.count(only), len(everywhere)
        if at_least(len(voices), len(voices), same, total) > ALPHA / (2 * around.themes):
            continue
        facts: dict[str, int | str] = {what: only, "voices": len(voices), "others": total - same}
        return Signal(kind="one_sided", words=_one_sided_words(what, only, len(voices)), facts=facts)
    return None


def _only(values: set[str]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None


def _one_sided_words(what: str, only: str, voices: int) -> str:
    if what == "forum":
        return f"One-sided: all {voices} voices answer one and the same question."
    return f"One-sided: all {voices} voices are of one group ({only})."


def unanswered(own: Sequence[Said], around: Surroundings) -> Signal | None:
    """Nobody replied to any of its ideas, or no official answer came, though others had one."""
    if len(own) >= FEWEST and around.replies and not any(idea.replies for idea in own):
        return Signal(
            kind="unanswered",
            words=f"Unanswered: none of its {len(own)} ideas has a reply.",
            facts={"ideas": len(own), "replies": 0},
        )
    if len(own) >= FEWEST_FOR_OFFICIAL and around.official and not any(idea.official for idea in own):
        replies = sum(len(idea.replies) for idea in own)
        return Signal(
            kind="unanswered",
            words=f"Unanswered: {len(own)} ideas and {replies} replies, and no official answer.",
            facts={"ideas": len(own), "replies": replies},
        )
    return None


def no_costs(own: Sequence[Said]) -> Signal | None:
    """No word or sign of money in any idea or reply."""
    words = f"No costs named: none of its {len(own)} ideas, or their replies, speaks of money."
    return (
        None if _occurs(names_costs, own) else Signal(kind="no_costs", words=words, facts={"ideas": len(own)})
    )


def no_dissent(own: Sequence[Said]) -> Signal | None:
    """No word of negation or objection in any idea or reply."""
    words = f"No dissent: none of its {len(own)} ideas, or their replies, says no to anything."
    return (
        None if _occurs(objects, own) else Signal(kind="no_dissent", words=words, facts={"ideas": len(own)})
    )


def _occurs(says: Callable[[str], bool], own: Sequence[Said]) -> bool:
    """Whether an idea or a reply says it, or may: in a few ideas, or in languages that the lists do not know
    in more than one in ten, a missing word means nothing."""
    known = 10 * sum(speaks(idea.lang) for idea in own) >= 9 * len(own)
    if len(own) < FEWEST_FOR_ABSENCE or not known:
        return True
    return any(says(text) for idea in own for text in (idea.text, *idea.replies))


def at_least(found: int, drawn: int, marked: int, total: int) -> float:
    """The chance that, of ``drawn`` out of ``total`` of which ``marked`` are marked, ``found`` or more are.

    The exact hypergeometric tail (Fisher's one-sided test).
    """
    return sum(exp(_log_chance(k, drawn, marked, total)) for k in range(found, min(drawn, marked) + 1))


def _log_chance(found: int, drawn: int, marked: int, total: int) -> float:
    if drawn - found > total - marked:
        return -inf
    return _log_ways(marked, found) + _log_ways(total - marked, drawn - found) - _log_ways(total, drawn)


def _log_ways(whole: int, part: int) -> float:
    """The logarithm of the binomial coefficient: as whole numbers these would have thousands of digits."""
    return lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)
