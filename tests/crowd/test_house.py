"""The HTTP side of the crowd against a scripted server: retries, refusals, names that are taken."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest

from jam.cli.crowd.house import House, NotFinished, Refused, Seat, Unreachable, web_address

pytestmark = pytest.mark.anyio


@dataclass
class Answer:
    """One scripted answer; ``None`` as status closes the connection without any."""

    status: int | None = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    """One request as it came."""

    line: str
    headers: dict[str, str]
    body: object


async def read_request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Asked(head[0], headers, json.loads(body) if body else None)


@contextlib.asynccontextmanager
async def scripted(*answers: Answer, patience: float = 5.0) -> AsyncIterator[tuple[House, list[Asked]]]:
    """A house whose server gives the answers in turn, one for each connection."""
    asked: list[Asked] = []
    left = list(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await read_request(reader))
        answer = left.pop(0)
        if answer.status is not None:
            content = json.dumps(answer.body).encode()
            headers = {"content-length": str(len(content)), "connection": "close", **answer.headers}
            lines = [f"HTTP/1.1 {answer.status} X", *(f"{k}: {v}" for k, v in headers.items())]
            writer.write("\r\n".join([*lines, "", ""]).encode() + content)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, House(f"http://127.0.0.1:{port}/", "api", patience=patience) as house:
        yield house, asked


def problem(code: str, status: int) -> Answer:
    return Answer(status, {"code": code, "message": f"Sentence of {code}", "retry": False})


async def test_administrator_speaks_with_the_token_and_the_servers_own_origin() -> None:
    async with scripted(Answer(201, {"id": "j", "code": "C", "forums": []})) as (house, asked):
        assert (await house.create_jam("T", [], phases=[]))["id"] == "j"
    assert asked[0].headers["authorization"] == "bearer api"
    assert asked[0].headers["origin"] == house.origin
    assert asked[0].body == {"title": "T", "forums": [], "phases": []}


@pytest.mark.parametrize("first", [Answer(None), Answer(503), Answer(429, headers={"retry-after": "0"})])
async def test_call_is_made_again_while_the_server_is_away_or_busy(first: Answer) -> None:
    async with scripted(first, Answer(200, {"jam": {}})) as (house, asked):
        assert await house.jam("j") == {"jam": {}}
    assert len(asked) == 2


async def test_server_that_stays_away_is_unreachable() -> None:
    async with House("http://127.0.0.1:9", patience=0.05) as house:
        with pytest.raises(Unreachable, match="GET /api/jams/j"):
            await house.jam("j")


async def test_refusal_carries_the_code_and_the_sentence() -> None:
    async with scripted(problem("token_wrong", 403)) as (house, _):
        with pytest.raises(Refused, match="Sentence of token_wrong") as refused:
            await house.login("t")
    assert (refused.value.status, refused.value.code) == (403, "token_wrong")


async def test_refusal_that_is_no_json_is_told_by_its_status() -> None:
    async with scripted(Answer(404, "plain")) as (house, _):
        with pytest.raises(Refused, match="404 Not Found"):
            await house.jam("j")


async def test_name_that_is_taken_gets_a_number_because_an_earlier_try_may_have_got_through() -> None:
    joined = Answer(
        201, {"jam": "j", "participant": "p", "handle": "Ann 2"}, {"set-cookie": "jam_session=abc; HttpOnly"}
    )
    async with scripted(problem("handle_taken", 409), joined) as (house, asked):
        seat = await house.join("CODE", "Ann")
    assert [one.body["handle"] for one in asked] == ["Ann", "Ann 2"]  # type: ignore[index]
    assert seat == Seat(jam="j", handle="Ann 2", participant="p", cookie="jam_session=abc")


async def test_role_link_that_was_used_up_by_a_lost_answer_is_replaced() -> None:
    def link(number: int) -> Answer:
        return Answer(201, {"url": f"http://elsewhere/l/{number}", "expires_at": 0})

    page = Answer(200, '<input type="hidden" name="form_token" value="t">')
    taken = Answer(303, None, {"set-cookie": "jam_session=x; Path=/", "location": "/jams/j"})
    async with scripted(link(1), problem("link_used", 410), link(2), page, taken) as (house, asked):
        seat = await house.take_role("j", "moderator")
    lines = [one.line for one in asked]
    assert [lines[1], *lines[3:]] == ["GET /l/1 HTTP/1.1", "GET /l/2 HTTP/1.1", "POST /l/2 HTTP/1.1"]
    assert seat.cookie == "jam_session=x"


async def test_links_that_are_always_used_up_end_in_words() -> None:
    answers = [Answer(201, {"url": "http://x/l/1"}), problem("link_used", 410)] * 10
    async with scripted(*answers) as (house, _):
        with pytest.raises(NotFinished, match="moderator"):
            await house.take_role("j", "moderator")


async def test_cookies_of_one_person_are_never_sent_for_another() -> None:
    def join(name: str) -> Answer:
        return Answer(
            201, {"jam": "j", "participant": name, "handle": name}, {"set-cookie": f"jam_session={name}"}
        )

    async with scripted(join("a"), join("b")) as (house, asked):
        await house.join("CODE", "a")
        await house.join("CODE", "b")
    assert "cookie" not in asked[1].headers


@pytest.mark.parametrize(
    ("report", "version"),
    [
        ({"state": "none", "version": None}, None),
        ({"state": "theming", "version": 1}, None),
        ({"state": "ready", "version": 2}, 2),
    ],
)
async def test_report_has_a_version_only_when_it_is_ready(
    report: dict[str, object], version: int | None
) -> None:
    async with scripted(Answer(200, {"report": report})) as (house, _):
        assert await house.report_version("j") == version


async def test_page_of_older_ideas_is_kept_as_it_came_on_one_line() -> None:
    async with scripted(Answer(200, {"cursor": 9, "ideas": [], "older": False})) as (house, asked):
        page, raw = await house.older_ideas(Seat(jam="j", cookie="jam_session=x"), 120)
    assert (page.cursor, page.older) == (9, False)
    assert b"\n" not in raw
    assert asked[0].line == "GET /api/jams/j/ideas?before=120&limit=50 HTTP/1.1"
    assert asked[0].headers["cookie"] == "jam_session=x"


def test_socket_address_follows_the_servers() -> None:
    address: Callable[[str], str] = lambda url: House(url).socket_url("j")  # noqa: E731
    assert address("http://127.0.0.1:80") == "ws://127.0.0.1:80/jams/j/socket"
    assert address("https://jam.example.org/") == "wss://jam.example.org/jams/j/socket"


@pytest.mark.parametrize("url", ["", "jam.example.org", "ftp://jam.example.org", "http://"])
def test_what_is_no_web_address_is_wrong_use(url: str) -> None:
    with pytest.raises(ValueError, match="an address begins with"):
        web_address(url)
