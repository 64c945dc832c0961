"""What a client was told of the themes, judged apart: the maps themselves are not in the records.

Beside ``timeline``: an event about themes tells the state of the moment at which it was read, which may be
newer than the event. So each thing that was told must be on record somewhere: a version by its event, a
place by its event, a correction by its event; and nobody may get what is the staff's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jam.cli.crowd.checker.export import Export
from jam.domain.records import Event
from jam.domain.views import Viewer
from jam.domain.visibility import PRIVILEGED_ROLES, may_get

TOLD = ("themes", "placed", "correction")
"""The fields of an event that are judged here."""
_OPTIONAL = ("ideas_placed",)
"""Left out where a newer map made it pointless before it was read."""


def is_required(event: Event, viewer: Viewer) -> bool:
    """Whether whoever may get an event has to get it, by its kind."""
    if event.kind == "themes_published":
        return viewer.role in PRIVILEGED_ROLES or bool(event.data.get("final", True))
    return event.kind not in _OPTIONAL


def without_themes(event: dict[str, Any]) -> dict[str, Any]:
    """The event as sent, without what is judged here."""
    return {name: value for name, value in event.items() if name not in TOLD}


@dataclass(slots=True)
class ThemesTold:
    """What the records say of maps, places and corrections, for one export."""

    export: Export
    _versions: dict[int, list[Event]] = field(default_factory=dict)
    _places: dict[int, set[tuple[str, str]]] = field(default_factory=dict)
    _corrections: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for event in self.export.events:
            if event.kind == "themes_published":
                self._versions.setdefault(event.data["version"], []).append(event)
            elif event.kind == "ideas_placed":
                places = self._places.setdefault(event.data["version"], set())
                places.update(event.data["places"].items())
            elif event.kind == "themes_corrected":
                self._corrections.add(event.subject_id or "")

    def wrong(self, sent: dict[str, Any], event: Event, viewer: Viewer) -> Iterator[str]:
        """What of this event's account of the themes is not on record, or not for this viewer."""
        if themes := sent.get("themes"):
            published = self._versions.get(themes["version"], [])
            if not any(may_get(one.visibility, viewer, "") for one in published):
                yield f"themes of version {themes['version']} were not for this viewer"
            if event.kind == "themes_published" and themes["version"] < event.data["version"]:
                yield f"themes of version {themes['version']} are older than the event"
        if placed := sent.get("placed"):
            strange = set(placed["places"].items()) - self._places.get(placed["version"], set())
            yield from (f"idea {idea} was never put beside {theme}" for idea, theme in sorted(strange))
        if correction := sent.get("correction"):
            if viewer.role not in PRIVILEGED_ROLES:
                yield "a correction was not for this viewer"
            if correction["id"] not in self._corrections:
                yield f"correction {correction['id']} is not on record"
