"""What a new map says about the one before: who moved unasked, what is suggested, what became of themes.

Beside the grouping, never in it: these lists change no theme.
"""

from collections.abc import Sequence
from hashlib import sha256
from itertools import combinations

import msgspec

from clustering.shapes import Descent, Moved, Suggestion, Theme, ThemeMap
from clustering.steering.decided import Steering, pair
from clustering.steering.match import Match, Unit, home_of, number_of

_MOST_MOVES = 12
_MOSTLY = 0.6
_PIECE = 0.25
_FEWEST = 5


def moves(before: ThemeMap, themes: Sequence[Theme]) -> tuple[Moved, ...]:
    """The ideas that were in another theme, in the order of their ids."""
    was = home_of(before.themes)
    found = [(idea, was.get(idea), one.id) for one in themes for idea in one.members]
    return tuple(
        Moved(idea=idea, before=old, after=new) for idea, old, new in sorted(found) if old and old != new
    )


def descents(before: ThemeMap, themes: Sequence[Theme]) -> tuple[Descent, ...]:
    """New themes, themes that came back, and themes that are no more and where most of theirs went."""
    was, now = {one.id: one for one in before.themes}, {one.id for one in themes}
    home = home_of(themes)
    known = {line.theme for line in before.lineage} | was.keys()
    come = [
        Descent(theme=one.id, how="back" if one.id in known else "new", name=one.name)
        for one in sorted(themes, key=lambda one: number_of(one.id))
        if one.id not in was
    ]
    return (*(_gone(was[number], home) for number in sorted(was.keys() - now, key=number_of)), *come)


def _gone(one: Theme, home: dict[str, str]) -> Descent:
    went: dict[str, int] = {}
    for idea in one.members:
        if idea in home:
            went[home[idea]] = went.get(home[idea], 0) + 1
    others = sorted(went, key=lambda number: (-went[number], number_of(number)))
    is_merged = bool(others) and 2 * went[others[0]] >= sum(went.values())
    return Descent(theme=one.id, how="merged" if is_merged else "gone", others=tuple(others), name=one.name)


def suggested(
    before: ThemeMap, themes: Sequence[Theme], units: Sequence[Unit], match: Match
) -> tuple[Suggestion, ...]:
    """What this grouping found, and what is still unanswered of the ones before."""
    found = [*_new_themes(themes, match), *_moved(before, themes)]
    found += _joins(units, match, before.steering) + _splits(units, match, before.steering)
    return tuple(sorted(found, key=lambda one: one.id))


def _new_themes(themes: Sequence[Theme], match: Match) -> list[Suggestion]:
    return [
        Suggestion(
            id=f"new_theme:{one.id}",
            kind="new_theme",
            themes=(one.id,),
            ideas=one.members,
            instead=tuple(match.instead.get(idea, "") for idea in one.members),
        )
        for one in themes
        if one.is_new
    ]


def _moved(before: ThemeMap, themes: Sequence[Theme]) -> list[Suggestion]:
    """Moves between themes that both go on; moves into a new theme are part of its own suggestion."""
    living = {one.id: one for one in themes}
    pairs: dict[tuple[str, str], list[str]] = {}
    for one in moves(before, themes):
        if one.before in living and not living[one.after].is_new:
            pairs.setdefault((one.before, one.after), []).append(one.idea)
    fresh = [
        Suggestion(
            id=f"moved:{old}:{new}:{_mark(ideas)}", kind="moved", themes=(old, new), ideas=tuple(ideas)
        )
        for (old, new), ideas in sorted(pairs.items())
    ]
    home = home_of(themes)
    earlier = [
        msgspec.structs.replace(one, ideas=still)
        for one in before.suggestions
        if one.kind == "moved"
        and one.themes[0] in living
        and (still := tuple(idea for idea in one.ideas if home.get(idea) == one.themes[1]))
    ]
    return [*earlier, *fresh][-_MOST_MOVES:]


def _mark(ideas: Sequence[str]) -> str:
    return sha256("\n".join(ideas).encode()).hexdigest()[:8]


def _clusters(units: Sequence[Unit], match: Match, steering: Steering) -> dict[str, dict[int, list[int]]]:
    """For each kept theme the fresh clusters that its units fell into, as places in ``units``."""
    found: dict[str, dict[int, list[int]]] = {}
    for place, number in enumerate(match.themes):
        if number in steering.kept:
            found.setdefault(number, {}).setdefault(match.fresh[place], []).append(place)
    return found


def _joins(units: Sequence[Unit], match: Match, steering: Steering) -> list[Suggestion]:
    """Two kept themes of which the grouping puts most ideas into one cluster: of several the first two."""
    mostly: dict[int, list[str]] = {}
    for number, pieces in _clusters(units, match, steering).items():
        cluster, rows = max(pieces.items(), key=lambda piece: (len(piece[1]), -piece[0]))
        total = sum(len(piece) for piece in pieces.values())
        if total >= _FEWEST and len(rows) >= _MOSTLY * total:
            mostly.setdefault(cluster, []).append(number)
    pairs = [two for numbers in mostly.values() for two in _to_join(numbers, steering)[:1]]
    return [
        Suggestion(id=f"join:{one}:{other}", kind="join", themes=(one, other), ideas=())
        for one, other in sorted(pairs, key=lambda two: number_of(two[0]))
    ]


def _to_join(numbers: Sequence[str], steering: Steering) -> list[tuple[str, str]]:
    """The pairs of these themes that no person keeps from joining."""
    pairs = combinations(sorted(numbers, key=number_of), 2)
    return [two for two in pairs if pair(*two) not in steering.unjoined]


def _splits(units: Sequence[Unit], match: Match, steering: Steering) -> list[Suggestion]:
    """A large part of a kept theme that the grouping puts into a cluster of its own."""
    refused = [set(group) for group in steering.refused]
    found = []
    for number, pieces in sorted(
        _clusters(units, match, steering).items(), key=lambda one: number_of(one[0])
    ):
        total = sum(len(piece) for piece in pieces.values())
        ranked = sorted(pieces.values(), key=lambda piece: (-len(piece), piece[0]))
        for piece in ranked[1:2]:
            ideas = tuple(sorted(idea for place in piece for idea in units[place].ids))
            known = any(len(group.intersection(ideas)) * 2 >= len(ideas) for group in refused)
            if len(piece) >= max(_FEWEST, _PIECE * total) and not known:
                found.append(
                    Suggestion(
                        id=f"split:{number}:{_mark(ideas)}", kind="split", themes=(number,), ideas=ideas
                    )
                )
    return found
