"""What every test may ask for: the `--fast` and `--full` choices, and real servers as fixtures.

Why here: servers are started once, at the first test that needs one, and stopped at the end, and
each test gets a database of its own. Where: on top of `tests/servers.py`, which does the work.
"""

from __future__ import annotations

import signal
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings
from playwright.async_api import Browser, async_playwright, expect

from jam.http import serving as http_serving
from jam.store import engine as store_engine
from tests.guarantees.wire import WINDOW
from tests.http.product import Product, product
from tests.patience import PATIENCE
from tests.servers import (
    Postgres,
    ServerMissing,
    Valkey,
    chromium_executable,
    chromium_flags,
    running_postgres,
    running_valkey,
)
from tests.turns import turn

expect.set_options(timeout=PATIENCE * 1_000)
SLOW_KINDS = frozenset({"slow", "browser"})


def pytest_configure(config: pytest.Config) -> None:
    """Examples may take any time; an everyday run asks the same ones, a run with ``--full`` new ones.

    Ctrl-C can be pressed in every run.
    """
    slow = [HealthCheck.too_slow]
    repeats = not config.getoption("--full")
    settings.register_profile("jam", deadline=None, suppress_health_check=slow, derandomize=repeats)
    settings.load_profile("jam")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Started in the background of a script: what the tests interrupt would not hear of it either.
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    choice = parser.getgroup("jam")
    choice.addoption("--fast", action="store_true", help="leave out slow and browser tests (90 s at most)")
    choice.addoption("--full", action="store_true", help="add the heavy runs marked `full`")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect, rather than skip, what was not asked for: a skip would read as something missing."""
    left_out = set() if config.getoption("--full") else {"full"}
    left_out |= SLOW_KINDS if config.getoption("--fast") else set()
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        kinds = {mark.name for mark in item.iter_markers()}
        (dropped if kinds & left_out else kept).append(item)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept
    if hasattr(config, "workerinput"):
        _spread(items)


def _spread(items: list[pytest.Item]) -> None:
    """Put files in an order in which the workers of a parallel run are busy to its end.

    Those with many slow tests come first, so that quick ones are left to fill the gaps; those with a test
    that runs alone come last, so that nobody else has to stop for it.
    """
    slow, alone = Counter[Path](), set[Path]()
    for item in items:
        kinds = {mark.name for mark in item.iter_markers()}
        slow[item.path] += bool(kinds & SLOW_KINDS)
        if "alone" in kinds:
            alone.add(item.path)
    items.sort(key=lambda item: (item.path in alone, -slow[item.path]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Keep the others away while a test marked `alone` runs; without neighbours this costs nothing."""
    if not hasattr(item.config, "workerinput"):
        return (yield)
    folder = item.config._tmp_path_factory.getbasetemp().parent  # type: ignore[attr-defined]
    with turn(folder, alone=item.get_closest_marker("alone") is not None):
        return (yield)


@pytest.fixture
def cannot_run(request: pytest.FixtureRequest) -> Callable[[str], NoReturn]:
    """What a test calls when this machine lacks what only root can give; the text says what.

    An everyday run goes on without that test and says so. A run with ``--full`` claims to be whole: it fails.
    """

    def give_up(reason: str) -> NoReturn:
        if request.config.getoption("--full"):
            raise ServerMissing(reason)
        pytest.skip(reason)

    return give_up


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The product runs on asyncio and is tested on nothing else."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One PostgreSQL for the whole run. A test that kills its server starts its own instead."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of an empty database that nobody else uses; dropped after the test.

    Statements may take as long as a busy machine needs; ``test_t22_statements`` tests their real limit.
    """
    monkeypatch.setattr(store_engine, "STATEMENT_SECONDS", int(PATIENCE))
    name = postgres_server.create()
    try:
        yield postgres_server.url(name)
    finally:
        postgres_server.drop(name)


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[Valkey]:
    """One Valkey for the whole run. A test that freezes or kills it starts its own instead."""
    with running_valkey() as server:
        yield server


@pytest.fixture
def redis_url(valkey_server: Valkey) -> str:
    """The URL of a Valkey that holds no key when the test starts."""
    valkey_server.flush()
    return valkey_server.url


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """The whole product over a real port, with a jam that is open; one for all the tests of a module."""
    async with product(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture
def small_send_buffers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Megabytes fit into the kernel on loopback; here what is unread soon waits in the server.

    Accepted sockets inherit the listener's buffer.
    """
    bind = http_serving.bind

    def narrow(address: str) -> socket.socket:
        listener = bind(address)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * WINDOW)
        return listener

    monkeypatch.setattr(http_serving, "bind", narrow)


@pytest.fixture(scope="module")
async def module_browser() -> AsyncIterator[Browser]:
    """One headless Chromium for all the tests of a module; tests ask for `browser`.

    As `served` it lives on the event loop that anyio keeps while such fixtures do.
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
async def browser(module_browser: Browser) -> AsyncIterator[Browser]:
    """A headless Chromium without a window; a test that asks for it carries the mark `browser`.

    Each window is a context of its own, which shares nothing, and what a test leaves open is closed after it.
    """
    yield module_browser
    for context in list(module_browser.contexts):
        await context.close()
