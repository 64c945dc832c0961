"""The socket adapter: carries frames between an ASGI WebSocket and a sans-I/O ``Session``.

Every command runs as a task of its own socket, so one slow commit never stops the reading; the answers
and the shared frames go out through one writer, in order.
"""

import asyncio
from collections.abc import Generator
from typing import Any

import structlog
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from jam.domain.commands import Command
from jam.domain.rejections import reject
from jam.domain.views import Viewer
from jam.http.context import Context, context, principal
from jam.http.security import refuse_socket
from jam.http.transport import SEND_KEY, FrameWriter
from jam.live.session import Do, Greet, Session
from jam.live.wire import CLOSE_CODES, HELLO_SECONDS

CLOSE_SECONDS = 5.0
log = structlog.get_logger()


class SocketSender:
    """The ``Sender`` of one socket: writes through the fast path; ``close`` wakes the adapter."""

    __slots__ = ("buffered", "close_wanted", "write")

    def __init__(self, writer: FrameWriter) -> None:
        # The writer's own methods, not ours around them: each call is a tenth of what a delivery may cost.
        self.write = writer.write
        self.buffered = writer.buffered
        self.close_wanted: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()

    def close(self, code: int, reason: str) -> None:
        """See ``Sender``."""
        if not self.close_wanted.done():
            self.close_wanted.set_result((code, reason))


class JamSocket:
    """ASGI endpoint of ``/jams/{jam}/socket``: authorise, accept, then talk until either side ends."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._call = (scope, receive, send)

    def __await__(self) -> Generator[Any, None, None]:
        return jam_socket(*self._call).__await__()


async def jam_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """See ``JamSocket``."""
    connection = WebSocket(scope, receive, send)
    services = context(connection)
    viewer = await services.people.viewer(await principal(connection), scope["path_params"]["jam"])
    if viewer is None:
        await refuse_socket(403, receive, send)
        return
    await connection.accept()
    writer = FrameWriter.on(scope.get(SEND_KEY, send))
    try:
        await _talk(services, viewer, connection, writer)
    finally:
        await writer.aclose()


async def _talk(services: Context, viewer: Viewer, connection: WebSocket, writer: FrameWriter) -> None:
    sender = SocketSender(writer)
    session = Session(viewer, sender, services.intake.clock.monotonic())
    services.live.arrive(session)
    try:
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(_read(services, session, connection, tasks))
            await asyncio.wait((reading, sender.close_wanted), return_when=asyncio.FIRST_COMPLETED)
            reading.cancel()
    finally:
        services.live.leave(session)
        await _close(connection, sender, writer)


async def _close(connection: WebSocket, sender: SocketSender, writer: FrameWriter) -> None:
    if not sender.close_wanted.done() or writer.closed:
        return
    code, reason = sender.close_wanted.result()
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await writer.flush()
            await connection.close(code, reason)
    except (TimeoutError, RuntimeError, OSError):
        pass  # the reader is gone or stuck: the server drops the connection when this returns


async def _read(services: Context, session: Session, connection: WebSocket, tasks: asyncio.TaskGroup) -> None:
    clock = services.intake.clock
    while True:
        try:
            async with asyncio.timeout(None if session.joined else HELLO_SECONDS):
                message = await connection.receive()
        except TimeoutError:
            session.close(CLOSE_CODES["silent"])
            return
        if message["type"] == "websocket.disconnect":
            session.closed = True
            return
        step = session.receive(message.get("text"), clock.monotonic())
        if isinstance(step, Greet):
            await _greet(services, session, step)
        elif isinstance(step, Do):
            tasks.create_task(_do(services, session, step.command))


async def _greet(services: Context, session: Session, step: Greet) -> None:
    refused = await services.live.enter(session, step.hello)
    if refused is not None:
        session.tell(refused)
        session.close(CLOSE_CODES["jam_over"])


async def _do(services: Context, session: Session, command: Command) -> None:
    try:
        outcome = await services.intake.handle(session.viewer, command)  # type: ignore[arg-type]
    except Exception:
        log.exception("command_failed", command=type(command).__name__)
        outcome = reject("internal_error")
    session.answered(command, outcome)
