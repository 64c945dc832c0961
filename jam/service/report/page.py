"""What the report's page needs beside the report: look-ups by id and the lists that figures link to.

Between ``Report`` and the templates: every number on the page is an anchor into one of these lists.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from jam.domain.names import SHOWN_STATUSES, WRITING_PHASES, Status
from jam.service.report.charts import TimeChart
from jam.service.report.document import Figure, IdeaLine, Interval, Report, Theme
from jam.service.report.reading import TEAM

_REMOVED = frozenset({Status.HIDDEN, Status.RETURNED})


@dataclass(frozen=True, slots=True)
class Section:
    """Ideas of one group under one theme; ``anchor`` is where the figure links to."""

    anchor: str
    group: str
    ideas: tuple[IdeaLine, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """All readable ideas of one theme, or those in none where ``theme`` is missing."""

    anchor: str
    theme: Theme | None
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """Marks of what cannot be read any more: one status and one rule."""

    status: Status
    rule: str | None
    lines: tuple[IdeaLine, ...]


class Page:
    """A report with its look-ups; made anew for each rendering."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.line = {line.id: line for line in report.lines}
        self.theme = {theme.id: theme for theme in report.grouping.themes}
        self.answers: dict[str, list[IdeaLine]] = {}
        for line in report.lines:
            if line.reply_to is not None and line.status in SHOWN_STATUSES:
                self.answers.setdefault(line.reply_to, []).append(line)

    @cached_property
    def audiences(self) -> tuple[str, ...]:
        """The groups that took part, without the team; all of them where nobody came."""
        public = [g for g in self.report.people.groups if g.group != TEAM]
        return tuple(g.group for g in public if g.came or g.wrote) or tuple(g.group for g in public)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The audiences, and the team where something of theirs can be read."""
        team = [g.group for g in self.report.people.groups if g.group == TEAM and g.ideas.count]
        return (*self.audiences, *team)

    @cached_property
    def shelves(self) -> tuple[Shelf, ...]:
        """Every readable idea once: theme by theme in the order of the ranking, then those in no theme."""
        grouping = self.report.grouping
        shelves = [self._shelf(f"ideas-{theme.id}", theme, theme.ideas) for theme in grouping.themes]
        if grouping.not_ideas.count:
            shelves.append(self._shelf("ideas-not", None, grouping.not_ideas))
        if grouping.ungrouped.count:
            shelves.append(self._shelf("ideas-none", None, grouping.ungrouped))
        return tuple(shelves)

    def _shelf(self, anchor: str, theme: Theme | None, figure: Figure) -> Shelf:
        lines = [self.line[i] for i in figure.ids]
        by_group = {g: tuple(line for line in lines if line.group == g) for g in self._group_order(lines)}
        return Shelf(anchor, theme, tuple(Section(f"{anchor}-{g}", g, own) for g, own in by_group.items()))

    def _group_order(self, lines: list[IdeaLine]) -> list[str]:
        used = {line.group for line in lines}
        return [g.group for g in self.report.people.groups if g.group in used]

    @cached_property
    def gone(self) -> tuple[Gone, ...]:
        """What everyone was shown once and cannot read now, by status and by the rule, where it is told."""
        lines = [line for line in self.report.lines if line.status not in SHOWN_STATUSES]
        kinds = dict.fromkeys((line.status, line.rule) for line in lines)
        order = [s.status for s in self.report.moderation.standing]
        return tuple(
            Gone(status, rule, tuple(line for line in lines if (line.status, line.rule) == (status, rule)))
            for status, rule in sorted(kinds, key=lambda kind: (order.index(kind[0]), kind[1] or ""))
        )

    @cached_property
    def loose(self) -> tuple[IdeaLine, ...]:
        """Readable replies that do not stand under a readable idea."""
        apart = (replies for idea, replies in self.answers.items() if not self._stands(idea))
        return tuple(reply for replies in apart for reply in replies)

    def _stands(self, idea: str) -> bool:
        line = self.line.get(idea)
        return line is not None and line.status in SHOWN_STATUSES and line.reply_to is None

    @property
    def removed(self) -> int:
        """How many texts moderators hid or gave back, as things stand."""
        rows = (s for s in self.report.moderation.standing if s.status in _REMOVED)
        return sum(row.ideas.count + row.replies.count for row in rows)

    @property
    def phase_times(self) -> tuple[datetime | None, datetime | None]:
        """When the first phase that takes ideas began and the last one ends, as far as known."""
        writing = [p for p in self.report.phases if p.phase in WRITING_PHASES]
        return (writing[0].starts_at, writing[-1].ends_at) if writing else (None, None)

    @property
    def peak(self) -> Interval:
        """The interval in which most was sent; the first of equals."""
        return max(self.report.timeline.intervals, key=lambda i: i.ideas.count + i.replies.count)

    @cached_property
    def axis(self) -> str:
        """The pattern (CLDR) of a time on the timeline's axis: no longer than its steps need."""
        intervals = self.report.timeline.intervals
        day = timedelta(days=1)
        if intervals[-1].ends_at - intervals[0].starts_at <= day:
            return "HH:mm" if self.report.timeline.step_s >= 60 else "HH:mm:ss"
        return self.row

    @cached_property
    def row(self) -> str:
        """The pattern of a time that stands alone."""
        step = self.report.timeline.step_s
        if step >= 86_400:
            return "d MMM y"
        return "d MMM, HH:mm" if step >= 60 else "d MMM, HH:mm:ss"

    @staticmethod
    def mark_numbers(chart: TimeChart | None) -> dict[str, int]:
        """The number of each phase's line in the timeline."""
        return {str(mark.span.phase): mark.number for mark in chart.marks} if chart else {}
