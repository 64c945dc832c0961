"""A running server and a signed-in command line: commands run in this process, the server in its own."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jam.cli import app

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, and all it said."""

    code: int
    out: str
    err: str


def jam(*arguments: object) -> Ended:
    """Run `jam …` in this process, with its output caught."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            app([str(one) for one in arguments], prog_name="jam")
        except SystemExit as ended:
            return Ended(int(ended.code or 0), out.getvalue(), err.getvalue())
    raise AssertionError("a command ends with an exit code")


@dataclass(frozen=True)
class Office:
    """A server, and the command line of its administrator."""

    url: str
    token_file: Path

    def jam(self, *arguments: object) -> Ended:
        """Run a command that works on this server."""
        return jam(*arguments, "--token-file", self.token_file)


@contextlib.contextmanager
def office(folder: Path) -> Iterator[Office]:
    """Start a server in `folder`, sign in with what it prints, and stop it by its pid at the end."""
    command = [sys.executable, "-m", "jam", "serve", "--port", "0"]
    with (folder / "server.log").open("wb") as log, subprocess.Popen(
        [*command, "--database", f"sqlite:///{folder / 'jam.db'}"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT,
    ) as server:  # fmt: skip
        try:
            assert server.stdout is not None
            url = server.stdout.readline().split()[-1]
            token = server.stdout.readline().split()[3]
            access = Office(url, folder / "token")
            signed_in = jam("login", "--url", url, "--token", token, "--token-file", access.token_file)
            assert signed_in.code == 0, (signed_in, (folder / "server.log").read_text())
            yield access
        finally:
            server.terminate()
            server.wait(120)
