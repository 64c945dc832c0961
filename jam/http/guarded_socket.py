"""One WebSocket with limits: what Hypercorn's own stream neither counts nor says, mended.

``jam.http.hardening`` puts these classes where Hypercorn looks for its own. Each limit is one method that
returns the close code and reason, or None; ``tests/http/test_hardening.py`` shows the attack behind each.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from hypercorn.protocol.events import Body, Data, Request, StreamClosed
from hypercorn.protocol.events import Event as StreamEvent
from hypercorn.protocol.ws_stream import ASGIWebsocketState, WSStream
from hypercorn.typing import ASGISendEvent, WebsocketAcceptEvent
from wsproto.connection import ConnectionState
from wsproto.events import CloseConnection, Event, Message, Ping, Pong, TextMessage
from wsproto.extensions import Extension
from wsproto.frame_protocol import CloseReason, FrameDecoder, FrameProtocol, Opcode, ParseFailed, RsvBits

MAX_MESSAGE_BYTES = 16_384
MAX_FRAGMENTS = 64
CONTROL_FRAMES_PER_MINUTE = 10
CONTROL_FRAMES_AT_ONCE = 10
TOO_BIG = int(CloseReason.MESSAGE_TOO_BIG)
MALFORMED = int(CloseReason.PROTOCOL_ERROR)
FLOOD = 4500

Refusal = tuple[int, str]
"""A close code, and its reason in words."""


class FrameLimit(Extension):
    """No compression, and no frame that says it is longer than a message may be.

    Hypercorn accepts permessage-deflate from everyone and inflates without a cap: a bomb, and six times the
    memory and CPU per delivery. This takes its place in the list, answers no offer, and reads the length in
    each frame's header: a frame that declares 1 GB is refused at once instead of being awaited.
    """

    name = "frame-limit"

    def offer(self) -> bool:
        return False

    def enabled(self) -> bool:
        return True

    def frame_inbound_header(
        self, proto: FrameDecoder | FrameProtocol, opcode: Opcode, rsv: RsvBits, payload_length: int
    ) -> CloseReason | RsvBits:
        if payload_length > MAX_MESSAGE_BYTES:
            raise ParseFailed(f"a message has {MAX_MESSAGE_BYTES} bytes or less", CloseReason.MESSAGE_TOO_BIG)
        return RsvBits(False, False, False)


class ControlBudget:
    """A bucket of pings and pongs: ``CONTROL_FRAMES_AT_ONCE`` deep, refilled evenly every minute."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._left = float(CONTROL_FRAMES_AT_ONCE)
        self._seen = clock()

    def take(self) -> bool:
        """Spend one; False when the bucket is empty."""
        now = self._clock()
        refill = (now - self._seen) * CONTROL_FRAMES_PER_MINUTE / 60
        self._left = min(CONTROL_FRAMES_AT_ONCE, self._left + refill)
        self._seen = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class GuardedStream(WSStream):
    """One WebSocket, with its limits counted and its end told to both sides."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._message_bytes = 0
        self._fragments = 0
        self._control = ControlBudget(self.context.time)
        self.takes_frames = False
        """Accepted, no close frame sent, peer not gone: what the frame writer asks before every frame."""

    async def handle(self, event: StreamEvent) -> None:
        if isinstance(event, (Body, Data)) and not self.closed and not self.handshake.accepted:
            await self._refuse_early_bytes()
            return
        if isinstance(event, StreamClosed):
            self.takes_frames = False
        await super().handle(event)
        if isinstance(event, Request) and self.closed:
            await self._leave_refused_handshake()

    async def app_send(self, message: ASGISendEvent | None) -> None:
        connected = self.state is ASGIWebsocketState.CONNECTED
        await super().app_send(message)
        if connected and message is not None and message["type"] == "websocket.close":
            await self._leave_after_close()

    async def _accept(self, message: WebsocketAcceptEvent) -> None:
        await super()._accept(message)
        self.takes_frames = not self.closed

    async def _refuse_early_bytes(self) -> None:
        """Hypercorn answers bytes before the handshake with 400, and the app is never told and waits."""
        if self.state is ASGIWebsocketState.HANDSHAKE:
            await self._send_error_response(400)
            await self.send(StreamClosed(stream_id=self.stream_id))

    async def _leave_refused_handshake(self) -> None:
        """Hypercorn answers a bad handshake with 400 and keeps the TCP stream, with no timeout at all."""
        await self.send(StreamClosed(stream_id=self.stream_id))

    async def _leave_after_close(self) -> None:
        """Hypercorn leaves the TCP stream open until the peer answers the close or the app returns."""
        await self.send(StreamClosed(stream_id=self.stream_id))

    async def _handle_events(self) -> None:
        for event in self.connection.events():
            if self.closed:
                return
            if isinstance(event, Message):
                await self._take(event)
            elif isinstance(event, (Ping, Pong)):
                await self._take_control(event)
            elif isinstance(event, CloseConnection):
                await self._take_close(event)

    async def _take(self, event: Message[Any]) -> None:
        refusal = self.check_bytes(event) or self.check_fragments(event)
        if refusal is not None:
            await self._refuse(*refusal)
            return
        self.buffer.extend(event)
        if event.message_finished:
            message = self.buffer.to_message()
            self.buffer.clear()
            self._message_bytes = self._fragments = 0
            await self._tell(message)

    def check_bytes(self, event: Message[Any]) -> Refusal | None:
        """Hypercorn counts characters: 16,384 of them can be 64 KiB."""
        data = event.data.encode() if isinstance(event, TextMessage) else event.data
        self._message_bytes += len(data)
        if self._message_bytes > self.buffer.max_length:
            return TOO_BIG, f"a message has {self.buffer.max_length} bytes or less"
        return None

    def check_fragments(self, event: Message[Any]) -> Refusal | None:
        """Hypercorn takes any number. Finished frames count: wsproto gives an event per TCP read too."""
        self._fragments += event.frame_finished
        if self._fragments > MAX_FRAGMENTS:
            return MALFORMED, f"a message has {MAX_FRAGMENTS} fragments or less"
        return None

    async def _take_control(self, event: Ping | Pong) -> None:
        refusal = self.check_control()
        if refusal is not None:
            await self._refuse(*refusal)
        elif isinstance(event, Ping):
            await self._send_wsproto_event(event.response())

    def check_control(self) -> Refusal | None:
        """Hypercorn answers every ping, unseen by the app: a flood that no limit of ours would notice."""
        return None if self._control.take() else (FLOOD, "too many pings")

    async def _take_close(self, event: CloseConnection) -> None:
        """The peer closed; or, with the state open, wsproto could not parse: Hypercorn says nothing then."""
        if self.connection.state is ConnectionState.OPEN:
            await self._refuse(int(event.code), event.reason or "")
            return
        if self.connection.state is ConnectionState.REMOTE_CLOSING:
            await self._send_wsproto_event(event.response())
        await self._end(int(event.code))

    async def _refuse(self, code: int, reason: str) -> None:
        await self._send_wsproto_event(CloseConnection(code=code, reason=reason))
        await self._end(code)

    async def _end(self, code: int) -> None:
        """Tell the app the real code (Hypercorn: 1006 for all, after 1009 none) and give up the stream."""
        self.closed = True
        self.takes_frames = False
        await self._tell({"type": "websocket.disconnect", "code": code})
        await self.send(StreamClosed(stream_id=self.stream_id))

    async def _send_wsproto_event(self, event: Event) -> None:
        """A close frame is written and not waited for: a peer that reads nothing would hold it up."""
        if not isinstance(event, CloseConnection):
            await super()._send_wsproto_event(event)
            return
        self.takes_frames = False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0):  # ends the first wait, which comes after the write
                await super()._send_wsproto_event(event)

    async def _tell(self, message: dict[str, Any]) -> None:
        if self.app_put is not None:
            await self.app_put(message)
