"""Shows that the servers which other tests stand on are real, separate, and gone afterwards."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from contextlib import AbstractContextManager

import asyncpg
import pytest
from playwright.async_api import Browser
from redis.asyncio import Redis

from tests import servers
from tests.servers import Postgres, ServerMissing, Valkey, running_postgres, running_valkey


def plain(url: str) -> str:
    return url.replace("+asyncpg", "")


@pytest.mark.anyio
async def test_each_test_gets_an_empty_postgres_database(postgres_url: str) -> None:
    connection = await asyncpg.connect(plain(postgres_url))
    try:
        tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        await connection.execute("CREATE TABLE trace (id int)")
    finally:
        await connection.close()
    assert tables == 0


def test_a_database_copied_from_a_template_has_its_tables(postgres_server: Postgres) -> None:
    template = postgres_server.create()
    postgres_server.run("CREATE TABLE trace (id int)", template)
    copy = postgres_server.create(template)
    try:
        assert postgres_server.run("SELECT count(*) FROM trace", copy) == "0"
    finally:
        postgres_server.drop(copy)
        postgres_server.drop(template)


@pytest.mark.anyio
@pytest.mark.parametrize("turn", [1, 2])
async def test_each_test_gets_an_empty_valkey(redis_url: str, turn: int) -> None:
    async with Redis.from_url(redis_url) as client:
        assert await client.dbsize() == 0
        await client.set("left-behind", turn)


@pytest.mark.parametrize("start", [running_valkey, running_postgres])
def test_a_server_is_gone_when_its_block_ends(
    start: Callable[[], AbstractContextManager[Valkey | Postgres]],
) -> None:
    with start() as server:
        os.kill(server.process.pid, 0)
    assert server.process.poll() is not None
    assert not servers._answers(server.port)


def test_a_missing_server_is_an_error_with_a_sentence_and_not_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ServerMissing, match="scripts/setup --test"):
        servers._valkey_program()


@pytest.mark.browser
@pytest.mark.anyio
async def test_the_browser_opens_a_page(browser: Browser) -> None:
    page = await browser.new_page()
    await page.goto("data:text/html,<title>Town jam</title><h1>Ideas</h1>")
    assert await page.title() == "Town jam"
    assert await page.locator("h1").inner_text() == "Ideas"
