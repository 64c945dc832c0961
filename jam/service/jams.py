"""Making a jam: the row, its words, its forums and the first events, in one transaction.

``JamPlan`` is the one description that a jam is made from, whichever door it came through: form, API,
TOML file, template, or a copy of another jam (``plan_of``).
"""

import msgspec
from sqlalchemy.engine import Connection

from jam.domain import entry, schedule
from jam.domain import records as r
from jam.domain.chain import canonical_json
from jam.domain.commands import OpenForum
from jam.domain.decide.questions import TITLE_LIMIT, open_forum
from jam.domain.decide.steering import jam_event
from jam.domain.facts import Decision, Facts
from jam.domain.limits import check_settings
from jam.domain.names import Phase
from jam.domain.rejections import Rejection, reject
from jam.domain.text import check_line, check_page
from jam.domain.views import EntryView, Viewer
from jam.domain.visibility import jam_view
from jam.service.ports import Clock, RandomIds
from jam.service.snapshot import read_forums
from jam.store.rows import put_new
from jam.store.sightings import texts
from jam.store.transaction import Changes, database_now, join_questions

PAGE_LIMIT = 5_000


class ForumPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question to ask from the start; ``host`` is the name of who looks after it."""

    title: str
    question: str
    host: str = ""


class PhasePlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A phase and its length in minutes; without a length it runs until somebody ends it."""

    phase: Phase
    minutes: float | None = None


class JamPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an administrator asks for. Defaults: lobby, one hour of ideas, half an hour to wrap up.

    ``opens_at`` (ms) ends the lobby by itself; without it somebody starts the first phase. ``zone`` is the
    IANA name of the zone in which times are read to people. ``house_rules`` and ``privacy_notice`` have at
    most 5,000 characters and are shown before anybody joins, with the ``join_questions``.
    """

    title: str
    forums: list[ForumPlan]
    phases: list[PhasePlan] | None = None
    settings: r.Settings = r.Settings()
    zone: str = "UTC"
    opens_at: r.Millis | None = None
    house_rules: str = ""
    privacy_notice: str = ""
    join_questions: list[r.JoinQuestion] = []


class MadeJam(msgspec.Struct, frozen=True, kw_only=True):
    """A jam that now exists, with its forums in order."""

    jam: r.Jam
    forums: list[r.Forum]


class _Words(msgspec.Struct, frozen=True, kw_only=True):
    """The plan's words, checked, in their stored form."""

    title: str
    rules: str
    notice: str
    questions: list[r.JoinQuestion]


def create_jam(
    connection: Connection,
    plan: JamPlan,
    actor: Viewer,
    ids: RandomIds,
    clock: Clock,
    jam_id: str | None = None,
) -> MadeJam | Rejection:
    """Make a jam for the actor's organisation; it exists from now on, its lobby open.

    ``jam_id``: the id that it is to have, which is free; by default a new one.
    """
    now = database_now(connection, clock)
    words = _words(plan)
    if isinstance(words, Rejection):
        return words
    phases = _phases(plan)
    refused = schedule.check_phases(phases) or check_settings(plan.settings) or _check_times(plan, now)
    if refused:
        return refused
    slots = schedule.begin(phases, now, plan.opens_at)
    jam = _jam(plan, slots, actor.org_id, ids, now)
    facts = Facts(jam=jam.with_(id=jam_id) if jam_id else jam, ids=ids)
    return _fill(connection, plan, facts, words, actor, now)


def check_plan(plan: JamPlan, now: r.Millis) -> Rejection | None:
    """What ``create_jam`` would refuse, without a database: for commands that look before they act."""
    words = _words(plan)
    if isinstance(words, Rejection):
        return words
    return schedule.check_phases(_phases(plan)) or check_settings(plan.settings) or _check_times(plan, now)


def _words(plan: JamPlan) -> _Words | Rejection:
    title = check_line(plan.title, TITLE_LIMIT, "title_bad")
    rules = check_page(plan.house_rules, PAGE_LIMIT, "rules_bad")
    notice = check_page(plan.privacy_notice, PAGE_LIMIT, "notice_bad")
    questions = entry.check_questions(plan.join_questions)
    for word in (title, rules, notice, questions):
        if isinstance(word, Rejection):
            return word
    if not plan.forums:
        return reject("question_bad")
    return msgspec.convert({"title": title, "rules": rules, "notice": notice, "questions": questions}, _Words)


