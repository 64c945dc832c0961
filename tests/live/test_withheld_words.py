"""Words that a moderator took out of sight stay there, with all earlier ones, whatever comes after."""

from __future__ import annotations

from pathlib import Path

import pytest

from jam.compose import running_engine
from jam.domain import commands as c
from jam.domain.names import Audience, Phase, Role, Rule, Verdict
from jam.domain.records import Settings
from jam.domain.rejections import Rejection
from jam.domain.views import Viewer
from jam.live.tail import Tail, select_for
from jam.service.jams import ForumPlan, JamPlan, MadeJam, PhasePlan, create_jam
from jam.service.snapshot import idea_history
from jam.service.writer import house
from tests.fakes import FakeClock

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
