"""The jam's clock: bells, pauses, extensions and the close, to the millisecond.

A bell that is due rings before anything else in its batch; here `due` and `ring_bell` are asked directly.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jam.domain import commands as c
from jam.domain import schedule
from jam.domain.facts import Decision
from jam.domain.jam_settings import PhaseSlot
from jam.domain.names import Phase, Role
from jam.domain.permissions import may
from jam.domain.records import Jam
from jam.domain.rejections import Rejection
from jam.domain.schedule import DEFAULT_PHASES, MAX_MINUTES, begin, check_phases
from tests.domain.making import ALL_PHASES, MINUTE, OPENED, Town, a_jam


def slots(*phases: tuple[str, float | None] | str) -> tuple[PhaseSlot, ...]:
    pairs = [(one, None) if isinstance(one, str) else one for one in phases]
    return tuple(PhaseSlot(phase=Phase(phase), minutes=minutes) for phase, minutes in pairs)


def refusal(phases: tuple[PhaseSlot, ...]) -> str | None:
    outcome = check_phases(phases)
    return outcome.facts["detail"] if outcome else None


# What can be planned


@pytest.mark.parametrize(
    "phases",
    [
        DEFAULT_PHASES,
        slots(("ideate", 0.01), "closed"),
        slots(("ideate", MAX_MINUTES), "closed"),
        slots("lobby", "ideate", "build", "wrap_up", "closed"),
    ],
)
def test_a_schedule_in_order_can_be_run(phases: tuple[PhaseSlot, ...]) -> None:
    assert check_phases(phases) is None


@pytest.mark.parametrize(
    ("phases", "why"),
    [
        (slots(), "last phase must be closed"),
        (slots("lobby", "ideate"), "last phase must be closed"),
        (slots("closed", "ideate"), "last phase must be closed"),
        (slots("lobby", "build", "closed"), "needs the phase ideate"),
        (slots("ideate", "prioritise", "closed"), "not available yet"),
        (slots("ideate", "lobby", "closed"), "run in the order"),
        (slots("ideate", "ideate", "closed"), "each once"),
        (slots("closed", "ideate", "closed"), "run in the order"),
        (slots(("ideate", 0), "closed"), "more than 0"),
        (slots(("ideate", -5), "closed"), "more than 0"),
        (slots(("ideate", MAX_MINUTES + 1), "closed"), "at most 31 days"),
        (slots(("ideate", float("nan")), "closed"), "more than 0"),
        (slots(("ideate", float("inf")), "closed"), "at most 31 days"),
    ],
)
def test_a_schedule_that_cannot_be_run_is_refused_in_words(phases: tuple[PhaseSlot, ...], why: str) -> None:
    assert why in (refusal(phases) or "taken")


def test_phases_lie_end_to_end_as_far_as_lengths_are_known() -> None:
    planned = begin(slots(("lobby", 10), ("ideate", 60), "build", ("wrap_up", 5), "closed"), OPENED)
    times = [(slot.starts_at, slot.ends_at) for slot in planned]
    ten, seventy = OPENED + 10 * MINUTE, OPENED + 70 * MINUTE
    assert times == [(OPENED, ten), (ten, seventy), (seventy, None), (None, None), (None, None)]


def test_a_phase_without_a_length_waits_for_somebody_to_end_it() -> None:
    jam = a_jam(Phase.LOBBY, phases=DEFAULT_PHASES)
    assert (jam.slot.ends_at, jam.next_bell_at) == (None, None)
    assert not schedule.due(jam, OPENED + 10**12)
    rung = schedule.ring(jam, OPENED + MINUTE, 7)
    assert (rung.phase, rung.next_bell_at) == (Phase.IDEATE, OPENED + 61 * MINUTE)
    assert rung.phases[2].ends_at == OPENED + 91 * MINUTE


def test_a_half_minute_is_thirty_seconds() -> None:
    assert begin(slots(("ideate", 0.5), "closed"), 0)[0].ends_at == 30_000


# Bells


@pytest.mark.parametrize(("early", "rings"), [(1, 0), (0, 1), (-1, 1)])
def test_G8_a_bell_rings_at_its_millisecond_and_not_one_before(early: int, rings: int) -> None:
    town = Town()
    end = town.jam.slot.ends_at
    assert end is not None
    town.now = end - early
    outcome = town.house(c.RingBell())
    assert isinstance(outcome, Decision)
    assert outcome.answer == {"rang": rings}
    assert town.jam.phase is (Phase.BUILD if rings else Phase.IDEATE)


def test_a_late_bell_ends_the_phase_at_its_planned_moment() -> None:
    town = Town()
    end = town.jam.slot.ends_at
    town.later(60 * 60 + 30)
    before = town.jam.last_seq
    town.house(c.RingBell())
    ended, running = town.jam.phases[1], town.jam.slot
    assert (ended.ends_at, running.starts_at, running.ends_at) == (end, end, (end or 0) + 30 * MINUTE)
    assert (ended.closed_seq, town.jam.last_seq) == (before, before + 1)
    assert town.events[-1].data["phase"] == "build"


def test_several_bells_that_are_due_ring_in_order_each_at_its_own_moment() -> None:
    town = Town()
    first = town.jam.phases[1].ends_at
    before = town.jam.last_seq
    town.later(24 * 3600)
    outcome = town.house(c.RingBell())
    assert isinstance(outcome, Decision)
    assert outcome.answer == {"rang": 4}
    assert [e.data["phase"] for e in outcome.events] == ["build", "prioritise", "wrap_up", "closed"]
    assert [slot.closed_seq for slot in town.jam.phases[1:5]] == [before, before + 1, before + 2, before + 3]
    ends = [first + minutes * MINUTE for minutes in (0, 30, 50, 65)] if first else []
    assert [slot.ends_at for slot in town.jam.phases[1:5]] == ends
    assert (town.jam.phase, town.jam.next_bell_at) == (Phase.CLOSED, None)
    assert town.jam.slot.starts_at == ends[-1]


def test_a_bell_rings_once_however_often_it_is_asked_to() -> None:
    town = Town()
    town.later(60 * 60)
    town.house(c.RingBell())
    jam = town.jam
    assert town.house(c.RingBell()) == Decision([], [], {"rang": 0})
    assert town.jam == jam


def test_a_bell_rung_by_hand_ends_the_phase_now_and_moves_what_follows() -> None:
    town = Town()
    town.later(600)
    answer = town.get("fay", c.StartNextPhase, phase_index=1)
    assert answer["seq"] == town.jam.last_seq
    assert (town.jam.phases[1].ends_at, town.jam.slot.starts_at) == (town.now, town.now)
    assert town.jam.next_bell_at == town.now + 30 * MINUTE
    assert town.jam.phases[4].ends_at == town.now + 65 * MINUTE


def test_F15_the_later_of_two_hands_on_the_bell_is_told_the_phase() -> None:
    town = Town()
    town.get("fay", c.StartNextPhase, phase_index=1)
    late = town.do("adam", c.StartNextPhase, phase_index=1)
    assert isinstance(late, Rejection)
    assert (late.code, late.facts) == ("phase_changed", {"phase": "build"})
    assert town.refused("adam", c.ExtendPhase, phase_index=1, minutes=5) == "phase_changed"


@pytest.mark.parametrize("first", ["extend", "next", "close", "pause"])
@pytest.mark.parametrize("second", ["extend", "next", "close"])
def test_G8_of_two_hands_that_saw_the_same_jam_only_the_first_wins(first: str, second: str) -> None:
    town = Town()
    seen = {"version": town.jam.version}
    hands: dict[str, tuple[type[c.Command], dict[str, int]]] = {
        "extend": (c.ExtendPhase, {"phase_index": 1, "minutes": 5, **seen}),
        "next": (c.StartNextPhase, {"phase_index": 1, **seen}),
        "close": (c.CloseJam, seen),
        "pause": (c.PauseJam, {}),
    }
    kind, fields = hands[first]
    town.get("fay", kind, **fields)
    kind, fields = hands[second]
    told = {
        "extend": "times_changed",
        "next": "times_changed" if second == "close" else "phase_changed",
        "close": "jam_closed",
        "pause": "changed_meanwhile",
    }
    assert town.refused("adam", kind, **fields) == told[first]


def test_the_later_of_two_who_give_more_time_is_told_until_when_it_goes_in_words() -> None:
    town = Town()
    seen = {"phase_index": 1, "version": town.jam.version, "minutes": 5}
    town.get("fay", c.ExtendPhase, **seen)
    late = town.do("adam", c.ExtendPhase, **seen)
    assert isinstance(late, Rejection)
    assert late.facts == {"phase": "ideate", "ends_at": OPENED + 65 * MINUTE}
    assert late.message == "The times changed meanwhile: this phase now ends at 2025-06-15 16:11 UTC"
    town.get("fay", c.StartNextPhase, phase_index=1)
    late = town.do("adam", c.StartNextPhase, phase_index=1)
    assert isinstance(late, Rejection)
    assert late.message == "The phase changed meanwhile: it is now “Building on ideas”"


# Extensions, pauses, close


def test_an_extension_moves_this_end_and_all_later_ones() -> None:
    town = Town()
    before = town.jam
    town.get("fay", c.ExtendPhase, phase_index=1, minutes=15)
    for was, now in zip(before.phases[1:5], town.jam.phases[1:5], strict=True):
        assert now.ends_at == (was.ends_at or 0) + 15 * MINUTE
    assert town.jam.phases[0] == before.phases[0]
    assert town.jam.slot.starts_at == before.slot.starts_at
    assert (town.jam.next_bell_at, town.jam.version) == (town.jam.slot.ends_at, before.version + 1)
    assert town.events[-1].data["ends"][1] == town.jam.slot.ends_at


@pytest.mark.parametrize("minutes", [-5, 0, 121, 10 * 365 * 24 * 60])
def test_H25_an_extension_has_one_to_a_hundred_and_twenty_minutes(minutes: int) -> None:
    assert Town().refused("fay", c.ExtendPhase, phase_index=1, minutes=minutes) == "minutes_out_of_range"


@pytest.mark.parametrize("minutes", [1, 120])
def test_H25_the_shortest_and_the_longest_extension_are_taken(minutes: int) -> None:
    town = Town()
    end = town.jam.slot.ends_at or 0
    town.get("fay", c.ExtendPhase, phase_index=1, minutes=minutes)
    assert town.jam.slot.ends_at == end + minutes * MINUTE


def test_a_phase_without_an_end_cannot_be_extended() -> None:
    town = Town()
    town.facts.jam = a_jam(Phase.LOBBY, phases=DEFAULT_PHASES)
    assert town.refused("fay", c.ExtendPhase, phase_index=0, minutes=5) == "schedule_bad"


def test_a_pause_stops_the_clock_and_every_later_end_moves_by_it() -> None:
    town = Town()
    before = town.jam
    town.later(600)
    town.get("fay", c.PauseJam)
    assert (town.jam.paused_at, town.jam.next_bell_at) == (town.now, None)
    town.later(24 * 3600)
    assert town.house(c.RingBell()) == Decision([], [], {"rang": 0})
    town.get("fay", c.ResumeJam)
    moved = 24 * 3600 * 1000
    for was, now in zip(before.phases[1:5], town.jam.phases[1:5], strict=True):
        assert now.ends_at == (was.ends_at or 0) + moved
    assert (town.jam.paused_at, town.jam.next_bell_at) == (None, town.jam.slot.ends_at)
    assert town.jam.slot.starts_at == before.slot.starts_at


def test_a_pause_that_saw_the_clock_set_back_still_leaves_the_time_that_was_left() -> None:
    town = Town()
    town.later(600)
    left = (town.jam.slot.ends_at or 0) - town.now
    town.get("fay", c.PauseJam)
    town.now -= 3600 * 1000
    town.get("fay", c.ResumeJam)
    assert (town.jam.slot.ends_at or 0) - town.now == left


def test_pausing_twice_and_resuming_what_runs_is_refused() -> None:
    town = Town()
    assert town.refused("fay", c.ResumeJam) == "not_paused"
    town.get("fay", c.PauseJam)
    assert town.refused("fay", c.PauseJam) == "already_paused"


def test_an_extension_in_a_pause_adds_to_the_pause() -> None:
    town = Town()
    end = town.jam.slot.ends_at or 0
    town.get("fay", c.PauseJam)
    town.get("fay", c.ExtendPhase, phase_index=1, minutes=10)
    assert town.jam.next_bell_at is None
    town.later(60)
    town.get("fay", c.ResumeJam)
    assert town.jam.next_bell_at == end + 11 * MINUTE


def test_a_bell_rung_by_hand_ends_a_pause() -> None:
    town = Town()
    town.get("fay", c.PauseJam)
    town.later(60)
    town.get("fay", c.StartNextPhase, phase_index=1)
    assert (town.jam.paused_at, town.jam.next_bell_at) == (None, town.now + 30 * MINUTE)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.CLOSED])
def test_closing_ends_the_jam_from_any_phase_with_one_event(phase: Phase) -> None:
    town = Town(phase)
    if phase is Phase.BUILD:
        town.get("fay", c.PauseJam)
    town.later(5)
    last, events = town.jam.last_seq, len(town.events)
    town.get("fay", c.CloseJam)
    assert (town.jam.phase, town.jam.paused_at, town.jam.next_bell_at) == (Phase.CLOSED, None, None)
    assert (town.jam.last_seq, len(town.events)) == (last + 1, events + 1)
    index = list(Phase).index(phase)
    assert {slot.closed_seq for slot in town.jam.phases[index:5]} == {last}
    assert {slot.ends_at for slot in town.jam.phases[index:5]} == {town.now}
    assert town.refused("fay", c.CloseJam) == "jam_closed"


# The bell that counts


@pytest.mark.parametrize(
    ("phases", "index"),
    [(DEFAULT_PHASES, 1), (ALL_PHASES, 2), (slots("ideate", "closed"), 0)],
)
def test_the_bell_that_counts_ends_the_last_writing_phase(phases: tuple[PhaseSlot, ...], index: int) -> None:
    jam = a_jam(phases[0].phase, phases=phases)
    for _ in range(index):
        jam = schedule.ring(jam, OPENED + 5, 0)
    assert schedule.last_writing_index(jam) == index
    assert (schedule.writing_is_over(jam), schedule.bell_at(jam)) == (False, None)
    jam = schedule.ring(jam, OPENED + 9, 0)
    assert (schedule.writing_is_over(jam), schedule.bell_at(jam)) == (True, OPENED + 9)


# Any jam

lengths = st.one_of(st.none(), st.floats(0.01, 1000))
MOVES = ("wait", "extend", "pause", "resume", "ring", "close")
moves = st.lists(st.tuples(st.sampled_from(MOVES), st.integers(1, 120)), max_size=12)


def moved(jam: Jam, now: int, move: str, amount: int) -> Jam:
    """One step of a jam's life, as `decide` would let it happen."""
    while schedule.due(jam, now):
        jam = schedule.ring(jam, jam.next_bell_at or 0, 0)
    if jam.phase is Phase.CLOSED:
        return jam
    if move == "extend" and jam.slot.ends_at is not None:
        return schedule.extend(jam, amount)
    if move == "pause" and jam.paused_at is None:
        return schedule.pause(jam, now)
    if move == "resume" and jam.paused_at is not None:
        return schedule.resume(jam, now)
    if move == "ring":
        return schedule.ring(jam, now, 0)
    return schedule.close(jam, now, 0) if move == "close" else jam


