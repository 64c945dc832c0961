"""One client's sockets, frame by frame: what came is compared with what this viewer was to get.

Strict about order: batches touch end to end, each holds exactly the events between its two ends that
the viewer may get, none of them twice, each as ``project`` gives it for a moment not before the batch.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

import msgspec

from jam.cli.crowd.checker.findings import Finding, Verdict
from jam.cli.crowd.checker.themes import without_themes, wrong_with
from jam.cli.crowd.checker.timeline import Timeline
from jam.cli.crowd.history import Opened, Page, Received
from jam.domain.views import Viewer
from jam.domain.visibility import PRIVILEGED_ROLES
from jam.live.wire import Ack, Snapshot, Welcome


class RawBatch(msgspec.Struct, frozen=True):
    """A batch as it came: its events are compared field by field, unknown ones included."""

    after: int
    cursor: int
    events: list[dict[str, Any]] = []


class RawPage(msgspec.Struct, frozen=True):
    """A page of ideas, or one part of a snapshot, as it came."""

    cursor: int
    ideas: list[dict[str, Any]] = []
    jam: dict[str, Any] | None = None
    part: int = 1
    parts: int = 1


class Tagged(msgspec.Struct, frozen=True):
    """Only the type of a frame."""

    t: str


_tag = msgspec.json.Decoder(Tagged).decode
_batch = msgspec.json.Decoder(RawBatch).decode
_page = msgspec.json.Decoder(RawPage).decode
_ack = msgspec.json.Decoder(Ack).decode
_welcome = msgspec.json.Decoder(Welcome).decode
_snapshot_tag = Snapshot.__struct_config__.tag


@dataclass(slots=True)
class Stream:
    """The judge of one client. Feed it its lines in order, then ask ``finish``."""

    name: str
    timeline: Timeline
    verdict: Verdict
    viewer: Viewer | None = None
    cursor: int | None = None
    acks: dict[str, list[Ack]] = field(default_factory=dict)
    secret: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    _asked: int | None = None
    _snapshot_at: int = 0
    _parts: list[RawPage] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    _visible: list[int] = field(default_factory=list)

    def opened(self, line: Opened) -> None:
        """A new socket: it may go on from the cursor that its hello named, or start with a snapshot."""
        self._asked = line.cursor
        self._parts = []

    def frame(self, line: Received) -> None:
        """One frame as it came."""
        if line.unreadable is not None:
            self._found("history", None, f"no JSON object: {line.unreadable[:80]!r}")
            return
        raw = bytes(line.frame)
        self._check_words(raw)
        self.verdict.counts["frames"] += 1
        try:
            self._take(_tag(raw).t, raw)
        except msgspec.DecodeError as broken:
            self._found("history", None, f"a frame of the wrong form: {broken}")

    def _take(self, tag: str, raw: bytes) -> None:
        if tag == "batch":
            self._take_batch(_batch(raw))
        elif tag == "ack":
            ack = _ack(raw)
            self.acks.setdefault(ack.ref, []).append(ack)
        elif tag == _snapshot_tag:
            self._parts.append(_page(raw))
            if len(self._parts) == self._parts[-1].parts:
                self._take_snapshot(self._parts)
        elif tag == "welcome":
            self._take_welcome(_welcome(raw))

    def _take_welcome(self, welcome: Welcome) -> None:
        jam = self.timeline.export.jam
        me = welcome.me
        self.viewer = Viewer(org_id=jam.org_id, jam_id=jam.id, participant_id=me.id, role=me.role)
        self._visible = self.timeline.visible(self.viewer)
        if welcome.epoch != jam.epoch:
            self._found("view", None, f"welcomed to epoch {welcome.epoch}, the log's is {jam.epoch}")
        if welcome.resumed:
            self.verdict.counts["resumes"] += 1
            self.cursor = self._asked
        else:
            self.cursor = None

    def _take_snapshot(self, parts: list[RawPage]) -> None:
        self.verdict.counts["snapshots"] += 1
        self.cursor = self._snapshot_at = parts[0].cursor
        if any(part.cursor != self.cursor for part in parts):
            self._found("view", self.cursor, "the parts of one snapshot have different cursors")
        self._known = set()
        for part in parts:
            self._take_ideas(part)
        for idea_id in self._wanted(self.cursor) - self._known:
            self._found("missing", self.cursor, f"the snapshot leaves out idea {idea_id}")
        states = [view for seq, view in self.timeline.jams if seq <= self.cursor]
        if states and parts[0].jam != msgspec.to_builtins(states[-1]):
            self._found("view", self.cursor, "the snapshot's jam is not the jam at that moment")

    def _wanted(self, cursor: int) -> set[str]:
        return self.timeline.snapshot_ids(cursor, self.viewer) if self.viewer else set()

    def page(self, line: Page) -> None:
        """A page of older ideas, read beside the socket."""
        self._check_words(bytes(line.body))
        self._take_ideas(_page(bytes(line.body)))

    def _take_ideas(self, page: RawPage) -> None:
        """Ideas with the state of one moment; replies of a page's ideas may repeat what is known."""
        assert self.viewer is not None
        for idea in page.ideas:
            expected = self.timeline.idea_then(idea["id"], page.cursor, self.viewer)
            self.verdict.counts["ideas"] += 1
            if not _same(idea, expected, self.viewer):
                self._found("view", page.cursor, _difference(f"idea {idea['id']}", idea, expected))
            self._known.add(idea["id"])

    def _take_batch(self, batch: RawBatch) -> None:
        self.verdict.counts["batches"] += 1
        if self.viewer is None or self.cursor is None:
            self._found("gap", batch.cursor, "a batch came before any snapshot")
            return
        if batch.after != self.cursor:
            self._found("gap", batch.cursor, f"after {batch.after}, but the cursor was at {self.cursor}")
        self._take_events(batch, self.cursor, self.viewer)
        self.cursor = batch.cursor

    def _take_events(self, batch: RawBatch, cursor: int, viewer: Viewer) -> None:
        came: set[int] = set()
        for event in batch.events:
            seq = event["seq"]
            self.verdict.counts["events"] += 1
            if seq in came or seq <= cursor:
                self._found("duplicate", seq, f"{event.get('kind')} came again")
            came.add(seq)
            self._check_event(event, batch, viewer)
        for seq in self._between(batch.after, batch.cursor):
            if seq not in came:
                self._found("missing", seq, f"left out of the batch {batch.after} to {batch.cursor}")

    def _check_event(self, sent: dict[str, Any], batch: RawBatch, viewer: Viewer) -> None:
        seq, log = sent["seq"], self.timeline.export.events
        if not (1 <= seq <= len(log) and batch.after < seq <= batch.cursor):
            self._found("phantom", seq, f"an event outside the batch {batch.after} to {batch.cursor}")
            return
        expected = self.timeline.event_views(log[seq - 1], batch.cursor, viewer)
        plain = without_themes(sent)
        if not any(_same_event(plain, one, viewer) for one in expected):
            what = expected[0] if expected else None
            self._found("view", seq, _difference(str(sent.get("kind")), plain, what))
        if wrong := wrong_with(sent, viewer, log):
            self._found("view", seq, wrong)
        if "idea" in sent:
            self._known.add(sent["idea"]["id"])

    def _between(self, after: int, upto: int) -> list[int]:
        return self._visible[bisect_right(self._visible, after) : bisect_right(self._visible, upto)]

    def finish(self, until: int) -> None:
        """The run is over: everything up to ``until`` must have come, older ideas by snapshot or page."""
        if self.viewer is None:
            if until:
                self._found("missing", None, "never welcomed, so nothing ever came")
            return
        for seq in self._between(self.cursor or 0, until):
            self._found("missing", seq, f"never came; the client stopped at {self.cursor}")
        for idea in self.timeline.export.ideas.values():
            place = idea.published_seq
            if place and place <= self._snapshot_at and idea.id not in self._known:
                self._found("missing", place, f"idea {idea.id} was in no snapshot and on no page")

    def knows(self, idea_id: str) -> bool:
        """Whether the idea ever came to this client."""
        return idea_id in self._known

    def _check_words(self, raw: bytes) -> None:
        """No byte may hold words that nobody but their author and the staff was ever to read.

        ``secret`` has by idea its words as JSON spells them, and its author.
        """
        if self.viewer is None or self.viewer.role != "participant":
            return
        for idea_id, (words, author) in self.secret.items():
            if author != self.viewer.participant_id and words in raw:
                self._found("view", None, f"the words of idea {idea_id}, which was never shown")

    def _found(self, kind: str, seq: int | None, detail: str) -> None:
        jam = self.timeline.export.jam.id
        self.verdict.findings.append(Finding(kind, jam, self.name, seq, detail))


