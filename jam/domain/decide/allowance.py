"""What one person may send: every command of a participant that others would get takes from an allowance.

Two of them, so that who has just written three ideas can still take one of them back at once.
"""

import math

from jam.domain import limits
from jam.domain.facts import Decision, Facts
from jam.domain.names import Role
from jam.domain.records import Millis, Participant
from jam.domain.rejections import Rejection, reject
from jam.domain.views import Viewer


def take_allowance(actor: Viewer, facts: Facts, now: Millis) -> Participant | Rejection:
    """The actor with one new text taken from their allowance, or ``slow_down``. Staff have no limit."""
    person = facts.participants[actor.participant_id]
    if person.role is not Role.PARTICIPANT:
        return person
    send_at, wait = limits.take(person.send_at, now, facts.jam.settings)
    return _slow_down(wait) if wait else person.with_(send_at=send_at)


def with_change(decision: Decision, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """The decision, if the actor's allowance for changes (edit, tag, withdraw, flag …) has room for it."""
    person = facts.participants[actor.participant_id]
    if person.role is not Role.PARTICIPANT:
        return decision
    change_at, wait = limits.take_change(person.change_at, now, facts.jam.settings)
    if wait:
        return _slow_down(wait)
    return Decision(decision.events, [person.with_(change_at=change_at), *decision.records], decision.answer)


def _slow_down(wait: float) -> Rejection:
    return reject("slow_down", seconds=math.ceil(wait), retry_after=round(wait, 3))
