"""``steer``: what a person decided, done to a theme map at once. No vector, no model, no new grouping.

The map after corrections a and b is the map after b of the map after a: each is followed on its own, by
``steering.draft``. What takes vectors (where ideas go that are kept apart, names) is done by the next
grouping, which is bound by the same corrections.
"""

from collections.abc import Iterable, Sequence
from functools import reduce

import msgspec

from clustering.errors import CorrectionRefused
from clustering.shapes import Skipped, Suggestion, ThemeMap
from clustering.steering import corrections as do
from clustering.steering.decided import KeptTheme, pair
from clustering.steering.draft import IDEA_AFTER_ALL, NO_IDEA, Draft
from clustering.steering.follow import unique
from clustering.steering.register import NOWHERE
from clustering.steering.undo import take_back

_LONGEST_NAME = 80


def steer(found: ThemeMap, corrections: Iterable[do.AnyCorrection]) -> ThemeMap:
    """The map after these corrections, in their order.

    Args:
        found: any map; one that is ``too_few`` takes what needs no theme.
        corrections: each with an id of its own.

    A correction that does not fit any more changes nothing and is listed in ``skipped``. Ideas that the map
    does not know yet may be moved, set apart or marked: they were sent after it was made.
    """
    return reduce(_followed, corrections, found)


def _followed(found: ThemeMap, correction: do.AnyCorrection) -> ThemeMap:
    tag = str(type(correction).__struct_config__.tag)
    draft = Draft(found, correction.id, tag)
    try:
        if correction.id in draft.done:
            raise CorrectionRefused("given_before", f"The correction {correction.id} was followed already.")
        _follow(draft, correction)
        return draft.finished()
    except CorrectionRefused as refused:
        skipped = Skipped(correction=correction.id, code=refused.code)
        return msgspec.structs.replace(found, skipped=(*found.skipped, skipped))


def _follow(draft: Draft, correction: do.AnyCorrection) -> None:
    match correction:
        case do.Merge(themes=themes, into=into):
            merge(draft, themes, into)
        case do.Split(theme=theme, parts=parts):
            split(draft, theme, parts)
        case do.Rename(theme=theme, name=name):
            rename(draft, theme, name)
        case do.Move(ideas=ideas, theme=theme):
            move(draft, ideas, theme)
        case do.Pin(ideas=ideas, pinned=pinned):
            pin(draft, ideas, pinned)
        case do.Apart(ideas=ideas):
            set_apart(draft, ideas)
        case do.NotAnIdea(ideas=ideas, is_idea=is_idea):
            mark(draft, ideas, is_idea)
        case do.Accept(suggestion=suggestion):
            accept(draft, suggestion)
        case do.Refuse(suggestion=suggestion):
            refuse(draft, suggestion)
        case do.Undo(correction=earlier):
            take_back(draft, earlier)


def merge(draft: Draft, themes: Sequence[str], into: str) -> None:
    """All ideas of the themes go into one of them, pins with them; both groupings are not suggested anew."""
    others = [number for number in dict.fromkeys(themes) if number != into]
    if into not in themes or not others:
        raise CorrectionRefused("merge_bad", "Merge two themes or more into one of them.")
    for number in (into, *others):
        draft.theme(number)
    if any(len({draft.home[idea] for idea in group} & {into, *others}) > 1 for group in draft.apart):
        raise _kept_apart()
    draft.refused += [tuple(draft.members(number)) for number in (into, *others)]
    for number in others:
        held = draft.kept.pop(number, None)
        for idea in draft.members(number):
            draft.home[idea] = into
        for idea in [idea for idea, theme in draft.pins.now.items() if theme == number]:
            draft.pins[idea] = into
        if held:
            known = draft.kept.get(into, KeptTheme(members=()))
            both = tuple(sorted({*known.members, *held.members}))
            draft.kept[into] = msgspec.structs.replace(known, members=both)
        draft.end(number, "merged", [into])
    draft.keep(into)


