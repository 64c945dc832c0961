"""Rows I1 to I9 of the bad inputs, read by the importer itself: encodings, headers, rows, limits, moments.

What a server makes of an import is in `test_i07_into_a_jam.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jam.cli.imports.encoding import BadFile
from jam.cli.imports.file import IdeasFile, Row, Wish
from jam.cli.imports.rows import Target

NOW = 1_780_000_000_000
TARGET = Target(text_limit=500, forums={"f1": "Green", "f2": "Roads"}, forum="f1", now=NOW)
TEXTS = ["Ein Café für alle – bitte", "Plus d'arbres à l'école", "Añadir una fuente"]


def read(path: Path, content: bytes | str, **wish: object) -> tuple[IdeasFile, list[Row]]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    ideas = IdeasFile(Wish(path, **wish))  # type: ignore[arg-type]
    return ideas, list(ideas.rows(TARGET))


def texts(rows: list[Row]) -> list[str]:
    assert [row.wrong for row in rows if row.wrong] == []
    return [row.command.text for row in rows if row.command]


def wrong_file(path: Path, content: bytes | str, **wish: object) -> tuple[int | None, str]:
    with pytest.raises(BadFile) as refused:
        read(path, content, **wish)
    return refused.value.line, str(refused.value)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8,"),
        ("utf-8-sig", "UTF-8 with a byte order mark"),
        ("utf-16", "UTF-16,"),
        ("utf-16-le", "UTF-16 without"),
        ("utf-16-be", "UTF-16 without"),
        ("cp1252", "Windows-1252"),
    ],
)
@pytest.mark.parametrize(("ends", "named"), [("\n", "LF"), ("\r\n", "CRLF"), ("\r", "CR")])
@pytest.mark.parametrize(("delimiter", "called"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs")])
def test_i1_encoding_delimiter_and_line_ends_are_found_and_reported(
    tmp_path: Path, encoding: str, said: str, ends: str, named: str, delimiter: str, called: str
) -> None:
    lines = [f"id{delimiter}text", *(f"{n}{delimiter}{text}" for n, text in enumerate(TEXTS))]
    ideas, rows = read(tmp_path / "a.csv", (ends.join(lines) + ends).encode(encoding))
    assert texts(rows) == TEXTS
    assert said in ideas.says
    assert called in ideas.says
    assert ideas.says.endswith(f" {named}")


@pytest.mark.parametrize(
    ("text", "encoding"), [("Więcej ławek w każdym parku", "cp1250"), ("Больше скамеек в парке", "cp1251")]
)
def test_i1_an_encoding_that_would_be_a_guess_is_asked_for(tmp_path: Path, text: str, encoding: str) -> None:
    content = f"text\nOne\n{text}\n".encode(encoding)
    line, words = wrong_file(tmp_path / "a.csv", content)
    assert (line, "--encoding" in words) == (3, True)
    assert texts(read(tmp_path / "a.csv", content, encoding=encoding)[1]) == ["One", text]


def test_i1_a_delimiter_that_would_be_a_guess_is_asked_for(tmp_path: Path) -> None:
    content = "a;text;b,text,c\n1;Bench;2,x,y\n"
    line, words = wrong_file(tmp_path / "a.csv", content)
    assert (line, "comma or semicolon" in words, "--delimiter" in words) == (1, True, True)
    assert read(tmp_path / "a.csv", "a;text;b\n1;Bench, green;2\n", delimiter=";")[1][0].command


@pytest.mark.parametrize("name", ["nonsense", "base64", "utf-8-of-mine"])
def test_i1_an_encoding_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    assert "--encoding" in wrong_file(tmp_path / "a.csv", "text\nA\n", encoding=name)[1]


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ("id,idea\n1,A\n", "'id', 'idea'"),
        ("id,Text \n1,A\n", "rename 'Text '"),
        ("id,text,text\n1,A,B\n", "'text' twice"),
        ("A bench,by Anna\nA tree,by Ben\n", "'A bench', 'by Anna'"),
        ("", "no header line"),
    ],
)
def test_i2_a_header_without_the_column_text_is_answered_with_the_columns_found_and_needed(
    tmp_path: Path, content: str, hint: str
) -> None:
    line, words = wrong_file(tmp_path / "a.csv", content)
    assert line == 1
    assert hint in words
    assert "text" in words


def test_i3_rows_with_too_many_or_too_few_cells_are_named_by_their_line(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", 'id,text\n1,A\n2\n3,B,C\n4,"two\nlines"\n5,,\n')[1]
    wrong = {row.found.line: row.wrong for row in rows if row.wrong}
    assert list(wrong) == [3, 4, 7]
    assert "too few cells: 1 where the header has 2" in wrong[3]
    assert "too many cells: 3" in wrong[4]


def test_i3_an_open_quote_in_line_9000_costs_that_line_alone(tmp_path: Path) -> None:
    lines = ["id,text", *(f"{n},Idea number {n}" for n in range(2, 12_001))]
    lines[8_999] = '9000,"Idea with an open quote'
    rows = read(tmp_path / "a.csv", "\n".join(lines) + "\n")[1]
    assert [(row.found.line, "quote" in row.wrong) for row in rows if row.wrong] == [(9_000, True)]
    assert sum(row.command is not None for row in rows) == 11_998


def test_i4_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "huge.csv").open("wb") as huge:
        huge.truncate(2 * 2**30)
    with pytest.raises(BadFile, match="2048 MB"):
        IdeasFile(Wish(tmp_path / "huge.csv"))


MEASURED = """
import sys
from pathlib import Path
from jam.cli.imports.encoding import BadFile
from jam.cli.imports.file import IdeasFile, Wish
from jam.cli.imports.rows import Target
try:
    found = sum(1 for _ in IdeasFile(Wish(Path(sys.argv[1]))).rows(Target(500, {"f": "Green"}, "f", 10**13)))
