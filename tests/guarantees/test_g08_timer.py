"""G8, F10 and F15: bells ring once, never early and at most 2 s late, whatever the clock does and however
often the server is started; and of two who press at once, one wins and the other is told.

The clock is in the test's hands: on SQLite it is the injected one, on PostgreSQL the server's own plus an
offset, as in the product. The kill -9 right before a bell is in ``test_f13_storm``.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from jam.compose import running_engine
from jam.domain.commands import CloseJam, ExtendPhase, RingBell, StartNextPhase
from jam.domain.jam_settings import Settings
from jam.domain.names import Phase, Role
from jam.domain.records import Jam
from jam.domain.rejections import Rejection
from jam.service.writer import house
from tests.fakes import FakeClock
from tests.guarantees.stage import Stage, code_of, enter, set_stage
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio
HOUR = 3_600.0
PHASES = (("ideate", 10.0), ("build", 10.0), ("wrap_up", 1_000.0), ("closed", None))
LATEST = 2.0
DATABASES = ("sqlite", "postgresql")
LOSES = (["ok", "phase_changed"], ["ok", "times_changed"])


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/jam.db"
    return str(request.getfixturevalue("postgres_url"))


@asynccontextmanager
async def _jam(url: str, clock: FakeClock) -> AsyncIterator[Stage]:
    async with running_engine(url, clock=clock) as engine:
        yield await set_stage(engine, phases=PHASES)


async def _rings(stage: Stage, phase: Phase, clock: FakeClock) -> float:
    """Move the clock in small steps until the phase runs; the seconds that went by."""
    began = clock.monotonic()
    while (await stage.jam()).phase is not phase:
        assert clock.monotonic() - began < LATEST, "the bell is late"
        await clock.advance(0.25)
        async with asyncio.timeout(PATIENCE):  # A commit takes real time, in which this clock stands still.
            while not clock.rests("timekeeper"):  # noqa: ASYNC110
                await asyncio.sleep(0.002)
    return clock.monotonic() - began


async def _rung(stage: Stage) -> list[str]:
    return [event.data["phase"] for event in await stage.events("phase_started")]


async def _left(stage: Stage) -> float:
    """Seconds until the running phase's planned end."""
    jam = await stage.jam()
    assert jam.next_bell_at is not None
    return (jam.next_bell_at - stage.engine.intake.clock.now()) / 1000


async def test_g8_a_bell_rings_by_itself_once_and_never_early(url: str) -> None:
    clock = FakeClock()
    async with _jam(url, clock) as stage:
        await clock.advance(await _left(stage) - 1)
        early = await stage.give(house(stage.jam_id), RingBell())
        assert not isinstance(early, Rejection)
        assert early["rang"] == 0
        assert await _rung(stage) == []
        await clock.advance(1)
        await _rings(stage, Phase.BUILD, clock)
        await asyncio.gather(*(stage.give(house(stage.jam_id), RingBell()) for _ in range(5)))
        assert await _rung(stage) == ["build"]


async def test_g8_a_bell_missed_while_the_server_was_down_rings_at_its_planned_moment(url: str) -> None:
    clock = FakeClock()
    async with _jam(url, clock) as stage:
        planned = (await stage.jam()).next_bell_at
    clock.jump(600 + 7)
    async with running_engine(url, clock=clock) as engine:
        again = stage.on(engine)
        await _rings(again, Phase.BUILD, clock)
        jam = await again.jam()
        assert jam.phases[0].ends_at == jam.phases[1].starts_at == planned
        assert await _rung(again) == ["build"]


async def test_g8_several_bells_missed_ring_in_their_order_each_once(url: str) -> None:
    clock = FakeClock()
    async with _jam(url, clock) as stage:
        planned = [slot.ends_at for slot in (await stage.jam()).phases[:2]]
    clock.jump(1_200 + 7)
    async with running_engine(url, clock=clock) as engine:
        again = stage.on(engine)
        await _rings(again, Phase.WRAP_UP, clock)
        assert await _rung(again) == ["build", "wrap_up"]
        assert [slot.ends_at for slot in (await again.jam()).phases[:2]] == planned


async def test_g8_a_text_that_comes_after_the_planned_end_is_late_even_if_nobody_rang(url: str) -> None:
    """No timekeeper is needed for the truth: whoever comes first after the moment rings."""
    clock = FakeClock()
    async with _jam(url, clock) as stage:
        await stage.submit(stage.people[0], "in-time", "An idea in time")
        clock.jump(1_200 + 60)
        outcome = await stage.submit(stage.people[0], "late", "An idea too late")
        assert code_of(outcome) == "phase_over"
        assert await _rung(stage) == ["build", "wrap_up"]


async def test_f10_a_clock_put_forward_an_hour_rings_what_is_due_once(url: str) -> None:
    clock = FakeClock()
    async with _jam(url, clock) as stage:
        clock.jump(HOUR)
        await _rings(stage, Phase.WRAP_UP, clock)
        clock.jump(-HOUR)
        await clock.advance(LATEST)
        clock.jump(HOUR)
        await clock.advance(LATEST)
        assert await _rung(stage) == ["build", "wrap_up"]
        assert (await stage.jam()).phase is Phase.WRAP_UP


