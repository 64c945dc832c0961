"""Decisions about words that were written elsewhere and are brought in by the staff.

An imported idea passes every check of an idea typed here. What tells it apart stays in the log for ever: its
event says that it was imported, by whom, and when it was written where that is known.
"""

from jam.domain.commands import ImportIdea, SubmitIdea
from jam.domain.decide.ideas import submit_idea
from jam.domain.facts import Decision, Facts
from jam.domain.records import Millis
from jam.domain.rejections import Rejection, reject
from jam.domain.views import Viewer

EARLIEST = 631_152_000_000
"""1990-01-01: a moment before it is a clock that was never set, or another unit of time."""


def import_idea(command: ImportIdea, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Take an idea in for somebody who is not here; its author on record is whoever brings it in."""
    written_at = command.written_at
    if written_at is not None and not EARLIEST <= written_at <= now:
        return reject("bad_field", detail="written_at")
    written = SubmitIdea(
        client_id=command.client_id,
        forum=command.forum,
        text=command.text,
        tags=command.tags,
        lang=command.lang,
    )
    taken = submit_idea(written, actor, facts, now)
    if isinstance(taken, Decision):
        taken.events[0].data["imported"] = {"written_at": written_at}
    return taken
