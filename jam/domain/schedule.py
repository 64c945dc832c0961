"""A jam's schedule: when each phase starts and ends, and how bells, pauses and extensions move it.

Pure functions from a jam to a changed jam. Called by ``decide`` under the jam's lock, so a bell and a
submit can never both win (guarantees G7, G8).
"""

import msgspec

from jam.domain.jam_settings import PhaseSlot
from jam.domain.names import WRITING_PHASES, Phase
from jam.domain.records import Jam, Millis
from jam.domain.rejections import Rejection, reject

DEFAULT_PHASES = (
    PhaseSlot(phase=Phase.LOBBY),
    PhaseSlot(phase=Phase.IDEATE, minutes=60),
    PhaseSlot(phase=Phase.WRAP_UP, minutes=30),
    PhaseSlot(phase=Phase.CLOSED),
)
MAX_MINUTES = 60 * 24 * 31
MAX_AHEAD = 366 * 24 * 60 * 60_000
_ORDER = list(Phase)


def check_phases(phases: tuple[PhaseSlot, ...]) -> Rejection | None:
    """Whether a schedule can be run: known order, ends in ``closed``, takes ideas, sane lengths.

    The fact ``at`` is the number of the phase, from 0, where one of them is to blame.
    """
    names = [slot.phase for slot in phases]
    if not names or names[-1] is not Phase.CLOSED:
        return reject("schedule_bad", detail="the last phase must be closed")
    if Phase.PRIORITISE in names:
        at = names.index(Phase.PRIORITISE)
        return reject("schedule_bad", at=at, detail="the phase prioritise is not available yet")
    if Phase.IDEATE not in names:
        return reject("schedule_bad", detail="a jam needs the phase ideate")
    if [_ORDER.index(n) for n in names] != sorted({_ORDER.index(n) for n in names}):
        return reject("schedule_bad", detail=f"phases run in the order {', '.join(_ORDER)}, each once")
    for at, slot in enumerate(phases):
        if slot.minutes is not None and not 0 < slot.minutes <= MAX_MINUTES:
            detail = f"{slot.phase} must last more than 0 and at most 31 days"
            return reject("schedule_bad", at=at, detail=detail)
    return None


def check_opening(opens_at: Millis, now: Millis) -> Rejection | None:
    """Whether a jam made ``now`` may open at that moment."""
    if opens_at <= now:
        return reject("opening_bad", detail="it lies in the past")
    if opens_at > now + MAX_AHEAD:
        return reject("opening_bad", detail="it lies more than a year ahead")
    return None


def begin(
    phases: tuple[PhaseSlot, ...], now: Millis, opens_at: Millis | None = None
) -> tuple[PhaseSlot, ...]:
    """The schedule of a new jam that exists from ``now``.

    With ``opens_at`` its lobby, which it is given if it has none, lasts until that moment.
    """
    bare = tuple(PhaseSlot(phase=s.phase, minutes=s.minutes) for s in phases)
    if opens_at is None:
        return _laid_out(bare, 0, now)
    rest = bare[1:] if bare[0].phase is Phase.LOBBY else bare
    lobby = PhaseSlot(phase=Phase.LOBBY, starts_at=now, ends_at=opens_at)
    return _laid_out((lobby, *rest), 1, opens_at)


def _laid_out(phases: tuple[PhaseSlot, ...], index: int, starts_at: Millis | None) -> tuple[PhaseSlot, ...]:
    """Phases from ``index`` on, laid end to end from ``starts_at`` as far as lengths are known."""
    out = list(phases[:index])
    moment = starts_at
    for slot in phases[index:]:
        last = slot.phase is Phase.CLOSED
        known = moment is not None and slot.minutes is not None and not last
        ends_at = moment + round(slot.minutes * 60_000) if known else None  # type: ignore[operator]
        out.append(slot_with(slot, starts_at=moment, ends_at=ends_at))
        moment = ends_at
    return tuple(out)


def slot_with(slot: PhaseSlot, **changes: Millis | None) -> PhaseSlot:
    """A copy of a slot with other times."""
    return msgspec.structs.replace(slot, **changes)


