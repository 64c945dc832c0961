"""``jam delete``: a closed jam and everything in it, for good. Asks for the jam's title before it does it."""

import sys
from typing import Annotated, Any

import typer

from jam.cli.crowd.house import House
from jam.cli.listing import spaced, standing
from jam.cli.plain import NOT_NOW, complain, one_line, say, say_json, stop
from jam.cli.server_access import TOKEN_FILE, AsJson, JamName, TokenFile, Url, find_jam, talk

NAME = "delete"


def delete(
    jam: JamName,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the jam's title.")] = False,
    url: Url = None,
    token_file: TokenFile = TOKEN_FILE,
    as_json: AsJson = False,
) -> None:
    """Delete a closed jam for good: record, texts, people, reports, links. `jam export` keeps them.

    Exit codes: 0 deleted, 1 failed, 2 wrong use, 3 it is not closed, or this was not confirmed.
    """

    async def work(house: House) -> None:
        line = await find_jam(house, jam)
        _check_closed(line["jam"])
        if not yes:
            _confirm(line)
        gone = await house.delete(f"/api/jams/{line['jam']['id']}")
        _tell(line["jam"], gone, as_json)

    talk(NAME, url, token_file, work)


def _check_closed(view: dict[str, Any]) -> None:
    if view["phases"][view["phase_index"]]["phase"] != "closed":
        code = view["code"]
        stop(NAME, f"{spaced(code)} is not closed: {standing(view)}; jam close {code} ends it", NOT_NOW)


def _confirm(line: dict[str, Any]) -> None:
    """Ends the command unless the title was typed; says before what goes, and how to keep it."""
    view, totals = line["jam"], line["totals"]
    held = f"{totals['people']} people, {totals['ideas']} ideas and {totals['replies']} replies"
    complain(NAME, f"{spaced(view['code'])} holds {held}, and nothing brings them back")
    complain(NAME, f"to keep the record first: jam export {view['code']}")
    if not sys.stdin.isatty():
        stop(NAME, "nothing was deleted: there is nobody to ask here; add --yes", NOT_NOW)
    title = one_line(view["title"])
    typed = typer.prompt(f"Type its title to delete it ({title})", default="", show_default=False, err=True)
    if one_line(typed) != title:
        stop(NAME, "nothing was deleted: that is not its title", NOT_NOW)


def _tell(view: dict[str, Any], gone: dict[str, Any], as_json: bool) -> None:
    if as_json:
        say_json({"title": view["title"], **gone})
        return
    counted = f"{gone['people']} people, {gone['ideas']} ideas, {gone['replies']} replies"
    say(f"deleted: {spaced(gone['code'])}  {one_line(view['title'])}: {counted}")
    say(f"its log had {gone['events']} events and ended with {gone['head']}")
