"""Sockets while something is broken on our side: an answer in words, a close code, one line in the log."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from jam.live.tail import Tail
from tests.bad_inputs.open_jam import closed, open_jam, refusal
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio


async def _database_gone(*_: Any) -> Any:
    raise OperationalError("SELECT 1", {}, Exception("the server closed the connection"))


async def _bug(*_: Any) -> Any:
    raise KeyError("a bug")


async def test_handshake_while_the_database_is_away_gets_503(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        monkeypatch.setattr(jam.engine.people, "enter", _database_gone)
        assert await jam.status(seat) == 503


async def test_hello_while_the_database_is_away_is_told_to_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_jam(tmp_path) as jam:
        wire = await jam.enter(hello=False)
        monkeypatch.setattr(jam.engine.live, "enter", _database_gone)
        wire.say({"t": "hello", "version": 1})
        answer = await refusal(wire)
        assert (answer["code"], answer["retry"]) == ("try_later", True)
        assert await closed(wire) == 4004
    assert "Traceback" not in capsys.readouterr().out


async def test_bug_behind_a_hello_closes_that_socket_alone_and_is_logged_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_jam(tmp_path) as jam:
        other = await jam.enter(await jam.join("Bea"))
        wire = await jam.enter(hello=False)
        with monkeypatch.context() as patch:
            patch.setattr(jam.engine.live, "enter", _bug)
            wire.say({"t": "hello", "version": 1})
            assert await closed(wire) == 1011
        other.say(jam.idea())
        while (await other.next())["t"] != "ack":
            pass
    assert capsys.readouterr().out.count("socket_failed") == 1


async def test_bug_behind_a_command_is_answered_and_the_socket_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_jam(tmp_path) as jam:
        wire = await jam.enter()
        with monkeypatch.context() as patch:
            patch.setattr(jam.engine.intake, "handle", _bug)
            wire.say(jam.idea("c1"))
            answer = await refusal(wire)
        assert (answer["code"], answer["ref"], answer["retry"]) == ("internal_error", "c1", True)
        wire.say(jam.idea("c1"))
        while (await wire.next())["t"] != "ack":
            pass


async def test_bug_while_the_log_is_read_is_logged_and_what_came_meanwhile_is_sent_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_jam(tmp_path) as jam:
        wire, other = await jam.enter(), await jam.enter(await jam.join("Bea"))
        failed = asyncio.Event()

        async def bug(*_: Any) -> None:
            failed.set()
            raise KeyError("a bug")

        with monkeypatch.context() as patch:
            patch.setattr(Tail, "advance", bug)
            wire.say(jam.idea("c1"))
            async with asyncio.timeout(PATIENCE):
                await failed.wait()
        while "idea_published" not in str(await other.next()):
            pass
    assert "flush_failed" in capsys.readouterr().out