@given(st.lists(lengths, min_size=5, max_size=5), moves)
def test_whatever_happens_the_schedule_stays_in_one_piece(minutes: list[float | None], steps: object) -> None:
    phases = tuple(PhaseSlot(phase=p, minutes=m) for p, m in zip(Phase, [*minutes, None], strict=True))
    jam, now = a_jam(Phase.LOBBY, phases=phases), OPENED
    for move, amount in steps:  # type: ignore[attr-defined]
        now += amount * MINUTE if move == "wait" else amount
        before, jam = jam, moved(jam, now, move, amount)
        assert jam.phase_index >= before.phase_index
        assert jam.version >= before.version
        assert (jam.version == before.version) == (jam == before)
        assert jam.next_bell_at == (None if jam.paused_at is not None else jam.slot.ends_at)
        for slot, following in zip(jam.phases, jam.phases[1:], strict=False):
            assert slot.ends_at == following.starts_at
        for slot in jam.phases[: jam.phase_index]:
            assert slot.closed_seq is not None
            assert slot.starts_at is not None
            assert slot.ends_at is not None
            assert slot.starts_at <= slot.ends_at
        assert all(slot.closed_seq is None for slot in jam.phases[jam.phase_index :])
        assert jam.phases[-1].ends_at is None


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_pausing_and_resuming_leaves_exactly_the_time_that_was_left(ran: int, paused: int) -> None:
    jam = a_jam(Phase.IDEATE)
    stopped = schedule.pause(jam, OPENED + ran)
    again = schedule.resume(stopped, OPENED + ran + paused)
    assert (again.slot.ends_at or 0) - (OPENED + ran + paused) == (jam.slot.ends_at or 0) - (OPENED + ran)


def test_a_refusal_that_holds_a_moment_says_it_as_a_time() -> None:
    closed = Town(Phase.CLOSED)
    late = closed.do("ada", c.SubmitIdea, forum=closed.forum, text="Late")
    assert isinstance(late, Rejection)
    assert late.message == "The jam closed at 2025-06-15 15:06 UTC. Your text is saved on this device"
    early = a_jam(phases=slots("lobby", "ideate", "closed"))
    refused = may(Role.PARTICIPANT, "submit_idea", early)
    assert refused is not None
    assert refused.message == "The jam opens when a facilitator starts it"
