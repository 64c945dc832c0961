"""What the checker asks of events about themes: who may get them, and what else they may carry.

Names and places of themes are worked out when they are read, so what exactly was sent cannot be told from
the log alone. What can is judged: nobody but the staff gets a correction, and nobody else a word of themes
before they were shown or final.
"""

from collections.abc import Sequence
from typing import Any

from jam.domain.records import Event
from jam.domain.views import Viewer
from jam.domain.visibility import PRIVILEGED_ROLES

KINDS = frozenset({"themes_published", "themes_corrected", "themes_shown", "ideas_placed"})
WITHHELD = frozenset({"themes_published", "ideas_placed"})
"""Public or not, these come to others than the staff only while the themes are shown to everyone."""
_FIELDS = frozenset({"themes", "placed", "correction"})


def without_themes(sent: dict[str, Any]) -> dict[str, Any]:
    """An event without what it says of themes."""
    return {name: field for name, field in sent.items() if name not in _FIELDS}


def wrong_with(sent: dict[str, Any], viewer: Viewer, log: Sequence[Event]) -> str | None:
    """Why what an event says of themes was not for this viewer."""
    if viewer.role in PRIVILEGED_ROLES or not _FIELDS & sent.keys():
        return None
    if "correction" in sent:
        return "a correction was not for this viewer"
    return None if any(_opens(event) for event in log) else "themes were never shown to everyone"


def _opens(event: Event) -> bool:
    """Whether everyone may see themes from this event on."""
    if event.kind == "themes_published":
        return bool(event.data.get("final", True))
    return event.kind == "themes_shown" and bool(event.data["shown"])
