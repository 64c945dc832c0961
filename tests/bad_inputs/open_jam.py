"""A jam that takes ideas, on a real server in this process, and bare wires into it.

Why: what a socket answers to bad input is law, so it is read from the wire and not from a session.
Where: on top of ``tests/guarantees/serving.py``; the tests of rows W and of the threats to sockets use it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jam.cli.crowd.house import House, Seat
from jam.compose import Engine
from tests.guarantees.serving import serving
from tests.guarantees.wire import Wire
from tests.http.support import TEXT, Raw, frame, raw

PHASES = ({"phase": "ideate"}, {"phase": "wrap_up"}, {"phase": "closed"})
OPEN = {"policy": "open", "ideas_per_minute": 60_000, "burst": 10_000}


@dataclass
class OpenJam:
    """A running jam; every wire that ``enter`` opens is dropped at the end."""

    engine: Engine
    house: House
    made: dict[str, Any]
    wires: list[Wire] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.made["id"])

    @property
    def forum(self) -> str:
        return str(self.made["forums"][0]["id"])

    @property
    def port(self) -> int:
        return urlsplit(self.house.url).port or 0

    async def join(self, name: str = "Ann") -> Seat:
        return await self.house.join(self.made["code"], name)

    async def enter(self, seat: Seat | None = None, *, hello: bool = True, **options: Any) -> Wire:
        """A new socket; with ``hello`` said, and the snapshot read."""
        wire = await Wire.open(self.house, seat or await self.join(), **options)
        self.wires.append(wire)
        if hello:
            await wire.hello()
            while not wire.cursor:
                await wire.next()
        return wire

    def idea(self, client_id: str = "c1", text: str = "A bench by the river", **more: Any) -> dict[str, Any]:
        """The command for one idea."""
        return {"t": "submit_idea", "client_id": client_id, "forum": self.forum, "text": text, **more}

    @asynccontextmanager
    async def knock(self, seat: Seat, path: str | None = None, **changed: str | None) -> AsyncIterator[Raw]:
        """A connection on which a handshake was sent, with headers changed or (``None``) left out."""
        headers = {
            "Host": urlsplit(self.house.url).netloc,
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version": "13",
            "Origin": self.house.origin,
            **seat.headers(),
            **{name.replace("_", "-"): value for name, value in changed.items()},
        }
        lines = [f"{name}: {value}\r\n" for name, value in headers.items() if value is not None]
        async with raw(self.port) as connection:
            connection.send(f"GET {path or f'/jams/{seat.jam}/socket'} HTTP/1.1\r\n".encode())
            connection.send("".join(lines).encode() + b"\r\n")
            yield connection

    async def status(self, seat: Seat, **changed: str | None) -> int:
        """The HTTP status that a handshake gets."""
        async with self.knock(seat, **changed) as connection:
            return int((await connection.head()).split()[1])


@asynccontextmanager
async def open_jam(folder: Path, **settings: Any) -> AsyncIterator[OpenJam]:
    """A jam that takes ideas from everyone who joins, with ``settings`` changed."""
    async with serving(f"sqlite:///{folder}/jam.db") as (engine, house):
        forums = [{"title": "One", "question": "What now?"}]
        made = await house.create_jam("Bad input", forums, phases=PHASES, settings=OPEN | settings)
        jam = OpenJam(engine, house, made)
        try:
            yield jam
        finally:
            for wire in jam.wires:
                await wire.close()


def say(wire: Wire, text: str | bytes, opcode: int = TEXT) -> None:
    """Send one frame with exactly this in it."""
    wire.writer.write(frame(opcode, text.encode() if isinstance(text, str) else text))


async def refusal(wire: Wire) -> dict[str, Any]:
    """The next ``error``; what else comes meanwhile is read and left."""
    while (answer := await wire.next())["t"] != "error":
        pass
    return answer


async def closed(wire: Wire) -> int | None:
    """The code with which the server ends the socket, once all before it was read."""
    await wire.read_on()
    return wire.code