def _same_event(sent: dict[str, Any], expected: dict[str, Any] | None, viewer: Viewer) -> bool:
    if expected is None or "idea" not in expected or "idea" not in sent:
        return sent == expected
    rest = {**sent, "idea": None} == {**expected, "idea": None}
    return rest and _same(sent["idea"], expected["idea"], viewer)


def _same(sent: dict[str, Any], expected: dict[str, Any] | None, viewer: Viewer) -> bool:
    """Equal in every field, for staff in every one but two: why and since when an idea is held are hints
    that the log does not keep. Nobody else may get them, with whatever value."""
    if sent == expected or expected is None or viewer.role not in PRIVILEGED_ROLES:
        return sent == expected
    hints = {"held_for": None, "held_at": None}
    return {**sent, **hints} == {**expected, **hints}


def _difference(what: str, sent: dict[str, Any], expected: dict[str, Any] | None) -> str:
    """Names the fields that differ, never their values: a finding may be printed anywhere."""
    if expected is None:
        return f"{what} was not for this viewer"
    inner = ("idea", "jam", "forum", "participant")
    fields = [name for name in {**sent, **expected} if sent.get(name) != expected.get(name)]
    for name in set(fields) & set(inner):
        ours, theirs = sent.get(name) or {}, expected.get(name) or {}
        fields += [f"{name}.{key}" for key in {**ours, **theirs} if ours.get(key) != theirs.get(key)]
    return f"{what} differs in {', '.join(sorted(fields))}"
