"""Fills ``ReportInputs``: one consistent read of everything that a report is computed from.

Ideas go through the projection of somebody who is nobody in particular, so a report cannot hold a word
that such a reader may not see now (guarantee G10).
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

import jam
from jam.domain.names import Audience, Role, Status
from jam.domain.records import Event, Flag, Idea, Jam, ModerationDecision, Participant, ThemeCorrection
from jam.domain.theme_map import StoredMap
from jam.domain.theme_reading import Reading, map_view
from jam.domain.theme_views import DescentView
from jam.domain.views import Viewer
from jam.domain.visibility import Sighting, project_idea
from jam.service.report import inputs as i
from jam.service.report.theme_picture import map_places
from jam.service.snapshot import read_forums
from jam.store.access import organisation_name
from jam.store.engine import unhurried
from jam.store.rows import TABLES, fetch
from jam.store.sightings import present_ideas, sighting, texts
from jam.store.theme_reading import ThemeReader
from jam.store.theme_tables import ThemeMapTable

PAGE = 200
_IDEA = TABLES[Idea]
_EVENT = TABLES[Event]
_CORRECTION = TABLES[ThemeCorrection]
_MAP = ThemeMapTable.__table__  # type: ignore[attr-defined]


def read_inputs(
    connection: Connection, jam_id: str, version: int, at_seq: int | None = None
) -> i.ReportInputs:
    """Everything that report ``version`` of a jam is computed from.

    ``at_seq`` is the log position that the version was made at (now, when it is being made). Texts are
    always as they may be read *now*, so what was hidden since is gone from old versions too.
    """
    unhurried(connection)
    found = fetch(connection, Jam, TABLES[Jam].c.id == jam_id)[0]
    end = _log_end(connection, jam_id, found.last_seq if at_seq is None else at_seq)
    return i.ReportInputs(
        version=version,
        at_seq=end.seq,
        audit_head=end.hash,
        product_version=jam.__version__,
        jam=_jam(connection, found),
        forums=tuple(
            i.ForumInput(id=f.id, title=f.title, question=f.question, position=f.position)
            for f in read_forums(connection, jam_id)
        ),
        ideas=tuple(_idea(one, jam_id) for one in _sightings(connection, jam_id)),
        people=_people(connection, jam_id, end.at),
        decisions=_decisions(connection, jam_id),
        events=_events(connection, jam_id, end.seq),
        flags=_flags(connection, jam_id),
        theme_map=theme_map_input(connection, jam_id),
    )


def _log_end(connection: Connection, jam_id: str, seq: int) -> Event:
    return fetch(connection, Event, _EVENT.c.jam_id == jam_id, _EVENT.c.seq == seq)[0]


def _jam(connection: Connection, found: Jam) -> i.JamInput:
    return i.JamInput(
        id=found.id,
        title=texts(connection, [found.title_id]).get(found.title_id) or "–",
        phases=found.phases,
        phase_index=found.phase_index,
        created_at=found.created_at,
        zone=found.zone,
        settings=found.settings,
        organisation=organisation_name(connection, found.org_id),
    )


def _sightings(connection: Connection, jam_id: str) -> Iterator[Sighting]:
    """All ideas in the order of arrival, a page at a time: each query lets the event loop breathe."""
    after = 0
    while True:
        query = present_ideas(_IDEA.c.jam_id == jam_id, _IDEA.c.created_seq > after)
        page = connection.execute(query.order_by(_IDEA.c.created_seq).limit(PAGE)).mappings().all()
        yield from (sighting(dict(row)) for row in page)
        if len(page) < PAGE:
            return
        after = page[-1]["i_created_seq"]


def _idea(one: Sighting, jam_id: str) -> i.IdeaInput:
    nobody = Viewer(org_id="", jam_id=jam_id, participant_id="", role=Role.PARTICIPANT)
    view = project_idea(one, nobody)
    idea = one.idea
    shown = view is not None and idea.status is Status.PUBLISHED
    return i.IdeaInput(
        id=idea.id,
        forum=idea.forum_id,
        author=idea.author_id,
        anonymous=idea.anonymous,
        audience=one.audience or Audience.CITIZEN,
        role=one.role or Role.PARTICIPANT,
        status=idea.status,
        at=idea.created_at,
        seq=idea.created_seq,
        reply_to=idea.reply_to,
        handle=view.handle if view and shown else None,
        text=view.text if view and shown else None,
        tags=tuple(view.tags) if view and shown else (),
        lang=idea.lang,
        published=idea.published_seq,
        edits=idea.edits,
        rule=idea.rule,
        official=idea.official,
    )


def _people(connection: Connection, jam_id: str, at: int) -> tuple[i.PeopleInput, ...]:
    table = TABLES[Participant]
    kinds = (table.c.audience, table.c.role, table.c.identity_level)
    came = (table.c.jam_id == jam_id, table.c.joined_at <= at)
    query = select(*kinds, func.count()).where(*came).group_by(*kinds)
    return tuple(
        i.PeopleInput(audience=Audience(row[0]), role=Role(row[1]), identity_level=row[2], count=row[3])
        for row in connection.execute(query)
    )


def _decisions(connection: Connection, jam_id: str) -> tuple[i.DecisionInput, ...]:
    found = fetch(connection, ModerationDecision, TABLES[ModerationDecision].c.jam_id == jam_id)
    return tuple(i.DecisionInput(idea=d.idea_id, decision=d.decision, at=d.at, rule=d.rule) for d in found)


def _events(connection: Connection, jam_id: str, through: int) -> tuple[i.EventInput, ...]:
    query = (
        select(_EVENT.c.seq, _EVENT.c.at, _EVENT.c.kind, _EVENT.c.subject_id, _EVENT.c.data)
        .where(_EVENT.c.jam_id == jam_id, _EVENT.c.text_id.is_not(None), _EVENT.c.seq <= through)
        .order_by(_EVENT.c.seq)
    )
    return tuple(
        i.EventInput(
            seq=row[0],
            at=row[1],
            kind=row[2],
            subject=row[3],
            status=Status(msgspec.json.decode(row[4])["status"]),
        )
        for row in connection.execute(query)
    )


def _flags(connection: Connection, jam_id: str) -> int:
    table = TABLES[Flag]
    return connection.execute(select(func.count()).where(table.c.jam_id == jam_id)).scalar() or 0


def theme_map_input(connection: Connection, jam_id: str) -> i.ThemeMapInput | None:
    """The jam's final theme map with its names as they may be read now, or ``None`` while there is none.

    Provisional ones, of a jam that was opened again, are not for everyone who reads the report.
    """
    found = fetch(connection, Jam, TABLES[Jam].c.id == jam_id)[0]
    reading = ThemeReader(connection, found).final
    if reading is None:
        return None
    body = connection.execute(select(_MAP.c.body).where(_MAP.c.id == reading.stored.id)).scalar_one()
    made = _corrections(connection, jam_id, reading.stored)
    return _theme_map(reading, msgspec.json.decode(body), made)


def _corrections(connection: Connection, jam_id: str, stored: StoredMap) -> tuple[tuple[str, int], ...]:
    """How many corrections of each kind a map holds, without those that were taken back and what did it,
    and without those that changed nothing."""
    where = (
        _CORRECTION.c.jam_id == jam_id,
        _CORRECTION.c.seq <= stored.corrections_seq,
        _CORRECTION.c.undone_by.is_(None),
        _CORRECTION.c.do != "undo",
        _CORRECTION.c.id.not_in([one.correction for one in stored.body.skipped]),
    )
    query = select(_CORRECTION.c.do, func.count()).where(*where).group_by(_CORRECTION.c.do)
    return tuple((row[0], row[1]) for row in connection.execute(query))


def _theme_map(reading: Reading, body: dict[str, Any], made: tuple[tuple[str, int], ...]) -> i.ThemeMapInput:
    stored, view = reading.stored, map_view(reading, {}, staff=True)
    parts = {theme.id: theme.parts for theme in view.themes}
    themes = tuple(
        i.ThemeInput(
            id=theme.id,
            name=head.name,
            said_by=head.said_by,
            members=theme.members,
            headline=head.headline,
            representatives=head.representatives,
            named_by="person" if theme.locked else "machine",
            parts=tuple(
                i.PartInput(name=part.name, members=tuple(part.members)) for part in parts.get(theme.id, ())
            ),
        )
        for theme, head in zip(stored.body.themes, reading.heads, strict=True)
    )
    return i.ThemeMapInput(
        version=stored.version,
        at_seq=stored.at_seq,
        too_few=body["too_few"],
        final=stored.final,
        fell_back=stored.fell_back,
        themes=themes,
        not_ideas=tuple(stored.body.not_ideas),
        unread=tuple(i.UnreadInput(lang=one.lang, ideas=tuple(one.ideas)) for one in view.unread),
        lineage=tuple(_descent(one) for one in view.lineage),
        corrections=made,
        suggestions=tuple(Counter(one.kind for one in view.suggestions).items()),
        one_of_a_kind=tuple(body["one_of_a_kind"]),
        duplicates=tuple(tuple(group) for group in body["duplicates"]),
        places=map_places(body),
        model=body["model"]["name"],
        model_sha256=body["model"]["sha256"],
        versions=body["versions"],
        parameters=body["parameters"],
        inputs_sha256=body["inputs_sha256"],
    )


def _descent(one: DescentView) -> i.DescentInput:
    by = "person" if one.correction else "machine"
    return i.DescentInput(theme=one.theme, how=one.how, others=tuple(one.others), name=one.name, by=by)
