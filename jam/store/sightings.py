"""The join that turns an idea, at some version, into a ``Sighting`` that ``project`` can judge.

One definition for the log (an event's version of an idea) and for snapshots and pages (the present
version): for the present version both give the same, which is what makes
``snapshot + events == fresh snapshot`` true by construction.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Column, Label, select
from sqlalchemy.engine import Connection

from jam.domain.records import Content, Event, Idea, Participant
from jam.domain.visibility import Sighting
from jam.store.rows import TABLES, record

_EVENT = TABLES[Event]
_IDEA = TABLES[Idea]
_text = TABLES[Content].alias("text_content")
_tags = TABLES[Content].alias("tags_content")
_note = TABLES[Content].alias("note_content")
_author = TABLES[Participant].alias("author")
_handle = TABLES[Content].alias("handle_content")
_decider = TABLES[Participant].alias("decider")
_decider_handle = TABLES[Content].alias("decider_handle")


def _prefixed(prefix: str, columns: Iterable[Column[Any]]) -> list[Label[Any]]:
    return [column.label(prefix + column.name) for column in columns]


IDEA_COLUMNS: list[Any] = [
    *_prefixed("i_", _IDEA.columns),
    _text.c.value.label("text"),
    _text.c.shown.label("shown"),
    _tags.c.value.label("tags"),
    _tags.c.shown.label("tags_shown"),
    _note.c.value.label("note"),
    _author.c.audience.label("audience"),
    _author.c.role.label("role"),
    _handle.c.value.label("handle"),
    _decider_handle.c.value.label("decided_by"),
]
_IDEA_LABELS = [(name, f"i_{name}") for name in Idea.__struct_fields__]
SIGHTING_COLUMNS: list[Any] = [*_prefixed("e_", _EVENT.columns), *IDEA_COLUMNS]


def joined_to_event() -> Any:
    """Event ⟕ idea ⟕ the words that the event names ⟕ people."""
    joined = _EVENT.outerjoin(_IDEA, _IDEA.c.id == _EVENT.c.subject_id)
    return _with_words(joined, _EVENT.c.text_id, _EVENT.c.tags_id)


def joined_to_idea() -> Any:
    """Idea ⟕ its present words ⟕ people."""
    return _with_words(_IDEA, _IDEA.c.text_id, _IDEA.c.tags_id)


def _with_words(joined: Any, text_id: Column[Any], tags_id: Column[Any]) -> Any:
    return (
        joined.outerjoin(_text, _text.c.id == text_id)
        .outerjoin(_tags, _tags.c.id == tags_id)
        .outerjoin(_note, _note.c.id == _IDEA.c.note_id)
        .outerjoin(_author, _author.c.id == _IDEA.c.author_id)
        .outerjoin(_handle, _handle.c.id == _author.c.handle_id)
        .outerjoin(_decider, _decider.c.id == _IDEA.c.decided_by)
        .outerjoin(_decider_handle, _decider_handle.c.id == _decider.c.handle_id)
    )


def present_ideas(*conditions: Any) -> Any:
    """The query for ideas as they stand now, under conditions on the idea table."""
    return select(*IDEA_COLUMNS).select_from(joined_to_idea()).where(*conditions)


def sighting(columns: Mapping[str, Any]) -> Sighting:
    """An idea as it stands now."""
    idea = _idea(columns)
    return _sighting(idea, columns, version=idea.version, status=idea.status, current=True, rule=idea.rule)


def sighting_of_event(event: Event, columns: Mapping[str, Any]) -> Sighting | None:
    """The idea that an event is about, at the event's version; ``None`` if its row is gone."""
    if columns["i_id"] is None:
        return None
    idea = _idea(columns)
    data = event.data
    version = data.get("version", idea.version)
    if version == idea.version:
        return sighting(columns)
    return _sighting(
        idea, columns, version=version, status=data["status"], current=False, rule=data.get("rule")
    )


def _idea(columns: Mapping[str, Any]) -> Idea:
    return record(Idea, {name: columns[label] for name, label in _IDEA_LABELS})


def _sighting(
    idea: Idea, columns: Mapping[str, Any], *, version: int, status: str, current: bool, rule: str | None
) -> Sighting:
    return msgspec.convert(
        {
            "idea": idea,
            "version": version,
            "status": status,
            "text": columns["text"],
            "shown": bool(columns["shown"]),
            "tags": msgspec.json.decode(columns["tags"]) if columns["tags"] else (),
            "tags_shown": bool(columns["tags_shown"]),
            "handle": columns["handle"],
            "audience": columns["audience"],
            "role": columns["role"],
            "rule": rule,
            "note": columns["note"] if current else None,
            "decided_by": columns["decided_by"] if current else None,
        },
        Sighting,
    )


def texts(connection: Connection, ids: Iterable[str]) -> dict[str, str | None]:
    """The values of content rows by id; an erased one is ``None``."""
    table, wanted = TABLES[Content], list(ids)
    if not wanted:
        return {}
    query = select(table.c.id, table.c.value).where(table.c.id.in_(wanted))
    return {found[0]: found[1] for found in connection.execute(query)}
