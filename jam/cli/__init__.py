"""Floor 5: the command line. Each command is a module with one function of its name.

Exit codes: 0 done; 1 something failed or was lost, said on stderr; 2 wrong use; 3 the jam's state stands
against it; 130 and 143 when interrupted or ended; 141 when the reader of the output went away.
"""

from collections.abc import Callable

import typer

from jam.cli.admin_token import admin_token
from jam.cli.control import close, extend, reopen
from jam.cli.create import create
from jam.cli.delete import delete
from jam.cli.demo import demo
from jam.cli.doctor import doctor
from jam.cli.export import export
from jam.cli.import_ import import_
from jam.cli.listing import list_
from jam.cli.login import login
from jam.cli.plain import PlainGroup
from jam.cli.replay import replay
from jam.cli.report import report
from jam.cli.serve import serve
from jam.cli.themes import themes

app = typer.Typer(
    help="Time-boxed online brainstorming: live ideas, fair moderation, themes and an outcome report.",
    cls=PlainGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
COMMANDS: dict[str, Callable[..., None]] = {
    "serve": serve,
    "doctor": doctor,
    "admin-token": admin_token,
    "login": login,
    "create": create,
    "list": list_,
    "extend": extend,
    "close": close,
    "reopen": reopen,
    "delete": delete,
    "report": report,
    "export": export,
    "import": import_,
    "demo": demo,
    "replay": replay,
    "themes": themes,
}
for name, command in COMMANDS.items():
    app.command(name)(command)
