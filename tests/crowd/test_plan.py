"""A replay's plan: order, times, people, forums, and a profile that lets the file through."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from jam.cli.crowd.plan import LONGEST_TEXT, SPOT_CHECK, make_plan, question, title_of
from jam.domain.jam_settings import Settings
from jam.domain.limits import check_settings, take


@dataclass
class Row:
    id: str
    text: str
    author: str | None = None
    forum: str | None = None
    ts: float | None = None


def rows(number: int, **more: object) -> list[Row]:
    return [Row(str(n), f"text {n}", **more) for n in range(number)]  # type: ignore[arg-type]


def test_rows_without_times_are_spread_evenly_in_the_files_order() -> None:
    plan = make_plan(rows(4), people=2, minutes=1)
    assert [turn.at for turn in plan.turns] == [0, 15, 30, 45]
    assert [turn.text for turn in plan.turns] == ["text 0", "text 1", "text 2", "text 3"]


def test_rows_with_times_keep_their_pace_within_the_minutes() -> None:
    given = [Row("a", "x", ts=1000), Row("b", "y", ts=1100), Row("c", "z", ts=2000)]
    assert [turn.at for turn in make_plan(given, 2, 1).turns] == [0, 6, 60]


def test_row_whose_time_goes_back_is_sent_in_the_files_order_all_the_same() -> None:
    given = [Row("a", "x", ts=0), Row("b", "y", ts=100), Row("c", "z", ts=50)]
    assert [turn.at for turn in make_plan(given, 2, 1).turns] == [0, 60, 60]


@pytest.mark.parametrize("times", [[1, None, 3], [5, 5, 5]])
def test_times_that_are_not_complete_or_all_the_same_are_not_used(times: list[float | None]) -> None:
    given = [Row(str(n), "x", ts=moment) for n, moment in enumerate(times)]
    assert [turn.at for turn in make_plan(given, 2, 1).turns] == [0, 20, 40]


def test_same_author_is_always_the_same_person_and_rows_without_one_go_round() -> None:
    named = [Row(str(n), "x", author=who) for n, who in enumerate(["ann", "bob", "ann", "cy"])]
    assert [turn.person for turn in make_plan(named, 2, 1).turns] == [0, 1, 0, 0]
    assert [turn.person for turn in make_plan(rows(5), 2, 1).turns] == [0, 1, 0, 1, 0]


def test_forums_are_those_of_the_file_in_order_of_appearance_or_one() -> None:
    given = [Row("1", "x", forum="b"), Row("2", "y", forum="a"), Row("3", "z", forum="b")]
    assert make_plan(given, 2, 1).forums == ("b", "a")
    assert make_plan(rows(2), 2, 1).forums == ("Ideas",)


def test_profile_holds_every_twentieth_text_and_takes_the_longest_text() -> None:
    plan = make_plan([Row("1", "x" * 900), Row("2", "y")], 2, 1)
    assert plan.settings["spot_check"] == SPOT_CHECK == 20
    assert plan.settings["text_limit"] == 900
    assert make_plan([Row("1", "x" * 9000)], 2, 1).settings["text_limit"] == LONGEST_TEXT


def test_profile_is_printed_with_every_limit() -> None:
    words = make_plan(rows(7), 3, 1).profile()
    assert "7 texts by 3 people" in words
    assert "every 20th text held" in words
    assert "500 characters" in words


@pytest.mark.parametrize(("people", "minutes"), [(1, 0.01), (3, 0.5), (50, 2)])
def test_settings_are_ones_that_a_server_takes_and_that_let_everything_through(
    people: int, minutes: float
) -> None:
    plan = make_plan(rows(200), people, minutes)
    settings = Settings(**plan.settings)  # type: ignore[arg-type]
    assert check_settings(settings) is None
    for person in range(people):
        send_at = 0
        for turn in (t for t in plan.turns if t.person == person):
            send_at, wait = take(send_at, round(turn.at * 1000) + 1, settings)
            assert wait == 0


def test_burst_of_one_person_in_the_files_own_times_fits_the_profile() -> None:
    times = [0.0, 100.0, 100.1, 100.2, 100.3, 100.4, 1000.0]
    plan = make_plan([Row(str(n), "x", ts=at) for n, at in enumerate(times)], 1, 1)
    assert plan.settings["burst"] == 5


def test_title_is_the_files_name_in_words() -> None:
    assert title_of(Path("/a/winter-evenings_2026.csv")) == "Winter evenings 2026"


def test_forum_of_a_file_asks_a_question_that_a_server_takes() -> None:
    assert question("Ideas") == {"title": "Ideas", "question": "What do you propose?"}
    assert question("Parks")["question"] == "Parks: what do you propose?"
    assert len(question("x" * 900)["title"]) == 200
    assert len(question("x" * 900)["question"]) <= 500
