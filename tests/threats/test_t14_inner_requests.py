"""T14: requests hidden in others, and hosts that are almost ours.

Each attack carries a request inside that would make a jam: the outer one is refused, the inner one is never
answered, nothing is written, and the connection ends. Single refusals are rows H17 and H18.
"""

from __future__ import annotations

import pytest

from tests.http.product import Product, reply

pytestmark = pytest.mark.anyio
ATTACKS = {
    "CL.TE": "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inner}",
    "TE.CL": "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n{inner}",
    "TE.TE": "Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n\r\n0\r\n\r\n{inner}",
    "TE with a tab": "Transfer-Encoding:\tchunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n{inner}",
    "TE spelled oddly": "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{inner}",
    "TE twice": "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n{inner}",
    "TE with a space before the colon": "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{inner}",
    "two lengths": "Content-Length: 0\r\nContent-Length: 5\r\n\r\n{inner}",
    "a length with a sign": "Content-Length: +0\r\n\r\n{inner}",
    "a length in hex": "Content-Length: 0x0\r\n\r\n{inner}",
    "a chunk size with a sign": "Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n{inner}",
    "h2c": "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n{inner}",
}
HOSTS = ["{}/?x=", "{}#", "{}\\evil", "evil.{}", "{}.evil", "{}:80", "[::1", "a" * 5_000]


@pytest.mark.parametrize("name", ATTACKS)
async def test_t14_a_request_inside_another_is_never_answered(served: Product, name: str) -> None:
    before = await jams(served)
    rest = ATTACKS[name].format(inner=inner(served))
    raw = await served.bytes(f"POST /api/join HTTP/1.1\r\nHost: {served.host}\r\n{rest}".encode())
    assert reply(raw).status in (400, 501)
    assert raw.count(b"HTTP/1.1 ") == 1
    assert await jams(served) == before


async def test_t14_the_inner_request_would_have_been_seen(served: Product) -> None:
    before = await jams(served)
    await served.bytes(inner(served).replace("\r\n", "\r\nConnection: close\r\n", 1).encode())
    assert await jams(served) == before + 1


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/health", "/jams/none/socket"])
async def test_t14_a_host_that_is_not_exactly_ours_is_refused(served: Product, host: str, path: str) -> None:
    answer = await served.ask("GET", path, headers={"Host": host.format(served.host)})
    assert answer.status == 400
    assert "location" not in answer.headers


def inner(served: Product) -> str:
    """A request that would leave a trace: a jam."""
    body = '{"title":"Smuggled","forums":[{"title":"a","question":"b"}]}'
    return (
        f"POST /api/jams HTTP/1.1\r\nHost: {served.host}\r\nAuthorization: Bearer {served.house.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )


async def jams(served: Product) -> int:
    """How many jams there are."""
    return await served.engine.database.read(
        lambda connection: int(connection.exec_driver_sql("SELECT count(*) FROM jam").scalar() or 0)
    )
