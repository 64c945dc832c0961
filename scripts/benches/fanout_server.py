"""One server of the fan-out benchmark, a process of its own: ``fast`` is the product's, ``naive`` is not.

Naive is what anybody would write first: Hypercorn as it comes and a loop of Starlette's ``send_text``. Obeys
one order a line on its input and answers each with a line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from jam.http.serving import hypercorn_config, serve
from jam.http.transport import SEND_KEY, FrameWriter, KeepSend
from jam.live.senders import text_frame

HOST = "127.0.0.1"
EVENT_BYTES = 300
EVENT_GAP_SECONDS = 0.02
"""Long enough for the client to have read one event before the next: sending is measured, not queues."""


@dataclass
class Crowd:
    """The sockets of one server, and how it sends one text to all of them."""

    send_all: Callable[[list[Any], str], Awaitable[None]]
    members: list[Any] = field(default_factory=list)
    awaited: int = 0
    """How many texts are still to be heard."""
    all_heard: asyncio.Event = field(default_factory=asyncio.Event)

    def await_texts(self, count: int) -> None:
        self.awaited += count
        self.all_heard.clear()
        self.hear(0)

    def hear(self, count: int) -> None:
        self.awaited -= count
        if self.awaited == 0:
            self.all_heard.set()


def event(number: int) -> str:
    """A text of ``EVENT_BYTES`` that differs from event to event, as ideas do."""
    words = " ".join(f"{(number * 7919 + i * 104729) % 99991:05d}" for i in range(60))
    return f'{{"t":"batch","seq":{number},"text":"{words}'[: EVENT_BYTES - 2] + '"}'


async def send_naively(members: list[Any], text: str) -> None:
    for member in members:
        await member.send_text(text)


async def send_frames(members: list[Any], text: str) -> None:
    frame = text_frame(text.encode())
    for member in members:
        member.write(frame)


def make_app(crowd: Crowd, fast: bool) -> ASGIApp:
    async def member(websocket: WebSocket) -> None:
        await websocket.accept()
        crowd.members.append(FrameWriter.on(websocket.scope[SEND_KEY]) if fast else websocket)
        async for _ in websocket.iter_text():
            crowd.hear(1)

    app = Starlette(routes=[WebSocketRoute("/", member)])
    return KeepSend(app) if fast else app


async def serve_fast(app: ASGIApp, stop: asyncio.Event) -> None:
    await serve(app, hypercorn_config(HOST, 0), stop, lambda host, port: say({"port": port}))


async def serve_naive(app: Any, stop: asyncio.Event) -> None:
    listener = socket.create_server((HOST, 0), backlog=1024)
    port = listener.getsockname()[1]
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.errorlog = None
    config.backlog = 1024

    async def ready() -> None:
        say({"port": port})
        await stop.wait()

    await hypercorn_serve(app, config, shutdown_trigger=ready)


async def run_server(kind: str) -> None:
    """Obey ``rss``, and ``round EVENTS TEXTS``: hear that many texts, then send that many events to all."""
    fast = kind == "fast"
    crowd = Crowd(send_frames if fast else send_naively)
    stop = asyncio.Event()
    serving = asyncio.create_task((serve_fast if fast else serve_naive)(make_app(crowd, fast), stop))
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), sys.stdin.buffer
    )
    number = 0
    while order := (await orders.readline()).split():
        cpu = 0.0
        if order[0] == b"round":
            events = range(number, number + int(order[1]))
            number = events.stop
            crowd.await_texts(int(order[2]))
            await asyncio.wait_for(crowd.all_heard.wait(), 30)
            cpu = await fan_out(crowd, events)
        say({"cpu_s": cpu, "rss_kib": rss_kib(), "members": len(crowd.members)})
    stop.set()
    serving.cancel()


async def fan_out(crowd: Crowd, events: range) -> float:
    """Send the events, and give the CPU seconds of this process for it, kernel and all."""
    begun = time.process_time()
    for number in events:
        await crowd.send_all(crowd.members, event(number))
        await asyncio.sleep(EVENT_GAP_SECONDS)
    return time.process_time() - begun


def rss_kib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024


def say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(run_server(sys.argv[1]))
