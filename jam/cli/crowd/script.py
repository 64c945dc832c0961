"""What happens in a demo, as a list of acts in order: the sample jam that comes with the product, or any
file of ideas. Pure but for reading the files.
"""

import csv
import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from jam.cli.crowd.plan import DEFAULT_FORUM, Row, question, title_of
from jam.domain.names import Rule, Verdict

SAMPLE = "jam.cli.sample"
LAGS = {
    "reply": (4, 22),
    "flag": (2, 5),
    "decide": (6, 9),
    "edit": (5, 9),
    "withdraw": (7, 12),
    "undo": (10, 14),
}
"""How many ideas later the other acts about an idea come, at least and at most."""


@dataclass(frozen=True, slots=True)
class Submit:
    """Somebody puts forward an idea, or a reply to the idea ``to``."""

    id: str
    by: str
    text: str
    forum: str = ""
    to: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """The author changes the words of an idea."""

    idea: str
    text: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The author takes an idea back, or puts it back (``restore``)."""

    idea: str
    restore: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody reports an idea to the moderators."""

    idea: str
    by: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Decide:
    """The moderator decides about an idea, or takes the last decision back (``undo``)."""

    idea: str
    verdict: Verdict | None
    rule: Rule | None = None
    note: str | None = None
    undo: bool = False


Act = Submit | Edit | Withdraw | Report | Decide


@dataclass(frozen=True, slots=True)
class Script:
    """A whole demo. ``forums`` has (key, title, question); ``people`` has (handle, audience)."""

    title: str
    forums: tuple[tuple[str, str, str], ...]
    people: tuple[tuple[str, str], ...]
    acts: tuple[Act, ...]
    verdicts: dict[str, Decide] = field(default_factory=dict)

    @property
    def longest(self) -> int:
        """The longest text, in characters."""
        return max((len(act.text) for act in self.acts if isinstance(act, Submit | Edit)), default=0)


def from_rows(path: Path, rows: Sequence[Row], people: int) -> Script:
    """A script of nothing but a file's ideas, in its order."""
    names = [(f"Person {n + 1}", "citizen") for n in range(people)]
    authors: dict[str, int] = {}
    acts = []
    for number, row in enumerate(rows):
        who = authors.setdefault(row.author, len(authors)) if row.author else number
        forum = row.forum or DEFAULT_FORUM
        acts.append(Submit(f"row-{number}", names[who % people][0], row.text, forum))
    keys = dict.fromkeys(act.forum for act in acts)
    asked = {key: question(key) for key in keys}
    forums = tuple((key, forum["title"], forum["question"]) for key, forum in asked.items())
    return Script(title_of(path), forums, tuple(names), tuple(acts))


def sample(chance: random.Random, people: int | None = None) -> Script:
    """The sample jam. With more ``people`` than it has, the others only watch; fewer share the parts."""
    folder = resources.files(SAMPLE)
    words = tomllib.loads((folder / "script.toml").read_text(encoding="utf-8"))
    rows = list(csv.DictReader((folder / "ideas.csv").read_text(encoding="utf-8").splitlines()))
    cast = [(handle, audience) for audience, handles in words["people"].items() for handle in handles]
    cast += [(f"Passer-by {n + 1}", "citizen") for n in range((people or 0) - len(cast))]
    acts = _in_order(rows, words, chance)
    return Script(
        title=words["title"],
        forums=tuple((forum["key"], forum["title"], forum["question"]) for forum in words["forums"]),
        people=tuple(cast[:people]),
        acts=tuple(acts),
        verdicts={act.idea: act for act in acts if isinstance(act, Decide) and not act.undo},
    )


def _in_order(rows: list[dict[str, str]], words: dict[str, Any], chance: random.Random) -> list[Act]:
    """Ideas as they stand in the file; everything else some ideas after the one that it is about."""
    place = {row["id"]: float(number) for number, row in enumerate(rows)}
    placed: list[tuple[float, int, Act]] = []

    def put(kind: str, about: str, act: Act, after: float = 0.0) -> float:
        at = max(place[about], after) + chance.uniform(*LAGS[kind])
        placed.append((at, len(placed), act))
        return at

    for row in rows:
        tags = tuple(tag for tag in row["tags"].split("; ") if tag)
        submit = Submit(row["id"], row["author"], row["text"], row["forum"], tags=tags)
        placed.append((place[row["id"]], len(placed), submit))
    for number, reply in enumerate(words["replies"]):
        key = reply.get("id", f"reply-{number}")
        place[key] = put("reply", reply["to"], Submit(key, reply["by"], reply["text"], to=reply["to"]))
    for edit in words["edits"]:
        put("edit", edit["idea"], Edit(edit["idea"], edit["text"]))
    for taken in words["withdrawals"]:
        at = put("withdraw", taken["idea"], Withdraw(taken["idea"]))
        if taken.get("restored"):
            put("withdraw", taken["idea"], Withdraw(taken["idea"], restore=True), at)
    for flag in words["flags"]:
        put("flag", flag["idea"], Report(flag["idea"], flag["by"], Rule(flag["rule"])))
    for made in words["decisions"]:
        decision = Decide(made["idea"], Verdict(made["verdict"]), Rule(made["rule"]), made.get("note"))
        at = put("decide", made["idea"], decision)
        if made.get("undone"):
            put("undo", made["idea"], Decide(made["idea"], None, undo=True), at)
    return [act for _, _, act in sorted(placed, key=lambda one: one[:2])]
