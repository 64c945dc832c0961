"""What each record looked like at each place of the log, rebuilt from the events alone.

The rows of the export are the last state; an event's facts say what it changed. Between them every
earlier state follows, and with it what any viewer was to get then (``jam.domain.visibility.project``).
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

import msgspec

from jam.cli.crowd.checker import themes
from jam.cli.crowd.checker.export import Export
from jam.cli.crowd.checker.jam_states import jam_states
from jam.domain.names import Status
from jam.domain.records import Event, Idea
from jam.domain.views import EventView, ForumView, IdeaView, JamView, ParticipantView, Viewer
from jam.domain.visibility import (
    PRIVILEGED_ROLES,
    Seen,
    Sighting,
    forum_view,
    may_get,
    participant_view,
    project,
    project_idea,
)
from jam.live.wire import SNAPSHOT_IDEAS


@dataclass(frozen=True, slots=True)
class IdeaState:
    """An idea from log position ``seq`` on, until its next state."""

    seq: int
    idea: Idea
    text: str | None
    tags: tuple[str, ...]
    note: str | None
    shown: frozenset[str | None]


@dataclass(slots=True)
class Timeline:
    """States by subject. Build it once per run; answers are remembered per class of viewer."""

    export: Export
    ideas: dict[str, list[IdeaState]] = field(default_factory=dict)
    jams: list[tuple[int, JamView]] = field(default_factory=list)
    _remembered: dict[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for idea in self.export.ideas.values():
            self.ideas[idea.id] = list(_idea_states(idea, self.export))
        self.jams = jam_states(self.export)

    def visible(self, viewer: Viewer) -> list[int]:
        """The places of all events that this viewer must get, in order."""
        found = [e for e in self.export.events if may_get(e.visibility, viewer, self.author(e))]
        staff = viewer.role in PRIVILEGED_ROLES
        return [e.seq for e in found if staff or e.kind not in themes.WITHHELD]

    def author(self, event: Event) -> str:
        """Whose idea an event is about, or nobody's."""
        idea = self.export.ideas.get(event.subject_id or "")
        return idea.author_id if idea else ""

    def idea_then(self, idea_id: str, at: int, viewer: Viewer) -> dict[str, Any] | None:
        """The idea as the viewer was to get it in a snapshot or a page at log position ``at``."""
        states = self.ideas.get(idea_id, [])
        position = bisect_right([state.seq for state in states], at) - 1
        if position < 0:
            return None
        key = ("idea", idea_id, position, self._class(viewer, states[0].idea.author_id))
        view: dict[str, Any] | None = self._once(
            key, lambda: _plain(project_idea(self._present(states[position]), viewer))
        )
        return view

    def snapshot_ids(self, at: int, viewer: Viewer) -> set[str]:
        """What a snapshot at ``at`` must hold: the newest shown with replies, one's own, pending."""
        shown = [i for i in self.export.ideas.values() if i.published_seq and i.published_seq <= at]
        tops = sorted((i for i in shown if not i.reply_to), key=lambda i: i.published_seq or 0)
        wanted = {idea.id for idea in tops[-SNAPSHOT_IDEAS:]}
        wanted |= {idea.id for idea in shown if idea.reply_to in wanted}
        for idea_id, states in self.ideas.items():
            position = bisect_right([state.seq for state in states], at) - 1
            if position < 0:
                continue
            idea = states[position].idea
            waits = idea.status is Status.PENDING and viewer.role in PRIVILEGED_ROLES
            if waits or idea.author_id == viewer.participant_id:
                wanted.add(idea_id)
        return wanted

    def event_views(self, event: Event, read_at: int, viewer: Viewer) -> list[dict[str, Any] | None]:
        """What may have been sent of an event in a batch that ends at ``read_at``.

        A server may have prepared an event when it was new, so states from the event on count, but
        words that were taken out of sight by ``read_at`` may not come any more (guarantee G11).
        """
        if event.seq > read_at:
            return []
        states = self.ideas.get(event.subject_id or "")
        if states:
            return self._idea_event_views(event, states, read_at, viewer)
        key = ("event", event.seq, self._class(viewer, ""))
        views: list[dict[str, Any] | None] = self._once(key, lambda: self._other_event(event, viewer))
        return views

    def _idea_event_views(
        self, event: Event, states: list[IdeaState], read_at: int, viewer: Viewer
    ) -> list[dict[str, Any] | None]:
        places = [state.seq for state in states]
        then, now = (max(0, bisect_right(places, at) - 1) for at in (event.seq, read_at))
        views = [self._idea_event(event, states, n, viewer) for n in range(then, len(states))]
        if _has_text(views[now - then]):
            return views
        return views[now - then :] + [view for view in views[: now - then] if not _has_text(view)]

    def _idea_event(self, event: Event, states: list[IdeaState], position: int, viewer: Viewer) -> Any:
        key = ("sent", event.seq, position, self._class(viewer, states[0].idea.author_id))
        return self._once(key, lambda: self._sent(event, states[position], viewer))

    def _sent(self, event: Event, state: IdeaState, viewer: Viewer) -> dict[str, Any] | None:
        return _plain(project(Seen(event=event, sighting=self._at_event(event, state)), viewer))

    def _at_event(self, event: Event, state: IdeaState) -> Sighting:
        """The version that the event is about, seen when the idea had come to ``state``."""
        version = event.data.get("version", state.idea.version)
        if version == state.idea.version:
            return self._present(state)
        return self._sighting(
            state,
            version=version,
            status=Status(event.data["status"]),
            text=self.export.text(event.text_id),
            shown=event.text_id in state.shown,
            tags=_tags(self.export.text(event.tags_id)),
            tags_shown=event.tags_id in state.shown,
            rule=event.data.get("rule"),
        )

    def _present(self, state: IdeaState) -> Sighting:
        idea = state.idea
        return self._sighting(
            state,
            version=idea.version,
            status=idea.status,
            text=state.text,
            shown=idea.text_id in state.shown,
            tags=state.tags,
            tags_shown=idea.tags_id in state.shown,
            rule=idea.rule,
            note=state.note,
            decided_by=self._handle(idea.decided_by),
        )

    def _sighting(self, state: IdeaState, **fields: Any) -> Sighting:
        author = self.export.participants.get(state.idea.author_id)
        return Sighting(
            idea=state.idea,
            handle=self._handle(state.idea.author_id),
            audience=author.audience if author else None,
            role=author.role if author else None,
            **fields,
        )

    def _handle(self, participant_id: str | None) -> str | None:
        person = self.export.participants.get(participant_id or "")
        return self.export.text(person.handle_id) if person else None

    def _other_event(self, event: Event, viewer: Viewer) -> list[dict[str, Any] | None]:
        """An event about the jam, a forum, a person, themes or a report."""
        if event.kind in themes.KINDS:
            return self._theme_events(event, viewer)
        if event.subject_id == self.export.jam.id:
            seen = [Seen(event=event, jam=view) for seq, view in self.jams if seq >= event.seq]
        elif event.kind.startswith("forum_"):
            seen = [Seen(event=event, forum=view) for view in self.forum_views(event.subject_id or "")]
        elif event.kind == "participant_joined":
            seen = [Seen(event=event, participant=self.person(event.subject_id or ""))]
        else:
            seen = [Seen(event=event)]
        return [_plain(project(one, viewer)) for one in seen]

    def _theme_events(self, event: Event, viewer: Viewer) -> list[dict[str, Any] | None]:
        if not may_get(event.visibility, viewer, ""):
            return [None]
        views = (
            [view for seq, view in self.jams if seq >= event.seq] if event.kind == "themes_shown" else [None]
        )
        return [_plain(EventView(seq=event.seq, kind=event.kind, at=event.at, jam=view)) for view in views]

    def forum_views(self, forum_id: str) -> list[ForumView]:
        """A forum as it was while open, and as it is now."""
        forum = self.export.forums[forum_id]
        words = self.export.text(forum.title_id), self.export.text(forum.question_id)
        now = forum_view(forum, *words)
        before = forum_view(forum.with_(open=True, version=1), *words)
        return [now] if now == before else [before, now]

    def person(self, participant_id: str) -> ParticipantView | None:
        """A participant as staff see them."""
        person = self.export.participants.get(participant_id)
        return participant_view(person, self._handle(participant_id)) if person else None

    def _class(self, viewer: Viewer, author_id: str) -> str:
        """Viewers of one class get the same: the author, those who see everything, everyone else."""
        if viewer.role in PRIVILEGED_ROLES:
            return "staff"
        return "author" if author_id and viewer.participant_id == author_id else "public"

    def _once(self, key: Any, make: Any) -> Any:
        if key not in self._remembered:
            self._remembered[key] = make()
        return self._remembered[key]


