"""A simulated person against a scripted server on a real socket: resume, retry, and when to stay away."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve

from jam.cli.crowd.client import Person
from jam.cli.crowd.history import Closed, Fail, Invoke, Later, Ok, Opened, Recorder, Unknown
from jam.cli.crowd.house import House, Seat
from jam.domain.commands import SubmitIdea
from jam.domain.names import Audience, Role
from jam.live.wire import (
    Ack,
    Batch,
    Beat,
    ErrorFrame,
    Heartbeat,
    Hello,
    Me,
    Snapshot,
    View,
    Welcome,
    encode,
)
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio
Scene = Callable[["Stage"], Awaitable[None]]
ME = Me(id="p1", role=Role.PARTICIPANT, handle="Ann", audience=Audience.CITIZEN)


class NoWait(random.Random):
    """Chance without any: every wait before a reconnect is nothing."""

    def uniform(self, a: float, b: float) -> float:
        return 0.0


class Stage:
    """The server's side of one socket."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket

    async def hear(self) -> dict[str, object]:
        """The next frame of the client."""
        frame: dict[str, object] = msgspec.json.decode(await self.socket.recv())
        return frame

    async def say(self, *frames: View) -> None:
        """Send frames."""
        for frame in frames:
            await self.socket.send(encode(frame).decode())

    async def greet(self, cursor: int = 0, *, resumed: bool = False) -> Hello:
        """Take the hello; answer with a welcome, and a snapshot unless resumed."""
        hello = msgspec.convert({k: v for k, v in (await self.hear()).items() if k != "t"}, Hello)
        await self.say(Welcome(version=1, epoch="e", head=cursor, now=0, resumed=resumed, me=ME))
        if not resumed:
            await self.say(Snapshot(cursor=cursor, part=1, parts=1))
        return hello


@contextlib.asynccontextmanager
async def person(*scenes: Scene) -> AsyncIterator[tuple[Person, Recorder]]:
    """A person whose sockets play the scenes in turn; the last one again for every further socket."""
    left = list(scenes)

    async def play(socket: ServerConnection) -> None:
        scene = left.pop(0) if len(left) > 1 else left[0]
        await scene(Stage(socket))

    async with serve(play, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with House(f"http://127.0.0.1:{port}") as house:
            recorder = Recorder()
            somebody = Person(house, Seat(jam="j", handle="Ann", cookie="s=1"), recorder, NoWait())
            running = asyncio.create_task(somebody.run())
            try:
                async with asyncio.timeout(PATIENCE):
                    yield somebody, recorder
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)


def idea(name: str = "text-1") -> SubmitIdea:
    return SubmitIdea(client_id=name, forum="f", text="a lamp")


async def stay(stage: Stage) -> None:
    """Greet, then listen for ever."""
    await stage.greet()
    await stage.socket.wait_closed()


async def test_command_is_sent_after_the_welcome_and_its_answer_ends_it() -> None:
    async def scene(stage: Stage) -> None:
        await stage.greet()
        command = await stage.hear()
        assert (command["t"], command["client_id"]) == ("submit_idea", "text-1")
        await stage.say(Ack(ref="text-1", seq=3, idea="i"))
        await stage.socket.wait_closed()

    async with person(scene) as (somebody, recorder):
        outcome = await somebody.send(idea())
    assert outcome.ack == Ack(ref="text-1", seq=3, idea="i")
    assert [type(line) for line in recorder.lines if isinstance(line, Invoke | Ok)] == [Invoke, Ok]


async def test_dropped_socket_leaves_the_command_unknown_and_sends_it_again_under_the_same_id() -> None:
    heard: list[object] = []

    async def first(stage: Stage) -> None:
        await stage.greet(cursor=4)
        heard.append((await stage.hear())["client_id"])
        stage.socket.transport.abort()

    async def second(stage: Stage) -> None:
        hello = await stage.greet(resumed=True)
        heard.append((hello.cursor, hello.epoch))
        heard.append((await stage.hear())["client_id"])
        await stage.say(Ack(ref="text-1", seq=5, replayed=True))
        await stage.socket.wait_closed()

    async with person(first, second) as (somebody, recorder):
        outcome = await somebody.send(idea())
    assert outcome.ack is not None
    assert heard == ["text-1", (4, "e"), "text-1"]
    kinds = [type(line) for line in recorder.lines if isinstance(line, Invoke | Unknown | Ok)]
    assert kinds == [Invoke, Unknown, Invoke, Ok]


