"""The browser's own reducer, in a real browser, on the same sequences as its Python twin."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser
from starlette.applications import Starlette
from starlette.routing import Route

from jam.compose import running_engine
from jam.http.serving import hypercorn_config, serve
from jam.http.static import web_file
from tests.fakes import FakeClock
from tests.law.random_jam import Sequence, play
from tests.reducer import empty_state, reduce

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
RUN = """
async ({ sequences }) => {
  const { reduce, emptyState } = await import("/web/state/reduce.js");
  return sequences.map((frames) => frames.reduce(reduce, emptyState()));
}
"""


@asynccontextmanager
async def served_modules() -> AsyncIterator[str]:
    """The modules of ``web/`` as the product serves them."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    app = Starlette(routes=[Route("/web/{path:path}", web_file)])
    config = hypercorn_config("127.0.0.1", 0)
    task = asyncio.create_task(
        serve(app, config, stop, lambda host, port: ready.set_result(f"http://{host}:{port}"))
    )
    try:
        yield await ready
    finally:
        stop.set()
        await task


async def _sequences(folder: Path, wanted: int) -> list[Sequence]:
    clock, found, seed = FakeClock(), [], 7_000
    async with running_engine(f"sqlite:///{folder}/jam.db", clock=clock) as engine:
        while len(found) < wanted:
            found += (await play(engine, clock, seed, 60)).sequences
            seed += 1
    return found


async def _compare(browser: Browser, sequences: list[Sequence]) -> None:
    async with served_modules() as url:
        page = await browser.new_page()
        await page.goto(f"{url}/web/style/base.css")
        states = await page.evaluate(RUN, {"sequences": [one.frames for one in sequences]})
    assert len(states) == len(sequences)
    for one, state in zip(sequences, states, strict=True):
        expected = empty_state()
        for frame in one.frames:
            expected = reduce(expected, frame)
        assert json.loads(json.dumps(state)) == expected, f"the twins differ ({one.role})"


async def test_the_browsers_reducer_knows_what_its_twin_knows(browser: Browser, tmp_path: Path) -> None:
    await _compare(browser, await _sequences(tmp_path, 150))


@pytest.mark.full
async def test_the_browsers_reducer_agrees_over_a_thousand_sequences(
    browser: Browser, tmp_path: Path
) -> None:
    sequences = await _sequences(tmp_path, 1_000)
    await _compare(browser, sequences)
    assert len(sequences) >= 1_000
