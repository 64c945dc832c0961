"""``check``: one pass over the histories, then the log as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from jam.cli.crowd.checker.effects import Effects
from jam.cli.crowd.checker.export import Export
from jam.cli.crowd.checker.findings import Finding, Verdict
from jam.cli.crowd.checker.stream import Stream
from jam.cli.crowd.checker.timeline import Timeline
from jam.cli.crowd.history import AnyLine, Fail, Invoke, Joined, Ok, Opened, Page, Received
from jam.domain.chain import content_digest, first_broken
from jam.domain.names import WRITING_PHASES
from jam.live.wire import Ack

_ack = msgspec.json.Decoder(Ack).decode


def check(
    history: Iterable[AnyLine], export: Export, *, clients: Iterable[str] = (), until: int | None = None
) -> Verdict:
    """Judge the clients of one jam against its final log.

    ``clients``: names that must be in the history, whatever else is. ``until``: every client must have
    got everything up to this place; ``None`` is the log's end, 0 asks for nothing (clients that left
    early are judged as far as they came).
    """
    judge = _Judge(export)
    for name in clients:
        judge.stream(name)
    for line in history:
        judge.line(line)
    judge.finish(len(export.events) if until is None else until)
    return judge.verdict


@dataclass(slots=True)
class _Judge:
    """All streams of one run, and its commands."""

    export: Export
    verdict: Verdict = field(default_factory=Verdict)
    streams: dict[str, Stream] = field(default_factory=dict)
    persons: dict[str, str] = field(default_factory=dict)
    timeline: Timeline = field(init=False)
    effects: Effects = field(init=False)
    secret: dict[str, tuple[bytes, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.secret = self._never_shown()
        self.timeline = Timeline(self.export)
        self.effects = Effects(self.export, self.verdict)

    def stream(self, name: str) -> Stream:
        """The stream of a client, begun when it is first asked for."""
        if name not in self.streams:
            self.streams[name] = Stream(name, self.timeline, self.verdict, secret=self.secret)
        return self.streams[name]

    def line(self, line: AnyLine) -> None:
        """Hand a line to its client's stream or to the commands."""
        stream = self.stream(line.c)
        match line:
            case Received():
                stream.frame(line)
            case Opened():
                stream.opened(line)
            case Page():
                stream.page(line)
            case Joined():
                self._joined(line)
            case Invoke():
                self.effects.invoked(self.persons.get(line.c, ""), line.c, line.command)
            case Ok():
                self.effects.answered(self.persons.get(line.c, ""), line.ref, _ack(line.ack), None)
            case Fail():
                self.effects.answered(self.persons.get(line.c, ""), line.ref, None, line.code)

    def _joined(self, line: Joined) -> None:
        self.persons[line.c] = line.participant
        self.effects.names[line.participant] = line.c

    def finish(self, until: int) -> None:
        """The log itself, the commands, then each client to its end."""
        self.verdict.counts["clients"] = len(self.streams)
        self.verdict.counts["log"] = len(self.export.events)
        self._check_chain()
        self._check_bells()
        extras = self.effects.judge(self._answers())
        for stream in self.streams.values():
            stream.finish(until)
            self._check_twice(stream, extras)

    def _answers(self) -> dict[tuple[str, str], list[Ack]]:
        return {
            (self.persons.get(name, ""), ref): acks
            for name, stream in self.streams.items()
            for ref, acks in stream.acks.items()
        }

    def _check_twice(self, stream: Stream, extras: dict[str, list[str]]) -> None:
        """A client that shows two cards for one submit has it twice, though under two ids."""
        for first, others in extras.items():
            for other in others if stream.knows(first) else []:
                if stream.knows(other):
                    seq = self.export.ideas[other].published_seq
                    self._found("duplicate", seq, f"idea {other} repeats idea {first}", stream.name)

    def _check_chain(self) -> None:
        events, jam = self.export.events, self.export.jam
        for position, event in enumerate(events, 1):
            if event.seq != position:
                self._found("chain", event.seq, f"place {position} of the log holds number {event.seq}")
                break
        broken = first_broken((event.chained(), bytes.fromhex(event.hash)) for event in events)
        if broken is not None:
            self._found("chain", events[broken].seq, "the hash does not follow from the one before")
        if events and (jam.last_seq, jam.head) != (events[-1].seq, events[-1].hash):
            self._found("chain", jam.last_seq, "the jam's row names another end of the log")
        self._check_digests()

    def _check_digests(self) -> None:
        chained = {key: value for e in self.export.events for key, value in _digests(e.data).items()}
        for content in self.export.contents.values():
            if content.value is None or content.salt is None:
                continue
            digest = content_digest(content.salt, content.value)
            if digest != content.digest or chained.get(content.id, digest) != digest:
                self._found("chain", None, f"content {content.id} is not what its digest says")

    def _check_bells(self) -> None:
        """Every text came in while a phase ran that takes texts, at or before that phase's last place."""
        index = 0
        arrivals = {idea.created_seq: idea for idea in self.export.ideas.values()}
        for event in self.export.events:
            index = event.data.get("phase_index", index)
            idea = arrivals.get(event.seq)
            if idea is None:
                continue
            slot = self.export.jam.phases[index]
            over = slot.closed_seq is not None and event.seq > slot.closed_seq
            if over or slot.phase not in WRITING_PHASES:
                client = self.effects.names.get(idea.author_id)
                self._found("late", event.seq, f"idea {idea.id} came in during {slot.phase}", client)

    def _never_shown(self) -> dict[str, tuple[bytes, str]]:
        """The words of ideas that no version of which was ever shown, unless somebody else said the same."""
        shown = {self.export.first_text(i) for i in self.export.ideas.values() if i.published_seq}
        words = {
            idea.id: (self.export.first_text(idea) or "", idea.author_id)
            for idea in self.export.ideas.values()
            if idea.published_seq is None
        }
        return {
            key: (msgspec.json.encode(text)[1:-1], author)
            for key, (text, author) in words.items()
            if len(text) >= 12 and text not in shown
        }

    def _found(self, kind: str, seq: int | None, detail: str, client: str | None = None) -> None:
        self.verdict.findings.append(Finding(kind, self.export.jam.id, client, seq, detail))


def _digests(data: dict[str, object]) -> dict[str, str]:
    found = data.get("digests")
    return found if isinstance(found, dict) else {}
