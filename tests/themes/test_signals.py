"""Shows when a theme gets a signal and when it does not: each rule at its edge, and against chance.

Where: ``jam.service.signals``, pure; the ideas are made up here.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import comb
from typing import Any

import pytest

from jam.service.signal_words import names_costs, objects, speaks
from jam.service.signals import ALPHA, Said, Signal, at_least, signals_of


def said(number: int, text: str = "More trees by the river", **changes: Any) -> Said:
    plain: dict[str, Any] = {
        "id": f"i{number}",
        "author": f"p{number}",
        "side": "citizen",
        "forum": "f1",
        "place": number,
        "text": text,
    }
    return Said(**{**plain, **changes})


def ids(ideas: Sequence[Said]) -> list[str]:
    return [idea.id for idea in ideas]


def kinds(found: dict[str, tuple[Signal, ...]], theme: str) -> list[str]:
    return [signal.kind for signal in found[theme]]


def split(theirs: Sequence[Said], others: Sequence[Said]) -> dict[str, tuple[Signal, ...]]:
    """The signals of a theme and of all the rest."""
    return signals_of({"t1": ids(theirs), "t2": ids(others)}, [*theirs, *others])


def test_a_theme_that_most_of_the_newest_voices_join_is_emerging() -> None:
    others = [said(n) for n in range(60)] + [said(n) for n in range(70, 80)]
    growing = [said(3, author="early", id="e")] + [said(n) for n in range(60, 70)]
    (signal,) = [one for one in split(growing, others)["t1"] if one.kind == "emerging"]
    assert signal.facts == {"newest": 10, "of_newest": 20, "before": 1, "of_before": 61}
    assert signal.words == "Growing: 10 of the newest 20 voices are here, and 1 of the 61 before them."


def test_a_theme_that_grows_as_everything_does_is_not_emerging() -> None:
    theirs, others = [said(n) for n in range(0, 80, 4)], [said(n) for n in range(80) if n % 4]
    assert "emerging" not in kinds(split(theirs, others), "t1")


def test_one_person_who_sends_ten_times_makes_no_theme_emerge() -> None:
    others = [said(n) for n in range(60)] + [said(n) for n in range(70, 80)]
    flooded = [said(n, author="flooder") for n in range(60, 70)]
    assert "emerging" not in kinds(split(flooded, others), "t1")


def test_chance_alone_raises_an_emerging_signal_on_few_maps() -> None:
    chance = random.Random(7)
    raised = 0
    for _ in range(200):
        ideas = [said(n) for n in range(120)]
        themes: dict[str, list[str]] = {f"t{n}": [] for n in range(8)}
        for idea in ideas:
            themes[f"t{chance.randrange(8)}"].append(idea.id)
        found = signals_of(themes, ideas)
        raised += any("emerging" in kinds(found, theme) for theme in themes)
    assert raised <= 200 * ALPHA


def test_a_theme_of_one_audience_alone_is_one_sided_where_the_other_one_took_part() -> None:
    theirs = [said(n, side="staff") for n in range(10)]
    others = [said(n, side="staff" if n % 3 == 0 else "citizen") for n in range(10, 70)]
    found = split(theirs, others)
    assert [s.words for s in found["t1"] if s.kind == "one_sided"] == [
        "One-sided: all 10 voices are of one group (staff)."
    ]
    assert "one_sided" not in kinds(found, "t2")


def test_where_only_one_audience_took_part_no_theme_is_one_sided() -> None:
    assert "one_sided" not in kinds(
        split([said(n) for n in range(10)], [said(n) for n in range(10, 70)]), "t1"
    )


def test_five_of_a_large_group_are_not_one_sided() -> None:
    others = [said(n, side="staff" if n % 10 == 0 else "citizen") for n in range(10, 110)]
    assert "one_sided" not in kinds(split([said(n) for n in range(5)], others), "t1")


def test_a_theme_under_one_question_alone_is_one_sided_where_there_are_others() -> None:
    theirs = [said(n) for n in range(12)]
    others = [said(n, forum=f"f{n % 3 + 1}") for n in range(20, 80)]
    (signal,) = [one for one in split(theirs, others)["t1"] if one.kind == "one_sided"]
    assert signal.facts == {"forum": "f1", "voices": 12, "others": 40}


def test_a_theme_without_any_reply_is_unanswered_where_others_have_some() -> None:
    theirs = [said(n) for n in range(5)]
    others = [said(n, replies=("Yes",)) for n in range(10, 20)]
    found = split(theirs, others)
    assert kinds(found, "t1") == ["unanswered"]
    assert "unanswered" not in kinds(found, "t2")
    assert "unanswered" not in kinds(split(theirs[:4], others), "t1")


def test_where_nobody_replies_to_anything_no_theme_is_unanswered() -> None:
    assert "unanswered" not in kinds(
        split([said(n) for n in range(9)], [said(n) for n in range(9, 30)]), "t1"
    )


def test_ten_ideas_without_an_official_answer_are_unanswered_where_another_theme_has_one() -> None:
    theirs = [said(n, replies=("Not sure",)) for n in range(10)]
    others = [said(n, official=n == 20, replies=("We will",)) for n in range(20, 30)]
    (signal,) = [one for one in split(theirs, others)["t1"] if one.kind == "unanswered"]
    assert signal.words == "Unanswered: 10 ideas and 10 replies, and no official answer."


def test_eight_ideas_that_never_speak_of_money_name_no_costs_and_one_that_does_is_enough() -> None:
    theirs = [said(n) for n in range(8)]
    others = [said(n, "Too expensive, not now") for n in range(10, 20)]
    assert "no_costs" in kinds(split(theirs, others), "t1")
    assert "no_costs" not in kinds(split(theirs[:7], others), "t1")
    assert "no_costs" not in kinds(split(theirs, others), "t2")
    paid = [*theirs[:7], said(7, replies=("Who pays for that?",))]
    assert "no_costs" not in kinds(split(paid, others), "t1")


def test_eight_ideas_that_all_agree_show_no_dissent_and_one_objection_is_enough() -> None:
    theirs = [said(n) for n in range(8)]
    others = [said(n, "Trees are not enough") for n in range(10, 20)]
    assert "no_dissent" in kinds(split(theirs, others), "t1")
    against = [*theirs[:7], said(7, replies=("I disagree",))]
    assert "no_dissent" not in kinds(split(against, others), "t1")


def test_of_a_language_without_word_lists_no_absence_is_told() -> None:
    theirs = [said(n, "Więcej drzew nad rzeką", lang="pl") for n in range(9)]
    assert kinds(split(theirs, []), "t1") == []


@pytest.mark.parametrize(
    ("text", "money", "no"),
    [
        ("It costs £300", True, False),
        ("Wer soll das bezahlen? Nicht wir", True, True),
        ("Les impôts augmentent", True, False),
        ("We don't need it", False, True),
        ("I\u2019d rather walk", False, True),
        ("A bench by the lake", False, False),
        ("20k for a bench", True, False),
        ("Keine Autos in der Straße", False, True),
    ],
)
def test_words_of_money_and_of_objection_are_found(text: str, money: bool, no: bool) -> None:
    assert (names_costs(text), objects(text)) == (money, no)


def test_a_language_is_known_by_its_first_part() -> None:
    assert speaks("de-AT")
    assert not speaks("pl")


@pytest.mark.parametrize(
    ("found", "drawn", "marked", "total"), [(3, 5, 10, 40), (0, 4, 4, 9), (5, 5, 20, 60)]
)
def test_the_chance_is_the_exact_hypergeometric_tail(found: int, drawn: int, marked: int, total: int) -> None:
    ways = sum(
        comb(marked, k) * comb(total - marked, drawn - k) for k in range(found, min(drawn, marked) + 1)
    )
    assert at_least(found, drawn, marked, total) == pytest.approx(ways / comb(total, drawn))


def test_ids_that_cannot_be_read_now_are_passed_over() -> None:
    found = signals_of({"t1": ["gone", *ids([said(n) for n in range(4)])]}, [said(n) for n in range(4)])
    assert found == {"t1": ()}


def test_without_any_idea_there_is_no_signal() -> None:
    assert signals_of({"t1": [], "t2": []}, []) == {"t1": (), "t2": ()}
