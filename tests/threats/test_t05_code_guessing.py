"""T5: guessing join codes gets slower and slower; a right code is never delayed or refused."""

from __future__ import annotations

import asyncio
from itertools import islice
from pathlib import Path

import pytest

from jam.compose import running_engine
from jam.domain.rejections import Rejection
from jam.service.guesses import MOST_ADDRESSES, Guesses, network
from jam.service.ports import RandomIds
from tests.fakes import FakeClock, settled
from tests.guarantees.stage import set_stage
from tests.http.product import product
from tests.threats.visitor import Impatient, visitor

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_t5_the_21st_wrong_code_of_an_address_is_held_back_and_the_wait_grows_to_3_seconds() -> None:
    clock = Impatient()
    guesses = Guesses(clock)
    waits = [await guesses.wrong("203.0.113.7") for _ in range(100)]
    assert waits[:20] == [0.0] * 20
    assert 0 < waits[20] < waits[21] < waits[30]
    assert max(waits) == waits[-1] == 3.0
    assert await guesses.wrong("203.0.113.8") == 0.0


async def test_t5_two_hundred_wrong_codes_a_minute_from_everywhere_slow_all_wrong_ones_down() -> None:
    clock = Impatient()
    guesses = Guesses(clock)
    waits = [await guesses.wrong(f"203.0.{n // 250}.{n % 250}") for n in range(260)]
    assert waits[:200] == [0.0] * 200
    assert all(wait > 0 for wait in waits[200:])


async def test_t5_a_minute_later_it_is_forgotten() -> None:
    clock = Impatient()
    guesses = Guesses(clock)
    for _ in range(100):
        await guesses.wrong("203.0.113.7")
    clock.at += 59
    assert await guesses.wrong("203.0.113.7") > 0
    clock.at += 61
    assert await guesses.wrong("203.0.113.7") == 0.0


async def test_t5_no_more_than_200_answers_are_held_and_addresses_are_bounded() -> None:
    clock = FakeClock()
    guesses = Guesses(clock)
    tasks = [asyncio.create_task(guesses.wrong("203.0.113.7")) for _ in range(1000)]
    await settled()
    assert clock.sleepers == 200
    assert sum(task.done() for task in tasks) == 1000 - 200
    await clock.advance(3.0)
    assert max(await asyncio.gather(*tasks)) <= 3.0
    for number in range(MOST_ADDRESSES + 50):
        guesses._count(f"address {number}", 1)
    assert len(guesses._times) == MOST_ADDRESSES


def test_t5_one_customer_is_one_address() -> None:
    assert network("2001:db8:1:2::7") == network("2001:db8:1:2:ffff::1") != network("2001:db8:1:3::7")
    assert network("::ffff:203.0.113.7") == "203.0.113.7"
    assert network("name ann") == "name ann"


async def test_t5_after_forty_typos_from_an_office_the_right_code_joins_at_once(tmp_path: Path) -> None:
    async with product(tmp_path) as served, visitor(served.house.url) as typist:
        clock = FakeClock()
        served.engine.people.accounts.guesses = Guesses(clock)
        body = {"handle": "Ann", "code": "WRXNGWRX"}
        typos = [asyncio.create_task(typist.json("/api/join", body)) for _ in range(40)]
        for first in islice(asyncio.as_completed(typos), 20):
            await first
        async with visitor(served.house.url) as colleague:
            joined = await colleague.json("/api/join", {"handle": "Mara 41", "code": served.jam["code"]})
        assert joined.status_code == 201
        assert sum(task.done() for task in typos) == 20, "whoever has the right code waited behind the typos"
        while not all(task.done() for task in typos):
            await clock.advance(3.0)
            await asyncio.sleep(0.01)
        assert {(await task).status_code for task in typos} == {404}


async def test_t5_a_wrong_code_and_one_of_a_closed_jam_get_the_same_answer(tmp_path: Path) -> None:
    async with product(tmp_path) as served, visitor(served.house.url) as stranger:
        for number in range(2):
            bell = {"t": "start_next_phase", "client_id": f"b{number}", "phase_index": number}
            await served.post(f"{served.api}/commands", bell, served.admin)
        code = served.jam["code"]
        for address in ("/j/{}", "/?code={}"):
            wrong, closed = [await stranger.look(address.format(c)) for c in ("WRXNGWRX", code)]
            assert closed.status_code == wrong.status_code == 404
            assert closed.text.replace(code, "WRXNGWRX") == wrong.text
        answers = [await stranger.json("/api/join", {"code": c, "handle": "X"}) for c in ("WRXNGWRX", code)]
        assert answers[0].text == answers[1].text
        inside = await served.ask("GET", f"/j/{code}", headers={"Accept": "text/html"})
        assert inside.status == 200


async def guess(folder: Path, number: int) -> None:
    clock, ids = Impatient(), RandomIds()
    async with running_engine(f"sqlite:///{folder}/jam.db") as engine:
        engine.people.accounts.guesses = Guesses(clock)
        await set_stage(engine, people=0)
        for _ in range(number):
            found = await engine.people.find(ids.code(), None, "203.0.113.7")
            assert isinstance(found, Rejection)
            assert found.code == "code_unknown"
    assert len(clock.waits) == number - 20


async def test_t5_a_thousand_guesses_hit_nothing_and_nearly_all_of_them_wait(tmp_path: Path) -> None:
    await guess(tmp_path, 1_000)


@pytest.mark.full
async def test_t5_a_hundred_thousand_guesses_hit_nothing(tmp_path: Path) -> None:
    await guess(tmp_path, 100_000)
