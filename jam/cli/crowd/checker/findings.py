"""What the checker reports: one ``Finding`` for each thing that must not be, and the counts of a run."""

from collections import Counter
from dataclasses import dataclass, field

KINDS = {
    "lost": "acknowledged, but not in the final log",
    "phantom": "in the final log, but nobody sent it",
    "doubled": "one client id, two effects or two answers",
    "gap": "a batch does not begin where the one before it ended",
    "missing": "something that this client was to see never came",
    "duplicate": "the same thing came twice to one client",
    "view": "a client got something else than this viewer was to get at that moment",
    "late": "taken after the bell of the last phase that takes it",
    "chain": "the log's hash chain or its order is broken",
    "history": "a client wrote down something that cannot be read",
}
"""Every kind of finding, and what it means."""

SAMPLES = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that must not be. ``client`` is a simulated person's name, ``seq`` a place in the log."""

    kind: str
    jam: str
    client: str | None
    seq: int | None
    detail: str

    def __str__(self) -> str:
        who = f" client {self.client}" if self.client else ""
        where = f" seq {self.seq}" if self.seq is not None else ""
        return f"{self.kind}: jam {self.jam}{who}{where}: {self.detail}"


@dataclass(slots=True)
class Verdict:
    """All findings of a run, and how much was looked at: a run that checked nothing proves nothing."""

    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def number(self, kind: str) -> int:
        """How many findings of one kind there are."""
        return sum(1 for finding in self.findings if finding.kind == kind)

    def summary(self) -> str:
        """Counts of what was looked at, then the first findings, one a line."""
        looked = ", ".join(f"{name} {count}" for name, count in sorted(self.counts.items()))
        found = [f"{kind} {self.number(kind)}" for kind in KINDS if self.number(kind)]
        lines = [f"checked: {looked}", f"found: {', '.join(found) or 'nothing'}"]
        return "\n".join([*lines, *(f"  {finding}" for finding in self.findings[:SAMPLES])])
