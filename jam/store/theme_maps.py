"""Stored theme maps and the corrections that they are drawn from: for whoever makes the next map.

The other side, what of a map may be shown, is in ``jam.store.theme_reading``.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from jam.domain.records import Content, ThemeCorrection, ThemePlacing
from jam.store.rows import TABLES, fetch, fetch_ids
from jam.store.theme_tables import ThemeMapTable

KEPT_BODIES = 20
"""Of so many of the newest maps the body is kept; of final ones, of which reports are made, always."""
_MAP = ThemeMapTable.__table__  # type: ignore[attr-defined]
_PLACING = TABLES[ThemePlacing]
_CORRECTION = TABLES[ThemeCorrection]


class MapRow(msgspec.Struct, frozen=True, kw_only=True):
    """A theme map as it was stored; ``body`` is its JSON."""

    id: str
    version: int
    at_seq: int
    corrections_seq: int
    final: bool
    fell_back: bool
    body: str


class NewName(msgspec.Struct, frozen=True, kw_only=True):
    """What leaves a theme in a split, with the name that a person gave it."""

    ideas: tuple[str, ...]
    name: str | None = None


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """A correction with its names, as the next map needs it. ``do`` as in ``CorrectionView``."""

    id: str
    seq: int
    do: str
    themes: tuple[str, ...] = ()
    ideas: tuple[str, ...] = ()
    into: str | None = None
    parts: tuple[NewName, ...] = ()
    name: str | None = None
    suggestion: str | None = None
    undoes: str | None = None


def newest_map(connection: Connection, jam_id: str, version: int | None = None) -> MapRow | None:
    """The jam's newest theme map, or the one of a version while its body is there."""
    columns = [_MAP.c[name] for name in MapRow.__struct_fields__]
    query = select(*columns).where(_MAP.c.jam_id == jam_id, _MAP.c.body.is_not(None))
    if version is not None:
        query = query.where(_MAP.c.version == version)
    found = connection.execute(query.order_by(_MAP.c.version.desc()).limit(1)).mappings().one_or_none()
    return msgspec.convert(dict(found), MapRow, strict=False) if found else None


def corrections(connection: Connection, jam_id: str, after: int = 0) -> list[Correction]:
    """Every correction after position ``after``, in their order: undone ones too, and what undid them."""
    where = (_CORRECTION.c.jam_id == jam_id, _CORRECTION.c.seq > after)
    rows = fetch(connection, ThemeCorrection, *where, order_by=_CORRECTION.c.seq)
    wanted = {i for one in rows for i in (one.body.name_id, *(p.name_id for p in one.body.parts)) if i}
    names = {key: one.value for key, one in fetch_ids(connection, Content, jam_id, wanted).items()}
    return [_correction(one, names) for one in rows]


def _correction(row: ThemeCorrection, names: dict[str, str | None]) -> Correction:
    body = row.body
    return Correction(
        id=row.id,
        seq=row.seq,
        do=row.do,
        themes=body.themes,
        ideas=body.ideas,
        into=body.into,
        parts=tuple(NewName(ideas=p.ideas, name=names.get(p.name_id or "")) for p in body.parts),
        name=names.get(body.name_id or ""),
        suggestion=body.suggestion,
        undoes=body.undoes,
    )


def last_correction(connection: Connection, jam_id: str) -> int:
    """The log position of the last correction, or 0."""
    query = select(func.max(_CORRECTION.c.seq)).where(_CORRECTION.c.jam_id == jam_id)
    return connection.execute(query).scalar() or 0


def give_back(connection: Connection, jam_id: str, skipped: Sequence[str]) -> None:
    """What was to be taken back by corrections that changed nothing stands, and can be taken back again."""
    if skipped:
        where = (_CORRECTION.c.jam_id == jam_id, _CORRECTION.c.undone_by.in_(skipped))
        connection.execute(update(_CORRECTION).where(*where).values(undone_by=None))


def add_map(connection: Connection, **columns: Any) -> None:
    """Store a theme map, in the transaction of its event; old provisional ones lose their bodies and places.

    ``signals`` is JSON. Columns that are left out have the values of a final map without corrections.
    """
    connection.execute(insert(_MAP).values(**columns))
    mine, version = _MAP.c.jam_id == columns["jam_id"], columns["version"]
    old = (mine, _MAP.c.version <= version - KEPT_BODIES, _MAP.c.body.is_not(None))
    connection.execute(update(_MAP).where(*old, _MAP.c.final.is_(False)).values(body=None))
    final = select(func.max(_MAP.c.version)).where(mine, _MAP.c.final).scalar_subquery()
    left = (_PLACING.c.jam_id == columns["jam_id"], _PLACING.c.version < version)
    connection.execute(delete(_PLACING).where(*left, _PLACING.c.version != func.coalesce(final, 0)))
