"""Rows C1, C2 and C16: wrong words on the command line get the right ones, and output is plain everywhere."""

from __future__ import annotations

import errno
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from jam.cli import app, listing
from jam.http.serving import PortError, bind
from tests.cli.running import ROOT, jam

COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("arguments", "suggested"),
    [
        ("serve --prot 8000", "--port"),
        ("demo --prot 8000", "--port"),
        ("create --tempalte x", "--template"),
        ("list --jsn", "--json"),
        ("extend X --token-fiel y", "--token-file"),
        ("lsit", "list"),
        ("craete", "create"),
        ("create --template staff-sugestions", "staff-suggestions"),
        ("report X --format jsno", "json"),
    ],
)
def test_c1_a_misspelt_word_gets_the_right_one_suggested(arguments: str, suggested: str) -> None:
    ended = jam(*arguments.split())
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.count("\n") == 1
    assert suggested in ended.err


def test_c1_an_unknown_word_says_where_the_known_ones_are() -> None:
    ended = jam("list", "--xyzzy")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "jam list: No such option: --xyzzy; jam list --help shows what it takes\n"


@pytest.mark.parametrize(
    "arguments",
    ["list --{}", "create --template {}", "create /nowhere/{} --check", "serve --port {}"],
)
def test_c1_a_word_with_control_characters_does_not_steer_the_terminal(arguments: str) -> None:
    ended = jam(*(word.format("\x1b[31m\x07\r\nx") for word in arguments.split()))
    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f]", ended.err) is None


@pytest.mark.parametrize("value", ["0x50", "70000", "-1", "http", "8.5"])
@pytest.mark.parametrize("command", ["demo", "serve"])
def test_c2_a_port_that_is_none_is_named_with_its_value(command: str, value: str) -> None:
    ended = jam(command, "--port", value)
    assert (ended.code, ended.out) == (2, "")
    assert "port" in ended.err
    assert value in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("command", ["demo", "serve"])
def test_c2_a_port_in_use_is_named_and_ends_the_command_with_2(command: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        where = ["--database", f"sqlite:///{tmp_path}/jam.db"] if command == "serve" else []
        ended = subprocess.run(
            [sys.executable, "-m", "jam", command, "--port", str(port), *where],
            capture_output=True, text=True, timeout=240, cwd=ROOT,
        )  # fmt: skip
    assert ended.returncode == 2, ended.stderr
    assert f"Port {port} on 127.0.0.1 is in use" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_c2_a_port_without_the_right_to_it_says_from_where_on_ports_are_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    class Guarded(socket.socket):
        bind = refuse  # type: ignore[assignment]

    monkeypatch.setattr("jam.http.serving.socket.socket", Guarded)
    with pytest.raises(PortError, match=r"Port 80 .* from 1024 on"):
        bind("127.0.0.1:80")


def in_locale_c(*arguments: str) -> bytes:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    ended = subprocess.run(
        [sys.executable, "-m", "jam", *arguments],
        capture_output=True, timeout=240, cwd=ROOT, env={**plain, "LC_ALL": "C", "COLUMNS": "40"},
    )  # fmt: skip
    return ended.stdout + ended.stderr


@pytest.mark.slow
def test_c16_in_the_locale_c_with_40_columns_output_is_ascii_without_colour(tmp_path: Path) -> None:
    path = tmp_path / "jam.toml"
    path.write_text('title = "Zoë’s…"\nzone = "UTC"\nforums = [{title = "é", question = "ö"}]\n', "utf-8")
    said = in_locale_c("create", str(path), "--check")
    assert b"Zo\\xeb's..." in said
    for output in (said, in_locale_c("serve", "--help"), in_locale_c("lsit")):
        assert max(output) < 128
        assert b"\x1b" not in output


def test_c16_on_a_narrow_terminal_a_jam_of_the_list_takes_several_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    view = {"code": "7KQM2XVA", "title": "Winter evenings\x1b[2J", "zone": "Europe/London", "phase_index": 0}
    view["phases"] = [{"phase": "ideate", "ends_at": 1_803_891_600_000}]
    line = {"jam": view, "totals": {"people": 12, "ideas": 40}}
    listing.show([line])
    assert capsys.readouterr().out.count("\n") == 1
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    listing.show([line])
    shown = capsys.readouterr().out
    assert shown.splitlines() == [
        "7KQM-2XVA  Winter evenings [2J",
        "  ideate until 2027-03-01 09:00 Europe/London",
        "  12 people, 40 ideas",
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_c16_the_help_of_every_command_is_ascii_and_says_its_exit_codes(command: str) -> None:
    shown = jam(command, "--help")
    assert shown.code == 0
    assert shown.out.isascii()
    assert "\x1b" not in shown.out
    assert "Exit code" in shown.out
