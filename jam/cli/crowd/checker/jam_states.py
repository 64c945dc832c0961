"""What the jam itself looked like at each place of the log, rebuilt from the events alone.

Part of the checker's timeline.
"""

from typing import Any

import msgspec

from jam.cli.crowd.checker.export import Export
from jam.domain.records import Jam
from jam.domain.views import JamView
from jam.domain.visibility import jam_view


def jam_states(export: Export) -> list[tuple[int, JamView]]:
    """Every state of the jam with the place of the event that led to it, oldest first."""
    states = []
    title = export.text(export.jam.title_id) or "–"
    jam, shown = export.jam, False
    for event in export.events:
        if event.kind == "themes_shown":
            shown = event.data["shown"]
        elif "phase_index" in event.data:
            jam = _jam_then(export.jam, event.data)
        else:
            continue
        states.append((event.seq, jam_view(jam.with_(themes_shown=shown), title, export.jam.code)))
    return states


def _jam_then(last: Jam, data: dict[str, Any]) -> Jam:
    phases = tuple(
        msgspec.structs.replace(slot, starts_at=starts, ends_at=ends)
        for slot, starts, ends in zip(last.phases, data["starts"], data["ends"], strict=True)
    )
    changed: Jam = last.with_(
        phases=phases,
        phase_index=data["phase_index"],
        paused_at=data["paused_at"],
        version=data["version"],
    )
    return changed
