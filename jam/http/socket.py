"""The socket adapter: carries frames between an ASGI WebSocket and a sans-I/O ``Session``.

Every command runs as a task of its own socket, so one slow commit never stops the reading; the answers
and the shared frames go out through one writer, in order.
"""

import asyncio
import contextlib
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from jam.domain.commands import Command
from jam.domain.rejections import Rejection, reject
from jam.domain.views import Viewer
from jam.http.context import Context, context, principal
from jam.http.security import refuse_socket
from jam.http.transport import SEND_KEY, FrameWriter
from jam.live.session import Do, Greet, Session
from jam.live.wire import CLOSE_CODES, HELLO_SECONDS
from jam.store.engine import DATABASE_ERRORS

CLOSE_SECONDS = 5.0
BUG = (1011, "internal error")
log = structlog.get_logger()


class SocketSender:
    """The ``Sender`` of one socket: writes through the fast path; ``close`` ends the reading, in words."""

    __slots__ = ("_deadline", "buffered", "close_wanted", "write")

    def __init__(self, writer: FrameWriter, deadline: asyncio.Timeout) -> None:
        # The writer's own methods, not ours around them: each call is a tenth of what a delivery may cost.
        self.write = writer.write
        self.buffered = writer.buffered
        self.close_wanted: tuple[int, str] | None = None
        self._deadline = deadline

    def close(self, code: int, reason: str) -> None:
        """See ``Sender``."""
        if self.close_wanted is None:
            self.close_wanted = (code, reason)
            with contextlib.suppress(RuntimeError):  # the reading has ended by itself
                self._deadline.reschedule(0)


class JamSocket:
    """ASGI endpoint of ``/jams/{jam}/socket``: authorise, accept, then talk until either side ends."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._call = (scope, receive, send)

    def __await__(self) -> Generator[Any, None, None]:
        return jam_socket(*self._call).__await__()


@dataclass(frozen=True, slots=True)
class _Guest:
    """Who was let in; ``began`` is the moment before the database was asked (monotonic seconds)."""

    viewer: Viewer
    session_hash: str | None
    began: float


async def jam_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """See ``JamSocket``."""
    connection = WebSocket(scope, receive, send)
    services = context(connection)
    guest = await _let_in(connection, services)
    if isinstance(guest, int):
        await refuse_socket(guest, receive, send)
        return
    await connection.accept()
    scope["headers"] = []  # nobody asks again, and a browser's are a tenth of what a connection holds
    del connection
    writer = FrameWriter.on(scope.get(SEND_KEY, send))
    try:
        close_wanted = await _talk(services, guest, receive, writer)
        if close_wanted and not writer.closed:
            await _close(send, writer, *close_wanted)
    finally:
        await writer.aclose()


async def _let_in(connection: WebSocket, services: Context) -> _Guest | int:
    """Who wants to come in, or the HTTP status that says no."""
    began = services.intake.clock.monotonic()
    try:
        who = await principal(connection)
        viewer = await services.people.enter(who, connection.path_params["jam"])
    except DATABASE_ERRORS as problem:
        log.error("database_failed", route="jam_socket", error=type(problem).__name__)
        return 503
    if isinstance(viewer, Rejection):
        return viewer.status
    return 403 if who is None or viewer is None else _Guest(viewer, who.session_hash, began)


async def _talk(
    services: Context, guest: _Guest, receive: Receive, writer: FrameWriter
) -> tuple[int, str] | None:
    """Until either side ends; what to close the socket with, if this side does."""
    deadline = asyncio.timeout(HELLO_SECONDS)
    sender = SocketSender(writer, deadline)
    session = Session(guest.viewer, sender, guest.began, guest.session_hash)
    try:
        services.live.arrive(session)
        async with asyncio.TaskGroup() as tasks:
            try:
                # One deadline for all the reading: until the hello, then only for ``SocketSender.close``.
                async with deadline:
                    await _read(services, session, receive, tasks, deadline)
            except TimeoutError:
                if not deadline.expired():
                    raise
                session.close(CLOSE_CODES["silent"])
    except Exception:
        log.exception("socket_failed")
        return sender.close_wanted or BUG
    finally:
        services.live.leave(session)
    return sender.close_wanted


async def _close(send: Send, writer: FrameWriter, code: int, reason: str) -> None:
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await writer.flush()
            await send({"type": "websocket.close", "code": code, "reason": reason})
    except (TimeoutError, RuntimeError, OSError):
        pass  # the reader is gone or stuck: the server drops the connection when this returns


async def _read(
    services: Context,
    session: Session,
    receive: Receive,
    tasks: asyncio.TaskGroup,
    deadline: asyncio.Timeout,
) -> None:
    clock = services.intake.clock
    while not session.closed:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            session.closed = True
        if session.closed:
            return
        now = clock.monotonic()
        step = session.receive(message.get("text"), now)
        if isinstance(step, Greet):
            deadline.reschedule(None)  # still open: nothing was awaited since ``receive``
            await _greet(services, session, step)
        elif isinstance(step, Do):
            tasks.create_task(_do(services, session, step.command))
        if (pause := session.pause(now)) > 0:
            await clock.sleep(pause)  # what comes meanwhile waits in the sender's own line


async def _greet(services: Context, session: Session, step: Greet) -> None:
    try:
        refused = await services.live.enter(session, step.hello)
    except DATABASE_ERRORS as problem:
        log.error("database_failed", route="hello", error=type(problem).__name__)
        session.tell(reject("try_later", retry_after=2.0))
        session.close(CLOSE_CODES["draining"])
        return
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
