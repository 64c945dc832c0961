"""One write transaction on one jam: lock it, load what a batch of commands needs, save what it decided.

``lock_jam`` takes the jam's row lock (SQLite: the whole file's) before anything is read, so facts are
never stale; the log position comes from that row, never from an auto-increment: order, no gaps and an
atomic bell follow at once (guarantees G3, G7).
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec
from sqlalchemy import String, and_, bindparam, column, func, literal_column, or_, select, update, values
from sqlalchemy.engine import Connection

from jam.domain import commands as c
from jam.domain import records as r
from jam.domain.facts import Decision, Facts, Ids
from jam.domain.handles import check_handle, handle_key, look_key
from jam.domain.jam_settings import JoinQuestion
from jam.domain.screens import Screen
from jam.domain.views import Viewer
from jam.store import log
from jam.store.rows import TABLES, columns_of, fetch_ids, put_changed, put_new, records
from jam.store.statements import compiled, padded
from jam.store.theme_facts import ABOUT_THEMES, given_names, ideas_of, load_themes, put_placings

Request = tuple[Viewer, c.AnyCommand]
_JAM = TABLES[r.Jam]
_SAVED_IN_ORDER: tuple[type[Any], ...] = (
    r.Forum,
    r.Proposal,
    r.Content,
    r.Participant,
    r.JoinAnswer,
    r.Idea,
    r.Flag,
    r.ModerationDecision,
    r.ThemeCorrection,
    r.Receipt,
)


class Clock(Protocol):
    """What the store needs of the clock port."""

    def now(self) -> int:
        """The time of day, in ms."""
        ...

    def database_offset(self) -> int:
        """Milliseconds to add to the database's own clock: 0 but in tests."""
        ...


def _stamp() -> Any:
    """The database's clock in ms. Not ``now()``: that is the transaction's start, before any wait."""
    return func.floor(func.extract("epoch", literal_column("clock_timestamp()")) * 1000)


def database_now(connection: Connection, clock: Clock) -> int:
    """The time that decisions go by: PostgreSQL's, which all nodes share; else this process's."""
    if connection.dialect.name != "postgresql":
        return clock.now()
    return int(connection.execute(select(_stamp())).scalar_one()) + clock.database_offset()


def lock_jam(connection: Connection, jam_id: str, clock: Clock) -> tuple[r.Jam, int] | None:
    """Take the jam's lock; its record and the time *after* the lock was had, or ``None`` if there is no jam.

    On PostgreSQL the time comes in the RETURNING of the locking UPDATE, which is computed after the wait.
    """
    shared = connection.dialect.name == "postgresql"
    found = compiled(_locking, connection.dialect, shared).run(connection, jam_id=jam_id).one_or_none()
    if found is None:
        return None
    *columns, stamp = found if shared else (*found, None)
    now = clock.now() if stamp is None else int(stamp) + clock.database_offset()
    return records(r.Jam, [columns])[0], now


def _locking(stamped: bool) -> Any:
    answer = [*columns_of(r.Jam), _stamp()] if stamped else columns_of(r.Jam)
    same = update(_JAM).where(_JAM.c.id == bindparam("jam_id")).values(last_seq=_JAM.c.last_seq)
    return same.returning(*answer)


def load_facts(
    connection: Connection, jam: r.Jam, requests: Sequence[Request], ids: Ids, screen: Screen
) -> Facts:
    """Everything that deciding ``requests`` can ask for, in a handful of queries whatever their number."""
    facts = Facts(jam=jam, ids=ids, screen=screen)
    forums = compiled(_forums, connection.dialect).run(connection, jam_id=jam.id)
    facts.forums = {forum.id: forum for forum in records(r.Forum, forums)}
    people = {actor.participant_id for actor, _ in requests if actor.participant_id}
    people |= {command.participant_id for _, command in requests if isinstance(command, c.JoinJam)}
    facts.participants = fetch_ids(connection, r.Participant, jam.id, people)
    facts.receipts = _receipts(connection, requests)
    ideas = {command.idea for _, command in requests if hasattr(command, "idea")}
    themed = [command for _, command in requests if type(command) in ABOUT_THEMES]
    if themed:
        facts.themes = load_themes(connection, jam.id, themed)
        ideas |= ideas_of(themed)
    facts.ideas = fetch_ids(connection, r.Idea, jam.id, ideas)
    facts.contents = _contents(connection, jam.id, requests, facts.ideas)
    if themed:
        facts.contents |= fetch_ids(connection, r.Content, jam.id, given_names(facts.themes))
    facts.flagged = _flagged(connection, requests)
    facts.decisions = _decisions(connection, requests)
    _names(connection, facts, requests)
    proposals = {x.proposal for _, x in requests if isinstance(x, c.OpenForum) and x.proposal}
    facts.proposals = fetch_ids(connection, r.Proposal, jam.id, proposals)
    if any(isinstance(command, c.JoinJam) for _, command in requests):
        facts.questions = join_questions(connection, jam)
    return facts


