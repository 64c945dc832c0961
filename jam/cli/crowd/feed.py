"""One person's picture of the jam, and where in the log it stands. No I/O in here.

The browser keeps the same books: a snapshot is taken over when its last part is there; a batch is
applied only if it continues the cursor; one that lies behind is dropped; one that lies ahead is a gap,
and the socket is opened anew from the cursor.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from jam.domain.names import Status
from jam.domain.views import EventView, ForumView, IdeaView, JamView, ParticipantView, ReportView, ThemesView
from jam.live.wire import Batch, Hello, Snapshot, Welcome


class Gap(Exception):
    """A batch does not continue the cursor: reconnect from it."""


@dataclass(slots=True)
class Feed:
    """What a client knows. ``cursor`` and ``epoch`` are ``None`` until the first snapshot is whole."""

    cursor: int | None = None
    epoch: str | None = None
    jam: JamView | None = None
    themes: ThemesView | None = None
    report: ReportView | None = None
    forums: dict[str, ForumView] = field(default_factory=dict)
    ideas: dict[str, IdeaView] = field(default_factory=dict)
    people: dict[str, ParticipantView] = field(default_factory=dict)
    older: bool = False
    _epoch_offered: str | None = None
    _parts: list[Snapshot] = field(default_factory=list)

    def hello(self) -> Hello:
        """The first frame of a new socket: resumes from the cursor if there is one."""
        self._parts.clear()
        return Hello(version=1, cursor=self.cursor, epoch=self.epoch)

    def forget(self) -> None:
        """The server cannot continue this cursor: the next hello asks for everything."""
        self.cursor = self.epoch = None

    def welcomed(self, welcome: Welcome) -> None:
        """Batches follow from the cursor if resumed, else a snapshot of the offered epoch."""
        self._epoch_offered = welcome.epoch
        if not welcome.resumed:
            self.forget()

    def add_part(self, part: Snapshot) -> bool:
        """One part of a snapshot; true when it was the last and the new state is taken over."""
        self._parts.append(part)
        if len(self._parts) < part.parts:
            return False
        self._take_over(self._parts)
        self._parts = []
        return True

    def _take_over(self, parts: list[Snapshot]) -> None:
        first = parts[0]
        self.cursor, self.epoch = first.cursor, self._epoch_offered
        self.jam, self.themes, self.report = first.jam, first.themes, first.report
        self.older = any(part.older for part in parts)
        self.forums = {f.id: f for part in parts for f in part.forums}
        self.ideas = {i.id: i for part in parts for i in part.ideas}
        self.people = {p.id: p for part in parts for p in part.people}

    def apply(self, batch: Batch) -> list[EventView]:
        """The events that are new. Raises ``Gap`` where the batch lies ahead of the cursor."""
        if self.cursor is None or batch.after > self.cursor:
            raise Gap
        if batch.after < self.cursor:
            return []
        for event in batch.events:
            self._take_in(event)
        self.cursor = batch.cursor
        return batch.events

    def _take_in(self, event: EventView) -> None:
        if event.idea:
            self.learn([event.idea])
        if event.jam and (self.jam is None or event.jam.version >= self.jam.version):
            self.jam = event.jam
        if event.forum:
            self.forums[event.forum.id] = event.forum
        if event.participant:
            self.people[event.participant.id] = event.participant
        self.themes = event.themes or self.themes
        self.report = event.report or self.report

    def learn(self, ideas: list[IdeaView]) -> None:
        """Put ideas in place where they are not older than what is known."""
        for idea in ideas:
            known = self.ideas.get(idea.id)
            if known is None or idea.version >= known.version:
                self.ideas[idea.id] = idea

    def pending(self) -> list[IdeaView]:
        """The ideas that wait for a moderator, oldest first."""
        waiting = [idea for idea in self.ideas.values() if idea.status is Status.PENDING]
        return sorted(waiting, key=lambda idea: idea.seq)


def lowest(ideas: Iterable[IdeaView]) -> int | None:
    """The lowest place in everyone's order among ideas (not replies): where older ones begin."""
    places = [idea.published for idea in ideas if idea.published and not idea.reply_to]
    return min(places, default=None)
