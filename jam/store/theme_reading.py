"""Reads of a theme map what may be shown of it now: for events, snapshots, pages and the report.

Only the ids of what went out of sight and of what was edited since are looked up; the map itself is decoded
once and kept, because every screen asks for it at the same moment.
"""

import functools
from collections.abc import Iterable

import msgspec
from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from jam.domain.names import Status
from jam.domain.records import Content, Event, Idea, Jam, Participant, ThemeCorrection
from jam.domain.theme_map import Changes, StoredMap, decode_body, ideas_of, wordless
from jam.domain.theme_reading import Reading, map_view, themes_view
from jam.domain.theme_views import SignalView, ThemeMapView
from jam.domain.views import CorrectionView, PlacedView
from jam.domain.visibility import ThemesSeen
from jam.store.rows import TABLES, fetch, fetch_ids
from jam.store.sightings import texts
from jam.store.theme_facts import placings
from jam.store.theme_tables import ThemeMapTable

MOST_CORRECTIONS = 200
"""How many of the corrections that a map holds are shown beside it."""
_MAP = ThemeMapTable.__table__  # type: ignore[attr-defined]
_IDEA = TABLES[Idea]
_EVENT = TABLES[Event]
_CORRECTION = TABLES[ThemeCorrection]
_GONE = text("published_seq IS NOT NULL AND status <> 'published'")
"""Word for word the condition of the index ``idea_gone``."""
_signals = msgspec.json.Decoder(dict[str, list[SignalView]]).decode


class Maps:
    """The maps that were decoded last, by id. Several threads read and write it; each step is one lookup."""

    def __init__(self, most: int = 3) -> None:
        self._most = most
        self._kept: dict[str, StoredMap] = {}

    def get(self, connection: Connection, map_id: str) -> StoredMap | None:
        """The map of an id; ``None`` where it has lost its body."""
        kept = self._kept.get(map_id)
        if kept is None:
            kept = _decoded(connection, map_id)
            if kept is not None:
                newest = [*self._kept.items(), (map_id, kept)][-self._most :]
                self._kept = dict(newest)
        return kept


def _decoded(connection: Connection, map_id: str) -> StoredMap | None:
    found = connection.execute(select(_MAP).where(_MAP.c.id == map_id)).mappings().one_or_none()
    if found is None or found["body"] is None:
        return None
    body = decode_body(found["body"])
    plain = ("id", "version", "at_seq", "made_at", "digest", "corrections_seq")
    return StoredMap(
        **{name: found[name] for name in plain},
        final=bool(found["final"]),
        fell_back=bool(found["fell_back"]),
        body=body,
        ideas=ideas_of(body),
        signals=_signals(found["signals"]),
    )


