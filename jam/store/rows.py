"""Records to rows and back: one mapping for every kind of record, so that no query invents its own."""

import functools
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.engine import Connection, Dialect

from jam.domain import records as r
from jam.domain.chain import canonical_json
from jam.store import tables as t

R = TypeVar("R", bound=msgspec.Struct)

TABLES: dict[type[msgspec.Struct], Table] = {
    r.Jam: t.JamTable.__table__,  # type: ignore[attr-defined]
    r.Forum: t.ForumTable.__table__,  # type: ignore[attr-defined]
    r.Participant: t.ParticipantTable.__table__,  # type: ignore[attr-defined]
    r.Idea: t.IdeaTable.__table__,  # type: ignore[attr-defined]
    r.Content: t.ContentTable.__table__,  # type: ignore[attr-defined]
    r.Flag: t.FlagTable.__table__,  # type: ignore[attr-defined]
    r.ModerationDecision: t.ModerationDecisionTable.__table__,  # type: ignore[attr-defined]
    r.Receipt: t.ReceiptTable.__table__,  # type: ignore[attr-defined]
    r.Event: t.EventTable.__table__,  # type: ignore[attr-defined]
}
"""The table of each kind of record."""

_AS_JSON: dict[str, Any] = {
    "phases": tuple[r.PhaseSlot, ...],
    "settings": r.Settings,
    "answer": dict[str, Any],
    "data": dict[str, Any],
}


_JSON_FIELDS = {kind: _AS_JSON.keys() & set(kind.__struct_fields__) for kind in TABLES}


def row(record: msgspec.Struct) -> dict[str, Any]:
    """A record as the columns of its table."""
    fields = msgspec.structs.asdict(record)
    for name in _JSON_FIELDS[type(record)]:
        fields[name] = canonical_json(fields[name]).decode()
    return fields


def record(kind: type[R], columns: Mapping[str, Any]) -> R:
    """The record that a row holds."""
    fields = {name: columns[name] for name in kind.__struct_fields__}
    for name in _JSON_FIELDS[kind]:
        if isinstance(fields[name], str):
            fields[name] = msgspec.json.decode(fields[name], type=_AS_JSON[name])
    return msgspec.convert(fields, kind)


class _Statement(msgspec.Struct, frozen=True):
    """A statement spelled once for a database, and the parameters in its order."""

    sql: str
    names: tuple[str, ...]


@functools.cache
def _spelled(kind: type[msgspec.Struct], dialect: Dialect, *, new: bool) -> _Statement:
    """INSERT or UPDATE of whole rows. Compiled once: letting SQLAlchemy bind each row costs as much again
    as the database's own work, and every column here is text, number, bytes or truth already."""
    table = TABLES[kind]
    names = kind.__struct_fields__
    statement: Any = insert(table).values({name: bindparam(name) for name in names})
    if not new:
        values: dict[str, Any] = {name: bindparam(name) for name in names if name != "id"}
        statement = update(table).where(table.c.id == bindparam("of_id")).values(values)
    compiled = statement.compile(dialect=dialect)
    order = compiled.positiontup or names
    return _Statement(str(compiled), tuple("id" if name == "of_id" else name for name in order))


def _execute(
    connection: Connection, kind: type[msgspec.Struct], records: Sequence[msgspec.Struct], *, new: bool
) -> None:
    if not records:
        return
    statement = _spelled(kind, connection.dialect, new=new)
    pick = operator.itemgetter(*statement.names)
    connection.exec_driver_sql(statement.sql, [pick(row(one)) for one in records])


def put_new(connection: Connection, kind: type[msgspec.Struct], records: Sequence[msgspec.Struct]) -> None:
    """Insert records of one kind in one statement."""
    _execute(connection, kind, records, new=True)


def put_changed(
    connection: Connection, kind: type[msgspec.Struct], records: Sequence[msgspec.Struct]
) -> None:
    """Write every column of records that exist already, by their ``id``."""
    _execute(connection, kind, records, new=False)


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
    table = TABLES[kind]
    found = fetch(connection, kind, table.c.jam_id == jam_id, table.c.id.in_(wanted))
    return {one.id: one for one in found}  # type: ignore[attr-defined]
