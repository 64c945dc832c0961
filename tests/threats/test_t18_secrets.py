"""T18: secrets and people's words in logs, error answers, help texts and the list of processes.

Every secret of this run is a word found nowhere else. A server with passwords to a real PostgreSQL and a real
Valkey is used and misused, then both are taken away from it; and then everything it said is searched.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import structlog

from jam.cli.crowd.house import House, Seat
from jam.domain.commands import StartNextPhase
from tests.guarantees.wire import Wire, ask
from tests.patience import GROUPING
from tests.servers import Postgres, Valkey, running_valkey

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
DATABASE_PASSWORD, REDIS_PASSWORD = "canarydatabase4711", "canaryredis4711"


@dataclass
class Server:
    """``jam serve`` with its secrets in the environment; what it says on each channel, and its house."""

    process: asyncio.subprocess.Process
    log: Path
    house: House
    token: str
    secrets: dict[str, str] = field(default_factory=dict)
    refusals: list[bytes] = field(default_factory=list)

    def word(self, name: str) -> str:
        """A new secret word."""
        self.secrets[name] = f"canary{name}{len(self.secrets)}zq"
        return self.secrets[name]

    async def ask(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> bytes:
        answer = await ask(self.house, method, path, headers, body)
        if answer.split()[1] >= b"400":
            self.refusals.append(answer)
        return answer


@asynccontextmanager
async def serving(folder: Path, environment: dict[str, str]) -> AsyncIterator[Server]:
    log = folder / "stderr.log"
    command = (sys.executable, "-m", "jam", "serve", "--port", "0")
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=errors, env={**os.environ, **environment}
        )
    try:
        assert process.stdout
        said = ""
        async with asyncio.timeout(GROUPING):
            while "administrator token" not in said:
                line = (await process.stdout.readline()).decode()
                assert line, log.read_text()
                said += line
        url, token = re.findall(r"listening on (\S+)|token (\S+)", said)
        async with House(url[0]) as house:
            yield Server(process, log, house, token[1])
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 60)


async def set_password(valkey: Valkey) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", valkey.port)
    writer.write(f"CONFIG SET requirepass {REDIS_PASSWORD}\r\n".encode())
    assert await reader.readline() == b"+OK\r\n"
    writer.close()
    await writer.wait_closed()


def command_lines() -> dict[str, bytes]:
    """What every process of this machine was started with."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found[folder.name] = (folder / "cmdline").read_bytes()
        except OSError:
            continue  # it has ended
    return found


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def use_and_misuse(server: Server) -> None:
    """Everything that holds a secret, done rightly once and wrongly in several ways."""
    house = server.house
    house.token = server.secrets["api token"] = await house.login(server.token)
    forums = [{"title": "One", "question": server.word("question")}]
    phases = [{"phase": "ideate"}, {"phase": "wrap_up"}, {"phase": "closed"}]
    jam = await house.create_jam(server.word("title"), forums, phases=phases)
    api, forum = f"/api/jams/{jam['id']}", jam["forums"][0]["id"]
    seat = await house.join(jam["code"], server.word("handle"))
    server.secrets["session"] = str(seat.cookie).partition("=")[2]
    link = await house.role_link(jam["id"], "moderator")
    server.secrets["role link"] = link.rsplit("/", 1)[1]
    idea = {
        "t": "submit_idea",
        "client_id": "a",
        "forum": forum,
        "text": server.word("idea"),
        "tags": [server.word("tag")],
    }
    made = json.loads(
        (await server.ask("POST", f"{api}/commands", seat.headers(), idea)).partition(b"\r\n\r\n")[2]
    )
    moderate = {
        "t": "moderate",
        "client_id": "b",
        "idea": made["idea"],
        "version": 1,
        "verdict": "hide",
        "rule": "abuse",
        "note": server.word("note"),
    }
    await server.ask("POST", f"{api}/commands", {"Authorization": f"Bearer {house.token}"}, moderate)
    words = list(server.secrets.values())
    people = ({"Authorization": f"Bearer {house.token}x"}, {"Cookie": f"{seat.cookie}x"}, seat.headers())
    for word, headers in zip(words, cycle(people), strict=False):
        await server.ask("GET", f"{api}/ideas?{word}={word}", headers)
        await server.ask("GET", f"/nowhere/{word}", {"Authorization": f"Bearer {word}"})
        await server.ask("POST", f"{api}/commands", headers, {**idea, "client_id": word, "unknown": word})
        await server.ask("POST", f"{api}/commands", headers, {**idea, "forum": word})
        await server.ask("POST", f"{api}/commands", headers, word)
        await server.ask("POST", "/api/login", headers, {"token": word + "x"})
        await server.ask("POST", "/api/join", headers, {"code": word, "handle": word})
    wire = await Wire.open(house, Seat(jam["id"], cookie=seat.cookie))
    wire.say({"t": "hello", "version": 1, "text": server.secrets["idea"]})
    await wire.next()
    await wire.close()
    await house.command(jam["id"], StartNextPhase(client_id="bell", phase_index=0))
    async with asyncio.timeout(GROUPING):
        while await house.report_version(jam["id"]) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    server.secrets["jam"] = jam["id"]  # an id: it may be logged, and is used below


