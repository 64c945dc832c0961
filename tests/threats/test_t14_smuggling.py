"""T14: a request inside a request, another protocol without asking, and hosts that are not ours.

The single forms are rows H17 and H18 of the bad inputs; here they are put together as an attacker would.
"""

from __future__ import annotations

import pytest

from tests.http.product import Product, reply

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@pytest.mark.parametrize(
    "lengths",
    [
        ["Content-Length: {body}", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked", "Content-Length: 4"],
        ["Transfer-Encoding: chunked", "Transfer-Encoding: x"],
        ["Transfer-Encoding:\x0bchunked", "Content-Length: 4"],
        ["Transfer-Encoding : chunked", "Content-Length: 4"],
        ["Content-Length: 0", "Content-Length: {body}"],
    ],
    ids=ascii,
)
async def test_t14_a_request_hidden_in_the_body_of_another_is_never_answered(
    served: Product, lengths: list[str]
) -> None:
    hidden = f"GET /health HTTP/1.1\r\nHost: {served.host}\r\n\r\n"
    body = f"0\r\n\r\n{hidden}"
    head = [f"POST /api/join HTTP/1.1\r\nHost: {served.host}\r\nContent-Type: application/json"]
    head += [line.format(body=len(body)) for line in lengths]
    raw = await served.bytes(("\r\n".join(head) + "\r\n\r\n" + body).encode())
    assert reply(raw).status in (400, 501)
    assert raw.count(b"HTTP/1.1 ") == 1
    assert b"sockets" not in raw  # what /health would have said


@pytest.mark.parametrize(
    "opening",
    [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]),
        b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n",
        b"GET @evil/health HTTP/1.1\r\nHost: a/?x=\r\n\r\n",
    ],
    ids=["prior-knowledge http/2", "connect", "poisoned path and host"],
)
async def test_t14_another_protocol_a_tunnel_and_a_poisoned_address_get_nothing(
    served: Product, opening: bytes
) -> None:
    raw = await served.bytes(opening)
    assert raw == b"" or reply(raw).status in (400, 405, 501)
    assert b"evil" not in raw
    assert b"sockets" not in raw
