"""Rows W19 to W22: too much at once, too many windows, sockets whose right has ended, foreign pages."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest

from jam.cli.crowd.house import Seat
from jam.http import socket as socket_adapter
from jam.live.wire import CLOSE_CODES
from tests.bad_inputs.open_jam import closed, open_jam, refusal
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio


async def test_w19_the_seventeenth_unanswered_command_is_told_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_jam(tmp_path) as jam:
        wire = await jam.enter()
        handle, gate = jam.engine.intake.handle, asyncio.Event()

        async def after_the_gate(*command: Any) -> Any:
            await gate.wait()
            return await handle(*command)

        monkeypatch.setattr(jam.engine.intake, "handle", after_the_gate)
        for number in range(17):
            wire.say(jam.idea(f"c{number}"))
        answer = await refusal(wire)
        assert (answer["code"], answer["ref"]) == ("too_many_in_flight", "c16")
        assert answer["retry"]
        gate.set()
        acked = set()
        while len(acked) < 16:
            if (one := await wire.next())["t"] == "ack":
                acked.add(one["ref"])
        assert acked == {f"c{number}" for number in range(16)}


@pytest.mark.parametrize("hello", [True, False], ids=["greeted", "before hello"])
async def test_w20_the_sixth_socket_of_a_person_closes_their_oldest_4505(
    tmp_path: Path, hello: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_adapter, "HELLO_SECONDS", 600)
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        other = await jam.enter(await jam.join("Bea"))
        wires = [await jam.enter(seat, hello=hello) for _ in range(6)]
        assert await closed(wires[0]) == 4505
        assert wires[0].reason == "too_many_sockets"
        assert "another window" in CLOSE_CODES[wires[0].reason].meaning
        for wire in (*wires[1:], other):
            if not hello and wire is not other:
                await wire.hello()
            wire.say({"t": "hello", "version": 1})
            assert (await refusal(wire))["code"] == "already_joined", "it was closed too"


def session_of(seat: Seat) -> str:
    """What the server keeps of a seat's cookie."""
    return hashlib.sha256((seat.cookie or "").partition("=")[2].encode()).hexdigest()


ENDS = {
    4501: lambda jam, seat: jam.engine.live.end_session(session_of(seat)),
    4503: lambda jam, seat: jam.engine.live.end_person(seat.participant),
    4504: lambda jam, seat: jam.engine.live.end_jam(jam.id),
}


@pytest.mark.parametrize("code", ENDS)
async def test_w21_a_socket_ends_with_the_session_the_person_or_the_jam(tmp_path: Path, code: int) -> None:
    async with open_jam(tmp_path) as jam:
        seat, other = await jam.join("Ann"), await jam.join("Bea")
        wires = [await jam.enter(seat), await jam.enter(seat, hello=False)]
        staying = await jam.enter(other)
        assert ENDS[code](jam, seat) == len(wires) + (code == 4504)
        async with asyncio.timeout(PATIENCE):
            assert [await closed(wire) for wire in wires] == [code] * 2
        if code == 4504:
            assert await closed(staying) == code
            return
        staying.say(jam.idea())
        while (await staying.next())["t"] != "ack":
            pass


@pytest.mark.parametrize("code", ENDS)
async def test_w21_a_socket_that_was_let_in_a_moment_before_the_end_ends_too(
    tmp_path: Path, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the database and the first frame the session may be gone."""
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        arrive = jam.engine.live.arrive

        def too_late(session: Any) -> None:
            ENDS[code](jam, seat)
            arrive(session)

        with monkeypatch.context() as patch:
            patch.setattr(jam.engine.live, "arrive", too_late)
            assert await closed(await jam.enter(seat, hello=False)) == code
        again = await jam.enter(seat)  # let in after the end, so there was a right to it again
        again.say(jam.idea())
        while (await again.next())["t"] != "ack":
            pass


async def test_w21_nothing_that_a_closed_session_still_sends_is_done(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        wire = await jam.enter(seat)
        jam.engine.live.end_session(session_of(seat))
        wire.say(jam.idea(text="Sent too late"))
        assert await closed(wire) == 4501
        assert (await jam.house.jam(jam.id))["totals"]["ideas"] == 0


FOREIGN = (None, "https://evil.example", "null")


async def test_w22_a_foreign_page_with_the_persons_cookie_gets_403_before_the_upgrade(
    tmp_path: Path,
) -> None:
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        for origin in FOREIGN:
            assert await jam.status(seat, Origin=origin) == 403, origin
        assert await jam.status(seat) == 101
        assert await jam.status(Seat(jam=jam.id)) == 403, "a stranger from our own page"
