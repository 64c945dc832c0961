"""``jam serve``: one server process with its theming child."""

import asyncio
import os
import sys
from typing import Annotated, Any

import structlog
import typer

from jam.cli.plain import FAILED, WRONG_USE
from jam.domain.rejections import JamError
from jam.settings import ServerSettings, SettingsError, load, unknown_variables


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on. Default 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one. Default 8000.")] = None,
    database: Annotated[
        str | None, typer.Option(help="sqlite:///FILE or postgresql://... Default sqlite:///jam.db.")
    ] = None,
    redis: Annotated[str | None, typer.Option(help="redis://... for several nodes.")] = None,
) -> None:
    """Run the server until Ctrl-C. Settings can also be given as JAM_... in the environment.

    Prints the address it listens on and, on its first start, a one-time administrator token.
    Exit codes: 0 ended as asked, 1 had to stop, 2 could not start as it was set up.
    """
    settings = _settings(host=host, port=port, database=database, redis=redis)
    set_up_logging(settings.log_level)
    from jam.compose import run_server  # loads the server only for those who serve

    started: list[str] = []

    def say(line: str) -> None:
        started.append(line)
        _say(line)

    try:
        asyncio.run(run_server(settings, say))
    except* JamError as problems:
        for problem in problems.exceptions:
            _complain(str(problem))
        raise typer.Exit(FAILED if started else WRONG_USE) from None


def _settings(**given: Any) -> ServerSettings:
    """The settings, or exit code 2 and a line for each that cannot be used."""
    for name, meant in unknown_variables(os.environ):
        _complain(f"warning: {name} is no setting" + (f"; did you mean {meant}?" if meant else ""))
    try:
        return load(**given)
    except SettingsError as wrong:
        for sentence in wrong.sentences:
            _complain(sentence)
        raise typer.Exit(WRONG_USE) from None


def _complain(what: str) -> None:
    print(f"jam: {what}", file=sys.stderr)


def _say(line: str) -> None:
    """A line for the person at the console, at once; a console that is gone is no reason to stop."""
    try:
        print(line, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


def set_up_logging(level: str) -> None:
    """Logs as JSON lines on stderr: event names, ids and numbers, never what people wrote.

    So a traceback has its lines of code and none of the variables, which other renderers would print.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
