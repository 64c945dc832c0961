"""T11: a frame that would grow when inflated, and a message that promises more than it may have.

Compression is never agreed to, so nothing is ever inflated. Memory is that of a real server process.
"""

from __future__ import annotations

import asyncio
import zlib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from jam.cli.crowd.server import ServerProcess, own_house
from tests.http.support import TEXT, frame, header, raw
from tests.patience import own_time

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
MIB = 1 << 20
BOMB = zlib.compress(b"\0" * (16 * MIB), 9)[2:-4][:16_000]
SOCKETS = 10


def most_memory(pid: int | None) -> int:
    """The most bytes of memory that a process ever held: what was freed again counts too."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


@pytest.mark.alone
async def test_t11_bombs_cost_less_than_5_mb_a_socket_and_end_within_a_second(tmp_path: Path) -> None:
    process = ServerProcess(tmp_path)
    async with own_house(process) as house, own_time() as own:
        made = await house.create_jam("Bombs", [{"title": "One", "question": "What now?"}])
        seats = [await house.join(made["code"], f"Person {number}") for number in range(SOCKETS)]
        parts = urlsplit(house.url)
        handshake = (
            f"GET /jams/{made['id']}/socket HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"
        )

        async def throw(number: int, sent: bytes, code: int) -> float:
            async with raw(parts.port or 0) as connection:
                cookie = f"Origin: {house.origin}\r\nCookie: {seats[number].cookie}\r\n\r\n"
                connection.send((handshake + cookie).encode())
                assert b"101" in await connection.head()
                begun = own.read()
                connection.send(sent)
                assert await connection.close_code() == code
                await connection.end()
                return own.since(begun)

        before = most_memory(process.pid)
        for sent, code in (
            (frame(TEXT, BOMB, rsv=4), 1002),
            (frame(TEXT, BOMB, rsv=4, fin=False) + frame(0, BOMB) * 50, 1002),
            (header(TEXT, 1 << 30) + b"x" * 200_000, 1009),
            (frame(TEXT, b"x" * 16_000, fin=False) + frame(0, b"x" * 16_000, fin=False) * 50, 1009),
        ):
            took = await asyncio.gather(*(throw(number, sent, code) for number in range(SOCKETS)))
            assert max(took) <= 1.0
        assert most_memory(process.pid) - before <= 5 * MIB * SOCKETS