async def test_slow_down_is_written_down_as_later_and_the_command_is_sent_again() -> None:
    async def scene(stage: Stage) -> None:
        await stage.greet()
        await stage.hear()
        await stage.say(ErrorFrame(code="slow_down", msg="", ref="text-1", retry=True, retry_after=0.01))
        await stage.hear()
        await stage.say(Ack(ref="text-1"))
        await stage.socket.wait_closed()

    async with person(scene) as (somebody, recorder):
        assert (await somebody.send(idea())).ack is not None
    assert [line.code for line in recorder.lines if isinstance(line, Later)] == ["slow_down"]
    assert [line.attempt for line in recorder.lines if isinstance(line, Invoke)] == [1, 2]


async def test_refusal_for_good_is_the_outcome() -> None:
    async def scene(stage: Stage) -> None:
        await stage.greet()
        await stage.hear()
        await stage.say(ErrorFrame(code="phase_over", msg="", ref="text-1"))
        await stage.socket.wait_closed()

    async with person(scene) as (somebody, recorder):
        assert (await somebody.send(idea())).code == "phase_over"
    assert [line.code for line in recorder.lines if isinstance(line, Fail)] == ["phase_over"]


async def test_copies_leave_at_once_and_are_one_command() -> None:
    async def scene(stage: Stage) -> None:
        await stage.greet()
        same = {str(await stage.hear()) for _ in range(8)}
        assert len(same) == 1
        await stage.say(Ack(ref="text-1"), Ack(ref="text-1", replayed=True))
        await stage.socket.wait_closed()

    async with person(scene) as (somebody, recorder):
        assert (await somebody.send(idea(), copies=8)).ack is not None
    assert [line.copies for line in recorder.lines if isinstance(line, Invoke)] == [8]


async def test_heartbeat_is_answered() -> None:
    answered = asyncio.Event()

    async def scene(stage: Stage) -> None:
        await stage.greet()
        await stage.say(Heartbeat(now=0, head=0))
        assert await stage.hear() == msgspec.to_builtins(Beat())
        answered.set()
        await stage.socket.wait_closed()

    async with person(scene):
        await answered.wait()


@pytest.mark.parametrize("code", [4500, 4501, 4503, 4504, 4505])
async def test_close_code_from_4500_on_ends_the_client_and_what_it_had_to_send(code: int) -> None:
    async def scene(stage: Stage) -> None:
        await stage.greet()
        await stage.hear()
        await stage.socket.close(code, "go")

    async with person(scene) as (somebody, recorder):
        outcome = await somebody.send(idea())
    assert (outcome.ack, outcome.code) == (None, None)
    assert somebody.ended == code
    assert [line.code for line in recorder.lines if isinstance(line, Closed)] == [code]


@pytest.mark.parametrize("code", [1000, 1011, 4001, 4002, 4004])
async def test_other_close_code_reconnects_from_the_cursor(code: int) -> None:
    async def first(stage: Stage) -> None:
        await stage.greet(cursor=7)
        await stage.socket.close(code, "")

    async def second(stage: Stage) -> None:
        assert (await stage.greet(resumed=True)).cursor == 7
        await stage.say(Batch(after=7, cursor=8))
        await stage.socket.wait_closed()

    async with person(first, second) as (somebody, recorder):
        await somebody.until_cursor(8)
    assert [line.cursor for line in recorder.lines if isinstance(line, Opened)] == [None, 7]


async def test_resync_asks_for_everything_anew() -> None:
    async def first(stage: Stage) -> None:
        await stage.greet(cursor=7)
        await stage.socket.close(4003, "resync")

    async def second(stage: Stage) -> None:
        assert (await stage.greet(cursor=9)).cursor is None
        await stage.socket.wait_closed()

    async with person(first, second) as (somebody, _):
        await somebody.until_cursor(9)


async def test_gap_in_the_batches_opens_the_socket_anew_from_the_cursor() -> None:
    async def first(stage: Stage) -> None:
        await stage.greet(cursor=3)
        await stage.say(Batch(after=5, cursor=6))
        await stage.socket.wait_closed()

    async def second(stage: Stage) -> None:
        assert (await stage.greet(resumed=True)).cursor == 3
        await stage.say(Batch(after=3, cursor=6))
        await stage.socket.wait_closed()

    async with person(first, second) as (somebody, _):
        await somebody.until_cursor(6)


async def test_handshake_refused_with_403_ends_the_client() -> None:
    async with serve(lambda socket: socket.wait_closed(), "127.0.0.1", 0, process_request=_forbid) as server:
        port = server.sockets[0].getsockname()[1]
        async with House(f"http://127.0.0.1:{port}") as house:
            somebody = Person(house, Seat(jam="j"), Recorder(), NoWait())
            async with asyncio.timeout(PATIENCE):
                await somebody.run()
    assert somebody.ended == 403
    assert (await somebody.send(idea())).ack is None


def _forbid(connection: ServerConnection, request: object) -> object:
    return connection.respond(403, "no")
