"""How every command speaks: one line for each complaint, plain text, output that is whole or an exit code.

The group that runs the commands turns wrong use into one line with the nearest right word, and keeps
output readable where a terminal knows ASCII alone. Everything a command prints goes through ``say``.
"""

import codecs
import contextlib
import errno
import json
import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, NoReturn, TextIO

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

OK, FAILED, WRONG_USE, NOT_NOW = 0, 1, 2, 3
"""Exit codes: done; failed or refused; wrong use; the jam's own state stands against it."""
INTERRUPTED, CLOSED_PIPE = 130, 141
ASCII_FOR = {"…": "...", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "×": "x", "→": "->"}
_PLAIN = "jam_plain"


class PlainGroup(TyperGroup):
    """The group of commands: wrong use is one line on stderr and exit code 2."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Run one command and exit with its code, whatever ``standalone_mode`` says."""
        given = list(sys.argv[1:] if args is None else args)
        try:
            code = super().main(given, prog_name, complete_var, False, windows_expand_args, **extra)
        except TyperException as wrong:
            _explain(wrong, given, prog_name or "jam")
            sys.exit(wrong.exit_code)
        except typer.Abort:
            sys.exit(INTERRUPTED)
        except OSError as failed:
            sys.exit(_output_failed(failed))
        sys.exit(code if isinstance(code, int) else OK)


def plain_streams() -> None:
    """Let no character stop a command: what a stream cannot show is spelt out, in the C locale all of it."""
    codecs.register_error(_PLAIN, _spelt_out)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="ascii" if _ascii_only() else None, errors=_PLAIN)


def say(line: str) -> None:
    """One line on stdout, at once. A closed pipe or a full disk ends the command with its exit code."""
    _write(sys.stdout, line)


def say_json(value: Any) -> None:
    """One value as a line of JSON, in ASCII."""
    say(json.dumps(value))


def complain(command: str, what: object) -> None:
    """One line on stderr: who says it, what is wrong, what to do."""
    _write(sys.stderr, one_line(f"jam {command}: {what}"))


def stop(command: str, what: object, code: int) -> NoReturn:
    """Complain and end with an exit code."""
    complain(command, what)
    raise typer.Exit(code)


def one_line(text: str) -> str:
    """Text that cannot steer a terminal: no line ends, no control characters."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that was probably meant."""
    found = get_close_matches(word.lower(), known, n=1, cutoff=0.5)
    return found[0] if found else None


def _write(stream: TextIO, line: str) -> None:
    try:
        print(line, file=stream, flush=True)
    except OSError as failed:
        raise typer.Exit(_output_failed(failed)) from None


def _output_failed(failed: OSError) -> int:
    """Say it where that is possible; the exit code. A reader that went away is no news."""
    # The interpreter flushes once more at its end: what could not be written must not be tried again.
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    if failed.errno == errno.EPIPE:
        return CLOSED_PIPE
    with contextlib.suppress(OSError):
        print(f"jam: {failed.strerror or failed}; make room for the output, and try again", file=sys.stderr)
    return FAILED


def _explain(wrong: TyperException, given: list[str], program: str) -> None:
    context = getattr(wrong, "ctx", None)
    command = context.command_path if context else program
    if wrong.message and context and wrong.message == context.get_help():
        _write(sys.stderr, wrong.message)
        return
    said = one_line(_said(wrong, given)).rstrip(".")
    closing = "" if said.endswith("?") else f"; {command} --help shows what it takes"
    _write(sys.stderr, one_line(f"{command}: {said}{closing}"))


def _said(wrong: TyperException, given: list[str]) -> str:
    """What is wrong, with the nearest option, or with the value that was given."""
    option = getattr(wrong, "option_name", None)
    known = getattr(wrong, "possibilities", None)
    if option and known:
        return f"there is no option {option}. Did you mean {nearest(option, known) or known[0]}?"
    value = _value(getattr(wrong, "param", None), given)
    said = wrong.format_message()
    return said if value is None or repr(value) in said else f"{said} (given: {value})"


def _value(parameter: Any, given: list[str]) -> str | None:
    """What was given for an option, by the words of the command line."""
    for word, following in zip(given, [*given[1:], None], strict=True):
        for name in getattr(parameter, "opts", ()):
            if name.startswith("-") and word == name:
                return following
            if name.startswith("--") and word.startswith(f"{name}="):
                return word.partition("=")[2]
    return None


def _ascii_only() -> bool:
    """Whether the person's locale was set to C: they, or their terminal, want ASCII."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    return next((name for name in names if name), "") in ("C", "POSIX")


def _spelt_out(problem: UnicodeError) -> tuple[str, int]:
    assert isinstance(problem, UnicodeEncodeError)
    unknown = problem.object[problem.start : problem.end]
    return "".join(ASCII_FOR.get(c) or _escape(c) for c in unknown), problem.end


def _escape(character: str) -> str:
    return character.encode("ascii", "backslashreplace").decode()
