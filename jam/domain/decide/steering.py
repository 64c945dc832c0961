"""Decisions of the facilitator about the jam's clock: phases, pause, close, and a close taken back."""

from jam.domain import schedule
from jam.domain.commands import CloseJam, ExtendPhase, PauseJam, ReopenJam, ResumeJam, StartNextPhase
from jam.domain.facts import Decision, Facts, NewEvent
from jam.domain.names import Visibility
from jam.domain.records import Jam, Millis
from jam.domain.rejections import Rejection, reject
from jam.domain.views import Viewer


def jam_event(kind: str, jam: Jam) -> NewEvent:
    """The event about the jam's clock as it now stands, with every time that is known."""
    data = {
        "phase": jam.phase,
        "phase_index": jam.phase_index,
        "paused_at": jam.paused_at,
        "starts": [slot.starts_at for slot in jam.phases],
        "ends": [slot.ends_at for slot in jam.phases],
        "version": jam.version,
    }
    return NewEvent(kind, Visibility.PUBLIC, jam.id, data)


def _moved(kind: str, jam: Jam, facts: Facts) -> Decision:
    return Decision([jam_event(kind, jam)], [jam], {"seq": facts.next_seq, "version": jam.version})


def _as_seen(command: StartNextPhase | ExtendPhase | CloseJam | ReopenJam, jam: Jam) -> Rejection | None:
    """Two people press at once: the later is told how the jam stands now (compare-and-set, guarantee G8)."""
    if not isinstance(command, CloseJam | ReopenJam) and command.phase_index != jam.phase_index:
        return reject("phase_changed", phase=jam.phase)
    if command.version in (None, jam.version):
        return None
    if jam.paused_at is not None or jam.slot.ends_at is None:
        return reject("changed_meanwhile")
    return reject("times_changed", phase=jam.phase, ends_at=jam.slot.ends_at)


def start_next_phase(
    command: StartNextPhase, actor: Viewer, facts: Facts, now: Millis
) -> Decision | Rejection:
    """Ring the running phase's bell now. ``closed_seq`` is the log's end before the bell."""
    changed = _as_seen(command, facts.jam)
    if changed:
        return changed
    return _moved("phase_started", schedule.ring(facts.jam, now, facts.jam.last_seq), facts)


def extend_phase(command: ExtendPhase, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Move the running phase's end; a phase without an end has none to move."""
    changed = _as_seen(command, facts.jam)
    if changed:
        return changed
    if not isinstance(command.minutes, int) or not 1 <= command.minutes <= 120:
        return reject("minutes_out_of_range")
    if facts.jam.slot.ends_at is None:
        return reject("schedule_bad", detail="this phase has no planned end")
    return _moved("phase_extended", schedule.extend(facts.jam, command.minutes), facts)


def pause_jam(command: PauseJam, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Stop the clock."""
    if facts.jam.paused_at is not None:
        return reject("already_paused")
    return _moved("jam_paused", schedule.pause(facts.jam, now), facts)


def resume_jam(command: ResumeJam, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Let the clock go on."""
    if facts.jam.paused_at is None:
        return reject("not_paused")
    return _moved("jam_resumed", schedule.resume(facts.jam, now), facts)


def close_jam(command: CloseJam, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Ring every bell that is left."""
    changed = _as_seen(command, facts.jam)
    if changed:
        return changed
    return _moved("phase_started", schedule.close(facts.jam, now, facts.jam.last_seq), facts)


def reopen_jam(command: ReopenJam, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Take a close back: its phase goes on. The event names the closing, which stays in the log (G7)."""
    changed = _as_seen(command, facts.jam)
    if changed:
        return changed
    if command.minutes is not None and not 1 <= command.minutes <= 120:
        return reject("minutes_out_of_range")
    before = facts.jam
    reopened = schedule.reopen(before, now, command.minutes)
    if isinstance(reopened, Rejection):
        return reopened
    decision = _moved("jam_reopened", reopened, facts)
    closing = {"closed_seq": before.phases[-2].closed_seq, "closed_at": before.slot.starts_at}
    decision.events[0].data.update(closing)
    return decision
