"""Theming's side of the server: the child process that groups ideas, behind one coroutine.

The web process never loads a model. The child is started by exec when it is first needed, holds no
database connection, answers in length-prefixed frames over its pipes, and is left alone for a while in
case there is more to do. Any number may ask at once; each hears the answer to their own request. When the
child dies, everybody who waits hears ``ChildLost``; what it knew is told anew by ``told_jam``.
"""

import asyncio
import itertools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
import structlog

from jam.domain.rejections import JamError
from jam.service.theming_frames import (
    HEADER_BYTES,
    AnyHeard,
    AnyRequest,
    Failed,
    Made,
    ProgressNote,
    Ready,
    encode_frame,
)

IDLE_SECONDS = 120.0
ANSWER_SECONDS = 600.0
CHILD = (sys.executable, "-m", "jam.service.theming_child")
SECRETS = frozenset({"JAM_DATABASE", "JAM_REDIS"})
"""What the child is not handed of the server's environment."""
PIPE_BYTES = 1 << 20
Progress = Callable[[str, int, int], None]
_decode = msgspec.json.Decoder(AnyHeard).decode
log = structlog.get_logger()


class ThemingFailed(JamError):
    """No theme map could be made; the message says why, ``code`` stays the same between versions."""

    def __init__(self, message: str, code: str = "theming_failed") -> None:
        super().__init__(message)
        self.code = code


class ChildLost(Exception):
    """The theming process ended, or was ended, before it answered."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer of the child, and the bytes after its frame: a theme map's JSON."""

    answer: AnyHeard
    rest: bytes = b""


@dataclass(slots=True)
class Asked:
    """A request that is not answered yet, and the process that has it."""

    job: str
    process: asyncio.subprocess.Process
    progress: Progress
    answer: "asyncio.Future[Heard]" = field(default_factory=asyncio.Future)


class ThemingChild:
    """One theming process at a time, shared by all jams of this node. Belongs to one event loop."""

    def __init__(self, command: tuple[str, ...] = CHILD) -> None:
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._asked: dict[str, Asked] = {}
        self._jobs = itertools.count()
        self._idle: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[int]] = set()
        self._closed = False

    def new_job(self) -> str:
        """A name for a request that no other request to this child ever had."""
        return str(next(self._jobs))

    async def send(self, request: AnyRequest, progress: Progress) -> "Asked":
        """Put a request, in the order of the calls. Raises ``ChildLost``. ``hear`` what comes of it."""
        process = await self._running()
        assert process.stdin is not None
        asked = self._asked[request.job] = Asked(request.job, process, progress)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                process.stdin.write(encode_frame(request))
                await process.stdin.drain()
        except OSError as error:  # TimeoutError is one: a process that hangs reads nothing.
            self._lose(process, type(error).__name__)
        except asyncio.CancelledError:
            del self._asked[request.job]
            self._rest_soon()
            raise
        return asked

    async def hear(self, asked: "Asked") -> Heard:
        """What comes of a request. Raises ``ChildLost``, or ``ThemingFailed`` where the child says why not.

        Cancelling gives the answer up; the child still works it out.
        """
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                heard = await asked.answer
        except TimeoutError as error:
            self._lose(asked.process, type(error).__name__)
            raise ChildLost from error
        finally:
            self._asked.pop(asked.job, None)
            self._rest_soon()
        if isinstance(heard.answer, Failed):
            raise ThemingFailed(heard.answer.message, heard.answer.code)
        return heard

    async def ask(self, request: AnyRequest, progress: Progress) -> Heard:
        """Put a request and hear what comes of it."""
        return await self.hear(await self.send(request, progress))

    async def _running(self) -> asyncio.subprocess.Process:
        self._cancel_idle()
        async with self._starting:
            process = self._process
            if self._closed:
                raise ChildLost
            if process is None or process.returncode is not None:
                process = self._process = await self._start()
                self._reading = asyncio.create_task(self._read(process), name="theming child")
            return process

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=PIPE_BYTES,
            env={name: value for name, value in os.environ.items() if name not in SECRETS},
        )

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        """Hand out what this process says until it ends; then everybody who waits hears that it did."""
        try:
            while True:
                heard = await _next(process)
                if isinstance(heard.answer, ProgressNote):
                    self._note(heard.answer)
                elif not isinstance(heard.answer, Ready):
                    self._hand_out(heard.answer.job, heard)
        except (asyncio.IncompleteReadError, OSError, msgspec.MsgspecError) as error:
            self._lose(process, type(error).__name__)

    def _note(self, note: ProgressNote) -> None:
        if asked := self._asked.get(note.job):
            asked.progress(note.stage, note.done, note.total)

    def _hand_out(self, job: str, heard: Heard) -> None:
        asked = self._asked.get(job)
        if asked is not None and not asked.answer.done():
            asked.answer.set_result(heard)

    def _lose(self, process: asyncio.subprocess.Process, error: str) -> None:
        if process is not self._process:
            return  # Its successor is at work already.
        log.warning("theming_child_lost", error=error, asked=len(self._asked))
        self._stop()

    def _rest_soon(self) -> None:
        self._cancel_idle()
        if not self._asked and not self._closed:
            self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._stop)

    def _cancel_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            ended = asyncio.get_running_loop().create_task(process.wait(), name="theming child ends")
            self._ending.add(ended)
            ended.add_done_callback(self._ending.discard)
        if self._reading is not None and self._reading is not asyncio.current_task():
            self._reading.cancel()
            self._reading = None
        for asked in self._asked.values():
            if asked.process is process and not asked.answer.done():
                asked.answer.set_exception(ChildLost())
                asked.answer.exception()  # Looked at: whoever asked may be cancelled already.

    async def close(self) -> None:
        """End the child, and wait for it and for all that were ended before."""
        self._closed = True
        self._cancel_idle()
        async with self._starting:
            self._stop()
        if self._ending:
            await asyncio.wait(self._ending)


async def _next(process: asyncio.subprocess.Process) -> Heard:
    assert process.stdout is not None
    length = int.from_bytes(await process.stdout.readexactly(HEADER_BYTES))
    answer: AnyHeard = _decode(await process.stdout.readexactly(length))
    return Heard(answer, await process.stdout.readexactly(answer.size) if isinstance(answer, Made) else b"")
