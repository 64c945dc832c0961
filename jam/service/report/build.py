"""``build_report``: from inputs read at one log position to the whole report. Pure.

No clock, no chance, no order of reading: the same inputs give the same bytes (guarantee G18). What does
not add up is refused with ``ReportError`` rather than printed.
"""

from collections import Counter

from jam.domain.names import Status
from jam.service.report.document import NOTICE, SCHEMA, Figure, IdeaLine, Method, Report
from jam.service.report.inputs import IdeaInput, ReportInputs, canonical, inputs_digest
from jam.service.report.moderation import build_limits, build_moderation
from jam.service.report.people import build_people, build_questions
from jam.service.report.reading import Reading, figure, group_of, is_readable, moment
from jam.service.report.theme_picture import theme_picture
from jam.service.report.themes import ReportError, build_grouping
from jam.service.report.timeline import build_phases, build_timeline


def build_report(inputs: ReportInputs) -> Report:
    """Compute the report. Raises ``ReportError`` when the inputs contradict themselves."""
    inputs = canonical(inputs)
    _check_ids(inputs)
    reading = Reading(inputs)
    people, grouping = build_people(reading), build_grouping(reading)
    moderation = build_moderation(reading)
    report = Report(
        schema=SCHEMA,
        notice=NOTICE,
        version=inputs.version,
        jam=inputs.jam.id,
        title=inputs.jam.title,
        organisation=inputs.jam.organisation,
        zone=inputs.jam.zone,
        questions=build_questions(reading),
        phases=build_phases(inputs.jam),
        people=people,
        ideas=figure(reading.ideas),
        replies=figure(reading.replies),
        grouping=grouping,
        picture=theme_picture(inputs.theme_map.places if inputs.theme_map else None, grouping.themes),
        timeline=build_timeline(reading),
        moderation=moderation,
        limits=build_limits(reading, people, grouping, moderation.pending_now),
        method=_method(inputs),
        lines=_lines(reading, {i: t.id for t in grouping.themes for i in t.ideas.ids}),
    )
    check_sums(report)
    return report


def _check_ids(inputs: ReportInputs) -> None:
    twice = [i for i, n in Counter(idea.id for idea in inputs.ideas).items() if n > 1]
    if twice:
        raise ReportError(f"ideas came twice: {', '.join(twice)}")
    forums = {forum.id for forum in inputs.forums}
    strays = [idea.id for idea in inputs.ideas if idea.forum not in forums]
    if strays:
        raise ReportError(f"ideas of an unknown forum: {', '.join(strays)}")


def _method(inputs: ReportInputs) -> Method:
    themes = inputs.theme_map
    made = Method(
        product_version=inputs.product_version,
        at_seq=inputs.at_seq,
        audit_head=inputs.audit_head,
        inputs_sha256=inputs_digest(inputs),
    )
    if themes is None:
        return made
    return Method(
        product_version=made.product_version,
        at_seq=made.at_seq,
        audit_head=made.audit_head,
        inputs_sha256=made.inputs_sha256,
        theme_map_version=themes.version,
        theme_map_at_seq=themes.at_seq,
        theme_map_inputs_sha256=themes.inputs_sha256,
        model=themes.model,
        model_sha256=themes.model_sha256,
        versions=dict(sorted(themes.versions.items())),
        parameters=dict(sorted(themes.parameters.items())),
    )


def _lines(reading: Reading, theme_of: dict[str, str]) -> tuple[IdeaLine, ...]:
    theme_map = reading.inputs.theme_map
    alone = frozenset(theme_map.one_of_a_kind) if theme_map else frozenset[str]()
    return tuple(_line(idea, reading, theme_of, alone) for idea in reading.known)


def _line(idea: IdeaInput, reading: Reading, theme_of: dict[str, str], alone: frozenset[str]) -> IdeaLine:
    shown = is_readable(idea)
    theme = theme_of.get(idea.id)
    return IdeaLine(
        number=reading.number[idea.id],
        id=idea.id,
        forum=idea.forum,
        author="" if idea.anonymous else idea.author,
        group=group_of(idea),
        status=idea.status,
        at=moment(idea.at),
        lang=idea.lang,
        edits=idea.edits,
        reply_to=reading.root(idea) if idea.reply_to else None,
        handle=idea.handle if shown else None,
        text=idea.text if shown else None,
        tags=idea.tags if shown else (),
        rule=idea.rule if idea.status is Status.HIDDEN else None,
        theme=theme,
        one_of_a_kind=theme is not None and idea.id in alone,
    )


def check_sums(report: Report) -> None:
    """Refuse a report whose parts do not add up to its whole (guarantee G18).

    Every readable idea is in exactly one theme or in none, in one group and in one interval; so is
    every readable reply.
    """
    grouping = report.grouping
    _check_same(
        "themes", report.ideas, [*(t.ideas for t in grouping.themes), grouping.not_ideas, grouping.ungrouped]
    )
    for theme in grouping.themes:
        _check_same(f"theme {theme.id}", theme.ideas, [g.ideas for g in theme.groups])
    replies = [*(t.replies for t in grouping.themes), grouping.replies_apart]
    _check_same("replies of themes", report.replies, replies)
    intervals = report.timeline.intervals
    _check_same("timeline", report.ideas, [i.ideas for i in intervals])
    _check_same("timeline of replies", report.replies, [i.replies for i in intervals])
    _check_same("people", report.ideas, [g.ideas for g in report.people.groups])
    _check_same("questions", report.ideas, [q.ideas for q in report.questions])


def _check_same(name: str, whole: Figure, parts: list[Figure]) -> None:
    ids = [i for part in parts for i in part.ids]
    if len(ids) == len(set(ids)) and set(ids) == set(whole.ids) and len(ids) == whole.count:
        return
    odd = sorted(set(ids) ^ set(whole.ids)) or sorted(i for i, n in Counter(ids).items() if n > 1)
    raise ReportError(f"{name} do not add up to {whole.count}: {', '.join(odd)}")
