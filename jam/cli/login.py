"""``jam login``: the one-time administrator token that a new server printed, exchanged for an API token.

The API token is a secret: it is never printed, only written to a file that nobody else may read.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from jam.cli.crowd.entry import EXPECTED, run
from jam.cli.crowd.house import House
from jam.cli.files import FileFailed, write_whole
from jam.cli.plain import FAILED, OK, WRONG_USE, complain, say, say_json, stop
from jam.cli.server_access import PATIENCE_SECONDS, TOKEN_FILE, AsJson, SignIn


def login(
    url: Annotated[str, typer.Option(help="The server, such as https://jam.example.org.")],
    token: Annotated[
        str | None,
        typer.Option(help="The one-time token; asked for when not given, so that no shell remembers it."),
    ] = None,
    token_file: Annotated[
        Path, typer.Option(envvar="JAM_TOKEN_FILE", dir_okay=False, help="Where the API token goes.")
    ] = TOKEN_FILE,
    as_json: AsJson = False,
) -> None:
    """Sign in as the administrator: exchange the one-time token for an API token in a file.

    The other commands find token and server there. Exit codes: 0 done, 1 the server refused or did not
    answer, 2 wrong use.
    """
    secret = (token or _ask()).strip()
    if not secret:
        stop("login", "no token was given; jam serve prints one on its first start", WRONG_USE)
    code = run(_login(url, secret, token_file, as_json))
    if code:
        raise typer.Exit(code)


def _ask() -> str:
    """From the terminal without showing it, or from a pipe."""
    if sys.stdin is None or not sys.stdin.isatty():
        return sys.stdin.readline() if sys.stdin else ""
    asked: str = typer.prompt("One-time token", hide_input=True, err=True)
    return asked


async def _login(url: str, one_time_token: str, token_file: Path, as_json: bool) -> int:
    try:
        async with House(url, patience=PATIENCE_SECONDS) as house:
            access = SignIn(house.url, await house.login(one_time_token))
        # Readable by its owner alone from the first byte on, also where an older file was not.
        write_whole(token_file, access.lines().encode(), mode=0o600)
    except ValueError as wrong:
        complain("login", wrong)
        return WRONG_USE
    except (FileFailed, *EXPECTED) as failed:
        complain("login", failed)
        return FAILED
    if as_json:
        say_json({"token_file": str(token_file), "url": access.url})
    else:
        say(f"token file: {token_file}")
    return OK
