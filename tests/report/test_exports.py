"""Shows that the CSV files are safe in a spreadsheet and lose nothing, and that the JSON is whole.

Why: a cell that a spreadsheet runs is an attack on whoever opens the report (threat T4, bad input W18).
Where: `jam.service.report.exports`, read back with readers that are not ours.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jam.domain.names import Status
from jam.service.report import build_report, ideas_csv, report_json, themes_csv
from jam.service.report.exports import neutral
from tests.report.making import idea, inputs, of_every_kind
from tests.sources import ROOT

HOSTILE = [
    '=HYPERLINK("http://evil","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\0=1",
    "  =cmd|' /C calc'!A0",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff@x",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "\u2212 1",
]


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_t4_no_cell_can_be_taken_for_a_formula(text: str) -> None:
    report = build_report(inputs(idea(1, text, handle=text, tags=(text,))))
    row = rows(ideas_csv(report))[0]
    assert (row["text"], row["handle"], row["tags"]) == (f"'{text}",) * 3
    assert json.loads(report_json(report))["lines"][0]["text"] == text


@given(st.text())
def test_t4_an_apostrophe_is_put_exactly_where_one_must_be_taken_away(text: str) -> None:
    safe = neutral(text)
    assert re.sub(r"(^|[\n;])'", r"\1", safe) == text
    first = unicodedata.normalize("NFKC", safe.lstrip()[:1])
    assert first[:1] not in set("=+-@\t\r\0")


def test_every_cell_is_quoted_and_every_row_ends_in_crlf() -> None:
    content = ideas_csv(build_report(inputs(idea(1, 'He said "no",\nthen left')))).decode()
    assert content.endswith('"\r\n')
    assert content.count("\r\n") == 2
    assert re.fullmatch(r'(?:"(?:[^"]|"")*"(?:,|\r\n))+', content)
    assert rows(content.encode())[0]["text"] == 'He said "no",\nthen left'


def test_themes_csv_has_one_row_for_each_published_idea_and_none_for_replies() -> None:
    found = rows(themes_csv(build_report(of_every_kind())))
    assert [(r["id"], r["theme_id"], r["theme_name"], r["one_of_a_kind"]) for r in found] == [
        ("i1", "t1", "Evening light", "false"),
        ("i2", "t1", "Evening light", "false"),
        ("i3", "t1", "Evening light", "false"),
        ("i4", "t1", "Evening light", "false"),
        ("i5", "t2", "Café", "true"),
        ("i6", "t2", "Café", "false"),
        ("i15", "", "", "false"),
    ]


def test_ideas_csv_has_one_row_for_everything_that_was_ever_shown() -> None:
    found = {r["id"]: r for r in rows(ideas_csv(build_report(of_every_kind())))}
    assert set(found) == {f"i{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15)}
    assert found["i1"]["tags"] == "light, lake"
    assert (found["i7"]["reply_to"], found["i7"]["theme_id"]) == ("i1", "")
    assert (found["i10"]["status"], found["i10"]["text"], found["i10"]["rule"]) == ("hidden", "", "abuse")
    assert found["i1"]["at"] == "2026-03-01T10:00:01.000Z"


def test_an_empty_report_exports_its_headings_alone() -> None:
    report = build_report(inputs(idea(1, status=Status.PENDING)))
    assert themes_csv(report) == b'"id","theme_id","theme_name","one_of_a_kind","forum"\r\n'
    assert rows(ideas_csv(report)) == []


def test_the_json_carries_the_notice_and_the_schema() -> None:
    found = json.loads(report_json(build_report(of_every_kind())))
    assert found["schema"] == "jam-report/1"
    assert "not a ballot" in found["notice"]


def test_every_field_of_the_json_and_the_csv_is_in_the_documentation() -> None:
    report = build_report(of_every_kind())
    words = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
    fields = keys_in(json.loads(report_json(report))) - {"numpy", "scikit-learn", "fewest"}
    columns = {name for content in (themes_csv(report), ideas_csv(report)) for name in rows(content)[0]}
    codes = {limit.code for limit in report.limits}
    assert [name for name in sorted(fields | columns | codes) if f"`{name}`" not in words] == []


def keys_in(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*(keys_in(one) for one in value.values()))
    return set[str]().union(*(keys_in(one) for one in value)) if isinstance(value, list) else set()
