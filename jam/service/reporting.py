"""The follower that makes reports: after the last writing phase's bell, and after late decisions.

First it has the final themes made (``live_themes``). What is due is worked out from the database alone
(which map and which report are older than the last event that changes them), so a server that was killed
half-way goes on where it stopped and nothing is ever half-published. Where the themes cannot be made, the
last live ones take their place, and the report says so. Reading a report computes it anew from what may be
read now.
"""

import asyncio
import hashlib
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

import msgspec
import structlog
from sqlalchemy.engine import Connection

from jam.bus.base import Wake
from jam.domain.commands import PublishReport
from jam.domain.rejections import Rejection, reject
from jam.service import theme_reads
from jam.service.handle import Intake
from jam.service.latest import Latest
from jam.service.live_themes import ThemeFollower
from jam.service.report import Report, ReportRenderer, build_report, report_json
from jam.service.report.read import read_inputs
from jam.service.theming import ThemingFailed
from jam.service.writer import house
from jam.store import outcomes
from jam.store.engine import DATABASE_ERRORS

QUIET_SECONDS = 2.0
RETRY_SECONDS = 30.0
MOST_KEPT = 16
log = structlog.get_logger()


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What a jam needs now. ``first``: no report since its last bell, so somebody is waiting for it.

    ``better``: the themes are a live map that took the place of a final one; another try is due.
    """

    themes: bool
    report: bool
    first: bool
    better: bool = False

    @property
    def anything(self) -> bool:
        """Whether there is anything to do."""
        return self.themes or self.report or self.better


class Reports:
    """Makes and reads theme maps and reports. ``run`` belongs to a task group."""

    def __init__(self, intake: Intake, themes: ThemeFollower) -> None:
        self._intake = intake
        self._database = intake.database
        self._themes = themes
        self._renderer = ReportRenderer()
        self._listener = intake.bus.listen()
        self._wanted: dict[str, None] = {}
        self._more = asyncio.Event()
        self._stage: dict[str, str] = {}
        self._read: Latest[Report] = Latest(MOST_KEPT)
        self._pages: Latest[bytes] = Latest(MOST_KEPT)

    async def run(self) -> None:
        """Follow the logs of all jams until cancelled; first see what was left undone."""
        for jam_id in await self._database.read(outcomes.jam_ids):
            self._want(jam_id)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(), name="reports listen")
            tasks.create_task(self._work(), name="reports work")

    def _want(self, jam_id: str) -> None:
        self._wanted[jam_id] = None
        self._more.set()

    async def _listen(self) -> None:
        async for signal in self._listener:
            if isinstance(signal, Wake):
                self._want(signal.jam_id)

    async def _work(self) -> None:
        while True:
            await self._more.wait()
            self._more.clear()
            wanted, self._wanted = list(self._wanted), {}
            for jam_id in wanted:
                await self.serve(jam_id)
            await self._intake.clock.sleep(0.2)

    async def serve(self, jam_id: str) -> None:
        """Bring one jam up to date; where that fails, try again later. Never raises."""
        try:
            await self.bring_up_to_date(jam_id)
        except Exception as error:
            # One jam's trouble must not keep the others from their reports.
            self._stage.pop(jam_id, None)
            if not await self._is_gone(jam_id):
                log.exception("report_failed", jam=jam_id, error=type(error).__name__)
                asyncio.get_running_loop().call_later(RETRY_SECONDS, self._want, jam_id)

    async def _is_gone(self, jam_id: str) -> bool:
        """Whether the jam was deleted, perhaps in the middle of its report: then nothing failed."""
        with suppress(*DATABASE_ERRORS):
            return await self._database.read(lambda connection: outcomes.jam(connection, jam_id)) is None
        return False

    async def bring_up_to_date(self, jam_id: str) -> None:
        """Make the theme map and the report of a jam if they are due; late changes are gathered a moment."""
        due = await self._due(jam_id)
        if due is None or not due.anything:
            return
        if not due.first:
            await self._intake.clock.sleep(QUIET_SECONDS)
        try:
            if due.themes or due.better:
                await self._themes.finish(jam_id, self._progress(jam_id, "themes"))
        except ThemingFailed:
            # A report on the last live themes, or on none, which says so, is better than no report; grouping
            # is tried again later.
            if due.first:
                await self._themes.fall_back(jam_id)
                await self._make_report(jam_id)
            self._stage.pop(jam_id, None)
            raise
        await self._make_report(jam_id)
        self._stage.pop(jam_id, None)

    async def _due(self, jam_id: str) -> Due | None:
        def work(connection: Connection) -> Due | None:
            look = theme_reads.look(connection, jam_id)
            if look is None or not look.over:
                return None
            fell_back = look.head is not None and look.head.fell_back
            report = outcomes.latest_report(connection, jam_id)
            anew = outcomes.last_of(connection, jam_id, outcomes.REPORTS_ANEW)
            return Due(
                themes=look.final_due and not fell_back,
                report=report is None or report[2] < anew,
                first=report is None or report[2] < outcomes.last_of(connection, jam_id, outcomes.BELLS),
                better=fell_back,
            )

        return await self._database.read(work)

    async def _make_report(self, jam_id: str) -> None:
        progress = self._progress(jam_id, "report")
        progress("report", 0, 1)
        version = await self._next_version(jam_id)
        report = await self._compute(jam_id, version, None)
        digest = hashlib.sha256(await asyncio.to_thread(report_json, report)).hexdigest()
        columns: dict[str, Any] = {
            "id": self._intake.ids.new_id(),
            "version": version,
            "at_seq": report.method.at_seq,
            "digest": digest,
        }
        command = PublishReport(report_id=columns["id"], **{k: v for k, v in columns.items() if k != "id"})

        def also(connection: Connection) -> None:
            jam, theme_map = outcomes.jam(connection, jam_id), outcomes.final_map(connection, jam_id)
            assert jam is not None
            row = {"org_id": jam.org_id, "jam_id": jam_id, "made_at": self._intake.clock.now(), **columns}
            outcomes.add_report(connection, theme_map_id=theme_map, **row)

        _check(await self._intake.handle(house(jam_id), command, also))
        progress("report", 1, 1)

    async def _next_version(self, jam_id: str) -> int:
        latest = await self._database.read(lambda connection: outcomes.latest_report(connection, jam_id))
        return latest[1] + 1 if latest else 1

    async def _compute(self, jam_id: str, version: int, at_seq: int | None) -> Report:
        inputs = await self._database.read(lambda c: read_inputs(c, jam_id, version, at_seq))
        # In a thread: thousands of ideas take longer than the event loop may stand still.
        return await asyncio.to_thread(build_report, inputs)

    async def read(self, jam_id: str) -> Report | Rejection:
        """The jam's current report, with every text as it may be read now; ``report_not_yet`` without one."""

        def work(connection: Connection) -> tuple[tuple[str, int, int] | None, int]:
            report = outcomes.latest_report(connection, jam_id)
            return report, outcomes.last_of(connection, jam_id, outcomes.REPORTS_ANEW)

        latest, changed = await self._database.read(work)
        if latest is None:
            return reject("report_not_yet")
        version, at_seq = latest[1], latest[2]
        return await self._read.get(
            jam_id, (version, changed), lambda: self._compute(jam_id, version, at_seq)
        )

    async def html(self, report: Report, address: str, *, standalone: bool = False) -> bytes:
        """The report as a page; in a thread, because thousands of ideas take their time."""

        def make() -> Awaitable[bytes]:
            render = self._renderer.html
            return asyncio.to_thread(render, report, address=address, standalone=standalone)

        return await self._pages.get(f"{address} {standalone}", report, make)

    async def state(self, jam_id: str) -> dict[str, Any]:
        """``none``, ``theming``, ``reporting`` or ``ready``, and the version that can be read."""
        latest = await self._database.read(lambda connection: outcomes.latest_report(connection, jam_id))
        due = await self._due(jam_id)
        busy = self._stage.get(jam_id)
        if busy is None and due is not None and (due.themes or due.report):
            busy = "theming"
        return {"state": busy or ("ready" if latest else "none"), "version": latest[1] if latest else None}

    def _progress(self, jam_id: str, what: str) -> Any:
        self._stage[jam_id] = "theming" if what == "themes" else "reporting"

        def tell(stage: str, done: int, total: int) -> None:
            signal = {"kind": "progress", "what": what, "stage": stage, "done": done, "total": total}
            self._intake.bus.whisper(jam_id, signal)

        return tell


def _check(outcome: object) -> None:
    if isinstance(outcome, Rejection):
        raise ThemingFailed(f"the result could not be put on record: {outcome.code}")
