"""Shows that files of ideas are read whole or refused with file and line, never in part.

Where: ``jam.cli.ideas_csv``, which ``jam themes``, ``jam replay`` and ``jam demo`` read with.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from jam.cli.ideas_csv import MAX_BYTES, IdeasFileError, read_ideas


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "ideas.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_every_column_is_read_and_text_is_left_as_it_is(tmp_path: Path) -> None:
    path = written(
        tmp_path, 'id,text,author,forum,ts,extra\n7," =1+1\n, ""so"" ",ann,f1,1517603680343,x\n8,,,,,\n'
    )
    first, second = read_ideas(path, also=["extra"])
    assert (first.id, first.text) == ("7", ' =1+1\n, "so" ')
    assert (first.author, first.forum, first.ts, first.cells["extra"]) == ("ann", "f1", 1517603680343.0, "x")
    assert (second.text, second.author, second.forum, second.ts) == ("", None, None, None)


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbfid,text\r\n1,caf\xc3\xa9\r\n", b"text,id\rcaf\xc3\xa9,1\r"]
)
def test_a_byte_order_mark_line_ends_and_column_order_make_no_difference(
    tmp_path: Path, content: bytes
) -> None:
    (row,) = read_ideas(written(tmp_path, content))
    assert (row.id, row.text) == ("1", "café")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("12.5", 12.5),
        ("1970-01-01T00:01:00Z", 60.0),
        ("1970-01-01T01:00:00+01:00", 0.0),
        ("1970-01-02", 86400.0),
    ],
)
def test_times_are_numbers_or_dates(tmp_path: Path, value: str, seconds: float) -> None:
    assert read_ideas(written(tmp_path, f"id,text,ts\n1,a,{value}\n"))[0].ts == seconds


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("id,label\n1,x\n", 1, "needs the columns 'text'; the columns found are 'id', 'label'"),
        ("id,Text \n1,x\n", 1, "needs the columns 'text'; the columns found are 'id', 'Text '"),
        ("id;text\n1;x\n", 1, "the columns found are 'id;text'"),
        ("", 1, "needs the columns 'id', 'text'; the columns found are none"),
        ("id,text,text\n1,x,y\n", 1, "has the column 'text' twice"),
        ("id,text\n", None, "there is no idea in it"),
        ("id,text\n1,a\n2,b,c\n", 3, "has 3 cells where the header has 2"),
        ("id,text\n1,a\n2\n", 3, "has 1 cells where the header has 2"),
        ('id,text\n1,"a\nb\nc"\n1,d\n', 5, "the id '1' stands in line 2 too"),
        ("id,text\n ,a\n", 2, "has no id"),
        ('id,text\n1,a\n2,"b\n3,c\n', 3, "is no CSV"),
        ("id,text,ts\n1,a,31/02/2026\n", 2, "ts '31/02/2026' is no time"),
        ("id,text,ts\n1,a,nan\n", 2, "ts 'nan' is no time"),
        (b"id,text\n1,ok\n2,caf\xe9\n", 3, "is not UTF-8"),
        ("id,text\n1,x\n".encode("utf-16"), 1, "is not UTF-8"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(
    tmp_path: Path, content: str | bytes, line: int | None, said: str
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(IdeasFileError) as caught:
        read_ideas(path)
    place = f"{path}:{line}: " if line else f"{path}: "
    assert str(caught.value).startswith(place)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_missing_or_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(IdeasFileError, match=r"nope\.csv: No such file"):
        read_ideas(tmp_path / "nope.csv")
    with pytest.raises(IdeasFileError, match="Is a directory"):
        read_ideas(tmp_path)


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, "id,text\n1,a\n")
    with path.open("r+b") as file:
        file.truncate(MAX_BYTES + 1)  # sparse: takes no room on disk
    with pytest.raises(IdeasFileError, match="larger than 64 MB; split it"):
        read_ideas(path)
