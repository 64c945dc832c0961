"""The form that makes a jam: its fields, filled from a template or another jam, and read into a plan.

Between the page (``jam.http.admin``) and ``read_plan``, which every other door to a jam uses too. Four
fields are enough; the folded ones have defaults. Field names are ids on the page, so that a fault leads
to the field that it is about.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from jam.domain.names import Anonymity, Phase, Policy
from jam.domain.records import Millis, Settings
from jam.service.jam_form import read_plan
from jam.service.jams import JamPlan
from jam.service.shape import Wrong

MOST_FORUMS = 8
MOST_QUESTIONS = 4
TITLE_FROM_QUESTION = 60
LASTS = "1 h"
PHASE_FIELDS = {Phase.IDEATE: "lasts", Phase.BUILD: "build_lasts", Phase.WRAP_UP: "wrap_up_lasts"}
NUMBERS = {"text_limit": int, "ideas_per_minute": float, "spot_check": int}
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


def empty_fields() -> Fields:
    """The form as it is first shown."""
    return fields_of(
        {
            "title": "",
            "forums": [],
            "phases": [
                {"phase": "lobby"},
                {"phase": "ideate", "lasts": LASTS},
                {"phase": "wrap_up", "lasts": "30 min"},
            ],
        }
    )


def fields_of_plan(plan: JamPlan) -> Fields:
    """The form filled from a plan, for a copy."""
    values: dict[str, Any] = msgspec.to_builtins(plan)
    return fields_of(values)


def fields_of(values: Mapping[str, Any]) -> Fields:
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
    return f"{number:g}"


def _lengths(phases: list[Any]) -> Fields:
    lengths = dict.fromkeys(PHASE_FIELDS.values(), "")
    for one in phases:
        name = PHASE_FIELDS.get(Phase(one["phase"]))
        if name:
            lengths[name] = one.get("lasts") or _length(one.get("minutes"))
    return lengths


def _length(minutes: float | None) -> str:
    """Minutes as people write them: "1 h 30 min"; empty where a phase runs until somebody ends it."""
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


def plan_of_fields(fields: Mapping[str, str], now: Millis) -> JamPlan | list[dict[str, str]]:
    """The plan that the form describes, or what is wrong: for each fault its field and a sentence."""
    faults = _number_faults(fields)
    if faults:
        return faults
    values, forum_rows, asked_rows = _values(fields)
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
        if not re.fullmatch(
            r"\d{1,6}" if kind is int else r"\d{1,6}(\.\d{1,3})?", fields.get(name, "").strip()
        )
    ]


def _values(fields: Mapping[str, str]) -> tuple[dict[str, Any], list[int], list[int]]:
    """A jam file's values, and which rows of the form its forums and join questions came from."""
    forums, forum_rows = _forums(fields)
    asked, asked_rows = _questions(fields)
    settings: dict[str, Any] = {name: kind(fields[name].strip()) for name, kind in NUMBERS.items()}
    settings["policy"] = (
        fields.get("policy") if fields.get("policy") in set(Policy) else Policy.SCREENED.value
    )
    known = fields.get("anonymity") in set(Anonymity)
    settings["anonymity"] = fields["anonymity"] if known else Anonymity.HANDLE.value
    settings["build_takes_ideas"] = bool(fields.get("build_takes_ideas"))
    values: dict[str, Any] = {
        "title": fields.get("title", ""),
        "forums": forums,
        "phases": _phases(fields),
        "settings": settings,
        "zone": fields.get("zone", "").strip() or "UTC",
        "house_rules": fields.get("house_rules", ""),
        "privacy_notice": fields.get("privacy_notice", ""),
        "join_questions": asked,
    }
    if fields.get("opens_at", "").strip():
        values["opens_at"] = fields["opens_at"].strip()
    return values, forum_rows, asked_rows


def _phases(fields: Mapping[str, str]) -> list[dict[str, str]]:
    phases = [{"phase": "lobby"}, {"phase": "ideate"}]
    if fields.get("lasts", "").strip():
        phases[1]["lasts"] = fields["lasts"].strip()
    for phase in (Phase.BUILD, Phase.WRAP_UP):
        length = fields.get(PHASE_FIELDS[phase], "").strip()
        if length:
            phases.append({"phase": phase.value, "lasts": length})
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


def _questions(fields: Mapping[str, str]) -> tuple[list[dict[str, Any]], list[int]]:
    asked: list[dict[str, Any]] = []
    rows = []
    for number in range(MOST_QUESTIONS):
        label = fields.get(f"ask-{number}-label", "").strip()
        options = [
            line.strip() for line in fields.get(f"ask-{number}-options", "").splitlines() if line.strip()
        ]
        if label or options:
            known = [one["id"] for one in asked]
            required = bool(fields.get(f"ask-{number}-required"))
            asked.append(
                {"id": _id(label, number, known), "label": label, "options": options, "required": required}
            )
            rows.append(number)
    return asked, rows


def _id(label: str, number: int, known: list[str]) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:40].strip("-")
    return plain if plain and plain not in known else f"question-{number + 1}"


def _field_of(fault: Wrong, values: Mapping[str, Any], forum_rows: list[int], asked_rows: list[int]) -> str:
    """The field of the page that a fault of the plan is about."""
    match list(fault.path):
        case ["forums", int(at), str(name), *_]:
            return _forum_field(forum_rows[at], name)
        case ["forums", *_]:
            return "question"
        case ["phases", int(at), *_]:
            return PHASE_FIELDS.get(Phase(values["phases"][at]["phase"]), "lasts")
        case ["settings", str(name), *_] if name in NUMBERS:
            return name
        case ["join_questions", *_]:
            return f"ask-{asked_rows[0] if asked_rows else 0}-label"
        case [str(name), *_] if name in ("title", "opens_at", "zone", "house_rules", "privacy_notice"):
            return name
    return "lasts"


def _about(field: str, words: str) -> str:
    """The sentence with its field's name before it, unless it is a whole one already."""
    if words[:1].isupper() or field not in _ABOUT:
        return words[:1].upper() + words[1:]
    return f"{_ABOUT[field]}: {words}"
