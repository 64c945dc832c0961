"""The outermost limit on request bodies: 64 KiB and 30 seconds, whatever the route does with them.

Pure ASGI, so that the bytes are counted as they come and reading stops at the limit; a declared length over
the limit is refused before anything is read, and so is a compressed body, whose length says nothing.
WebSockets have their own limits.
"""

import asyncio

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jam.domain.rejections import Rejection, reject
from jam.http.answers import error

MAX_BODY_BYTES = 64 * 1024
BODY_SECONDS = 30.0


class BodyLimit:
    """Refuses a body over ``max_bytes`` (413 ``body_too_large``), compressed (415 ``unsupported_type``) or
    not there in ``seconds`` (408 ``body_too_slow``), as every refusal and with the connection closed.

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
        if (why := self._refused(dict(scope["headers"]))) is not None:
            await body.refuse(why)
            return
        try:
            await self.app(scope, body.receive, body.send)
        except ClientDisconnect:
            if not body.refused:
                raise

    def _refused(self, headers: dict[bytes, bytes]) -> Rejection | None:
        """What the head alone says of the body; the server has checked the length to be a number."""
        if int(headers.get(b"content-length", b"0")) > self._max_bytes:
            return reject("body_too_large")
        if headers.get(b"content-encoding", b"identity").lower() != b"identity":
            return reject("unsupported_type", expected="the body")
        return None


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
            answer = error(why)
            headers = [*answer.raw_headers, (b"connection", b"close")]
            await self._send({"type": "http.response.start", "status": why.status, "headers": headers})
            await self._send({"type": "http.response.body", "body": answer.body})
        return {"type": "http.disconnect"}
