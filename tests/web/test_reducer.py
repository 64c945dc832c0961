"""The browser's reducer and its twin give the same answer to every fixture of the wire."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jam.domain.events import EVENT_KINDS
from tests import reducer
from tests.web.rooms import Rooms

FIXTURES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parents[1] / "fixtures" / "wire").glob("*.json"))
}

RUN = """async cases => { const { reduce } = await import('/web/state/reduce.js');
    const frozen = one => {
        if (one && typeof one === 'object') Object.values(one).forEach(frozen);
        return Object.freeze(one);
    };
    return cases.map(one => reduce(frozen(one.state), frozen(one.frame))); }"""


@pytest.mark.parametrize("name", FIXTURES)
def test_twin_gives_the_expected_state(name: str) -> None:
    case = FIXTURES[name]
    before = json.dumps(case["state"])
    assert reducer.reduce(case["state"], case["frame"]) == case["expected"], case["says"]
    assert json.dumps(case["state"]) == before


@pytest.mark.anyio
@pytest.mark.browser
async def test_browser_gives_the_expected_state_and_leaves_the_old_one_alone(rooms: Rooms) -> None:
    page = await rooms.window()
    await page.goto(rooms.house.url)
    answers: list[Any] = await page.evaluate(RUN, list(FIXTURES.values()))
    for (name, case), answer in zip(FIXTURES.items(), answers, strict=True):
        assert answer == case["expected"], f"{name}: {case['says']}"


def test_fixtures_name_only_kinds_of_event_that_exist() -> None:
    used = {event["kind"] for case in FIXTURES.values() for event in case["frame"].get("events", [])}
    assert used <= set(EVENT_KINDS)


@pytest.mark.anyio
@pytest.mark.browser
async def test_snapshot_is_taken_over_only_with_its_last_part(rooms: Rooms) -> None:
    page = await rooms.window()
    await page.goto(rooms.house.url)
    first, whole = await page.evaluate(
        """async () => { const { assembler } = await import('/web/wire/assemble.js');
        const take = assembler(); const base = { t: 'snapshot', cursor: 5, parts: 2 };
        take({ ...base, cursor: 4, part: 1, jam: 'old', ideas: ['x'] });
        const first = take({ ...base, part: 1, jam: 'new', ideas: ['a'], older: true });
        return [first, take({ ...base, part: 2, ideas: ['b'] })]; }"""
    )
    assert first is None
    assert (whole["jam"], whole["ideas"], whole["older"], whole["cursor"]) == ("new", ["a", "b"], True, 5)
