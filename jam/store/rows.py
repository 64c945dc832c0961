"""Records to rows and back: one mapping for every kind of record, so that no query invents its own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.engine import Connection

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


def row(record: msgspec.Struct) -> dict[str, Any]:
    """A record as the columns of its table."""
    fields = msgspec.structs.asdict(record)
    for name in _AS_JSON.keys() & fields.keys():
        fields[name] = canonical_json(fields[name]).decode()
    return fields


def record(kind: type[R], columns: Mapping[str, Any]) -> R:
    """The record that a row holds."""
    fields = {name: columns[name] for name in kind.__struct_fields__}
    for name in _AS_JSON.keys() & fields.keys():
        if isinstance(fields[name], str):
            fields[name] = msgspec.json.decode(fields[name], type=_AS_JSON[name])
    return msgspec.convert(fields, kind)


def put_new(connection: Connection, kind: type[msgspec.Struct], records: Sequence[msgspec.Struct]) -> None:
    """Insert records of one kind in one statement."""
    if records:
        connection.execute(insert(TABLES[kind]), [row(one) for one in records])


def put_changed(
    connection: Connection, kind: type[msgspec.Struct], records: Sequence[msgspec.Struct]
) -> None:
    """Write every column of records that exist already, by their ``id``."""
    if records:
        rows = [{f"_{name}": value for name, value in row(one).items()} for one in records]
        connection.execute(_update_statement(kind), rows)


def _update_statement(kind: type[msgspec.Struct]) -> Any:
    table = TABLES[kind]
    values: dict[str, Any] = {c.name: bindparam(f"_{c.name}") for c in table.columns if c.name != "id"}
    return update(table).where(table.c.id == bindparam("_id")).values(values)


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
