"""``jam replay``: a file of texts, posted by simulated people over real sockets, checked to the last byte.

Without ``--url`` it starts a server of its own on a temporary database and ends it again. Progress and
the profile go to stderr; the figures, as a table or with ``--json`` as one object, to stdout.
"""

import contextlib
import json
import random
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from jam.cli.crowd.entry import EXPECTED, reasons, run
from jam.cli.crowd.house import House, web_address
from jam.cli.crowd.plan import Plan, make_plan, title_of
from jam.cli.crowd.progress import Bars
from jam.cli.crowd.runner import Replay, Result
from jam.cli.crowd.server import ServerProcess, own_house
from jam.cli.ideas_csv import read_ideas
from jam.cli.plain import FAILED, OK, WRONG_USE


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for."""

    plan: Plan
    title: str
    folder: Path
    url: str | None
    token: str | None
    as_json: bool
    hide: int
    seed: int
    steer: bool
    maps: Path | None


def replay(
    ideas: Annotated[Path, typer.Argument(metavar="IDEAS.csv", help="Texts to post: columns id,text.")],
    people: Annotated[int, typer.Option(min=1, max=5000, help="How many people post them.")] = 50,
    minutes: Annotated[float, typer.Option(min=0.0, max=1440, help="How long the posting takes.")] = 2.0,
    report_dir: Annotated[
        Path, typer.Option(file_okay=False, help="Where the report and the histories go.")
    ] = Path("out/replay"),
    url: Annotated[str | None, typer.Option(help="Use this running server instead of one's own.")] = None,
    token_file: Annotated[
        Path | None, typer.Option(dir_okay=False, help="File with an administrator's API token, for --url.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON object.")] = False,
    hide: Annotated[int, typer.Option(min=0, help="How many of the held texts the moderator hides.")] = 0,
    steer: Annotated[
        bool, typer.Option("--steer", help="A facilitator corrects the themes, midway and near the end.")
    ] = False,
    save_maps: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Where the maps before and after each correction go (--steer)."),
    ] = None,
    seed: Annotated[int, typer.Option(help="For everything that is left to chance.")] = 1,
) -> None:
    """Post a file of texts as a crowd of simulated people, and check that nothing was lost or doubled.

    Exit codes: 0 all well, 1 something was lost, doubled or missing, a correction of the themes was not
    kept or the server failed, 2 wrong use.
    """
    console = Console(stderr=True)
    wish = _wish(ideas, people, minutes, report_dir, url, token_file, as_json, hide, seed, console)
    wish = replace(wish, steer=steer or save_maps is not None, maps=save_maps)
    if save_maps is not None:
        save_maps.mkdir(parents=True, exist_ok=True)
    raise typer.Exit(run(_replay(wish, console)))


def _wish(
    ideas: Path,
    people: int,
    minutes: float,
    report_dir: Path,
    url: str | None,
    token_file: Path | None,
    as_json: bool,
    hide: int,
    seed: int,
    console: Console,
) -> Wish:
    if (url is None) != (token_file is None):
        _wrong_use(console, "--url and --token-file go together")
    try:
        token = token_file.read_text().strip().split("\n")[0] if token_file else None
        rows = read_ideas(ideas)
        url = web_address(url) if url else None
        report_dir.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as wrong:
        _wrong_use(console, str(wrong))
    if not rows:
        _wrong_use(console, f"{ideas}: there is no text in it")
    plan = make_plan(rows, people, minutes)
    return Wish(plan, title_of(ideas), report_dir, url, token, as_json, hide, seed, steer=False, maps=None)


def _wrong_use(console: Console, what: str) -> None:
    console.print(f"jam replay: {what}", style="red", highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(WRONG_USE)


async def _replay(wish: Wish, console: Console) -> int:
    console.print(wish.plan.profile(), highlight=False, markup=False, soft_wrap=True)
    try:
        with Bars(console) as bars:
            async with _house(wish) as house:
                result = await Replay(
                    house=house,
                    plan=wish.plan,
                    title=wish.title,
                    folder=wish.folder,
                    hide=wish.hide,
                    chance=random.Random(wish.seed),
                    progress=bars.show,
                    steer=wish.steer,
                    maps=wish.maps,
                ).run()
    except (ExceptionGroup, *EXPECTED) as failed:
        for reason in reasons(failed):
            console.print(f"jam replay: {reason}", style="red", highlight=False, markup=False, soft_wrap=True)
        return FAILED
    _tell(wish, result, console)
    return OK if result.ok else FAILED


@contextlib.asynccontextmanager
async def _house(wish: Wish) -> AsyncIterator[House]:
    """The server that was asked for, or one of one's own for as long as this lasts."""
    if wish.url:
        async with House(wish.url, wish.token) as house:
            yield house
        return
    with tempfile.TemporaryDirectory(prefix="jam-replay-") as folder:
        async with own_house(ServerProcess(Path(folder))) as house:
            yield house


def _tell(wish: Wish, result: Result, console: Console) -> None:
    if wish.as_json:
        typer.echo(json.dumps(result.figures))
    else:
        out = Console()
        table = Table("figure", "value", show_header=False, box=None)
        for name, value in result.figures.items():
            table.add_row(name, json.dumps(value))
        out.print(table)
        out.print(f"report: {wish.folder / 'report.html'}", highlight=False, markup=False, soft_wrap=True)
    if not result.ok:
        console.print(result.complaint(), style="red", highlight=False, markup=False, soft_wrap=True)
    if result.figures["refused"]:
        console.print(
            f"{result.figures['refused']} texts were refused for good: see {wish.folder}/history.jsonl"
        )
