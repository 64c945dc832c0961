"""Taking ideas in as anybody would write it first: one SQLModel session and one commit for each idea.

The same rules, rows, hash chain and durability as the product; what differs is that every idea is a
transaction of its own and every row an object of the session. Synchronous sessions in threads, because
SQLModel's asynchronous ones are slower still.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.pool import QueuePool
from sqlmodel import Session, SQLModel

from jam.domain import records as r
from jam.domain.chain import link
from jam.domain.commands import SubmitIdea
from jam.domain.decide import decide
from jam.domain.facts import Decision, Facts
from jam.domain.rejections import Rejection
from jam.domain.views import Viewer
from jam.service.ports import RandomIds, SystemClock
from jam.store import tables as t
from jam.store.rows import reader, record

NEW_ROWS: dict[type[Any], type[SQLModel]] = {
    r.Content: t.ContentTable,
    r.Idea: t.IdeaTable,
    r.Receipt: t.ReceiptTable,
}
THREADS = 8


class NaiveIntake:
    """One SQLite file, one connection, as many people as want to wait for it."""

    def __init__(self, file: Path) -> None:
        self._engine = create_engine(
            f"sqlite:///{file}", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=60
        )
        event.listen(self._engine, "connect", _durable)
        self._threads = ThreadPoolExecutor(THREADS)
        self._ids, self._clock = RandomIds(), SystemClock()

    def close(self) -> None:
        self._threads.shutdown()
        self._engine.dispose()

    async def handle(self, who: Viewer, command: SubmitIdea) -> object:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._submit, who, command)

    def _submit(self, who: Viewer, command: SubmitIdea) -> dict[str, Any] | Rejection:
        with Session(self._engine) as session:
            jam, person, facts = self._facts(session, who, command)
            decision = decide(command, who, facts, self._clock.now())
            if isinstance(decision, Rejection):
                return decision
            facts.apply(decision)
            for one in decision.records:
                if type(one) in NEW_ROWS:
                    session.add(NEW_ROWS[type(one)](**_row(one)))
            person.send_at = facts.participants[person.id].send_at
            head = self._add_event(session, jam, who, decision)
            for name, value in _row(facts.jam.with_(head=head)).items():
                setattr(jam, name, value)
            session.commit()
            return decision.answer

    def _facts(
        self, session: Session, who: Viewer, command: SubmitIdea
    ) -> tuple[t.JamTable, t.ParticipantTable, Facts]:
        jam = session.get_one(t.JamTable, who.jam_id)
        forum = session.get_one(t.ForumTable, command.forum)
        person = session.get_one(t.ParticipantTable, who.participant_id)
        facts = Facts(jam=record(r.Jam, jam.model_dump()), ids=self._ids)
        facts.forums[forum.id] = record(r.Forum, forum.model_dump())
        facts.participants[person.id] = record(r.Participant, person.model_dump())
        receipt = session.get(t.ReceiptTable, (who.participant_id, command.client_id))
        if receipt:
            key = (who.participant_id, command.client_id)
            facts.receipts[key] = record(r.Receipt, receipt.model_dump())
        return jam, person, facts

    def _add_event(self, session: Session, jam: t.JamTable, who: Viewer, decision: Decision) -> str:
        (new,) = decision.events
        happened = r.Event(
            jam_id=jam.id,
            seq=jam.last_seq + 1,
            at=self._clock.now(),
            kind=new.kind,
            visibility=new.visibility,
            actor_id=who.participant_id,
            subject_id=new.subject_id,
            text_id=new.text_id,
            tags_id=new.tags_id,
            data=new.data,
        )
        head = link(bytes.fromhex(jam.head), happened.chained()).hex()
        session.add(t.EventTable(**{**_row(happened), "hash": head}))
        return head


def _row(one: Any) -> dict[str, Any]:
    names = one.__struct_fields__
    return dict(zip(names, reader(type(one), names)(one), strict=True))


def _durable(connection: Any, _: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")
