"""Decisions about a jam's questions: proposed by participants, opened and closed by those who run it."""

from jam.domain.commands import CloseForum, OpenForum, ProposeQuestion
from jam.domain.decide.allowance import take_allowance
from jam.domain.facts import Decision, Facts, NewEvent
from jam.domain.handles import MAX_HANDLE_LENGTH
from jam.domain.names import Anonymity, Role, Visibility
from jam.domain.records import Content, Forum, Millis, Proposal, Record
from jam.domain.rejections import Rejection, reject
from jam.domain.text import check_line
from jam.domain.views import Viewer

TITLE_LIMIT = 200
QUESTION_LIMIT = 500


def propose_question(
    command: ProposeQuestion, actor: Viewer, facts: Facts, now: Millis
) -> Decision | Rejection:
    """Put a question before the staff, who alone see it."""
    text = check_line(command.text, QUESTION_LIMIT, "question_bad")
    if isinstance(text, Rejection):
        return text
    person = take_allowance(actor, facts, now)
    if isinstance(person, Rejection):
        return person
    proposal_id = facts.ids.new_id()
    content = facts.content(proposal_id, "proposal", text)
    proposal = Proposal(
        id=proposal_id,
        org_id=facts.jam.org_id,
        jam_id=facts.jam.id,
        participant_id=actor.participant_id,
        text_id=content.id,
        at=now,
        anonymous=sent_anonymously(actor, facts),
    )
    event = _about("question_proposed", proposal, {"digests": {content.id: content.digest}})
    answer = {"proposal": proposal_id, "seq": facts.next_seq}
    return Decision([event], [person, content, proposal], answer)


def sent_anonymously(actor: Viewer, facts: Facts) -> bool:
    """Whether what the actor sends now carries the promise of anonymity. Staff act under their names."""
    return facts.jam.settings.anonymity is Anonymity.ANONYMOUS and actor.role is Role.PARTICIPANT


def _about(kind: str, proposal: Proposal, data: dict[str, object]) -> NewEvent:
    return NewEvent(kind, Visibility.STAFF, proposal.id, {"version": proposal.version, **data})


def open_forum(command: OpenForum, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Ask another question, perhaps one that a participant proposed; each proposal is taken up once."""
    proposal = facts.proposals.get(command.proposal) if command.proposal else None
    if command.proposal and proposal is None:
        return reject("not_found")
    if proposal and proposal.forum_id:
        return reject("changed_meanwhile")
    forum_id = facts.ids.new_id()
    contents = _words(command, forum_id, facts)
    if isinstance(contents, Rejection):
        return contents
    forum = Forum(
        id=forum_id,
        org_id=facts.jam.org_id,
        jam_id=facts.jam.id,
        title_id=contents[0].id,
        question_id=contents[1].id,
        position=len(facts.forums) + 1,
        host_id=contents[2].id if len(contents) > 2 else None,
        proposal_id=proposal.id if proposal else None,
    )
    data = {"version": 1, "digests": {content.id: content.digest for content in contents}}
    events = [NewEvent("forum_opened", Visibility.PUBLIC, forum_id, data)]
    records: list[Record] = [*contents, forum]
    if proposal:
        taken: Proposal = proposal.with_(forum_id=forum_id, version=proposal.version + 1)
        events.append(_about("question_taken_up", taken, {"forum": forum_id}))
        records.append(taken)
    return Decision(events, records, {"forum": forum_id, "seq": facts.next_seq})


def _words(command: OpenForum, forum_id: str, facts: Facts) -> list[Content] | Rejection:
    """Title, question and, where one is named, the host: everyone may read them."""
    contents = []
    for kind, word in check_forum(command.title, command.question, command.host or "").items():
        if isinstance(word, Rejection):
            return word
        if word:
            contents.append(facts.content(forum_id, kind, word, shown=True))
    return contents


def check_forum(title: str, question: str, host: str) -> dict[str, str | Rejection]:
    """A forum's words in their stored form, or their refusal, by kind. There need not be a host."""
    return {
        "title": check_line(title, TITLE_LIMIT, "title_bad"),
        "question": check_line(question, QUESTION_LIMIT, "question_bad"),
        "host": check_line(host, MAX_HANDLE_LENGTH, "host_bad") if host else "",
    }


def close_forum(command: CloseForum, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Take no more ideas under one question."""
    forum = facts.forums.get(command.forum)
    if forum is None:
        return reject("not_found")
    if not forum.open:
        return reject("forum_closed")
    closed: Forum = forum.with_(open=False, version=forum.version + 1)
    event = NewEvent("forum_closed", Visibility.PUBLIC, forum.id, {"version": closed.version})
    return Decision([event], [closed], {"forum": forum.id, "seq": facts.next_seq})