def join_questions(connection: Connection, jam: r.Jam) -> list[JoinQuestion]:
    """What the jam asks those who join."""
    found = fetch_ids(connection, r.Content, jam.id, [jam.questions_id] if jam.questions_id else [])
    asked = [content.value for content in found.values() if content.value]
    return msgspec.json.decode(asked[0], type=list[JoinQuestion]) if asked else []


def _forums() -> Any:
    return select(*columns_of(r.Forum)).where(TABLES[r.Forum].c.jam_id == bindparam("jam_id"))


def _receipts(connection: Connection, requests: Sequence[Request]) -> dict[tuple[str, str], r.Receipt]:
    keys = [
        (actor.participant_id, command.client_id)
        for actor, command in requests
        if isinstance(command, c.Command)
    ]
    if not keys:
        return {}
    keys = padded(keys)
    named = {f"person_{number}": key[0] for number, key in enumerate(keys)}
    named |= {f"client_{number}": key[1] for number, key in enumerate(keys)}
    shared = connection.dialect.name == "postgresql"
    found = compiled(_receipts_of, connection.dialect, len(keys), shared).run(connection, **named)
    return {(one.participant_id, one.client_id): one for one in records(r.Receipt, found)}


def _receipts_of(count: int, joined: bool) -> Any:
    """Each key looked up by itself, in the one form that each database answers by its index.

    For ``(a, b) IN (VALUES …)`` SQLite reads the whole table; for a long ``OR`` PostgreSQL does (measured:
    160 ms a batch at 8,000 receipts), so there the keys are a table of their own to join with.
    """
    table = TABLES[r.Receipt]
    pairs = [
        (bindparam(f"person_{n}", type_=String), bindparam(f"client_{n}", type_=String)) for n in range(count)
    ]
    query = select(*columns_of(r.Receipt))
    if not joined:
        return query.where(or_(*(_same_key(table.c, *pair) for pair in pairs)))
    keys = values(column("person", String), column("client", String), name="keys").data(pairs)
    return query.select_from(table.join(keys, _same_key(table.c, keys.c.person, keys.c.client)))


def _same_key(receipt: Any, person: Any, client: Any) -> Any:
    return and_(receipt.participant_id == person, receipt.client_id == client)


def _contents(
    connection: Connection, jam_id: str, requests: Sequence[Request], ideas: dict[str, r.Idea]
) -> dict[str, r.Content]:
    """The words of the ideas that a command may change or show: for a moderator all that there ever were."""
    changing = (c.EditIdea, c.TagIdea, c.Moderate, c.UndoDecision)
    present = {command.idea for _, command in requests if isinstance(command, changing)}
    found = (ideas[idea] for idea in present if idea in ideas)
    words = {i for idea in found for i in (idea.text_id, idea.tags_id) if i}
    judged = {command.idea for _, command in requests if isinstance(command, c.Moderate)} & ideas.keys()
    if judged:
        table = TABLES[r.Event]
        query = select(table.c.text_id, table.c.tags_id).where(table.c.subject_id.in_(judged))
        words |= {i for row in connection.execute(query) for i in row if i}
    return fetch_ids(connection, r.Content, jam_id, words)


def _flagged(connection: Connection, requests: Sequence[Request]) -> dict[str, set[str]]:
    wanted = {command.idea for _, command in requests if isinstance(command, c.FlagIdea)}
    if not wanted:
        return {}
    table = TABLES[r.Flag]
    people: dict[str, set[str]] = defaultdict(set)
    query = select(table.c.idea_id, table.c.participant_id).where(table.c.idea_id.in_(wanted))
    for idea_id, participant_id in connection.execute(query):
        people[idea_id].add(participant_id)
    return dict(people)


