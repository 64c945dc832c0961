"""The working set of one transaction: what the commands in it need to know, kept up to date as they go.

The writer loads it under the jam's lock, hands it to ``decide`` for each command in turn, and applies
each decision to it before the next command looks: so a batch gives the same answers as one by one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from jam.domain.chain import SALT_BYTES, content_digest
from jam.domain.jam_settings import JoinQuestion
from jam.domain.names import Status, Visibility
from jam.domain.records import (
    Content,
    Flag,
    Forum,
    Idea,
    Jam,
    ModerationDecision,
    Participant,
    Proposal,
    Receipt,
    Record,
    ThemeCorrection,
)
from jam.domain.screens import Screen, spot_check
from jam.domain.theme_map import MapBody


class Ids(Protocol):
    """The port for identity and chance: everything random in a jam comes through here."""

    def new_id(self) -> str:
        """An opaque id with 75 random bits or more, safe in an address."""
        ...

    def salt(self, size: int) -> bytes:
        """``size`` random bytes."""
        ...


@dataclass(slots=True)
class NewEvent:
    """An event that a decision asks for; its place in the log is given when the decision is applied."""

    kind: str
    visibility: Visibility
    subject_id: str | None
    data: dict[str, Any]
    text_id: str | None = None
    tags_id: str | None = None


@dataclass(slots=True)
class Decision:
    """What a command does: events to append, records to put in place, and the answer to the person."""

    events: list[NewEvent]
    records: list[Record]
    answer: dict[str, Any]


@dataclass(slots=True)
class ThemeFacts:
    """What deciding about themes needs: the current map, and what was corrected since each map was made.

    ``version`` 0: there is no map yet. ``seen`` has the last correction of every version that a person
    names, ``placed`` the themes of ideas that came after the map, ``corrections`` all there are by id, in
    their order. ``body`` is there for corrections only.
    """

    version: int = 0
    final: bool = False
    corrections_seq: int = 0
    body: MapBody | None = None
    seen: dict[int, int] = field(default_factory=dict)
    placed: dict[str, str] = field(default_factory=dict)
    corrections: dict[str, ThemeCorrection] = field(default_factory=dict)

    @property
    def pending(self) -> list[ThemeCorrection]:
        """The corrections that the current map does not hold yet, and that stand."""
        found = self.corrections.values()
        return [one for one in found if one.seq > self.corrections_seq and one.undone_by is None]

    def stands(self, correction: ThemeCorrection) -> bool:
        """Whether it was neither taken back nor found to fit no more when its turn came."""
        skipped = self.body.skipped if self.body else ()
        return correction.undone_by is None and all(one.correction != correction.id for one in skipped)


@dataclass(slots=True)
class Facts:
    """Records by id, as they stand after every decision so far. ``contents`` holds those that may change.

    ``decisions`` are those about an idea whose last one may be undone, oldest first.
    """

    jam: Jam
    ids: Ids
    forums: dict[str, Forum] = field(default_factory=dict)
    participants: dict[str, Participant] = field(default_factory=dict)
    ideas: dict[str, Idea] = field(default_factory=dict)
    contents: dict[str, Content] = field(default_factory=dict)
    receipts: dict[tuple[str, str], Receipt] = field(default_factory=dict)
    flagged: dict[str, set[str]] = field(default_factory=dict)
    decisions: dict[str, list[ModerationDecision]] = field(default_factory=dict)
    handle_keys: dict[str, str] = field(default_factory=dict)
    look_keys: dict[str, str] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    questions: list[JoinQuestion] = field(default_factory=list)
    screen: Screen = spot_check
    themes: ThemeFacts = field(default_factory=ThemeFacts)

    @property
    def next_seq(self) -> int:
        """The log position that the next decision's first event will take."""
        return self.jam.last_seq + 1

    def content(
        self, subject_id: str, kind: str, value: str, version: int = 1, shown: bool = False
    ) -> Content:
        """A new content row for ``value`` with a salt of its own."""
        salt = self.ids.salt(SALT_BYTES)
        return Content(
            id=self.ids.new_id(),
            org_id=self.jam.org_id,
            jam_id=self.jam.id,
            subject_id=subject_id,
            kind=kind,
            value=value,
            salt=salt,
            digest=content_digest(salt, value),
            version=version,
            shown=shown,
        )

    def apply(self, decision: Decision) -> None:
        """Put a decision's records in place and move the log's end."""
        for record in decision.records:
            put = _PUT.get(type(record))
            if put is not None:
                put(self, record)
        self.jam = self.jam.with_(last_seq=self.jam.last_seq + len(decision.events))


def _put_idea(facts: Facts, idea: Any) -> None:
    before = facts.ideas.get(idea.id)
    facts.ideas[idea.id] = idea
    name = "replies" if idea.reply_to else "ideas"
    change = _shown(idea) - (_shown(before) if before else 0)
    counts = {name: getattr(facts.jam, name) + change, "submitted": facts.jam.submitted + (before is None)}
    facts.jam = facts.jam.with_(**counts)


def _shown(idea: Idea) -> int:
    return int(idea.status is Status.PUBLISHED)


def _put_jam(facts: Facts, jam: Any) -> None:
    facts.jam = jam


def _put_forum(facts: Facts, forum: Any) -> None:
    facts.forums[forum.id] = forum


def _put_proposal(facts: Facts, proposal: Any) -> None:
    facts.proposals[proposal.id] = proposal


def _put_participant(facts: Facts, participant: Any) -> None:
    if participant.id not in facts.participants:
        facts.handle_keys[participant.handle_key] = participant.id
        facts.look_keys[participant.look_key] = participant.id
    facts.participants[participant.id] = participant


def _put_content(facts: Facts, content: Any) -> None:
    facts.contents[content.id] = content


def _put_receipt(facts: Facts, receipt: Any) -> None:
    facts.receipts[receipt.participant_id, receipt.client_id] = receipt


def _put_flag(facts: Facts, flag: Any) -> None:
    facts.flagged.setdefault(flag.idea_id, set()).add(flag.participant_id)


def _put_decision(facts: Facts, decision: Any) -> None:
    facts.decisions.setdefault(decision.idea_id, []).append(decision)


def _put_correction(facts: Facts, correction: Any) -> None:
    facts.themes.corrections[correction.id] = correction


_PUT: dict[type[Record], Callable[[Facts, Any], None]] = {
    Jam: _put_jam,
    Forum: _put_forum,
    Proposal: _put_proposal,
    Participant: _put_participant,
    Idea: _put_idea,
    Content: _put_content,
    Flag: _put_flag,
    ModerationDecision: _put_decision,
    ThemeCorrection: _put_correction,
    Receipt: _put_receipt,
}
