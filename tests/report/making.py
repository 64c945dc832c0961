"""Hand-made report inputs: a jam in words, so that each test says only what it is about.

Why: a report is a pure function, and a test of it needs no database. Where: under every test of this
folder. Statuses, arrival and publication follow one another as the log would have them.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

import msgspec

from jam.domain.jam_settings import PhaseSlot
from jam.domain.names import Audience, Phase, Role, Status
from jam.service.report import ReportRenderer
from jam.service.report.inputs import (
    DecisionInput,
    EventInput,
    ForumInput,
    IdeaInput,
    JamInput,
    PeopleInput,
    ReportInputs,
    ThemeInput,
    ThemeMapInput,
)
from jam.service.report.theme_picture import MapPlaces, PictureFrame, PlacedDisc, PlacedLabel, PlacedSpot

START = 1_772_359_200_000
HOUR = 3_600_000
BELL_SEQ = 1_000
MAP_SEQ = 2_000
REPORT_SEQ = 3_000
NEVER_SHOWN = frozenset({Status.PENDING, Status.RETURNED})


@cache
def renderer() -> ReportRenderer:
    """One renderer for all tests, as one serves a whole server: its templates are compiled once."""
    return ReportRenderer()


def idea(number: int, text: str | None = None, **changes: Any) -> IdeaInput:
    """Idea ``i<number>``, readable unless ``status`` says otherwise, sent ``number`` s after the start."""
    status = changes.get("status", Status.PUBLISHED)
    plain: dict[str, Any] = {
        "id": f"i{number}",
        "forum": "f1",
        "author": f"p{number}",
        "audience": Audience.CITIZEN,
        "status": status,
        "at": START + number * 1_000,
        "seq": number,
        "handle": f"River {number}",
        "text": text if text is not None else f"Light path {number} in the evening",
        "published": None if status in NEVER_SHOWN else number,
    }
    return IdeaInput(**{**plain, **changes})


def reply(number: int, to: int, **changes: Any) -> IdeaInput:
    """Reply ``i<number>`` to idea ``i<to>``."""
    return idea(number, changes.pop("text", f"And benches by path {to}"), reply_to=f"i{to}", **changes)


def theme(number: int, members: list[IdeaInput], name: str = "Evening light", **changes: Any) -> ThemeInput:
    """Theme ``t<number>`` of these ideas."""
    ids = tuple(i.id for i in members)
    return ThemeInput(**{"id": f"t{number}", "name": name, "members": ids, **changes})


def theme_map(*themes: ThemeInput, **changes: Any) -> ThemeMapInput:
    """A theme map made after the bell."""
    plain: dict[str, Any] = {
        "version": 1,
        "at_seq": MAP_SEQ,
        "themes": themes,
        "model": "all-MiniLM-L6-v2",
        "model_sha256": "ab" * 32,
        "versions": {"numpy": "2.4", "scikit-learn": "1.8"},
        "parameters": {"fewest": 12},
        "inputs_sha256": "cd" * 32,
    }
    return ThemeMapInput(**{**plain, **changes})


def places(*themes: ThemeInput) -> MapPlaces:
    """Themes in a row from left to right (on the tall picture from top to bottom), their ideas inside."""
    spots = {one.id: _spot(one, number) for number, one in enumerate(themes)}
    return MapPlaces(
        frame=PictureFrame(width=780, height=520, tall_width=300, tall_height=450),
        themes=spots,
        ideas={key: (spots[one.id].x, spots[one.id].y - 4) for one in themes for key in one.members},
    )


def _spot(one: ThemeInput, number: int) -> PlacedSpot:
    def disc(x: float, y: float) -> dict[str, Any]:
        label = PlacedLabel(lines=(one.name,), x=x, y=y + 60, width=120, height=20)
        return {"x": x, "y": y, "radius": 40.0, "label": label}

    tall = PlacedDisc(**disc(150, 60 + 150.0 * number))
    return PlacedSpot(**disc(150 + 200.0 * number, 200), tall=tall, hue=number % 12, pattern=number % 6)


def event(one: IdeaInput, status: Status, seq: int | None = None) -> EventInput:
    """The event after which ``one`` stood at ``status``."""
    seq = one.seq if seq is None else seq
    kind = "idea_submitted" if status is Status.PENDING else f"idea_{status}"
    return EventInput(seq=seq, at=START + seq, kind=kind, subject=one.id, status=status)


def inputs(*ideas: IdeaInput, **changes: Any) -> ReportInputs:
    """Inputs of a jam that has ended its ideas, with these ideas and one event for each."""
    plain: dict[str, Any] = {
        "version": 1,
        "at_seq": REPORT_SEQ,
        "audit_head": "ef" * 32,
        "product_version": "0.1.0",
        "jam": jam(),
        "forums": (ForumInput(id="f1", title="The park", question="What would bring you to the park?"),),
        "ideas": ideas,
        "events": tuple(event(i, i.status) for i in ideas),
        "people": (
            PeopleInput(audience=Audience.CITIZEN, role=Role.PARTICIPANT, count=20),
            PeopleInput(audience=Audience.STAFF, role=Role.PARTICIPANT, count=5),
            PeopleInput(audience=Audience.STAFF, role=Role.MODERATOR, count=2),
        ),
    }
    return ReportInputs(**{**plain, **changes})


def jam(**changes: Any) -> JamInput:
    """A jam of one hour whose wrap-up is running."""
    plain: dict[str, Any] = {
        "id": "jam1",
        "title": "Winter in the park",
        "organisation": "Ashford Vale Council",
        "phase_index": 1,
        "created_at": START - HOUR,
        "zone": "UTC",
        "phases": (
            PhaseSlot(
                phase=Phase.IDEATE, minutes=60, starts_at=START, ends_at=START + HOUR, closed_seq=BELL_SEQ
            ),
            PhaseSlot(phase=Phase.WRAP_UP, minutes=30, starts_at=START + HOUR, ends_at=START + 2 * HOUR),
            PhaseSlot(phase=Phase.CLOSED, starts_at=START + 2 * HOUR),
        ),
    }
    return JamInput(**{**plain, **changes})


def decision(one: IdeaInput, word: str, rule: str | None = None) -> DecisionInput:
    """A moderation decision about ``one``."""
    return DecisionInput(idea=one.id, decision=word, at=one.at + 500, rule=rule)


T = TypeVar("T", bound=msgspec.Struct)


def changed(base: T, **changes: Any) -> T:
    """The same inputs with some fields replaced."""
    return msgspec.structs.replace(base, **changes)


def of_every_kind() -> ReportInputs:
    """A jam in which everything happens once: two forums, both audiences, the team, replies, moderation."""
    lights = [
        idea(1, "Light the evening path by the lake", lang="en", tags=("light", "lake")),
        idea(2, "More light in the evening, please", audience=Audience.STAFF, author="p2"),
        idea(3, "Evening light until ten", edits=2, author="p1"),
        idea(4, "Evening light until ten!", author="p4"),
    ]
    cafes = [
        idea(5, "A café with warm soup", forum="f2"),
        idea(6, "Keep the café open on Sundays", forum="f2", role=Role.FACILITATOR, author="p6"),
    ]
    replies = [reply(7, 1), reply(8, 5, forum="f2", audience=Audience.STAFF), reply(9, 10)]
    gone = [
        idea(10, status=Status.HIDDEN, rule="abuse"),
        idea(11, status=Status.WITHDRAWN),
        idea(12, status=Status.PENDING),
        idea(13, status=Status.RETURNED, rule="personal_data"),
        idea(14, status=Status.HIDDEN, rule="advertising", published=None),
    ]
    late = idea(15, "Heat the benches", published=MAP_SEQ + 5)
    everything = (*lights, *cafes, *replies, *gone, late)
    first = [event(i, Status.PENDING if i in (*gone[2:], late) else Status.PUBLISHED) for i in everything]
    after = [event(i, i.status, 100 + i.seq) for i in gone if i.status is not Status.PENDING]
    named = (
        theme(1, [*lights, gone[1]], "Evening light", headline="i1", representatives=("i3", "i4", "i2")),
        theme(2, cafes, "Café", representatives=("i5", "i6")),
    )
    return inputs(
        *everything,
        forums=(
            ForumInput(id="f1", title="The park", question="What would bring you to the park?", position=1),
            ForumInput(id="f2", title="The café", question="What should the café do?", position=2),
        ),
        events=(*first, *after, event(late, Status.PUBLISHED, MAP_SEQ + 5)),
        decisions=(
            decision(gone[0], "hide", "abuse"),
            decision(gone[3], "return", "personal_data"),
            decision(gone[4], "hide", "advertising"),
            decision(lights[1], "hide", "repeated"),
            decision(lights[1], "undo"),
            decision(late, "approve"),
        ),
        flags=3,
        theme_map=theme_map(
            *named,
            one_of_a_kind=("i5", "i11"),
            duplicates=(("i3", "i4"),),
            places=places(*named),
        ),
    )
