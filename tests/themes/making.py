"""Puts theme maps on record as theming does, without theming: the map is said, its ideas are the jam's.

And waits for those of a server that does it by itself, where a test begins with themes that stay.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from jam.cli.crowd.house import House, Refused
from jam.compose import Engine
from jam.domain import commands as c
from jam.domain.rejections import Rejection
from jam.service.writer import house
from jam.store import outcomes, theme_maps
from tests.domain.theme_maps import a_body
from tests.patience import GROUPING


async def grouped(server: House, jam_id: str, ideas: Sequence[str]) -> dict[str, Any]:
    """Wait until all of these ideas were grouped, rather than put beside a map of fewer; the map."""
    async with asyncio.timeout(GROUPING):
        while True:
            view = await _view(server, jam_id)
            if {idea for theme in view["themes"] for idea in theme["members"]} >= set(ideas):
                return view
            await asyncio.sleep(0.05)


async def _view(server: House, jam_id: str) -> dict[str, Any]:
    try:
        return await server.get(f"/api/jams/{jam_id}/themes")
    except Refused as refused:
        if refused.status != HTTPStatus.CONFLICT:
            raise
        return {"themes": []}


async def publish(engine: Engine, jam_id: str, *themes: dict[str, Any], **fields: Any) -> int:
    """Put a map of these themes on record as the next version, and say which.

    ``final``, ``at_seq``, ``corrections_seq`` and ``signals`` are columns; other fields are the body's.
    """
    own = {name: fields.pop(name) for name in ("at_seq", "corrections_seq", "final") if name in fields}
    signals = json.dumps(fields.pop("signals", {}))
    body = json.dumps(a_body(*themes, **fields))

    def now(connection: Any) -> tuple[Any, int, int]:
        newest = theme_maps.newest_map(connection, jam_id)
        last = theme_maps.last_correction(connection, jam_id)
        return outcomes.jam(connection, jam_id), newest.version if newest else 0, last

    jam, version, last = await engine.database.read(now)
    columns: dict[str, Any] = {
        "version": version + 1,
        "at_seq": jam.last_seq,
        "themes": len(themes),
        "one_of_a_kind": len(fields.get("one_of_a_kind", [])),
        "digest": hashlib.sha256(body.encode()).hexdigest(),
        "corrections_seq": last,
        "final": False,
        **own,
    }
    map_id = engine.intake.ids.new_id()

    def also(connection: Any) -> None:
        row = {"id": map_id, "org_id": jam.org_id, "jam_id": jam_id, "made_at": 1, "signals": signals}
        theme_maps.add_map(connection, body=body, **row, **columns)

    outcome = await engine.intake.handle(house(jam_id), c.PublishThemes(theme_map_id=map_id, **columns), also)
    assert not isinstance(outcome, Rejection), outcome
    return version + 1
