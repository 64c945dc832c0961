"""Decisions of the server itself: people come in, bells ring, reports go on record."""

from jam.domain import entry, schedule
from jam.domain.commands import JoinJam, PublishReport, RingBell
from jam.domain.decide.steering import jam_event
from jam.domain.facts import Decision, Facts, NewEvent
from jam.domain.handles import check_handle, handle_key, look_key
from jam.domain.names import Role, Visibility
from jam.domain.permissions import may
from jam.domain.records import Content, JoinAnswer, Millis, Participant, Record
from jam.domain.rejections import Rejection, reject
from jam.domain.views import Viewer


def join_jam(command: JoinJam, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Take a person in under a name that nobody else in the jam has."""
    refused = may(command.role, "join_jam" if command.role is Role.PARTICIPANT else "enter_jam", facts.jam)
    if refused:
        return refused
    handle = check_handle(command.handle, staff=command.role is not Role.PARTICIPANT)
    if isinstance(handle, Rejection):
        return handle
    if _somebody_elses(handle, command.participant_id, facts):
        return reject("handle_taken")
    if command.participant_id in facts.participants:
        return Decision([], [], {"participant": command.participant_id})
    answers = _answers(command, facts)
    if isinstance(answers, Rejection):
        return answers
    content = facts.content(command.participant_id, "handle", handle, shown=True)
    person = Participant(
        id=command.participant_id,
        org_id=facts.jam.org_id,
        jam_id=facts.jam.id,
        handle_id=content.id,
        handle_key=handle_key(handle),
        look_key=look_key(handle),
        role=command.role,
        audience=command.audience,
        joined_at=now,
        identity_level=command.identity_level,
        provenance=command.provenance,
    )
    words, rows = _kept(answers, person, facts)
    records: list[Record] = [content, person, *words, *rows]
    if command.role is Role.PARTICIPANT:
        records.append(facts.jam.with_(people=facts.jam.people + 1))
    digests = {one.id: one.digest for one in (content, *words)}
    data = {"role": command.role, "audience": command.audience, "digests": digests}
    event = NewEvent("participant_joined", Visibility.STAFF, person.id, data)
    return Decision([event], records, {"participant": person.id, "seq": facts.next_seq})


def _somebody_elses(handle: str, participant_id: str, facts: Facts) -> bool:
    owners = {facts.handle_keys.get(handle_key(handle)), facts.look_keys.get(look_key(handle))}
    return bool(owners - {None, participant_id})


def _answers(command: JoinJam, facts: Facts) -> dict[str, str] | Rejection:
    """Those who come to run the jam are asked nothing at the door."""
    return entry.check_answers(facts.questions, command.answers) if command.role is Role.PARTICIPANT else {}


def _kept(
    answers: dict[str, str], person: Participant, facts: Facts
) -> tuple[list[Content], list[JoinAnswer]]:
    """Each answer as content of its own and the row that leads to it; the log gets its digest only."""
    words = {question: facts.content(person.id, "answer", text) for question, text in answers.items()}
    rows = [
        JoinAnswer(
            participant_id=person.id,
            question=question,
            org_id=person.org_id,
            jam_id=person.jam_id,
            content_id=content.id,
        )
        for question, content in words.items()
    ]
    return list(words.values()), rows


def ring_bell(command: RingBell, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """End every phase whose planned end has come, each at its planned moment, however late it is now."""
    jam = facts.jam
    events: list[NewEvent] = []
    while schedule.due(jam, now):
        planned = jam.slot.ends_at
        assert planned is not None
        jam = schedule.ring(jam, planned, facts.jam.last_seq + len(events))
        events.append(jam_event("phase_started", jam))
    records: list[Record] = [jam] if events else []
    return Decision(events, records, {"rang": len(events)})


def publish_report(command: PublishReport, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Put a report version on record."""
    data: dict[str, object] = {"version": command.version, "at_seq": command.at_seq, "digest": command.digest}
    event = NewEvent("report_published", Visibility.PUBLIC, command.report_id, data)
    return Decision([event], [], {"seq": facts.next_seq})
