"""``jam login``: the one-time administrator token that a new server printed, exchanged for an API token.

The API token is a secret: it is never printed, only written to a file that nobody else may read.
"""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from jam.cli.crowd.entry import EXPECTED
from jam.cli.crowd.house import House

OK, FAILED, WRONG_USE = 0, 1, 2
PATIENCE_SECONDS = 5.0


def login(
    url: Annotated[str, typer.Option(help="The server, such as https://jam.example.org.")],
    token: Annotated[
        str | None,
        typer.Option(help="The one-time token; asked for when not given, so that no shell remembers it."),
    ] = None,
    token_file: Annotated[Path, typer.Option(dir_okay=False, help="Where the API token goes.")] = Path(
        "jam-token"
    ),
) -> None:
    """Sign in as the administrator: exchange the one-time token for an API token in a file.

    Exit codes: 0 done, 1 the server refused or did not answer, 2 wrong use.
    """
    console = Console(stderr=True)
    secret = token or typer.prompt("One-time token", hide_input=True, err=True)
    try:
        api_token = asyncio.run(_exchange(url, secret.strip()))
        _write_secret(token_file, api_token)
    except ValueError as wrong:
        _complain(console, wrong)
        raise typer.Exit(WRONG_USE) from None
    except EXPECTED as failed:
        _complain(console, failed)
        raise typer.Exit(FAILED) from None
    typer.echo(f"token file: {token_file}")


def _complain(console: Console, what: Exception) -> None:
    console.print(f"jam login: {what}", style="red", highlight=False, markup=False, soft_wrap=True)


async def _exchange(url: str, one_time_token: str) -> str:
    async with House(url, patience=PATIENCE_SECONDS) as house:
        return await house.login(one_time_token)


def _write_secret(path: Path, secret: str) -> None:
    """Readable by its owner alone from the first byte on, also where an older file was not."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")
