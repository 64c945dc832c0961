"""Shows that each figure of the report says what its words say, on jams small enough to count by hand.

Why: a council repeats these numbers in public. Where: `build_report`, part by part.
"""

from __future__ import annotations

import pytest

from jam.domain.jam_settings import PhaseSlot
from jam.domain.names import Audience, Phase, Role, Status
from jam.service.report import Report, build_report
from jam.service.report.charts import time_chart
from jam.service.report.document import Figure
from jam.service.report.inputs import IdeaInput, PeopleInput
from tests.report.making import (
    BELL_SEQ,
    HOUR,
    START,
    changed,
    decision,
    event,
    idea,
    inputs,
    jam,
    of_every_kind,
    reply,
    theme,
    theme_map,
)


@pytest.fixture(scope="module")
def report() -> Report:
    return build_report(of_every_kind())


def grouped(*ideas: IdeaInput, **changes: object) -> Report:
    """A report of ideas that are all in one theme."""
    return build_report(inputs(*ideas, theme_map=theme_map(theme(1, list(ideas)), **changes)))


def test_people_who_ran_the_jam_are_not_counted_among_those_who_took_part(report: Report) -> None:
    assert report.people.came == 25
    assert [(g.group, g.came) for g in report.people.groups] == [("citizen", 20), ("staff", 5), ("team", 2)]
    assert [(r.role, r.count) for r in report.people.roles] == [("participant", 25), ("moderator", 2)]


def test_a_person_wrote_who_sent_anything_whatever_became_of_it() -> None:
    people = build_report(inputs(idea(1), idea(2, status=Status.PENDING), idea(3, author="p1"))).people
    assert people.wrote == 2


def test_ideas_of_the_team_are_never_counted_as_the_publics(report: Report) -> None:
    groups = {g.group: g.ideas.ids for g in report.people.groups}
    assert groups == {"citizen": ("i1", "i3", "i4", "i5", "i15"), "staff": ("i2",), "team": ("i6",)}


def test_identity_levels_are_counted_and_the_unchecked_are_a_limit() -> None:
    people = (
        PeopleInput(audience=Audience.CITIZEN, role=Role.PARTICIPANT, count=3),
        PeopleInput(audience=Audience.CITIZEN, role=Role.PARTICIPANT, count=4, identity_level=2),
        PeopleInput(audience=Audience.STAFF, role=Role.FACILITATOR, count=1),
    )
    report = build_report(inputs(people=people))
    assert [(i.level, i.count) for i in report.people.identity] == [(0, 3), (2, 4)]
    assert ("identity_unchecked", 3) in [(limit.code, limit.count) for limit in report.limits]


def test_each_question_has_its_ideas_and_replies(report: Report) -> None:
    assert [(q.title, q.ideas.ids, q.replies.ids) for q in report.questions] == [
        ("The park", ("i1", "i2", "i3", "i4", "i15"), ("i7", "i9")),
        ("The café", ("i5", "i6"), ("i8",)),
    ]


def test_themes_are_ranked_by_people_and_not_by_how_much_one_person_sent() -> None:
    busy = [idea(n, author="p1") for n in range(1, 6)]
    wide = [idea(n) for n in range(6, 9)]
    found = build_report(inputs(*busy, *wide, theme_map=theme_map(theme(1, busy), theme(2, wide))))
    assert [(t.id, t.rank, t.people, t.ideas.count) for t in found.grouping.themes] == [
        ("t2", 1, 3, 3),
        ("t1", 2, 1, 5),
    ]


def test_many_people_sending_one_text_do_not_move_a_theme_up_but_are_all_counted() -> None:
    campaign = [idea(n, "Build the tower") for n in range(1, 51)]
    wide = [idea(n) for n in range(60, 63)]
    same = tuple(i.id for i in campaign)
    made = theme_map(theme(1, campaign), theme(2, wide), duplicates=(same,))
    first, second = build_report(inputs(*campaign, *wide, theme_map=made)).grouping.themes
    assert (first.id, second.id) == ("t2", "t1")
    assert (second.voices, second.people, second.ideas.count) == (1, 50, 50)
    assert [(d.people, d.ideas.count) for d in second.duplicates] == [(50, 50)]


def test_somebody_who_also_wrote_own_words_is_a_voice_beside_the_campaign() -> None:
    ideas = [idea(1, "Build"), idea(2, "Build"), idea(3, "Shade", author="p1")]
    assert grouped(*ideas, duplicates=(("i1", "i2"),)).grouping.themes[0].voices == 2


def test_a_theme_has_counts_for_each_audience_and_its_replies_apart(report: Report) -> None:
    light = report.grouping.themes[0]
    assert [(g.group, g.people, g.ideas.count) for g in light.groups] == [
        ("citizen", 2, 3),
        ("staff", 1, 1),
        ("team", 0, 0),
    ]
    assert light.replies.ids == ("i7",)
    assert light.ideas.ids == ("i1", "i2", "i3", "i4")


