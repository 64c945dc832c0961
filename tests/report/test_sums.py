"""Shows guarantee G18: every readable idea is counted once, figures add up, same inputs give the same bytes.

Why: a report that loses an idea, or says another number tomorrow, cannot be signed. Where: `build_report`
on random jams, and on maps spoiled in one place.
"""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jam.domain.names import Audience, Role, Status
from jam.service.report import (
    Report,
    ReportError,
    ReportInputs,
    ReportRenderer,
    build,
    build_report,
    ideas_csv,
    report_json,
    themes_csv,
)
from jam.service.report.build import check_sums
from jam.service.report.document import Timeline
from jam.service.report.inputs import IdeaInput, ThemeMapInput
from tests.report.making import (
    MAP_SEQ,
    changed,
    event,
    idea,
    inputs,
    of_every_kind,
    renderer,
    theme,
    theme_map,
)

STATUSES = [*[Status.PUBLISHED] * 4, *Status]
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def jams(draw: st.DrawFn) -> ReportInputs:
    """A jam of up to 25 texts at any status, grouped at random; some became readable after the grouping."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    texts = [some_text(chance, number) for number in range(1, draw(st.integers(0, 25)) + 1)]
    groupable = [i for i in texts if i.reply_to is None and i.published is not None]
    grouped = [i for i in groupable if chance.random() < 0.9]
    late = {i.id for i in groupable} - {i.id for i in grouped}
    events = [event(i, i.status, MAP_SEQ + i.seq if i.id in late else None) for i in texts]
    made = draw(st.sampled_from(["map", "map", "map", "none", "too_few"]))
    return inputs(*texts, events=tuple(events), theme_map=some_map(chance, made, grouped))


def some_text(chance: random.Random, number: int) -> IdeaInput:
    status = chance.choice(STATUSES)
    known = status is Status.PUBLISHED or (status is not Status.PENDING and chance.random() < 0.7)
    return idea(
        number,
        chance.choice(["Light", "=1+1", "<b>x</b>", "ضوء", f"Text {number}"]),
        status=status,
        author=f"p{chance.randrange(8)}",
        audience=chance.choice(list(Audience)),
        role=chance.choice([Role.PARTICIPANT, Role.PARTICIPANT, Role.FACILITATOR]),
        reply_to=f"i{chance.randrange(1, 26)}" if chance.random() < 0.3 else None,
        at=1_772_359_200_000 + chance.randrange(10 ** chance.randrange(1, 11)),
        published=number if known else None,
        rule=chance.choice([None, "abuse"]),
    )


def some_map(chance: random.Random, made: str, ideas: list[IdeaInput]) -> ThemeMapInput | None:
    if made == "none":
        return None
    if made == "too_few":
        return theme_map(too_few=True)
    homes = [chance.randrange(4) for _ in ideas]
    themes = [theme(n, [i for i, home in zip(ideas, homes, strict=True) if home == n]) for n in range(4)]
    some = tuple(i.id for i in ideas if chance.random() < 0.2)
    return theme_map(*themes, one_of_a_kind=some, duplicates=(some,) if len(some) > 1 else ())


def all_bytes(report: Report) -> bytes:
    page = renderer().html(report, standalone=True)
    return b"\n".join([page, report_json(report), themes_csv(report), ideas_csv(report)])


@QUICK
@given(jams())
def test_g18_every_readable_idea_is_in_exactly_one_theme_or_in_none(given_inputs: ReportInputs) -> None:
    report = build_report(given_inputs)
    readable = {i.id for i in given_inputs.ideas if i.status is Status.PUBLISHED and i.reply_to is None}
    counted = [i for t in report.grouping.themes for i in t.ideas.ids] + list(report.grouping.ungrouped.ids)
    assert sorted(counted) == sorted(readable)
    assert report.ideas.count == len(readable)


@QUICK
@given(jams())
def test_g18_replies_are_counted_apart_and_once(given_inputs: ReportInputs) -> None:
    report = build_report(given_inputs)
    readable = {i.id for i in given_inputs.ideas if i.status is Status.PUBLISHED and i.reply_to is not None}
    parts = [*(t.replies for t in report.grouping.themes), report.grouping.replies_apart]
    assert sorted(i for part in parts for i in part.ids) == sorted(readable)
    assert report.replies.count == len(readable)


@QUICK
@given(jams())
def test_g18_the_bars_of_the_timeline_add_up_and_are_few(given_inputs: ReportInputs) -> None:
    report = build_report(given_inputs)
    intervals = report.timeline.intervals
    assert sum(i.ideas.count for i in intervals) == report.ideas.count
    assert sum(i.replies.count for i in intervals) == report.replies.count
    assert len(intervals) <= 30


@QUICK
@given(jams())
def test_g18_every_id_in_a_figure_is_a_line_of_the_report(given_inputs: ReportInputs) -> None:
    report = build_report(given_inputs)
    lines = {line.id for line in report.lines}
    assert ids_in(msgspec.to_builtins(report)) <= lines


def ids_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = set(value["ids"]) if "ids" in value and "count" in value else set()
        return own.union(*(ids_in(one) for one in value.values()))
    return set[str]().union(*(ids_in(one) for one in value)) if isinstance(value, list | tuple) else set()


@settings(max_examples=15, deadline=None)
@given(jams(), st.randoms(use_true_random=False))
def test_g18_the_same_inputs_give_the_same_bytes_in_whatever_order_they_were_read(
    given_inputs: ReportInputs, chance: random.Random
) -> None:
    def shuffled(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(rows, len(rows)))

    other = changed(
        given_inputs,
        ideas=shuffled(given_inputs.ideas),
        events=shuffled(given_inputs.events),
        people=shuffled(given_inputs.people),
    )
    assert all_bytes(build_report(given_inputs)) == all_bytes(build_report(other))


def test_g18_rows_read_backwards_give_the_same_bytes() -> None:
    forwards = of_every_kind()
    assert forwards.theme_map is not None
    backwards = changed(
        forwards,
        **{
            name: getattr(forwards, name)[::-1]
            for name in ("forums", "ideas", "people", "decisions", "events")
        },
        theme_map=changed(forwards.theme_map, themes=forwards.theme_map.themes[::-1]),
    )
    assert all_bytes(build_report(forwards)) == all_bytes(build_report(backwards))


def test_g18_a_second_renderer_gives_the_same_bytes() -> None:
    report = build_report(of_every_kind())
    assert renderer().html(report) == ReportRenderer().html(build_report(of_every_kind()))


def test_g18_another_text_gives_another_digest() -> None:
    one, other = inputs(idea(1, "Light")), inputs(idea(1, "Dark"))
    assert build_report(one).method.inputs_sha256 != build_report(other).method.inputs_sha256


def test_g18_a_map_that_left_out_a_readable_idea_is_refused() -> None:
    ideas = [idea(1), idea(2)]
    with pytest.raises(ReportError, match="left out ideas: i2"):
        build_report(inputs(*ideas, theme_map=theme_map(theme(1, ideas[:1]))))


def test_g18_an_idea_in_two_themes_is_refused() -> None:
    ideas = [idea(1), idea(2)]
    with pytest.raises(ReportError, match="idea i2 is in the themes t1 and t2"):
        build_report(inputs(*ideas, theme_map=theme_map(theme(1, ideas), theme(2, ideas[1:]))))


def test_g18_an_idea_that_came_twice_is_refused() -> None:
    with pytest.raises(ReportError, match="came twice: i1"):
        build_report(inputs(idea(1), idea(1)))


def test_g18_an_idea_of_an_unknown_forum_is_refused() -> None:
    with pytest.raises(ReportError, match="unknown forum: i1"):
        build_report(inputs(idea(1, forum="elsewhere")))


def test_g18_a_report_that_lost_an_idea_on_the_way_is_refused() -> None:
    report = build_report(of_every_kind())
    timeline = msgspec.structs.replace(report.timeline, intervals=report.timeline.intervals[1:])
    with pytest.raises(ReportError, match="timeline do not add up to 7: i1"):
        check_sums(msgspec.structs.replace(report, timeline=timeline))


def test_g18_no_report_leaves_before_its_sums_were_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "build_timeline", lambda reading: Timeline(step_s=0, intervals=()))
    with pytest.raises(ReportError, match="timeline do not add up to 1: i1"):
        build_report(inputs(idea(1)))


def test_an_idea_that_came_back_after_the_grouping_is_in_no_theme_and_said_so() -> None:
    ideas = [idea(1), idea(2)]
    events = (
        event(ideas[0], Status.PUBLISHED),
        event(ideas[1], Status.PUBLISHED),
        event(ideas[1], Status.HIDDEN, MAP_SEQ - 10),
        event(ideas[1], Status.PUBLISHED, MAP_SEQ + 10),
    )
    report = build_report(inputs(*ideas, events=events, theme_map=theme_map(theme(1, ideas[:1]))))
    assert report.grouping.ungrouped.ids == ("i2",)
    assert "late" in {limit.code for limit in report.limits}


def test_a_map_newer_than_the_report_never_stops_an_old_version_from_being_read() -> None:
    ideas = [idea(1), idea(2)]
    newer = theme_map(theme(1, ideas[:1]), at_seq=9_999)
    assert build_report(inputs(*ideas, theme_map=newer)).grouping.ungrouped.ids == ("i2",)
