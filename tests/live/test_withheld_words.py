"""Words that a moderator took out of sight stay there, with all earlier ones, whatever comes after."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from jam.compose import running_engine
from jam.domain import commands as c
from jam.domain.jam_settings import Settings
from jam.domain.names import Audience, Phase, Role, Rule, Verdict
from jam.domain.rejections import Rejection
from jam.domain.views import Viewer
from jam.domain.visibility import project
from jam.live.tail import Tail, select_for
from jam.service.jams import ForumPlan, JamPlan, MadeJam, PhasePlan, create_jam
from jam.service.snapshot import idea_history
from jam.service.writer import house
from jam.store import log
from tests.fakes import FakeClock
from tests.guarantees.stage import Stage, enter, set_stage

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("verdict", [Verdict.RETURN, Verdict.HIDE])
async def test_earlier_words_of_a_returned_or_hidden_idea_are_in_no_replay_and_no_history(
    tmp_path: Path, verdict: Verdict
) -> None:
    async with running_engine(f"sqlite:///{tmp_path}/jam.db", clock=FakeClock()) as engine:
        plan = JamPlan(
            title="T",
            forums=[ForumPlan(title="F", question="Q?")],
            phases=[PhasePlan(phase=Phase.IDEATE, minutes=60), PhasePlan(phase=Phase.CLOSED)],
            settings=Settings(),
        )
        admin = Viewer(org_id=engine.people.org_id, jam_id="", participant_id="", role=Role.ADMINISTRATOR)
        made = await engine.database.write(
            lambda k: create_jam(k, plan, admin, engine.intake.ids, engine.intake.clock)
        )
        assert isinstance(made, MadeJam)

        async def person(name: str, role: Role) -> Viewer:
            key = engine.intake.ids.new_id()
            joining = c.JoinJam(participant_id=key, handle=name, role=role, audience=Audience.CITIZEN)
            assert not isinstance(await engine.intake.handle(house(made.jam.id), joining), Rejection)
            return Viewer(org_id=made.jam.org_id, jam_id=made.jam.id, participant_id=key, role=role)

        async def do(viewer: Viewer, command: c.AnyCommand) -> dict[str, object]:
            outcome = await engine.intake.handle(viewer, command)
            assert isinstance(outcome, dict), outcome
            return outcome

        author, reader = await person("Ann", Role.PARTICIPANT), await person("Bob", Role.PARTICIPANT)
        judge = await person("Mo", Role.MODERATOR)
        sent = await do(
            author, c.SubmitIdea(client_id="1", forum=made.forums[0].id, text="FIRST", tags=["FIRSTTAG"])
        )
        idea = str(sent["idea"])
        await do(author, c.EditIdea(client_id="2", idea=idea, version=1, text="SECOND"))
        decision = c.Moderate(
            client_id="3", idea=idea, version=2, verdict=verdict, rule=Rule.PERSONAL_DATA, note="A number"
        )
        await do(judge, decision)
        if verdict is Verdict.RETURN:
            await do(author, c.EditIdea(client_id="4", idea=idea, version=3, text="THIRD", tags=[]))
            await do(judge, c.Moderate(client_id="5", idea=idea, version=4, verdict=Verdict.APPROVE))

        tail = Tail(made.jam.id, engine.database)
        await tail.begin()
        everything = tail.after(0)
        assert everything is not None
        read = b"".join(select_for(reader, everything))
        assert b"FIRST" not in read
        assert b"SECOND" not in read
        assert (b"THIRD" in read) == (verdict is Verdict.RETURN)
        assert b"FIRST" in b"".join(select_for(author, everything)), "its author still has it"
        history = await engine.database.read(lambda k: idea_history(k, reader, idea))
        texts = [one.text for one in history or []]
        assert texts == (["THIRD"] if verdict is Verdict.RETURN else [])


async def _tag_taken_out(stage: Stage, judge: Viewer) -> None:
    """An idea with a name for a tag: returned for it, freed from it by staff, and shown again."""
    sent = await stage.submit(stage.people[0], "1", "A bench", tags=["mrs-canary-smith"])
    assert not isinstance(sent, Rejection)
    idea = str(sent["idea"])
    commands = (
        c.Moderate(client_id="2", idea=idea, version=1, verdict=Verdict.RETURN, rule=Rule.PERSONAL_DATA),
        c.TagIdea(client_id="3", idea=idea, version=2, tags=[]),
        c.Moderate(client_id="4", idea=idea, version=3, verdict=Verdict.APPROVE),
    )
    for command in commands:
        assert not isinstance(await stage.give(judge, command), Rejection)


async def test_g10_a_tag_that_a_moderator_took_out_is_in_no_replay_though_its_text_is_shown_again(
    tmp_path: Path,
) -> None:
    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        stage = await set_stage(engine)
        judge = await enter(engine, stage.jam_id, "Mo", Role.MODERATOR)
        await _tag_taken_out(stage, judge)
        seen, _ = await engine.database.read(lambda k: log.read(k, stage.jam_id, 0))
        sent = {
            who: msgspec.json.encode([project(one, who) for one in seen]) for who in (*stage.people, judge)
        }
        author, *others = stage.people
        for reader in others:
            assert b"A bench" in sent[reader]
            assert b"canary" not in sent[reader]
        assert b"canary" in sent[author], "its author still has it"
        assert b"canary" in sent[judge]
