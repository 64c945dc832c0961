"""The whole product in this process: an engine behind the real server, on a real port.

Why: a test that has to look inside while people are connected, or to shorten a limit, cannot do so in
another process. Where a promise is about processes, ``runs`` starts one instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jam.cli.crowd.house import House
from jam.compose import Engine, _serve, running_engine
from jam.settings import ServerSettings
from tests.patience import PATIENCE


@asynccontextmanager
async def serving(database_url: str, redis_url: str | None = None) -> AsyncIterator[tuple[Engine, House]]:
    """An engine, its server on a free port, and the administrator's side of it."""
    settings = ServerSettings(host="127.0.0.1", port=0, database=database_url)  # type: ignore[arg-type]
    said: asyncio.Queue[str] = asyncio.Queue()
    shutdown = asyncio.Event()
    async with running_engine(database_url, redis_url=redis_url) as engine:
        token = await engine.people.accounts.bootstrap_token()
        server = asyncio.create_task(_serve(settings, engine, shutdown, said.put_nowait, None))
        try:
            async with asyncio.timeout(PATIENCE):
                line = await said.get()
            async with House(line.split()[-1]) as house:
                house.token = await house.login(token or "")
                yield engine, house
        finally:
            shutdown.set()
            async with asyncio.timeout(PATIENCE):
                await server
