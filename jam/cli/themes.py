"""``jam themes``: the themes of a file of ideas, without a server.

Reads the file, runs the theme library in this process, and prints a table or writes JSON or CSV. The
library is imported when the command runs, so that no other command waits for it.
"""

import csv
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jam.cli.crowd.progress import Bars
from jam.cli.files import FileFailed, write_whole
from jam.cli.ideas_csv import IdeaRow, IdeasFileError, read_ideas
from jam.cli.plain import FAILED, WRONG_USE
from jam.service.report.exports import neutral

if TYPE_CHECKING:
    from clustering import AnyCorrection, Progress, ThemeMap
    from clustering.measuring.agreement import Agreement

Wanted = TypeVar("Wanted")
COLUMNS = ("id", "theme_id", "theme_name", "one_of_a_kind")
STAGE_WORDS = {"read": "Reading", "embed": "Understanding", "group": "Grouping", "name": "Naming"}


def themes(
    ideas: Annotated[Path, typer.Argument(help="CSV file in UTF-8 with the columns id,text.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file: .json or .csv.")
    ] = None,
    question: Annotated[
        str | None, typer.Option(help="The question that the ideas answer; its words make no names.")
    ] = None,
    project_question: Annotated[
        bool,
        typer.Option("--project-question", help="Leave out what the ideas share with --question."),
    ] = False,
    previous: Annotated[
        Path | None, typer.Option(help="A theme map (.json) that the themes go on from.")
    ] = None,
    corrections: Annotated[
        Path | None, typer.Option(help="JSON list of corrections, followed in its order.")
    ] = None,
    labels: Annotated[
        str | None, typer.Option(help="Column with people's own labels, to compare with (--report).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the theme map as one JSON object.")] = False,
    report: Annotated[bool, typer.Option("--report", help="Say how well themes and labels agree.")] = False,
    model: Annotated[
        str | None,
        typer.Option(envvar="JAM_EMBEDDING_MODEL", help="Another model: a directory or hub id."),
    ] = None,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Threads; the themes are the same.")] = 1,
    batch: Annotated[
        int, typer.Option(min=1, max=256, help="Ideas at a time; the themes are the same.")
    ] = 16,
) -> None:
    """Group a file of ideas into named themes.

    The CSV written has the columns id,theme_id,theme_name,one_of_a_kind, one row for each idea.
    Exit codes: 0 done, 1 the themes could not be made, 2 wrong use.
    """
    rows = _rows(ideas, output, labels, report)
    if project_question and not question:
        _stop("--project-question needs the --question that is left out", WRONG_USE)
    _choose_threads(threads)
    before = _read_json(previous, _map_type()) if previous else None
    asked = _read_json(corrections, _corrections_type()) if corrections else []
    found = _theme_map(rows, before, asked, question, project_question, model, threads, batch)
    if output:
        try:
            write_whole(output, _csv(rows, found) if output.suffix == ".csv" else _json(found))
        except FileFailed as failed:
            _stop(str(failed), FAILED)
    elif as_json:
        print(_json(found).decode(), end="")
    else:
        _print_table(rows, found)
    if found.too_few:
        _note(f"{ideas}: too few different ideas to group")
    for skipped in found.skipped:
        _note(f"{corrections or previous}: the correction {skipped.correction} was left out: {skipped.code}")
    if labels and report:
        _print_agreement(ideas, found, rows, labels)


def _rows(ideas: Path, output: Path | None, labels: str | None, report: bool) -> list[IdeaRow]:
    """The file's rows, once everything that was asked is known to be possible."""
    if report != (labels is not None):
        _stop("--labels COLUMN and --report go together", WRONG_USE)
    if output and output.suffix not in {".json", ".csv"}:
        _stop(f"{output}: ends in neither .json nor .csv; choose one of them", WRONG_USE)
    if output and not output.absolute().parent.is_dir():
        _stop(f"{output}: there is no folder {output.parent}; make it first", WRONG_USE)
    try:
        return read_ideas(ideas, also=[labels] if labels else [])
    except IdeasFileError as error:
        _stop(str(error), WRONG_USE)


