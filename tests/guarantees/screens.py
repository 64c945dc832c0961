"""Screens without a network: a client's place in the live side of a running engine.

Why: what a session gets, and when, is decided above the socket. A ``Screen`` takes frames as a browser
would, keeps its state by the same reducer, and can stop reading, leave and come back by its cursor.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from jam.domain.rejections import Rejection
from jam.domain.views import Viewer
from jam.http.transport import frame_text
from jam.live.session import Session
from jam.live.snapshots import snapshot_parts
from jam.live.wire import Hello, encode
from tests.guarantees.stage import Stage
from tests.patience import PATIENCE
from tests.reducer import Frame, State, assemble, empty_state, reduce


class Desk:
    """The ``Sender`` of one socket. While it does not read, what is written stays with the server."""

    def __init__(self, take: Callable[[Frame], None]) -> None:
        self._take = take
        self._waiting: list[bytes] = []
        self.reading = True
        self.code: int | None = None

    def write(self, frame: bytes) -> None:
        if self.reading:
            self._take(json.loads(frame_text(frame)))
        else:
            self._waiting.append(frame)

    def buffered(self) -> int:
        return sum(map(len, self._waiting))

    def close(self, code: int, reason: str) -> None:
        self.code = code

    def read_on(self, frames: int | None = None) -> None:
        """Take what waits, or the first ``frames`` of it and no more."""
        now, self._waiting = self._waiting[:frames], self._waiting[len(self._waiting[:frames]) :]
        for frame in now:
            self._take(json.loads(frame_text(frame)))
        self.reading = frames is None


@dataclass
class Screen:
    """One person's screen. ``state`` is what is shown, ``batches`` what came since the last hello."""

    stage: Stage
    viewer: Viewer
    state: State = field(default_factory=empty_state)
    epoch: str | None = None
    resumes: int = 0
    snapshots: int = 0
    frames: list[Frame] = field(default_factory=list)
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    _parts: list[Frame] = field(default_factory=list)

    async def enter(self, *, fresh: bool = False) -> None:
        """Open a socket and say hello: by the cursor if there is one."""
        live, clock = self.stage.engine.live, self.stage.engine.intake.clock
        self.desk = Desk(self._take)
        self.session = Session(self.viewer, self.desk, clock.monotonic())
        self.frames = []
        cursor = None if fresh or self.epoch is None else self.state["cursor"]
        hello = Hello(version=1, cursor=cursor, epoch=self.epoch)
        refused = await live.enter(self.session, hello)
        assert not isinstance(refused, Rejection), refused

    def leave(self) -> None:
        """The socket is gone."""
        self.stage.engine.live.leave(self.session)

    def _take(self, frame: Frame) -> None:
        self.frames.append(frame)
        kind = frame["t"]
        if kind == "welcome":
            self.epoch = frame["epoch"]
            self.resumes += frame["resumed"]
        elif kind == "snapshot":
            self._parts.append(frame)
            if len(self._parts) == frame["parts"]:
                self.snapshots += 1
                self.state, self._parts = reduce(self.state, assemble(self._parts)), []
        elif kind == "batch":
            assert frame["after"] == self.state["cursor"], "a gap"
            self.state = reduce(self.state, frame)
        self.moved.set()

    async def until(self, holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait until ``holds``, looking whenever a frame has come."""
        async with asyncio.timeout(seconds):
            while not holds():
                self.moved.clear()
                await self.moved.wait()

    async def until_level(self) -> None:
        """Wait until everything on record now has come."""
        head = (await self.stage.jam()).last_seq
        await self.until(lambda: self.state["cursor"] >= head)

    async def level_with_fresh(self) -> State:
        """Wait until the screen stands where a fresh snapshot does; what that snapshot says.

        Themes and reports come on record by themselves, also between two readings: whatever is compared is
        compared at one cursor.
        """
        while True:
            state = await self.stage.state(self.viewer)
            await self.until(lambda state=state: self.state["cursor"] >= state.cursor)  # type: ignore[misc]
            if self.state["cursor"] == state.cursor:
                parts = [json.loads(encode(part)) for part in snapshot_parts(state)]
                return reduce(empty_state(), assemble(parts))
