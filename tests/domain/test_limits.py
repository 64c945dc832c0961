"""How fast one person may send, kept as one number: a burst, then one for each interval (T10)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jam.domain import commands as c
from jam.domain.facts import Decision
from jam.domain.jam_settings import Settings
from jam.domain.limits import CHANGE_BURST, check_settings, take
from jam.domain.rejections import Rejection
from tests.domain.making import OPENED, Town

SIX_A_MINUTE = Settings(ideas_per_minute=6, burst=3)


def taken(moments: list[int], settings: Settings, send_at: int = 0) -> tuple[list[int], int]:
    """Which of these moments get through, and the number that is kept."""
    through = []
    for now in moments:
        send_at, wait = take(send_at, now, settings)
        through += [] if wait else [now]
    return through, send_at


def test_a_burst_gets_through_at_once_and_then_one_each_interval() -> None:
    every_second = [OPENED + second * 1000 for second in range(60)]
    through, _ = taken(every_second, SIX_A_MINUTE)
    assert [(now - OPENED) // 1000 for now in through] == [0, 1, 2, 10, 20, 30, 40, 50]


def test_the_wait_that_is_told_is_exactly_enough() -> None:
    _, send_at = taken([OPENED] * 3, SIX_A_MINUTE)
    _, wait = take(send_at, OPENED + 4000, SIX_A_MINUTE)
    assert wait == 6.0
    assert take(send_at, OPENED + 9999, SIX_A_MINUTE)[1] > 0
    assert take(send_at, OPENED + 10_000, SIX_A_MINUTE)[1] == 0


def test_a_refusal_costs_nothing() -> None:
    _, send_at = taken([OPENED] * 3, SIX_A_MINUTE)
    assert taken([OPENED + 1] * 50, SIX_A_MINUTE, send_at) == ([], send_at)


def test_the_allowance_is_full_again_after_a_rest_and_never_more_than_full() -> None:
    _, send_at = taken([OPENED] * 3, SIX_A_MINUTE)
    later = OPENED + 24 * 3600 * 1000
    assert len(taken([later] * 10, SIX_A_MINUTE, send_at)[0]) == 3


def test_the_limit_holds_over_a_restart_because_the_number_is_all_there_is() -> None:
    _, send_at = taken([OPENED] * 2, SIX_A_MINUTE)
    assert len(taken([OPENED + 1] * 10, SIX_A_MINUTE, send_at)[0]) == 1


@pytest.mark.parametrize("hours", [1, 24])
def test_F10_a_clock_that_is_set_back_keeps_nobody_waiting_longer_than_one_interval(hours: int) -> None:
    _, send_at = taken([OPENED] * 3, SIX_A_MINUTE)
    back = OPENED - hours * 3600 * 1000
    assert take(send_at, back, SIX_A_MINUTE)[1] <= 10.0
    assert len(taken([back] * 10 + [back + 10_000], SIX_A_MINUTE, send_at)[0]) <= 2, (
        "and no burst is won by it"
    )
    assert back + 10_000 in taken([back] * 10 + [back + 10_000], SIX_A_MINUTE, send_at)[0]


def test_settings_that_were_made_narrower_count_from_now_on() -> None:
    _, send_at = taken([OPENED] * 30, Settings(ideas_per_minute=6, burst=30))
    assert take(send_at, OPENED, SIX_A_MINUTE)[1] <= 10.0
    assert len(taken([OPENED] * 10, SIX_A_MINUTE, send_at)[0]) <= 1


@given(
    st.lists(st.integers(0, 20_000), max_size=60),
    st.floats(0.5, 6000),
    st.integers(1, 10),
)
def test_no_stretch_of_time_gets_more_than_the_burst_and_its_rate(
    gaps: list[int], per_minute: float, burst: int
) -> None:
    settings = Settings(ideas_per_minute=per_minute, burst=burst)
    now, moments = OPENED, []
    for gap in gaps:
        now += gap
        moments.append(now)
    through, _ = taken(moments, settings)
    interval = 60_000 / per_minute
    for first, begin in enumerate(through):
        for count, end in enumerate(through[first:], start=1):
            # The kept number is in whole milliseconds: half a one may be won with each idea.
            assert count <= burst + (end - begin + count) / interval + 1e-6


@given(st.integers(0, 10**13), st.integers(0, 10**13), st.floats(0.1, 60_000), st.integers(1, 10_000))
def test_whoever_waits_as_long_as_told_gets_through(
    send_at: int, now: int, per_minute: float, burst: int
) -> None:
    settings = Settings(ideas_per_minute=per_minute, burst=burst)
    kept, wait = take(send_at, now, settings)
    if wait:
        assert kept == send_at
        assert wait <= 2 * 60 / per_minute + 0.001
        assert take(kept, now + round(wait * 1000 + 0.5), settings)[1] == 0
    else:
        assert kept >= now


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("text_limit", 1, 5000),
        ("ideas_per_minute", 0.1, 60_000),
        ("burst", 1, 10_000),
        ("spot_check", 0, 1_000_000),
    ],
)
def test_settings_are_taken_within_their_bounds_and_refused_by_name_outside(
    field: str, low: float, high: float
) -> None:
    for good in (low, high):
        assert check_settings(Settings(**{field: good})) is None
    for bad in (low - 0.05 if field == "ideas_per_minute" else low - 1, high + 1, -1):
        refused = check_settings(Settings(**{field: bad}))
        assert refused is not None
        assert (refused.code, field in refused.facts["detail"]) == ("settings_bad", True)


CHANGES: dict[str, Callable[[Town, int], Decision | Rejection]] = {
    "edit": lambda town, n: town.do(
        "ada", c.EditIdea, idea=IDEA, version=town.idea(IDEA).version, text=f"Text {n}"
    ),
    "tag": lambda town, n: town.do(
        "ada", c.TagIdea, idea=IDEA, version=town.idea(IDEA).version, tags=[f"tag {n}"]
    ),
    "withdraw and restore": lambda town, n: town.do(
        "ada", c.RestoreIdea if n % 2 else c.WithdrawIdea, idea=IDEA
    ),
    "flag": lambda town, n: town.do("ada", c.FlagIdea, idea=f"other-{n}", rule=c.Rule.ABUSE),
}
IDEA = "mine"


def with_ideas(others: int) -> Town:
    """An idea of Ada's under a known id, and so many of Bob's."""
    town = Town(ideas_per_minute=6, burst=3)
    town.facts.ideas[IDEA] = town.submit("ada").with_(id=IDEA)
    town.later(600)
    for number in range(others):
        idea = town.submit("fay", f"Number {number}").with_(id=f"other-{number}")
        town.facts.ideas[idea.id] = idea
    return town


@pytest.mark.parametrize("change", CHANGES)
def test_t10_nobody_changes_what_they_sent_faster_than_people_do(change: str) -> None:
    """Each change goes to everyone's screen, so it takes from an allowance as a new text does."""
    town = with_ideas(60)
    outcomes = [CHANGES[change](town, number) for number in range(60)]
    taken = [one for one in outcomes if isinstance(one, Decision)]
    refused = [one for one in outcomes if isinstance(one, Rejection)]
    assert len(taken) == CHANGE_BURST
    told = [one.facts["retry_after"] for one in refused if one.code == "slow_down"]
    assert len(told) >= 20
    assert all(wait <= 2 for wait in told)
    before = len(town.events)
    town.later(2)
    assert isinstance(CHANGES[change](town, CHANGE_BURST), Decision)
    assert len(town.events) == before + 1


def test_who_has_just_used_up_the_allowance_for_texts_can_still_take_one_back() -> None:
    town = Town(ideas_per_minute=6, burst=3)
    ideas = [town.submit("ada") for _ in range(3)]
    assert town.refused("ada", c.SubmitIdea, forum=town.forum, text="One more") == "slow_down"
    town.get("ada", c.WithdrawIdea, idea=ideas[-1].id)


def test_staff_are_never_slowed_down() -> None:
    town = with_ideas(1)
    for number in range(60):
        town.get("mo", c.TagIdea, idea=IDEA, version=town.idea(IDEA).version, tags=[f"tag {number}"])
