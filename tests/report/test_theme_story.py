"""Shows what the report says beside its themes: signals, parts, corrections, lineage, what is in no theme.

Where: ``build_report`` on inputs made by hand, and the page drawn from it.
"""

from __future__ import annotations

from typing import Any

import pytest

from jam.domain.names import Status
from jam.service.report import ReportError, build_report
from jam.service.report.document import Report
from jam.service.report.inputs import DescentInput, IdeaInput, PartInput, UnreadInput
from tests.report.making import changed, idea, inputs, renderer, reply, theme, theme_map


def told(*themes: Any, ideas: list[IdeaInput], **changes: Any) -> Report:
    return build_report(inputs(*ideas, theme_map=theme_map(*themes, **changes)))


def page(report: Report) -> str:
    return renderer().html(report).decode()


def test_non_answers_are_listed_apart_and_the_sum_holds() -> None:
    ideas = [idea(n) for n in range(1, 4)] + [idea(4, "none")]
    report = told(theme(1, ideas[:3]), ideas=ideas, not_ideas=("i4",))
    assert report.grouping.not_ideas.ids == ("i4",)
    assert report.grouping.ungrouped.count == 0
    assert "1 text is no idea" in page(report)
    assert 'id="ideas-not"' in page(report)


def test_an_idea_that_is_neither_in_a_theme_nor_listed_apart_is_refused() -> None:
    ideas = [idea(n) for n in range(1, 5)]
    with pytest.raises(ReportError, match="left out ideas: i4"):
        told(theme(1, ideas[:3]), ideas=ideas)


def test_a_report_on_live_themes_says_that_the_final_grouping_could_not_be_made() -> None:
    ideas = [idea(n) for n in range(1, 4)]
    report = told(theme(1, ideas), ideas=ideas, fell_back=True)
    assert report.grouping.fell_back
    assert "fell_back" in [limit.code for limit in report.limits]
    assert "last themes of the running jam" in page(report)
    assert "last themes of the running jam" not in page(told(theme(1, ideas), ideas=ideas))


def test_what_persons_changed_is_counted_and_told_with_the_names_of_today() -> None:
    ideas = [idea(n) for n in range(1, 7)]
    report = told(
        theme(1, ideas[:3], "Evening light"),
        theme(2, ideas[3:], "Lake and paths"),
        ideas=ideas,
        corrections=(("merge", 2), ("rename", 1)),
        suggestions=(("new_theme", 1),),
        lineage=(
            DescentInput(theme="t2", how="new", name="Lake"),
            DescentInput(theme="t3", how="merged", others=("t1",), name="Lamps", by="person"),
            DescentInput(theme="t2", how="renamed", name="Lake and paths", by="person"),
            DescentInput(theme="t9", how="gone"),
        ),
    )
    grouping = report.grouping
    assert [(one.kind, one.count) for one in grouping.corrections] == [("merge", 2), ("rename", 1)]
    assert [(one.theme, one.how, one.by) for one in grouping.lineage] == [
        ("t3", "merged", "person"),
        ("t2", "renamed", "person"),
        ("t9", "gone", "machine"),
    ]
    drawn = page(report)
    assert "2 merges, 1 new name." in drawn
    assert "“Lamps” was merged into “<bdi" in drawn
    assert "1 new theme." in drawn


def test_a_report_that_nobody_steered_says_nothing_of_corrections() -> None:
    ideas = [idea(n) for n in range(1, 4)]
    assert 'id="theme-story"' not in page(told(theme(1, ideas), ideas=ideas))


def test_parts_of_a_theme_hold_what_can_be_read_of_them() -> None:
    ideas = [*(idea(n) for n in range(1, 5)), idea(5, status=Status.HIDDEN, published=5)]
    whole = changed(
        theme(1, ideas),
        parts=(
            PartInput(name="Lamps", members=("i1", "i5")),
            PartInput(name=None, members=("i2", "i3", "i4")),
            PartInput(name="Gone", members=("i5",)),
        ),
    )
    (shown,) = told(whole, ideas=ideas).grouping.themes
    assert [(part.name, part.ideas.ids) for part in shown.parts] == [
        (None, ("i2", "i3", "i4")),
        ("Lamps", ("i1",)),
    ]


def test_signals_are_computed_from_what_can_be_read_and_stand_under_their_theme() -> None:
    quiet = [idea(n, f"More benches by path {n}") for n in range(1, 10)]
    others = [idea(n, f"Do not close path {n}: it is too expensive") for n in range(10, 20)]
    answers = [reply(n + 20, n, text="Who pays?") for n in range(10, 14)]
    both = (theme(1, quiet, "Benches"), theme(2, others, "Paths"))
    report = told(*both, ideas=[*quiet, *others, *answers])
    first = {one.id: [signal.kind for signal in one.signals] for one in report.grouping.themes}
    assert first == {"t1": ["unanswered", "no_costs", "no_dissent"], "t2": []}
    assert "Unanswered: none of its 9 ideas has a reply." in page(report)


def test_ideas_in_a_language_that_was_not_understood_are_told_with_it() -> None:
    ideas = [*(idea(n) for n in range(1, 4)), idea(4, "Więcej drzew", lang="pl")]
    report = told(theme(1, ideas), ideas=ideas, unread=(UnreadInput(lang="pl", ideas=("i4", "i99")),))
    assert [(one.lang, one.ideas.ids) for one in report.grouping.unread] == [("pl", ("i4",))]
    assert ("unread", 1) in [(limit.code, limit.count) for limit in report.limits]
    assert "was not understood by the model (language: pl)" in page(report)
