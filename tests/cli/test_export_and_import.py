"""What `jam export` writes, `jam import` makes the same ideas of: words, tags, language, forum, time."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jam.cli.export import csv_of
from jam.cli.imports.exported import COLUMNS, tags_cell, tags_of
from jam.cli.imports.file import IdeasFile, Row, Wish
from jam.cli.imports.rows import Target
from jam.domain.rejections import Rejection
from jam.domain.text import check_tags, check_text

NOW = 1_780_000_000_000
FORUMS = {"f1": "=In town", "f2": "Green; +roads"}
TARGET = Target(text_limit=500, forums=FORUMS, forum=None, now=NOW)
AWKWARD = st.text(st.sampled_from([*"=+-@'\"ab,;|\\\n\u2212\uff1d\u200b #"]), min_size=1, max_size=12)
WORDS = AWKWARD | st.text(min_size=1, max_size=30)


def kept(text: str) -> str | None:
    """The text as a jam keeps it; None for one that it refuses."""
    checked = check_text(text, 500)
    return None if isinstance(checked, Rejection) else checked


def tags_kept(tags: list[str]) -> list[str]:
    checked = check_tags(tags)
    return [] if isinstance(checked, Rejection) else checked


IDEAS = st.lists(
    st.fixed_dictionaries(
        {
            "text": WORDS.map(kept).filter(bool),
            "forum": st.sampled_from([*FORUMS]),
            "at": st.integers(631_152_000_000, NOW),
            "tags": st.lists(WORDS.map(lambda word: word[:8]), max_size=4).map(tags_kept),
            "lang": st.sampled_from(["en", "de", "pt-BR"]),
            "handle": WORDS.map(kept),
        }
    ),
    min_size=1,
    max_size=6,
)


def read_back(ideas: list[dict[str, Any]]) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ideas.csv"
        path.write_bytes(csv_of([{"id": f"i{n}", **idea} for n, idea in enumerate(ideas)], FORUMS))
        return list(IdeasFile(Wish(path)).rows(TARGET))


@given(IDEAS)
def test_every_idea_of_an_export_comes_back_as_it_was(ideas: list[dict[str, Any]]) -> None:
    rows = read_back(ideas)
    assert [row.wrong for row in rows if row.wrong] == []
    made = [row.command for row in rows if row.command]
    for name in ("text", "forum", "tags", "lang"):
        assert [getattr(one, name) for one in made] == [idea[name] for idea in ideas], name
    assert [one.written_at for one in made] == [idea["at"] for idea in ideas]


@given(st.lists(st.text(st.sampled_from("ab|\\, "), min_size=1).filter(str.strip)))
def test_tags_come_back_from_their_cell(tags: list[str]) -> None:
    assert tags_of(tags_cell(tags)) == tags


def test_a_reply_is_left_out_and_no_fault(tmp_path: Path) -> None:
    idea = {"forum": "f1", "at": NOW, "text": "A bench"}
    rows = read_back([idea, {**idea, "text": "Two benches", "reply_to": "i0"}])
    assert [(bool(row.command), row.wrong) for row in rows] == [(True, ""), (False, "")]


def test_an_apostrophe_in_a_file_that_is_no_export_is_somebodys_word(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("id,text\n1,'=SUM(1)\n2,'tis late\n")
    rows = list(IdeasFile(Wish(path)).rows(Target(500, FORUMS, "f1", NOW)))
    assert [row.command.text for row in rows if row.command] == ["'=SUM(1)", "'tis late"]


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_of_an_export_is_taken_over_or_said_to_be_left(tmp_path: Path, column: str) -> None:
    path = tmp_path / "ideas.csv"
    path.write_bytes(csv_of([{"id": "i1", "forum": "f1", "at": NOW, "text": "A bench"}], FORUMS))
    ideas = IdeasFile(Wish(path))
    row = next(iter(ideas.rows(TARGET)))
    said = " ".join(ideas.notes())
    taken = {"id": "client_id", "ts": "written_at", "reply_to": "client_id"}.get(column, column)
    assert hasattr(row.command, taken) or column in said
