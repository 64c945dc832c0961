"""From groups of texts to a theme map: matched with the map before, named, with what changed said.

Last part of the path, called by ``clustering.pipeline``. What a theme *is* was decided before; here it
gets its id, its name and the ideas that are shown, and the map its lists.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from clustering.embedding.model import Embedder
from clustering.grouping.graph import Matrix
from clustering.grouping.outliers import one_of_a_kind
from clustering.grouping.spaces import Fresh, Space, fresh_groups
from clustering.memory import Memory
from clustering.naming.grammar import Segments
from clustering.naming.name import Given, Naming, name_themes
from clustering.naming.phrases import Phrases
from clustering.naming.subthemes import named_parts
from clustering.naming.taken import Taken
from clustering.placing.place import place as put_on_picture
from clustering.shapes import (
    Labels,
    Parameters,
    Part,
    Phrase,
    Progress,
    Rows,
    Theme,
    ThemeMap,
    Unread,
)
from clustering.steering.lists import descents, moves, suggested
from clustering.steering.match import Unit, matched, units_of


class Grouped(NamedTuple):
    """The distinct ideas of a run, row by row, before they are grouped."""

    texts: list[str]
    words: Sequence[Segments]
    shown: list[str]
    """For each row the id that stands for it where one idea is shown."""
    said_by: list[tuple[str, ...]]
    spaces: list[Space]
    unread: dict[str, Rows]
    parameters: Parameters
    question: str | None
    embedder: Embedder
    memory: Memory


def without_themes(before: ThemeMap, said_by: Sequence[tuple[str, ...]]) -> ThemeMap:
    """The map of too few ideas: what persons decided is kept for when there are more."""
    return msgspec.structs.replace(
        before,
        themes=(),
        one_of_a_kind=(),
        duplicates=_duplicates(said_by),
        unread=(),
        too_few=True,
        spots={},
        frame=None,
        moved=(),
        suggestions=(),
        lineage=(*before.lineage, *descents(before, ())),
    )


def _duplicates(said_by: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted(ids for ids in said_by if len(ids) > 1))


def assembled(grouped: Grouped, before: ThemeMap, progress: Progress) -> ThemeMap:
    """The map of these ideas, which goes on from the map ``before``."""
    fresh = fresh_groups(grouped.spaces, grouped.parameters)
    units = units_of(grouped.said_by, before)
    is_grown = _is_grown(before, units)
    unanswered = {one.id for one in before.themes if one.is_new} if is_grown else set[str]()
    match = matched(
        units, fresh.labels, fresh.points, before.steering, grouped.parameters.reluctance, unanswered
    )
    new = unanswered.union(match.new) if is_grown else set[str]()
    order = _ranked(units, match.themes)
    rank_of = {number: place for place, number in enumerate(order)}
    labels = np.array([rank_of[number] for number in match.themes], dtype=np.intp)
    alone = _alone(grouped, fresh)
    progress("group", 1, 1)
    themes = _Namer(grouped, units, labels, order, before, new, fresh.points).themes(
        lambda done: progress("name", done, len(order))
    )
    placing = put_on_picture(
        themes, [one.ids for one in units], labels, fresh.points[[one.row for one in units]], before
    )
    themes = tuple(msgspec.structs.replace(one, spot=placing.themes[one.id]) for one in themes)
    return msgspec.structs.replace(
        before,
        themes=themes,
        one_of_a_kind=alone,
        duplicates=_duplicates(grouped.said_by),
        unread=tuple(
            Unread(lang=lang, ideas=tuple(sorted(idea for row in rows for idea in grouped.said_by[row])))
            for lang, rows in sorted(grouped.unread.items())
        ),
        too_few=False,
        moved=moves(before, themes),
        spots=placing.ideas,
        frame=placing.frame,
        suggestions=suggested(before, themes, units, match) if is_grown else (),
        lineage=(*before.lineage, *descents(before, themes)),
        steering=msgspec.structs.replace(before.steering, next_number=match.next_number),
    )


def _ranked(units: Sequence[Unit], themes: Sequence[str]) -> list[str]:
    """Theme ids in the order in which they are shown: see ``steering.draft.rank``."""
    found: dict[str, list[Unit]] = {}
    for one, number in zip(units, themes, strict=True):
        found.setdefault(number, []).append(one)

    def place(number: str) -> tuple[int, int, str]:
        ids = [idea for one in found[number] for idea in one.ids]
        return -_distinct(found[number]), -len(ids), min(ids)

    return sorted(found, key=place)


def _distinct(units: Iterable[Unit]) -> int:
    """How many different things they say: persons may have put those who say the same into two units."""
    return len({one.row for one in units})


def _alone(grouped: Grouped, fresh: Fresh) -> tuple[str, ...]:
    """Ids that are one of a kind; what two people sent in the same words is not."""
    found: list[str] = []
    for space, near in zip(grouped.spaces, fresh.near, strict=True):
        if len(space.rows) < 2:
            continue
        flags = one_of_a_kind(space.vectors, grouped.parameters.outlier_spread, near)
        flagged = [grouped.said_by[row] for row in space.rows[flags]]
        found += [ids[0] for ids in flagged if len(ids) == 1]
    return tuple(sorted(found))


def _is_grown(before: ThemeMap, units: Sequence[Unit]) -> bool:
    """Whether the map before had at least half of these ideas: else all is new, and nothing is called so."""
    return 2 * sum(bool(one.before) for one in units) >= len(units) and bool(before.themes)


def _from(named: Callable[[int], None], base: int) -> Callable[[int], None]:
    return lambda done: named(base + done)


class _Namer:
    """Names and shown ideas for the themes of one run."""

    def __init__(
        self,
        grouped: Grouped,
        units: Sequence[Unit],
        labels: Labels,
        order: Sequence[str],
        before: ThemeMap,
        new: set[str],
        points: Matrix,
    ) -> None:
        self.points = points
        self.grouped, self.units, self.labels, self.order = grouped, units, labels, order
        self.units_of: list[list[Unit]] = [[] for _ in order]
        for one, label in zip(units, labels.tolist(), strict=True):
            self.units_of[label].append(one)
        self.before = {one.id: one for one in before.themes}
        self.kept, self.new = before.steering.kept, new

    def themes(self, named: Callable[[int], None]) -> tuple[Theme, ...]:
        """All themes, in their order."""
        named(0)
        found: dict[int, Theme] = {}
        taken = Taken()
        home = self._space_of_each()
        for place, space in enumerate(self.grouped.spaces):
            here = [label for label in range(len(self.order)) if home[label] == place]
            if here:
                found |= self._in_space(space, here, taken, _from(named, len(found)))
        return tuple(found[label] for label in range(len(self.order)))

    def _space_of_each(self) -> list[int]:
        """For each theme the space that most of its units are in."""
        space_of = np.empty(len(self.grouped.texts), dtype=np.intp)
        for place, space in enumerate(self.grouped.spaces):
            space_of[space.rows] = place
        spaces = space_of[[one.row for one in self.units]]
        return [int(np.bincount(spaces[self.labels == label]).argmax()) for label in range(len(self.order))]

    def _in_space(
        self, space: Space, here: list[int], taken: Taken, named: Callable[[int], None]
    ) -> dict[int, Theme]:
        row_of = {int(row): place for place, row in enumerate(space.rows)}
        units = [
            place for place, one in enumerate(self.units) if one.row in row_of and self.labels[place] in here
        ]
        number = {label: place for place, label in enumerate(here)}
        rows = [self.units[place].row for place in units]
        vectors = space.vectors[[row_of[row] for row in rows]]
        labels = np.array([number[int(self.labels[place])] for place in units], dtype=np.intp)
        grouped = self.grouped
        said = Phrases(
            [grouped.texts[row] for row in rows],
            grouped.question,
            space.lang,
            [grouped.words[row] for row in rows],
            grouped.memory.phrases(space.lang),
        )
        namings = name_themes(
            said,
            vectors,
            labels,
            None if space.lang else grouped.embedder,
            grouped.parameters,
            named,
            given=self._given(here),
            taken=taken,
        )
        parts = named_parts(
            said,
            [self.units[place].ids for place in units],
            vectors,
            self.points[rows],
            labels,
            grouped.parameters,
        )
        return {
            label: self._theme(label, naming, units, parts.get(number[label], ()))
            for label, naming in zip(here, namings, strict=True)
        }

    def _given(self, here: list[int]) -> dict[int, Given]:
        """Names that a person gave, and names of themes whose ideas are mostly the same as before."""
        found = {}
        for place, label in enumerate(here):
            number = self.order[label]
            held, old = self.kept.get(number), self.before.get(number)
            if held and held.name:
                found[place] = Given(name=held.name, locked=True)
            elif old and self._is_mostly(old, label):
                said = tuple(phrase.text for phrase in old.phrases[: old.in_name])
                found[place] = Given(name=old.name, phrases=said)
        return found

    def _is_mostly(self, old: Theme, label: int) -> bool:
        now = self._members(label)
        return 2 * len(set(old.members).intersection(now)) >= len(now)

    def _members(self, label: int) -> list[str]:
        return sorted(idea for one in self.units_of[label] for idea in one.ids)

    def _theme(self, label: int, naming: Naming, units: list[int], parts: tuple[Part, ...]) -> Theme:
        number, members = self.order[label], self._members(label)
        held = self.kept.get(number)
        shown = tuple(self._shown(units[row]) for row in naming.shown)
        return Theme(
            id=number,
            name=naming.name,
            phrases=tuple(
                Phrase(
                    text=one.text,
                    ideas=tuple(sorted(idea for row in one.rows for idea in self.units[units[row]].ids)),
                )
                for one in naming.phrases()
            ),
            in_name=len(naming.chosen),
            locked=held is not None and held.name is not None,
            kept=held is not None,
            is_new=number in self.new,
            headline_id=shown[0],
            representatives=shown,
            members=tuple(members),
            parts=parts,
            size=len(members),
            distinct=_distinct(self.units_of[label]),
        )

    def _shown(self, unit: int) -> str:
        """The id that stands for a unit: of the wording that is shown, where it is among the unit's."""
        one = self.units[unit]
        leading = self.grouped.shown[one.row]
        return leading if leading in one.ids else one.ids[0]
