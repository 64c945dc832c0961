"""W14: a command above one's role, or for another jam, is refused with ``not_allowed``, and logged."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import structlog

from tests.bad_inputs.open_jam import open_jam, refusal
from tests.http.product import product
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio


async def test_w14_a_command_above_ones_role_is_refused_and_logged(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        wire = await jam.enter(seat)
        with structlog.testing.capture_logs() as lines:
            wire.say({"t": "close_jam", "client_id": "c1"})
            async with asyncio.timeout(PATIENCE):
                assert (await refusal(wire))["code"] == "not_allowed"
        noted = [line for line in lines if line["event"] == "not_allowed"]
        assert [(line["command"], line["role"], line["person"]) for line in noted] == [
            ("close_jam", "participant", seat.participant)
        ]


async def test_w14_a_command_for_another_jam_is_refused_and_logged(tmp_path: Path) -> None:
    async with product(tmp_path) as served:
        other = await served.house.create_jam("Another", [{"title": "One", "question": "What?"}])
        with structlog.testing.capture_logs() as lines:
            for jam in (other["id"], other["id"][::-1]):
                path = f"/api/jams/{jam}/commands"
                refused = await served.post(path, {"t": "pause_jam", "client_id": "c"})
                assert (refused.status, refused.code) == (403, "not_allowed")
        assert [line["foreign_jam"] for line in lines if line["event"] == "not_allowed"] == [True, True]
