"""A jam is deleted for good: its log, texts, people, reports and links, in one transaction.

The log of a jam is append-only and leaves the database only as a whole, never in part. What stays is a line
in the server's own log: which jam, on whose word, how long its log was and the hash it ended with, so that
an exported record can still be told from an altered one. No words, no names.
"""

import structlog
from sqlalchemy.engine import Connection

from jam.domain.names import Phase
from jam.domain.rejections import Rejection, reject
from jam.domain.views import View
from jam.store.access import jam_of_org
from jam.store.removal import remove_rows
from jam.store.transaction import Clock, lock_jam

log = structlog.get_logger()


class RemovedJam(View, frozen=True, kw_only=True):
    """What is gone: the numbers that everyone knew, and the end of its log (``events``, ``head``)."""

    id: str
    code: str
    people: int
    ideas: int
    replies: int
    events: int
    head: str


def remove_jam(connection: Connection, jam_id: str, org_id: str, clock: Clock) -> RemovedJam | Rejection:
    """Remove a closed jam of an organisation: ``not_found``, or ``not_closed`` while it can still go on.

    Under the jam's lock: no command is decided meanwhile, and those that come later find no jam.
    """
    found = jam_of_org(connection, jam_id, org_id)
    locked = lock_jam(connection, jam_id, clock) if found else None
    if locked is None:
        return reject("not_found")
    jam, _ = locked
    if jam.phase is not Phase.CLOSED:
        return reject("not_closed")
    remove_rows(connection, jam_id)
    return RemovedJam(
        id=jam.id,
        code=jam.code,
        people=jam.people,
        ideas=jam.ideas,
        replies=jam.replies,
        events=jam.last_seq,
        head=jam.head,
    )


def tell_removed(removed: RemovedJam, account_id: str | None) -> None:
    """Keep that it was done, once it is: called after the commit."""
    log.warning("jam_deleted", jam=removed.id, by=account_id, events=removed.events, head=removed.head)