def _choose_threads(threads: int) -> None:
    # Before numpy is imported: it reads them once.
    os.environ.update({"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)})


def _map_type() -> "type[ThemeMap]":
    from clustering import ThemeMap

    return ThemeMap


def _corrections_type() -> "type[list[AnyCorrection]]":
    from clustering import AnyCorrection

    return list[AnyCorrection]


def _read_json(path: Path, wanted: type[Wanted]) -> Wanted:
    """The file's content. What cannot be read is said with the place where it went wrong."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=wanted)
    except OSError as error:
        _stop(f"{path}: {error.strerror or error}; name a JSON file", WRONG_USE)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        _stop(f"{path}: {error}; see docs/clustering.md for what belongs in it", WRONG_USE)


def _theme_map(
    rows: list[IdeaRow],
    before: "ThemeMap | None",
    asked: "list[AnyCorrection]",
    question: str | None,
    project_question: bool,
    model: str | None,
    threads: int,
    batch: int,
) -> "ThemeMap":
    from clustering import ClusteringError, Parameters, load_embedder, theme

    try:
        embedder = load_embedder(model, threads=threads, batch=batch)
        with Bars(Console(stderr=True)) as bars:
            return theme(
                [row.text for row in rows],
                [row.id for row in rows],
                embedder=embedder,
                parameters=Parameters(project_question=project_question),
                question=question,
                previous=before,
                corrections=asked,
                progress=_in_words(bars),
            )
    except ClusteringError as error:
        _stop(str(error), FAILED)


def _in_words(bars: Bars) -> "Progress":
    return lambda stage, done, total: bars.show(STAGE_WORDS.get(stage, stage), done, total)


def _json(found: "ThemeMap") -> bytes:
    return msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n"


def _csv(rows: list[IdeaRow], found: "ThemeMap") -> bytes:
    """One row for each idea, in the file's order; theme columns are empty where there are no themes."""
    theme_of = {key: theme for theme in found.themes for key in theme.members}
    alone = set(found.one_of_a_kind)
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        theme = theme_of.get(row.id)
        cells = (row.id, theme.id if theme else "", theme.name if theme else "")
        writer.writerow([*map(neutral, cells), "true" if row.id in alone else "false"])
    return text.getvalue().encode()


def _print_table(rows: list[IdeaRow], found: "ThemeMap") -> None:
    texts = {row.id: " ".join(row.text.split()) for row in rows}
    table = Table(box=None, pad_edge=False)
    console = Console()
    parts = (len(part.name) + 8 for theme in found.themes for part in theme.parts)
    longest = max((*(len(theme.name) for theme in found.themes), *parts), default=0)
    table.add_column("Ideas", justify="right", width=5)
    table.add_column("Theme", width=longest)
    # The name is whole, and the idea beside it gives way.
    rest = max(20, console.width - longest - 10)
    table.add_column("Its most central idea", no_wrap=True, overflow="ellipsis", width=rest)
    for theme in found.themes:
        # Text, not str: what people wrote is no markup.
        table.add_row(str(theme.size), Text(theme.name), Text(texts[theme.headline_id]))
        for part in theme.parts:
            table.add_row("", Text(f"  {part.name} ({len(part.members)})", style="dim"), "")
    if found.themes:
        console.print(table)
    print(_summary(found))


def _summary(found: "ThemeMap") -> str:
    same = sum(len(group) - 1 for group in found.duplicates)
    parts = [
        f"{found.ideas} ideas in {len(found.themes)} themes",
        *([f"{len(found.one_of_a_kind)} one of a kind"] if found.one_of_a_kind else []),
        *([f"{same} sent before in much the same words"] if same else []),
        *([f"{len(found.not_ideas)} no ideas"] if found.not_ideas else []),
        *(f"{len(one.ideas)} in {one.lang}, grouped by their letters alone" for one in found.unread),
        *([f"{len(found.moved)} moved to another theme"] if found.moved else []),
        *([f"{new} new themes"] if (new := sum(theme.is_new for theme in found.themes)) else []),
    ]
    return "; ".join(parts)


def _print_agreement(path: Path, found: "ThemeMap", rows: list[IdeaRow], labels: str) -> None:
    from clustering.measuring.agreement import agreement

    try:
        figures = agreement(found, {row.id: row.cells[labels] for row in rows})
    except ValueError as error:
        _stop(f"{path}: {error}", FAILED)
    for line in _figures(figures):
        print(line)


def _figures(figures: "Agreement") -> list[str]:
    return [
        f"ideas with a label   {figures.labelled}",
        f"themes / labels      {figures.themes} / {figures.labels} = {figures.themes_per_label:.2f}",
        f"AMI                  {figures.ami:.3f}",
        f"ARI                  {figures.ari:.3f}",
        f"V-measure            {figures.v_measure:.3f}",
        f"coverage             {figures.coverage:.3f}",
    ]


def _note(what: str) -> None:
    print(f"jam themes: {what}", file=sys.stderr)


def _stop(what: str, code: int) -> NoReturn:
    _note(what)
    raise typer.Exit(code)
