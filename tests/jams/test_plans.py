"""One plan makes a jam: its words at the door, its opening, the answers of those who join, and its copy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jam.compose import Engine, running_engine
from jam.domain.commands import CloseJam, JoinJam, ReopenJam
from jam.domain.jam_settings import JoinQuestion, Settings
from jam.domain.names import Anonymity, Audience, Phase, Policy, Role
from jam.domain.records import Jam
from jam.domain.rejections import Rejection
from jam.domain.views import Viewer
from jam.live.snapshots import snapshot_parts
from jam.live.wire import encode
from jam.service import records
from jam.service.answers import read_answers
from jam.service.jams import (
    ForumPlan,
    JamPlan,
    MadeJam,
    PhasePlan,
    check_plan,
    create_jam,
    plan_of,
    read_entry,
)
from jam.service.snapshot import read_state
from jam.service.writer import house
from jam.store.rows import TABLES, fetch
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio
HOUR = 3_600_000
LOBBY_AND = (PhasePlan(phase=Phase.LOBBY), PhasePlan(phase=Phase.IDEATE, minutes=32 * 24 * 60))
WARD = JoinQuestion(id="ward", label="Your ward", options=["North", "South"], required=True)
PLAN = JamPlan(
    title="A city for all seasons",
    forums=[
        ForumPlan(title="Streets", question="What would slow cars down?", host="Ms Moore"),
        ForumPlan(title="Parks", question="What is missing?"),
    ],
    phases=[
        PhasePlan(phase=Phase.LOBBY),
        PhasePlan(phase=Phase.IDEATE, minutes=60),
        PhasePlan(phase=Phase.CLOSED),
    ],
    settings=Settings(policy=Policy.PRE, anonymity=Anonymity.ANONYMOUS, ideas_per_minute=12),
    zone="Europe/London",
    house_rules="Be kind.\nOne idea at a time.",
    privacy_notice="\n".join(f"Line {n}" for n in range(1, 31)),
    join_questions=[WARD, JoinQuestion(id="job", label="What do you do?")],
)


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    clock = FakeClock()
    async with running_engine(f"sqlite:///{tmp_path}/jam.db", clock=clock) as running:
        yield running


async def make(engine: Engine, **changes: Any) -> MadeJam | Rejection:
    plan = msgspec.structs.replace(PLAN, **changes)
    ids, clock, org = engine.intake.ids, engine.intake.clock, engine.people.org_id
    maker = Viewer(org_id=org, jam_id="", participant_id="", role=Role.ADMINISTRATOR)
    return await engine.database.write(lambda c: create_jam(c, plan, maker, ids, clock))


async def made(engine: Engine, **changes: Any) -> Jam:
    outcome = await make(engine, **changes)
    assert isinstance(outcome, MadeJam), outcome
    return outcome.jam


async def now(engine: Engine, jam: Jam) -> Jam:
    return (await engine.database.read(lambda c: fetch(c, Jam, TABLES[Jam].c.id == jam.id)))[0]


async def come(engine: Engine, jam: Jam, role: Role = Role.PARTICIPANT, **answers: str) -> Viewer | Rejection:
    person = engine.intake.ids.new_id()
    command = JoinJam(
        participant_id=person, handle=f"P {person}", role=role, audience=Audience.CITIZEN, answers=answers
    )
    outcome = await engine.intake.handle(house(jam.id), command)
    if isinstance(outcome, Rejection):
        return outcome
    return Viewer(org_id=jam.org_id, jam_id=jam.id, participant_id=person, role=role)


async def test_the_plans_words_are_read_at_the_door(engine: Engine) -> None:
    jam = await made(engine)
    entry = await engine.database.read(lambda c: read_entry(c, jam))
    assert (entry.house_rules, entry.privacy_notice) == (PLAN.house_rules, PLAN.privacy_notice)
    assert entry.join_questions == PLAN.join_questions
    assert [forum.host for forum in entry.forums] == ["Ms Moore", None]
    assert (entry.jam.zone, entry.jam.anonymity) == ("Europe/London", Anonymity.ANONYMOUS)


async def test_a_copy_of_a_jam_has_the_plan_it_was_made_from(engine: Engine) -> None:
    scheduled = await made(engine, opens_at=engine.intake.clock.now() + HOUR)
    copied = await engine.database.read(lambda c: plan_of(c, scheduled))
    assert copied == PLAN
    again = await make(engine, **msgspec.structs.asdict(copied))
    assert isinstance(again, MadeJam)
    assert again.jam.code != scheduled.code


async def test_a_scheduled_jam_opens_by_itself_at_its_moment_and_not_before(engine: Engine) -> None:
    clock, keeper = engine.intake.clock, engine.timekeeper
    opens_at = clock.now() + 2 * HOUR
    jam = await made(engine, opens_at=opens_at)
    assert (jam.phase, jam.slot.ends_at, jam.phases[1].ends_at) == (Phase.LOBBY, opens_at, opens_at + HOUR)
    assert isinstance(clock, FakeClock)
    clock.jump(2 * 3600 - 0.001)
    await keeper.ring_due()
    assert (await now(engine, jam)).phase is Phase.LOBBY
    clock.jump(0.001)
    await keeper.ring_due()
    opened = await now(engine, jam)
    assert (opened.phase, opened.slot.starts_at, opened.opens_at) == (Phase.IDEATE, opens_at, opens_at)


async def test_a_scheduled_jam_without_a_lobby_is_given_one(engine: Engine) -> None:
    phases = [PhasePlan(phase=Phase.IDEATE, minutes=60), PhasePlan(phase=Phase.CLOSED)]
    opens_at = engine.intake.clock.now() + HOUR
    jam = await made(engine, phases=phases, opens_at=opens_at)
    assert [slot.phase for slot in jam.phases] == [Phase.LOBBY, Phase.IDEATE, Phase.CLOSED]


REFUSED = [
    ({"title": ""}, "title_bad", ("title",)),
    ({"title": "a\x00"}, "text_control_chars", ("title",)),
    ({"forums": []}, "question_bad", ("forums",)),
    ({"forums": [*PLAN.forums, ForumPlan(title="", question="Why?")]}, "title_bad", ("forums", 2, "title")),
    ({"forums": [ForumPlan(title="A", question="x" * 501)]}, "question_bad", ("forums", 0, "question")),
    ({"forums": [ForumPlan(title="A", question="B", host="x" * 41)]}, "host_bad", ("forums", 0, "host")),
    ({"forums": [ForumPlan(title="A", question="B", host=" ")]}, "host_bad", ("forums", 0, "host")),
    ({"house_rules": "x" * 5_001}, "rules_bad", ("house_rules",)),
    ({"privacy_notice": "x" * 5_001}, "notice_bad", ("privacy_notice",)),
    ({"privacy_notice": "a\x00"}, "text_control_chars", ("privacy_notice",)),
    ({"zone": "Europe/Nowhere"}, "zone_bad", ("zone",)),
    ({"zone": "../../etc/passwd"}, "zone_bad", ("zone",)),
    ({"zone": ""}, "zone_bad", ("zone",)),
    *(({"zone": name}, "zone_bad", ("zone",)) for name in ("Factory", "localtime", "posixrules")),
    ({"join_questions": [WARD, WARD]}, "join_questions_bad", ("join_questions", 1)),
    ({"join_questions": [WARD, JoinQuestion(id="b", label="")]}, "join_questions_bad", ("join_questions", 1)),
    ({"opens_at": 1}, "opening_bad", ("opens_at",)),
    ({"opens_at": 1_750_000_000_000 + 367 * 24 * HOUR}, "opening_bad", ("opens_at",)),
    ({"settings": Settings(text_limit=0)}, "settings_bad", ("settings", "text_limit")),
    ({"settings": Settings(lang="<b>")}, "settings_bad", ("settings", "lang")),
    ({"phases": [PhasePlan(phase=Phase.CLOSED)]}, "schedule_bad", ("phases",)),
    ({"phases": [*LOBBY_AND, PhasePlan(phase=Phase.CLOSED)]}, "schedule_bad", ("phases", 1)),
]


@pytest.mark.parametrize(("changes", "code", "path"), REFUSED, ids=lambda value: ascii(value)[:40])
async def test_a_plan_that_cannot_be_used_makes_nothing(
    engine: Engine, changes: dict[str, Any], code: str, path: tuple[str | int, ...]
) -> None:
    outcome = await make(engine, **changes)
    assert isinstance(outcome, Rejection)
    assert outcome.code == code
    assert await engine.database.read(lambda c: fetch(c, Jam)) == []
    looked = check_plan(msgspec.structs.replace(PLAN, **changes), engine.intake.clock.now())
    assert isinstance(looked, list)
    assert [(one.code, one.path, one.refused) for one in looked] == [(code, path, outcome)]


def test_everything_that_a_plan_is_refused_for_is_told_at_once() -> None:
    forums = [ForumPlan(title="", question="", host="x" * 41)]
    looked = check_plan(
        msgspec.structs.replace(PLAN, title="", forums=forums, zone="Nowhere"), 1_750_000_000_000
    )
    assert isinstance(looked, list)
    assert [fault.key for fault in looked] == [
        "title", "forums[1].title", "forums[1].question", "forums[1].host", "zone"
    ]  # fmt: skip


async def test_answers_at_the_door_are_read_by_those_who_may_and_by_nobody_else(engine: Engine) -> None:
    jam = await made(engine)
    secret = "Keeper of canaries"
    person = await come(engine, jam, ward="North", job=secret)
    refused = await come(engine, jam)
    assert isinstance(person, Viewer)
    assert isinstance(refused, Rejection)
    assert refused.code == "answer_missing"
    for role in Role:
        who = await come(engine, jam, role, ward="South")
        assert isinstance(who, Viewer)
        found = await engine.database.read(lambda c, who=who: read_answers(c, who))
        if role in (Role.ADMINISTRATOR, Role.RECORDS_OFFICER):
            assert isinstance(found, list)
            answers = {one.participant: one.answers for one in found}
            assert answers[person.participant_id] == {"ward": "North", "job": secret}
        else:
            assert isinstance(found, Rejection)
        state = await engine.database.read(lambda c, who=who: read_state(c, who, 200))
        assert state is not None
        sent = b"".join(encode(part) for part in snapshot_parts(state))
        assert secret.encode() not in sent
    record = b"".join(await engine.database.read(lambda c: list(records.export(c, jam.id))))
    assert record.count(secret.encode()) == 1
    events = [line for line in record.splitlines() if line.startswith(b'{"record":"event"')]
    assert not any(secret.encode() in line for line in events)


async def test_a_jam_that_was_closed_by_mistake_goes_on_by_its_own_clock(engine: Engine) -> None:
    """The timekeeper rings the bell of the phase that goes on, and the log has both closings."""
    clock = engine.intake.clock
    assert isinstance(clock, FakeClock)
    jam = await made(engine, opens_at=clock.now() + 1000)
    lead = await come(engine, jam, Role.FACILITATOR)
    assert isinstance(lead, Viewer)
    clock.jump(1 + 30 * 60)
    await engine.timekeeper.ring_due()
    assert not isinstance(await engine.intake.handle(lead, CloseJam(client_id="c1")), Rejection)
    clock.jump(60)
    assert not isinstance(await engine.intake.handle(lead, ReopenJam(client_id="c2")), Rejection)
    assert (await now(engine, jam)).phase is Phase.IDEATE
    clock.jump(30 * 60)
    await engine.timekeeper.ring_due()
    assert (await now(engine, jam)).phase is Phase.CLOSED
    record = await engine.database.read(lambda c: list(records.export(c, jam.id)))
    kinds = [
        msgspec.json.decode(line).get("kind") for line in record if line.startswith(b'{"record":"event"')
    ]
    assert [kind for kind in kinds if kind in ("phase_started", "jam_reopened")] == [
        "phase_started",
        "phase_started",
        "jam_reopened",
        "phase_started",
    ]
