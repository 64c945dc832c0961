"""What deciding about themes needs, read under the jam's lock; and the places of new ideas, written there.

Only batches with a command about themes come here: whoever sends ideas pays nothing for it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from jam.domain import commands as c
from jam.domain.decide.themes import ideas_in
from jam.domain.facts import ThemeFacts
from jam.domain.records import ThemeCorrection, ThemePlacing
from jam.domain.theme_map import decode_body
from jam.store.rows import TABLES, fetch, put_new
from jam.store.theme_tables import ThemeMapTable

_MAP = ThemeMapTable.__table__  # type: ignore[attr-defined]
_PLACING = TABLES[ThemePlacing]
_CORRECTION = TABLES[ThemeCorrection]
_MOST = 2**31
ABOUT_THEMES = frozenset({*c.CORRECTIONS, c.PublishThemes, c.PlaceIdeas})
"""The commands whose facts are looked up here."""


def ideas_of(commands: Sequence[Any]) -> set[str]:
    """The ideas that commands about themes name."""
    corrected = (idea for one in commands if isinstance(one, c.CORRECTIONS) for idea in ideas_in(one))
    placed = (idea for one in commands if isinstance(one, c.PlaceIdeas) for idea in one.places)
    return {*corrected, *placed}


def load_themes(connection: Connection, jam_id: str, commands: Sequence[Any]) -> ThemeFacts:
    """The facts for commands about themes."""
    corrections = [one for one in commands if isinstance(one, c.CORRECTIONS)]
    columns = (_MAP.c.version, _MAP.c.final, _MAP.c.corrections_seq)
    newest = select(*columns).where(_MAP.c.jam_id == jam_id).order_by(_MAP.c.version.desc()).limit(1)
    found = connection.execute(newest).one_or_none()
    themes = ThemeFacts(*found) if found else ThemeFacts()
    themes.placed = placings(connection, jam_id, themes.version)
    if corrections:
        _load_corrections(connection, jam_id, corrections, themes)
    return themes


def _load_corrections(connection: Connection, jam_id: str, asked: Sequence[Any], themes: ThemeFacts) -> None:
    mine = _MAP.c.jam_id == jam_id
    body = connection.execute(select(_MAP.c.body).where(mine, _MAP.c.version == themes.version)).scalar()
    themes.body = decode_body(body) if body else None
    named = {seen for one in asked if 0 < (seen := getattr(one, "seen", 0)) < _MOST}
    if named:
        query = select(_MAP.c.version, _MAP.c.corrections_seq).where(mine, _MAP.c.version.in_(named))
        themes.seen = {row[0]: row[1] for row in connection.execute(query)}
    made = fetch(connection, ThemeCorrection, _CORRECTION.c.jam_id == jam_id, order_by=_CORRECTION.c.seq)
    themes.corrections = {one.id: one for one in made}


def given_names(themes: ThemeFacts) -> set[str]:
    """The content rows with the names that no map holds yet."""
    bodies = [one.body for one in themes.pending]
    named = (i for body in bodies for i in (body.name_id, *(part.name_id for part in body.parts)))
    return {i for i in named if i}


def placings(connection: Connection, jam_id: str, version: int) -> dict[str, str]:
    """The themes that ideas were put at beside the map of a version."""
    where = (_PLACING.c.jam_id == jam_id, _PLACING.c.version == version)
    found = connection.execute(select(_PLACING.c.idea_id, _PLACING.c.theme_id).where(*where))
    return {row[0]: row[1] for row in found}


def put_placings(connection: Connection, rows: Sequence[ThemePlacing]) -> None:
    """Write where ideas were put; the later place of an idea beside one map takes the first one's place."""
    if rows:
        ideas = [one.idea_id for one in rows]
        same = (_PLACING.c.jam_id == rows[0].jam_id, _PLACING.c.version == rows[0].version)
        connection.execute(delete(_PLACING).where(*same, _PLACING.c.idea_id.in_(ideas)))
        put_new(connection, ThemePlacing, rows)
