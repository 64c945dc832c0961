"""T1: another web site cannot open a socket in a person's name, whatever it says where it comes from.

A browser sends the person's cookie along from any site, so the exact origin decides, before the upgrade.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.bad_inputs.open_jam import open_jam
from tests.http.support import raw

pytestmark = pytest.mark.anyio


def lookalikes(origin: str) -> dict[str, str | None]:
    """Origins that are not ``origin``, each nearly it."""
    parts = urlsplit(origin)
    host, port = parts.hostname, parts.port or 0
    return {
        "absent": None,
        "empty": "",
        "null": "null",
        "evil": "https://evil.example",
        "suffix": f"http://{host}.evil.example:{port}",
        "suffix without a dot": f"http://{host}evil:{port}",
        "prefix": f"http://evil.{host}:{port}",
        "wrong port": f"http://{host}:{port + 1}",
        "no port": f"http://{host}",
        "wrong scheme": f"https://{host}:{port}",
        "socket scheme": f"ws://{host}:{port}",
        "with a path": f"{origin}/",
        "with a name": f"http://me@{host}:{port}",
        "two in one": f"{origin}, https://evil.example",
        "two, ours last": f"https://evil.example {origin}",
    }


async def test_t1_a_socket_from_any_other_origin_gets_403_before_it_is_accepted(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        assert await jam.status(seat) == 101
        for name, origin in lookalikes(jam.house.origin).items():
            assert await jam.status(seat, Origin=origin) == 403, name


async def test_t1_ours_beside_a_foreign_origin_is_refused(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        assert await jam.status(seat, Origin="https://evil.example", origin=jam.house.origin) in (400, 403)
        assert await jam.status(seat, origin="https://evil.example") in (400, 403)


async def test_t1_a_made_up_token_does_not_open_the_door_for_the_cookie(tmp_path: Path) -> None:
    """A token needs no origin, because no site can make a browser send one; then only the token counts."""
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        for token in ("Bearer made-up", "Basic YTpi", "Bearer"):
            assert await jam.status(seat, Origin="https://evil.example", Authorization=token) == 403, token


async def test_t1_sockets_are_not_served_over_http2(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        for upgrade in ("h2c", "websocket, h2c"):
            assert await jam.status(seat, Upgrade=upgrade) == 400
        async with raw(jam.port) as connection:
            connection.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
            assert (await connection.head()).startswith(b"HTTP/1.1 400")


async def test_t1_a_cookie_of_another_jam_opens_no_socket_in_this_one(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        other = await jam.house.create_jam("Another", [{"title": "One", "question": "What now?"}])
        stranger = replace(await jam.house.join(other["code"], "Ann"), jam=jam.id)
        assert await jam.status(stranger) == 403