class ThemeReader:
    """A jam's themes in one read transaction. Everything is looked up when it is first asked for."""

    def __init__(self, connection: Connection, jam: Jam, maps: Maps | None = None) -> None:
        self._connection = connection
        self._jam = jam
        self._maps = maps or Maps()

    @functools.cached_property
    def current(self) -> Reading | None:
        """The newest map: the staff's."""
        newest = self._newest(final=False)
        return self._reading(newest) if newest else None

    @functools.cached_property
    def final(self) -> Reading | None:
        """The newest final map: the report's, and everyone's where themes are not shown."""
        newest = self._newest(final=True)
        if newest is None or (self.current and self.current.stored.id == newest):
            return self.current if newest else None
        return self._reading(newest)

    @property
    def public(self) -> Reading | None:
        """The map that everyone may see: the newest while themes are shown, else the newest final one."""
        return self.current if self._jam.themes_shown else self.final

    def _newest(self, *, final: bool) -> str | None:
        query = select(_MAP.c.id).where(_MAP.c.jam_id == self._jam.id)
        query = query.where(_MAP.c.final) if final else query
        return self._connection.execute(query.order_by(_MAP.c.version.desc()).limit(1)).scalar()

    def _reading(self, map_id: str) -> Reading | None:
        stored = self._maps.get(self._connection, map_id)
        if stored is None:
            return None
        changes = Changes(gone=self._gone & stored.ideas, edited=self._edited(stored))
        wanted = wordless(stored.body, changes).values() if changes else ()
        return Reading(stored=stored, changes=changes, words=self._words(wanted))

    @functools.cached_property
    def _gone(self) -> frozenset[str]:
        query = select(_IDEA.c.id).where(_IDEA.c.jam_id == self._jam.id, _GONE)
        return frozenset(self._connection.execute(query).scalars())

    def _edited(self, stored: StoredMap) -> dict[str, int]:
        """The ideas of the map whose words changed since it was made, with their last versions."""
        query = select(_EVENT.c.subject_id, _EVENT.c.data).where(
            _EVENT.c.jam_id == self._jam.id, _EVENT.c.seq > stored.at_seq, _EVENT.c.kind == "idea_edited"
        )
        found = self._connection.execute(query.order_by(_EVENT.c.seq))
        return {row[0]: _version(row[1]) for row in found if row[0] in stored.ideas}

    def _words(self, ideas: Iterable[str]) -> dict[str, str]:
        """The present texts of those of the ideas that everyone can read."""
        wanted = list(ideas)
        if not wanted:
            return {}
        content = TABLES[Content]
        query = select(_IDEA.c.id, content.c.value).join(content, content.c.id == _IDEA.c.text_id)
        mine = (_IDEA.c.jam_id == self._jam.id, _IDEA.c.status == Status.PUBLISHED)
        found = self._connection.execute(query.where(*mine, _IDEA.c.id.in_(wanted)))
        return {row[0]: row[1] for row in found if row[1]}

    def seen(self, *, placed: bool = False) -> ThemesSeen:
        """The notice of the map for the staff and for everyone, with the places beside it if asked."""
        current, public = self.current, self.public
        return ThemesSeen(
            staff=themes_view(current, staff=True) if current else None,
            public=themes_view(public, staff=False) if public else None,
            staff_placed=self._placed(current) if placed else None,
            public_placed=self._placed(public) if placed else None,
        )

    @functools.cached_property
    def _notice(self) -> ThemesSeen:
        return self.seen()

    def about(self, idea: str) -> ThemesSeen:
        """The notice as far as the map says something of an idea: an event about it carries no more."""
        seen, current, public = self._notice, self.current, self.public
        return ThemesSeen(
            staff=seen.staff if current and idea in current.stored.ideas else None,
            public=seen.public if public and idea in public.stored.ideas else None,
        )

    def notice(self) -> ThemesSeen:
        """The notice alone, worked out once."""
        return self._notice

    def mark(self, *, staff: bool) -> str | None:
        """The address of the map as it reads now."""
        view = self._notice.staff if staff else self._notice.public
        return view.mark if view else None

    def public_version(self) -> int | None:
        """The version that everyone may see."""
        return self.public.stored.version if self.public else None

    def _placed(self, reading: Reading | None) -> PlacedView | None:
        if reading is None:
            return None
        version = reading.stored.version
        places = placings(self._connection, self._jam.id, version)
        return PlacedView(version=version, places=places) if places else None

    def pending(self) -> list[CorrectionView]:
        """The corrections that the newest map does not hold yet."""
        after = self.current.stored.corrections_seq if self.current else 0
        return self._corrections(_CORRECTION.c.seq > after)

    def correction(self, correction_id: str) -> CorrectionView | None:
        """One correction as the staff see it."""
        found = self._corrections(_CORRECTION.c.id == correction_id)
        return found[0] if found else None

    def whole(self, *, staff: bool) -> ThemeMapView | None:
        """The map for the screens."""
        reading = self.current if staff else self.public
        if reading is None:
            return None
        found = [i for head in reading.heads for i in (head.headline, *head.representatives) if i]
        held = self._held(reading.stored) if staff else []
        return map_view(reading, self._words(found), held, staff=staff)

    def _held(self, stored: StoredMap) -> list[CorrectionView]:
        """What a map holds of the corrections, as it was when the map was made: its address never changes."""
        found = self._corrections(_CORRECTION.c.seq <= stored.corrections_seq)[-MOST_CORRECTIONS:]
        skipped = {one.correction: one.code for one in stored.body.skipped}
        undone = {one.undoes for one in found if one.undoes and one.id not in skipped}
        return [
            msgspec.structs.replace(one, undone=one.id in undone, skipped=skipped.get(one.id))
            for one in found
        ]

    def _corrections(self, where: object) -> list[CorrectionView]:
        mine = _CORRECTION.c.jam_id == self._jam.id
        rows = fetch(self._connection, ThemeCorrection, mine, where, order_by=_CORRECTION.c.seq)
        return correction_views(self._connection, self._jam.id, rows)


def _version(data: str) -> int:
    return int(msgspec.json.decode(data)["version"])


def correction_views(
    connection: Connection, jam_id: str, rows: list[ThemeCorrection]
) -> list[CorrectionView]:
    """Corrections as the staff see them, with who made them and the names that they gave."""
    given = {one.id: _name_id(one) for one in rows}
    names = texts(connection, [i for i in given.values() if i])
    who = _handles(connection, jam_id, sorted({one.participant_id for one in rows}))
    return [
        CorrectionView(
            id=one.id,
            seq=one.seq,
            do=one.do,
            at=one.at,
            themes=list(one.body.themes),
            ideas=list(one.body.ideas),
            by=who.get(one.participant_id),
            name=names.get(given[one.id] or ""),
            into=one.body.into,
            undoes=one.body.undoes,
            undone=one.undone_by is not None,
        )
        for one in rows
    ]


def _handles(connection: Connection, jam_id: str, ids: list[str]) -> dict[str, str | None]:
    people = fetch_ids(connection, Participant, jam_id, ids)
    names = texts(connection, [person.handle_id for person in people.values()])
    return {key: names.get(person.handle_id) for key, person in people.items()}


def _name_id(one: ThemeCorrection) -> str | None:
    return one.body.name_id or next((part.name_id for part in one.body.parts if part.name_id), None)
