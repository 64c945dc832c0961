"""``project``: the one function that decides who sees which field of what. Default: deny.

Socket, snapshot, pages, report, exports, search, theming and logs all go through here. It sees an idea
as it stood at some version (``Sighting``) together with the record as it stands *now*: so hiding,
withdrawing or erasing an idea also cleans every replay of what was said before (guarantees G10, G11).
"""

from typing import Any

import msgspec

from jam.domain.names import STAFF_ROLES, Audience, Role, Status, Visibility
from jam.domain.records import Event, Forum, Idea, Jam, Participant, Proposal
from jam.domain.views import (
    CorrectionView,
    EventView,
    FlagsView,
    ForumView,
    IdeaView,
    JamView,
    ParticipantView,
    PlacedView,
    ProposalView,
    ReportView,
    SlotView,
    ThemesView,
    Viewer,
)

PRIVILEGED_ROLES = STAFF_ROLES | {Role.RECORDS_OFFICER}
"""Who gets everything about an idea, whatever its status."""


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One idea at one version, with the content that readers join.

    ``idea`` is the record as it stands now; ``version``, ``status``, ``text``, ``tags``, ``edits``,
    ``rule`` and ``note`` are those of the version looked at; ``shown`` and ``tags_shown`` say whether
    everyone may read the text and the tags of that version while the idea is published. They differ where
    a moderator took out a tag and let the text stand.
    """

    idea: Idea
    version: int
    status: Status
    text: str | None
    shown: bool
    tags: tuple[str, ...] = ()
    tags_shown: bool = False
    handle: str | None = None
    audience: Audience | None = None
    role: Role | None = None
    rule: str | None = None
    note: str | None = None
    decided_by: str | None = None


class ThemesSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The theme map that the staff and that everyone may see now, and the ideas placed beside each."""

    staff: ThemesView | None = None
    public: ThemesView | None = None
    staff_placed: PlacedView | None = None
    public_placed: PlacedView | None = None


NO_THEMES = ThemesSeen()
"""What most events carry."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One event with what it is about, ready to be projected.

    One of the others is set; beside it ``themes``, where the event changes what is shown of the theme map.
    """

    event: Event
    sighting: Sighting | None = None
    jam: JamView | None = None
    forum: ForumView | None = None
    participant: ParticipantView | None = None
    proposal: ProposalView | None = None
    themes: ThemesSeen = NO_THEMES
    correction: CorrectionView | None = None


def is_privileged(viewer: Viewer, author_id: str) -> bool:
    """Whether the viewer may read an idea of ``author_id`` whatever its status."""
    return viewer.role in PRIVILEGED_ROLES or (author_id != "" and viewer.participant_id == author_id)


def may_get(visibility: str, viewer: Viewer, author_id: str) -> bool:
    """Whether an event of this visibility may reach the viewer at all."""
    if visibility == Visibility.PUBLIC:
        return True
    if visibility == Visibility.AUTHOR:
        return is_privileged(viewer, author_id)
    if visibility == Visibility.STAFF:
        return viewer.role in PRIVILEGED_ROLES
    return visibility == Visibility.RECORDS and viewer.role is Role.RECORDS_OFFICER


def project(seen: Seen, viewer: Viewer) -> EventView | None:
    """The event as the viewer may get it, or ``None``: then only the cursor moves over it."""
    event = seen.event
    author_id = seen.sighting.idea.author_id if seen.sighting else ""
    if not may_get(event.visibility, viewer, author_id):
        return None
    idea = project_idea(seen.sighting, viewer) if seen.sighting else None
    if seen.sighting and idea is None:
        return None
    staff = viewer.role in PRIVILEGED_ROLES
    themes = seen.themes.staff if staff else seen.themes.public
    placed = seen.themes.staff_placed if staff else seen.themes.public_placed
    if (event.kind, themes) == ("themes_published", None) or (event.kind, placed) == ("ideas_placed", None):
        return None
    return EventView(
        seq=event.seq,
        kind=event.kind,
        at=event.at,
        idea=idea,
        jam=seen.jam,
        forum=seen.forum,
        participant=seen.participant if staff else None,
        proposal=seen.proposal if staff else None,
        themes=themes,
        placed=placed,
        correction=seen.correction if staff else None,
        **_from_data(event),
    )


