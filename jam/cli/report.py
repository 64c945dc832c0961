"""``jam report``: a jam's outcome report as a page to keep and pass on, as JSON, or as CSV."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from jam.cli.crowd.house import House
from jam.cli.files import write_whole
from jam.cli.listing import standing
from jam.cli.plain import NOT_NOW, WRONG_USE, say, say_json, stop
from jam.cli.server_access import TOKEN_FILE, AsJson, JamName, TokenFile, Url, find_jam, talk


class Form(StrEnum):
    """What a report can be had as; each is the name of a file."""

    HTML = "html"
    JSON = "json"
    THEMES = "themes.csv"
    IDEAS = "ideas.csv"


FILE_NAMES = {Form.HTML: "report.html", Form.JSON: "report.json"}


def report(
    jam: JamName,
    form: Annotated[
        Form | None, typer.Option("--format", help="One page (html), or the data behind it.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write. Default: named after the jam.")
    ] = None,
    url: Url = None,
    token_file: TokenFile = TOKEN_FILE,
    as_json: AsJson = False,
) -> None:
    """Fetch the newest version of a jam's report. `--json` alone prints it as JSON on stdout; with `-o` the
    file gets it, and stdout the file's name.

    Exit codes: 0 written, 1 failed, 2 wrong use, 3 there is no report yet.
    """
    if as_json and form not in (None, Form.JSON):
        stop("report", f"--json and --format {form} are two formats; keep one", WRONG_USE)
    chosen = Form.JSON if as_json else form or Form.HTML

    async def work(house: House) -> None:
        line = await find_jam(house, jam)
        await _check_ready(house, line["jam"])
        content = await house.download(f"/jams/{line['jam']['id']}/{FILE_NAMES.get(chosen, chosen)}")
        if as_json and output is None:
            say(content.decode().rstrip("\n"))
            return
        path = output or Path(f"{line['jam']['code']}-{FILE_NAMES.get(chosen, chosen)}")
        write_whole(path, content)
        if as_json:
            say_json({"file": str(path)})
        else:
            say(f"report: {path}")

    talk("report", url, token_file, work)


async def _check_ready(house: House, view: dict[str, Any]) -> None:
    found = (await house.jam(view["id"]))["report"]
    if found["version"] is not None:
        return
    if found["state"] == "none":
        what = f"there is no report yet; the bell that ends the writing makes it, and now is {standing(view)}"
    else:
        what = "the report is being made; try again in a few seconds"
    stop("report", what, NOT_NOW)