def _plain(view: EventView | IdeaView | None) -> dict[str, Any] | None:
    return msgspec.to_builtins(view) if view is not None else None


def _has_text(event: dict[str, Any] | None) -> bool:
    return event is not None and "text" in event.get("idea", {})


def _tags(value: str | None) -> tuple[str, ...]:
    return tuple(msgspec.json.decode(value, type=list[str])) if value else ()


def _idea_states(last: Idea, export: Export) -> list[IdeaState]:
    """One state for each event that changed the idea, oldest first."""
    states: list[IdeaState] = []
    shown: frozenset[str | None] = frozenset()
    idea, note = last.with_(edits=0, rule=None, decided_by=None), None
    for event in export.events_of(last.id):
        if "status" not in event.data:
            continue
        idea = _changed(idea, event, last)
        if "decision" in event.data:
            note = _note(event, export)
        elif event.kind == "idea_edited":
            note = None
        shown = _shown(shown, idea, event)
        text, tags = export.text(event.text_id), _tags(export.text(event.tags_id))
        states.append(IdeaState(event.seq, idea, text, tags, note, shown))
    return states


def _shown(shown: frozenset[str | None], idea: Idea, event: Event) -> frozenset[str | None]:
    """The words that everyone may read while the idea is published; a decision against it takes them all."""
    if idea.status is Status.PUBLISHED:
        return shown | {event.text_id, event.tags_id}
    return frozenset() if "decision" in event.data else shown


def _changed(idea: Idea, event: Event, last: Idea) -> Idea:
    """The idea after an event: what ``decide`` made of it, read back from the event's facts."""
    published = last.published_seq if (last.published_seq or event.seq + 1) <= event.seq else None
    changes: dict[str, Any] = {
        "status": Status(event.data["status"]),
        "version": event.data["version"],
        "text_id": event.text_id,
        "tags_id": event.tags_id,
        "published_seq": published,
        "edits": idea.edits + (event.kind == "idea_edited"),
    }
    if "decision" in event.data:
        changes |= {"rule": event.data.get("rule"), "decided_by": event.actor_id}
    elif event.kind == "idea_edited":
        changes |= {"rule": None, "decided_by": None}
    changed: Idea = idea.with_(**changes)
    return changed


def _note(event: Event, export: Export) -> str | None:
    """The note of a decision: the one content that its event chained."""
    notes = (export.contents.get(key) for key in event.data.get("digests", {}))
    return next((note.value for note in notes if note and note.kind == "note"), None)
