"""The fast path of the fan-out: one frame, encoded once, written straight to every socket's transport.

Hypercorn's ``send`` encodes, awaits and drains per socket; that is most of what a delivery costs. Three hops
below the ASGI ``send`` (WSStream, H11Protocol, TCPServer) is the asyncio transport, and a finished frame can
be written there. Where the hops are not what we know, the same writer sends through ASGI instead.
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable

from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.protocol.h11 import H11Protocol
from hypercorn.protocol.ws_stream import ASGIWebsocketState
from hypercorn.utils import UnexpectedMessageError
from starlette.types import ASGIApp, Receive, Scope, Send

from jam.http.guarded_socket import GuardedStream

SEND_KEY = "jam.send"
HIGH_WATER_BYTES = 1 << 20
"""Above this an ASGI send waits. Far above what a session may have buffered, so that acks never wait."""
QUEUE_BYTES = 1 << 20
"""How much the ASGI fallback keeps for one reader before it gives the socket up."""


def frame_text(frame: bytes) -> str:
    """The text inside a frame made by ``text_frame``."""
    header = {126: 4, 127: 10}.get(frame[1], 2)
    return frame[header:].decode()


class FrameWriter(ABC):
    """Writes finished frames to one accepted WebSocket. ``write`` never waits and never raises.

    ``kind`` is ``transport`` (fast) or ``asgi``. A frame written after an ASGI ``send`` has returned comes
    after it on the wire. The other way round, await ``flush`` before the ASGI ``send``, which may overtake
    what the ``asgi`` kind has still queued; the ``transport`` kind queues nothing, its ``flush`` is free.
    """

    kind: str
    __slots__ = ()  # as few places in memory as can be: a fan-out touches every writer

    @staticmethod
    def on(send: Send) -> "FrameWriter":
        """The fastest writer for the unwrapped ``send`` of the server, on an accepted socket."""
        hops = _hops(send)
        return AsgiWriter(send) if hops is None else TransportWriter(*hops)

    @property
    @abstractmethod
    def closed(self) -> bool:
        """True once it is known that nothing more can be sent.

        The ``asgi`` kind may learn it late, or only by ``aclose``: whoever reads the socket hears of it.
        """

    @abstractmethod
    def write(self, frame: bytes) -> None:
        """Send one frame made by ``text_frame``; a closed socket takes it and forgets it."""

    @abstractmethod
    def buffered(self) -> int:
        """Bytes that the reader has not taken yet and that wait here, in this process."""

    @abstractmethod
    def close(self, code: int, reason: str) -> None:
        """End the socket soon, after what was written; the app then receives its disconnect."""

    @abstractmethod
    async def flush(self) -> None:
        """Return when an ASGI ``send`` can no longer overtake what was written."""

    @abstractmethod
    async def aclose(self) -> None:
        """Give up what is queued and end, when the app's call does. May be called again."""


class TransportWriter(FrameWriter):
    """Writes to the transport below Hypercorn."""

    kind = "transport"
    buffered: Callable[[], int]
    __slots__ = ("_is_closing", "_stream", "_transport", "_write", "buffered")

    def __init__(self, stream: GuardedStream, transport: asyncio.Transport) -> None:
        self._stream = stream
        self._transport = transport
        # Bound once: a look-up is a tenth of what a delivery may cost.
        self._is_closing = transport.is_closing
        self._write = transport.write
        self.buffered = transport.get_write_buffer_size
        transport.set_write_buffer_limits(high=HIGH_WATER_BYTES)

    @property
    def closed(self) -> bool:
        # The transport knows first when a write has just failed, the stream in every other case.
        return not self._stream.takes_frames or self._is_closing()

    def write(self, frame: bytes) -> None:
        if self._stream.takes_frames and not self._is_closing():
            self._write(frame)

    def close(self, code: int, reason: str) -> None:
        if self._stream.takes_frames:
            self._stream.takes_frames = False
            # In the connection's own task group, which outlives the app's call.
            closing = {"type": "websocket.close", "code": code, "reason": reason}
            self._stream.task_group.spawn(self._stream.app_send, closing)

    async def flush(self) -> None:
        """Nothing is queued here."""

    async def aclose(self) -> None:
        """Nothing is queued here."""


class AsgiWriter(FrameWriter):
    """Sends through ASGI: a queue bounded in bytes, and one task that ends with the socket or ``aclose``."""

    kind = "asgi"

    def __init__(self, send: Send) -> None:
        self._send = send
        self._frames: asyncio.Queue[bytes | tuple[int, str]] = asyncio.Queue()
        self._queued = 0
        self._closed = False
        self._task = asyncio.create_task(self._pump())

    @property
    def closed(self) -> bool:
        return self._closed

    def write(self, frame: bytes) -> None:
        if self._queued + len(frame) > QUEUE_BYTES:
            self._closed = True
        if not self._closed:
            self._queued += len(frame)
            self._frames.put_nowait(frame)

    def buffered(self) -> int:
        return self._queued

    def close(self, code: int, reason: str) -> None:
        if not self._closed:
            self._closed = True
            self._frames.put_nowait((code, reason))

    async def flush(self) -> None:
        emptied = asyncio.ensure_future(self._frames.join())
        try:
            await asyncio.wait((emptied, self._task), return_when=asyncio.FIRST_COMPLETED)
        finally:
            emptied.cancel()

    async def aclose(self) -> None:
        self._closed = True
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait((self._task,))

    async def _pump(self) -> None:
        try:
            while isinstance(frame := await self._frames.get(), bytes):
                await self._send({"type": "websocket.send", "text": frame_text(frame)})
                self._queued -= len(frame)
                self._frames.task_done()
            code, reason = frame
            await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except (OSError, RuntimeError, UnexpectedMessageError):
            pass  # the peer is gone: how servers say it differs, and there is nobody to tell
        finally:
            self._closed = True


class KeepSend:
    """Outermost ASGI layer: keeps the server's own ``send`` at ``scope["jam.send"]``, for ``FrameWriter.on``.

    Every layer further in wraps ``send`` in a closure, and the way to the transport would be lost.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            scope[SEND_KEY] = send
        await self.app(scope, receive, send)


def _hops(send: Send) -> tuple[GuardedStream, asyncio.Transport] | None:
    """From ``send`` to its stream and transport, or None when any hop is not of the type that we know."""
    stream = getattr(send, "__self__", None)
    if not isinstance(stream, GuardedStream):
        return None
    if stream.state is ASGIWebsocketState.HANDSHAKE:
        raise RuntimeError("accept the socket before making its writer")
    protocol = getattr(stream.send, "__self__", None)
    if not isinstance(protocol, H11Protocol):
        return None
    server = getattr(protocol.send, "__self__", None)
    transport = server.writer.transport if isinstance(server, TCPServer) else None
    return (stream, transport) if isinstance(transport, asyncio.Transport) else None
