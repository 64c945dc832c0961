"""What one participant sends never costs the others their batch, on either database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Connection

from jam.compose import running_engine
from jam.domain.commands import EditIdea, FlagIdea, Moderate, OpenForum, SubmitIdea, SubmitReply
from jam.domain.names import Rule, Verdict
from jam.domain.records import Content
from jam.store.rows import TABLES
from jam.store.transaction import Changes
from tests.guarantees.stage import Stage, code_of, set_stage

pytestmark = pytest.mark.anyio
STRANGE = ["\x00", "a\x00b", "../../etc/passwd", "x" * 5_000, "'; --", "\ud800", "", "ä", "a b"]


async def _all_hear_of_it(stage: Stage) -> None:
    """Strange ids in every place where an id may stand, in one batch with honest texts."""
    one, two, three = stage.people
    lead = stage.lead
    asked = []
    for number, bad in enumerate(STRANGE):
        key = f"s{number}"
        asked += [
            stage.give(one, SubmitIdea(client_id=f"{key}a", forum=bad, text="x")),
            stage.give(one, SubmitReply(client_id=f"{key}b", idea=bad, text="x")),
            stage.give(two, EditIdea(client_id=f"{key}c", idea=bad, version=1, text="x")),
            stage.give(two, FlagIdea(client_id=f"{key}d", idea=bad, rule=Rule.ABUSE)),
            stage.give(lead, Moderate(client_id=f"{key}e", idea=bad, version=1, verdict=Verdict.APPROVE)),
            stage.submit(two, bad, "Under a strange client id"),
            stage.submit(three, f"h{number}", f"Honest {number}"),
        ]
        if bad:
            opened = OpenForum(client_id=f"{key}f", title="T", question="Q?", proposal=bad)
            asked.append(stage.give(lead, opened))
    codes = [code_of(outcome) for outcome in await asyncio.gather(*asked)]
    assert codes.count("ok") == len(STRANGE)
    assert set(codes) == {"ok", "not_found", "client_id_missing", "client_id_bad"}


async def _a_refused_row_is_its_senders_alone(stage: Stage, value: str) -> None:
    """What the database itself will not take: the writer finds whose it is, and keeps the others' texts."""

    def poison(connection: Connection) -> None:
        connection.execute(update(TABLES[Content]).values(org_id=value))

    honest = [stage.submit(stage.people[0], f"h{n}", f"Honest {n}") for n in range(5)]
    bad = stage.submit(stage.people[1], "bad", "Poison", poison)
    after = [stage.submit(stage.people[2], f"a{n}", f"After {n}") for n in range(5)]
    codes = [code_of(outcome) for outcome in await asyncio.gather(*honest, bad, *after)]
    assert codes == ["ok"] * 5 + ["internal_error"] + ["ok"] * 5
    assert len(await stage.ideas()) == 10


async def test_a_bug_in_a_batch_is_answered_to_everybody_in_it_and_the_writer_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def bug(*_: object) -> None:
        raise KeyError("a bug")

    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        stage = await set_stage(engine)
        with monkeypatch.context() as patch:
            patch.setattr(Changes, "save", bug)
            asked = [stage.submit(person, f"b{n}", "Text") for n, person in enumerate(stage.people)]
            codes = [code_of(outcome) for outcome in await asyncio.gather(*asked)]
        assert codes == ["internal_error"] * len(stage.people)
        assert await stage.ideas() == []
        assert code_of(await stage.submit(stage.people[0], "b0", "Text")) == "ok"
    assert "batch_broken" in capsys.readouterr().out


async def test_h13_ids_that_cannot_be_ids_are_not_found_on_sqlite(tmp_path: Path) -> None:
    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        await _all_hear_of_it(await set_stage(engine))


async def test_h13_ids_that_cannot_be_ids_are_not_found_on_postgresql(postgres_url: str) -> None:
    async with running_engine(postgres_url) as engine:
        await _all_hear_of_it(await set_stage(engine))


async def test_h5_a_value_that_postgresql_cannot_store_costs_its_sender_alone(postgres_url: str) -> None:
    async with running_engine(postgres_url) as engine:
        await _a_refused_row_is_its_senders_alone(await set_stage(engine), "a\x00b")
