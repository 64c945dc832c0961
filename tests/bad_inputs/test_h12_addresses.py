"""H12 to H14, H17 and H18: ids of somebody else, paths, queries, hosts and request lines made to confuse."""

from __future__ import annotations

import pytest

from tests.http.product import FORUMS, Product, reply

pytestmark = pytest.mark.anyio
ECHO = "marker7391"


async def test_h12_a_jam_of_other_people_looks_like_one_that_is_not_there(served: Product) -> None:
    other = await served.house.create_jam("Another", FORUMS)
    for tail in ("", "/ideas", "/records.jsonl"):
        there = await served.ask("GET", f"/api/jams/{other['id']}{tail}")
        absent = await served.ask("GET", f"/api/jams/{other['id'][::-1]}{tail}")
        assert (there.status, there.code) == (404, "not_found")
        assert there.body == absent.body
    command = {"t": "pause_jam", "client_id": "c"}
    assert (await served.post(f"/api/jams/{other['id']}/commands", command)).code == "not_allowed"
    assert (await served.post(f"/api/jams/{other['id']}/links", {"role": "observer"})).code == "not_allowed"


async def test_h12_an_idea_of_another_jam_is_not_there(served: Product) -> None:
    other = await served.house.create_jam(
        "Another", FORUMS, phases=[{"phase": "ideate"}, {"phase": "closed"}]
    )
    seat = await served.house.join(other["code"], "Ada")
    idea = {"t": "submit_idea", "client_id": "c", "forum": other["forums"][0]["id"], "text": "Theirs"}
    made = await served.post(f"/api/jams/{other['id']}/commands", idea, seat.headers())
    theirs = made.json["idea"]
    assert (await served.ask("GET", f"{served.api}/ideas/{theirs}/history")).code == "not_found"
    assert (await served.command("withdraw_idea", "h12a", idea=theirs)).code == "not_found"
    assert (await served.command("submit_reply", "h12b", idea=theirs, text="Mine")).code == "not_found"
    assert (
        await served.command("submit_idea", "h12c", forum=other["forums"][0]["id"], text="Mine")
    ).code == "not_found"


@pytest.mark.parametrize(
    "id_",
    [
        f"../../etc/{ECHO}",
        f"..%2f..%2fetc%2f{ECHO}",
        f"%00{ECHO}",
        f"{ECHO}%00",
        "%0d%0a" + ECHO,
        "%1b[31m" + ECHO,
        ECHO * 500,
        "%ff%fe" + ECHO,
        f"'{ECHO}",
        f"{ECHO};--",
        f"<b>{ECHO}",
        "%c2%85" + ECHO,
    ],
    ids=lambda one: one[:20],
)
@pytest.mark.parametrize(
    "path",
    [
        "/api/jams/{}",
        "{api}/ideas/{}/history",
        "/jams/{}",
        "/jams/{}/report",
        "/j/{}",
        "/l/{}",
        "/web/style/{}.css",
        "/{}",
    ],
)
async def test_h13_an_id_that_is_none_is_not_there_and_is_not_echoed(
    served: Product, path: str, id_: str
) -> None:
    if " " in id_ or "<" in id_:
        id_ = id_.replace("<", "%3c").replace(">", "%3e")
    answer = await served.ask("GET", path.replace("{api}", served.api).format(id_))
    assert answer.status == 404
    assert ECHO.encode() not in answer.raw


@pytest.mark.parametrize("id_", ["../../etc/passwd", "\0", "x" * 5_000, "\ud83d\ude00", "' or 1=1 --", ""])
async def test_h13_an_id_in_a_command_that_is_none_is_not_there(served: Product, id_: str) -> None:
    for number, wish in enumerate(
        ({"t": "withdraw_idea", "idea": id_}, {"t": "submit_idea", "forum": id_, "text": "x"})
    ):
        document = {"client_id": f"h13-{number}", **wish}
        answer = await served.post(f"{served.api}/commands", document)
        assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.parametrize(
    "query",
    [
        "page=-1",
        "limit=999999",
        "limit=0",
        "limit=-1",
        "limit=1.5",
        "limit=%D9%A3",
        "limit=",
        "before=0",
        "before=ten",
        "sort=1;--",
        "sort=text",
        "limit=1&limit=2",
        "%00=1",
        "limit=1%00",
        "LIMIT=1",
        "limit=" + "9" * 400,
    ],
    ids=lambda one: one[:16],
)
async def test_h14_a_query_that_is_not_known_is_refused_with_what_is_allowed(
    served: Product, query: str
) -> None:
    answer = await served.ask("GET", f"{served.api}/ideas?{query}")
    assert (answer.status, answer.code) == (400, "bad_query")
    if "%00" not in query:
        allowed = answer.json["message"]
        assert (
            "limit is a whole number from 1 to 200" in allowed or "before is a whole number from 1" in allowed
        )
    assert "999999" not in answer.json["message"]