async def test_t18_no_secret_is_in_logs_refusals_or_the_list_of_processes(
    tmp_path: Path, postgres_server: Postgres
) -> None:
    name = postgres_server.create()
    database = postgres_server.url(name).replace("postgres@", f"postgres:{DATABASE_PASSWORD}@", 1)
    with running_valkey() as valkey:
        await set_password(valkey)
        redis = f"redis://:{REDIS_PASSWORD}@127.0.0.1:{valkey.port}/0"
        environment = {"JAM_DATABASE": database, "JAM_REDIS": redis, "JAM_LOG_LEVEL": "debug"}
        async with serving(tmp_path, environment) as server:
            server.secrets |= {"database": DATABASE_PASSWORD, "redis": REDIS_PASSWORD, "token": server.token}
            await use_and_misuse(server)
            jam = server.secrets.pop("jam")
            lines = command_lines()
            for child in children(server.process.pid):
                # A child needs none of the server's secrets, so it is not handed any.
                lines[f"environment of {child}"] = environment_of(child)
            assert any("environment" in name for name in lines), "the theming child does not run"
            postgres_server.drop(name)
            valkey.process.kill()
            for _ in range(3):
                for path in ("/health", f"/api/jams/{jam}", f"/jams/{jam}/report.json"):
                    headers = {"Authorization": f"Bearer {server.house.token}"}
                    await server.ask("GET", path, headers)
                await asyncio.sleep(0.3)
    places = {**lines, "the log": server.log.read_bytes(), "refusals": b"\n".join(server.refusals)}
    assert len(server.refusals) > 50
    assert len(server.secrets) >= 12
    assert b"database_failed" in places["the log"]
    found = [
        f"{what} in {where}"
        for where, said in places.items()
        for what, word in server.secrets.items()
        if word.encode() in said
    ]
    assert found == []


@pytest.mark.parametrize(
    "environment",
    [
        {"JAM_DATABASE": f"postgresql://jam:{DATABASE_PASSWORD}@127.0.0.1:1/jam"},
        {"JAM_DATABASE": f"postgresql://jam:{DATABASE_PASSWORD}@host:port/jam"},
        {"JAM_REDIS": f"redis://:{REDIS_PASSWORD}@127.0.0.1:port/0"},
    ],
    ids=lambda one: "".join(one.values())[:24],
)
async def test_t18_a_set_up_that_fails_says_so_without_its_password(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    plain = {"JAM_DATABASE": f"sqlite:///{tmp_path}/jam.db"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "jam", "serve", "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **plain, **environment},
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode in (1, 2)
    assert b"canary" not in said
    assert b"Traceback" not in said


async def test_t18_help_and_settings_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    from jam.settings import ServerSettings

    monkeypatch.setenv("JAM_DATABASE", f"postgresql://jam:{DATABASE_PASSWORD}@host/jam")
    monkeypatch.setenv("JAM_REDIS", f"redis://:{REDIS_PASSWORD}@host/0")
    settings = ServerSettings()
    assert "canary" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "jam", "serve", "--help"), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert b"canary" not in said


async def test_t18_a_bug_is_logged_without_the_words_that_it_was_working_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What themes are called and what people wrote stands in variables when something breaks."""
    from jam.cli.serve import set_up_logging

    def name_themes(texts: dict[str, str]) -> str:
        return texts["nobody's"]

    set_up_logging("info")
    try:
        name_themes({"idea": DATABASE_PASSWORD})
    except KeyError:
        structlog.get_logger().exception("themes_failed", jam="jam")
    finally:
        structlog.reset_defaults()
    (line,) = capsys.readouterr().err.splitlines()
    logged = json.loads(line)
    assert (logged["event"], "name_themes" in line) == ("themes_failed", True)
    assert "canary" not in line
