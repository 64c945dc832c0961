"""``jam serve``: one server process with its theming child."""

import asyncio
import os
import sys
from typing import Annotated

import structlog
import typer
from pydantic import SecretStr

from jam.domain.rejections import JamError
from jam.settings import ServerSettings


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on. Default 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one. Default 8000.")] = None,
    database: Annotated[
        str | None, typer.Option(help="sqlite:///FILE or postgresql://… Default sqlite:///jam.db.")
    ] = None,
    redis: Annotated[str | None, typer.Option(help="redis://… for several nodes.")] = None,
) -> None:
    """Run the server until Ctrl-C. Settings can also be given as JAM_… in the environment.

    Prints the address it listens on and, on its first start, a one-time administrator token.
    Exit codes: 0 ended as asked, 1 could not start or had to stop, 2 wrong use.
    """
    given = {"host": host, "port": port, "database": _secret(database), "redis": _secret(redis)}
    settings = ServerSettings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    set_up_logging(settings.log_level)
    from jam.compose import run_server  # loads the server only for those who serve

    try:
        asyncio.run(run_server(settings, _say))
    except* JamError as problems:
        for problem in problems.exceptions:
            print(f"jam: {problem}", file=sys.stderr)
        raise typer.Exit(1) from None


def _secret(value: str | None) -> SecretStr | None:
    return None if value is None else SecretStr(value)


def _say(line: str) -> None:
    """A line for the person at the console, at once; a console that is gone is no reason to stop."""
    try:
        print(line, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


def set_up_logging(level: str) -> None:
    """Logs as JSON lines on stderr: event names, ids and numbers, never what people wrote."""
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
