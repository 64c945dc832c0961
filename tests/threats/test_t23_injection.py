"""T23: words that try to become headers, log lines, terminal commands or another address.

Everything that anybody can type or send is filled with line breaks and terminal codes; then every head that
came back and every line that the server logged is looked at.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest

from jam.cli.crowd.house import Refused, Seat
from jam.cli.crowd.server import ServerProcess, own_house
from tests.guarantees.wire import ask
from tests.http.route_table import pages

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
WORD = "injected7391"
BREAKS = [
    "\r\n",
    "\n",
    "\r",
    "\u2028",
    "\u2029",
    "\x85",
    "\x0b",
    "\x0c",
    "\x1b[2J",
    "\x1b]0;x\x07",
    "\x9b31m",
    "\0",
    "%0d%0a",
    "\\r\\n",
]
EVIL = [f"{end}{WORD}: 1{end}" for end in BREAKS]


async def make_jam(house: object, evil: str) -> dict[str, object]:
    forums = [{"title": f"One{evil}", "question": f"What{evil}?"}]
    return await house.create_jam(f"A jam{evil}", forums, phases=[{"phase": "ideate"}, {"phase": "closed"}])  # type: ignore[attr-defined, no-any-return]


async def test_t23_nothing_that_was_sent_becomes_a_header_or_a_log_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAM_LOG_LEVEL", "debug")
    heads: list[bytes] = []
    refusals: set[str] = set()
    async with own_house(ServerProcess(tmp_path)) as house:
        jam = await house.create_jam(
            "A jam",
            [{"title": "One", "question": "What?"}],
            phases=[{"phase": "ideate"}, {"phase": "closed"}],
        )
        other = await house.create_jam("Another", [{"title": "One", "question": "What?"}])
        seats = {"": await house.join(jam["code"], "Ada")}
        for evil in EVIL:
            try:
                await make_jam(house, evil)
                seats[evil] = await house.join(jam["code"], f"Ada{evil}{len(seats)}")
            except Refused as refused:
                refusals.add(refused.code)

        async def send(method: str, path: str, headers: dict[str, str], body: object = None) -> None:
            answer = await ask(house, method, path, headers, body)
            heads.append(answer.partition(b"\r\n\r\n")[0])

        for evil in EVIL:
            seat: Seat = seats.get(evil, seats[""])
            wish = {
                "t": "submit_idea",
                "client_id": "c",
                "forum": jam["forums"][0]["id"],
                "text": f"A{evil}",
                "tags": [evil],
            }
            await send("POST", f"/api/jams/{jam['id']}/commands", seat.headers(), wish)
            await send("POST", f"/api/jams/{jam['id']}/commands", seat.headers(), {**wish, evil: evil})
            # What somebody may not do is worth a line of the log: in their own jam, and in another one.
            closing = {"t": "close_jam", "client_id": "c"}
            hiding = {"t": "moderate", "client_id": "c", "idea": evil, "version": 1, "verdict": "hide"}
            await send("POST", f"/api/jams/{jam['id']}/commands", seats[""].headers(), closing)
            await send(
                "POST", f"/api/jams/{jam['id']}/commands", seats[""].headers(), {**hiding, "note": evil}
            )
            await send(
                "POST", f"/api/jams/{other['id']}/commands", seat.headers(), {**wish, "client_id": evil}
            )
            await send("POST", "/api/join", {}, {"code": evil, "handle": evil})
            await send("POST", "/api/login", {}, {"token": evil})
            one_line = "".join(c if " " <= c < "\x7f" else quote(c) for c in evil)
            told = {
                "User-Agent": one_line,
                "Accept": "text/html",
                "Referer": one_line,
                "X-Forwarded-For": one_line,
            }
            values = dict.fromkeys(("jam", "code", "idea", "token", "proposal", "mark"), quote(evil)) | {
                "path": quote(f"style/{evil}.css")
            }
            for path, _ in pages(**values):
                await send("GET", path, {**told, **seat.headers()})
            await send("GET", f"/?code={quote(evil)}&next={quote('//evil.example')}", told)
            await send("GET", f"/sign-in?next={quote('https://evil.example')}", told)
    assert len(heads) > 300
    assert refusals <= {"text_control_chars", "title_bad"}
    assert [head for head in heads if WORD.encode() in head.lower()] == []
    assert [head for head in heads if re.search(rb"\nlocation: (?!/[^/\\])", head.lower())] == []
    log = (tmp_path / "server.log").read_bytes()
    lines = [line for line in log.splitlines() if not line.startswith(b"jam: ")]
    assert WORD.encode() not in log
    events = [json.loads(line)["event"] for line in lines]
    assert events.count("not_allowed") >= 2 * len(EVIL), "the log was not written to"
    assert not re.search(rb"[^\n -~]", b"\n".join(lines)), "the log holds what a terminal could act on"


def test_t23_a_log_line_with_hostile_words_is_still_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    """Words never belong in the log; if one ever gets there, it stays inside its line."""
    import structlog

    from jam.cli.serve import set_up_logging

    try:
        set_up_logging("info")
        for evil in EVIL:
            structlog.get_logger().info("tried", path=evil, **{evil: 1})
        lines = capfd.readouterr().err.split("\n")[:-1]
    finally:
        structlog.reset_defaults()
    assert len(lines) == len(EVIL)
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert [json.loads(line)["path"] for line in lines] == EVIL
