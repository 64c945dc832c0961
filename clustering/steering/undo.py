"""Undoing one correction: what it changed goes back, as far as the ideas still stand where it put them.

Beside ``steering.steer``. What others decided later stays; where that builds on the correction (a theme
that it made was renamed, merged on, given ideas), undoing is refused, because it would undo theirs too.
"""

import msgspec

from clustering.errors import CorrectionRefused
from clustering.steering.decided import Change, Done, Frame
from clustering.steering.draft import Draft
from clustering.steering.follow import unique
from clustering.steering.register import NOWHERE


def take_back(draft: Draft, earlier: str) -> None:
    """Undo the correction ``earlier``. Raises CorrectionRefused where that cannot be."""
    done = draft.done.get(earlier)
    if done is None:
        raise CorrectionRefused("correction_unknown", f"There was no correction {earlier}.")
    if done.do == "undo":
        raise CorrectionRefused("not_undoable", "An undo is not undone; decide anew.")
    if done.undone_by:
        raise CorrectionRefused("already_undone", f"The correction {earlier} was undone already.")
    later = _later(draft, earlier)
    _check_nothing_built(draft, done, later)
    for number in (number for number in done.before if number in draft.themes):
        draft.theme(number)
    _bring_back(draft, done, later)
    _send_home(draft, done, later)
    _close(draft, done)
    _unsay(draft, done)
    _looks(draft, done, later)
    draft.done[earlier] = msgspec.structs.replace(done, undone_by=draft.correction)


def _later(draft: Draft, earlier: str) -> list[Done]:
    """What was followed after it and still holds."""
    order = list(draft.done)
    after = [draft.done[key] for key in order[order.index(earlier) + 1 :]]
    return [one for one in after if one.do != "undo" and not one.undone_by]


def _check_nothing_built(draft: Draft, done: Done, later: list[Done]) -> None:
    touched = {number for one in later for number in one.themes}
    renamed = {number for one in later if one.do == "rename" for number in one.before}
    if touched & set(done.made) or any(number not in draft.themes for number in done.made):
        raise _built_on()
    if done.do == "rename" and (renamed & set(done.before) or not set(done.before) & draft.themes.keys()):
        raise _built_on()
    if done.homes and not _standing(draft, done, later):
        raise _built_on()


def _built_on() -> CorrectionRefused:
    return CorrectionRefused("built_on", "Something later builds on this; undo that first.")


def _standing(draft: Draft, done: Done, later: list[Done]) -> list[Change]:
    """What it moved and what is still where it put it; not what somebody holds there since."""
    pins = (change for one in later for change in one.pins if change.after)
    held = {change.idea for change in pins if draft.pins[change.idea] == change.after}
    return [one for one in done.homes if draft.home[one.idea] == one.after and one.idea not in held]


def _bring_back(draft: Draft, done: Done, later: list[Done]) -> None:
    """The themes that it ended, where an idea goes back to them."""
    wanted = {change.before for change in _standing(draft, done, later)}
    for number in done.ended:
        if number in wanted and number not in draft.themes:
            draft.restore(number, done.before[number])


def _send_home(draft: Draft, done: Done, later: list[Done]) -> None:
    for change in _standing(draft, done, later):
        before = draft.alive(change.before) if change.before else NOWHERE
        if before is not None:
            draft.send(change.idea, before)
    for change in done.pins:
        if draft.pins[change.idea] == change.after:
            draft.pins[change.idea] = _held_again(draft, change)
    for change in done.marks:
        if draft.marks[change.idea] == change.after:
            draft.marks[change.idea] = change.before


def _held_again(draft: Draft, change: Change) -> str:
    """Where the idea is held again: nowhere, if somebody took it elsewhere since."""
    theme = draft.alive(change.before) if change.before else None
    return theme if theme and draft.home[change.idea] in (theme, NOWHERE) else NOWHERE


def _close(draft: Draft, done: Done) -> None:
    """The themes that it made end; what joined them since goes where most of theirs went."""
    for number in done.made:
        came_from = [*(change.before for change in done.homes if change.after == number), *done.before]
        back = (theme for old in came_from if old and (theme := draft.alive(old)) and theme != number)
        rest, into = draft.members(number), next(back, None)
        if rest and into is None:
            raise _built_on()
        for idea in rest:
            draft.send(idea, into or NOWHERE)
        draft.kept.pop(number, None)
        draft.end(number, "merged" if into else "gone", [into] if into else [])


def _unsay(draft: Draft, done: Done) -> None:
    """Groupings that it set apart, refused or kept from joining are free; its question is open again."""
    draft.apart = [one for one in draft.apart if one not in done.apart]
    draft.refused = [one for one in draft.refused if one not in done.refused]
    draft.unjoined = [one for one in draft.unjoined if one not in done.unjoined]
    again = {one.id for one in done.asked}
    draft.suggestions = [*(one for one in draft.suggestions if one.id not in again), *done.asked]
    draft.words |= done.words
    draft.alone |= set(done.alone)
    # Whose theme is no more stays listed: the next grouping gives it one.
    homeless = {change.idea for change in done.homes if not draft.home[change.idea]}
    draft.not_ideas = (draft.not_ideas - (set(done.put_out) - homeless)) | set(done.taken_in)


def _looks(draft: Draft, done: Done, later: list[Done]) -> None:
    """Names, and whether a theme is kept, as before; but not where somebody touched it later."""
    touched = {number for one in later for number in one.themes}
    for number, frame in done.before.items():
        if number not in draft.themes:
            continue
        draft.order[number] = frame.phrases
        draft.change(number, headline_id=frame.headline_id, representatives=frame.representatives)
        if done.do == "rename" or done.names.get(number) == draft.themes[number].name:
            _name_again(draft, number, frame)
        if number not in touched:
            draft.kept.pop(number, None)
            if frame.kept:
                draft.kept[number] = frame.kept
            draft.change(number, is_new=frame.is_new)


def _name_again(draft: Draft, number: str, frame: Frame) -> None:
    name = unique(frame.name, draft.names_taken(number))
    draft.change(number, name=name, locked=frame.locked, in_name=frame.in_name)
    if held := draft.kept.get(number):
        draft.kept[number] = msgspec.structs.replace(held, name=frame.kept.name if frame.kept else None)
