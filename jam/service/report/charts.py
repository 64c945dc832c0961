"""The geometry of the report's charts, as numbers; the templates draw them as inline SVG.

Lengths along the page are in percent, so a chart fits any width and its words keep their size; heights
are in pixels. Every chart stands beside a table of the same figures.
"""

from dataclasses import dataclass

from jam.service.report.document import Grouping, PhaseSpan, Theme, Timeline

BAR = 13
BAR_ROW = 21
WIDEST = 62.0
PLOT_TOP = 26
PLOT_HEIGHT = 120
LABEL = 2.0
LETTER = 3.0
"""A label's width on the narrowest page, in percent: its start, and each character."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``kind`` chooses colour and pattern, ``count`` is its number; x and width in percent."""

    kind: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class ThemeBars:
    """The bars of one theme: one for each group, as long as the people it comes from are many."""

    theme: Theme
    height: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A phase that starts at ``x`` percent; ``number`` is its key in the list under the chart.

    ``label`` is what stands over its line: the numbers of all lines that are too close to be told apart
    stand over the first of them, and the others have none.
    """

    number: int
    x: float
    span: PhaseSpan
    label: str


@dataclass(frozen=True, slots=True)
class TimeChart:
    """Stacked bars of ideas and replies for each interval, and the bells. ``highest`` is the largest sum.

    ``top`` and ``base`` are the heights of its line and of zero.
    """

    highest: int
    top: float
    base: float
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]


def theme_bars(grouping: Grouping, always: tuple[str, ...]) -> tuple[ThemeBars, ...]:
    """Bars for each theme in the order of the ranking, all to one scale.

    Groups in ``always`` get their place even at 0, so that an absence shows.
    """
    top = max((g.people for theme in grouping.themes for g in theme.groups), default=0) or 1
    return tuple(_bars(theme, top, always) for theme in grouping.themes)


def _bars(theme: Theme, top: int, always: tuple[str, ...]) -> ThemeBars:
    drawn = [g for g in theme.groups if g.people or g.group in always]
    bars = tuple(
        Bar(g.group, g.people, 0, n * BAR_ROW + 4, WIDEST * g.people / top, BAR) for n, g in enumerate(drawn)
    )
    return ThemeBars(theme, len(drawn) * BAR_ROW, bars)


def time_chart(timeline: Timeline, phases: tuple[PhaseSpan, ...]) -> TimeChart | None:
    """Bars for each interval; nothing where nothing was sent."""
    intervals = timeline.intervals
    if not intervals:
        return None
    highest = max(i.ideas.count + i.replies.count for i in intervals)
    slot = 100 / len(intervals)
    base = float(PLOT_TOP + PLOT_HEIGHT)
    bars: list[Bar] = []
    for n, interval in enumerate(intervals):
        y = base
        for kind, count in (("idea", interval.ideas.count), ("reply", interval.replies.count)):
            height = PLOT_HEIGHT * count / highest
            y -= height
            bars += [Bar(kind, count, (n + 0.1) * slot, y, 0.8 * slot, height)] if count else []
    return TimeChart(highest, PLOT_TOP, base, tuple(bars), _marks(timeline, phases))


def _marks(timeline: Timeline, phases: tuple[PhaseSpan, ...]) -> tuple[Mark, ...]:
    first, last = timeline.intervals[0].starts_at, timeline.intervals[-1].ends_at
    starts = [(span, span.starts_at) for span in phases if span.starts_at is not None]
    within = [(span, at) for span, at in starts if first <= at <= last]
    xs = [100 * ((at - first) / (last - first)) for _, at in within]
    labels = _labels(xs)
    return tuple(Mark(n + 1, xs[n], span, labels[n]) for n, (span, _) in enumerate(within))


def _labels(xs: list[float]) -> list[str]:
    """ "1", "2", … over lines at ``xs`` percent, or "1, 2" over the first of lines that are too close."""
    labels: list[str] = []
    at = 0
    for n, x in enumerate(xs):
        if labels and x - xs[at] < LABEL + LETTER * len(labels[at]):
            labels[at] += f", {n + 1}"
            labels.append("")
        else:
            at = n
            labels.append(str(n + 1))
    return labels
