"""One TCP connection with limits: HTTP/1 only, no waiting for ever, and an end that the peer can read.

``jam.http.hardening`` puts these classes where Hypercorn looks for its own. They mend what happens below
ASGI, where no middleware can; ``tests/http/test_hardening.py`` shows the attack behind each.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import h11
from hypercorn.asyncio.task_group import TaskGroup, _handle
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData
from hypercorn.protocol import ProtocolWrapper
from hypercorn.protocol.h11 import H11Protocol, H11WSConnection
from hypercorn.typing import AppWrapper, ASGIReceiveEvent, ASGISendEvent, Scope

SOCKET_LINGER_SECONDS = 0.8
"""How long a closed WebSocket may stay on TCP, so that the peer can read the close code; gone in 1 s."""
FLUSH_SECONDS = 30.0
"""How long the end of an HTTP response may take to leave, once the connection is to be closed."""
SEND_SECONDS = 30.0
"""How long one write may wait for a peer that does not read."""
DISCONNECTS = ("websocket.disconnect", "http.disconnect")


class StrictConnection(h11.Connection):
    """HTTP/1 requests only, and none that a proxy may read differently.

    Hypercorn itself leaves HTTP/1 for h2c and for the HTTP/2 preface, so no app can refuse them. A refusal is
    an h11 protocol error, which Hypercorn answers with 400 and a closed connection.
    """

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        event = super().next_event()
        if isinstance(event, h11.Request) and (why := refused_request(event)) is not None:
            raise h11.RemoteProtocolError(why, error_status_hint=400)
        return event


def refused_request(request: h11.Request) -> str | None:
    """Why a request is refused, whatever it asks for, or None."""
    names = {name for name, _ in request.headers}
    upgrades = b",".join(value for name, value in request.headers if name == b"upgrade").lower()
    if request.method in (b"CONNECT", b"TRACE"):
        return "this method is not served"
    if request.http_version not in (b"1.0", b"1.1") or b"h2c" in upgrades:
        return "HTTP/2 is not served"
    if b"content-length" in names and b"transfer-encoding" in names:
        return "two lengths: where this request ends is not certain"
    return None


class GuardedProtocol(H11Protocol):
    """HTTP/1 with the strict parser."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.connection = StrictConnection(
            h11.SERVER, max_incomplete_event_size=self.config.h11_max_incomplete_size
        )


class Inbox(asyncio.Queue[ASGIReceiveEvent]):
    """The bounded queue between a connection's reader and one app call, without a dead end.

    In Hypercorn the reader waits for room for ever once the app has returned, and an app that sends waits for
    room in its own queue to be told that the peer is gone: both leave the connection and its tasks behind.
    Here a disconnect always fits, and nothing waits any more once the app has returned.
    """

    _bounded = True
    _left = False

    def full(self) -> bool:
        return self._bounded and super().full()

    async def put(self, item: ASGIReceiveEvent) -> None:
        if item["type"] in DISCONNECTS:
            self._bounded = False
        if not self._left:
            await super().put(item)

    def leave(self) -> None:
        """The app has returned: let every waiting writer go, and keep nothing."""
        self._bounded = False
        self._left = True
        while not self.empty():
            self.get_nowait()


class GuardedTaskGroup(TaskGroup):
    """Runs each app call with an ``Inbox``."""

    async def spawn_app(
        self,
        app: AppWrapper,
        config: Config,
        scope: Scope,
        send: Callable[[ASGISendEvent | None], Awaitable[None]],
    ) -> Callable[[ASGIReceiveEvent], Awaitable[None]]:
        inbox = Inbox(config.max_app_queue_size)

        async def attended(*args: Any) -> None:
            try:
                await app(*args)
            finally:
                inbox.leave()

        def call_soon(func: Callable[..., Any], *args: Any) -> Any:
            return asyncio.run_coroutine_threadsafe(func(*args), self._loop).result()

        in_thread = partial(self._loop.run_in_executor, None)
        self.spawn(_handle, attended, config, scope, inbox.get, send, in_thread, call_soon)
        return inbox.put


class Silence(ProtocolWrapper):
    """Stands where a connection's protocol was, once it is closing: what still arrives is thrown away."""

    def __init__(self) -> None:
        """Nothing of the connection is kept."""

    async def handle(self, event: Event) -> None:
        """Forget it."""


class GuardedServer(TCPServer):
    """One TCP connection that ends when it is closed, whatever the peer does."""

    _deadline: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """The cancel after the graceful time ends here: asyncio 3.11 logs a traceback for each otherwise."""
        with contextlib.suppress(asyncio.CancelledError):
            await super().run()

    async def protocol_send(self, event: Event) -> None:
        if isinstance(event, Closed):
            await self._linger()
        elif isinstance(event, RawData):
            await self._send_in_time(event)
        else:
            await super().protocol_send(event)

    async def _linger(self) -> None:
        """Close so that the peer can read why.

        Hypercorn closes the socket at once: bytes that the peer is still sending then make the kernel answer
        with a reset, which can overtake the close code or the 413. We end our side, throw away what still
        comes, and are gone when the peer is, or at the deadline.
        """
        self._abort_in_time()
        self._fall_silent()
        await self.idle_task.stop()
        with contextlib.suppress(OSError, RuntimeError):
            if self.writer.can_write_eof():
                self.writer.write_eof()
            else:
                self.writer.close()

    def _fall_silent(self) -> None:
        """Hypercorn's parser keeps what comes after the end, as much as the peer cares to send."""
        self.protocol = Silence()

    async def _send_in_time(self, event: RawData) -> None:
        """Hypercorn waits for ever for a peer that asked for much and reads nothing."""
        if self.writer.transport.is_closing():
            return  # the reader tells the app; asyncio would log a warning for each write
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await super().protocol_send(event)
        except TimeoutError:
            self.writer.transport.abort()

    async def _initiate_server_close(self) -> None:
        self._abort_in_time()
        await super()._initiate_server_close()

    async def _close(self) -> None:
        self._abort_in_time()
        await super()._close()
        if self._deadline is not None:
            self._deadline.cancel()

    def _abort_in_time(self) -> None:
        """From here on there is a deadline: Hypercorn waits for ever for the last bytes to be read."""
        if self._deadline is None:
            self._deadline = self.loop.call_later(self._patience(), self.writer.transport.abort)

    def _patience(self) -> float:
        wrapper = getattr(self, "protocol", None)  # none yet when the peer left before the first byte
        connection = getattr(getattr(wrapper, "protocol", None), "connection", None)
        return SOCKET_LINGER_SECONDS if isinstance(connection, H11WSConnection) else FLUSH_SECONDS
