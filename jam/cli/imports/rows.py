"""From a record to an idea that a jam can take: the server's own checks, made before anything is sent.

What makes a row the same row on a second run is its id, or without one its text and how often that text
stood above it; the command's client id is made from that, so that the server answers a repeated row with
the idea that it made the first time.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from jam.cli.imports.exported import tags_of
from jam.cli.imports.records import Found
from jam.domain.commands import ImportIdea
from jam.domain.decide.imports import EARLIEST
from jam.domain.rejections import Rejection
from jam.domain.text import check_tags, check_text

USED = ("id", "text", "forum", "tags", "lang", "ts", "reply_to")
VECTORS = frozenset({"embedding", "embeddings", "vector"})
ID_LIMIT = 200
TIME_FORM = "a date and time with its zone, such as 2026-01-31T18:30:00Z or 2026-01-31T18:30:00+01:00"


class BadRow(Exception):
    """A record that is no idea for this jam: what is wrong and what to do."""


class Target(msgspec.Struct, frozen=True):
    """Where ideas go: open ``forums`` by id, each with its title; ``forum`` where a row names none."""

    text_limit: int
    forums: Mapping[str, str]
    forum: str | None
    now: int


def is_reply(found: Found) -> bool:
    """Whether a record answers another one: without the idea that it answers it would mean nothing."""
    return bool(found.cells.get("reply_to"))


class Rows:
    """Turns records into commands, one after the other; remembers what stood above."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._ids: dict[bytes, int] = {}
        self._texts: Counter[bytes] = Counter()

    def command(self, found: Found) -> ImportIdea:
        """The command that brings a record in. Raises ``BadRow``."""
        if found.wrong:
            raise BadRow(found.wrong)
        text = check_text(found.cells["text"], self._target.text_limit)
        if isinstance(text, Rejection):
            raise BadRow(f"{text.message}; found {shown(found.cells['text'])}")
        return ImportIdea(
            client_id=self._client_id(found, text),
            forum=self._forum(_cell(found.cells, "forum")),
            text=text,
            tags=_tags(found.cells.get("tags")),
            lang=_cell(found.cells, "lang") or None,
            written_at=_moment(_cell(found.cells, "ts"), self._target.now),
        )

    def _client_id(self, found: Found, text: str) -> str:
        name = _cell(found.cells, "id")
        if len(name) > ID_LIMIT:
            raise BadRow(f"has an id of more than {ID_LIMIT} characters; shorten it")
        if name:
            key = hashlib.sha256(b"id\0" + name.encode()).digest()[:20]
            if self._ids.setdefault(key, found.line) != found.line:
                first = self._ids[key]
                raise BadRow(f"the id {shown(name)} stands in line {first} too; give every idea its own")
            return f"import-{key.hex()}"
        said = hashlib.sha256(b"text\0" + text.encode()).digest()[:20]
        self._texts[said] += 1
        numbered = said + str(self._texts[said]).encode()
        return f"import-{hashlib.sha256(numbered).hexdigest()[:40]}"

    def _forum(self, name: str) -> str:
        target = self._target
        titles = ", ".join(shown(title) for title in target.forums.values())
        if not name and target.forum is None:
            raise BadRow(f"names no forum; add a column forum, or --forum; there are {titles}")
        if not name:
            return target.forum or ""
        for forum, title in target.forums.items():
            if name == forum or name.casefold() == title.casefold():
                return forum
        raise BadRow(f"there is no open forum {shown(name)}; there are {titles}")


def _cell(cells: Mapping[str, Any], name: str) -> str:
    value = cells.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise BadRow(f"{name} is no plain text; write it between quotes")
    text = str(value).strip()
    if has_half_character(text):
        raise BadRow(f"{name} holds half a character; write it again")
    return text


def has_half_character(text: str) -> bool:
    """Whether there is a lone surrogate in it, which no encoding can hold."""
    return any("\ud800" <= c <= "\udfff" for c in text)


def _tags(value: Any) -> list[str]:
    """Tags: a list in JSON, or one cell with bars between them."""
    if isinstance(value, str):
        value = tags_of(value)
    if not isinstance(value or [], list) or not all(isinstance(tag, str) for tag in value or []):
        raise BadRow("tags are no list of texts; write them with | between")
    tags = check_tags(value or [])
    if isinstance(tags, Rejection):
        raise BadRow(f"{tags.message}; tags are written with | between")
    return tags


def _moment(value: str, now: int) -> int | None:
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadRow(f"ts {shown(value)} is no moment; write {TIME_FORM}")
    millis = round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
    if not EARLIEST <= millis <= now:
        when = "in the future" if millis > now else "before 1990"
        raise BadRow(f"ts {shown(value)} lies {when}; write {TIME_FORM}, or leave it empty")
    return millis


def shown(value: str) -> str:
    """A value as it may stand in a sentence: short, and without anything that steers a terminal."""
    return (
        ascii(value if len(value) <= 40 else f"{value[:40]}…")
        if not value.isprintable()
        else repr(value[:40])
    )
