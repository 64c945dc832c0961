"""G2 and F14: a command that is sent again has one effect and one answer, whatever it says by then.

Eight sends of each client id at once, half of them with another text; on PostgreSQL over two writers,
as two nodes would; then once more after a restart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from jam.compose import running_engine
from jam.domain.rejections import Rejection
from tests.guarantees.stage import Stage, set_stage

pytestmark = pytest.mark.anyio
SENDS = 8
AT_ONCE = 20


async def _send_all(nodes: Sequence[Stage], numbers: range, marker: str) -> dict[int, list[dict[str, Any]]]:
    """Each number's client id ``SENDS`` times at once, over all nodes, with two different texts."""
    first = nodes[0]

    async def one(number: int, copy: int) -> dict[str, Any]:
        who = first.people[number % len(first.people)]
        text = f"{marker} {number}" if copy % 2 else f"{marker} {number}, said otherwise"
        outcome = await nodes[copy % len(nodes)].submit(who, f"id-{number}", text)
        assert not isinstance(outcome, Rejection), outcome
        return outcome

    answers: dict[int, list[dict[str, Any]]] = {}
    for start in range(0, len(numbers), AT_ONCE):
        part = numbers[start : start + AT_ONCE]
        found = await asyncio.gather(*(one(n, copy) for n in part for copy in range(SENDS)))
        answers |= {n: found[i * SENDS : (i + 1) * SENDS] for i, n in enumerate(part)}
    return answers


def _without_mark(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "replayed"}


async def _retries(url: str, engines: int, ids: int) -> None:
    numbers = range(ids)
    async with AsyncExitStack() as stack:
        running = [await stack.enter_async_context(running_engine(url)) for _ in range(engines)]
        stage = await set_stage(running[0], people=10)
        answers = await _send_all([stage.on(engine) for engine in running], numbers, "Idea")
        rows = await stage.ideas()
        assert len(rows) == ids
        originals = {}
        for number, found in answers.items():
            assert all(_without_mark(one) == _without_mark(found[0]) for one in found)
            assert sum(not one.get("replayed") for one in found) == 1, f"id-{number}"
            originals[number] = _without_mark(found[0])
        assert {one["idea"] for one in originals.values()} == {row.id for row in rows}
        texts = {row.id: await stage.text(row) for row in rows}
    async with running_engine(url) as restarted:
        again = stage.on(restarted)
        later = await _send_all([again], numbers, "Changed by now")
        for number, found in later.items():
            assert all(one == {**originals[number], "replayed": True} for one in found)
        assert {row.id: await again.text(row) for row in await again.ideas()} == texts


async def test_g2_f14_a_retry_has_one_effect_and_one_answer_on_sqlite(tmp_path: Path) -> None:
    await _retries(f"sqlite:///{tmp_path}/jam.db", engines=1, ids=60)


async def test_g2_f14_a_retry_has_one_effect_and_one_answer_over_two_writers(postgres_url: str) -> None:
    await _retries(postgres_url, engines=2, ids=60)


@pytest.mark.full
async def test_g2_f14_a_thousand_ids_over_two_writers(postgres_url: str) -> None:
    await _retries(postgres_url, engines=2, ids=1_000)
