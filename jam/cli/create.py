"""``jam create``: a jam from a TOML file, from a template that comes with the product, or like another jam.

The file is read and judged here, with the line of each fault, by the same rules that the server has; then
the plan goes to the server as JSON.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from jam.cli.crowd.house import House
from jam.cli.files import FileFailed, read_some
from jam.cli.listing import spaced
from jam.cli.plain import WRONG_USE, complain, say, say_json, stop
from jam.cli.server_access import TOKEN_FILE, AsJson, TokenFile, Url, find_jam, talk
from jam.service.shape import Wrong, did_you_mean
from jam.service.templates import NAMES, template, template_text
from jam.service.toml_file import MAX_BYTES, Toml, TomlError, read_toml

if TYPE_CHECKING:
    from jam.service.jams import JamPlan

_GIVEN = {"title": "--title", "zone": "--zone", "opens_at": "--opens-at"}
"""The keys that an option of the command line can give."""


def create(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A jam file, in TOML (docs/jam-file.md).")
    ] = None,
    template_name: Annotated[
        str | None,
        typer.Option(
            "--template",
            metavar="NAME",
            help=f"One that comes with the product: {', '.join(NAMES)}.",
            autocompletion=lambda: list(NAMES),
        ),
    ] = None,
    copy: Annotated[
        str | None, typer.Option("--copy", metavar="JAM", help="Like this jam of the server.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Its title, instead of the one there.")] = None,
    zone: Annotated[str | None, typer.Option(help="Its time zone, such as Europe/London.")] = None,
    opens_at: Annotated[
        str | None, typer.Option(help='When writing opens, in that zone: "2027-03-01 09:00".')
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only look whether it is right; needs no server.")
    ] = False,
    show: Annotated[bool, typer.Option("--print", help="Only print the template's file.")] = False,
    url: Url = None,
    token_file: TokenFile = TOKEN_FILE,
    as_json: AsJson = False,
) -> None:
    """Make a jam: from a file, a template, or a copy of another one.

    Prints its join code and its addresses. Exit codes: 0 made, 1 failed, 2 wrong use or a fault in the file.
    """
    _check_use(file, template_name, copy, check, show)
    given = {"title": title, "zone": zone, "opens_at": opens_at}
    options = {key: value for key, value in given.items() if value is not None}
    if show and template_name:
        say(template_text(template_name).rstrip("\n"))
    elif copy is not None:
        talk("create", url, token_file, lambda house: _copy(house, copy, options, as_json))
    else:
        plan = _plan(*_source(file, template_name), options)
        if check:
            _tell_fits(plan.title, as_json)
        else:
            talk("create", url, token_file, lambda house: _make(house, plan, as_json))


def _check_use(file: Path | None, name: str | None, copy: str | None, check: bool, show: bool) -> None:
    if sum(one is not None for one in (file, name, copy)) != 1:
        stop("create", "name one of: a FILE, --template NAME, --copy JAM", WRONG_USE)
    if name is not None and name not in NAMES:
        stop("create", f"there is no template {name}; {did_you_mean(name, NAMES)}", WRONG_USE)
    if (show and name is None) or (check and copy is not None):
        stop("create", "--print goes with --template, --check with a file or a template", WRONG_USE)


def _tell_fits(title: str, as_json: bool) -> None:
    if as_json:
        say_json({"fits": True})
    else:
        say(f"{title}: this jam can be made as it stands")


def _source(file: Path | None, template_name: str | None) -> tuple[str, Toml]:
    """What to call it in complaints, and what stands in it."""
    if file is not None:
        return str(file), _read(file)
    return f"template {template_name}", template(template_name or "")


def _read(path: Path) -> Toml:
    try:
        content = read_some(path, MAX_BYTES)
        if len(content) > MAX_BYTES:
            raise FileFailed(f"{path}: is larger than {MAX_BYTES // 1024} KB; a jam file needs less")
        return read_toml(content)
    except FileFailed as failed:
        stop("create", failed, WRONG_USE)
    except TomlError as wrong:
        stop("create", f"{path}:{wrong}", WRONG_USE)


def _plan(name: str, toml: Toml, options: Mapping[str, Any]) -> "JamPlan":
    """The plan of a file with the options in place of its keys; every fault is one line on stderr."""
    from jam.service.jam_form import read_plan  # loads the server's rules only for those who need them

    plan = read_plan({**toml.values, **options}, round(time.time() * 1000), zone_needed=True)
    if not isinstance(plan, list):
        return plan
    for fault in plan:
        complain("create", _fault(name, toml, fault, options))
    raise typer.Exit(WRONG_USE)


def _fault(name: str, toml: Toml, fault: Wrong, options: Mapping[str, Any]) -> str:
    """``FILE:line:column: key: what is wrong``; of an option its name, of a template no line."""
    key = fault.path[0] if fault.path else ""
    if key in options:
        return f"{_GIVEN[str(key)]}: {fault.what}"
    if name.startswith("template "):
        option = f" ({_GIVEN[str(key)]})" if key in _GIVEN else ""
        return f"{name}: {fault.key}{option}: {fault.what}"
    line, column = toml.place(fault.path)
    return f"{name}:{line}:{column}: {fault.key}: {fault.what}"


async def _copy(house: House, name: str, options: Mapping[str, Any], as_json: bool) -> None:
    """A copy is posted as it came, with the options; the server judges it as it judges any other."""
    line = await find_jam(house, name)
    values = await house.get(f"/api/jams/{line['jam']['id']}/plan")
    values = {key: value for key, value in values.items() if value is not None}
    await _post(house, {**values, **options}, as_json)


async def _make(house: House, plan: "JamPlan", as_json: bool) -> None:
    await _post(house, msgspec.to_builtins(plan), as_json)


async def _post(house: House, values: dict[str, Any], as_json: bool) -> None:
    made = await house.post("/api/jams", values)
    facts = {
        "id": made["id"],
        "code": made["code"],
        "title": values["title"],
        "join": f"{house.url}/j/{made['code']}",
        "room": f"{house.url}/jams/{made['id']}",
        "facilitate": f"{house.url}/jams/{made['id']}/facilitate",
    }
    if as_json:
        say_json(facts)
        return
    say(f"made:        {values['title']}")
    for label, fact in (
        ("code", spaced(made["code"])),
        ("join", facts["join"]),
        ("staff", facts["facilitate"]),
    ):
        say(f"{label + ':':13}{fact}")