@pytest.mark.parametrize(
    "path", ["/api/jams/{jam}", "/health", "/api/jams/{jam}/records.jsonl", "/api/openapi.json"]
)
async def test_h14_an_address_without_a_query_takes_none(served: Product, path: str) -> None:
    answer = await served.ask("GET", path.format(jam=served.jam["id"]) + "?sort=1")
    assert (answer.status, answer.code) == (400, "bad_query")


async def test_h14_a_query_that_is_known_is_taken(served: Product) -> None:
    assert (await served.ask("GET", f"{served.api}/ideas?limit=200&before=9007199254740992")).status == 200


@pytest.mark.parametrize(
    "lines",
    [
        ["GET /health HTTP/1.1", "Host: evil/"],
        ["GET /health HTTP/1.1", "Host: evil"],
        ["GET /health HTTP/1.1", "Host: {host}/?x="],
        ["GET /health HTTP/1.1", "Host: {host}@evil"],
        ["GET /health HTTP/1.1", "Host: evil@{host}"],
        ["GET /health HTTP/1.1", "Host: {host}", "Host: evil"],
        ["GET /health HTTP/1.1", "Host: {host}", "Host: {host}"],
        ["GET /health HTTP/1.1", "Host:"],
        ["GET /health HTTP/1.1"],
        ["GET /health HTTP/1.0"],
        ["GET @evil/health HTTP/1.1", "Host: {host}"],
        ["GET @evil HTTP/1.1", "Host: {host}"],
        ["GET http://evil/health HTTP/1.1", "Host: {host}"],
        ["GET http://{host}/health HTTP/1.1", "Host: evil"],
        ["GET health HTTP/1.1", "Host: {host}"],
        ["GET /health HTTP/1.1", "Host: {host}", "X-Forwarded-Host: evil", "X-Host: evil"],
    ],
    ids=str,
)
async def test_h17_a_request_for_another_host_is_refused(served: Product, lines: list[str]) -> None:
    own = [line.format(host=served.host) for line in lines]
    answer = reply(await served.bytes("\r\n".join([*own, "Connection: close", "", ""]).encode()))
    if "X-Forwarded-Host: evil" in own:
        assert (answer.status, b"evil" in answer.raw) == (200, False)
        return
    assert answer.status == 400
    assert b"evil" not in answer.raw
    assert answer.code == "bad_host" or answer.body == b""  # empty: the parser itself refused it


@pytest.mark.parametrize(
    "head",
    [
        "POST /api/join HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4",
        "POST /api/join HTTP/1.1\r\nContent-Length: 3, 4",
        "POST /api/join HTTP/1.1\r\nContent-Length: -1",
        "POST /api/join HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked",
        "POST /api/join HTTP/1.1\r\nTransfer-Encoding: chunked, identity",
        "POST /api/join HTTP/1.1\r\nTransfer-Encoding: xchunked",
        "GET /health HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA",
        "CONNECT evil:443 HTTP/1.1",
        "TRACE /health HTTP/1.1",
        "GET /health HTTP/1.1\r\nX : y",
        "GET /health HTTP/1.1\r\n folded",
    ],
    ids=ascii,
)
async def test_h18_a_request_that_two_servers_read_differently_is_refused_and_ends(
    served: Product, head: str
) -> None:
    # What follows must not be taken for a second request: ``bytes`` reads until the server closes.
    hidden = f"GET /health HTTP/1.1\r\nHost: {served.host}\r\n\r\n"
    raw = await served.bytes(f"{head}\r\nHost: {served.host}\r\n\r\n{hidden}".encode())
    # A transfer coding that is not known is 501 by RFC 9112, section 6.1; whatever could be read in two ways,
    # and a method that is not served, is 400.
    unknown_coding = "Transfer-Encoding" in head and "Content-Length" not in head
    assert reply(raw).status == (501 if unknown_coding else 400)
    assert raw.count(b"HTTP/1.1 ") == 1