def _decisions(connection: Connection, requests: Sequence[Request]) -> dict[str, list[r.ModerationDecision]]:
    """All decisions about the ideas whose last one is to be undone: what held before must hold again."""
    undone = {command.idea for _, command in requests if isinstance(command, c.UndoDecision)}
    if not undone:
        return {}
    table = TABLES[r.ModerationDecision]
    query = select(*columns_of(r.ModerationDecision)).where(table.c.idea_id.in_(undone))
    made: dict[str, list[r.ModerationDecision]] = defaultdict(list)
    for one in records(r.ModerationDecision, connection.execute(query.order_by(table.c.idea_version))):
        made[one.idea_id].append(one)
    return dict(made)


def _names(connection: Connection, facts: Facts, requests: Sequence[Request]) -> None:
    """Whose are the names that people ask for, and those that look like them."""
    asked = [check_handle(x.handle, staff=True) for _, x in requests if isinstance(x, c.JoinJam)]
    names = [handle for handle in asked if isinstance(handle, str)]
    if not names:
        return
    table = TABLES[r.Participant].c
    query = select(table.handle_key, table.look_key, table.id).where(table.jam_id == facts.jam.id)
    # Each by its own index: as alternatives in one condition SQLite would read everybody in the jam.
    reading = query.where(table.handle_key.in_(map(handle_key, names)))
    looking = query.where(table.look_key.in_(map(look_key, names)))
    for reads, looks, person in connection.execute(reading.union(looking)):
        facts.handle_keys[reads] = facts.look_keys[looks] = person


class Changes:
    """What the decisions of one transaction change, gathered so that each table is written once."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        known: tuple[dict[str, Any], ...] = (facts.forums, facts.proposals, facts.participants, facts.ideas)
        known = (*known, facts.contents, facts.themes.corrections)
        self._before: dict[Any, Any] = {key: one for kind in known for key, one in kind.items()}
        self._jam_before = facts.jam
        self._puts: dict[type[Any], dict[Any, Any]] = {kind: {} for kind in _SAVED_IN_ORDER}
        self._placings: dict[str, r.ThemePlacing] = {}
        self._events: list[r.Event] = []

    def add(self, decision: Decision, actor: Viewer, now: int) -> None:
        """Apply a decision to the facts and remember what it puts in place."""
        jam = self._facts.jam
        for position, new in enumerate(decision.events, start=jam.last_seq + 1):
            self._events.append(_event(new, jam.id, position, actor, now))
        self._facts.apply(decision)
        for one in decision.records:
            if isinstance(one, r.ThemePlacing):
                self._placings[one.idea_id] = one
            elif not isinstance(one, r.Jam):
                self._puts[type(one)][_key(one)] = one

    def save(self, connection: Connection) -> int:
        """Write everything; the log's new end. Called once, right before the commit."""
        for kind in _SAVED_IN_ORDER:
            self._save_kind(connection, kind)
        put_placings(connection, list(self._placings.values()))
        head = log.append(connection, self._jam_before.head, self._events)
        jam = self._facts.jam.with_(head=head)
        put_changed(connection, r.Jam, [(self._jam_before, jam)])
        return int(jam.last_seq)

    def _save_kind(self, connection: Connection, kind: type[Any]) -> None:
        puts = self._puts[kind].items()
        put_new(connection, kind, [one for key, one in puts if key not in self._before])
        put_changed(connection, kind, [(self._before[key], one) for key, one in puts if key in self._before])


def _key(one: Any) -> Any:
    if isinstance(one, r.Receipt):
        return one.participant_id, one.client_id
    return (one.participant_id, one.question) if isinstance(one, r.JoinAnswer) else one.id


def _event(new: Any, jam_id: str, seq: int, actor: Viewer, now: int) -> r.Event:
    return r.Event(
        jam_id=jam_id,
        seq=seq,
        at=now,
        kind=new.kind,
        visibility=new.visibility,
        actor_id=actor.participant_id,
        subject_id=new.subject_id,
        text_id=new.text_id,
        tags_id=new.tags_id,
        data=new.data,
    )