except BadFile as refused:
    found = str(refused)
status = Path("/proc/self/status").read_text()
print(found, int(status.split("VmHWM:")[1].split()[0]) // 1024, sep="|")
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["rows", "cell", pytest.param("large", marks=pytest.mark.full)])
def test_i4_ten_million_rows_a_cell_of_50_mb_and_a_large_file_need_less_than_200_mb(
    tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "a.csv"
    content = {
        "rows": b"text\n" + b"a\n" * 10_000_000,
        "cell": b'text\n"' + b"a" * 50_000_000 + b'"\n',
        "large": b"id,text\n" + b"".join(b"%d,%s\n" % (n, b"w" * 490) for n in range(99_000)),
    }[kind]
    path.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path)], capture_output=True, text=True, timeout=120, check=True
    )
    found, megabytes = done.stdout.strip().rsplit("|", 1)
    assert int(megabytes) <= 200
    assert found == "99000" if kind == "large" else ("100000 rows" in found or "longer than" in found)


def test_i6_a_broken_line_and_one_that_was_cut_off_are_named_and_from_goes_on_below(tmp_path: Path) -> None:
    lines = [json.dumps({"id": n, "text": f"Idea {n}"}) for n in range(1, 6)]
    lines[2] = '{"id": 3, "text": '
    content = "\n".join(lines) + '\n{"id": 6, "te'
    rows = read(tmp_path / "a.jsonl", content)[1]
    wrong = {row.found.line: row.wrong for row in rows if row.wrong}
    assert list(wrong) == [3, 6]
    assert "cut off" in wrong[6]
    later = read(tmp_path / "a.jsonl", content, first_line=4)[1]
    assert [row.found.line for row in later] == [4, 5, 6]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("[1]", "no object"),
        ("null", "no object"),
        ('{"Text": "a"}', "'Text'"),
        ('{"text": 5}', "'text'"),
        ('{"text": "a", "text": "b"}', "twice"),
        ('{"text": "\\ud800"}', "not valid Unicode"),
        ('{"text": "a", "id": "\\ud800"}', "half a character"),
        ('{"text": "a", "id": {}}', "no plain text"),
        ('{"text": "a", "tags": [1]}', "tags"),
        ('{"text": "a\\u0000b"}', "control characters"),
        ('{"text": "   "}', "Enter an idea"),
        (f'{{"text": "{"w" * 501}"}}', "500 characters or less"),
        ('{"text": "a", "forum": "Blue"}', "'Green', 'Roads'"),
        ("[" * 100_000, "too deeply"),
    ],
)
def test_i6_a_line_that_is_no_idea_says_why(tmp_path: Path, line: str, word: str) -> None:
    [row] = read(tmp_path / "a.jsonl", line + "\n")[1]
    assert row.command is None
    assert word in row.wrong


def test_i7_the_same_row_makes_the_same_command_and_two_people_may_say_the_same(tmp_path: Path) -> None:
    content = "text\nA bench\nA tree\nA bench\n"
    first = [row.command for row in read(tmp_path / "a.csv", content)[1]]
    again = [row.command for row in read(tmp_path / "b.csv", content)[1]]
    assert first == again
    assert len({command.client_id for command in first if command}) == 3
    [_, twice] = read(tmp_path / "c.csv", "id,text\n7,A\n7,B\n")[1]
    assert "stands in line 2 too" in twice.wrong


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        ("31/02/2026", "no moment"),
        ("2026-02-31T10:00:00Z", "no moment"),
        ("2026-01-31T10:00:00", "no moment"),
        ("1970", "no moment"),
        ("1970-01-01T00:00:00Z", "before 1990"),
        ("9999-12-31T23:59:59Z", "in the future"),
        ("0001-01-01T00:00:00+14:00", "before 1990"),
    ],
)
def test_i9_a_moment_that_is_none_is_named_with_the_form_that_is_expected(
    tmp_path: Path, moment: str, why: str
) -> None:
    [row] = read(tmp_path / "a.csv", f"text,ts\nA bench,{moment}\n")[1]
    assert row.found.line == 2
    assert moment in row.wrong
    assert why in row.wrong
    assert "2026-01-31T18:30:00Z" in row.wrong


def test_i9_a_moment_with_its_zone_is_kept(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", "text,ts\nA,2026-01-31T18:30:00+01:00\nB,\n")[1]
    assert [row.command.written_at for row in rows if row.command] == [1_769_880_600_000, None]


def test_i11_vectors_of_a_file_are_never_taken_over_whatever_they_hold(tmp_path: Path) -> None:
    lines = ['{"text": "A", "embedding": [NaN, 1]}', '{"text": "B", "embedding": [1]}']
    lines += ['{"text": "C", "embedding": "of another model"}']
    ideas, rows = read(tmp_path / "a.jsonl", "\n".join(lines) + "\n")
    assert texts(rows) == ["A", "B", "C"]
    assert "vectors are always computed here" in next(ideas.notes())
