"""The inputs, indexed once: which ideas can be read, who wrote them, what they answer.

First step of ``build_report``; all other parts of the report look things up here. Default is deny: only
the status ``published`` makes a text readable, whatever the inputs carry beside it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from jam.domain.names import SHOWN_STATUSES, Role
from jam.domain.records import Millis
from jam.service.report.document import Figure
from jam.service.report.inputs import IdeaInput, ReportInputs

TEAM = "team"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(millis: Millis) -> datetime:
    """Milliseconds since 1970 as an aware time in UTC."""
    return _EPOCH + timedelta(milliseconds=millis)


def figure(ideas: Iterable[IdeaInput]) -> Figure:
    """How many ideas these are, and the ids of those that everyone was shown, in everyone's order."""
    counted = list(ideas)
    known = sorted((i for i in counted if i.published is not None), key=_place)
    return Figure(count=len(counted), ids=tuple(i.id for i in known))


def people_of(ideas: Iterable[IdeaInput]) -> int:
    """How many different people wrote these."""
    return len({i.author for i in ideas})


def group_of(idea: IdeaInput) -> str:
    """The group an idea counts for: its author's audience, or the team that ran the jam."""
    return str(idea.audience) if idea.role is Role.PARTICIPANT else TEAM


def is_readable(idea: IdeaInput) -> bool:
    """Whether everyone may read the idea now."""
    return idea.status in SHOWN_STATUSES and idea.published is not None


def _place(idea: IdeaInput) -> tuple[int, str]:
    return (idea.published or 0, idea.id)


class Reading:
    """An index over canonical inputs; read only once built.

    ``known`` are the ideas and replies that everyone was shown, in everyone's order; ``ideas`` and
    ``replies`` those of them that can be read now; ``answers`` the readable replies under each idea.
    """

    def __init__(self, inputs: ReportInputs) -> None:
        self.inputs = inputs
        self.by_id = {idea.id: idea for idea in inputs.ideas}
        self.known = sorted((i for i in inputs.ideas if i.published is not None), key=_place)
        readable = [i for i in self.known if is_readable(i)]
        self.ideas = [i for i in readable if i.reply_to is None]
        self.replies = [i for i in readable if i.reply_to is not None]
        self.number = {idea.id: n for n, idea in enumerate(self.known, start=1)}
        self.answers: dict[str, list[IdeaInput]] = {}
        for reply in self.replies:
            self.answers.setdefault(self.root(reply), []).append(reply)

    def root(self, reply: IdeaInput) -> str:
        """The idea at the bottom of a chain of replies; a broken or circular chain ends where it breaks."""
        seen = {reply.id}
        at = reply
        while at.reply_to is not None and at.reply_to not in seen:
            seen.add(at.reply_to)
            parent = self.by_id.get(at.reply_to)
            if parent is None:
                return at.reply_to
            at = parent
        return at.id

    def replies_to(self, ideas: Iterable[IdeaInput]) -> list[IdeaInput]:
        """The readable replies under these ideas."""
        return [reply for idea in ideas for reply in self.answers.get(idea.id, ())]
