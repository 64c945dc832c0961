"""The form that makes a jam: its fields, filled from a template or another jam, and read into a plan.

Between the page (``jam.http.admin``) and ``read_plan``, which every other door to a jam uses too. Four
fields are enough; the folded ones have defaults. What a jam starts from (``like``: the values of a jam file)
stays the ground of what is made: whatever the form has no field for is taken along. Field names are ids on
the page, so that a fault leads to the field that it is about.
"""

import re
from collections.abc import Mapping
from itertools import chain, count
from typing import Any

import msgspec

from jam.domain.jam_settings import Settings
from jam.domain.names import Anonymity, Phase, Policy
from jam.domain.records import Millis
from jam.service.jam_form import read_plan
from jam.service.jams import JamPlan
from jam.service.shape import Wrong

MOST_FORUMS = 8
MOST_QUESTIONS = 4
TITLE_FROM_QUESTION = 60
LASTS = "1 h"
PHASE_FIELDS = {Phase.IDEATE: "lasts", Phase.BUILD: "build_lasts", Phase.WRAP_UP: "wrap_up_lasts"}
NUMBERS = {"text_limit": int, "ideas_per_minute": float, "spot_check": int}
_FORMS = {int: re.compile(r"\d{1,7}"), float: re.compile(r"\d{1,7}(?:\.\d{1,17})?")}
"""How numbers are written; every one that a setting may have can be."""
_LENGTHS = ((1440, "days"), (60, "h"), (1, "min"))
_ABOUT = {
    "title": "Name of the jam",
    "question": "Question",
    "opens_at": "Opening",
    "lasts": "Time for ideas",
    "build_lasts": "Time to build on ideas",
    "wrap_up_lasts": "Time to wrap up",
    "zone": "Time zone",
    "text_limit": "Length of an idea",
    "ideas_per_minute": "Ideas per minute",
    "spot_check": "Spot check",
}
"""What stands before a fault where its sentence does not name the field."""

Fields = dict[str, str]
Values = Mapping[str, Any]
PLAIN: Values = {
    "title": "",
    "forums": [],
    "phases": [
        {"phase": "lobby"},
        {"phase": "ideate", "lasts": LASTS},
        {"phase": "wrap_up", "lasts": "30 min"},
    ],
}
"""What a jam starts from that is like no other one."""


def fields_of(values: Values) -> Fields:
    """The form filled from a jam file's values (``JamForm``); missing ones get their defaults."""
    settings = msgspec.convert(dict(values.get("settings", {})), Settings)
    fields = {
        "title": str(values.get("title", "")),
        "opens_at": "",
        "zone": str(values.get("zone", "UTC")),
        "house_rules": str(values.get("house_rules", "")).strip(),
        "privacy_notice": str(values.get("privacy_notice", "")).strip(),
        "policy": str(settings.policy),
        "anonymity": str(settings.anonymity),
        "build_takes_ideas": "1" if settings.build_takes_ideas else "",
        **{name: _plain(getattr(settings, name)) for name in NUMBERS},
        **_lengths(values.get("phases") or []),
    }
    for number, forum in enumerate(values.get("forums", [])[:MOST_FORUMS]):
        fields[_forum_field(number, "title")] = forum.get("title", "")
        fields[_forum_field(number, "question")] = forum.get("question", "")
        fields[_forum_field(number, "host")] = forum.get("host", "")
    for number, asked in enumerate(values.get("join_questions", [])[:MOST_QUESTIONS]):
        fields[f"ask-{number}-label"] = asked.get("label", "")
        fields[f"ask-{number}-options"] = "\n".join(asked.get("options", []))
        fields[f"ask-{number}-required"] = "1" if asked.get("required") else ""
    return fields


def _forum_field(number: int, name: str) -> str:
    """The first forum's question is one of the four fields that everyone sees."""
    return "question" if (number, name) == (0, "question") else f"forum-{number}-{name}"


def _plain(number: float) -> str:
    """A number as people write it, so that reading it gives the same one again."""
    return repr(number).removesuffix(".0")


