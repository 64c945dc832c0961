"""A server killed again and again in the middle of a replay from outside loses and doubles nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

import jam.cli.sample
from tests.verify.killed_replay import killed_replay

IDEAS = Path(jam.cli.sample.__file__).parent / "ideas.csv"


@pytest.mark.anyio
@pytest.mark.full
@pytest.mark.parametrize("seed", [1, 2])
async def test_g1_g5_killed_server_loses_nothing_and_every_client_resumes_by_cursor(seed: int) -> None:
    killed = await killed_replay(IDEAS, people=20, minutes=0.6, kills=5, seed=seed)
    assert killed.code == 0, killed.complaints
    figures = killed.figures
    assert killed.kills == 5
    assert figures["sent"] == figures["acked"] == figures["published"] == 155
    assert figures["per_client_missing"] == figures["per_client_duplicates"] == 0
    # One snapshot each at the beginning; after that everybody goes on from their cursor.
    assert figures["snapshots"] == 21
    assert figures["resumes"] > 0
