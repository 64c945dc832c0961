"""G15: overload is said. Every request ends accepted, refused or with ``try_later`` and when to come back;
what was accepted is on record, and what was not can be sent again.

Three times what the queue takes arrives at once; joins are shed first, staff and bells never.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import httpx2
import pytest

from jam.compose import running_engine
from jam.domain.commands import JoinJam, Moderate, RingBell, StartNextPhase, SubmitIdea
from jam.domain.names import Audience, Role, Rule, Verdict
from jam.domain.rejections import Rejection
from jam.live.wire import MAX_IN_FLIGHT
from jam.service import writer
from jam.service.writer import MAX_QUEUED, house
from tests.guarantees.serving import serving
from tests.guarantees.stage import Stage, code_of, set_stage
from tests.guarantees.wire import Wire
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio
TIMES = 3


async def _flood(stage: Stage, numbers: Sequence[int]) -> list[str]:
    """All these texts at once; how each ended."""
    people = stage.people
    sent = (stage.submit(people[n % len(people)], f"flood-{n}", f"Idea {n}") for n in numbers)
    return [code_of(outcome) for outcome in await asyncio.gather(*sent)]


async def test_g15_three_times_too_much_at_once_is_all_answered_and_what_was_accepted_is_kept(
    tmp_path: Path,
) -> None:
    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        stage = await set_stage(engine, people=20)
        number = TIMES * MAX_QUEUED
        ended = await _flood(stage, range(number))
        assert set(ended) == {"ok", "try_later"}
        assert ended.count("ok") >= MAX_QUEUED
        assert len(await stage.ideas()) == ended.count("ok")
        # Whoever was told to come back does so, and so does everybody else; nothing is in twice.
        again = [n for n, how in enumerate(ended) if how == "try_later"]
        every = [*again, *range(MAX_QUEUED)]
        for start in range(0, len(every), MAX_QUEUED // 2):  # Themes have commands of their own in the queue.
            assert set(await _flood(stage, every[start : start + MAX_QUEUED // 2])) <= {"ok"}
        assert len(await stage.ideas()) == number


async def test_g15_joins_are_shed_first_and_staff_and_bells_never(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MAX_QUEUED", 8)

    def join(number: int) -> JoinJam:
        person = {"participant_id": f"p{number}", "handle": f"Late {number}"}
        return JoinJam(role=Role.PARTICIPANT, audience=Audience.CITIZEN, **person)

    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        stage = await set_stage(engine)
        shown = await stage.submit(stage.people[0], "shown", "To be hidden")
        assert not isinstance(shown, Rejection)
        hide = Moderate(
            client_id="hide", idea=shown["idea"], version=1, verdict=Verdict.HIDE, rule=Rule.ABUSE
        )
        half = asyncio.gather(*(stage.submit(stage.people[0], f"a{n}", f"A {n}") for n in range(4)))
        joins = asyncio.gather(*(stage.give(house(stage.jam_id), join(n)) for n in range(2)))
        rest = asyncio.gather(*(stage.submit(stage.people[1], f"b{n}", f"B {n}") for n in range(6)))
        staff = asyncio.gather(
            stage.give(stage.lead, hide),
            stage.give(house(stage.jam_id), RingBell()),
            stage.give(stage.lead, StartNextPhase(client_id="close", phase_index=0)),
        )
        ended = [[code_of(outcome) for outcome in await group] for group in (half, joins, rest, staff)]
    assert ended == [["ok"] * 4, ["try_later"] * 2, ["ok"] * 4 + ["try_later"] * 2, ["ok"] * 3]


async def test_g15_over_http_overload_is_503_with_retry_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MAX_QUEUED", 4)
    full, reject, commit = asyncio.Event(), writer.reject, writer.Writer._commit

    def telling(code: str, **facts: object) -> Rejection:
        if code == "try_later":
            full.set()
        return reject(code, **facts)

    async def held(self: writer.Writer, batch: list[writer.Waiting]) -> None:
        if any(isinstance(one.command, SubmitIdea) for one in batch):
            await asyncio.wait_for(full.wait(), PATIENCE)
        await commit(self, batch)

    monkeypatch.setattr(writer, "reject", telling)
    monkeypatch.setattr(writer.Writer, "_commit", held)
    settings = {"policy": "open", "ideas_per_minute": 60_000, "burst": 1_000}
    async with serving(f"sqlite:///{tmp_path}/jam.db") as (_, host):
        forums = [{"title": "One", "question": "What now?"}]
        phases = [{"phase": "ideate"}, {"phase": "wrap_up"}, {"phase": "closed"}]
        made = await host.create_jam("Busy", forums, phases=phases, settings=settings)
        seat = await host.join(made["code"], "Ann")
        headers = {"Origin": host.origin, **seat.headers()}
        async with httpx2.AsyncClient(base_url=host.url, headers=headers, trust_env=False) as client:

            async def one(number: int) -> httpx2.Response:
                command = {"t": "submit_idea", "client_id": f"i{number}", "forum": made["forums"][0]["id"]}
                body = {**command, "text": f"Idea {number}"}
                return await client.post(f"/api/jams/{made['id']}/commands", json=body)

            answers = await asyncio.gather(*(one(number) for number in range(60)))
        busy = [answer for answer in answers if answer.status_code == 503]
        kept = [answer.json()["idea"] for answer in answers if answer.status_code == 200]
        assert len(busy) + len(kept) == 60
        assert busy, "the queue was never full"
        for answer in busy:
            assert answer.json()["code"] == "try_later"
            assert int(answer.headers["retry-after"]) >= 1
        records = (await host.download(f"/api/jams/{made['id']}/records.jsonl")).decode()
        assert records.count('"record":"idea"') == len(kept)
        assert all(idea in records for idea in kept)


async def test_g15_over_a_socket_every_command_beyond_what_may_be_unanswered_is_told_to_wait(
    tmp_path: Path,
) -> None:
    settings = {"policy": "open", "ideas_per_minute": 60_000, "burst": 1_000}
    async with serving(f"sqlite:///{tmp_path}/jam.db") as (_, host):
        forums = [{"title": "One", "question": "What now?"}]
        phases = [{"phase": "ideate"}, {"phase": "wrap_up"}, {"phase": "closed"}]
        made = await host.create_jam("Busy", forums, phases=phases, settings=settings)
        wire = await Wire.open(host, await host.join(made["code"], "Ann"))
        try:
            await wire.hello()
            number = TIMES * MAX_IN_FLIGHT
            for n in range(number):
                command = {"t": "submit_idea", "client_id": f"i{n}", "forum": made["forums"][0]["id"]}
                wire.say({**command, "text": f"Idea {n}"})
            answers: dict[str, str] = {}
            while len(answers) < number:
                frame = await wire.next()
                if frame["t"] in ("ack", "error"):
                    answers[frame["ref"]] = frame.get("code", "ok")
                    assert frame["t"] == "ack" or (frame["retry"] and frame["retry_after"] > 0)
        finally:
            await wire.close()
        assert set(answers.values()) <= {"ok", "too_many_in_flight"}
        assert list(answers.values()).count("ok") >= MAX_IN_FLIGHT
