"""Decisions about other people's words: flag, approve, return, hide, undo.

Nothing is ever deleted here: a hidden text keeps its place, its replies and its row. Every decision
names the version it was made on, so the later of two moderators is told who decided what (G9).
"""

from jam.domain.commands import FlagIdea, Moderate, UndoDecision
from jam.domain.decide.allowance import with_change
from jam.domain.decide.ideas import answer, idea_event
from jam.domain.facts import Decision, Facts, NewEvent
from jam.domain.names import Status, Verdict, Visibility
from jam.domain.records import Content, Flag, Idea, Millis, ModerationDecision, Record
from jam.domain.rejections import Rejection, reject
from jam.domain.text import normalise
from jam.domain.views import Viewer

NOTE_LIMIT = 500
_AFTER = {
    Verdict.APPROVE: Status.PUBLISHED,
    Verdict.RETURN: Status.RETURNED,
    Verdict.HIDE: Status.HIDDEN,
}
_FROM = {
    Verdict.APPROVE: frozenset({Status.PENDING, Status.RETURNED, Status.HIDDEN}),
    Verdict.RETURN: frozenset({Status.PENDING, Status.PUBLISHED}),
    Verdict.HIDE: frozenset({Status.PENDING, Status.PUBLISHED, Status.RETURNED}),
}
_NEEDS_RULE = frozenset({Status.RETURNED, Status.HIDDEN})
_KIND = {
    Verdict.APPROVE: "idea_published",
    Verdict.RETURN: "idea_returned",
    Verdict.HIDE: "idea_hidden",
}


def moderate(command: Moderate, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Approve, return or hide an idea at the version that the moderator saw."""
    idea = facts.ideas.get(command.idea)
    if idea is None:
        return reject("not_found")
    if idea.version != command.version or idea.status not in _FROM[command.verdict]:
        return _told_who(idea)
    if command.verdict is not Verdict.APPROVE and command.rule is None:
        return reject("rule_needed")
    note = _note(command.note, idea, facts)
    if isinstance(note, Rejection):
        return note
    rule = None if command.verdict is Verdict.APPROVE else command.rule
    decided: Idea = idea.with_(
        status=_AFTER[command.verdict],
        version=idea.version + 1,
        rule=rule,
        note_id=note.id if note else None,
        decided_by=actor.participant_id,
        status_before=idea.status,
        published_seq=_published_seq(idea, command.verdict, facts),
    )
    return _decided(_KIND[command.verdict], command.verdict, idea, decided, actor, facts, now, note)


def _published_seq(idea: Idea, verdict: Verdict, facts: Facts) -> int | None:
    if idea.published_seq is None and verdict is Verdict.APPROVE:
        return facts.next_seq
    return idea.published_seq


def _told_who(idea: Idea) -> Rejection:
    if idea.decided_by is None or idea.status is Status.WITHDRAWN:
        return reject("changed_meanwhile")
    return reject("already_decided", by_id=idea.decided_by, status=idea.status, version=idea.version)


def _note(note: str | None, idea: Idea, facts: Facts) -> Content | Rejection | None:
    clean = normalise(note or "")
    if isinstance(clean, Rejection):
        return clean
    if len(clean) > NOTE_LIMIT:
        return reject("note_too_long")
    return facts.content(idea.id, "note", clean, idea.version + 1) if clean else None


def _decided(
    kind: str,
    word: str,
    before: Idea,
    after: Idea,
    actor: Viewer,
    facts: Facts,
    now: Millis,
    note: Content | None = None,
) -> Decision:
    row = ModerationDecision(
        id=facts.ids.new_id(),
        org_id=after.org_id,
        jam_id=after.jam_id,
        idea_id=after.id,
        idea_version=after.version,
        moderator_id=actor.participant_id,
        decision=word,
        status_before=before.status,
        status_after=after.status,
        rule=after.rule,
        note_id=after.note_id,
        at=now,
    )
    records: list[Record] = [after, row, *([note] if note else []), *_shown_or_not(after, facts)]
    event = idea_event(kind, after, [note] if note else None, {"decision": word, "rule": after.rule})
    return Decision([event], records, answer(after, facts))


def _shown_or_not(idea: Idea, facts: Facts) -> list[Content]:
    """The idea's words whose mark changes: whether everyone may read them while the idea is published.

    Approval marks the present text and tags. What is taken out of sight loses the mark with all its earlier
    words: else they would come back out of the log once the author's next words are published (G10, G11).
    """
    if idea.status is Status.PUBLISHED:
        present = (facts.contents[i] for i in (idea.text_id, idea.tags_id) if i)
        return [content.with_(shown=True) for content in present if not content.shown]
    every = (content for content in facts.contents.values() if content.subject_id == idea.id)
    return [content.with_(shown=False) for content in every if content.shown]


def undo_decision(command: UndoDecision, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Put the idea back to where it stood before the last decision: itself a decision on record."""
    idea = facts.ideas.get(command.idea)
    if idea is None:
        return reject("not_found")
    if idea.version != command.version:
        return _told_who(idea)
    if idea.decided_by is None or idea.status_before is None or idea.status is Status.WITHDRAWN:
        return reject("nothing_to_undo")
    earlier = _decision_before(idea, facts)
    if idea.status_before in _NEEDS_RULE and (earlier is None or earlier.rule is None):
        return reject("rule_needed")
    undone: Idea = idea.with_(
        status=idea.status_before,
        status_before=None,
        version=idea.version + 1,
        rule=earlier.rule if earlier else None,
        note_id=earlier.note_id if earlier else None,
        decided_by=actor.participant_id,
    )
    return _decided("decision_undone", "undo", idea, undone, actor, facts, now)


def _decision_before(idea: Idea, facts: Facts) -> ModerationDecision | None:
    """The decision that took the text out of sight before the last one: its rule and note hold again."""
    if idea.status_before not in _NEEDS_RULE:
        return None
    earlier = facts.decisions.get(idea.id, [])[:-1]
    return next((one for one in reversed(earlier) if one.status_after is idea.status_before), None)


def flag_idea(command: FlagIdea, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Put one person's report on record, once per person and idea."""
    idea = facts.ideas.get(command.idea)
    if idea is None or idea.published_seq is None:
        return reject("not_found")
    people = facts.flagged.get(idea.id, set())
    if actor.participant_id in people:
        return reject("already_flagged")
    flag = Flag(
        id=facts.ids.new_id(),
        org_id=idea.org_id,
        jam_id=idea.jam_id,
        idea_id=idea.id,
        participant_id=actor.participant_id,
        rule=command.rule,
        at=now,
    )
    # The event carries the idea to staff, so it names the version and the words that it is about.
    data = {"count": len(people) + 1, "rule": command.rule, "status": idea.status, "version": idea.version}
    event = NewEvent("idea_flagged", Visibility.STAFF, idea.id, data, idea.text_id, idea.tags_id)
    decision = Decision([event], [flag], {"idea": idea.id, "seq": facts.next_seq})
    return with_change(decision, actor, facts, now)
