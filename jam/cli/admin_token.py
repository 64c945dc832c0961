"""``jam admin-token``: a way back for an administrator who lost everything.

Whoever can run commands on the server's machine, with its database, may have a new one-time token. It
opens the database itself: an SQLite file must not be in use, so the server is stopped for that moment.
"""

import asyncio
from typing import Annotated

import typer

from jam.cli.plain import FAILED, WRONG_USE, say, say_json, stop
from jam.domain.rejections import JamError, Rejection
from jam.settings import SettingsError, load

NAME = "admin-token"


def admin_token(
    database: Annotated[
        str | None, typer.Option(help="The server's database. Default: JAM_DATABASE, or sqlite:///jam.db.")
    ] = None,
    name: Annotated[str, typer.Option(help="Which administrator; default the oldest account.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print a new one-time administrator token, for 30 minutes; earlier ones are worth nothing any more.

    Used on the page /bootstrap or with jam login, it ends all sessions and API tokens that the account had.
    Exit codes: 0 done, 1 it cannot be made, 2 wrong use.
    """
    from jam.service.accounts import BOOTSTRAP_MINUTES  # loads the server's half only where it is needed

    try:
        url = load(database=database).database.get_secret_value()
        made = asyncio.run(_make(url, name))
    except SettingsError as wrong:
        stop(NAME, "; ".join(wrong.sentences), WRONG_USE)
    except JamError as failed:
        stop(NAME, failed, FAILED)
    if isinstance(made, Rejection):
        stop(NAME, f"there is no administrator named {name}; leave --name out for the oldest", FAILED)
    if as_json:
        say_json({"token": made, "minutes": BOOTSTRAP_MINUTES})
    else:
        say(f"jam: administrator token {made} (use within {BOOTSTRAP_MINUTES} minutes)")


async def _make(url: str, name: str) -> str | Rejection:
    from jam.service.accounts import Accounts
    from jam.service.ports import RandomIds, SystemClock
    from jam.store.access import organisation_of
    from jam.store.opening import opened

    _check_file(url)
    database = await opened(url)
    try:
        org_id = await database.read(organisation_of)
        if org_id is None:
            raise JamError("no server has run on this database yet; jam serve prints the first token itself")
        return await Accounts(database, SystemClock(), RandomIds(), org_id).way_back(name)
    finally:
        await database.close()


def _check_file(url: str) -> None:
    """A name that was mistyped must not become a new database."""
    from jam.store.engine import parse_url
    from jam.store.place import sqlite_file

    file = sqlite_file(parse_url(url))
    if file is not None and not file.exists():
        raise JamError(f"{file}: there is no such database; name the server's with --database")