def split(draft: Draft, theme: str, parts: Sequence[do.NewPart]) -> None:
    """Each part becomes a theme of its own; both sides stay as they are now."""
    draft.theme(theme)
    named = [idea for part in parts for idea in part.ideas]
    if not parts or not all(part.ideas for part in parts) or len(set(named)) != len(named):
        raise CorrectionRefused("split_bad", "Give each part ideas, and each idea one part.")
    free = [(part.name, [one for one in part.ideas if draft.home[one] in (theme, NOWHERE)]) for part in parts]
    free = [(name, ideas) for name, ideas in free if ideas]
    if not free:
        raise CorrectionRefused("ideas_gone", f"None of these ideas is in theme {theme} any more.")
    if set(draft.members(theme)) <= {idea for _, ideas in free for idea in ideas}:
        raise CorrectionRefused("split_bad", "Something has to stay in the theme.")
    made = [_part(draft, theme, name, ideas) for name, ideas in free]
    draft.unjoined += [pair(theme, number) for number in made]
    draft.descend(theme, "split", made, draft.themes[theme].name)
    draft.keep(theme)


def _part(draft: Draft, theme: str, name: str | None, ideas: Sequence[str]) -> str:
    number = draft.new(theme)
    for idea in ideas:
        draft.home[idea] = number
        if draft.pins[idea]:
            draft.pins[idea] = number
        _is_an_idea(draft, idea)
    draft.keep(number)
    if name is not None:
        rename(draft, number, name)
    return number


def rename(draft: Draft, theme: str, name: str | None) -> None:
    """Give the theme this name for good; without one, its name is the machine's again."""
    one = draft.theme(theme)
    if name is None:
        if held := draft.kept.get(theme):
            draft.kept[theme] = msgspec.structs.replace(held, name=None)
        draft.change(theme, locked=False)
        return
    plain = " ".join(name.split())
    if not plain or len(plain) > _LONGEST_NAME:
        raise CorrectionRefused("name_bad", f"A name has 1 to {_LONGEST_NAME} characters.")
    same = next(
        (other for other in draft.themes.values() if _is_called(other.name, plain) and other is not one), None
    )
    if same and same.locked:
        raise CorrectionRefused("name_taken", f"Theme {same.id} is called so.")
    if same:  # A machine's name gives way to a person's.
        draft.change(same.id, name=unique(plain, {*draft.names_taken(same.id), plain.casefold()}))
    draft.keep(theme)
    draft.kept[theme] = msgspec.structs.replace(draft.kept[theme], name=plain)
    draft.change(theme, name=plain, locked=True, in_name=0)
    draft.descend(theme, "renamed", name=plain)


def _is_called(name: str, wanted: str) -> bool:
    return name.casefold() == wanted.casefold()


def move(draft: Draft, ideas: Sequence[str], theme: str) -> None:
    """Put ideas into a theme and pin them there."""
    draft.theme(theme)
    if not ideas:
        raise CorrectionRefused("ideas_gone", "Name the ideas to move.")
    _check_apart(draft, ideas, theme)
    for idea in ideas:
        draft.send(idea, theme)
        draft.pins[idea] = theme
        _is_an_idea(draft, idea)
    draft.change(theme, is_new=False)


def _is_an_idea(draft: Draft, idea: str) -> None:
    """Whoever puts something into a theme says that it is an idea."""
    if draft.marks[idea] == NO_IDEA or idea in draft.found.not_ideas:
        draft.marks[idea] = IDEA_AFTER_ALL


def _check_apart(draft: Draft, ideas: Sequence[str], theme: str) -> None:
    """Raise CorrectionRefused where ideas that are kept apart would meet in the theme, or be held in it."""
    come = {idea for idea in ideas if draft.home[idea] != theme}
    here = come.union(draft.members(theme))
    held = {idea for idea, home in draft.pins.now.items() if home == theme}.union(ideas)
    for group in map(set, draft.apart):
        if len(group & held) > 1 or (group & come and len(group & here) > 1):
            raise _kept_apart()


def _kept_apart() -> CorrectionRefused:
    return CorrectionRefused("kept_apart", "Some of these ideas are kept apart; undo that first.")


