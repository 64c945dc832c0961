"""A theme map on the workbench: what one correction changes, noted idea by idea so that it can be undone.

Below ``steering.steer``, which says what each correction means. Ids only: no text, no vector. A map
that leaves the workbench has every idea in one theme, as the one that went on it had.
"""

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from clustering.errors import CorrectionRefused
from clustering.shapes import Descent, Phrase, Spot, Suggestion, Theme, ThemeMap
from clustering.steering.decided import Done, Frame, KeptTheme, Words
from clustering.steering.follow import Earlier, followed, part_name, unique, words_of
from clustering.steering.register import NOWHERE, Register

_Group = TypeVar("_Group", bound=tuple[str, ...])

NO_IDEA, IDEA_AFTER_ALL = "no", "yes"


class Draft:
    """The working copy of one map for one correction. Registers and lists are changed in place."""

    def __init__(self, found: ThemeMap, correction: str, do: str) -> None:
        steering = found.steering
        self.found, self.correction, self.do = found, correction, do
        self.themes = {one.id: one for one in found.themes}
        self.home = Register({idea: one.id for one in found.themes for idea in one.members})
        self.pins = Register(steering.pinned)
        marks = dict.fromkeys(steering.not_ideas, NO_IDEA)
        self.marks = Register(marks | dict.fromkeys(steering.ideas_after_all, IDEA_AFTER_ALL))
        self.kept = dict(steering.kept)
        self.apart, self.refused = list(steering.apart), list(steering.refused)
        self.unjoined, self.done = list(steering.unjoined), dict(steering.done)
        self.suggestions = list(found.suggestions)
        self.lineage = list(found.lineage)
        self.before: dict[str, Frame] = {}
        self.words: dict[str, Words] = {}
        self.order: dict[str, tuple[str, ...]] = {}
        self.made: list[str] = []
        self.alone, self.not_ideas = set(found.one_of_a_kind), set(found.not_ideas)
        self._next = steering.next_number

    def theme(self, number: str) -> Theme:
        """The theme, from now on touched by this correction. Raises CorrectionRefused where it is gone."""
        one = self.themes.get(number)
        if one is None:
            raise CorrectionRefused("theme_gone", f"There is no theme {number} any more.")
        if number not in self.made:
            self.before.setdefault(number, _frame(one, self.kept.get(number)))
        return one

    def change(self, number: str, **fields: object) -> None:
        """Replace fields of a theme."""
        self.themes[number] = msgspec.structs.replace(self.theme(number), **fields)

    def members(self, number: str) -> list[str]:
        """Ids of the ideas that are in this theme now, sorted."""
        return sorted(idea for idea, home in self.home.now.items() if home == number)

    def keep(self, number: str) -> None:
        """From now on the theme's members stay: a person touched it."""
        known, here = self.kept.get(number), self.members(number)
        # What is not shown at present belongs to it as well, and comes back to it.
        absent = [idea for idea in (known.members if known else ()) if not self.home[idea]]
        name = known.name if known else None
        self.theme(number)
        self.kept[number] = KeptTheme(members=tuple(sorted({*here, *absent})), name=name)
        self.change(number, is_new=False)

    def send(self, idea: str, number: str) -> None:
        """Put one idea into a theme, or nowhere; both ends are touched, so both are counted anew."""
        for one in (self.home[idea], number):
            if one != NOWHERE:
                self.theme(one)
        self.home[idea] = number

    def new(self, source: str) -> str:
        """The id of a new theme, which is still without ideas and has the looks of ``source``."""
        number = f"t{self._next}"
        self._next += 1
        self.made.append(number)
        looks = self.themes[source]
        self.themes[number] = msgspec.structs.replace(
            looks, id=number, name="", in_name=0, locked=False, is_new=False, spot=None
        )
        return number

    def restore(self, number: str, frame: Frame) -> None:
        """Bring a theme back that is no more, as it looked; its ideas are sent by the caller."""
        self.made.append(number)
        self.themes[number] = Theme(
            id=number,
            name=unique(frame.name, self.names_taken(number)),
            phrases=tuple(Phrase(text=text, ideas=()) for text in frame.phrases),
            in_name=frame.in_name,
            locked=frame.locked,
            is_new=frame.is_new,
            headline_id=frame.headline_id,
            representatives=frame.representatives,
            members=(),
            size=0,
            distinct=0,
            spot=msgspec.json.decode(frame.spot, type=Spot) if frame.spot else None,
        )
        if frame.kept:
            self.kept[number] = frame.kept
        self.descend(number, "back")

    def end(self, number: str, how: str, others: Iterable[str]) -> None:
        """Take an empty theme out, and say in the lineage what became of it."""
        self.theme(number)
        gone = self.themes.pop(number)
        self.descend(number, how, others, gone.name)

    def descend(self, number: str, how: str, others: Iterable[str] = (), name: str = "") -> None:
        """Add a line to the lineage."""
        self.lineage.append(
            Descent(theme=number, how=how, others=tuple(others), name=name, correction=self.correction)
        )

    def alive(self, number: str) -> str | None:
        """The theme, or the one that it was merged into; None where there is neither."""
        seen = set[str]()
        while number not in self.themes and number not in seen:
            seen.add(number)
            merged = (one for one in reversed(self.lineage) if (one.theme, one.how) == (number, "merged"))
            number = next((one.others[0] for one in merged), number)
        return number if number in self.themes else None

    def names_taken(self, but: str) -> set[str]:
        """The names of all other themes, without case."""
        return {one.name.casefold() for one in self.themes.values() if one.id != but}

    def finished(self) -> ThemeMap:
        """The map as it leaves the workbench."""
        self._settle()
        self.done[self.correction] = Done(
            id=self.correction,
            do=self.do,
            homes=self.home.changes(),
            pins=self.pins.changes(),
            marks=self.marks.changes(),
            before=self.before,
            names={
                number: self.themes[number].name
                for number, frame in self.before.items()
                if number in self.themes and _named(self.themes[number]) != _named(frame)
            },
            made=tuple(number for number in self.made if number in self.themes),
            ended=tuple(number for number in self.before if number not in self.themes),
            apart=_added(self.found.steering.apart, self.apart),
            refused=_added(self.found.steering.refused, self.refused),
            unjoined=_added(self.found.steering.unjoined, self.unjoined),
            asked=tuple(one for one in self.found.suggestions if one not in self.suggestions),
            words=self._words(),
            alone=tuple(sorted(set(self.found.one_of_a_kind) - self.alone)),
            taken_in=tuple(sorted(set(self.found.not_ideas) - self.not_ideas)),
            put_out=tuple(sorted(self.not_ideas - set(self.found.not_ideas))),
        )
        return self._map()

    def _words(self) -> dict[str, Words]:
        found = {one.id: one for one in self.found.themes}
        left = (one for one in self.home.changes() if one.before and not one.after)
        return {one.idea: words_of(one.idea, found[one.before]) for one in left}

    def _settle(self) -> None:
        """Themes with what their ideas are now; those without any end; what is kept and suggested follows."""
        members: dict[str, list[str]] = {number: [] for number in self.themes}
        for idea, home in self.home.now.items():
            members[home].append(idea)
        touched = [number for number in (*self.before, *self.made) if number in self.themes]
        for number in touched:
            if not members[number]:
                self.end(number, "gone", self._went_from(number))
        touched = [number for number in touched if number in self.themes]
        before = {one.id: one for one in self.found.themes if one.id in self.before}
        earlier = Earlier(before, self.words, self.order)
        for number in touched:
            self.themes[number] = followed(
                self.themes[number], sorted(members[number]), earlier, self.found.duplicates
            )
        self._name_parts(touched)
        self._release()
        still = [one for old in self.suggestions if (one := self._still(old)) is not None]
        self.suggestions = sorted(still, key=lambda one: one.id)
        marked = {idea for idea, mark in self.marks.now.items() if mark == NO_IDEA}
        self.not_ideas = (self.not_ideas | marked) - self.home.now.keys()
        self.alone = {idea for idea in self.alone if self.home[idea]}

    def _went_from(self, number: str) -> tuple[str, ...]:
        to = Counter(one.after for one in self.home.changes() if one.before == number and one.after)
        return tuple(theme for theme, _ in to.most_common())

    def _name_parts(self, touched: list[str]) -> None:
        """Names for the new themes that were given none: words that only their ideas say."""
        for number in touched:
            if not self.themes[number].name:
                rest = [self.themes[one] for one in touched if one != number]
                taken = self.names_taken(number)
                self.themes[number] = part_name(self.themes[number], rest, taken)

    def _release(self) -> None:
        """Ideas that left a kept theme are no longer held by it."""
        for change in self.home.changes():
            for number in {change.before, change.after} - {NOWHERE}:
                held = self.kept.get(number)
                if held and change.idea in held.members and self.home[change.idea] not in ("", number):
                    rest = tuple(idea for idea in held.members if idea != change.idea)
                    self.kept[number] = msgspec.structs.replace(held, members=rest)

    def _still(self, one: Suggestion) -> Suggestion | None:
        """What is left of a suggestion; None where persons have overtaken it."""
        if any(number not in self.themes for number in one.themes):
            return None
        if one.kind == "new_theme":
            return one if self.themes[one.themes[0]].is_new else None
        if one.kind == "join":
            return one
        home = one.themes[-1]
        held = set(self.pins.now)
        ideas = tuple(idea for idea in one.ideas if self.home[idea] == home and idea not in held)
        return msgspec.structs.replace(one, ideas=ideas) if ideas else None

    def _map(self) -> ThemeMap:
        steering = msgspec.structs.replace(
            self.found.steering,
            next_number=self._next,
            kept=self.kept,
            pinned=dict(sorted(self.pins.now.items())),
            apart=tuple(self.apart),
            not_ideas=self._marked(NO_IDEA),
            ideas_after_all=self._marked(IDEA_AFTER_ALL),
            refused=tuple(self.refused),
            unjoined=tuple(self.unjoined),
            done=self.done,
        )
        themes = [msgspec.structs.replace(one, kept=one.id in self.kept) for one in self.themes.values()]
        counted = len(self.home.now) + len(self.not_ideas)
        return msgspec.structs.replace(
            self.found,
            themes=tuple(sorted(themes, key=rank)),
            one_of_a_kind=tuple(sorted(self.alone)),
            not_ideas=tuple(sorted(self.not_ideas)),
            ideas=self.found.ideas if self.found.too_few else counted,
            suggestions=tuple(self.suggestions),
            lineage=tuple(self.lineage),
            steering=steering,
        )

    def _marked(self, word: str) -> tuple[str, ...]:
        return tuple(sorted(idea for idea, mark in self.marks.now.items() if mark == word))


def rank(one: Theme) -> tuple[int, int, str]:
    """Themes in the order in which they are shown: most distinct ideas first, then most, then smallest id."""
    return -one.distinct, -one.size, min(one.members)


def _named(one: Theme | Frame) -> tuple[str, bool]:
    return one.name, one.locked


def _frame(one: Theme, kept: KeptTheme | None) -> Frame:
    return Frame(
        name=one.name,
        phrases=tuple(phrase.text for phrase in one.phrases),
        in_name=one.in_name,
        locked=one.locked,
        is_new=one.is_new,
        headline_id=one.headline_id,
        representatives=one.representatives,
        kept=kept,
        spot=msgspec.json.encode(one.spot).decode() if one.spot else "",
    )


def _added(before: Iterable[_Group], after: Iterable[_Group]) -> tuple[_Group, ...]:
    known = set(before)
    return tuple(one for one in after if one not in known)
