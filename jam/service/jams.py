"""Making a jam: the row, its title, its forums and the first events, in one transaction."""

import msgspec
from sqlalchemy.engine import Connection

from jam.domain import records as r
from jam.domain import schedule
from jam.domain.chain import canonical_json
from jam.domain.commands import OpenForum
from jam.domain.decide.steering import TITLE_LIMIT, jam_event, open_forum
from jam.domain.facts import Decision, Facts
from jam.domain.limits import check_settings
from jam.domain.names import Phase
from jam.domain.rejections import Rejection, reject
from jam.domain.text import check_line
from jam.domain.views import Viewer
from jam.service.ports import Clock, RandomIds
from jam.store.rows import put_new
from jam.store.transaction import Changes, database_now


class ForumPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question to ask from the start."""

    title: str
    question: str


class PhasePlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A phase and its length in minutes; without a length it runs until somebody ends it."""

    phase: Phase
    minutes: float | None = None


class JamPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an administrator asks for. Defaults: lobby, one hour of ideas, half an hour to wrap up."""

    title: str
    forums: list[ForumPlan]
    phases: list[PhasePlan] | None = None
    settings: r.Settings = r.Settings()


class MadeJam(msgspec.Struct, frozen=True, kw_only=True):
    """A jam that now exists, with its forums in order."""

    jam: r.Jam
    forums: list[r.Forum]


def create_jam(
    connection: Connection, plan: JamPlan, actor: Viewer, ids: RandomIds, clock: Clock
) -> MadeJam | Rejection:
    """Make a jam for the actor's organisation; its first phase starts now."""
    title = check_line(plan.title, TITLE_LIMIT, "title_bad")
    if isinstance(title, Rejection):
        return title
    if not plan.forums:
        return reject("question_bad")
    phases = _phases(plan)
    refused = schedule.check_phases(phases) or check_settings(plan.settings)
    if refused:
        return refused
    now = database_now(connection, clock)
    facts = Facts(jam=_jam(plan, schedule.begin(phases, now), actor.org_id, ids, now), ids=ids)
    return _fill(connection, plan, facts, title, actor, now)


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
    )


def _fill(
    connection: Connection, plan: JamPlan, facts: Facts, title: str, actor: Viewer, now: int
) -> MadeJam | Rejection:
    content = facts.content(facts.jam.id, "title", title, shown=True)
    facts.jam = facts.jam.with_(title_id=content.id)
    changes, bare = Changes(facts), facts.jam
    created = jam_event("jam_created", facts.jam)
    created.data["digests"] = {content.id: content.digest}
    created.data["settings"] = msgspec.json.decode(canonical_json(plan.settings))
    changes.add(Decision([created], [content], {}), actor, now)
    for forum in plan.forums:
        command = OpenForum(client_id="plan", title=forum.title, question=forum.question)
        opened = open_forum(command, actor, facts, now)
        if isinstance(opened, Rejection):
            return opened
        changes.add(opened, actor, now)
    put_new(connection, r.Jam, [bare])
    changes.save(connection)
    return MadeJam(jam=facts.jam, forums=list(facts.forums.values()))
