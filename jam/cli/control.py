"""``jam close``, ``jam reopen``, ``jam extend``: the clock of a running jam, from the command line."""

import secrets
from collections.abc import Callable
from typing import Annotated, Any

import msgspec
import typer

from jam.cli.crowd.house import House
from jam.cli.listing import local, spaced, standing
from jam.cli.plain import NOT_NOW, WRONG_USE, say, say_json, stop
from jam.cli.server_access import TOKEN_FILE, AsJson, JamName, TokenFile, Url, find_jam, talk
from jam.domain.commands import CloseJam, ExtendPhase, ReopenJam
from jam.service.local_times import LENGTHS, TimeError, minutes

Length = Annotated[str, typer.Argument(metavar="LENGTH", help=f"How long: {LENGTHS}.")]


def close(jam: JamName, url: Url = None, token_file: TokenFile = TOKEN_FILE, as_json: AsJson = False) -> None:
    """End a jam now, whatever phase is running. `jam reopen` takes it back.

    Exit codes: 0 closed, 1 failed, 2 wrong use, 3 it is closed already.
    """

    def command(view: dict[str, Any]) -> msgspec.Struct:
        return CloseJam(client_id=_client_id())

    _steer("close", jam, url, token_file, as_json, command)


def reopen(
    jam: JamName,
    lasts: Annotated[
        str | None, typer.Option("--for", metavar="LENGTH", help="How long it goes on: up to 120 minutes.")
    ] = None,
    url: Url = None,
    token_file: TokenFile = TOKEN_FILE,
    as_json: AsJson = False,
) -> None:
    """Let a jam that was closed by mistake go on: its last phase, for the time that was left.

    Exit codes: 0 open again, 1 failed, 2 wrong use, 3 it is not closed, or no time was left.
    """
    length = _minutes("reopen", lasts) if lasts else None

    def command(view: dict[str, Any]) -> msgspec.Struct:
        return ReopenJam(client_id=_client_id(), minutes=length)

    _steer("reopen", jam, url, token_file, as_json, command)


def extend(
    jam: JamName,
    length: Length,
    url: Url = None,
    token_file: TokenFile = TOKEN_FILE,
    as_json: AsJson = False,
) -> None:
    """Give the running phase more time, up to 120 minutes at once; everything after it moves too.

    Exit codes: 0 extended, 1 failed, 2 wrong use, 3 the jam is closed.
    """
    more = _minutes("extend", length)

    def command(view: dict[str, Any]) -> msgspec.Struct:
        return ExtendPhase(client_id=_client_id(), phase_index=view["phase_index"], minutes=more)

    _steer("extend", jam, url, token_file, as_json, command)


def _minutes(command: str, text: str) -> int:
    try:
        return minutes(text)
    except TimeError as wrong:
        stop(command, f"{text}: {wrong}", WRONG_USE)


def _steer(
    name: str,
    jam: str,
    url: str | None,
    token_file: Any,
    as_json: bool,
    command: Callable[[dict[str, Any]], msgspec.Struct],
) -> None:
    async def work(house: House) -> None:
        line = await find_jam(house, jam)
        _check_open(name, line["jam"])
        await house.command(line["jam"]["id"], command(line["jam"]))
        now = (await find_jam(house, line["jam"]["id"]))["jam"]
        _tell(now, as_json)

    talk(name, url, token_file, work)


def _check_open(name: str, view: dict[str, Any]) -> None:
    """What can only be done to a running jam, or only to a closed one, is refused with its state."""
    slot = view["phases"][view["phase_index"]]
    if slot["phase"] == "closed" and name != "reopen":
        since = f"{spaced(view['code'])} is closed since {local(slot['starts_at'], view)}"
        stop(name, f"{since}; jam reopen {view['code']} lets it go on", NOT_NOW)
    if slot["phase"] != "closed" and name == "reopen":
        stop(name, f"{spaced(view['code'])} is not closed: {standing(view)}", NOT_NOW)


def _tell(view: dict[str, Any], as_json: bool) -> None:
    slot = view["phases"][view["phase_index"]]
    facts = {"id": view["id"], "code": view["code"], "phase": slot["phase"], "ends_at": slot.get("ends_at")}
    if as_json:
        say_json(facts)
    else:
        say(f"{spaced(view['code'])}  {view['title']}: {standing(view)}")


def _client_id() -> str:
    return f"cli-{secrets.token_hex(8)}"
