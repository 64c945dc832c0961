"""T22: no text makes a screen slow, and no rule of a screen comes from outside."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec
import pytest

from jam.domain.jam_settings import Settings
from jam.domain.names import Policy
from jam.domain.rejections import Rejection
from jam.domain.screens import standard
from jam.domain.text import check_text
from tests.domain.test_screens import NASTY

SETTINGS = Settings(policy=Policy.SCREENED, text_limit=5_000)
LONG = 100_000
MARKED = [
    "a\u0301" * 50_000,
    "\u0301" * LONG,
    "\n" * LONG,
    "é" * LONG,
    "\ufdfa" * LONG,
    "\u200d" * LONG,
    "\uff11" * LONG,
]


def unit() -> float:
    """Seconds in which this machine looks once at each of a hundred thousand letters: 2 or 3 ms, mostly."""
    return took(lambda text: sum(map(ord, text)), "x" * LONG)


def took(work: Callable[[str], object], text: str) -> float:
    """Seconds of the processor, the best of three: the machine may be busy with other things."""

    def once() -> float:
        begun = time.thread_time()
        work(text)
        return time.thread_time() - begun

    return min(once() for _ in range(3))


@pytest.mark.parametrize("text", [*NASTY, *MARKED], ids=lambda text: ascii(text[:4]))
def test_t22_a_hundred_thousand_characters_take_no_longer_than_30_looks_at_each(text: str) -> None:
    assert took(lambda given: standard(given, 1, SETTINGS), text[:LONG]) <= 30 * unit()
    assert took(lambda given: check_text(given, 500), text[:LONG]) <= unit()


@pytest.mark.parametrize("text", [*NASTY, *MARKED], ids=lambda text: ascii(text[:4]))
def test_t22_the_longest_text_that_is_taken_is_screened_in_a_moment(text: str) -> None:
    assert took(lambda given: standard(given, 1, SETTINGS), text[:5_000]) <= 4 * unit()


def test_t22_far_too_long_a_text_is_refused_before_it_is_read() -> None:
    outcome = check_text("a\u0301" * LONG, 500)
    assert isinstance(outcome, Rejection)
    assert outcome.code == "text_too_long"


def test_t22_no_setting_holds_a_pattern() -> None:
    for field in ("words", "pattern", "screens"):
        with pytest.raises(msgspec.ValidationError, match=field):
            msgspec.convert({field: "(a+)+$"}, Settings)