def _from_data(event: Event) -> dict[str, Any]:
    data = event.data
    if event.kind == "idea_flagged" and event.subject_id:
        return {"flags": FlagsView(idea=event.subject_id, count=data["count"])}
    if event.kind == "report_published":
        return {"report": ReportView(version=data["version"])}
    return {}


def project_idea(sighting: Sighting, viewer: Viewer) -> IdeaView | None:
    """The idea as the viewer may see it; ``None`` if they may not know that it exists."""
    idea = sighting.idea
    if is_privileged(viewer, idea.author_id):
        return _whole(sighting, viewer)
    if idea.published_seq is None:
        return None
    readable = idea.status is Status.PUBLISHED and sighting.shown and sighting.status is Status.PUBLISHED
    status = sighting.status
    if status is Status.PUBLISHED and not readable:
        # Words that were returned since; of the idea's next words this sighting says nothing.
        status = Status.RETURNED if idea.status is Status.PUBLISHED else idea.status
    return _view(
        sighting,
        viewer,
        status=status,
        text=sighting.text if readable else None,
        tags=list(sighting.tags) if readable and sighting.tags_shown else [],
        rule=sighting.rule if status is Status.HIDDEN else None,
    )


def _whole(sighting: Sighting, viewer: Viewer) -> IdeaView:
    """Everything for staff; the author gets the rule and the note, but not who decided."""
    staff = viewer.role in PRIVILEGED_ROLES
    waits = staff and sighting.status is Status.PENDING
    erased = sighting.idea.status is Status.ERASED
    return _view(
        sighting,
        viewer,
        status=sighting.status,
        text=None if erased else sighting.text,
        tags=[] if erased else list(sighting.tags),
        rule=sighting.rule,
        note=sighting.note,
        held_for=sighting.idea.held_for if waits else None,
        held_at=sighting.idea.held_at if waits else None,
        decided_by=sighting.decided_by if staff else None,
    )


def _view(sighting: Sighting, viewer: Viewer, **fields: Any) -> IdeaView:
    idea = sighting.idea
    # What was sent anonymously leads nobody to its author: staff decide about words, not people.
    nameless = idea.anonymous and viewer.participant_id != idea.author_id
    return IdeaView(
        id=idea.id,
        version=sighting.version,
        forum=idea.forum_id,
        author="" if nameless else idea.author_id,
        seq=idea.created_seq,
        at=idea.created_at,
        handle=None if nameless else sighting.handle,
        audience=sighting.audience,
        role=sighting.role if sighting.role in STAFF_ROLES else None,
        reply_to=idea.reply_to,
        published=idea.published_seq,
        lang=idea.lang,
        edits=idea.edits,
        official=idea.official,
        **fields,
    )


def jam_view(jam: Jam, title: str, code: str | None = None) -> JamView:
    """The jam's clock and face, the same for everyone."""
    return JamView(
        id=jam.id,
        version=jam.version,
        title=title,
        phases=[
            SlotView(phase=s.phase, minutes=s.minutes, starts_at=s.starts_at, ends_at=s.ends_at)
            for s in jam.phases
        ],
        phase_index=jam.phase_index,
        policy=jam.settings.policy,
        text_limit=jam.settings.text_limit,
        lang=jam.settings.lang,
        paused_at=jam.paused_at,
        build_takes_ideas=jam.settings.build_takes_ideas,
        code=code,
        zone=jam.zone,
        anonymity=jam.settings.anonymity,
        themes_shown=jam.themes_shown,
    )


def forum_view(forum: Forum, title: str | None, question: str | None, host: str | None = None) -> ForumView:
    """A forum; an erased title or question shows as a dash."""
    return ForumView(
        id=forum.id,
        version=forum.version,
        title=title or "–",
        question=question or "–",
        position=forum.position,
        open=forum.open,
        host=host,
    )


def proposal_view(proposal: Proposal, text: str | None, handle: str | None) -> ProposalView:
    """A proposed question as staff see it; an erased one shows as a dash."""
    return ProposalView(
        id=proposal.id,
        version=proposal.version,
        text=text or "–",
        at=proposal.at,
        author="" if proposal.anonymous else proposal.participant_id,
        handle=None if proposal.anonymous else handle,
        forum=proposal.forum_id,
    )


def participant_view(person: Participant, handle: str | None) -> ParticipantView:
    """A person as staff see them."""
    return ParticipantView(id=person.id, handle=handle, role=person.role, audience=person.audience)