def _lengths(phases: list[Any]) -> Fields:
    lengths = dict.fromkeys(PHASE_FIELDS.values(), "")
    for one in phases:
        name = PHASE_FIELDS.get(Phase(one["phase"]))
        if name:
            lengths[name] = one.get("lasts") or _length(one.get("minutes"))
    return lengths


def _length(minutes: float | None) -> str:
    """Minutes as people write them: "1 h 30 min"; empty where a phase runs until somebody ends it."""
    if minutes and minutes % 1:
        return f"{_plain(minutes)} min"
    rest, parts = round(minutes or 0), []
    for size, unit in _LENGTHS:
        if rest >= size:
            parts.append(f"{rest // size} {unit}")
            rest %= size
    return " ".join(parts)


def rows_of(fields: Mapping[str, str]) -> tuple[int, int]:
    """How many questions and join questions the page offers: what is filled, and one empty one of each."""
    forums = max((n for n in range(MOST_FORUMS) if fields.get(_forum_field(n, "question"))), default=0)
    asked = max((n + 1 for n in range(MOST_QUESTIONS) if fields.get(f"ask-{n}-label")), default=0)
    return min(MOST_FORUMS, forums + 2), min(MOST_QUESTIONS, asked + 1)


def carried(like: Values) -> list[str]:
    """What is taken along from ``like`` without a field on the page: questions, then join questions."""
    forums, asked = like.get("forums", [])[MOST_FORUMS:], like.get("join_questions", [])[MOST_QUESTIONS:]
    return [*(one["question"] for one in forums), *(one["label"] for one in asked)]


def open_ended(like: Values) -> set[str]:
    """The fields of the phases that run, in ``like``, until somebody ends them."""
    lengths = _lengths(like.get("phases") or [])
    found = {PHASE_FIELDS.get(Phase(one["phase"])) for one in like.get("phases") or []}
    return {name for name in found if name and not lengths[name]}


def plan_of_fields(
    fields: Mapping[str, str], now: Millis, like: Values = PLAIN
) -> JamPlan | list[dict[str, str]]:
    """The plan that the form describes on the ground of ``like``, or what is wrong: for each fault its field
    and a sentence."""
    faults = _number_faults(fields)
    if faults:
        return faults
    values, forum_rows, asked_rows = _values(fields, like)
    plan = read_plan(values, now, zone_needed=bool(values.get("opens_at")))
    if isinstance(plan, JamPlan):
        return plan
    order = list(_ABOUT)
    told = {(_field_of(fault, values, forum_rows, asked_rows), fault.what): None for fault in plan}
    found = [{"field": field, "message": _about(field, words)} for field, words in told]
    return sorted(found, key=lambda one: order.index(one["field"]) if one["field"] in order else len(order))


def _number_faults(fields: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"field": name, "message": f"{_ABOUT[name]}: enter a number"}
        for name, kind in NUMBERS.items()
        if not _FORMS[kind].fullmatch(fields.get(name, "").strip())
    ]


def _values(fields: Mapping[str, str], like: Values) -> tuple[dict[str, Any], list[int], list[int]]:
    """A jam file's values, and which rows of the form its forums and join questions came from."""
    forums, forum_rows = _forums(fields)
    asked, asked_rows = _questions(fields, like.get("join_questions", []))
    settings: dict[str, Any] = dict(like.get("settings", {}))
    settings |= {name: kind(fields[name].strip()) for name, kind in NUMBERS.items()}
    settings["policy"] = (
        fields.get("policy") if fields.get("policy") in set(Policy) else Policy.SCREENED.value
    )
    known = fields.get("anonymity") in set(Anonymity)
    settings["anonymity"] = fields["anonymity"] if known else Anonymity.HANDLE.value
    settings["build_takes_ideas"] = bool(fields.get("build_takes_ideas"))
    values: dict[str, Any] = {
        "title": fields.get("title", ""),
        "forums": [*forums, *like.get("forums", [])[MOST_FORUMS:]],
        "phases": _phases(fields, like),
        "settings": settings,
        "zone": fields.get("zone", "").strip() or "UTC",
        "house_rules": fields.get("house_rules", ""),
        "privacy_notice": fields.get("privacy_notice", ""),
        "join_questions": [*asked, *like.get("join_questions", [])[MOST_QUESTIONS:]],
    }
    if fields.get("opens_at", "").strip():
        values["opens_at"] = fields["opens_at"].strip()
    return values, forum_rows, asked_rows


