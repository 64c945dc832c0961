"""The themes of one jam: steers, places, groups and publishes them, one step at a time.

Between ``live_themes`` (which says when) and the theming child (which does the work). A correction is
followed at once, without grouping; a new idea is put beside the map; grouping goes on in the background
and its map is thrown away where the map was corrected meanwhile. Nothing is kept here that the rows do
not say, but for what the child was told.
"""

import asyncio
import math
from collections.abc import Callable

import structlog

from jam.domain.rejections import Rejection, reject
from jam.domain.theme_commands import Place as Placing
from jam.domain.theme_commands import PlaceIdeas
from jam.domain.theme_views import PartProposal, SplitProposal
from jam.service import theme_reads as reads
from jam.service.fallen_back import as_made, with_placed
from jam.service.handle import Intake
from jam.service.theme_reads import Head, Look
from jam.service.theme_record import Basis, Overtaken, put_on_record
from jam.service.theming import Progress, ThemingChild, ThemingFailed
from jam.service.theming_frames import Made, Place, Placed, Proposed, ProposeSplit, Regroup, Steer
from jam.service.told_jam import Since, Told, ToldJam, Whole, silent
from jam.service.writer import house
from jam.store.theme_facts import placings

PLACING_SECONDS = 1.0
"""New ideas are put on record together, once in so long at most."""
MOST_PLACES = 500
"""Places in one event: every screen gets it, and many ideas may come at once."""
FRESH_TRIES = 3
RETRY_SECONDS = 30.0
log = structlog.get_logger()