def test_examples_are_readable_ideas_that_say_different_things(report: Report) -> None:
    assert report.grouping.themes[0].examples == ("i3", "i2", "i1")


def test_examples_are_filled_up_from_the_theme_where_representatives_are_gone() -> None:
    ideas = [idea(1), idea(2), idea(3, status=Status.HIDDEN)]
    made = theme_map(theme(1, ideas, representatives=("i3",), headline="i3"))
    found = build_report(inputs(*ideas, theme_map=made)).grouping.themes[0]
    assert (found.examples, found.headline) == (("i1", "i2"), None)


def test_an_idea_one_of_a_kind_stays_in_its_theme_and_is_listed_beside(report: Report) -> None:
    assert report.grouping.one_of_a_kind.ids == ("i5",)
    assert [line.id for line in report.lines if line.one_of_a_kind] == ["i5"]
    assert "i5" in report.grouping.themes[1].ideas.ids


def test_a_theme_that_nobody_can_read_any_more_is_not_shown() -> None:
    ideas = [idea(1), idea(2, status=Status.HIDDEN)]
    made = theme_map(theme(1, ideas[:1]), theme(2, ideas[1:]))
    assert [t.id for t in build_report(inputs(*ideas, theme_map=made)).grouping.themes] == ["t1"]


def test_what_was_waiting_at_the_bell_is_read_back_from_the_log() -> None:
    decided = [idea(n, published=BELL_SEQ + n) for n in (1, 2, 3)]
    waiting = idea(4, status=Status.PENDING)
    checked_in_time = idea(5)
    events = (
        *(event(i, Status.PENDING) for i in (*decided, waiting, checked_in_time)),
        *(event(i, Status.PUBLISHED, BELL_SEQ + i.seq) for i in decided),
        event(checked_in_time, Status.PUBLISHED, BELL_SEQ),
    )
    moderation = build_report(inputs(*decided, waiting, checked_in_time, events=events)).moderation
    assert (moderation.pending_at_bell, moderation.pending_now, moderation.held) == (4, 1, 5)


def test_before_the_bell_nobody_says_what_was_waiting_at_it() -> None:
    running = jam(phases=(PhaseSlot(phase="ideate", starts_at=START),), phase_index=0)
    report = build_report(inputs(idea(1), jam=running))
    assert report.moderation.pending_at_bell is None
    assert report.phases[0].state == "running"


def test_decisions_are_counted_by_kind_and_rule_with_what_is_still_so(report: Report) -> None:
    rows = [(r.decision, r.rule, r.decisions, r.in_force) for r in report.moderation.rules]
    assert rows == [
        ("approve", None, 1, Figure(count=1)),
        ("return", "personal_data", 1, Figure(count=1)),
        ("hide", "abuse", 1, Figure(count=1, ids=("i10",))),
        ("hide", "advertising", 1, Figure(count=1)),
        ("hide", "repeated", 1, Figure(count=0)),
        ("undo", None, 1, Figure(count=0)),
    ]


@pytest.mark.parametrize(
    ("decided", "edited", "in_force"),
    [
        (["approve"], None, 1),
        (["approve", "hide", "undo"], None, 1),
        (["approve", "undo", "approve"], None, 1),
        (["hide", "undo"], None, 0),
        (["approve"], 9, 0),
        (["approve"], 1, 1),
    ],
)
def test_an_approval_is_in_force_while_the_approved_words_stand_and_names_no_idea(
    decided: list[str], edited: int | None, in_force: int
) -> None:
    one = idea(1)
    made = [changed(decision(one, word), at=START + 2 + n) for n, word in enumerate(decided)]
    events = [event(one, Status.PUBLISHED)]
    if edited is not None:
        events.append(changed(event(one, Status.PUBLISHED, edited), kind="idea_edited", at=START + edited))
    rules = build_report(inputs(one, decisions=tuple(made), events=tuple(events))).moderation.rules
    stands = {(r.decision, r.in_force) for r in rules}
    known = ("approve", Figure(count=in_force))
    assert known in stands or (in_force == 0 and "approve" not in decided)
    assert all(not figure.ids for _, figure in stands)


def test_phase_lines_too_close_to_tell_apart_share_one_label() -> None:
    def labels(*minutes: float) -> list[str]:
        starts = [START + round(m * 60_000) for m in minutes]
        names = (Phase.LOBBY, Phase.IDEATE, Phase.BUILD, Phase.WRAP_UP)
        slots = tuple(PhaseSlot(phase=p, starts_at=at) for p, at in zip(names, starts, strict=False))
        held = jam(phases=slots, phase_index=len(slots) - 1, created_at=starts[0])
        report = build_report(inputs(idea(1), idea(2, at=START + HOUR), jam=held))
        chart = time_chart(report.timeline, report.phases)
        assert chart is not None
        return [mark.label for mark in chart.marks]

    assert labels(0, 0.02, 30) == ["1, 2", "", "3"]
    assert labels(0, 0.02, 0.04) == ["1, 2, 3", "", ""]
    assert labels(0, 20, 40) == ["1", "2", "3"]


