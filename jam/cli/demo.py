"""``jam demo``: a whole jam with simulated people on a server of one's own, to look at and to take part in.

Live, it plays the sample jam and then goes on slowly until a visitor rings the bell or the hour is over.
With ``--once`` it plays everything in half a minute, closes, and leaves the report.
"""

import asyncio
import random
import sys
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from jam.cli.crowd.entry import EXPECTED, reasons, run
from jam.cli.crowd.house import House
from jam.cli.crowd.progress import Bars
from jam.cli.crowd.runner import ARTEFACTS
from jam.cli.crowd.script import Script, from_rows, sample
from jam.cli.crowd.server import ServerProcess, own_house
from jam.cli.crowd.show import Show
from jam.cli.ideas_csv import read_ideas
from jam.cli.plain import FAILED, OK, WRONG_USE

ONCE_SECONDS = 22.0
SECONDS_PER_ACT = 0.15
LIVE_SECONDS = 90.0
LIVE_MINUTES = 60.0
KEPT_BACK = 30
TRICKLE_SECONDS = 25.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for."""

    script: Script
    once: bool
    port: int
    folder: Path
    seed: int


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Play it to its close, keep the report, stop.")
    ] = False,
    ideas: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Your own file of ideas (columns id,text).")
    ] = None,
    people: Annotated[int, typer.Option(min=1, max=2000, help="How many simulated people.")] = 40,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 0,
    report_dir: Annotated[Path, typer.Option(file_okay=False, help="Where the report goes.")] = Path("out"),
    seed: Annotated[int, typer.Option(help="For everything that is left to chance.")] = 1,
) -> None:
    """Show a whole jam: simulated people, a moderator, the bell, the themes, the report.

    Exit codes: 0 all well, 1 the server failed, 2 wrong use, 130 ended with Ctrl-C.
    """
    console = Console(stderr=True)
    try:
        rows = read_ideas(ideas) if ideas else None
        report_dir.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as wrong:
        _complain(console, str(wrong))
        raise typer.Exit(WRONG_USE) from None
    if rows is not None and not rows:
        _complain(console, f"{ideas}: there is no text in it")
        raise typer.Exit(WRONG_USE)
    _check_port(console, port)
    chance = random.Random(seed)
    script = from_rows(ideas, rows, people) if ideas and rows else sample(chance, people)
    raise typer.Exit(run(_demo(Wish(script, once, port, report_dir, seed), console)))


def _check_port(console: Console, port: int) -> None:
    """Say at once that a port cannot be had: the server's own words would end among the lines of its log."""
    from jam.http.serving import PortError, bind  # loads the server's library only for those who serve

    try:
        bind(f"127.0.0.1:{port}").close()
    except PortError as wrong:
        _complain(console, str(wrong))
        raise typer.Exit(WRONG_USE) from None


def _complain(console: Console, what: str) -> None:
    console.print(f"jam demo: {what}", style="red", highlight=False, markup=False, soft_wrap=True)


async def _demo(wish: Wish, console: Console) -> int:
    try:
        with tempfile.TemporaryDirectory(prefix="jam-demo-") as folder:
            async with own_house(ServerProcess(Path(folder), port=wish.port)) as house:
                await _show(wish, house, console)
    except (ExceptionGroup, *EXPECTED) as failed:
        for reason in reasons(failed):
            _complain(console, reason)
        return FAILED
    return OK


async def _show(wish: Wish, house: House, console: Console) -> None:
    async with asyncio.TaskGroup() as tasks:
        bars = Bars(console)
        show = Show(house, wish.script, LIVE_MINUTES, random.Random(wish.seed), tasks, bars.show)
        _print_rooms(await show.open())
        try:
            if wish.once:
                await _once(show, bars)
            else:
                await _live(show, bars)
            typer.echo(f"report: {await _keep_report(show, wish.folder)}")
            if not wish.once:
                typer.echo("The time for ideas is over. Rooms and report stay until you press Ctrl-C.")
                await asyncio.Event().wait()
        finally:
            await show.leave()


def _print_rooms(rooms: dict[str, str]) -> None:
    """On stdout, at once: somebody may be waiting to open them."""
    for name, address in rooms.items():
        typer.echo(f"{name + ':':13}{address}")
    sys.stdout.flush()


async def _once(show: Show, bars: Bars) -> None:
    """The whole script in half a minute, then the bell, the report and the close."""
    with bars:
        await show.gather()
        acts = show.script.acts
        await show.play(acts, min(ONCE_SECONDS, SECONDS_PER_ACT * len(acts)))
        await show.ring()
        await show.until_report()
        await show.close()
        await show.until_report()


async def _live(show: Show, bars: Bars) -> None:
    """Most of the script briskly and the rest slowly, until somebody or the clock rings the bell."""
    acts = show.script.acts
    kept_back = min(KEPT_BACK, len(acts) // 2)
    with bars:
        await show.gather()
        await _unless_bell(show, show.play(acts[:-kept_back], LIVE_SECONDS))
    if show.writing:
        typer.echo("The jam goes on. End it on the facilitator's page, or press Ctrl-C to stop everything.")
    await _unless_bell(show, show.play(acts[-kept_back:], TRICKLE_SECONDS * kept_back))
    await show.until_bell()
    with bars:
        await show.until_report()


async def _unless_bell(show: Show, playing: Coroutine[Any, Any, None]) -> None:
    """Let it play to its end, or stop it when the writing phase is over."""
    async with asyncio.TaskGroup() as tasks:
        play = tasks.create_task(playing)
        bell = tasks.create_task(show.until_bell())
        await asyncio.wait({play, bell}, return_when=asyncio.FIRST_COMPLETED)
        play.cancel()
        bell.cancel()


async def _keep_report(show: Show, folder: Path) -> Path:
    """The page and, beside it, the data that it links to."""
    for name in ARTEFACTS:
        (folder / name).write_bytes(await show.house.download(f"/jams/{show.jam}/{name}"))
    return (folder / ARTEFACTS[0]).resolve()
