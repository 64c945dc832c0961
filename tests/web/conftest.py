"""A running server for the browser tests, and jams on it; started once, each test makes its own jam."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from jam.cli.crowd.house import House
from jam.cli.crowd.server import ServerProcess, own_house
from tests.patience import PATIENCE
from tests.servers import chromium_executable, chromium_flags
from tests.web.rooms import Rooms


@pytest.fixture(scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """`jam serve` as a process of its own, on a free port and a database of its own."""
    folder: Path = tmp_path_factory.mktemp("server")
    async with own_house(ServerProcess(folder)) as signed_in:
        yield signed_in


@pytest.fixture(scope="session")
async def one_browser() -> AsyncIterator[Browser]:
    """One Chromium for all of them: each window is a context of its own, which shares nothing.

    It lives on the event loop of `house`, which anyio keeps for the whole run.
    """
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=chromium_executable(),
            args=chromium_flags(),
            headless=True,
            timeout=2 * PATIENCE * 1_000,
        )
        try:
            yield launched
        finally:
            await launched.close()


@pytest.fixture
async def rooms(house: House, one_browser: Browser) -> AsyncIterator[Rooms]:
    """A new jam whose phase takes ideas, and browsers to walk into it with."""
    opened = Rooms(house, one_browser)
    await opened.make_jam()
    yield opened
    await opened.close()
    assert opened.complaints == []
