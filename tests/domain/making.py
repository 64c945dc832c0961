"""A jam held in memory: people of every role, one question, a clock, and commands decided one by one.

Why: `decide` is pure, so its tests need no database, only facts; here they are kept as the writer
keeps them, each decision applied before the next command looks.
"""

from __future__ import annotations

from typing import Any

import msgspec

from jam.domain import commands as c
from jam.domain import schedule
from jam.domain.decide import decide
from jam.domain.facts import Decision, Facts, NewEvent
from jam.domain.jam_settings import PhaseSlot, Settings
from jam.domain.names import Audience, Phase, Policy, Role
from jam.domain.records import Idea, Jam, ModerationDecision
from jam.domain.rejections import Rejection
from jam.domain.views import Viewer
from tests.fakes import CountedIds

OPENED = 1_750_000_000_000
MINUTE = 60_000
PEOPLE = {
    "ada": Role.PARTICIPANT,
    "bob": Role.PARTICIPANT,
    "fay": Role.FACILITATOR,
    "mo": Role.MODERATOR,
    "max": Role.MODERATOR,
    "oda": Role.OBSERVER,
    "rex": Role.RECORDS_OFFICER,
    "adam": Role.ADMINISTRATOR,
}
ALL_PHASES = (
    PhaseSlot(phase=Phase.LOBBY, minutes=10),
    PhaseSlot(phase=Phase.IDEATE, minutes=60),
    PhaseSlot(phase=Phase.BUILD, minutes=30),
    PhaseSlot(phase=Phase.PRIORITISE, minutes=20),
    PhaseSlot(phase=Phase.WRAP_UP, minutes=15),
    PhaseSlot(phase=Phase.CLOSED),
)
HOUSE = Viewer(org_id="org", jam_id="jam", participant_id="", role=Role.ADMINISTRATOR)


def a_jam(phase: Phase = Phase.LOBBY, phases: tuple[PhaseSlot, ...] = ALL_PHASES, **fields: Any) -> Jam:
    """A jam that opened at OPENED and whose facilitator rang bell after bell at once up to `phase`."""
    planned = schedule.begin(phases, OPENED)
    jam = Jam(id="jam", org_id="org", code="CODE2345", epoch="e", title_id="t", created_at=OPENED)
    jam = jam.with_(phases=planned, next_bell_at=planned[0].ends_at, **fields)
    while jam.phase is not phase:
        jam = schedule.ring(jam, OPENED, jam.last_seq)
    return jam


class Town:
    """One jam with people, open for ideas unless told otherwise."""

    def __init__(self, phase: Phase = Phase.IDEATE, **settings: Any) -> None:
        chosen = Settings(**{"policy": Policy.OPEN, "ideas_per_minute": 6, "burst": 100, **settings})
        self.now = OPENED
        self.facts = Facts(jam=a_jam(Phase.LOBBY, settings=chosen), ids=CountedIds())
        self.events: list[NewEvent] = []
        self.decisions: list[ModerationDecision] = []
        self._client_ids = 0
        for name, role in PEOPLE.items():
            self.join(name, role)
        self.forum = self.get("fay", c.OpenForum, title="Roads", question="What should we mend?")["forum"]
        while self.jam.phase is not phase:
            self.get("fay", c.StartNextPhase, phase_index=self.jam.phase_index)

    @property
    def jam(self) -> Jam:
        return self.facts.jam

    def viewer(self, name: str) -> Viewer:
        return Viewer(org_id="org", jam_id="jam", participant_id=name, role=PEOPLE[name])

    def later(self, seconds: float) -> None:
        self.now += round(seconds * 1000)

    def join(self, name: str, role: Role = Role.PARTICIPANT, **fields: Any) -> Decision | Rejection:
        fields = {"handle": name, "audience": Audience.CITIZEN, **fields}
        return self.decide(HOUSE, c.JoinJam(participant_id=name, role=role, **fields))

    def decide(self, actor: Viewer, command: Any) -> Decision | Rejection:
        """Decide, and apply what was decided as the writer does."""
        outcome = decide(command, actor, self.facts, self.now)
        if isinstance(outcome, Decision):
            self.facts.apply(outcome)
            self.events += outcome.events
            self.decisions += [one for one in outcome.records if isinstance(one, ModerationDecision)]
        return outcome

    def house(self, command: Any) -> Decision | Rejection:
        return self.decide(HOUSE, command)

    def do(self, who: str, kind: type[c.Command], client_id: str = "", **fields: Any) -> Decision | Rejection:
        """Let a person give a command, under a client id that nobody used."""
        self._client_ids += 1
        return self.decide(self.viewer(who), kind(client_id=client_id or f"c{self._client_ids}", **fields))

    def get(self, who: str, kind: type[c.Command], **fields: Any) -> dict[str, Any]:
        """The answer to a command that must be taken."""
        outcome = self.do(who, kind, **fields)
        assert isinstance(outcome, Decision), outcome
        return outcome.answer

    def refused(self, who: str, kind: type[c.Command], **fields: Any) -> str:
        """The code of the refusal that a command must earn; nothing may have changed."""
        before = self.facts.jam, dict(self.facts.ideas)
        outcome = self.do(who, kind, **fields)
        assert isinstance(outcome, Rejection), outcome
        assert before == (self.facts.jam, self.facts.ideas)
        return outcome.code

    def submit(self, who: str = "ada", text: str = "Mend the bridge", **fields: Any) -> Idea:
        """An idea, as it stands after it was taken in."""
        return self.idea(self.get(who, c.SubmitIdea, forum=self.forum, text=text, **fields)["idea"])

    def reply(self, who: str, to: Idea, text: str = "And the road to it") -> Idea:
        return self.idea(self.get(who, c.SubmitReply, idea=to.id, text=text)["idea"])

    def idea(self, idea: Idea | str) -> Idea:
        """An idea as it stands now."""
        return self.facts.ideas[idea if isinstance(idea, str) else idea.id]

    def text(self, idea: Idea) -> str | None:
        return self.facts.contents[self.idea(idea).text_id].value

    def tags(self, idea: Idea) -> list[str]:
        tags_id = self.idea(idea).tags_id
        value = self.facts.contents[tags_id].value if tags_id else None
        return msgspec.json.decode(value, type=list[str]) if value else []

    def moderate(self, who: str, idea: Idea, verdict: str, **fields: Any) -> Idea:
        """A decision on the idea's present version that must be taken."""
        fields = {"version": self.idea(idea).version, "verdict": c.Verdict(verdict), **fields}
        self.get(who, c.Moderate, idea=idea.id, **fields)
        return self.idea(idea)

    def hide(self, idea: Idea, who: str = "mo", **fields: Any) -> Idea:
        return self.moderate(who, idea, "hide", **{"rule": c.Rule.ABUSE, **fields})
