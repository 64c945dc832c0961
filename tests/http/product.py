"""The whole product behind a real port with one jam in it, and a client that says exactly what it is told.

Why: bad requests are bytes that no client library agrees to send, and what answers them is every layer at
once. Under the tests of bad inputs and threats on the HTTP side.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jam.cli.crowd.house import House, Seat
from jam.compose import Engine
from tests.guarantees.serving import serving
from tests.guarantees.wire import drop
from tests.patience import PATIENCE

QUICK = {"ideas_per_minute": 60_000, "burst": 10_000}
FORUMS = [{"title": "One", "question": "What now?"}]
WRITE_AND_CLOSE = [{"phase": "ideate"}, {"phase": "wrap_up"}, {"phase": "closed"}]
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Reply:
    """One answer. ``closed`` says that the server ended the connection after it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    raw: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def code(self) -> str:
        """The refusal's code, or the empty string where there is none."""
        return str(self.json.get("code", "")) if self.body.startswith(b"{") else ""


@dataclass
class Product:
    """A running server; ``seat`` is somebody in ``jam`` who may write there."""

    engine: Engine
    house: House
    jam: dict[str, Any]
    seat: Seat

    @property
    def host(self) -> str:
        return urlsplit(self.house.url).netloc

    @property
    def api(self) -> str:
        return f"/api/jams/{self.jam['id']}"

    @property
    def admin(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.house.token}"}

    async def bytes(self, sent: bytes) -> bytes:
        """What comes back for these very bytes until the server ends the connection."""
        parts = urlsplit(self.house.url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            writer.write(sent)
            async with asyncio.timeout(PATIENCE):
                return await reader.read()
        finally:
            await drop(writer)

    async def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """One request as somebody in the jam, with ``body`` as it is."""
        head = {"Host": self.host, "Connection": "close", "Origin": self.house.origin, **self.seat.headers()}
        if body is not None:
            head["Content-Length"] = str(len(body))
        lines = [f"{name}: {value}" for name, value in {**head, **(headers or {})}.items() if value]
        request = "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode("latin-1")
        return reply(await self.bytes(request + (body or b"")))

    async def post(self, path: str, document: Any, headers: Mapping[str, str] | None = None) -> Reply:
        """JSON: a value, or the bytes that pretend to be it."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        return await self.ask("POST", path, body, {**JSON, **(headers or {})})

    async def command(
        self, t: str, client_id: str, headers: Mapping[str, str] | None = None, **fields: Any
    ) -> Reply:
        return await self.post(f"{self.api}/commands", {"t": t, "client_id": client_id, **fields}, headers)

    async def idea(self, client_id: str, text: str, **more: Any) -> Reply:
        return await self.command(
            "submit_idea", client_id, forum=self.jam["forums"][0]["id"], text=text, **more
        )


def reply(raw: bytes) -> Reply:
    """The answer in these bytes, of which the body is all that follows the head."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body = unchunked(body)
    return Reply(int(first.split()[1]), headers, body, raw)


def unchunked(body: bytes) -> bytes:
    whole = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        whole, body = whole + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
    return whole


@asynccontextmanager
async def product(folder: Path) -> AsyncIterator[Product]:
    """The product on a database of its own, with a jam that takes ideas and one person in it."""
    async with serving(f"sqlite:///{folder}/jam.db") as (engine, house):
        jam = await house.create_jam("A jam", FORUMS, phases=WRITE_AND_CLOSE, settings=QUICK)
        yield Product(engine, house, jam, await house.join(jam["code"], "Mara"))
