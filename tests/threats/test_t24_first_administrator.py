"""T24: the first visitor is not the administrator: one token, for one use and 30 minutes, on the console."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jam.cli import app
from jam.compose import running_engine
from jam.domain.rejections import Rejection
from tests.fakes import FakeClock
from tests.guarantees.serving import serving
from tests.guarantees.stage import code_of
from tests.threats.visitor import visitor

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
PASSWORD = "correct horse battery staple"


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/jam.db"


async def test_t24_a_token_works_once(tmp_path: Path) -> None:
    async with running_engine(url(tmp_path)) as engine:
        accounts = engine.people.accounts
        token = await accounts.bootstrap_token() or ""
        assert not isinstance(await accounts.exchange_bootstrap(token), Rejection)
        assert code_of(await accounts.exchange_bootstrap(token)) == "token_wrong"  # type: ignore[arg-type]
        assert await accounts.bootstrap_token() is None
        assert [account.name for account in await accounts.everybody()] == ["Administrator"]


async def test_t24_a_token_works_for_30_minutes(tmp_path: Path) -> None:
    clock = FakeClock()
    async with running_engine(url(tmp_path), clock=clock) as engine:
        accounts = engine.people.accounts
        late = await accounts.bootstrap_token() or ""
        clock.jump(30 * 60)
        assert code_of(await accounts.exchange_bootstrap(late)) == "token_wrong"  # type: ignore[arg-type]
        just = await accounts.bootstrap_token() or ""
        clock.jump(30 * 60 - 1)
        assert not isinstance(await accounts.exchange_bootstrap(just), Rejection)


async def test_t24_each_start_makes_the_tokens_of_earlier_starts_worthless(tmp_path: Path) -> None:
    async with running_engine(url(tmp_path)) as engine:
        accounts = engine.people.accounts
        old, new = await accounts.bootstrap_token() or "", await accounts.bootstrap_token() or ""
        assert code_of(await accounts.exchange_bootstrap(old)) == "token_wrong"  # type: ignore[arg-type]
        assert not isinstance(await accounts.exchange_bootstrap(new), Rejection)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_t24_a_race_of_two_gives_one_administrator(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    where = url(tmp_path) if database == "sqlite" else request.getfixturevalue("postgres_url")
    async with running_engine(where) as engine:
        accounts = engine.people.accounts
        token = await accounts.bootstrap_token() or ""
        tries = [accounts.exchange_bootstrap(token, f"Admin {n}", PASSWORD) for n in range(2)]
        outcomes = await asyncio.gather(*tries)
        assert sorted(isinstance(outcome, Rejection) for outcome in outcomes) == [False, True]
        assert len(await accounts.everybody()) == 1


async def test_t24_nobody_can_sign_in_before_there_is_an_administrator(tmp_path: Path) -> None:
    async with serving(url(tmp_path)) as (engine, house), visitor(house.url) as browser:
        for name in ("admin", "Administrator", "root", ""):
            for password in ("", "Administrator"):
                refused = await browser.send("/sign-in", name=name, password=password)
                assert refused.status_code == 403
        assert [account.password for account in await engine.people.accounts.everybody()] == [None]


async def test_t24_the_page_for_the_token_makes_the_administrator_of_that_browser(tmp_path: Path) -> None:
    async with serving(url(tmp_path)) as (engine, house):
        again = await engine.people.accounts.way_back()
        assert isinstance(again, str)
        async with visitor(house.url) as browser:
            wrong = await browser.send("/bootstrap", token="guess", name="Ida", password=PASSWORD)
            assert (wrong.status_code, browser.cookie) == (403, None)
            short = await browser.send("/bootstrap", token=again, name="Ida", password="short")
            assert (short.status_code, browser.cookie) == (422, None)
            done = await browser.send("/bootstrap", token=again, name="Ida", password=PASSWORD)
            assert done.status_code == 303
            assert "You are signed in as" in (await browser.look("/account")).text
            used = await browser.send("/bootstrap", token=again, name="Eve", password=PASSWORD)
            assert used.status_code == 403


async def test_t24_an_administrator_who_lost_everything_gets_in_again_and_nobody_else_stays_in(
    tmp_path: Path,
) -> None:
    async with running_engine(url(tmp_path)) as engine:
        accounts = engine.people.accounts
        made = await accounts.exchange_bootstrap(await accounts.bootstrap_token() or "", "Ann", PASSWORD)
        assert not isinstance(made, Rejection)
        thief = await accounts.sign_in(made[0], None)
    command = ["admin-token", "--database", url(tmp_path), "--json"]
    printed = await asyncio.to_thread(CliRunner().invoke, app, command)
    token = json.loads(printed.stdout)["token"]
    async with running_engine(url(tmp_path)) as engine:
        accounts = engine.people.accounts
        assert await accounts.bootstrap_token() is None, "a new start keeps the way back open"
        again = await accounts.exchange_bootstrap(token)
        assert not isinstance(again, Rejection)
        assert again[0] == made[0]
        assert await accounts.by_cookie(thief) is None
        assert await accounts.by_api_token(made[1]) is None
        assert code_of(await accounts.by_password("Ann", PASSWORD, "")) == "sign_in_wrong"  # type: ignore[arg-type]
        assert code_of(await accounts.exchange_bootstrap(token)) == "token_wrong"  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"])
def test_t24_the_way_back_does_not_make_a_database_of_a_mistyped_name(kind: str, tmp_path: Path) -> None:
    mistyped = url(tmp_path).replace("sqlite", kind, 1)
    refused = CliRunner().invoke(app, ["admin-token", "--database", mistyped])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "there is no such database" in refused.stderr
    assert list(tmp_path.iterdir()) == []
