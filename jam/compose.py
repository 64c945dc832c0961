"""The composition root: the one place where settings become a running server.

Everything that runs belongs to one task group; everything with a name in the module graph below is made
here and passed down. ``run_server`` is what ``jam serve`` calls.
"""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from jam.bus import open_bus
from jam.bus.base import Bus
from jam.http.app import make_app
from jam.http.context import Context
from jam.http.pages import make_templates
from jam.http.security import Addresses, addresses, only_this_machine
from jam.http.serving import hypercorn_config, serve
from jam.live.jams import LiveJams
from jam.service.handle import Intake
from jam.service.live_themes import ThemeFollower
from jam.service.people import People
from jam.service.ports import Clock, RandomIds, SystemClock
from jam.service.reporting import Reports
from jam.service.theme_pages import ThemePages
from jam.service.theming import ThemingChild
from jam.service.timekeeper import Timekeeper
from jam.settings import ServerSettings
from jam.store.access import ensure_organisation
from jam.store.engine import Database
from jam.store.opening import opened


@dataclass(slots=True)
class Engine:
    """A jam engine without its web side: what the routes, and tests below them, work with."""

    database: Database
    bus: Bus
    intake: Intake
    live: LiveJams
    people: People
    themes: ThemeFollower
    reports: Reports
    timekeeper: Timekeeper


@asynccontextmanager
async def running_engine(
    database_url: str,
    *,
    redis_url: str | None = None,
    organisation: str = "Our organisation",
    clock: Clock | None = None,
    ids: RandomIds | None = None,
) -> AsyncIterator[Engine]:
    """Open the database, bring it up to date, and run the writers and followers until the block ends."""
    clock, ids = clock or SystemClock(), ids or RandomIds()
    bus = open_bus(redis_url)
    database = await opened(database_url)
    child = ThemingChild()
    try:
        new_id, now = ids.new_id(), clock.now()
        org_id = await database.write(lambda c: ensure_organisation(c, organisation, new_id, now))
        intake = Intake(database, bus, clock, ids)
        live, themes = LiveJams(database, bus, clock), ThemeFollower(intake, child)
        engine = Engine(
            database=database,
            bus=bus,
            intake=intake,
            live=live,
            people=People(intake, org_id, live),
            themes=themes,
            reports=Reports(intake, themes),
            timekeeper=Timekeeper(intake),
        )
        async with asyncio.TaskGroup() as tasks:
            intake.start(tasks)
            running = [
                tasks.create_task(bus.run(), name="bus"),
                tasks.create_task(engine.live.run(), name="live"),
                tasks.create_task(engine.themes.run(), name="themes"),
                tasks.create_task(engine.reports.run(), name="reports"),
                tasks.create_task(engine.timekeeper.run(), name="timekeeper"),
            ]
            yield engine
            for task in running:
                task.cancel()
            intake.stop()
    finally:
        await child.close()
        await bus.close()
        await database.close()


async def run_server(settings: ServerSettings, say: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM, then drain: close sockets with a hint to come back, finish, stop.

    ``say`` gets the lines for the person at the console. Raises ``JamError`` where it cannot start.
    """
    redis_url = settings.redis.get_secret_value() if settings.redis else None
    async with running_engine(
        settings.database.get_secret_value(), redis_url=redis_url, organisation=settings.organisation
    ) as engine:
        token = await engine.people.accounts.bootstrap_token()
        shutdown = asyncio.Event()
        _on_signals(shutdown)
        _calm_garbage_collector()
        await _serve(settings, engine, shutdown, say, token)


async def _serve(
    settings: ServerSettings,
    engine: Engine,
    shutdown: asyncio.Event,
    say: Callable[[str], None],
    token: str | None,
) -> None:
    config = hypercorn_config(settings.host, settings.port)
    context = Context(
        database=engine.database,
        intake=engine.intake,
        live=engine.live,
        people=engine.people,
        reports=engine.reports,
        themes=ThemePages(engine.database),
        splits=engine.themes,
        templates=make_templates(),
        organisation=settings.organisation,
        base_url="",
        loopback=False,
    )
    own = Addresses()

    def ready(host: str, port: int) -> None:
        near = _reached_here(host)
        here = f"http://{_in_url(near)}:{port}"
        context.base_url = settings.base_url or here
        context.loopback = only_this_machine(settings.host, context.base_url)
        found = addresses(context.base_url, near, port)
        own.hosts, own.origins = found.hosts, found.origins
        say(f"jam: listening on {here}")
        if token:
            where = f"{context.base_url}/bootstrap"
            say(f"jam: administrator token {token} (use it within 30 minutes at {where})")

    drained = asyncio.Event()

    async def drain() -> None:
        await shutdown.wait()
        engine.live.close_all("draining")
        drained.set()

    draining = asyncio.create_task(drain())
    try:
        await serve(make_app(context, own), config, drained, ready)
    finally:
        draining.cancel()


def _calm_garbage_collector() -> None:
    """What the start made lives for ever and is not looked through again; the rest is looked through seldom.

    With Python's own thresholds one collection paused a room of 2,000 people for 360 ms (measured).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 20)


def _on_signals(shutdown: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, shutdown.set)


def _reached_here(host: str) -> str:
    """Where this machine reaches a server that listens on ``host``: "every address" is none to type."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
