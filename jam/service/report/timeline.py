"""When things were sent: readable ideas and replies in equal steps of time, and the phases' real times.

Part of ``build_report``. The bars add up to everything that can be read, so no idea is lost between them.
"""

from jam.domain.jam_settings import PhaseSlot
from jam.domain.names import WRITING_PHASES
from jam.domain.records import Millis
from jam.service.report.document import Interval, PhaseSpan, Timeline
from jam.service.report.inputs import IdeaInput, JamInput
from jam.service.report.reading import Reading, figure, moment

MAX_INTERVALS = 30
_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000
_STEPS = (
    *(n * _SECOND for n in (1, 2, 5, 10, 15, 30)),
    *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR for n in (1, 2, 3, 6, 12)),
    *(n * _DAY for n in (1, 2, 7, 14, 28)),
)


def build_timeline(reading: Reading) -> Timeline:
    """Count what was sent in each of at most 30 intervals from the first writing phase to the last idea."""
    sent = [*reading.ideas, *reading.replies]
    if not sent:
        return Timeline(step_s=0, intervals=())
    first, last = _span(sent, reading.inputs.jam)
    step = _step(first, last)
    start = first - first % step
    by_step: dict[int, list[IdeaInput]] = {}
    for idea in sent:
        by_step.setdefault((idea.at - start) // step, []).append(idea)
    count = (last - start) // step + 1
    intervals = [_interval(start + n * step, step, by_step.get(n, [])) for n in range(count)]
    return Timeline(step_s=step // 1000, intervals=tuple(intervals))


def _span(sent: list[IdeaInput], jam: JamInput) -> tuple[Millis, Millis]:
    """First and last moment to draw: the writing phases as they really ran, and whatever lies outside."""
    times = [idea.at for idea in sent]
    for slot in jam.phases:
        if slot.phase in WRITING_PHASES and slot.closed_seq is not None:
            times += [t for t in (slot.starts_at, slot.ends_at and slot.ends_at - 1) if t is not None]
    return min(times), max(times)


def _step(first: Millis, last: Millis) -> Millis:
    """The shortest round step that needs no more than 30 intervals, however they are aligned."""
    for step in _STEPS:
        if last // step - first // step < MAX_INTERVALS:
            return step
    month = _STEPS[-1]
    return month * -(-(last - first) // (month * (MAX_INTERVALS - 2)))


def _interval(start: Millis, step: Millis, ideas: list[IdeaInput]) -> Interval:
    return Interval(
        starts_at=moment(start),
        ends_at=moment(start + step),
        ideas=figure(i for i in ideas if i.reply_to is None),
        replies=figure(i for i in ideas if i.reply_to is not None),
    )


def build_phases(jam: JamInput) -> tuple[PhaseSpan, ...]:
    """The phases in order, each with its times as far as they are known or planned."""
    return tuple(_phase(slot, index - jam.phase_index) for index, slot in enumerate(jam.phases))


def _phase(slot: PhaseSlot, ahead: int) -> PhaseSpan:
    return PhaseSpan(
        phase=slot.phase,
        starts_at=None if slot.starts_at is None else moment(slot.starts_at),
        ends_at=None if slot.ends_at is None else moment(slot.ends_at),
        state="ended" if ahead < 0 else "planned" if ahead else "running",
    )
