"""A finding of ``jam doctor``: one line that a person acts on, and the same as JSON."""

from enum import StrEnum

import msgspec


class Level(StrEnum):
    """How a check came out: a warning works for now, a problem keeps the server from working."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class Finding(msgspec.Struct, frozen=True):
    """``name`` of the check, what it ``says``, and for all but ``ok`` the ``mend``."""

    name: str
    level: Level
    says: str
    mend: str = ""


def ok(name: str, says: str) -> Finding:
    """All is well."""
    return Finding(name, Level.OK, says)


def warning(name: str, says: str, mend: str) -> Finding:
    """It works, with a risk that the sentence names."""
    return Finding(name, Level.WARNING, says, mend)


def problem(name: str, says: str, mend: str) -> Finding:
    """The server would not start, or not keep its promises."""
    return Finding(name, Level.PROBLEM, says, mend)