def due(jam: Jam, now: Millis) -> bool:
    """Whether the running phase's end has come (a paused clock never comes to an end)."""
    return jam.next_bell_at is not None and jam.next_bell_at <= now


def ring(jam: Jam, starts_at: Millis, seq: int) -> Jam:
    """Close the running phase at log position ``seq`` and start the next one at ``starts_at``."""
    index = jam.phase_index
    ended = slot_with(jam.slot, ends_at=starts_at, closed_seq=seq, left=_left(jam, starts_at))
    phases = (*jam.phases[:index], ended, *jam.phases[index + 1 :])
    phases = _laid_out(phases, index + 1, starts_at)
    return _moved(jam, phases=phases, phase_index=index + 1, paused_at=None)


def _left(jam: Jam, now: Millis) -> Millis | None:
    """How much of the running phase's planned time is left; while paused, what was left at the pause."""
    until = jam.slot.ends_at
    return None if until is None else max(0, until - (jam.paused_at or now))


def closed_last(jam: Jam) -> int:
    """The index of the phase that was running when the closed jam was closed: one close rings all at once."""
    seq = jam.phases[-2].closed_seq
    return min(i for i, slot in enumerate(jam.phases) if slot.closed_seq == seq)


def reopen(jam: Jam, now: Millis, minutes: int | None) -> Jam | Rejection:
    """Let the phase that was closed last go on for ``minutes``, or for the time that its bell cut off."""
    index = closed_last(jam)
    slot = jam.phases[index]
    left = slot.left if minutes is None else minutes * 60_000
    if left == 0:
        return reject("minutes_out_of_range")
    ends_at = None if left is None else now + left
    running = slot_with(slot, ends_at=ends_at, closed_seq=None, left=None)
    later = (slot_with(s, closed_seq=None, left=None) for s in jam.phases[index + 1 :])
    phases = _laid_out((*jam.phases[:index], running, *later), index + 1, ends_at)
    return _moved(jam, phases=phases, phase_index=index, paused_at=None)


def close(jam: Jam, now: Millis, seq: int) -> Jam:
    """Ring every remaining bell at once: the jam is in ``closed`` afterwards."""
    while jam.phase is not Phase.CLOSED:
        jam = ring(jam, now, seq)
    return jam


def extend(jam: Jam, minutes: int) -> Jam:
    """Move the end of the running phase, and all that follows, by ``minutes``."""
    return _moved(jam, phases=_shifted(jam, minutes * 60_000))


def pause(jam: Jam, now: Millis) -> Jam:
    """Stop the clock at ``now``."""
    return _moved(jam, paused_at=now)


def resume(jam: Jam, now: Millis) -> Jam:
    """Let the clock go on: every later end moves by the time paused."""
    assert jam.paused_at is not None
    return _moved(jam, phases=_shifted(jam, now - jam.paused_at), paused_at=None)


def _shifted(jam: Jam, by: Millis) -> tuple[PhaseSlot, ...]:
    def moved(moment: Millis | None) -> Millis | None:
        return None if moment is None else moment + by

    index = jam.phase_index
    running = slot_with(jam.slot, ends_at=moved(jam.slot.ends_at))
    later = (
        slot_with(s, starts_at=moved(s.starts_at), ends_at=moved(s.ends_at)) for s in jam.phases[index + 1 :]
    )
    return (*jam.phases[:index], running, *later)


def _moved(jam: Jam, **changes: object) -> Jam:
    changed: Jam = jam.with_(version=jam.version + 1, **changes)
    return changed.with_(next_bell_at=None if changed.paused_at is not None else changed.slot.ends_at)  # type: ignore[no-any-return]


def last_writing_index(jam: Jam) -> int:
    """The index of the last phase that takes ideas or replies: its bell sets off the final themes."""
    return max(i for i, slot in enumerate(jam.phases) if slot.phase in WRITING_PHASES)


def writing_is_over(jam: Jam) -> bool:
    """Whether the bell of the last writing phase has rung."""
    return jam.phase_index > last_writing_index(jam)


def bell_at(jam: Jam) -> Millis | None:
    """When the last writing phase ended, in ms, or ``None`` while it has not."""
    return jam.phases[last_writing_index(jam)].ends_at if writing_is_over(jam) else None