def _check_times(plan: JamPlan, now: r.Millis) -> Rejection | None:
    zone = entry.zone_of(plan.zone)
    if isinstance(zone, Rejection):
        return zone
    return None if plan.opens_at is None else schedule.check_opening(plan.opens_at, now)


def _phases(plan: JamPlan) -> tuple[r.PhaseSlot, ...]:
    if plan.phases is None:
        return schedule.DEFAULT_PHASES
    return tuple(r.PhaseSlot(phase=slot.phase, minutes=slot.minutes) for slot in plan.phases)


def _jam(plan: JamPlan, phases: tuple[r.PhaseSlot, ...], org_id: str, ids: RandomIds, now: int) -> r.Jam:
    return r.Jam(
        id=ids.new_id(),
        org_id=org_id,
        code=ids.code(),
        epoch=ids.new_id(),
        title_id="",
        created_at=now,
        phases=phases,
        settings=plan.settings,
        next_bell_at=phases[0].ends_at,
        zone=plan.zone,
        opens_at=plan.opens_at,
    )


def _contents(words: _Words, facts: Facts) -> dict[str, r.Content]:
    """The jam's words as content rows, by the field of its record that names them."""
    questions = canonical_json(words.questions).decode() if words.questions else ""
    texts_by_kind = {
        "title": words.title,
        "rules": words.rules,
        "notice": words.notice,
        "questions": questions,
    }
    return {
        f"{kind}_id": facts.content(facts.jam.id, kind, text, shown=True)
        for kind, text in texts_by_kind.items()
        if text
    }


def _fill(
    connection: Connection, plan: JamPlan, facts: Facts, words: _Words, actor: Viewer, now: int
) -> MadeJam | Rejection:
    contents = _contents(words, facts)
    facts.jam = facts.jam.with_(**{name: content.id for name, content in contents.items()})
    changes, bare = Changes(facts), facts.jam
    created = jam_event("jam_created", facts.jam)
    created.data["digests"] = {content.id: content.digest for content in contents.values()}
    created.data["settings"] = msgspec.json.decode(canonical_json(plan.settings))
    created.data |= {"zone": plan.zone, "opens_at": plan.opens_at}
    changes.add(Decision([created], list(contents.values()), {}), actor, now)
    for forum in plan.forums:
        command = OpenForum(client_id="plan", title=forum.title, question=forum.question, host=forum.host)
        opened = open_forum(command, actor, facts, now)
        if isinstance(opened, Rejection):
            return opened
        changes.add(opened, actor, now)
    put_new(connection, r.Jam, [bare])
    changes.save(connection)
    return MadeJam(jam=facts.jam, forums=list(facts.forums.values()))


def plan_of(connection: Connection, jam: r.Jam) -> JamPlan:
    """The plan that would make a jam like this one: its words, questions and settings, without its times.

    A phase that was extended keeps its planned length, and the copy is not scheduled.
    """
    words = texts(connection, [i for i in (jam.title_id, jam.rules_id, jam.notice_id) if i])
    return JamPlan(
        title=words.get(jam.title_id) or "–",
        forums=[
            ForumPlan(title=forum.title, question=forum.question, host=forum.host or "")
            for forum in read_forums(connection, jam.id)
        ],
        phases=[PhasePlan(phase=slot.phase, minutes=slot.minutes) for slot in jam.phases],
        settings=jam.settings,
        zone=jam.zone,
        house_rules=words.get(jam.rules_id or "") or "",
        privacy_notice=words.get(jam.notice_id or "") or "",
        join_questions=join_questions(connection, jam),
    )


def read_entry(connection: Connection, jam: r.Jam) -> EntryView:
    """What a person reads at the door: the jam, its forums, rules and notice, and what is asked of them."""
    words = texts(connection, [i for i in (jam.title_id, jam.rules_id, jam.notice_id) if i])
    return EntryView(
        jam=jam_view(jam, words.get(jam.title_id) or "–", jam.code),
        forums=read_forums(connection, jam.id),
        house_rules=words.get(jam.rules_id or "") or "",
        privacy_notice=words.get(jam.notice_id or "") or "",
        join_questions=join_questions(connection, jam),
    )
