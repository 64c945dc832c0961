"""Thousands of made-up socket messages at a real server: no traceback, nothing hangs, memory stays flat.

Each conversation is a socket of its own, of a participant, a moderator or a facilitator, so that what has
the right form reaches the rules and the database. ``--full`` sends 50,000 messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jam.cli.crowd.house import House, Seat
from jam.cli.crowd.server import ServerProcess, own_house
from tests.bad_inputs.open_jam import OPEN, PHASES
from tests.bad_inputs.socket_grammar import Sent, frames
from tests.guarantees.wire import Wire
from tests.http.support import TEXT, frame
from tests.patience import PATIENCE

pytestmark = pytest.mark.slow
IN_ONE = 10
MIB = 1 << 20
ERRORS = ("Traceback", '"level": "error"', '"level": "critical"', "[error")
ALREADY = b'"code":"already_joined"'


@dataclass
class Target:
    """A server process with a jam, and the seats from which it is talked to."""

    process: ServerProcess
    house: House
    seats: list[Seat]
    ids: list[str]
    witness: Wire
    numbers: count[int]
    read: int = 0

    @property
    def rss(self) -> int:
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))

    async def talk(self, seat: Seat, conversation: list[Sent]) -> None:
        """Say it all on a socket of its own; what was understood must be answered or end the socket."""
        wire = await Wire.open(self.house, seat)
        try:
            await wire.hello()
            wire.writer.write(b"".join(sent.wire for sent in conversation))
            if all(sent.whole for sent in conversation):
                wire.writer.write(frame(TEXT, b'{"t":"hello","version":1}'))
                async with asyncio.timeout(PATIENCE):
                    await self._until_answered(wire)
        finally:
            await wire.close()

    async def _until_answered(self, wire: Wire) -> None:
        try:
            while True:
                opcode, payload = await wire._frame()
                if opcode == 8 or ALREADY in payload:
                    return
        except (EOFError, OSError):
            return  # the server ended it

    async def is_well(self) -> None:
        """Somebody else is answered, and the log tells of no error."""
        self.witness.say(
            {"t": "flag_idea", "client_id": f"w{next(self.numbers)}", "idea": "i", "rule": "abuse"}
        )
        async with asyncio.timeout(PATIENCE):
            while (await self.witness.next())["t"] != "error":
                pass
        with (self.process.folder / "server.log").open(errors="replace") as log:
            log.seek(self.read)
            said = log.read()
            self.read = log.tell()
        assert not any(word in said for word in ERRORS), said[:4_000]


@asynccontextmanager
async def _target(folder: Path) -> AsyncIterator[Target]:
    process = ServerProcess(folder)
    async with own_house(process) as house:
        forums = [{"title": "One", "question": "What now?"}]
        made = await house.create_jam("Made up", forums, phases=PHASES, settings=OPEN)
        steered = await house.create_jam("Steered", forums, phases=PHASES, settings=OPEN)
        seats = [await house.join(made["code"], f"Person {number}") for number in range(4)]
        seats += [await house.take_role(made["id"], "moderator")]
        seats += [await house.take_role(steered["id"], "facilitator")]
        witness = await Wire.open(house, await house.join(made["code"], "Witness"))
        await witness.hello()
        ids = [made["id"], made["forums"][0]["id"], steered["forums"][0]["id"], seats[0].participant]
        ids += await _some_ideas(house, seats[0], made)
        try:
            yield Target(process, house, seats, ids, witness, count())
        finally:
            await witness.close()


async def _some_ideas(house: House, seat: Seat, made: dict[str, Any]) -> list[str]:
    wire = await Wire.open(house, seat)
    await wire.hello()
    ideas: list[str] = []
    for number in range(3):
        command = {"t": "submit_idea", "client_id": f"i{number}", "forum": made["forums"][0]["id"]}
        wire.say({**command, "text": f"Idea {number}"})
        while (answer := await wire.next())["t"] != "ack":
            pass
        ideas.append(answer["idea"])
    await wire.close()
    return ideas


@pytest.mark.parametrize("messages", [1_200, pytest.param(50_000, marks=pytest.mark.full)])
def test_w1_to_w13_thousands_of_made_up_messages_leave_no_traceback_no_hang_and_no_memory(
    tmp_path: Path, messages: int
) -> None:
    with asyncio.Runner() as runner:
        opened = _target(tmp_path)
        target = runner.run(opened.__aenter__())
        try:
            _send(runner, target, messages // 4)
            warm = target.rss
            _send(runner, target, messages - messages // 4)
            grown = target.rss - warm
            assert grown < 16 * MIB, f"{grown / MIB:.1f} MiB"
        finally:
            runner.run(opened.__aexit__(None, None, None))


def _send(runner: asyncio.Runner, target: Target, messages: int) -> None:
    """So many made-up messages, ``IN_ONE`` to a conversation."""
    sent = frames(st.sampled_from(target.ids))

    @settings(
        max_examples=messages // IN_ONE,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # ten messages are few enough to read as they are
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(target.seats), st.lists(sent, min_size=IN_ONE, max_size=IN_ONE))
    def converse(seat: Seat, conversation: list[Sent]) -> None:
        runner.run(target.talk(seat, conversation))
        runner.run(target.is_well())

    converse()
