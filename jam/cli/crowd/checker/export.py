"""The final records of a jam, as the server's records export gives them, in memory.

The export is one consistent read, one JSON object a line, named by ``record``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from jam.domain import records as r

_KINDS: dict[str, Any] = {
    "jam": r.Jam,
    "forum": r.Forum,
    "event": r.Event,
    "idea": r.Idea,
    "content": r.Content,
    "participant": r.Participant,
    "receipt": r.Receipt,
    "decision": r.ModerationDecision,
}


@dataclass(slots=True)
class Export:
    """One jam's rows, whole. Events are in the order of the export."""

    jam: r.Jam
    events: list[r.Event] = field(default_factory=list)
    forums: dict[str, r.Forum] = field(default_factory=dict)
    ideas: dict[str, r.Idea] = field(default_factory=dict)
    contents: dict[str, r.Content] = field(default_factory=dict)
    participants: dict[str, r.Participant] = field(default_factory=dict)
    receipts: list[r.Receipt] = field(default_factory=list)
    decisions: list[r.ModerationDecision] = field(default_factory=list)

    def text(self, content_id: str | None) -> str | None:
        """The words of a content row, or ``None`` where there is none or it was erased."""
        content = self.contents.get(content_id or "")
        return content.value if content else None

    def first_text(self, idea: r.Idea) -> str | None:
        """The words with which an idea came in, whatever was made of them later."""
        for event in self.events_of(idea.id)[:1]:
            return self.text(event.text_id)
        return self.text(idea.text_id)

    def events_of(self, subject_id: str) -> list[r.Event]:
        """The events about one subject, in order."""
        return self._by_subject().get(subject_id, [])

    _subjects: dict[str, list[r.Event]] = field(default_factory=dict)

    def _by_subject(self) -> dict[str, list[r.Event]]:
        if not self._subjects:
            for event in self.events:
                self._subjects.setdefault(event.subject_id or "", []).append(event)
        return self._subjects


def read_export(lines: Iterable[bytes]) -> Export:
    """Read an export. Raises ``ValueError`` when it holds no jam or a line that does not fit."""
    rows: dict[str, list[Any]] = {kind: [] for kind in _KINDS}
    for number, line in enumerate(lines, 1):
        if line.strip():
            _put(rows, line, number)
    if not rows["jam"]:
        raise ValueError("the export holds no jam")
    return Export(
        jam=rows["jam"][0],
        events=rows["event"],
        forums={row.id: row for row in rows["forum"]},
        ideas={row.id: row for row in rows["idea"]},
        contents={row.id: row for row in rows["content"]},
        participants={row.id: row for row in rows["participant"]},
        receipts=rows["receipt"],
        decisions=rows["decision"],
    )


def _put(rows: dict[str, list[Any]], line: bytes, number: int) -> None:
    try:
        fields = msgspec.json.decode(line)
        kind = _KINDS.get(fields.pop("record"))
        if kind is not None:
            rows[kind_name(kind)].append(msgspec.convert(fields, kind))
    except (msgspec.DecodeError, KeyError, AttributeError) as broken:
        raise ValueError(f"line {number} of the export: {broken}") from broken


def kind_name(kind: Any) -> str:
    """The export's word for a kind of record."""
    return next(name for name, known in _KINDS.items() if known is kind)