def pin(draft: Draft, ideas: Sequence[str], pinned: bool) -> None:
    """Hold ideas where they are, or let go of them."""
    here = [idea for idea in ideas if draft.home[idea] and bool(draft.pins[idea]) != pinned]
    if not here:
        raise CorrectionRefused("ideas_gone", "None of these ideas is in a theme, or all are so already.")
    for theme in sorted({draft.home[idea] for idea in here} if pinned else ()):
        _check_apart(draft, [idea for idea in here if draft.home[idea] == theme], theme)
    for idea in here:
        theme = draft.home[idea]
        draft.theme(theme)
        draft.pins[idea] = theme if pinned else NOWHERE
        if pinned:
            draft.change(theme, is_new=False)
        elif held := draft.kept.get(theme):
            rest = tuple(one for one in held.members if one != idea)
            draft.kept[theme] = msgspec.structs.replace(held, members=rest)


def set_apart(draft: Draft, ideas: Sequence[str]) -> None:
    """Never again in one theme, from the next grouping on. Of those pinned together the first stays."""
    group = tuple(sorted(set(ideas)))
    if len(group) < 2 or group in draft.apart:
        raise CorrectionRefused("ideas_gone", "Name two ideas or more that are not kept apart yet.")
    draft.apart.append(group)
    held = set[str]()
    for idea in dict.fromkeys(ideas):
        if draft.pins[idea] in held:
            draft.pins[idea] = NOWHERE
        held |= {draft.pins[idea]} - {NOWHERE}


def mark(draft: Draft, ideas: Sequence[str], is_idea: bool) -> None:
    """Take out what is no idea; or let it be one, in the theme where it was, or in the next grouping's."""
    word = IDEA_AFTER_ALL if is_idea else NO_IDEA
    fresh = [idea for idea in ideas if draft.marks[idea] != word]
    if not fresh:
        raise CorrectionRefused("ideas_gone", "That was said of all these ideas already.")
    for idea in fresh:
        draft.marks[idea] = word
        if not is_idea and draft.home[idea]:
            draft.send(idea, NOWHERE)
        elif is_idea and not draft.home[idea] and (theme := _was_in(draft, idea)):
            draft.send(idea, theme)


def _was_in(draft: Draft, idea: str) -> str | None:
    """The theme from which a correction took this idea out, as far as it lives."""
    for done in reversed(draft.done.values()):
        for change in done.homes:
            if change.idea == idea and not change.after:
                return draft.alive(change.before)
    return None


def accept(draft: Draft, suggestion: str) -> None:
    """Yes: the new theme is kept, the moved ideas are pinned, themes are joined or split."""
    one = _asked(draft, suggestion)
    match one.kind:
        case "new_theme":
            draft.keep(one.themes[0])
        case "moved":
            pin(draft, one.ideas, pinned=True)
        case "join":
            merge(draft, one.themes, one.themes[0])
        case "split":
            split(draft, one.themes[0], [do.NewPart(ideas=one.ideas)])


def refuse(draft: Draft, suggestion: str) -> None:
    """No: a new theme is dissolved, moved ideas go back for good; and it is not suggested again."""
    one = _asked(draft, suggestion)
    match one.kind:
        case "new_theme":
            _dissolve(draft, one)
        case "moved":
            back = draft.alive(one.themes[0])
            if back is None:
                raise CorrectionRefused("theme_gone", f"There is no theme {one.themes[0]} any more.")
            move(draft, one.ideas, back)
        case "join":
            draft.unjoined.append(pair(*one.themes[:2]))
        case "split":
            draft.refused.append(one.ideas)


def _asked(draft: Draft, suggestion: str) -> Suggestion:
    one = next((one for one in draft.suggestions if one.id == suggestion), None)
    if one is None:
        raise CorrectionRefused("suggestion_gone", "This is not suggested any more.")
    draft.suggestions.remove(one)
    return one


def _dissolve(draft: Draft, one: Suggestion) -> None:
    """Each idea of a refused theme goes where the grouping would have put it without that theme."""
    number = one.themes[0]
    draft.theme(number)
    members = draft.members(number)
    named = {idea: draft.alive(theme) for idea, theme in zip(one.ideas, one.instead, strict=False)}
    instead = {idea: theme for idea, theme in named.items() if theme != number}
    largest = max(
        (other for other in draft.themes.values() if other.id != number), key=lambda x: x.size, default=None
    )
    if largest is None:
        raise CorrectionRefused("theme_gone", "There is no other theme for these ideas.")
    draft.refused.append(tuple(members))
    for idea in members:
        draft.send(idea, instead.get(idea) or largest.id)
    draft.end(number, "gone", sorted({draft.home[idea] for idea in members}))
