"""The outermost limit on request bodies: 64 KiB and 30 seconds, whatever the route does with them.

Pure ASGI, so that the bytes are counted as they come and reading stops at the limit; a declared length over
the limit is refused before anything is read. WebSockets have their own limits.
"""

import asyncio
import json

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jam.domain.rejections import Rejection, reject

MAX_BODY_BYTES = 64 * 1024
BODY_SECONDS = 30.0


class BodyLimit:
    """Refuses a body over ``max_bytes`` (413 ``body_too_large``) or not there in ``seconds`` (408
    ``body_too_slow``), as JSON ``{"code", "message"}`` and with the connection closed.

    When the response has begun already, the app is only told that the client is gone.
    """

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BODY_BYTES, seconds: float = BODY_SECONDS) -> None:
        self.app = app
        self._max_bytes = max_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        deadline = asyncio.get_running_loop().time() + self._seconds
        body = _Body(receive, send, self._max_bytes, deadline)
        if _declared_length(scope) > self._max_bytes:
            await body.refuse(reject("body_too_large"))
            return
        try:
            await self.app(scope, body.receive, body.send)
        except ClientDisconnect:
            if not body.refused:
                raise


class _Body:
    """One request's body on its way to the app, and the answer on its way back."""

    def __init__(self, receive: Receive, send: Send, max_bytes: int, deadline: float) -> None:
        self._receive = receive
        self._send = send
        self._left = max_bytes
        self._deadline = deadline
        self._whole = False
        self._answered = False
        self.refused = False

    async def receive(self) -> Message:
        if self.refused:
            return {"type": "http.disconnect"}
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            return await self.refuse(reject("body_too_slow"))
        self._left -= len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        return message if self._left >= 0 else await self.refuse(reject("body_too_large"))

    async def send(self, message: Message) -> None:
        if not self.refused:
            self._answered = True
            await self._send(message)

    async def refuse(self, why: Rejection) -> Message:
        """Answer in the app's place, once, and give the message that makes the app stop reading."""
        self.refused = True
        if not self._answered:
            content = json.dumps({"code": why.code, "message": why.message}).encode()
            headers = [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(content)).encode()),
                (b"cache-control", b"no-store"),
                (b"connection", b"close"),
            ]
            await self._send({"type": "http.response.start", "status": why.status, "headers": headers})
            await self._send({"type": "http.response.body", "body": content})
        return {"type": "http.disconnect"}


def _declared_length(scope: Scope) -> int:
    """The Content-Length, which the server has checked to be a number, or 0."""
    return int(dict(scope["headers"]).get(b"content-length", b"0"))
