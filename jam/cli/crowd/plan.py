"""What a replay will do, worked out before anything is sent: who posts which text when, and the profile
of the jam that lets them. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from jam.domain.text import normalise

SPOT_CHECK = 20
USUAL_TEXT_LIMIT = 500
LONGEST_TEXT = 5_000
USUAL_RATE = 6.0
USUAL_BURST = 3
WINDOW_SECONDS = 5.0
DEFAULT_FORUM = "Ideas"


class Row(Protocol):
    """One text of a file."""

    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def author(self) -> str | None: ...
    @property
    def forum(self) -> str | None: ...
    @property
    def ts(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """One text's turn: ``at`` seconds after the start, by person number ``person``."""

    number: int
    at: float
    person: int
    forum: str
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole replay: its turns in the file's order, its forums and the settings that it asks for."""

    turns: tuple[Turn, ...]
    people: int
    forums: tuple[str, ...]
    settings: dict[str, object]

    def profile(self) -> str:
        """The profile in words, for the person who runs it."""
        s = self.settings
        return (
            f"profile: {len(self.turns)} texts by {self.people} people in {len(self.forums)} forum(s); "
            f"policy {s['policy']}, every {s['spot_check']}th text held; up to {s['text_limit']} characters; "
            f"each person {s['ideas_per_minute']:g} a minute, {s['burst']} at once"
        )


def make_plan(rows: Sequence[Row], people: int, minutes: float) -> Plan:
    """Lay the rows over ``minutes`` for ``people``: by their own times if all have one, else evenly."""
    offsets = _offsets(rows, minutes * 60)
    authors: dict[str, int] = {}
    turns = tuple(
        Turn(
            number=number,
            at=offset,
            person=_person(row, number, authors, people),
            forum=row.forum or DEFAULT_FORUM,
            text=row.text,
        )
        for number, (row, offset) in enumerate(zip(rows, offsets, strict=True))
    )
    forums = tuple(dict.fromkeys(turn.forum for turn in turns))
    return Plan(turns, people, forums or (DEFAULT_FORUM,), _settings(turns))


def _offsets(rows: Sequence[Row], seconds: float) -> list[float]:
    """Never going back: the file's order is the order of arrival."""
    times = [row.ts for row in rows]
    known = [moment for moment in times if moment is not None]
    if len(known) < len(rows) or not known or max(known) == min(known):
        return [seconds * n / max(1, len(rows)) for n in range(len(rows))]
    first, span = min(known), max(known) - min(known)
    latest, offsets = 0.0, []
    for moment in known:
        latest = max(latest, (moment - first) / span * seconds)
        offsets.append(latest)
    return offsets


def _person(row: Row, number: int, authors: dict[str, int], people: int) -> int:
    """The same author is always the same person; rows without one go round."""
    if not row.author:
        return number % people
    return authors.setdefault(row.author, len(authors)) % people


def _settings(turns: Sequence[Turn]) -> dict[str, object]:
    """Limits that let this file through at this pace: the usual ones, raised as far as it needs."""
    busiest = max((len(mine) for mine in _by_person(turns).values()), default=0)
    minutes = max(turns[-1].at / 60, 1 / 60) if turns else 1.0
    longest = max((_length(turn.text) for turn in turns), default=0)
    return {
        "policy": "screened",
        "spot_check": SPOT_CHECK,
        "text_limit": min(LONGEST_TEXT, max(USUAL_TEXT_LIMIT, longest)),
        "ideas_per_minute": max(USUAL_RATE, float(round(2 * busiest / minutes))),
        "burst": max(USUAL_BURST, _most_at_once(turns)),
    }


def _by_person(turns: Sequence[Turn]) -> dict[int, list[float]]:
    people: dict[int, list[float]] = {}
    for turn in turns:
        people.setdefault(turn.person, []).append(turn.at)
    return people


def _most_at_once(turns: Sequence[Turn]) -> int:
    """The most texts that one person has to send within a few seconds."""
    most = 0
    for times in _by_person(turns).values():
        first = 0
        for last, moment in enumerate(times):
            while moment - times[first] > WINDOW_SECONDS:
                first += 1
            most = max(most, last - first + 1)
    return most


def _length(text: str) -> int:
    clean = normalise(text)
    return len(clean) if isinstance(clean, str) else 0


def title_of(path: Path) -> str:
    """A jam's title for a file: its name in words."""
    words = path.stem.replace("_", " ").replace("-", " ").strip()
    return (words[:1].upper() + words[1:])[:200] or "Ideas"


def question(forum: str) -> dict[str, str]:
    """A forum of a file, as a server takes it."""
    asked = "What do you propose?"
    if forum == DEFAULT_FORUM:
        return {"title": forum, "question": asked}
    return {"title": forum[:200], "question": f"{forum[:400]}: {asked[:1].lower()}{asked[1:]}"}
