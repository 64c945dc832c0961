"""A server process of one's own: ``jam serve`` on a free port, found by what it prints, stopped by its pid.

It can be killed without warning and started again on the same port and database, which is how a crowd
shows that nothing acknowledged is ever lost.
"""

import asyncio
import contextlib
import re
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from jam.cli.crowd.house import House

START_SECONDS = 60.0
STOP_SECONDS = 30.0
TOKEN_SECONDS = 15.0
_LISTENING = re.compile(r"jam: listening on (\S+)")
_TOKEN = re.compile(r"jam: administrator token (\S+)")
SERVE = (sys.executable, "-m", "jam", "serve")


class ServerFailed(Exception):
    """The server did not start or did not stay; the message ends with the last lines of its log."""


@dataclass(slots=True)
class ServerProcess:
    """``jam serve`` on loopback with an SQLite file in ``folder``; its log is ``folder/server.log``.

    Use as ``async with``: whatever happens, the process is ended.
    """

    folder: Path
    port: int = 0
    serve: Sequence[str] = SERVE
    url: str = ""
    starts: int = 0
    _process: asyncio.subprocess.Process | None = None
    _reader: asyncio.Task[None] | None = None
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _token: str | None = None
    _token_printed: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> "ServerProcess":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        process = self._process
        return process.pid if process and process.returncode is None else None

    @property
    def database(self) -> str:
        """The URL of the database file."""
        return f"sqlite:///{self.folder / 'jam.db'}"

    async def start(self) -> None:
        """Start and wait until it listens; later starts take the same port. Raises ``ServerFailed``."""
        self._ready.clear()
        with (self.folder / "server.log").open("ab") as errors:
            self._process = await asyncio.create_subprocess_exec(
                *self.serve,
                *("--host", "127.0.0.1", "--port", str(self.port), "--database", self.database),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
            )
        self._reader = asyncio.create_task(self._read(self._process))
        ready = asyncio.create_task(self._ready.wait())
        done, _ = await asyncio.wait(
            {ready, self._reader}, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if ready not in done:
            ready.cancel()
            await self.stop()
            raise ServerFailed(f"the server did not start\n{self.last_words()}")
        self.port = urlsplit(self.url).port or self.port
        self.starts += 1

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        """Follow what it prints, so that its pipe never fills; keep the address and the token."""
        assert process.stdout is not None
        with (self.folder / "server.log").open("ab") as log:
            async for line in process.stdout:
                text = line.decode(errors="replace")
                if found := _TOKEN.search(text):
                    # A secret: it never goes into the log.
                    self._token = found[1]
                    self._token_printed.set()
                    text = text.replace(found[1], "…")
                log.write(text.encode())
                log.flush()
                if found := _LISTENING.search(text):
                    self.url = found[1]
                    self._ready.set()

    async def token(self) -> str:
        """The one-time administrator token that the first start prints. Raises ``ServerFailed``."""
        try:
            async with asyncio.timeout(TOKEN_SECONDS):
                await self._token_printed.wait()
        except TimeoutError:
            raise ServerFailed(f"the server printed no administrator token\n{self.last_words()}") from None
        return self._token or ""

    async def kill(self) -> None:
        """``kill -9``: no warning, no tidying up."""
        await self._end(signal.SIGKILL, STOP_SECONDS)

    async def stop(self) -> None:
        """Ask it to end, and make it end when it does not."""
        await self._end(signal.SIGTERM, STOP_SECONDS)
        await self._end(signal.SIGKILL, STOP_SECONDS)

    async def _end(self, how: signal.Signals, patience: float) -> None:
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(how)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await process.wait()
        if process.returncode is not None and self._reader is not None:
            await self._reader
            self._process = self._reader = None

    def last_words(self, lines: int = 15) -> str:
        """The end of the server's log."""
        path = self.folder / "server.log"
        text = path.read_text(errors="replace") if path.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


@contextlib.asynccontextmanager
async def own_house(process: ServerProcess) -> AsyncIterator[House]:
    """A server of one's own, signed in to as its administrator, for as long as this lasts."""
    async with process, House(process.url) as house:
        house.token = await house.login(await process.token())
        yield house
