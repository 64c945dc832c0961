"""The follower that keeps the themes of running jams up to date: from the 12th idea to the bell, and beyond.

It hears which jam's log grew and lets that jam's ``JamThemes`` do what is due. What is due is derived from
the rows, so nothing is lost by a restart. Before the final run of a jam (``finish``, called by the report's
follower) its live work ends.
"""

import asyncio
from contextlib import suppress

import structlog

from jam.bus.base import Wake
from jam.domain.rejections import Rejection
from jam.domain.theme_views import SplitProposal
from jam.service.handle import Intake
from jam.service.jam_themes import RETRY_SECONDS, JamThemes
from jam.service.theme_record import Overtaken
from jam.service.theming import Progress, ThemingChild, ThemingFailed
from jam.store import outcomes
from jam.store.engine import DATABASE_ERRORS

PAUSE_SECONDS = 0.2
"""Between two steps of one jam: what happens meanwhile is followed together."""
log = structlog.get_logger()


class ThemeFollower:
    """The themes of all jams of this node. ``run`` belongs to a task group."""

    def __init__(self, intake: Intake, child: ThemingChild) -> None:
        self._intake = intake
        self._child = child
        self._listener = intake.bus.listen()
        self._jams: dict[str, JamThemes] = {}
        self._news: dict[str, asyncio.Event] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._over = False

    async def run(self) -> None:
        """Follow the logs of all jams until cancelled; first see what was left undone."""
        async with asyncio.TaskGroup() as self._tasks:
            try:
                await self._hear()
            finally:
                self._over = True  # What ends now must not begin anything in a group that is ending.

    async def _hear(self) -> None:
        for jam_id in await self._intake.database.read(outcomes.jam_ids):
            self._want(jam_id)
        async for signal in self._listener:
            if isinstance(signal, Wake):
                self._want(signal.jam_id)

    def _want(self, jam_id: str) -> None:
        tasks = self._tasks
        if tasks is None or self._over:
            return
        if jam_id in self._news:
            self._news[jam_id].set()
            return
        self._news[jam_id] = asyncio.Event()
        tasks.create_task(self._follow(jam_id, tasks), name=f"themes {jam_id}")

    async def _follow(self, jam_id: str, tasks: asyncio.TaskGroup) -> None:
        """Step until nothing is due and nothing happened since."""
        news = self._news[jam_id]
        try:
            while True:
                news.clear()
                wait = await self._step(jam_id, tasks)
                await self._intake.clock.sleep(PAUSE_SECONDS)
                if news.is_set():
                    continue
                if wait is not None:
                    await self._until(news, wait)
                    continue
                await self._rest(jam_id)
                if not news.is_set():  # Nothing awaits from here to the end: no news gets lost.
                    return
        finally:
            del self._news[jam_id]

    async def _rest(self, jam_id: str) -> None:
        """Forget a jam whose themes are done."""
        if self._of(jam_id).done:
            await self._jams.pop(jam_id).drop()

    async def _until(self, news: asyncio.Event, seconds: float) -> None:
        """Until there is news, or so long."""
        both = [asyncio.create_task(news.wait()), asyncio.create_task(self._sleep(seconds))]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in both:
                one.cancel()

    async def _sleep(self, seconds: float) -> None:
        await self._intake.clock.sleep(seconds)

    async def _step(self, jam_id: str, tasks: asyncio.TaskGroup) -> float | None:
        """One step of a jam; after trouble, the seconds until the next try. Never raises."""
        try:
            return await self._of(jam_id).step(tasks)
        except (ThemingFailed, Overtaken) as failed:
            log.warning("themes_not_made", jam=jam_id, because=str(failed))
            return RETRY_SECONDS
        except Exception as error:
            # One jam's trouble must not keep the others from their themes.
            if await self._is_gone(jam_id):
                return None
            log.exception("themes_failed", jam=jam_id, error=type(error).__name__)
            return RETRY_SECONDS

    def _of(self, jam_id: str) -> JamThemes:
        found = self._jams.get(jam_id)
        if found is None:
            found = JamThemes(jam_id, self._intake, self._child, lambda: self._want(jam_id))
            self._jams[jam_id] = found
        return found

    async def _is_gone(self, jam_id: str) -> bool:
        """Whether the jam was deleted meanwhile: then nothing failed."""
        with suppress(*DATABASE_ERRORS):
            return await self._intake.database.read(lambda c: outcomes.jam(c, jam_id)) is None
        return False

    async def finish(self, jam_id: str, progress: Progress) -> None:
        """The final map of a jam whose bell has rung. Raises ``ThemingFailed``."""
        await self._of(jam_id).finish(progress)

    async def fall_back(self, jam_id: str) -> bool:
        """Make the last live map the final one, and say so; whether there was one."""
        return await self._of(jam_id).fall_back()

    async def propose_split(self, jam_id: str, theme: str, parts: int | None) -> SplitProposal | Rejection:
        """See ``ports.SplitProposer``."""
        return await self._of(jam_id).propose_split(theme, parts)
