"""The door of a jam: its join questions and their answers, and the time zone in which its people live.

Used when a jam is made (questions, zone) and when somebody comes in (answers). Pure but for the zone
data that Python itself reads from the system.
"""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jam.domain.jam_settings import JoinQuestion
from jam.domain.rejections import Rejection, reject
from jam.domain.text import check_line

MAX_QUESTIONS = 10
MAX_OPTIONS = 100
LABEL_LIMIT = 200
_LONGEST_ZONE = 64
NO_PLACES = frozenset({"localtime", "posixrules", "Factory"})
"""What the system's zone data holds beside zones: what they mean is up to the machine."""
ANSWER_LIMIT = 200
_ID = re.compile(r"[a-z0-9_-]{1,40}")


def check_questions(questions: list[JoinQuestion]) -> list[JoinQuestion] | Rejection:
    """The questions in their stored form, or ``join_questions_bad`` with what is wrong.

    The fact ``at`` says at which one, counted from 0.
    """
    clean: list[JoinQuestion] = []
    for at, question in enumerate(questions):
        if at == MAX_QUESTIONS:
            return _bad(at, f"ask {MAX_QUESTIONS} at most")
        if question.id in {earlier.id for earlier in clean}:
            return _bad(at, "two have the same id")
        checked = _question(question, at)
        if isinstance(checked, Rejection):
            return checked
        clean.append(checked)
    return clean


def _question(question: JoinQuestion, at: int) -> JoinQuestion | Rejection:
    if not _ID.fullmatch(question.id):
        return _bad(at, "an id has 1 to 40 characters of a-z 0-9 - _")
    label = check_line(question.label, LABEL_LIMIT, "question_bad")
    if isinstance(label, Rejection):
        return _bad(at, f"question {at + 1} must have 1 to {LABEL_LIMIT} characters")
    options = [check_line(option, ANSWER_LIMIT, "answer_bad") for option in question.options]
    plain = [option for option in options if isinstance(option, str)]
    if len(plain) < len(options) or len(set(plain)) < len(plain) or len(plain) > MAX_OPTIONS:
        return _bad(
            at, f"“{label}” takes up to {MAX_OPTIONS} different answers of 1 to {ANSWER_LIMIT} characters"
        )
    return JoinQuestion(id=question.id, label=label, options=plain, required=question.required)


def _bad(at: int, detail: str) -> Rejection:
    return reject("join_questions_bad", at=at, detail=detail)


def check_answers(questions: list[JoinQuestion], answers: dict[str, str]) -> dict[str, str] | Rejection:
    """The answers worth keeping, by the question's id; an answer to what was not asked is refused."""
    if answers.keys() - {question.id for question in questions}:
        return reject("answer_bad", label="a question that this jam does not ask")
    clean: dict[str, str] = {}
    for question in questions:
        given = answers.get(question.id, "").strip()
        if not given and question.required:
            return reject("answer_missing", label=question.label, question=question.id)
        answer = _answer(question, given) if given else None
        if isinstance(answer, Rejection):
            return answer
        if answer:
            clean[question.id] = answer
    return clean


def _answer(question: JoinQuestion, given: str) -> str | Rejection:
    answer = check_line(given, ANSWER_LIMIT, "answer_bad")
    if isinstance(answer, Rejection) or (question.options and answer not in question.options):
        return reject("answer_bad", label=question.label, question=question.id)
    return answer


def zone_of(name: str) -> ZoneInfo | Rejection:
    """The time zone of an IANA name such as Europe/London, or ``zone_bad``."""
    # Of a name with many slashes ZoneInfo recurses until Python gives up.
    if name in NO_PLACES or len(name) > _LONGEST_ZONE:
        return reject("zone_bad")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # no such file, a folder, a path
        return reject("zone_bad")