async def test_f10_a_clock_put_back_at_the_bell_never_opens_a_phase_again(url: str) -> None:
    clock = FakeClock()
    async with _jam(url, clock) as stage:
        clock.jump(await _left(stage))
        await _rings(stage, Phase.BUILD, clock)
        for seconds in (-5, -HOUR):
            clock.jump(seconds)
            await clock.advance(LATEST)
            outcome = await stage.submit(stage.people[0], f"late{seconds:.0f}", "An idea after the bell")
            assert code_of(outcome) == "phase_over"
        assert await _rung(stage) == ["build"]


async def test_f10_a_clock_put_back_an_hour_silences_nobody(url: str) -> None:
    """The moment up to which a person's allowance is used lies in the future then; it must not count."""
    clock = FakeClock()
    settings = Settings(ideas_per_minute=6, burst=3)
    async with running_engine(url, clock=clock) as engine:
        stage = await set_stage(engine, phases=PHASES, settings=settings)
        first = [code_of(await stage.submit(stage.people[0], f"first-{n}", "An idea")) for n in range(5)]
        assert first[0] == "ok"
        assert first[-1] == "slow_down"
        clock.jump(-HOUR)
        assert code_of(await stage.submit(stage.people[0], "at-once", "An idea")) == "ok"
        # From here on the usual pace: the jump gave one text and no whole allowance.
        refused = await stage.submit(stage.people[0], "too-soon", "An idea")
        assert isinstance(refused, Rejection)
        assert refused.facts["retry_after"] <= 60 / settings.ideas_per_minute + 5
        # PostgreSQL tells its own time: allow for how long its answers take here.
        clock.jump(refused.facts["retry_after"] + 5)
        assert code_of(await stage.submit(stage.people[0], "later", "An idea")) == "ok"


async def _press(stage: Stage, lead: Any, what: str, number: int, jam: Jam) -> Rejection | dict[str, Any]:
    """Press a button while looking at ``jam``."""
    seen = {"phase_index": jam.phase_index, "version": jam.version}
    commands = {
        "close": lambda: StartNextPhase(client_id=f"close-{number}", **seen),
        "extend": lambda: ExtendPhase(client_id=f"extend-{number}", minutes=5, **seen),
    }
    return await stage.give(lead, commands[what]())


@pytest.mark.parametrize("order", [("close", "close"), ("close", "extend"), ("extend", "close")])
async def test_f15_of_two_facilitators_who_press_at_once_exactly_one_wins(
    url: str, order: tuple[str, str]
) -> None:
    clock = FakeClock()
    async with _jam(url, clock) as stage:
        other = stage.on(stage.engine)
        second = await enter(stage.engine, stage.jam_id, "Second lead", Role.FACILITATOR)
        seen = await stage.jam()
        outcomes = await asyncio.gather(
            _press(stage, stage.lead, order[0], 1, seen), _press(other, second, order[1], 2, seen)
        )
        codes = sorted(code_of(outcome) for outcome in outcomes)
        assert codes in LOSES, order
        (loser,) = [outcome for outcome in outcomes if isinstance(outcome, Rejection)]
        jam = await stage.jam()
        assert loser.status == 409
        assert loser.facts["phase"] == jam.phase
        changes = [e.kind for e in await stage.events() if e.kind in ("phase_started", "phase_extended")]
        assert len(changes) == 1


async def test_f15_two_writers_on_one_database_agree_on_the_winner(postgres_url: str) -> None:
    clock = FakeClock()
    async with (
        running_engine(postgres_url, clock=clock) as first,
        running_engine(postgres_url, clock=clock) as second,
    ):
        for number, order in enumerate(itertools.product(("close", "extend"), repeat=2)):
            if order == ("extend", "extend"):
                continue
            stage = await set_stage(first, phases=PHASES)
            other = await enter(first, stage.jam_id, "Second lead", Role.FACILITATOR)
            jam = await stage.jam()
            seen = {"phase_index": jam.phase_index, "version": jam.version}
            commands = [
                StartNextPhase(client_id=f"{number}-{n}", **seen)
                if what == "close"
                else ExtendPhase(client_id=f"{number}-{n}", minutes=5, **seen)
                for n, what in enumerate(order)
            ]
            outcomes = await asyncio.gather(
                stage.give(stage.lead, commands[0]), stage.on(second).give(other, commands[1])
            )
            assert sorted(code_of(outcome) for outcome in outcomes) in LOSES, order


async def test_f15_an_extension_that_comes_with_the_bell_loses(url: str) -> None:
    """The bell is decided first in every batch: an end that has come is not moved any more."""
    clock = FakeClock()
    async with _jam(url, clock) as stage:
        clock.jump(await _left(stage) + 60)
        outcome = await stage.give(stage.lead, ExtendPhase(client_id="too-late", phase_index=0, minutes=5))
        assert code_of(outcome) == "phase_changed"
        assert isinstance(outcome, Rejection)
        assert outcome.facts["phase"] == Phase.BUILD


async def test_f15_a_jam_is_closed_once(url: str) -> None:
    clock = FakeClock()
    async with _jam(url, clock) as stage:
        second = await enter(stage.engine, stage.jam_id, "Second lead", Role.FACILITATOR)
        outcomes = await asyncio.gather(
            stage.give(stage.lead, CloseJam(client_id="close-1")),
            stage.give(second, CloseJam(client_id="close-2")),
            stage.give(stage.lead, ExtendPhase(client_id="extend", phase_index=0, minutes=5)),
        )
        assert sorted(code_of(outcome) for outcome in outcomes) == ["jam_closed", "jam_closed", "ok"]
        assert all(o.status == 409 for o in outcomes if isinstance(o, Rejection))
