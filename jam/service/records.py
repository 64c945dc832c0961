"""The records export: one jam's whole log and every row, as lines of JSON, in one consistent read.

For the records role only: it holds pending and hidden texts. With it anybody can verify the hash chain
and every content digest without the database.
"""

import base64
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from jam.domain import records as r
from jam.store.engine import unhurried
from jam.store.rows import TABLES, fetch

KINDS: tuple[tuple[str, type[Any], str | None], ...] = (
    ("jam", r.Jam, None),
    ("forum", r.Forum, "position"),
    ("proposal", r.Proposal, "at"),
    ("participant", r.Participant, "joined_at"),
    ("answer", r.JoinAnswer, "question"),
    ("idea", r.Idea, "created_seq"),
    ("content", r.Content, "id"),
    ("flag", r.Flag, "at"),
    ("decision", r.ModerationDecision, "at"),
    ("theme_correction", r.ThemeCorrection, "seq"),
    ("theme_placing", r.ThemePlacing, "idea_id"),
    ("receipt", r.Receipt, "client_id"),
    ("event", r.Event, "seq"),
)
"""The word on each line, the record it holds, and the order within a kind."""


def export(connection: Connection, jam_id: str) -> Iterator[bytes]:
    """The lines; salts are base64. Each is an object with ``record`` and the record's fields."""
    unhurried(connection)
    for word, kind, order in KINDS:
        table = TABLES[kind]
        owner = table.c.id if kind is r.Jam else table.c.jam_id
        for found in fetch(connection, kind, owner == jam_id, order_by=table.c[order] if order else None):
            yield msgspec.json.encode({"record": word, **_plain(found)}) + b"\n"


def _plain(found: msgspec.Struct) -> dict[str, Any]:
    fields = msgspec.structs.asdict(found)
    if fields.get("salt") is not None:
        fields["salt"] = base64.b64encode(fields["salt"]).decode()
    return fields
