"""With faults on purpose nothing is found, and each seeded bug is caught by the finding that names it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.verify.buggy_server import BUGS, serve
from tests.verify.campaign import Faults, run_campaign

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
SHORT = Faults(people=6, answers=100, kills=0, drops_per_second=3.0)
THREE_BUGS = ("ack_before_commit", "no_unique_key", "client_side_hiding")


async def test_g1_g2_g4_g5_g7_hold_while_sockets_drop_the_server_is_killed_and_the_bell_rings() -> None:
    verdict = await run_campaign(Faults(people=8, answers=150, kills=1))
    assert verdict.ok, verdict.summary()
    assert verdict.counts["acked"] >= 150
    assert verdict.counts["refused"] > 0
    assert verdict.counts["resumes"] > 0


@pytest.mark.parametrize("bug", THREE_BUGS)
async def test_seeded_bug_is_caught(bug: str) -> None:
    # Only crashes show that an answer came too early; the others show without one.
    faults = replace(SHORT, kills=3) if bug == "ack_before_commit" else SHORT
    verdict = await run_campaign(faults, serve(bug))
    assert verdict.number(BUGS[bug][1]) > 0, verdict.summary()


@pytest.mark.full
async def test_phase_that_is_remembered_instead_of_read_is_caught() -> None:
    verdict = await run_campaign(SHORT, serve("cached_phase"))
    assert verdict.number("late") > 0, verdict.summary()


@pytest.mark.full
@pytest.mark.parametrize("seed", range(1, 6))
async def test_long_campaigns_with_many_kills_find_nothing(seed: int) -> None:
    verdict = await run_campaign(Faults(seed=seed, people=20, answers=1500, kills=6))
    assert verdict.ok, verdict.summary()
