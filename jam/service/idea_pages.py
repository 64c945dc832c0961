"""Ideas a page at a time, for pages without JavaScript: a forum's newest, one idea with its replies.

Beside the snapshot, on the same sightings and through the same ``project``: what a page shows is what a
socket would.
"""

import msgspec
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from jam.domain.names import Status
from jam.domain.records import Idea
from jam.domain.views import IdeaView, Viewer
from jam.domain.visibility import project_idea
from jam.store.rows import TABLES
from jam.store.sightings import present_ideas, sighting

_IDEA = TABLES[Idea]


class IdeaPage(msgspec.Struct, frozen=True, kw_only=True):
    """Shown ideas of one forum, newest first; ``replies`` counts those that can be read, by idea.

    ``older`` is the place before which the next page begins; ``None`` on the last page.
    """

    ideas: list[IdeaView]
    replies: dict[str, int]
    older: int | None


def forum_page(connection: Connection, viewer: Viewer, forum: str, before: int, limit: int) -> IdeaPage:
    """The ``limit`` newest ideas of a forum that were shown before place ``before``."""
    place = _IDEA.c.published_seq
    query = (
        select(_IDEA.c.id)
        .where(_IDEA.c.jam_id == viewer.jam_id, _IDEA.c.forum_id == forum, _IDEA.c.reply_to.is_(None))
        .where(place.is_not(None), place < before)
        .order_by(place.desc())
        .limit(limit + 1)
    )
    ids = list(connection.execute(query).scalars())
    ideas = sorted(_views(connection, viewer, ids[:limit]), key=lambda one: -(one.published or 0))
    older = ideas[-1].published if len(ids) > limit and ideas else None
    return IdeaPage(ideas=ideas, replies=_count_replies(connection, viewer, ids[:limit]), older=older)


def _count_replies(connection: Connection, viewer: Viewer, ids: list[str]) -> dict[str, int]:
    query = (
        select(_IDEA.c.reply_to, func.count())
        .where(_IDEA.c.jam_id == viewer.jam_id, _IDEA.c.reply_to.in_(ids))
        .where(_IDEA.c.status == Status.PUBLISHED)
        .group_by(_IDEA.c.reply_to)
    )
    return {found[0]: found[1] for found in connection.execute(query)}


def _views(connection: Connection, viewer: Viewer, ids: list[str]) -> list[IdeaView]:
    found = connection.execute(present_ideas(_IDEA.c.jam_id == viewer.jam_id, _IDEA.c.id.in_(ids)))
    views = (project_idea(sighting(dict(row)), viewer) for row in found.mappings())
    return [view for view in views if view is not None]


def idea_with_replies(
    connection: Connection, viewer: Viewer, idea_id: str
) -> tuple[IdeaView, list[IdeaView]] | None:
    """One idea or reply and its replies, oldest first; ``None`` if the viewer may not know of it."""
    found = _views(connection, viewer, [idea_id])
    if not found:
        return None
    answers = select(_IDEA.c.id).where(_IDEA.c.jam_id == viewer.jam_id, _IDEA.c.reply_to == idea_id)
    replies = _views(connection, viewer, list(connection.execute(answers).scalars()))
    shown = [reply for reply in replies if reply.published or reply.author == viewer.participant_id]
    return found[0], sorted(shown, key=lambda reply: reply.seq)
