"""Shows what a person gets from ``jam themes``: a table, JSON or CSV, or one line that says what is wrong.

Where: the command with an embedder without a model, and once as its own process with the real one.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

import clustering
from clustering import ClusteringError, ThemeMap
from jam.cli.themes import themes
from tests.clustering.made_up import HashingEmbedder, ideas
from tests.patience import GROUPING
from tests.sources import ROOT


@pytest.fixture
def ideas_file(tmp_path: Path) -> Path:
    return file_of(tmp_path, ideas())


def file_of(folder: Path, texts: dict[str, str]) -> Path:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows(
        [("id", "text", "label"), *((key, said, key.split("-")[0]) for key, said in texts.items())]
    )
    path = folder / "ideas.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clustering, "load_embedder", lambda *given, **named: HashingEmbedder())
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")


def run(*arguments: object) -> Result:
    app = typer.Typer()
    app.command()(themes)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_csv_has_one_row_for_each_idea_in_the_files_order(ideas_file: Path, tmp_path: Path) -> None:
    done = run(ideas_file, "-o", tmp_path / "out.csv")
    assert done.exit_code == 0, done.output
    rows = rows_of(tmp_path / "out.csv")
    assert rows[0] == ["id", "theme_id", "theme_name", "one_of_a_kind"]
    assert [row[0] for row in rows[1:]] == list(ideas())
    assert all(row[1].startswith("t") and row[2] and row[3] in ("true", "false") for row in rows[1:])


def test_the_json_is_the_theme_map(ideas_file: Path, tmp_path: Path) -> None:
    assert run(ideas_file, "-o", tmp_path / "out.json").exit_code == 0
    found = msgspec.json.decode((tmp_path / "out.json").read_bytes(), type=ThemeMap)
    assert found.ideas == len(ideas())


def test_without_an_output_file_a_table_names_every_theme(ideas_file: Path) -> None:
    done = run(ideas_file)
    assert done.exit_code == 0
    texts = ideas()
    for one in clustering.theme(list(texts.values()), list(texts), embedder=HashingEmbedder()).themes:
        assert re.search(rf"^ *{one.size} +{re.escape(one.name)} ", done.stdout, re.MULTILINE)
    assert "120 ideas in" in done.stdout


def test_the_report_compares_with_peoples_labels(ideas_file: Path) -> None:
    done = run(ideas_file, "--labels", "label", "--report")
    assert done.exit_code == 0
    assert "AMI" in done.stdout
    assert "ideas with a label   120" in done.stdout


def test_ids_that_a_spreadsheet_would_run_are_neutral(tmp_path: Path) -> None:
    texts = {f"={key}": f"{text}" for key, text in ideas().items()}
    run(file_of(tmp_path, texts), "-o", tmp_path / "out.csv")
    rows = rows_of(tmp_path / "out.csv")
    assert all(row[0].startswith("'=") for row in rows[1:])


def test_too_few_ideas_are_no_failure_but_said(tmp_path: Path) -> None:
    done = run(file_of(tmp_path, {"a": "More buses", "b": "Trees"}), "-o", tmp_path / "out.csv")
    assert done.exit_code == 0
    assert "too few different ideas to group" in done.stderr
    assert (tmp_path / "out.csv").read_text().splitlines()[1:] == ['"a","","","false"', '"b","","","false"']


def test_what_people_wrote_is_never_taken_for_markup(tmp_path: Path) -> None:
    texts = {key: f"[red]{text}[/nothing] [link=x]" for key, text in ideas().items()}
    done = run(file_of(tmp_path, texts))
    assert done.exit_code == 0
    assert "[red]" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope.csv"], "nope.csv: No such file or directory; name a CSV file"),
        (["{file}", "-o", "out.txt"], "out.txt: ends in neither .json nor .csv; choose one of them"),
        (["{file}", "-o", "nowhere/out.csv"], "nowhere/out.csv: there is no folder nowhere; make it first"),
        (["{file}", "--labels", "topic", "--report"], ":1: needs the columns 'topic'; the columns found are"),
        (["{file}", "--report"], "--labels COLUMN and --report go together"),
        (["{file}", "--labels", "label"], "--labels COLUMN and --report go together"),
    ],
)
def test_wrong_use_is_one_line_on_stderr_and_exit_code_2(
    ideas_file: Path, arguments: list[str], said: str
) -> None:
    done = run(*(argument.format(file=ideas_file) for argument in arguments))
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_model_that_fails_is_exit_code_1_and_leaves_the_old_file(
    ideas_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object, **named: object) -> None:
        raise ClusteringError("The model is broken; mend it.")

    monkeypatch.setattr(clustering, "load_embedder", broken)
    (tmp_path / "out.csv").write_text("before")
    done = run(ideas_file, "-o", tmp_path / "out.csv")
    assert (done.exit_code, done.stderr) == (1, "jam themes: The model is broken; mend it.\n")
    assert (tmp_path / "out.csv").read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ideas.csv", "out.csv"]


@pytest.mark.slow
def test_threads_batches_and_the_order_of_rows_change_no_byte_of_the_partition(tmp_path: Path) -> None:
    """As a person would try it: processes of their own, with the real model."""
    (tmp_path / "one").mkdir()
    plain = file_of(tmp_path, ideas())
    turned = file_of(tmp_path / "one", dict(reversed(ideas().items())))
    runs = [(plain, "--threads=1", "--batch=8"), (turned, "--threads=2", "--batch=32")]
    rows = []
    for number, (path, *options) in enumerate(runs):
        output = tmp_path / f"{number}.csv"
        program = "import typer; from jam.cli.themes import themes; typer.run(themes)"
        command = [sys.executable, "-c", program, str(path), "-o", str(output), *options]
        subprocess.run(command, cwd=ROOT, check=True, timeout=GROUPING, capture_output=True)
        rows.append(sorted(output.read_text(encoding="utf-8").splitlines()))
    assert rows[0] == rows[1]


# ── Themes that go on ───────────────────────────────────────────────────────────────────────────────


def the_map(path: Path) -> ThemeMap:
    return msgspec.json.decode(path.read_bytes(), type=ThemeMap)


def test_themes_go_on_from_a_previous_map_bound_by_corrections(ideas_file: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    run(ideas_file, "-o", first)
    one, two = the_map(first).themes[:2]
    asked = tmp_path / "corrections.json"
    asked.write_text(
        json.dumps(
            [
                {"do": "merge", "id": "c1", "themes": [one.id, two.id], "into": two.id},
                {"do": "rename", "id": "c2", "theme": two.id, "name": "Both of them"},
                {"do": "rename", "id": "c3", "theme": one.id, "name": "Too late"},
            ]
        )
    )
    done = run(ideas_file, "--previous", first, "--corrections", asked, "-o", second)
    assert done.exit_code == 0, done.output
    assert done.stderr.endswith("the correction c3 was left out: theme_gone\n")
    found = the_map(second)
    merged = next(theme for theme in found.themes if theme.id == two.id)
    assert (merged.name, set(merged.members)) == ("Both of them", {*one.members, *two.members})


def test_what_is_no_idea_and_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    silent = {"x1": "none", "x2": "n/a", "x3": "don't know"}
    assert "; 3 no ideas" in run(file_of(tmp_path, {**ideas(), **silent})).stdout


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("--previous", None, "No such file or directory; name a JSON file"),
        (
            "--previous",
            "{}",
            "missing required field `themes`; see docs/clustering.md for what belongs",
        ),
        ("--corrections", '[{"do": "explode"}]', "Invalid value 'explode' - at `$[0].do`"),
        ("--corrections", "[", "truncated"),
    ],
)
def test_a_file_that_is_no_map_or_holds_no_corrections_is_wrong_use(
    ideas_file: Path, tmp_path: Path, name: str, content: str | None, said: str
) -> None:
    path = tmp_path / "given.json"
    if content is not None:
        path.write_text(content)
    done = run(ideas_file, name, path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_question_that_is_to_be_left_out_has_to_be_given(ideas_file: Path) -> None:
    assert run(ideas_file, "--project-question").exit_code == 2
    asked = run(ideas_file, "--project-question", "--question", "What shall we do with buses?")
    assert asked.exit_code == 0, asked.output
