"""Decisions about people's own words: submit, reply, edit, tag, withdraw, restore."""

from typing import Any

import msgspec

from jam.domain.chain import canonical_json
from jam.domain.commands import EditIdea, RestoreIdea, SubmitIdea, SubmitReply, TagIdea, WithdrawIdea
from jam.domain.decide.allowance import take_allowance, with_change
from jam.domain.decide.questions import sent_anonymously
from jam.domain.facts import Decision, Facts, NewEvent
from jam.domain.names import STAFF_ROLES, STEERING_ROLES, Status, Visibility
from jam.domain.permissions import may
from jam.domain.records import Content, Idea, Millis
from jam.domain.rejections import Rejection, reject
from jam.domain.screens import held_for, look_at_sender
from jam.domain.text import check_tags, check_text, plain_language
from jam.domain.views import Viewer

EDITABLE = frozenset({Status.PUBLISHED, Status.PENDING, Status.RETURNED})


def submit_idea(command: SubmitIdea, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Take an idea into an open forum."""
    forum = facts.forums.get(command.forum)
    if forum is None:
        return reject("not_found")
    if not forum.open:
        return reject("forum_closed")
    tags = check_tags(command.tags)
    if isinstance(tags, Rejection):
        return tags
    return _take_in(command, actor, facts, now, forum_id=forum.id, reply_to=None, tags=tags)


def submit_reply(command: SubmitReply, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Take a reply to an idea that everyone can read; replies are not answered in turn."""
    idea = facts.ideas.get(command.idea)
    if idea is None or idea.published_seq is None:
        return reject("not_found")
    if idea.status is not Status.PUBLISHED or idea.reply_to:
        return reject("changed_meanwhile")
    if command.official and actor.role not in STEERING_ROLES:
        return reject("not_allowed")
    return _take_in(command, actor, facts, now, forum_id=idea.forum_id, reply_to=idea.id, tags=[])


def _take_in(
    command: SubmitIdea | SubmitReply,
    actor: Viewer,
    facts: Facts,
    now: Millis,
    *,
    forum_id: str,
    reply_to: str | None,
    tags: list[str],
) -> Decision | Rejection:
    jam = facts.jam
    text = check_text(command.text, jam.settings.text_limit)
    if isinstance(text, Rejection):
        return text
    person = take_allowance(actor, facts, now)
    if isinstance(person, Rejection):
        return person
    official = isinstance(command, SubmitReply) and command.official
    # Who marks an answer as official answers for it: it needs nobody's check.
    sender, manner = look_at_sender(person, text, now, jam.settings)
    held = held_for(facts.screen, text, jam.submitted + 1, jam.settings) or manner
    held = None if official else held
    idea_id = facts.ids.new_id()
    contents = _contents(facts, idea_id, text, tags, version=1, shown=held is None)
    idea = Idea(
        id=idea_id,
        org_id=jam.org_id,
        jam_id=jam.id,
        forum_id=forum_id,
        author_id=actor.participant_id,
        reply_to=reply_to,
        text_id=contents[0].id,
        tags_id=contents[1].id if tags else None,
        lang=plain_language(command.lang) or jam.settings.lang,
        status=Status.PENDING if held else Status.PUBLISHED,
        created_seq=facts.next_seq,
        created_at=now,
        published_seq=None if held else facts.next_seq,
        held_for=held,
        held_at=now if held else None,
        official=official,
        anonymous=sent_anonymously(actor, facts),
    )
    event = idea_event("idea_submitted" if held else "idea_published", idea, contents)
    return Decision([event], [sender, *contents, idea], answer(idea, facts))


def _contents(
    facts: Facts, idea_id: str, text: str, tags: list[str], *, version: int, shown: bool
) -> list[Content]:
    contents = [facts.content(idea_id, "text", text, version, shown)]
    if tags:
        contents.append(facts.content(idea_id, "tags", canonical_json(tags).decode(), version, shown))
    return contents


def idea_event(
    kind: str, idea: Idea, contents: list[Content] | None = None, data: dict[str, Any] | None = None
) -> NewEvent:
    """The event about ``idea`` as it now stands; private while nobody was ever shown the idea."""
    facts: dict[str, Any] = {"status": idea.status, "version": idea.version, **(data or {})}
    if contents:
        facts["digests"] = {content.id: content.digest for content in contents}
    if idea.created_seq and kind in ("idea_submitted", "idea_published"):
        facts |= {"forum": idea.forum_id, "reply_to": idea.reply_to}
    return NewEvent(
        kind=kind,
        visibility=Visibility.AUTHOR if idea.published_seq is None else Visibility.PUBLIC,
        subject_id=idea.id,
        text_id=idea.text_id,
        tags_id=idea.tags_id,
        data=facts,
    )


def answer(idea: Idea, facts: Facts) -> dict[str, Any]:
    """What the person hears: the idea, its status and version, and the event's place in the log."""
    return {"idea": idea.id, "status": idea.status, "version": idea.version, "seq": facts.next_seq}


def _own(command_idea: str, actor: Viewer, facts: Facts) -> Idea | Rejection:
    """The author's own idea, or ``not_found``: an id is no permission."""
    idea = facts.ideas.get(command_idea)
    if idea is None or idea.author_id != actor.participant_id:
        return reject("not_found")
    return idea


def edit_idea(command: EditIdea, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Put a new text in place. It passes the screen again; what a moderator returned waits for one."""
    idea = _own(command.idea, actor, facts)
    if isinstance(idea, Rejection):
        return idea
    if idea.version != command.version or idea.status not in EDITABLE:
        return reject("changed_meanwhile")
    old_tags = _tags_of(idea, facts)
    tags = old_tags if command.tags is None else check_tags(command.tags)
    if isinstance(tags, Rejection):
        return tags
    text = check_text(command.text if command.text is not None else _text_of(idea, facts), _limit(facts))
    if isinstance(text, Rejection):
        return text
    return with_change(_edited(idea, text, tags, facts, now), actor, facts, now)


def _limit(facts: Facts) -> int:
    return facts.jam.settings.text_limit


def _text_of(idea: Idea, facts: Facts) -> str:
    return facts.contents[idea.text_id].value or ""


def _tags_of(idea: Idea, facts: Facts) -> list[str]:
    value = facts.contents[idea.tags_id].value if idea.tags_id else None
    return msgspec.json.decode(value, type=list[str]) if value else []


def _edited(idea: Idea, text: str, tags: list[str], facts: Facts, now: Millis) -> Decision:
    held = held_for(facts.screen, text, facts.jam.submitted, facts.jam.settings)
    if idea.status is not Status.PUBLISHED:
        held = idea.held_for or "edited"
    version = idea.version + 1
    contents = _contents(facts, idea.id, text, tags, version=version, shown=held is None)
    edited: Idea = idea.with_(
        text_id=contents[0].id,
        tags_id=contents[1].id if tags else None,
        status=Status.PENDING if held else Status.PUBLISHED,
        version=version,
        edits=idea.edits + 1,
        held_for=held,
        held_at=idea.held_at if idea.status is Status.PENDING else now,
        rule=None,
        note_id=None,
        decided_by=None,
        status_before=None,
    )
    return Decision([idea_event("idea_edited", edited, contents)], [*contents, edited], answer(edited, facts))


def tag_idea(command: TagIdea, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Set the tags of one's own idea, or of any as staff. A participant's words pass the screen again."""
    idea = facts.ideas.get(command.idea)
    mine = idea is not None and idea.author_id == actor.participant_id
    if idea is None or not (mine or actor.role in STAFF_ROLES):
        return reject("not_found")
    if idea.version != command.version or idea.status not in EDITABLE:
        return reject("changed_meanwhile")
    tags = check_tags(command.tags)
    if isinstance(tags, Rejection):
        return tags
    if actor.role not in STAFF_ROLES:
        # For its author a tag is a piece of the text, so it ends with the time for texts.
        late = may(actor.role, "edit_idea", facts.jam)
        if late:
            return late
        return with_change(_edited(idea, _text_of(idea, facts), tags, facts, now), actor, facts, now)
    return _tagged(idea, tags, facts)


def _tagged(idea: Idea, tags: list[str], facts: Facts) -> Decision:
    shown = idea.status is Status.PUBLISHED
    version = idea.version + 1
    value = canonical_json(tags).decode()
    contents = [facts.content(idea.id, "tags", value, version, shown)] if tags else []
    tagged: Idea = idea.with_(tags_id=contents[0].id if contents else None, version=version)
    return Decision([idea_event("idea_tagged", tagged, contents)], [*contents, tagged], answer(tagged, facts))


def withdraw_idea(command: WithdrawIdea, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Take one's own text back. Its place stays marked if anybody had seen it."""
    idea = _own(command.idea, actor, facts)
    if isinstance(idea, Rejection):
        return idea
    if idea.status not in EDITABLE:
        return reject("changed_meanwhile")
    withdrawn: Idea = idea.with_(status=Status.WITHDRAWN, status_before=idea.status, version=idea.version + 1)
    decision = Decision([idea_event("idea_withdrawn", withdrawn)], [withdrawn], answer(withdrawn, facts))
    return with_change(decision, actor, facts, now)


def restore_idea(command: RestoreIdea, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Undo one's own withdrawal: the text stands again as it stood before."""
    idea = _own(command.idea, actor, facts)
    if isinstance(idea, Rejection):
        return idea
    if idea.status is not Status.WITHDRAWN or idea.status_before is None:
        return reject("nothing_to_undo")
    restored: Idea = idea.with_(status=idea.status_before, status_before=None, version=idea.version + 1)
    decision = Decision([idea_event("idea_restored", restored)], [restored], answer(restored, facts))
    return with_change(decision, actor, facts, now)
