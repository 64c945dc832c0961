"""A close by mistake is taken back: the phase goes on, and both closings stay on record."""

from __future__ import annotations

import pytest

from jam.domain import commands as c
from jam.domain.names import Phase
from jam.domain.schedule import closed_last
from tests.domain.making import MINUTE, Town


def closed_in(phase: Phase, after: float = 10) -> Town:
    """A jam that was closed while ``phase`` ran, ``after`` minutes into it."""
    town = Town(phase)
    town.later(after * 60)
    town.get("fay", c.CloseJam)
    town.later(90)
    return town


def test_the_phase_that_was_closed_goes_on_with_the_time_that_was_left() -> None:
    town = closed_in(Phase.IDEATE)
    planned = {slot.phase: slot.minutes for slot in town.jam.phases}
    town.get("fay", c.ReopenJam)
    assert town.jam.phase is Phase.IDEATE
    assert town.jam.slot.ends_at == town.now + 50 * MINUTE == town.jam.next_bell_at
    later = town.jam.phases[town.jam.phase_index + 1 :]
    moment = town.jam.slot.ends_at
    for slot in later:
        assert (slot.starts_at, slot.closed_seq, slot.left) == (moment, None, None)
        moment = slot.ends_at
        if slot.phase is not Phase.CLOSED:
            assert moment == slot.starts_at + (planned[slot.phase] or 0) * MINUTE
    assert town.submit("ada").status == "published"


def test_given_minutes_count_instead_of_what_was_left() -> None:
    town = closed_in(Phase.IDEATE)
    town.get("fay", c.ReopenJam, minutes=7)
    assert town.jam.slot.ends_at == town.now + 7 * MINUTE


@pytest.mark.parametrize("minutes", [0, -5, 121])
def test_minutes_out_of_range_are_refused(minutes: int) -> None:
    assert closed_in(Phase.IDEATE).refused("fay", c.ReopenJam, minutes=minutes) == "minutes_out_of_range"


def test_a_jam_that_ended_as_planned_needs_minutes_to_go_on() -> None:
    town = Town(Phase.WRAP_UP)
    town.later(15 * 60)
    town.house(c.RingBell())
    assert town.jam.phase is Phase.CLOSED
    assert town.refused("fay", c.ReopenJam) == "minutes_out_of_range"
    town.get("fay", c.ReopenJam, minutes=5)
    assert town.jam.phase is Phase.WRAP_UP


def test_a_close_during_a_pause_leaves_what_was_left_when_the_clock_stopped() -> None:
    town = Town(Phase.IDEATE)
    town.later(20 * 60)
    town.get("fay", c.PauseJam)
    town.later(30 * 60)
    town.get("fay", c.CloseJam)
    town.get("fay", c.ReopenJam)
    assert town.jam.slot.ends_at == town.now + 40 * MINUTE
    assert town.jam.paused_at is None


def test_a_phase_without_an_end_goes_on_without_one() -> None:
    town = Town(Phase.IDEATE)
    phases = tuple(slot if slot.phase is not Phase.IDEATE else _endless(slot) for slot in town.jam.phases)
    town.facts.jam = town.jam.with_(phases=phases, next_bell_at=None)
    town.get("fay", c.CloseJam)
    town.get("fay", c.ReopenJam)
    assert (town.jam.phase, town.jam.slot.ends_at, town.jam.next_bell_at) == (Phase.IDEATE, None, None)


def _endless(slot):  # type: ignore[no-untyped-def]
    return type(slot)(phase=slot.phase, starts_at=slot.starts_at)


def test_g7_each_closing_has_its_place_in_the_log_and_nothing_of_the_phase_comes_after_it() -> None:
    town = closed_in(Phase.IDEATE)
    first = town.jam.phases[closed_last(town.jam)].closed_seq
    town.get("fay", c.ReopenJam)
    reopened = town.events[-1]
    assert (reopened.kind, reopened.data["closed_seq"]) == ("jam_reopened", first)
    assert reopened.data["phase"] == Phase.IDEATE
    idea = town.submit("ada")
    town.get("fay", c.CloseJam)
    second = town.jam.phases[closed_last(town.jam)].closed_seq
    assert first is not None
    assert second is not None
    assert first < idea.created_seq <= second
    assert town.refused("ada", c.SubmitIdea, forum=town.forum, text="Late") == "jam_closed"


def test_a_jam_can_be_reopened_again_and_again() -> None:
    town = closed_in(Phase.BUILD)
    for _ in range(3):
        town.get("fay", c.ReopenJam)
        assert town.jam.phase is Phase.BUILD
        town.get("fay", c.CloseJam)


def test_only_the_last_phase_goes_on_when_the_others_ended_before() -> None:
    town = Town(Phase.WRAP_UP)
    town.get("fay", c.StartNextPhase, phase_index=town.jam.phase_index)
    town.get("adam", c.ReopenJam)
    assert town.jam.phase is Phase.WRAP_UP


@pytest.mark.parametrize("who", ["ada", "mo", "oda", "rex"])
def test_only_those_who_run_the_jam_reopen_it(who: str) -> None:
    assert closed_in(Phase.IDEATE).refused(who, c.ReopenJam) == "not_allowed"


def test_a_jam_that_runs_cannot_be_reopened_and_of_two_who_try_one_wins() -> None:
    assert Town().refused("fay", c.ReopenJam) == "not_closed"
    town = closed_in(Phase.IDEATE)
    seen = town.jam.version
    town.get("fay", c.ReopenJam, version=seen)
    assert town.refused("adam", c.ReopenJam, version=seen) == "not_closed"
