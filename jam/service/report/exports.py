"""The report for machines and spreadsheets: ``report.json``, ``themes.csv``, ``ideas.csv``.

Drawn from the same ``Report`` as the page. JSON carries people's words as they are; in CSV a cell that a
spreadsheet could take for a formula gets an apostrophe in front. CSV is UTF-8 with CRLF and every cell
quoted (RFC 4180).
"""

import re
import unicodedata
from collections.abc import Iterable

import msgspec

from jam.domain.names import SHOWN_STATUSES
from jam.service.report.document import IdeaLine, Report

_encoder = msgspec.json.Encoder(order="deterministic")
_STARTS = frozenset("=+-@\t\r\0\u2212'")
# Letters and signs that nobody can see: blanks of hangul and braille.
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_BREAKS = re.compile("([\n;])")
_GUARDS = re.compile(r"(\A|[\n;])'")
_THEME_COLUMNS = ("id", "theme_id", "theme_name", "one_of_a_kind", "forum")
_IDEA_COLUMNS = (
    *("id", "number", "forum", "forum_title", "reply_to", "status", "at", "author", "handle", "group"),
    *("lang", "text", "tags", "edits", "rule", "theme_id", "theme_name", "one_of_a_kind"),
)


def report_json(report: Report) -> bytes:
    """The whole report as indented JSON, one line feed at the end; documented in ``docs/report.md``."""
    return msgspec.json.format(_encoder.encode(report), indent=1) + b"\n"


def themes_csv(report: Report) -> bytes:
    """One row for each idea that can be read (replies are no rows), in the order of its number.

    ``theme_id`` and ``theme_name`` are empty for an idea in no theme; ``theme_name`` also where the
    theme has no name that may be shown.
    """
    names = _theme_names(report)
    rows = (
        (i.id, i.theme or "", names.get(i.theme or "", ""), _truth(i.one_of_a_kind), i.forum)
        for i in report.lines
        if i.reply_to is None and i.status in SHOWN_STATUSES
    )
    return _csv(_THEME_COLUMNS, rows)


def ideas_csv(report: Report) -> bytes:
    """One row for each idea and reply that everyone was ever shown; words only where they may be read."""
    names = _theme_names(report)
    forums = {q.id: q.title for q in report.questions}
    return _csv(_IDEA_COLUMNS, (_idea_row(i, names, forums) for i in report.lines))


def _idea_row(idea: IdeaLine, names: dict[str, str], forums: dict[str, str]) -> tuple[str, ...]:
    at = idea.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return (
        *(idea.id, str(idea.number), idea.forum, forums.get(idea.forum, ""), idea.reply_to or ""),
        *(idea.status, at, idea.author, idea.handle or "", idea.group, idea.lang, idea.text or ""),
        *(", ".join(idea.tags), str(idea.edits), idea.rule or ""),
        *(idea.theme or "", names.get(idea.theme or "", ""), _truth(idea.one_of_a_kind)),
    )


def _theme_names(report: Report) -> dict[str, str]:
    return {theme.id: theme.name or "" for theme in report.grouping.themes}


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _csv(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    lines = (",".join(_cell(value) for value in row) for row in (columns, *rows))
    return "".join(f"{line}\r\n" for line in lines).encode()


def _cell(value: str) -> str:
    return '"' + neutral(value).replace('"', '""') + '"'


def neutral(value: str) -> str:
    """``value`` as no spreadsheet takes it for a formula: an apostrophe in front where it could.

    Also where spaces, marks or invisible characters stand before the sign, for its full-width forms, and
    after each line feed and ``;``: a program that splits at the wrong sign makes cells of what follows.
    What begins with an apostrophe gets one too, so taking one away in each place gives the text back.
    """
    return "".join(f"'{part}" if _could_run(part) else part for part in _BREAKS.split(value))


def as_written(value: str) -> str:
    """What ``neutral`` was given, from what it gave. Of other files' cells it would take apostrophes away."""
    return _GUARDS.sub(r"\1", value)


def _could_run(part: str) -> bool:
    for character in part:
        plain = unicodedata.normalize("NFKC", character)
        if character in _STARTS or plain[:1] in _STARTS:
            return True
        if unicodedata.category(character)[0] not in "CMZ" and character not in _BLANK_LETTERS:
            return False
    return False
