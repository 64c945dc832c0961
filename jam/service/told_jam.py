"""What the theming child was told of one jam, so that it is only told what changed.

Between the followers of the log and ``ThemingChild``. Before each request the child is brought up to what
the database says now. Its own books and these are compared with every request: where they differ (it was
killed, or forgot the jam) all is told anew and the request is put once more.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from jam.service.theming import Asked, ChildLost, Heard, Progress, ThemingChild, ThemingFailed
from jam.service.theming_frames import (
    NO_MAP,
    AnyRequest,
    Done,
    Forget,
    OutOfStep,
    Read,
    Standing,
    TextIn,
    mark_of,
    standing_of,
)

TRIES = 2
STEPS = 4
"""How often a request is put at most: out of step, lost, out of step again, and once more."""
AT_ONCE = 32
"""Texts in one frame: the child hears others in between."""
Make = Callable[[str, Standing], AnyRequest]
"""A request from a job's name and the standing."""


def silent(stage: str, done: int, total: int) -> None:
    """No progress is told."""


@dataclass(frozen=True, slots=True)
class Whole:
    """All that the child has to know of a jam at log position ``seq``: ideas (id, text) that everyone can
    read, what was asked, and the current map's JSON with its SHA-256."""

    seq: int
    ideas: list[tuple[str, str]]
    question: str
    themes: bytes = b""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Since:
    """What changed after another log position, up to ``seq``; ``digest`` is that of the current map."""

    seq: int
    changed: list[tuple[str, str]]
    gone: list[str]
    digest: str = ""


class Source(Protocol):
    """The database, as the child has to know it."""

    async def whole(self) -> Whole:
        """Everything."""
        ...

    async def since(self, seq: int) -> Since:
        """What changed since."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, the log position that the child had come to, and the map that it had (its SHA-256)."""

    heard: Heard
    seq: int
    themes: str


@dataclass(slots=True)
class ToldJam:
    """One jam's books. Any number may ask; what they ask is sent one after the other."""

    jam_id: str
    child: ThemingChild
    source: Source
    seq: int = 0
    themes: str = ""
    _marks: dict[str, int] = field(default_factory=dict)
    _sum: int = 0
    _times_told: int = 0
    _whole: bool = False
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def ideas(self) -> int:
        """How many ideas the child has."""
        return len(self._marks)

    async def ask(self, make: Make, progress: Progress = silent) -> Told:
        """The answer to the request that ``make`` makes.

        Raises ``ThemingFailed`` when the child says so, or dies twice.
        """
        lost = 0
        for _ in range(STEPS):
            times = self._times_told
            try:
                asked, told_seq, themes, times = await self._put(make, progress)
                heard = await self.child.hear(asked)
            except ChildLost:
                self._forget(times)
                lost += 1
                if lost == TRIES:
                    break
                continue
            if not isinstance(heard.answer, OutOfStep):
                return Told(heard, told_seq, themes)
            self._forget(times)
        raise ThemingFailed("the theming process ended twice; see the server's log", "child_lost")

    async def _put(self, make: Make, progress: Progress) -> tuple[Asked, int, str, int]:
        """Send a request right after what it builds on: nobody's texts come in between."""
        async with self._turn:
            await self._refresh(progress)
            asked = await self.child.send(make(self.child.new_job(), self._standing()), progress)
            return asked, self.seq, self.themes, self._times_told

    async def _refresh(self, progress: Progress) -> None:
        if self._whole and await self._tell_changes():
            return
        await self._tell_all(progress)

    async def _tell_changes(self) -> bool:
        """Whether the child followed."""
        since = await self.source.since(self.seq)
        if since.digest != self.themes:
            return False
        gone = [idea for idea in since.gone if idea in self._marks]
        for start in range(0, max(len(since.changed), bool(gone)), AT_ONCE):
            if not await self._tell(since.changed[start : start + AT_ONCE], gone if start == 0 else []):
                return False
        self.seq = since.seq
        return True

    async def _tell_all(self, progress: Progress) -> None:
        whole = await self.source.whole()
        self._forget(self._times_told)
        self._times_told += 1
        self.themes = whole.digest
        before: Standing | None = None
        for start in range(0, max(1, len(whole.ideas)), AT_ONCE):
            progress("read", start, len(whole.ideas))
            some = whole.ideas[start : start + AT_ONCE]
            request = self._read(some, [], before)
            request = msgspec.structs.replace(
                request,
                more=start + AT_ONCE < len(whole.ideas),
                question=whole.question or None if start == 0 else None,
                themes=msgspec.Raw(whole.themes) if whole.themes and start == 0 else NO_MAP,
            )
            if not isinstance((await self.child.ask(request, silent)).answer, Done):
                raise ChildLost  # It forgot the jam in the middle of being told of it: as good as lost.
            before = self._standing()
        progress("read", len(whole.ideas), len(whole.ideas))
        self.seq, self._whole = whole.seq, True

    async def _tell(self, changed: list[tuple[str, str]], gone: list[str]) -> bool:
        heard = await self.child.ask(self._read(changed, gone, self._standing()), silent)
        return isinstance(heard.answer, Done)

    def _read(self, changed: list[tuple[str, str]], gone: list[str], before: Standing | None) -> Read:
        """The request, with which these books are what the child's will be."""
        for idea in (*gone, *(idea for idea, _ in changed)):
            self._sum ^= self._marks.pop(idea, 0)
        for idea, text in changed:
            mark = self._marks[idea] = mark_of(idea, text)
            self._sum ^= mark
        return Read(
            job=self.child.new_job(),
            jam=self.jam_id,
            changed=tuple(TextIn(id=idea, text=text) for idea, text in changed),
            gone=tuple(gone),
            before=before,
            after=self._standing(),
        )

    def _standing(self) -> Standing:
        return standing_of(self._sum, self.themes)

    def _forget(self, times: int) -> None:
        """The child is not what these books say, unless all was told anew since."""
        if times == self._times_told:
            self._whole, self._marks, self._sum = False, {}, 0

    async def drop(self) -> None:
        """Nothing more will be asked for now: the child need not keep anything."""
        async with self._turn:
            if not self._whole:
                return
            self._forget(self._times_told)
            try:
                await self.child.ask(Forget(job=self.child.new_job(), jam=self.jam_id), silent)
            except (ChildLost, ThemingFailed):
                return  # Then it has nothing left to forget.
