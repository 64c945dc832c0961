"""G10: what is pending, hidden, returned or withdrawn unseen reaches nobody but its author and the staff.

A word that occurs nowhere else is put into every text that must not be shown: pending, hidden, returned,
withdrawn, edits that wait for a check, their tags, notes to authors, and texts that were refused. Then
every byte that everybody else was sent is searched for it: live sockets, resumed ones, late ones, pages,
the API and its errors, the report in all its forms, the server's log, what crosses Valkey, and what goes to
the theming process.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jam.cli.crowd.house import House, Seat
from jam.cli.crowd.server import ServerProcess, own_house
from jam.compose import running_engine
from jam.domain.commands import ShowThemes, StartNextPhase
from jam.domain.jam_settings import Settings
from jam.domain.names import Policy
from tests.guarantees.faulty_server import serve
from tests.guarantees.stage import set_stage
from tests.guarantees.wire import Wire, ask, drop
from tests.patience import GROUPING
from tests.servers import Valkey

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
PHASES = [{"phase": "ideate"}, {"phase": "wrap_up"}, {"phase": "closed"}]
SETTINGS = {"policy": "pre", "ideas_per_minute": 60_000, "burst": 1_000}
ANSWERED = "An idea that is answered"
NEVER_SHOWN = ("pending", "hidden", "returned", "reworked", "withdrawn", "reply")
TOPICS = ("Benches by the river", "A later bus on Fridays", "More trees in the market square")


@dataclass
class Play:
    """A jam in which every text is checked first; what is whose secret; and who received what."""

    house: House
    jam: dict[str, Any]
    author: Seat
    staff: Seat
    secrets: list[str] = field(default_factory=list)
    ideas: dict[str, str] = field(default_factory=dict)
    received: dict[str, bytes] = field(default_factory=dict)
    count: int = 0

    @property
    def at(self) -> str:
        return f"/jams/{self.jam['id']}"

    def secret(self) -> str:
        """A new word that must not get out."""
        self.secrets.append(f"canary{len(self.secrets):03d}zq")
        return self.secrets[-1]

    async def give(self, seat: Seat, t: str, **fields: Any) -> dict[str, Any]:
        """One command over HTTP; the answer, whatever it is."""
        self.count += 1
        body = {"t": t, "client_id": f"c{self.count}", **fields}
        answer = await ask(self.house, "POST", f"/api{self.at}/commands", seat.headers(), body)
        found: dict[str, Any] = json.loads(answer.partition(b"\r\n\r\n")[2])
        return found

    async def submit(self, text: str, **more: Any) -> str:
        forum = self.jam["forums"][0]["id"]
        answer = await self.give(self.author, "submit_idea", forum=forum, text=text, **more)
        return str(answer["idea"])

    async def decide(self, idea: str, version: int, verdict: str, **more: Any) -> None:
        rule = {} if verdict == "approve" else {"rule": "abuse"}
        answer = await self.give(
            self.staff, "moderate", idea=idea, version=version, verdict=verdict, **rule, **more
        )
        assert "seq" in answer, answer

    async def published(self, text: str) -> str:
        idea = await self.submit(text)
        await self.decide(idea, 1, "approve")
        return idea

    async def edit(self, idea: str, version: int, **fields: Any) -> None:
        answer = await self.give(self.author, "edit_idea", idea=idea, version=version, **fields)
        assert "seq" in answer, answer


async def _hide_everything(play: Play) -> None:
    """One idea for every way in which words can be there and not be for everyone."""
    secret, ideas = play.secret, play.ideas
    tags = {"tags": [secret()]}
    ideas["pending"] = await play.submit(f"Pending {secret()}", tags=[secret()])
    ideas["hidden"] = await play.submit(f"Hidden {secret()}", tags=[secret()])
    await play.decide(ideas["hidden"], 1, "hide", note=f"A note {secret()}")
    ideas["returned"] = await play.submit(f"Returned {secret()}", tags=[secret()])
    await play.decide(ideas["returned"], 1, "return", note=f"Please {secret()}")
    ideas["reworked"] = await play.submit(f"Returned first {secret()}")
    await play.decide(ideas["reworked"], 1, "return", note=f"Better so {secret()}")
    await play.edit(ideas["reworked"], 2, text=f"And sent again {secret()}")
    ideas["withdrawn"] = await play.submit(f"Withdrawn {secret()}")
    await play.give(play.author, "withdraw_idea", idea=ideas["withdrawn"])
    ideas["edited"] = await play.published("Seen by everyone at first")
    await play.edit(ideas["edited"], 2, text=f"Edited {secret()}", **tags)
    ideas["edit hidden"] = await play.published("Seen by everyone and edited")
    await play.edit(ideas["edit hidden"], 2, text=f"Edited for the worse {secret()}")
    await play.decide(ideas["edit hidden"], 3, "hide", note=f"No {secret()}")
    ideas["edit returned"] = await play.published("Seen by everyone and edited twice")
    await play.edit(ideas["edit returned"], 2, text=f"A first try {secret()}")
    await play.decide(ideas["edit returned"], 3, "return")
    await play.edit(ideas["edit returned"], 4, text="A second try")
    await play.decide(ideas["edit returned"], 5, "approve")
    ideas["reply"] = await _pending_reply(play)
    too_long = await play.give(
        play.author, "submit_idea", forum=play.jam["forums"][0]["id"], text=secret() * 100
    )
    assert too_long["code"] == "text_too_long"
    unknown = await play.give(
        play.author, "submit_idea", forum=secret(), text=secret(), **{secret(): secret()}
    )
    assert unknown["code"] == "unknown_field"
    # What is refused before anybody looks at it must not be in the log either.
    headers = play.author.headers()
    await ask(play.house, "GET", f"/jams/{secret()}?{secret()}={secret()}", headers)
    await ask(play.house, "POST", f"/api{play.at}/commands", headers, secret())
    await ask(play.house, "POST", f"/l/{secret()}", headers, {secret(): secret()})


async def _pending_reply(play: Play) -> str:
    shown = await play.published(ANSWERED)
    answer = await play.give(play.author, "submit_reply", idea=shown, text=f"A reply {play.secret()}")
    return str(answer["idea"])


async def _read_over_http(play: Play, who: str, seat: Seat, when: str) -> None:
    """Every address and every form, asked for by somebody who may not see more than everyone."""
    jam, api = play.at, f"/api{play.at}"
    paths = [jam, f"{jam}/facilitate", f"{jam}/report", f"{jam}/report.json", f"{jam}/themes.csv"]
    paths += [
        f"{jam}/ideas.csv",
        api,
        f"{api}/ideas?limit=200",
        f"{api}/ideas?before=20",
        f"{api}/records.jsonl",
        f"{api}/themes",
        f"{jam}/themes",
    ]
    paths += [f"{api}/ideas/{idea}/history" for idea in play.ideas.values()]
    paths += [f"/j/{play.jam['code']}", "/", "/health"]
    answers = [
        await ask(play.house, "GET", path, {"Accept": "text/html", **seat.headers()}) for path in paths
    ]
    for kind, idea in play.ideas.items():
        for command in (
            {"t": "edit_idea", "version": 1, "text": "Not mine"},
            {"t": "submit_reply", "text": "To what I cannot see"},
            {"t": "flag_idea", "rule": "abuse"},
            {"t": "moderate", "version": 1, "verdict": "approve"},
            {"t": "restore_idea"},
        ):
            body = {
                **command,
                "client_id": f"{who}-{when}-{kind.replace(' ', '')}-{command['t']}",
                "idea": idea,
            }
            answers.append(await ask(play.house, "POST", f"{api}/commands", seat.headers(), body))
    play.received[f"{who} over HTTP {when}"] = b"".join(answers)


@asynccontextmanager
async def _monitored(valkey: Valkey) -> AsyncIterator[bytearray]:
    """Everything that any client asks of Valkey from now on."""
    heard = bytearray()
    reader, writer = await asyncio.open_connection("127.0.0.1", valkey.port)
    writer.write(b"MONITOR\r\n")
    assert await reader.readline() == b"+OK\r\n"

    async def listen() -> None:
        while taken := await reader.read(65_536):
            heard.extend(taken)

    listening = asyncio.create_task(listen())
    try:
        yield heard
    finally:
        await drop(writer)
        await asyncio.gather(listening, return_exceptions=True)


async def _report(play: Play) -> None:
    """End the writing and wait for the report."""
    await play.house.command(play.jam["id"], StartNextPhase(client_id="to-wrap-up", phase_index=0))
    async with asyncio.timeout(GROUPING):
        while await play.house.report_version(play.jam["id"]) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.2)


def _found(secrets: list[str], received: dict[str, bytes]) -> list[str]:
    places = received.items()
    return [
        f"{secret} in {where}" for where, taken in places for secret in secrets if secret.encode() in taken
    ]


async def _open(
    play: Play, wires: dict[str, Wire], name: str, seat: Seat, resume: Wire | None = None
) -> Wire:
    """A socket of somebody, from the beginning or from where another one of theirs ended."""
    wire = wires[name] = await Wire.open(play.house, seat)
    if resume is not None:
        wire.cursor, wire.epoch = resume.cursor, resume.epoch
    assert (await wire.hello(resume=resume is not None))["resumed"] is (resume is not None)
    return wire


async def _perform(play: Play, wires: dict[str, Wire]) -> None:
    """Write, hide and edit while people watch, leave, come back and come late; then read everything."""
    join, code = play.house.join, play.jam["code"]
    seats = {name: await join(code, name) for name in ("Reader", "Early", "Leaver")}
    seats["Observer"] = await play.house.take_role(play.jam["id"], "observer")
    for name, seat in seats.items():
        await (await _open(play, wires, name, seat)).until_cursor(1)
    early = wires.pop("Early")
    await early.close()
    await play.house.command(play.jam["id"], ShowThemes(client_id="show", shown=True))
    for number, topic in enumerate(TOPICS * 5):
        await play.published(f"{topic}, said for the {number}th time")
    await _hide_everything(play)
    await _live_themes(play)
    forum = play.jam["forums"][0]["id"]
    last = await play.give(play.author, "submit_idea", forum=forum, text=f"Last {play.secret()}")
    head = int(last["seq"])
    await wires["Leaver"].until_cursor(head // 2)
    await wires["Leaver"].close()
    for name in ("Reader", "Observer"):
        await wires[name].until_cursor(head)
    await (await _open(play, wires, "Early again", seats["Early"], early)).until_cursor(head)
    await (await _open(play, wires, "Leaver again", seats["Leaver"], wires["Leaver"])).until_cursor(head)
    seats["Late"] = await join(code, "Late")
    late = await _open(play, wires, "Late", seats["Late"])
    await late.until_cursor(head)
    late.say({"t": "flag_idea", "client_id": "x", "idea": play.ideas["pending"], "rule": "abuse"})
    while (await late.next())["t"] != "error":
        pass
    await _report(play)
    seats["Stranger"] = Seat(jam=play.jam["id"])
    for name, seat in seats.items():
        await _read_over_http(play, name, seat, "after the report")


async def _live_themes(play: Play) -> None:
    """Wait for themes of what is shown, made while there is much that is not."""
    async with asyncio.timeout(GROUPING):
        path, headers = f"/api{play.at}/themes", play.author.headers()
        while b'"themes"' not in await ask(play.house, "GET", path, headers):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def test_g10_what_is_not_for_everyone_reaches_nobody_but_its_author_and_the_staff(
    tmp_path: Path, redis_url: str, valkey_server: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAM_LOG_LEVEL", "debug")
    theming = tmp_path / "theming"
    process = ServerProcess(
        tmp_path, serve=(*serve(f"watch_theming={theming}", "be_patient=600"), "--redis", redis_url)
    )
    wires: dict[str, Wire] = {}
    async with _monitored(valkey_server) as bus, own_house(process) as house:
        forums = [{"title": "One", "question": "What?"}]
        jam = await house.create_jam("Canary", forums, phases=PHASES, settings=SETTINGS)
        author, staff = await house.join(jam["code"], "Author"), await house.take_role(jam["id"], "moderator")
        play = Play(house, jam, author, staff)
        try:
            await _perform(play, wires)
            await _its_author_sees(play)
            await _staff_see(play)
        finally:
            for wire in wires.values():
                await wire.close()
    play.received |= {f"{name}'s socket": bytes(wire.received) for name, wire in wires.items()}
    play.received["the server's log"] = (tmp_path / "server.log").read_bytes()
    play.received["Valkey"] = bytes(bus)
    play.received["the theming process"] = theming.read_bytes()
    assert len(play.secrets) > 25
    assert _found(play.secrets, play.received) == []
    # Nor may anybody learn that there is something: not even by its id.
    never_shown = [play.ideas[kind] for kind in NEVER_SHOWN]
    people = {where: taken for where, taken in play.received.items() if "socket" in where or "HTTP" in where}
    assert _found(never_shown, people) == []
    _and_this_would_have_been_seen(play)


async def test_g10_the_bus_of_one_process_carries_no_words(tmp_path: Path) -> None:
    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        listener, heard = engine.bus.listen(), b""
        stage = await set_stage(engine, settings=Settings(policy=Policy.PRE))
        await stage.submit(stage.people[0], "one", "canary000zq", tags=["canary001zq"])
        await stage.next_phase("end", 0)
        async with asyncio.timeout(GROUPING):
            while b"report" not in heard or stage.jam_id.encode() not in heard:
                heard += msgspec.json.encode(await anext(listener))
    assert b"canary" not in heard


async def _its_author_sees(play: Play) -> None:
    """The author gets every text of their own that is on record, with where it stands."""
    wire = await Wire.open(play.house, play.author)
    await wire.hello()
    await wire.until_cursor(1)
    mine = bytes(wire.received)
    await wire.close()
    idea = {one["id"]: one for one in _ideas(mine)}
    stands = {
        kind: idea[play.ideas[kind]]["status"] for kind in ("pending", "hidden", "returned", "withdrawn")
    }
    assert stands == {kind: kind for kind in stands}
    for kind in ("pending", "hidden", "returned", "reworked", "withdrawn", "edited", "edit hidden", "reply"):
        assert "canary" in idea[play.ideas[kind]]["text"], kind
    assert "canary" in idea[play.ideas["hidden"]]["note"]


async def _staff_see(play: Play) -> None:
    wire = await Wire.open(play.house, play.staff)
    await wire.hello()
    await wire.until_cursor(1)
    shown = {one["id"] for one in _ideas(bytes(wire.received)) if "canary" in one.get("text", "")}
    await wire.close()
    assert {play.ideas["pending"], play.ideas["reworked"], play.ideas["edited"]} <= shown


def _ideas(received: bytes) -> list[dict[str, Any]]:
    """The ideas of a snapshot in one part."""
    start = received.index(b'{"t":"snapshot"')
    found: list[dict[str, Any]] = json.JSONDecoder().raw_decode(received[start:].decode(errors="replace"))[0][
        "ideas"
    ]
    return found


def _and_this_would_have_been_seen(play: Play) -> None:
    """What is for everyone is in each of these places: so they were looked at, and hold words as they are."""
    for where, taken in play.received.items():
        if "socket" in where or where == "the theming process":
            assert any(words.encode() in taken for words in (ANSWERED, TOPICS[0])), where
        elif "HTTP" in where and "Stranger" not in where:
            assert taken.count(TOPICS[0].encode()) > 3, where
            assert b'"mark":' in taken, where
    assert b"jam:wake" in play.received["Valkey"]
    assert b"listening on" in play.received["the server's log"]
