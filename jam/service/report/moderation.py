"""What was checked, removed and why; what is still waiting; and what the report cannot tell.

Part of ``build_report``. It says of a rule what ``project`` says: everyone may know why a text that was
shown is hidden; why one was returned is between its author and the moderators. No moderator is named.
"""

from jam.domain.names import WRITING_PHASES, Rule, Status
from jam.service.report.document import (
    Figure,
    Grouping,
    Limit,
    Moderation,
    People,
    RuleCount,
    Standing,
)
from jam.service.report.inputs import DecisionInput, IdeaInput, ReportInputs
from jam.service.report.reading import Reading, figure

DECISIONS = ("approve", "return", "hide", "undo")
_IN_FORCE = {Status.RETURNED: "return", Status.HIDDEN: "hide"}
_EDITED = "idea_edited"


def build_moderation(reading: Reading) -> Moderation:
    """Count decisions by kind and rule, and where every idea and reply stands now."""
    inputs = reading.inputs
    return Moderation(
        policy=inputs.jam.settings.policy,
        held=len({e.subject for e in inputs.events if e.status is Status.PENDING}),
        flags=inputs.flags,
        standing=tuple(_standing(status, reading) for status in Status),
        rules=_rules(reading),
        pending_at_bell=_pending_at_bell(reading),
        pending_now=sum(i.status is Status.PENDING for i in inputs.ideas),
    )


def _standing(status: Status, reading: Reading) -> Standing:
    rows = [i for i in reading.inputs.ideas if i.status is status]
    return Standing(
        status=status,
        ideas=figure(i for i in rows if i.reply_to is None),
        replies=figure(i for i in rows if i.reply_to is not None),
    )


def _rules(reading: Reading) -> tuple[RuleCount, ...]:
    """One row for each kind of decision and rule that occurred, in the order of the closed lists."""
    taken: dict[tuple[str, str | None], int] = {}
    for decision in reading.inputs.decisions:
        key = (decision.decision, None if decision.decision == "undo" else decision.rule)
        taken[key] = taken.get(key, 0) + 1
    force: dict[tuple[str, str | None], list[IdeaInput]] = {}
    approved = _approved(reading.inputs)
    for idea in reading.inputs.ideas:
        if idea.id in approved and idea.status is Status.PUBLISHED:
            force.setdefault(("approve", None), []).append(idea)
        if idea.status in _IN_FORCE:
            force.setdefault((_IN_FORCE[idea.status], idea.rule), []).append(idea)
    keys = sorted({*taken, *force}, key=_order)
    return tuple(_rule_count(key, taken.get(key, 0), force.get(key, [])) for key in keys)


def _approved(inputs: ReportInputs) -> set[str]:
    """Ideas whose last decision that was not undone is an approval of the words that stand now."""
    standing: dict[str, list[DecisionInput]] = {}
    for decision in sorted(inputs.decisions, key=lambda d: d.at):
        made = standing.setdefault(decision.idea, [])
        if decision.decision != "undo":
            made.append(decision)
        elif made:
            made.pop()
    edited = {e.subject: e.at for e in inputs.events if e.kind == _EDITED}
    last = {idea: made[-1] for idea, made in standing.items() if made}
    return {i for i, d in last.items() if d.decision == "approve" and edited.get(i, -1) <= d.at}


def _rule_count(key: tuple[str, str | None], taken: int, in_force: list[IdeaInput]) -> RuleCount:
    decision, rule = key
    # That a text was held or returned is between its author and the moderators: only hidden ones are named.
    told = figure(in_force) if decision == "hide" else Figure(count=len(in_force))
    return RuleCount(decision=decision, rule=rule, decisions=taken, in_force=told)


def _order(key: tuple[str, str | None]) -> tuple[int, int, str, str]:
    decision, rule = key
    rules = [str(r) for r in Rule]
    place = DECISIONS.index(decision) if decision in DECISIONS else len(DECISIONS)
    return (place, rules.index(rule) if rule in rules else len(rules), decision, rule or "")


def _pending_at_bell(reading: Reading) -> int | None:
    """How many texts were waiting when the last writing phase's bell rang, read back from the log."""
    bell = [s.closed_seq for s in reading.inputs.jam.phases if s.phase in WRITING_PHASES]
    if not bell or bell[-1] is None:
        return None
    then = {e.subject: e.status for e in reading.inputs.events if e.seq <= bell[-1]}
    return sum(status is Status.PENDING for status in then.values())


def build_limits(reading: Reading, people: People, grouping: Grouping, waiting: int) -> tuple[Limit, ...]:
    """What a reader must not conclude, in the order in which it is printed."""
    unchecked = sum(row.count for row in people.identity if row.level == 0)
    languages = len({i.lang.partition("-")[0].lower() for i in reading.ideas})
    facts = (
        ("not_a_ballot", 1),
        ("not_representative", 1),
        ("breadth_unknown", 1),
        ("identity_unchecked", unchecked),
        ("waiting", waiting),
        ("too_few", int(grouping.state == "too_few")),
        ("no_themes", int(grouping.state == "none")),
        ("machine_grouped", len(grouping.themes)),
        ("fell_back", int(grouping.fell_back)),
        ("unread", sum(one.ideas.count for one in grouping.unread)),
        ("late", grouping.ungrouped.count if grouping.state == "grouped" else 0),
        ("several_languages", languages if languages > 1 else 0),
    )
    return tuple(Limit(code=code, count=count) for code, count in facts if count)
