"""What the clients sent against what the log holds: nothing lost, nothing from nowhere, nothing twice.

An idea belongs to a client id through the receipt that the server kept; where there is none, through
its author and its words, so that a server without receipts cannot hide what it doubled.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import msgspec

from jam.cli.crowd.checker.export import Export
from jam.cli.crowd.checker.findings import Finding, Verdict
from jam.domain.records import Idea
from jam.domain.text import normalise
from jam.live.wire import Ack

SUBMITS = frozenset({"submit_idea", "submit_reply"})


@dataclass(slots=True)
class Sent:
    """One command of one client: what it was, and how it ended."""

    client: str
    command: dict[str, Any]
    ack: Ack | None = None
    code: str | None = None

    @property
    def words(self) -> tuple[str, str]:
        """The place and the text of a submit, as the server would keep it."""
        clean = normalise(self.command["text"])
        return self.command.get("forum") or self.command["idea"], clean if isinstance(clean, str) else ""


@dataclass(slots=True)
class Effects:
    """Every command of a run, by the person who gave it and its client id."""

    export: Export
    verdict: Verdict
    sent: dict[tuple[str, str], Sent] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def invoked(self, person: str, client: str, command: msgspec.Raw) -> None:
        """A command left a client, for the first time or again."""
        fields = msgspec.json.decode(command)
        self.sent.setdefault((person, fields["client_id"]), Sent(client, fields))
        self.names[person] = client

    def answered(self, person: str, ref: str, ack: Ack | None, code: str | None) -> None:
        """Its final answer came."""
        sent = self.sent.get((person, ref))
        if sent:
            sent.ack, sent.code = ack, code

    def judge(self, answers: dict[tuple[str, str], list[Ack]]) -> dict[str, list[str]]:
        """Report everything; the ideas beyond the first of each client id, by that first idea.

        ``answers`` holds every acknowledgement that came for a client id.
        """
        self._count()
        for key, acks in answers.items():
            self._one_answer(key, acks)
        for key, sent in self.sent.items():
            if sent.ack:
                self._on_record(key, sent, sent.ack)
        return self._owners()

    def _count(self) -> None:
        counts = self.verdict.counts
        counts["commands"] = len(self.sent)
        counts["acked"] = sum(1 for sent in self.sent.values() if sent.ack)
        counts["refused"] = sum(1 for sent in self.sent.values() if sent.code)
        counts["unanswered"] = len(self.sent) - counts["acked"] - counts["refused"]

    def _one_answer(self, key: tuple[str, str], acks: list[Ack]) -> None:
        """However often a client id was sent, its answer is one."""
        said = {(ack.idea, ack.seq, ack.status, ack.version, ack.forum, ack.correction) for ack in acks}
        if len(said) > 1:
            seq = max(ack.seq or 0 for ack in acks)
            self._found("doubled", key[0], seq, f"client id {key[1]} got {len(said)} different answers")

    def _on_record(self, key: tuple[str, str], sent: Sent, ack: Ack) -> None:
        """An acknowledged command has its event at the place that was told, and its idea."""
        event = self.export.events[ack.seq - 1] if ack.seq and ack.seq <= len(self.export.events) else None
        told = ack.idea or ack.forum or ack.correction
        wrong_subject = event is not None and told is not None and event.subject_id != told
        if event is None or wrong_subject or event.actor_id != key[0]:
            self._found("lost", key[0], ack.seq, f"{sent.command['t']} {key[1]} was acknowledged")
        elif ack.idea and ack.idea not in self.export.ideas:
            self._found("lost", key[0], ack.seq, f"idea {ack.idea} was acknowledged")

    def _owners(self) -> dict[str, list[str]]:
        """Tie each idea to the client id that made it."""
        by_receipt = {
            r.answer["idea"]: (r.participant_id, r.client_id)
            for r in self.export.receipts
            if "idea" in r.answer and self._is_submit(r.participant_id, r.client_id)
        }
        made: dict[tuple[str, str], list[str]] = defaultdict(list)
        loose: list[Idea] = []
        for idea in sorted(self.export.ideas.values(), key=lambda i: i.created_seq):
            key = by_receipt.get(idea.id)
            if idea.author_id not in self.names:
                self._found("phantom", idea.author_id, idea.created_seq, f"idea {idea.id} is by nobody known")
            elif key and key[0] == idea.author_id and self._words(idea) == self.sent[key].words:
                made[key].append(idea.id)
            else:
                loose.append(idea)
        for idea in loose:
            self._place(idea, made)
        return self._doubled(made)

    def _is_submit(self, person: str, client_id: str) -> bool:
        sent = self.sent.get((person, client_id))
        return sent is not None and sent.command["t"] in SUBMITS

    def _words(self, idea: Idea) -> tuple[str, str]:
        return idea.reply_to or idea.forum_id, self.export.first_text(idea) or ""

    def _place(self, idea: Idea, made: dict[tuple[str, str], list[str]]) -> None:
        """An idea without a receipt that fits: the least used client id with these words made it."""
        words = self._words(idea)
        fitting = [
            key
            for key, sent in self.sent.items()
            if key[0] == idea.author_id and sent.command["t"] in SUBMITS and sent.words == words
        ]
        if not fitting:
            self._found("phantom", idea.author_id, idea.created_seq, f"idea {idea.id} was never sent so")
            return
        made[min(fitting, key=lambda key: len(made[key]))].append(idea.id)

    def _doubled(self, made: dict[tuple[str, str], list[str]]) -> dict[str, list[str]]:
        extras: dict[str, list[str]] = {}
        for key, ideas in made.items():
            if len(ideas) > 1:
                extras[ideas[0]] = ideas[1:]
                seq = self.export.ideas[ideas[1]].created_seq
                self._found("doubled", key[0], seq, f"client id {key[1]} made {len(ideas)} ideas")
        receipts = Counter((r.participant_id, r.client_id) for r in self.export.receipts)
        for key, number in receipts.items():
            if number > 1:
                self._found("doubled", key[0], None, f"client id {key[1]} has {number} receipts")
        return extras

    def _found(self, kind: str, person: str, seq: int | None, detail: str) -> None:
        client = self.names.get(person)
        self.verdict.findings.append(Finding(kind, self.export.jam.id, client, seq, detail))
