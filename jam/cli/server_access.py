"""How a command reaches a running server: its address, the token that ``jam login`` kept, and the jam meant.

Every command that works on jams goes through ``talk``, which turns what a server can answer into one
line on stderr and an exit code.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from jam.cli.crowd.entry import EXPECTED, run
from jam.cli.crowd.house import House, Refused, Unreachable, web_address
from jam.cli.files import FileFailed
from jam.cli.plain import FAILED, NOT_NOW, OK, WRONG_USE, complain, nearest, stop

PATIENCE_SECONDS = 5.0
TOKEN_FILE = Path("jam-token")
_STATUS_OF_THE_JAM = frozenset({409, 410})
_WRONG_WORDS = frozenset({400, 422})

Url = Annotated[
    str | None,
    typer.Option("--url", envvar="JAM_URL", help="The server. Default: the one that jam login signed in to."),
]
TokenFile = Annotated[
    Path,
    typer.Option("--token-file", envvar="JAM_TOKEN_FILE", help="The file that jam login wrote."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value on stdout.")]
JamName = Annotated[str, typer.Argument(metavar="JAM", help="Its join code or its id; jam list shows both.")]


@dataclass(frozen=True, slots=True)
class SignIn:
    """What proves to a server that a command may be given. The file: the token, then the server's address."""

    url: str
    token: str

    def lines(self) -> str:
        """The content of the token file."""
        return f"{self.token}\n{self.url}\n"


def sign_in(url: str | None, token_file: Path) -> SignIn:
    """The kept token and the address it is for. Raises ``ValueError`` with what to do."""
    how = "sign in with jam login --url URL"
    try:
        if token_file.is_file() and token_file.stat().st_mode & 0o077:
            raise ValueError(f"{token_file}: others can read this token; keep it with chmod 600 {token_file}")
        token, _, kept = token_file.read_text(encoding="utf-8").strip().partition("\n")
    except FileNotFoundError:
        raise ValueError(f"{token_file}: there is no token here; {how}, or name the file") from None
    except (OSError, UnicodeDecodeError) as failed:
        raise ValueError(
            f"{token_file}: {getattr(failed, 'strerror', None) or 'no token file'}; {how}"
        ) from None
    if not token.strip() or not token.isascii():
        raise ValueError(f"{token_file}: there is no token in it; {how}")
    if not (url or kept.strip()):
        raise ValueError(f"{token_file}: it does not say for which server; add --url")
    return SignIn(web_address(url or kept.strip()), token.strip())


def talk(command: str, url: str | None, token_file: Path, work: Callable[[House], Awaitable[None]]) -> None:
    """Do something with the server; ends the command with its exit code where that is not 0."""
    try:
        access = sign_in(url, token_file)
    except ValueError as wrong:
        stop(command, wrong, WRONG_USE)
    code = run(_talk(command, access, token_file, work))
    if code:
        raise typer.Exit(code)


async def _talk(
    command: str, access: SignIn, token_file: Path, work: Callable[[House], Awaitable[None]]
) -> int:
    try:
        async with House(access.url, access.token, patience=PATIENCE_SECONDS) as house:
            await work(house)
    except Refused as refused:
        complain(command, _refusal(refused, access, token_file))
        return exit_code(refused)
    except Unreachable as away:
        complain(command, f"{away}; is jam serve running, and is this its address?")
        return FAILED
    except (FileFailed, *EXPECTED) as failed:
        complain(command, failed)
        return FAILED
    return OK


def exit_code(refused: Refused) -> int:
    """The exit code of a refusal: the state of the jam, the words that were given, or anything else."""
    if refused.status in _STATUS_OF_THE_JAM:
        return NOT_NOW
    return WRONG_USE if refused.status in _WRONG_WORDS else FAILED


def _refusal(refused: Refused, access: SignIn, token_file: Path) -> str:
    if refused.code == "sign_in_needed":
        return f"{access.url} does not know the token in {token_file}; sign in again with jam login"
    return str(refused)


async def find_jam(house: House, name: str) -> dict[str, Any]:
    """The line of the jam list for a join code (in any spelling) or an id. Raises ``Refused``."""
    from jam.service.people import plain_code  # loads the server's half only where it is needed

    lines: list[dict[str, Any]] = (await house.get("/api/jams"))["jams"]
    plain = plain_code(name)
    for line in lines:
        if name == line["jam"]["id"] or plain == line["jam"]["code"]:
            return line
    close = nearest(plain, [line["jam"]["code"] for line in lines])
    hint = f"did you mean {close}?" if close else "jam list shows those there are"
    raise Refused(404, "not_found", f"there is no jam {name[:80]}; {hint}")