def _phases(fields: Mapping[str, str], like: Values) -> list[dict[str, Any]]:
    """The lobby, the time for ideas, and what else has a length or is open-ended in ``like``.

    A length that nobody touched is the very one of ``like``, however it reads.
    """
    known = {Phase(one["phase"]): one for one in like.get("phases") or []}
    shown, endless = _lengths(list(known.values())), open_ended(like)
    phases: list[dict[str, Any]] = [{"phase": Phase.LOBBY.value}]
    for phase, name in PHASE_FIELDS.items():
        length = fields.get(name, "").strip()
        if length and length == shown[name]:
            phases.append(dict(known[phase]))
        elif length:
            phases.append({"phase": phase.value, "lasts": length})
        elif phase is Phase.IDEATE or name in endless:
            phases.append({"phase": phase.value})
    return phases


def _forums(fields: Mapping[str, str]) -> tuple[list[dict[str, str]], list[int]]:
    forums, rows = [], []
    for number in range(MOST_FORUMS):
        question = fields.get(_forum_field(number, "question"), "").strip()
        title = fields.get(_forum_field(number, "title"), "").strip()
        if question or title or number == 0:
            host = fields.get(_forum_field(number, "host"), "").strip()
            forums.append({"title": title or _short(question), "question": question, "host": host})
            rows.append(number)
    return forums, rows


def _short(question: str) -> str:
    """A name for a question that was given none: its first words."""
    plain = " ".join(question.split())
    if len(plain) <= TITLE_FROM_QUESTION:
        return plain or "–"
    return plain[:TITLE_FROM_QUESTION].rsplit(" ", 1)[0] + "…"


def _questions(
    fields: Mapping[str, str], known: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[int]]:
    """The join questions, and the row of each; one in the words of a ``known`` one keeps its id."""
    asked: list[dict[str, Any]] = []
    rows = []
    kept = {one["label"]: one["id"] for one in known[:MOST_QUESTIONS]}
    taken = {one["id"] for one in known}
    for number in range(MOST_QUESTIONS):
        label = fields.get(f"ask-{number}-label", "").strip()
        options = [
            line.strip() for line in fields.get(f"ask-{number}-options", "").splitlines() if line.strip()
        ]
        if label or options:
            required = bool(fields.get(f"ask-{number}-required"))
            own = kept.pop(label, None) or _id(label, number, taken)
            taken.add(own)
            asked.append({"id": own, "label": label, "options": options, "required": required})
            rows.append(number)
    return asked, rows


def _id(label: str, number: int, taken: set[str]) -> str:
    """An id that says what is asked; where that says nothing or is taken, a number that is free."""
    plain = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:40].strip("-")
    numbered = (f"question-{n}" for n in count(number + 1))
    return next(one for one in chain([plain], numbered) if one and one not in taken)


def _field_of(fault: Wrong, values: Mapping[str, Any], forum_rows: list[int], asked_rows: list[int]) -> str:
    """The field of the page that a fault of the plan is about."""
    match list(fault.path):
        case ["forums", int(at), str(name), *_] if at < len(forum_rows):
            return _forum_field(forum_rows[at], name)
        case ["forums", *_]:
            return "question"
        case ["phases", int(at), *_]:
            return PHASE_FIELDS.get(Phase(values["phases"][at]["phase"]), "lasts")
        case ["settings", str(name), *_] if name in NUMBERS:
            return name
        case ["join_questions", int(at), *_] if at < len(asked_rows):
            return f"ask-{asked_rows[at]}-label"
        case ["join_questions", *_]:
            return "ask-0-label"
        case [str(name), *_] if name in ("title", "opens_at", "zone", "house_rules", "privacy_notice"):
            return name
    return "lasts"


def _about(field: str, words: str) -> str:
    """The sentence with its field's name before it, unless it is a whole one already."""
    if words[:1].isupper() or field not in _ABOUT:
        return words[:1].upper() + words[1:]
    return f"{_ABOUT[field]}: {words}"