class JamThemes:
    """One jam's themes. One at a time: a step, the final run. A regrouping goes on beside them."""

    def __init__(self, jam_id: str, intake: Intake, child: ThemingChild, wake: Callable[[], None]) -> None:
        """``wake`` is called when there may be something to do again."""
        self.jam_id = jam_id
        self._wake = wake
        self._intake = intake
        self._database = intake.database
        self._told = ToldJam(jam_id, child, self)
        self._turn = asyncio.Lock()
        self._publishing = asyncio.Lock()
        self._regrouping: asyncio.Task[None] | None = None
        self._not_before = -math.inf
        self._placed_at = -PLACING_SECONDS
        self._placed: tuple[int, int] = (0, 0)
        self.done = False
        """Whether the jam is closed and its final themes were on record when it was last looked at."""

    async def whole(self) -> Whole:
        """See ``told_jam.Source``."""
        return await self._database.read(lambda c: reads.read_whole(c, self.jam_id))

    async def since(self, seq: int) -> Since:
        """See ``told_jam.Source``."""
        return await self._database.read(lambda c: reads.read_since(c, self.jam_id, seq))

    async def look(self) -> Look | None:
        """Where the themes stand, by the database."""
        return await self._database.read(lambda c: reads.look(c, self.jam_id))

    async def step(self, tasks: asyncio.TaskGroup) -> float | None:
        """Do what is due now; the seconds until there may be more to do, None until something happens.

        After the bell only corrections are followed: the final run is ``finish``.
        """
        async with self._turn:
            look = await self.look()
            self.done = look is None or (look.closed and not look.final_due and not look.waiting)
            if look is None or (look.head is None and look.over):
                return None
            if look.waiting and look.head:
                look = await self._steer(look.head, live=not look.over)
            if look.over:
                return None
            waits = [self._regroup_if_due(look, tasks), await self._place_if_new(look)]
            return min((wait for wait in waits if wait is not None), default=None)

    async def _steer(self, head: Head, *, live: bool) -> Look:
        """Follow the corrections that wait, and publish: the map before them with the corrections done."""
        async with self._publishing:
            waiting = await self._database.read(
                lambda c: reads.corrections_after(c, self.jam_id, head.corrections_seq)
            )
            plain = tuple(correction for _, correction in waiting)
            told = await self._told.ask(
                lambda job, standing: Steer(job=job, jam=self.jam_id, standing=standing, corrections=plain)
            )
            final = head.final and not live
            basis = Basis(
                at_seq=head.at_seq,
                corrections_seq=waiting[-1][0],
                final=final,
                fell_back=final and head.fell_back,
            )
            await self._publish(told, head, basis)
        look = await self.look()
        assert look is not None
        return look

    def _regroup_if_due(self, look: Look, tasks: asyncio.TaskGroup) -> float | None:
        if self._regrouping is not None:
            return None  # Its end wakes the follower.
        wait = look.regroup_in(self._intake.clock.now())
        if wait is None:
            return None
        wait = max(wait, self._not_before - self._intake.clock.monotonic())
        if wait > 0:
            return wait
        self._regrouping = tasks.create_task(self._regroup_live(), name=f"regroup {self.jam_id}")
        return None

    async def _regroup_live(self) -> None:
        """Group anew while the jam goes on. Never raises; after trouble the next try waits."""
        try:
            await self._regroup(silent, final=False)
            if look := await self.look():
                await self._place_if_new(look)
        except Overtaken:
            log.info("regrouping_overtaken", jam=self.jam_id)
        except ThemingFailed as failed:
            self._not_before = self._intake.clock.monotonic() + RETRY_SECONDS
            log.warning("regrouping_failed", jam=self.jam_id, because=str(failed))
        except Exception as error:
            # One jam's trouble must not keep the others from their themes.
            self._not_before = self._intake.clock.monotonic() + RETRY_SECONDS
            if await self.look() is not None:
                log.exception("regrouping_broke", jam=self.jam_id, error=type(error).__name__)
        finally:
            self._regrouping = None
            self._wake()

    async def _regroup(self, progress: Progress, *, final: bool, fresh: bool = False) -> None:
        """Group anew and publish. Raises ``Overtaken`` where the map was corrected meanwhile and, if it has
        to be ``fresh``, where anything changed."""
        told = await self._told.ask(
            lambda job, standing: Regroup(job=job, jam=self.jam_id, standing=standing), progress
        )
        async with self._publishing:
            look = await self.look()
            if look is None or (look.head.digest if look.head else "") != told.themes:
                raise Overtaken("another map is on record")
            if fresh and (look.waiting or look.changed_seq > told.seq):
                raise Overtaken("the ideas or the corrections changed")
            done = look.head.corrections_seq if look.head else 0
            basis = Basis(at_seq=told.seq, corrections_seq=done, final=final)
            await self._publish(told, look.head, basis)

    async def _publish(self, told: Told, head: Head | None, basis: Basis) -> None:
        """Put a map on record, after ``head``."""
        made = told.heard.answer
        assert isinstance(made, Made)
        await put_on_record(self._intake, self.jam_id, told.heard, head, basis)
        self._told.themes = made.digest

    async def _place_if_new(self, look: Look) -> float | None:
        """Put new ideas beside the map, at most once a second; beside a new map at once what was beside the
        last one, so that no screen is without it."""
        head = look.head
        if head is None or not head.themes or self._placed >= (head.version, look.changed_seq):
            return None
        wait = self._placed_at + PLACING_SECONDS - self._intake.clock.monotonic()
        if wait > 0 and head.version == self._placed[0]:
            return wait
        self._placed_at = self._intake.clock.monotonic()
        told = await self._told.ask(lambda job, standing: Place(job=job, jam=self.jam_id, standing=standing))
        placed = told.heard.answer
        assert isinstance(placed, Placed)
        if told.themes == head.digest and placed.places:
            await self._put_beside(head.version, placed)
        self._placed = (head.version, look.changed_seq)
        return None

    async def _put_beside(self, version: int, placed: Placed) -> None:
        known = await self._database.read(lambda c: placings(c, self.jam_id, version))
        fresh = [one for one in placed.places if known.get(one.idea) != one.theme]
        for start in range(0, len(fresh), MOST_PLACES):
            some = fresh[start : start + MOST_PLACES]
            places = {one.idea: Placing(theme=one.theme, x=one.x, y=one.y) for one in some}
            await self._intake.handle(house(self.jam_id), PlaceIdeas(version=version, places=places))

    async def finish(self, progress: Progress) -> None:
        """The final run: everything grouped anew under all corrections, and published as final.

        What changes meanwhile makes it begin again, a few times. Raises ``ThemingFailed``.
        """
        async with self._turn:
            if self._regrouping is not None:
                await asyncio.wait([self._regrouping])  # The child cannot stop in the middle of it.
            for tries_left in range(FRESH_TRIES - 1, -1, -1):
                look = await self.look()
                if look is None:
                    return
                try:
                    if look.waiting and look.head:
                        await self._steer(look.head, live=False)
                    await self._regroup(progress, final=True, fresh=tries_left > 0)
                except Overtaken as overtaken:
                    log.info("final_themes_again", jam=self.jam_id, because=str(overtaken))
                else:
                    return
            raise ThemingFailed("the themes changed faster than they could be grouped", "overtaken")

    async def fall_back(self) -> bool:
        """Make the last live map final, with what was put beside it, marked as such; whether there is one."""
        async with self._turn, self._publishing:
            look = await self.look()
            head = look.head if look else None
            if head is None or head.final or not head.themes:
                return False
            body, placed = await self._database.read(
                lambda c: (
                    reads.read_body(c, self.jam_id, head.version),
                    reads.placed_ideas(c, self.jam_id, head.version),
                )
            )
            whole = await asyncio.to_thread(with_placed, body.encode(), placed)
            told = Told(as_made(whole), seq=head.at_seq, themes=head.digest)
            done = head.corrections_seq
            basis = Basis(at_seq=head.at_seq, corrections_seq=done, final=True, fell_back=True)
            await self._publish(told, head, basis)
            return True

    async def propose_split(self, theme: str, parts: int | None) -> SplitProposal | Rejection:
        """How a theme could be split, the part that would stay first; nothing is on record."""
        look = await self.look()
        if look is None or look.head is None or not look.head.themes:
            return reject("no_themes_yet")
        try:
            told = await self._told.ask(
                lambda job, standing: ProposeSplit(
                    job=job, jam=self.jam_id, standing=standing, theme=theme, parts=parts
                )
            )
        except ThemingFailed as failed:
            # What is not there cannot be split; where the process is lost, the next try may find it again.
            return (
                reject("theme_gone") if failed.code == "theme_gone" else reject("try_later", retry_after=5.0)
            )
        found = told.heard.answer
        assert isinstance(found, Proposed)
        if len(found.parts) < 2:
            return reject("split_bad")
        named = [PartProposal(name=part.name, ideas=list(part.ideas)) for part in found.parts]
        return SplitProposal(theme=theme, parts=named)

    async def drop(self) -> None:
        """Nothing more is expected of this jam: the child may forget it."""
        await self._told.drop()
