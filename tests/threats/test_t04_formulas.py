"""T4: a text that a spreadsheet would run, on its way out as CSV.

The reader here is not the writer's: it decides as the most eager spreadsheet would, on the bytes alone.
With ``--full`` LibreOffice opens the file and says what it took for a formula.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jam.domain.text import normalise
from jam.service.report import build_report, ideas_csv, report_json, themes_csv
from jam.service.report.document import Report
from tests.report.making import idea, inputs, theme, theme_map

SIGNS = frozenset("=+-@\t\r\0")
UNSEEN = "\u200b\u200d\u2060\ufeff\u00ad\u061c\u202e\u034f\u180e\ufe0f\u0301 \u00a0\u3000\n\v"
UNSEEN += "\u3164\u115f\u1160\uffa0\u2800"
FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://evil","x")',
    "=cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "+1+1",
    "-2+3",
    "\t=1",
    "\r=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
    "\ufe621",
    "\ufe661",
    "\u207a1",
    "\u208a1",
    "\u22121",
    "'=1+1",
    "''=1",
    *(f"{unseen}=1+1" for unseen in UNSEEN),
    *(f"{unseen}{unseen}@x" for unseen in UNSEEN),
    "\u3164\u034f\ufe0f=2+2",
    "two\n=1+1",
    "two;\u3164=1+1",
    'out",=1+1',
    'out"";\n=1+1',
]


def is_formula(cell: str) -> bool:
    """Whether any program could run this cell: it looks through everything that nobody sees."""
    for character in cell:
        if set(unicodedata.normalize("NFKC", character)[:1]) & SIGNS or character == "\u2212":
            return True
        if character not in UNSEEN and not character.isspace():
            return False
    return False


def report_of(texts: list[str]) -> Report:
    """A report in which these words stand wherever people's words can stand."""
    ideas = [idea(n + 1, text, handle=text, tags=(text,)) for n, text in enumerate(texts)]
    return build_report(inputs(*ideas, theme_map=theme_map(theme(1, ideas, name=texts[0]))))


def cells(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def read_back(cell: str) -> str:
    """What was written, from what a cell shows: the apostrophe in front is not part of it."""
    return re.sub(r"(^|[\n;])'", r"\1", cell)


def test_t4_the_reader_of_this_test_knows_a_formula() -> None:
    plain = ["'=1+1", "''=1", *FORMULAS[-4:]]
    assert [text for text in FORMULAS if not is_formula(text)] == plain
    assert not [text for text in ("a=1", "1-1", "Ada", "", "\u00e9+1") if is_formula(text)]


def test_t4_no_cell_of_any_export_is_a_formula() -> None:
    report = report_of(FORMULAS)
    for content in (ideas_csv(report), themes_csv(report)):
        found = cells(content)
        assert len(found) == len(FORMULAS)
        assert [cell for row in found for cell in row.values() if is_formula(cell)] == []


def test_t4_every_text_comes_back_from_the_csv_as_it_was_written() -> None:
    report = report_of(FORMULAS)
    rows = cells(ideas_csv(report))
    assert [read_back(row["text"]) for row in rows] == FORMULAS
    assert [read_back(row["handle"]) for row in rows] == FORMULAS
    assert [line["text"] for line in json.loads(report_json(report))["lines"]] == FORMULAS


@given(
    st.lists(
        st.text(st.sampled_from([*UNSEEN, *"=+-@'\"a1,;\u2212\uff1d"]), min_size=1), min_size=1, max_size=4
    )
)
def test_t4_whatever_stands_before_the_sign_the_cell_is_no_formula_and_comes_back(texts: list[str]) -> None:
    rows = cells(ideas_csv(report_of(texts)))
    assert not [row for row in rows if is_formula(row["text"]) or is_formula(row["tags"])]
    assert [read_back(row["text"]) for row in rows] == texts


@pytest.mark.full
def test_t4_libreoffice_finds_no_formula_in_the_exports(
    tmp_path: Path, cannot_run: Callable[[str], NoReturn]
) -> None:
    office = (
        shutil.which("soffice")
        or shutil.which("libreoffice")
        or cannot_run("No LibreOffice here to read the exports with: install the package `libreoffice-calc`.")
    )
    # As they can be stored: LibreOffice ends a row at a carriage return, which no text here can hold.
    rows = [text for text in FORMULAS if normalise(text) == text]
    assert len(rows) > 30
    (tmp_path / "unguarded.csv").write_text('"text"\r\n"=1+1"\r\n', encoding="utf-8")
    (tmp_path / "ideas.csv").write_bytes(ideas_csv(report_of(rows)))
    # "Evaluate formulas" is on: the most eager way to open somebody else's file. 59 is the wrong separator.
    for separator in ("44", "59"):
        for name, runs in (("unguarded", True), ("ideas", False)):
            opened = opened_by(office, tmp_path / f"{name}.csv", separator)
            assert ("table:formula" in opened) is runs, (name, separator)


def opened_by(office: str, path: Path, separator: str) -> str:
    """The sheet that LibreOffice makes of a CSV file."""
    taken = f"Text - txt - csv (StarCalc):{separator},34,76,1,,0,false,true,false,false,false,-1,true"
    command = [office, "--headless", f"-env:UserInstallation=file://{path.parent}/profile"]
    command += [f"--infilter={taken}", "--convert-to", "fods", "--outdir", str(path.parent), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return path.with_suffix(".fods").read_text(encoding="utf-8")
