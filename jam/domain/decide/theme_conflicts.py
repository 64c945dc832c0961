"""Which corrections get in each other's way, and how the themes stand after those that no map holds yet.

Under ``jam.domain.decide.themes``. Pure; reads the facts that were loaded under the jam's lock.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from jam.domain.facts import ThemeFacts
from jam.domain.records import ThemeCorrection
from jam.domain.rejections import Rejection, reject


class Concerns(NamedTuple):
    """What a correction is about."""

    do: str
    themes: tuple[str, ...]
    ideas: tuple[str, ...]


def concerns(correction: ThemeCorrection) -> Concerns:
    """What a correction on record is about."""
    return Concerns(correction.do, correction.body.themes, correction.body.ideas)


def clash(one: Concerns, other: Concerns) -> bool:
    """Whether two corrections concern the same idea or the same theme.

    Two moves into one theme do not: each finds the theme as it was looked at.
    """
    if not set(one.ideas).isdisjoint(other.ideas):
        return True
    same_theme = not set(one.themes).isdisjoint(other.themes)
    return same_theme and not one.do == other.do == "move"


def check_seen(seen: int, wanted: Concerns, actor_id: str, themes: ThemeFacts) -> Rejection | None:
    """``theme_changed`` where somebody else corrected the same since the map of version ``seen``.

    ``no_themes_yet`` without a map, ``theme_gone`` where there never was such a version.
    """
    if themes.body is None or not themes.body.themes:
        return reject("no_themes_yet")
    if seen not in themes.seen:
        return reject("theme_gone")
    for one in reversed(themes.corrections.values()):
        if one.seq <= themes.seen[seen]:
            return None
        mine = one.participant_id == actor_id
        if not mine and not _cancels_out(one, themes.seen[seen], themes) and clash(wanted, concerns(one)):
            both = sorted(set(wanted.themes) & set(one.body.themes))
            return _told_who("theme_changed", one, **({"theme": both[0]} if both else {}))
    return None


def _cancels_out(one: ThemeCorrection, since: int, themes: ThemeFacts) -> bool:
    """Whether it changed nothing, was undone since, or undid something that was itself done since."""
    undone = themes.corrections.get(one.body.undoes or "")
    return not themes.stands(one) or (undone is not None and undone.seq > since)


def _told_who(code: str, one: ThemeCorrection, **facts: str) -> Rejection:
    return reject(code, by_id=one.participant_id, do=one.do, at=one.at, **facts)


def check_no_later(target: ThemeCorrection, themes: ThemeFacts) -> Rejection | None:
    """``undo_later_first`` where a later correction that stands builds on ``target``."""
    made = [one for one in (themes.body.lineage if themes.body else ()) if one.correction == target.id]
    grown = {theme for one in made for theme in (one.theme, *one.others)}
    wanted = Concerns(target.do, (*target.body.themes, *grown), target.body.ideas)
    for one in reversed(themes.corrections.values()):
        if one.seq <= target.seq:
            return None
        if one.do != "undo" and themes.stands(one) and clash(wanted, concerns(one)):
            return _told_who("undo_later_first", one)
    return None


def living(themes: ThemeFacts) -> set[str]:
    """The themes of the current map that no later correction has merged into another."""
    found = {theme.id for theme in themes.body.themes} if themes.body else set()
    for one in themes.pending:
        if one.do == "merge":
            found -= set(one.body.themes) - {one.body.into}
    return found


def homes(themes: ThemeFacts) -> dict[str, str]:
    """The theme of each idea after the map, the ideas placed since, and the corrections that it lacks.

    What leaves a theme in a split is at home under the correction's id until a map gives it a theme.
    """
    found = {
        idea: theme.id for theme in (themes.body.themes if themes.body else ()) for idea in theme.members
    }
    found |= themes.placed
    for one in themes.pending:
        _apply(one, found)
    return found


def check_apart(wanted: Concerns, into: str | None, themes: ThemeFacts) -> Rejection | None:
    """``kept_apart`` where a merge or a move would put ideas together that somebody keeps apart."""
    home = homes(themes)
    moving = set(wanted.ideas)
    for group in _groups_apart(themes):
        met = {home.get(idea) for idea in group} & set(wanted.themes)
        there = {idea for idea in group if idea in moving or home.get(idea) == into}
        if len(met) > 1 or (moving & set(group) and len(there) > 1):
            return reject("kept_apart")
    return None


def check_held(ideas: Sequence[str], themes: ThemeFacts) -> Rejection | None:
    """``kept_apart`` where ideas that somebody keeps apart would be held in one theme."""
    home, held = homes(themes), _pinned(themes).union(ideas)
    for group in _groups_apart(themes):
        where = Counter(home[idea] for idea in group if idea in held and idea in home)
        if any(where[home[idea]] > 1 for idea in ideas if idea in group and idea in home):
            return reject("kept_apart")
    return None


def _groups_apart(themes: ThemeFacts) -> list[Sequence[str]]:
    """The ideas that are never together, group by group."""
    pending = [one.body.ideas for one in themes.pending if one.do == "apart"]
    return [*(themes.body.steering.apart if themes.body else ()), *pending]


def _pinned(themes: ThemeFacts) -> set[str]:
    """The ideas that stay where they are."""
    found = set(themes.body.steering.pinned) if themes.body else set()
    for one in themes.pending:
        if one.do in ("pin", "move"):
            found.update(one.body.ideas)
        elif one.do == "unpin":
            found.difference_update(one.body.ideas)
    return found


def _apply(one: ThemeCorrection, found: dict[str, str]) -> None:
    if one.do == "merge" and one.body.into:
        merged = set(one.body.themes)
        found.update({idea: one.body.into for idea, home in found.items() if home in merged})
    elif one.do == "move" and one.body.into:
        found.update(dict.fromkeys(one.body.ideas, one.body.into))
    elif one.do == "split":
        found.update(dict.fromkeys(one.body.ideas, one.id))
    elif one.do == "not_idea":
        for idea in one.body.ideas:
            found.pop(idea, None)
