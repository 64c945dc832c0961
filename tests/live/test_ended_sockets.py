"""Sockets that end with the right they came by, and those of the one browser that stays."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from jam.cli.crowd.house import Seat
from jam.http.context import LOOPBACK_COOKIE
from jam.store.access import digest
from tests.bad_inputs.open_jam import OpenJam, closed, open_jam, refusal
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio
PASSWORD = "correct horse battery staple"


async def _account(jam: OpenJam) -> str:
    found = await jam.engine.people.accounts.by_api_token(jam.house.token or "")
    assert found is not None
    assert found.account_id is not None
    return found.account_id


async def _browser(jam: OpenJam) -> tuple[Seat, str]:
    """The account in a browser, and what the server keeps of its cookie."""
    cookie = await jam.engine.people.accounts.sign_in(await _account(jam), None)
    return Seat(jam=jam.id, cookie=f"{LOOPBACK_COOKIE}={cookie}"), digest(cookie)


async def test_t17_a_new_password_ends_every_socket_of_the_account_but_those_of_the_browser_that_set_it(
    tmp_path: Path,
) -> None:
    async with open_jam(tmp_path) as jam:
        mine, keep = await _browser(jam)
        other, _ = await _browser(jam)
        thief = Seat(jam=jam.id, token=jam.house.token)
        staying, *ending = [await jam.enter(seat) for seat in (mine, other, thief)]
        account = await _account(jam)
        assert await jam.engine.people.accounts.set_password(account, PASSWORD, keep) is None
        async with asyncio.timeout(PATIENCE):
            assert [await closed(wire) for wire in ending] == [4501, 4501]
        staying.say(jam.idea())
        while (await staying.next())["t"] != "ack":
            pass


@pytest.mark.parametrize("stays", [True, False])
async def test_t17_of_sockets_let_in_a_moment_before_a_new_password_the_browsers_own_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stays: bool
) -> None:
    async with open_jam(tmp_path) as jam:
        mine, keep = await _browser(jam)
        seat = mine if stays else Seat(jam=jam.id, token=jam.house.token)
        who = (
            (await jam.engine.people.accounts.by_cookie(mine.cookie.partition("=")[2]))
            if mine.cookie
            else None
        )
        entered = await jam.engine.people.enter(who, jam.id)
        person: str = entered.participant_id  # type: ignore[union-attr]
        arrive = jam.engine.live.arrive

        def too_late(session: Any) -> None:
            jam.engine.live.end_person(person, "signed_out", keep)
            arrive(session)

        monkeypatch.setattr(jam.engine.live, "arrive", too_late)
        wire = await jam.enter(seat, hello=False)
        if not stays:
            assert await closed(wire) == 4501
            return
        wire.say({"t": "hello", "version": 1})
        assert (await wire.next())["t"] == "welcome"


async def test_a_socket_whose_jam_goes_while_it_says_hello_is_told_so_and_nothing_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_jam(tmp_path) as jam:
        await jam.enter()
        who = jam.engine.live._me

        async def and_gone(viewer: Any) -> Any:
            found = await who(viewer)
            jam.engine.live._snapshots.pop(jam.id, None)
            return found

        wire = await jam.enter(hello=False)
        monkeypatch.setattr(jam.engine.live, "_me", and_gone)
        wire.say({"t": "hello", "version": 1})
        assert (await refusal(wire))["code"] == "not_found"
    assert "Traceback" not in capsys.readouterr().out
