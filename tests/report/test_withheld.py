"""Shows guarantee G10 on the report: what cannot be read is in no byte of the page, the JSON or the CSV.

Why: a report is copied, printed and kept; a hidden name in it can never be called back. Where: markers
planted in every field of ideas at every status, searched for in all that leaves.
"""

from __future__ import annotations

import pytest

from jam.domain.names import Status
from jam.service.report import build_report, ideas_csv, report_json, themes_csv
from jam.service.report.inputs import ReportInputs
from tests.report.making import idea, inputs, of_every_kind, renderer, theme, theme_map

UNREADABLE = [status for status in Status if status is not Status.PUBLISHED]


def leaving(given: ReportInputs) -> str:
    """Everything that leaves for one report, as text."""
    report = build_report(given)
    parts = [renderer().html(report, standalone=True), report_json(report), themes_csv(report)]
    return b"\n".join([*parts, ideas_csv(report)]).decode()


@pytest.mark.parametrize("status", UNREADABLE)
@pytest.mark.parametrize("published", [None, 2])
def test_g10_no_word_of_an_unreadable_idea_leaves(status: Status, published: int | None) -> None:
    planted = idea(
        2, "canarytext", status=status, published=published, handle="canaryhandle", tags=("canarytag",)
    )
    made = theme_map(theme(1, [idea(1), planted], representatives=("i2",), headline="i2"))
    assert "canary" not in leaving(inputs(idea(1), planted, theme_map=made))


def test_g10_nobody_learns_the_id_or_author_of_an_idea_that_was_never_shown() -> None:
    planted = idea(2, status=Status.PENDING, author="canaryauthor")
    secret = inputs(idea(1), planted, idea(3, status=Status.RETURNED, id="canaryid"))
    assert "canary" not in leaving(secret)
    assert '"i2"' not in leaving(secret)


def test_g10_a_name_made_of_a_hidden_ideas_words_goes_with_the_idea() -> None:
    ideas = [idea(1, "Light the path"), idea(2, "Canarysmith takes bribes", status=Status.HIDDEN)]
    made = theme_map(theme(1, ideas, "Path · canarysmith"))
    found = build_report(inputs(*ideas, theme_map=made))
    assert found.grouping.themes[0].name is None
    assert "canarysmith" not in leaving(inputs(*ideas, theme_map=made)).lower()


def test_a_name_stays_while_its_words_are_in_readable_ideas_whatever_their_case_or_accents() -> None:
    ideas = [idea(1, "CAFÉS in the EVENING"), idea(2, "Cafe", status=Status.WITHDRAWN)]
    made = theme_map(theme(1, ideas, "Cafes · evening"))
    assert build_report(inputs(*ideas, theme_map=made)).grouping.themes[0].name == "Cafes · evening"


def test_a_name_in_another_form_than_the_ideas_words_stands_while_one_that_says_it_can_be_read() -> None:
    ideas = [idea(1, "Enforce the leash rule"), idea(2, "They must enforce it", status=Status.HIDDEN)]

    def name(*said_by: tuple[str, ...]) -> str | None:
        made = theme_map(theme(1, ideas, "Enforcing, leashes", said_by=said_by))
        return build_report(inputs(*ideas, theme_map=made)).grouping.themes[0].name

    assert name(("i1", "i2"), ("i1",)) == "Enforcing, leashes"
    assert name(("i2",), ("i1",)) is None
    assert name() is None


def test_a_name_that_a_person_gave_stays() -> None:
    made = theme_map(theme(1, [idea(1)], "Warmth", named_by="person"))
    assert build_report(inputs(idea(1), theme_map=made)).grouping.themes[0].name == "Warmth"


def test_why_a_text_was_returned_is_not_told_but_why_a_shown_one_was_hidden_is() -> None:
    lines = {line.id: line for line in build_report(of_every_kind()).lines}
    assert lines["i10"].rule == "abuse"
    returned = idea(1, status=Status.RETURNED, published=1, rule="personal_data")
    report = build_report(inputs(returned))
    assert report.lines[0].rule is None
    assert [(r.in_force.count, r.in_force.ids) for r in report.moderation.rules] == [(1, ())]


def test_marks_stay_in_place_of_what_was_hidden_or_withdrawn() -> None:
    marks = [(line.id, str(line.status), line.text) for line in build_report(of_every_kind()).lines]
    assert ("i10", "hidden", None) in marks
    assert ("i11", "withdrawn", None) in marks
