"""``jam doctor``: looks at everything that a server needs; for each, what is wrong and how to mend it.

It starts nothing and changes nothing, and takes the settings of ``jam serve``: run it where, and as whom, the
server will run.
"""

import os
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from jam.cli.checkup import machine
from jam.cli.checkup.finding import Finding, Level, problem, warning
from jam.cli.plain import FAILED, OK, say, say_json
from jam.settings import ServerSettings, SettingsError, load, unknown_variables


def doctor(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    database: Annotated[str | None, typer.Option(help="sqlite:///FILE or postgresql://...")] = None,
    redis: Annotated[str | None, typer.Option(help="redis://... for several nodes.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check this machine and the settings: each line is ok, a warning or a problem, with its mend.

    Exit codes: 0 no problem (warnings may stand), 1 at least one problem, 2 wrong use.
    """
    findings = check({"host": host, "port": port, "database": database, "redis": redis})
    well = all(finding.level is not Level.PROBLEM for finding in findings)
    if as_json:
        say_json({"ok": well, "checks": msgspec.to_builtins(findings)})
    else:
        for finding in findings:
            say(f"{finding.level:8} {finding.name:9} {finding.says}")
            if finding.mend:
                say(f"{'':18} -> {finding.mend}")
    raise typer.Exit(OK if well else FAILED)


def check(given: dict[str, str | int | None]) -> list[Finding]:
    """Every finding, in the order in which things should be mended."""
    findings = [machine.python(), machine.sqlite()]
    findings += [
        warning("settings", f"{name} is no setting", f"write {meant}" if meant else "remove it")
        for name, meant in unknown_variables(os.environ)
    ]
    try:
        settings = load(**given)
    except SettingsError as wrong:
        findings += [_of_settings(sentence) for sentence in wrong.sentences]
    else:
        findings += _of_server(settings)
    return [*findings, machine.files(), _model()]


def _of_settings(sentence: str) -> Finding:
    says, _, mend = sentence.rpartition("; ")
    return problem("settings", says or sentence, mend if says else "correct it")


def _of_server(settings: ServerSettings) -> list[Finding]:
    # Loaded only now: without a usable setting none of this is needed.
    from jam.cli.checkup import services

    url = settings.database.get_secret_value()
    file = _file(url)
    folder = file.absolute().parent if file else Path.cwd()
    findings = [machine.clock(file), *services.gather(url)]  # to open a file may touch it
    findings.append(services.redis(settings.redis.get_secret_value() if settings.redis else None))
    findings.append(machine.port(settings.host, settings.port))
    if folder.is_dir():
        findings.append(machine.disk(folder))
    return findings


def _file(url: str) -> Path | None:
    """The database's file; a URL that cannot be read has none, and a finding of its own."""
    from jam.store.engine import parse_url
    from jam.store.place import DatabaseError, sqlite_file

    try:
        return sqlite_file(parse_url(url))
    except DatabaseError:
        return None


def _model() -> Finding:
    from jam.cli.checkup import services

    return services.model(os.environ.get("JAM_EMBEDDING_MODEL"))
