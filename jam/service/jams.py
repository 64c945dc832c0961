"""Making a jam: the row, its words, its forums and the first events, in one transaction.

``JamPlan`` is the one description that a jam is made from, whichever door it came through: form, API,
TOML file, template, or a copy of another jam (``plan_of``).
"""

from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from jam.domain import entry, schedule
from jam.domain import records as r
from jam.domain.chain import canonical_json
from jam.domain.commands import OpenForum
from jam.domain.decide.questions import TITLE_LIMIT, check_forum, open_forum
from jam.domain.decide.steering import jam_event
from jam.domain.facts import Decision, Facts
from jam.domain.jam_settings import JoinQuestion, PhaseSlot, Settings
from jam.domain.limits import check_settings
from jam.domain.names import Phase
from jam.domain.rejections import Rejection, reject
from jam.domain.text import check_line, check_page
from jam.domain.views import EntryView, Viewer
from jam.domain.visibility import jam_view
from jam.service.ports import Clock, RandomIds
from jam.service.shape import Wrong
from jam.service.snapshot import read_forums
from jam.service.toml_file import KeyPath
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
    settings: Settings = Settings()
    zone: str = "UTC"
    opens_at: r.Millis | None = None
    house_rules: str = ""
    privacy_notice: str = ""
    join_questions: list[JoinQuestion] = []


class MadeJam(msgspec.Struct, frozen=True, kw_only=True):
    """A jam that now exists, with its forums in order."""

    jam: r.Jam
    forums: list[r.Forum]


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
    checked = check_plan(plan, now)
    if isinstance(checked, list):
        return next(fault.refused for fault in checked if fault.refused)
    slots = schedule.begin(_phases(checked), now, checked.opens_at)
    jam = _jam(checked, slots, actor.org_id, ids, now)
    facts = Facts(jam=jam.with_(id=jam_id) if jam_id else jam, ids=ids)
    return _fill(connection, checked, facts, actor, now)


def check_plan(plan: JamPlan, now: r.Millis) -> JamPlan | list[Wrong]:
    """The plan with its words in their stored form, or everything for which ``create_jam`` would refuse it.

    Needs no database: for those who look before they act, too.
    """
    found = _words(plan) | _rules(plan, now)
    faults = [_fault(path, one) for path, one in found.items() if isinstance(one, Rejection)]
    if faults:
        return faults
    return msgspec.structs.replace(
        plan,
        title=found["title",],
        forums=[
            ForumPlan(**{word: found["forums", n, word] for word in ForumPlan.__struct_fields__})
            for n in range(len(plan.forums))
        ],
        house_rules=found["house_rules",],
        privacy_notice=found["privacy_notice",],
        join_questions=found["join_questions",],
    )


def _words(plan: JamPlan) -> dict[KeyPath, Any]:
    """What is written in the plan, in its stored form or refused, by the way to it."""
    found: dict[KeyPath, Any] = {("title",): check_line(plan.title, TITLE_LIMIT, "title_bad")}
    for n, forum in enumerate(plan.forums):
        words = check_forum(forum.title, forum.question, forum.host)
        found |= {("forums", n, kind): word for kind, word in words.items()}
    found["house_rules",] = check_page(plan.house_rules, PAGE_LIMIT, "rules_bad")
    found["privacy_notice",] = check_page(plan.privacy_notice, PAGE_LIMIT, "notice_bad")
    found["join_questions",] = entry.check_questions(plan.join_questions)
    return found


def _rules(plan: JamPlan, now: r.Millis) -> dict[KeyPath, Any]:
    """What the rest of the plan is refused for, by the way to it."""
    return {
        ("forums",): None if plan.forums else reject("question_bad"),
        ("phases",): schedule.check_phases(_phases(plan)),
        ("settings",): check_settings(plan.settings),
        ("zone",): entry.zone_of(plan.zone),
        ("opens_at",): None if plan.opens_at is None else schedule.check_opening(plan.opens_at, now),
    }


def _fault(path: KeyPath, refused: Rejection) -> Wrong:
    """The fact ``at`` of a refusal says which part of the whole it is about."""
    part = (refused.facts["at"],) if "at" in refused.facts else ()
    return Wrong((*path, *part), refused.message, refused.code, refused)


def _phases(plan: JamPlan) -> tuple[PhaseSlot, ...]:
    if plan.phases is None:
        return schedule.DEFAULT_PHASES
    return tuple(PhaseSlot(phase=slot.phase, minutes=slot.minutes) for slot in plan.phases)


def _jam(plan: JamPlan, phases: tuple[PhaseSlot, ...], org_id: str, ids: RandomIds, now: int) -> r.Jam:
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


def _contents(plan: JamPlan, facts: Facts) -> dict[str, r.Content]:
    """The jam's words as content rows, by the field of its record that names them."""
    questions = canonical_json(plan.join_questions).decode() if plan.join_questions else ""
    texts_by_kind = {
        "title": plan.title,
        "rules": plan.house_rules,
        "notice": plan.privacy_notice,
        "questions": questions,
    }
    return {
        f"{kind}_id": facts.content(facts.jam.id, kind, text, shown=True)
        for kind, text in texts_by_kind.items()
        if text
    }


def _fill(
    connection: Connection, plan: JamPlan, facts: Facts, actor: Viewer, now: int
) -> MadeJam | Rejection:
    contents = _contents(plan, facts)
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