def test_every_text_stands_somewhere(report: Report) -> None:
    standing = {str(s.status): (s.ideas.count, s.replies.count) for s in report.moderation.standing}
    assert {name: counts for name, counts in standing.items() if any(counts)} == {
        "pending": (1, 0),
        "published": (7, 3),
        "returned": (1, 0),
        "hidden": (2, 0),
        "withdrawn": (1, 0),
    }


@pytest.mark.parametrize(
    ("span", "step"),
    [(20, 1), (25 * 60, 60), (HOUR // 1000, 120), (86_400, 3_600), (86_400 * 30, 86_400 * 2)],
)
def test_the_timeline_takes_the_shortest_round_step_that_fits(span: int, step: int) -> None:
    texts = [idea(1, at=START), idea(2, at=START + (span - 1) * 1000)]
    report = build_report(inputs(*texts, jam=jam(phases=(), phase_index=0)))
    assert report.timeline.step_s == step


def test_intervals_begin_at_round_times() -> None:
    texts = [idea(1, at=START + 7_000), idea(2, at=START + 9 * 60_000)]
    intervals = build_report(inputs(*texts, jam=jam(phases=(), phase_index=0))).timeline.intervals
    assert {(i.starts_at.second, i.starts_at.microsecond) for i in intervals} == {(0, 0), (30, 0)}


def test_the_timeline_shows_the_quiet_part_of_the_phase_too() -> None:
    intervals = build_report(inputs(idea(1, at=START + 60_000))).timeline.intervals
    assert (intervals[-1].ends_at - intervals[0].starts_at).total_seconds() == 3_600


def test_ideas_from_1970_and_from_the_year_9000_are_one_timeline() -> None:
    ends = [idea(1, at=0), idea(2, at=221_845_392_000_000)]
    timeline = build_report(inputs(*ends)).timeline
    assert len(timeline.intervals) <= 30
    assert [i.ideas.count for i in timeline.intervals if i.ideas.count] == [1, 1]


def test_a_reply_to_a_reply_counts_for_the_idea_below_both() -> None:
    texts = [idea(1), reply(2, 1), reply(3, 2)]
    report = build_report(inputs(*texts, theme_map=theme_map(theme(1, texts[:1]))))
    assert report.grouping.themes[0].replies.ids == ("i2", "i3")
    assert [line.reply_to for line in report.lines] == [None, "i1", "i1"]


def test_replies_that_answer_in_a_circle_are_counted_apart() -> None:
    texts = [idea(1), reply(2, 3), reply(3, 2)]
    report = build_report(inputs(*texts, theme_map=theme_map(theme(1, texts[:1]))))
    assert report.grouping.replies_apart.ids == ("i2", "i3")


def test_several_languages_are_a_limit_of_the_grouping() -> None:
    codes = {limit.code for limit in grouped(idea(1, lang="en"), idea(2, lang="de-AT")).limits}
    assert "several_languages" in codes
    assert "several_languages" not in {
        m.code for m in grouped(idea(1, lang="en"), idea(2, lang="en-GB")).limits
    }


@pytest.mark.parametrize("count", [0, 1, 2])
def test_i12_a_jam_with_hardly_an_idea_has_a_report_that_says_so(count: int) -> None:
    ideas = [idea(n) for n in range(1, count + 1)]
    report = build_report(inputs(*ideas, theme_map=theme_map(too_few=True)))
    assert report.grouping.state == "too_few"
    assert report.grouping.ungrouped.count == count
    assert "too_few" in {limit.code for limit in report.limits}


def test_without_a_theme_map_the_report_says_that_there_is_none() -> None:
    report = build_report(inputs(idea(1)))
    assert report.grouping.state == "none"
    assert "no_themes" in {limit.code for limit in report.limits}


def test_when_everything_was_hidden_the_report_still_counts_it() -> None:
    ideas = [idea(n, status=Status.HIDDEN, rule="abuse") for n in (1, 2, 3)]
    report = build_report(inputs(*ideas, theme_map=theme_map(theme(1, ideas))))
    assert (report.ideas.count, report.grouping.themes) == (0, ())
    assert report.moderation.rules[0].in_force == Figure(count=3, ids=("i1", "i2", "i3"))


def test_numbers_of_ideas_never_change_when_more_are_published() -> None:
    before = of_every_kind()
    after = changed(before, ideas=(*before.ideas, idea(99, published=2_500)), theme_map=None)
    numbers = {line.id: line.number for line in build_report(before).lines}
    assert numbers.items() <= {line.id: line.number for line in build_report(after).lines}.items()


def test_how_it_was_made_is_on_record(report: Report) -> None:
    method = report.method
    assert (method.at_seq, method.audit_head, method.product_version) == (3_000, "ef" * 32, "0.1.0")
    assert (method.model, method.model_sha256) == ("all-MiniLM-L6-v2", "ab" * 32)
    assert (method.versions, method.parameters) == ({"numpy": "2.4", "scikit-learn": "1.8"}, {"fewest": 12})
