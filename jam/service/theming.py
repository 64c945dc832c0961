"""Theming's side of the server: the child process that groups ideas, behind one coroutine.

The web process never loads a model. The child is started by exec when it is first needed, holds no
database connection, answers in length-prefixed frames over its pipes, and is left alone for a while in
case there is more to do. When it dies the question is put once more to a new one.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Any

import msgspec
import structlog

from jam.domain.rejections import JamError
from jam.service.theming_frames import (
    HEADER_BYTES,
    Answer,
    Failed,
    ProgressNote,
    Request,
    Result,
    TextIn,
    encode_frame,
)

IDLE_SECONDS = 120.0
ANSWER_SECONDS = 600.0
TRIES = 2
CHILD = (sys.executable, "-m", "jam.service.theming_child")
SECRETS = frozenset({"JAM_DATABASE", "JAM_REDIS"})
"""What the child is not handed of the server's environment."""
Progress = Callable[[str, int, int], None]
_decode = msgspec.json.Decoder(Answer).decode
log = structlog.get_logger()


class ThemingFailed(JamError):
    """No theme map could be made; the message says why."""


class ThemingChild:
    """One theming process at a time; one question at a time."""

    def __init__(self, command: tuple[str, ...] = CHILD) -> None:
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    async def group(
        self, job: str, question: str | None, ideas: list[tuple[str, str]], progress: Progress
    ) -> dict[str, Any]:
        """The theme map of ``ideas`` (id, text) as plain data. Raises ``ThemingFailed``."""
        texts = tuple(TextIn(id=idea, text=text) for idea, text in ideas)
        asked = Request(job=job, ideas=texts, question=question)
        async with self._turn:
            self._cancel_idle()
            try:
                return await self._ask_again(asked, progress)
            finally:
                self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._stop)

    async def _ask_again(self, asked: Request, progress: Progress) -> dict[str, Any]:
        for left in range(TRIES - 1, -1, -1):
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    return await self._ask(asked, progress)
            except (asyncio.IncompleteReadError, OSError, TimeoutError) as error:
                log.warning("theming_child_lost", error=type(error).__name__, tries_left=left)
                self._stop()
        raise ThemingFailed("the theming process ended twice; see the server's log")

    async def _ask(self, asked: Request, progress: Progress) -> dict[str, Any]:
        process = await self._running()
        assert process.stdin is not None
        process.stdin.write(encode_frame(asked))
        await process.stdin.drain()
        while True:
            said = await self._read(process)
            if isinstance(said, Result):
                return dict(msgspec.json.decode(said.map))
            if isinstance(said, Failed):
                raise ThemingFailed(said.message)
            if isinstance(said, ProgressNote):
                progress(said.stage, said.done, said.total)

    async def _read(self, process: asyncio.subprocess.Process) -> Answer:
        assert process.stdout is not None
        length = int.from_bytes(await process.stdout.readexactly(HEADER_BYTES))
        answer: Answer = _decode(await process.stdout.readexactly(length))
        return answer

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={name: value for name, value in os.environ.items() if name not in SECRETS},
            )
        return self._process

    def _cancel_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        self._process = None

    async def close(self) -> None:
        """End the child and wait for it."""
        self._cancel_idle()
        process = self._process
        self._stop()
        if process is not None:
            await process.wait()
