"""What the follower that makes theme maps reads of a jam: where its themes stand, and what is due.

Everything here is one consistent read. What is due follows from the rows alone (the newest map, the
corrections after it, the log after it), so a server that was killed goes on where it stopped.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from jam.domain.names import Phase, Role, Status
from jam.domain.records import Content, Event, Idea, Jam, Millis, Participant, ThemeCorrection, ThemePlacing
from jam.domain.schedule import writing_is_over
from jam.service.report.reading import TEAM
from jam.service.signals import Said
from jam.service.snapshot import read_forums
from jam.service.told_jam import Since, Whole
from jam.store import outcomes, theme_maps
from jam.store.engine import unhurried
from jam.store.rows import TABLES, fetch
from jam.store.theme_tables import ThemeMapTable

_IDEA, _CONTENT, _EVENT = TABLES[Idea], TABLES[Content], TABLES[Event]
_PERSON, _CORRECTION, _PLACING = TABLES[Participant], TABLES[ThemeCorrection], TABLES[ThemePlacing]
_MAP = ThemeMapTable.__table__  # type: ignore[attr-defined]
FEWEST_LIVE = 12
REGROUP_AFTER = 20
REGROUP_SHARE = 20
"""A twentieth of the ideas: 5 %."""
QUIET_MS = 2000
"""So long after the last correction everything is grouped anew."""
PAGE = 500


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The current map's row without its body."""

    id: str
    version: int
    at_seq: int
    themes: int
    digest: str
    corrections_seq: int
    final: bool
    fell_back: bool


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Where the themes of a jam stand.

    ``changes`` counts the events since the map that change what is grouped, ``changed_seq`` is the last such
    event (0: none since); ``waiting`` is the first correction that is not in the map; ``corrected_seq`` and
    ``corrected_at`` are the last correction's.
    """

    jam: Jam
    head: Head | None
    changes: int
    changed_seq: int
    waiting: int
    corrected_seq: int
    corrected_at: Millis

    @property
    def over(self) -> bool:
        """Whether the bell of the last writing phase has rung."""
        return writing_is_over(self.jam)

    @property
    def closed(self) -> bool:
        """Whether the jam is closed."""
        return self.jam.phase is Phase.CLOSED

    @property
    def final_due(self) -> bool:
        """Whether the final map is missing, or is no longer that of what everyone can read."""
        head = self.head
        return head is None or not head.final or head.at_seq < max(self.changed_seq, self.corrected_seq)

    def regroup_in(self, now: Millis) -> float | None:
        """Seconds until a live regrouping is due (0: now); None while nothing asks for one."""
        head = self.head
        if head is None or not head.themes:
            enough = self.jam.ideas >= FEWEST_LIVE
            if head is not None:  # So far there were too few different ones.
                enough = enough and self.changes > self.jam.ideas // FEWEST_LIVE
            return 0.0 if enough else None
        if self.changes >= max(REGROUP_AFTER, self.jam.ideas // REGROUP_SHARE):
            return 0.0
        if self.corrected_seq > head.at_seq:
            return max(0, self.corrected_at + QUIET_MS - now) / 1000
        return None


def look(connection: Connection, jam_id: str) -> Look | None:
    """Where the themes of a jam stand; None where there is no such jam."""
    jam = outcomes.jam(connection, jam_id)
    if jam is None:
        return None
    head = read_head(connection, jam_id)
    done = head.corrections_seq if head else 0
    changes, changed_seq = _changes(connection, jam_id, head.at_seq if head else 0)
    waiting = select(func.min(_CORRECTION.c.seq)).where(
        _CORRECTION.c.jam_id == jam_id, _CORRECTION.c.seq > done
    )
    last = (
        select(_CORRECTION.c.seq, _CORRECTION.c.at)
        .where(_CORRECTION.c.jam_id == jam_id)
        .order_by(_CORRECTION.c.seq.desc())
        .limit(1)
    )
    corrected = connection.execute(last).one_or_none()
    return Look(
        jam=jam,
        head=head,
        changes=changes,
        changed_seq=changed_seq,
        waiting=connection.execute(waiting).scalar() or 0,
        corrected_seq=corrected[0] if corrected else 0,
        corrected_at=corrected[1] if corrected else 0,
    )


def read_head(connection: Connection, jam_id: str) -> Head | None:
    """The current map's row."""
    columns = [_MAP.c[name] for name in Head.__struct_fields__]
    query = select(*columns).where(_MAP.c.jam_id == jam_id).order_by(_MAP.c.version.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return msgspec.convert(dict(row), Head) if row else None


def _changes(connection: Connection, jam_id: str, after: int) -> tuple[int, int]:
    """How many events after a position change what is grouped, and the last one, of replies too (or 0)."""
    where = (_EVENT.c.jam_id == jam_id, _EVENT.c.seq > after, _EVENT.c.kind.in_(outcomes.REGROUPS))
    last = connection.execute(select(func.max(_EVENT.c.seq)).where(*where)).scalar() or 0
    joined = _EVENT.join(_IDEA, _IDEA.c.id == _EVENT.c.subject_id)
    count = select(func.count()).select_from(joined).where(*where, _IDEA.c.reply_to.is_(None))
    return connection.execute(count).scalar() or 0 if last else 0, last


def read_body(connection: Connection, jam_id: str, version: int) -> str:
    """A map's JSON."""
    query = select(_MAP.c.body).where(_MAP.c.jam_id == jam_id, _MAP.c.version == version)
    return str(connection.execute(query).scalar() or "")


def read_whole(connection: Connection, jam_id: str) -> Whole:
    """Everything that the theming child has to know of a jam."""
    unhurried(connection)
    jam, head = outcomes.jam(connection, jam_id), read_head(connection, jam_id)
    return Whole(
        seq=jam.last_seq if jam else 0,
        ideas=outcomes.ideas_to_group(connection, jam_id),
        question=" ".join(forum.question for forum in read_forums(connection, jam_id)),
        themes=read_body(connection, jam_id, head.version).encode() if head else b"",
        digest=head.digest if head else "",
    )


def read_since(connection: Connection, jam_id: str, seq: int) -> Since:
    """What changed for the theming child after a log position."""
    jam, head = outcomes.jam(connection, jam_id), read_head(connection, jam_id)
    touched = (
        select(_EVENT.c.subject_id)
        .where(_EVENT.c.jam_id == jam_id, _EVENT.c.seq > seq, _EVENT.c.kind.in_(outcomes.REGROUPS))
        .distinct()
    )
    query = (
        select(_IDEA.c.id, _IDEA.c.status, _CONTENT.c.value)
        .join(_CONTENT, _CONTENT.c.id == _IDEA.c.text_id)
        .where(_IDEA.c.id.in_(touched), _IDEA.c.reply_to.is_(None))
        .order_by(_IDEA.c.created_seq)
    )
    rows = [(row[0], (row[1] == Status.PUBLISHED and row[2]) or "") for row in connection.execute(query)]
    return Since(
        seq=jam.last_seq if jam else seq,
        changed=[(idea, text) for idea, text in rows if text],
        gone=[idea for idea, text in rows if not text],
        digest=head.digest if head else "",
    )


def placed_ideas(connection: Connection, jam_id: str, version: int) -> list[ThemePlacing]:
    """Where ideas were put beside the map of a version."""
    return fetch(connection, ThemePlacing, _PLACING.c.jam_id == jam_id, _PLACING.c.version == version)


def corrections_after(connection: Connection, jam_id: str, seq: int) -> list[tuple[int, dict[str, Any]]]:
    """The corrections after a log position, in their order, as the theme library takes them."""
    return [(one.seq, as_plain(one)) for one in theme_maps.corrections(connection, jam_id, seq)]


def as_plain(one: theme_maps.Correction) -> dict[str, Any]:
    """A correction as the theme library takes it. A name that was erased since is given by the machine."""
    plain: dict[str, Any] = {"id": one.id, "do": one.do}
    ideas, theme = list(one.ideas), one.into or next(iter(one.themes), "")
    match one.do:
        case "merge":
            return plain | {"themes": list(one.themes), "into": theme}
        case "split":
            parts = [{"ideas": list(part.ideas), "name": part.name} for part in one.parts]
            return plain | {"theme": next(iter(one.themes), ""), "parts": parts}
        case "rename":
            return plain | {"theme": theme, "name": one.name}
        case "move":
            return plain | {"ideas": ideas, "theme": theme}
        case "pin" | "unpin":
            return plain | {"do": "pin", "ideas": ideas, "pinned": one.do == "pin"}
        case "apart":
            return plain | {"ideas": ideas}
        case "not_idea" | "is_idea":
            return plain | {"do": "not_an_idea", "ideas": ideas, "is_idea": one.do == "is_idea"}
        case "accept" | "refuse":
            return plain | {"suggestion": one.suggestion}
        case _:
            return plain | {"correction": one.undoes}


def read_said(connection: Connection, jam_id: str) -> list[Said]:
    """Every idea that everyone can read, with its replies, as the signals beside the themes are computed."""
    replies = _replies(connection, jam_id)
    return [_said(row, replies.get(row.id, [])) for row in _ideas(connection, jam_id)]


def _ideas(connection: Connection, jam_id: str) -> Iterator[Any]:
    """A page at a time: each query lets the event loop breathe."""
    query = (
        select(
            *(_IDEA.c[name] for name in ("id", "author_id", "forum_id", "created_seq", "lang")),
            *(_PERSON.c.audience, _PERSON.c.role, _CONTENT.c.value),
        )
        .join(_CONTENT, _CONTENT.c.id == _IDEA.c.text_id)
        .outerjoin(_PERSON, _PERSON.c.id == _IDEA.c.author_id)
        .where(_IDEA.c.jam_id == jam_id, _IDEA.c.reply_to.is_(None), _IDEA.c.status == Status.PUBLISHED)
        .order_by(_IDEA.c.created_seq)
        .limit(PAGE)
    )
    after = 0
    while True:
        page = connection.execute(query.where(_IDEA.c.created_seq > after)).all()
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].created_seq


def _said(row: Any, replies: list[tuple[str, bool]]) -> Said:
    return Said(
        id=row.id,
        author=row.author_id,
        side=row.audience if row.role == Role.PARTICIPANT else TEAM,
        forum=row.forum_id,
        place=row.created_seq,
        text=row.value or "",
        lang=row.lang,
        replies=tuple(text for text, _ in replies),
        official=any(official for _, official in replies),
    )


def _replies(connection: Connection, jam_id: str) -> dict[str, list[tuple[str, bool]]]:
    query = (
        select(_IDEA.c.reply_to, _CONTENT.c.value, _IDEA.c.official)
        .join(_CONTENT, _CONTENT.c.id == _IDEA.c.text_id)
        .where(_IDEA.c.jam_id == jam_id, _IDEA.c.reply_to.is_not(None), _IDEA.c.status == Status.PUBLISHED)
    )
    found: dict[str, list[tuple[str, bool]]] = {}
    for root, text, official in connection.execute(query):
        found.setdefault(root, []).append((text or "", bool(official)))
    return found
