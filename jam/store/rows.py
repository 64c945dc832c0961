"""Records to rows and back: one mapping for every kind of record, so that no query invents its own."""

import functools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, get_type_hints

import msgspec
from sqlalchemy import Column, Table, bindparam, insert, select, update
from sqlalchemy.engine import Connection

from jam.domain import records as r
from jam.domain.chain import canonical_json
from jam.domain.jam_settings import PhaseSlot, Settings
from jam.store import tables as t
from jam.store import theme_tables
from jam.store.statements import compiled, padded

R = TypeVar("R", bound=msgspec.Struct)

TABLES: dict[type[msgspec.Struct], Table] = {
    r.Jam: t.JamTable.__table__,  # type: ignore[attr-defined]
    r.Forum: t.ForumTable.__table__,  # type: ignore[attr-defined]
    r.Proposal: t.ProposalTable.__table__,  # type: ignore[attr-defined]
    r.JoinAnswer: t.JoinAnswerTable.__table__,  # type: ignore[attr-defined]
    r.Participant: t.ParticipantTable.__table__,  # type: ignore[attr-defined]
    r.Idea: t.IdeaTable.__table__,  # type: ignore[attr-defined]
    r.Content: t.ContentTable.__table__,  # type: ignore[attr-defined]
    r.Flag: t.FlagTable.__table__,  # type: ignore[attr-defined]
    r.ModerationDecision: t.ModerationDecisionTable.__table__,  # type: ignore[attr-defined]
    r.ThemeCorrection: theme_tables.ThemeCorrectionTable.__table__,  # type: ignore[attr-defined]
    r.ThemePlacing: theme_tables.ThemePlacingTable.__table__,  # type: ignore[attr-defined]
    r.Receipt: t.ReceiptTable.__table__,  # type: ignore[attr-defined]
    r.Event: t.EventTable.__table__,  # type: ignore[attr-defined]
}
"""The table of each kind of record."""

_AS_JSON: dict[str, Any] = {
    "phases": tuple[PhaseSlot, ...],
    "settings": Settings,
    "answer": dict[str, Any],
    "data": dict[str, Any],
    "body": r.CorrectionBody,
}


_JSON_FIELDS = {kind: _AS_JSON.keys() & set(kind.__struct_fields__) for kind in TABLES}
_TRUTHS = {kind: [name for name, hint in get_type_hints(kind).items() if hint is bool] for kind in TABLES}


@functools.cache
def reader(kind: type[msgspec.Struct], names: tuple[str, ...]) -> Callable[[Any], Sequence[Any]]:
    """What reads a record's fields as its table keeps them, in the order of ``names``."""
    fields = operator.attrgetter(*names)
    places = [place for place, name in enumerate(names) if name in _JSON_FIELDS[kind]]

    def with_json(one: Any) -> Sequence[Any]:
        found = list(fields(one))
        for place in places:
            found[place] = canonical_json(found[place]).decode()
        return found

    return with_json if places else fields


def record(kind: type[R], columns: Mapping[str, Any]) -> R:
    """The record that a row holds."""
    return msgspec.convert(_plain(kind, {name: columns[name] for name in kind.__struct_fields__}), kind)


def records(kind: type[R], rows: Iterable[Iterable[Any]]) -> list[R]:
    """The records that rows hold, their columns in the record's own order, as the driver gives them."""
    names = kind.__struct_fields__
    found = [_plain(kind, dict(zip(names, columns, strict=True))) for columns in rows]
    return msgspec.convert(found, list[kind])  # type: ignore[valid-type]


def _plain(kind: type[msgspec.Struct], fields: dict[str, Any]) -> dict[str, Any]:
    """Columns as the record's fields: JSON is read, and SQLite's 0 and 1 are truth again."""
    for name in _JSON_FIELDS[kind]:
        if isinstance(fields[name], str):
            fields[name] = msgspec.json.decode(fields[name], type=_AS_JSON[name])
    for name in _TRUTHS[kind]:
        fields[name] = bool(fields[name])
    return fields


def columns_of(kind: type[msgspec.Struct]) -> list[Column[Any]]:
    """The columns of a kind of record, in the record's own order."""
    return [TABLES[kind].c[name] for name in kind.__struct_fields__]


def _insert(kind: type[msgspec.Struct]) -> Any:
    return insert(TABLES[kind]).values({name: bindparam(name) for name in kind.__struct_fields__})


def _update(kind: type[msgspec.Struct], names: Sequence[str]) -> Any:
    table = TABLES[kind]
    return update(table).where(table.c.id == bindparam("id")).values({n: bindparam(n) for n in names})


def _select_ids(kind: type[msgspec.Struct], count: int) -> Any:
    table = TABLES[kind]
    wanted = table.c.id.in_([bindparam(f"id_{number}") for number in range(count)])
    return select(*columns_of(kind)).where(table.c.jam_id == bindparam("jam_id"), wanted)


def put_new(connection: Connection, kind: type[msgspec.Struct], records: Sequence[msgspec.Struct]) -> None:
    """Insert records of one kind in one statement."""
    if records:
        statement = compiled(_insert, connection.dialect, kind)
        statement.run_each(connection, map(reader(kind, statement.names), records))


def put_changed(connection: Connection, kind: type[R], changed: Sequence[tuple[R, R]]) -> None:
    """Write what differs between records of one kind as they were and as they are, by their ``id``.

    Only the columns that some of them changed: a column that is set costs its indexes anew, the same or not.
    """
    same = kind.__struct_fields__
    for before, after in changed:
        same = tuple(name for name in same if getattr(before, name) == getattr(after, name))
    if names := tuple(name for name in kind.__struct_fields__ if name not in same):
        statement = compiled(_update, connection.dialect, kind, names)
        statement.run_each(connection, map(reader(kind, statement.names), (after for _, after in changed)))


def fetch(connection: Connection, kind: type[R], *conditions: Any, order_by: Any = None) -> list[R]:
    """All records of a kind under the conditions."""
    table = TABLES[kind]
    statement = select(table).where(*conditions)
    if order_by is not None:
        statement = statement.order_by(order_by)
    return [record(kind, dict(found)) for found in connection.execute(statement).mappings()]


def fetch_ids(connection: Connection, kind: type[R], jam_id: str, ids: Iterable[str]) -> dict[str, R]:
    """Records of one jam by id; ids of other jams are simply not there."""
    wanted = list(ids)
    if not wanted:
        return {}
    keys = padded(wanted)
    statement = compiled(_select_ids, connection.dialect, kind, len(keys))
    named = {f"id_{number}": key for number, key in enumerate(keys)}
    found = records(kind, statement.run(connection, jam_id=jam_id, **named))
    return {one.id: one for one in found}  # type: ignore[attr-defined]
