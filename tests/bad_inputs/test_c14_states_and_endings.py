"""Rows C14 and C15: what a jam's state forbids ends with 3; no ending leaves a traceback or half a file."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from jam.cli.files import FileFailed, write_whole
from tests.cli.running import ROOT, Office, jam, office

pytestmark = pytest.mark.slow
PLAN = 'title = "A jam"\nzone = "UTC"\n[[forums]]\ntitle = "One"\nquestion = "What now?"\n'
RUNNING = f'{PLAN}[[phases]]\nphase = "ideate"\nlasts = "1 h"\n'


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture
def code(desk: Office, tmp_path: Path) -> str:
    """The join code of a jam whose ideas run."""
    (tmp_path / "jam.toml").write_text(RUNNING)
    made = desk.jam("create", tmp_path / "jam.toml", "--json")
    assert made.code == 0, made
    return str(json.loads(made.out)["code"])


def test_c14_closing_a_closed_jam_ends_with_3_and_says_since_when(desk: Office, code: str) -> None:
    assert desk.jam("close", code).code == 0
    again = desk.jam("close", code)
    assert (again.code, again.out) == (3, "")
    assert again.err.startswith(f"jam close: {code[:4]}-{code[4:]} is closed since 20")
    assert f"jam reopen {code}" in again.err
    assert desk.jam("extend", code, "5 min").code == 3


def test_c14_a_jam_that_runs_cannot_be_reopened_and_has_no_report(desk: Office, code: str) -> None:
    reopened, report = desk.jam("reopen", code), desk.jam("report", code)
    assert (reopened.code, report.code) == (3, 3)
    assert "is not closed: ideate until" in reopened.err
    assert "there is no report yet" in report.err


def test_c14_what_is_no_state_but_a_wrong_word_ends_with_2(desk: Office, code: str) -> None:
    for length in ("0 min", "3 days", "ten"):
        assert desk.jam("extend", code, length).code == 2
    unknown = desk.jam("close", "ZZZZ-9999")
    assert (unknown.code, unknown.out) == (1, "")
    assert "there is no jam ZZZZ-9999" in unknown.err


class Terminal(io.StringIO):
    """Somebody at a keyboard, and what they type."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def closed(desk: Office, code: str) -> str:
    """The join code of a jam that is closed."""
    assert desk.jam("close", code).code == 0
    return code


def is_there(desk: Office, code: str) -> bool:
    return code in [one["code"] for one in json.loads(desk.jam("list", "--json").out)]


def test_c14_an_open_jam_is_not_deleted_whatever_is_said(desk: Office, code: str) -> None:
    ended = desk.jam("delete", code, "--yes")
    assert (ended.code, ended.out) == (3, "")
    assert "is not closed: ideate until" in ended.err
    assert f"jam close {code} ends it" in ended.err
    assert is_there(desk, code)


def test_c14_deleting_without_a_terminal_asks_for_yes_and_tells_of_the_export(
    desk: Office, closed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("A jam\n"))
    ended = desk.jam("delete", closed)
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.splitlines()[-1].endswith("add --yes")
    assert f"jam export {closed}" in ended.err
    assert is_there(desk, closed)


@pytest.mark.parametrize(("typed", "ends_with"), [("A jam\n", 0), ("a jam\n", 3), ("\n", 3), ("", 130)])
def test_c14_deleting_asks_for_the_title(
    desk: Office, closed: str, monkeypatch: pytest.MonkeyPatch, typed: str, ends_with: int
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    ended = desk.jam("delete", closed)
    assert ended.code == ends_with, ended
    assert f"jam export {closed}" in ended.err
    assert is_there(desk, closed) == (ends_with != 0)


def test_c14_a_deleted_jam_is_said_in_numbers_and_is_not_there_again(desk: Office, closed: str) -> None:
    ended = desk.jam("delete", closed, "--yes", "--json")
    assert ended.code == 0, ended
    gone = json.loads(ended.out)
    assert (gone["code"], gone["title"], gone["ideas"]) == (closed, "A jam", 0)
    assert gone["events"] >= 1
    assert len(gone["head"]) == 64
    assert desk.jam("delete", closed, "--yes").code == 1


@pytest.fixture
def silent_server() -> Iterator[tuple[str, threading.Event]]:
    """A server that takes connections and never answers: its address, and whether somebody has come."""
    came = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def take() -> None:
            with listener.accept()[0] as peer:
                peer.recv(1)
                came.set()
                peer.recv(1 << 16)
                peer.recv(1 << 16)

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", came


@pytest.mark.parametrize(
    ("command", "number", "ends_with"),
    [
        (["list"], signal.SIGINT, 130),
        (["export", "X"], signal.SIGINT, 130),
        (["close", "X"], signal.SIGTERM, 143),
    ],
)
def test_c15_an_interrupted_command_ends_with_its_code_and_without_a_traceback(
    silent_server: tuple[str, threading.Event],
    tmp_path: Path,
    command: list[str],
    number: signal.Signals,
    ends_with: int,
) -> None:
    url, came = silent_server
    (tmp_path / "token").write_text("t\n")
    (tmp_path / "token").chmod(0o600)
    with subprocess.Popen(
        [sys.executable, "-m", "jam", *command, "--url", url, "--token-file", str(tmp_path / "token")],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        assert came.wait(60)
        running.send_signal(number)
        out, err = running.communicate(timeout=240)
    assert (running.returncode, out, err) == (ends_with, b"", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["token"]


def printing(stdout: int) -> subprocess.CompletedProcess[bytes]:
    """A command that only prints, into ``stdout``."""
    command = ["create", "--template", "city-consultation", "--print"]
    return subprocess.run(
        [sys.executable, "-m", "jam", *command], cwd=ROOT, stdout=stdout, stderr=subprocess.PIPE, timeout=240
    )


def test_c15_a_reader_that_went_away_ends_a_command_quietly() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ended = printing(writer)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_c15_output_to_a_full_disk_is_said_in_one_line() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    ended = printing(full)
    os.close(full)
    assert ended.returncode == 1
    assert ended.stderr == b"jam: No space left on device; make room for the output, and try again\n"


def test_c15_ctrl_c_while_the_commands_are_loaded_ends_with_130() -> None:
    loading = "import builtins, signal, sys; from jam import __main__ as start; find = builtins.__import__\n"
    loading += "def load(name, *rest):\n  if name == 'jam.cli': signal.raise_signal(signal.SIGINT)\n"
    loading += "  return find(name, *rest)\nbuiltins.__import__ = load\nstart.main()"
    ended = subprocess.run([sys.executable, "-c", loading], cwd=ROOT, capture_output=True, timeout=240)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")


TOO_LARGE = """
import resource, sys
from pathlib import Path
from jam.cli.files import FileFailed, write_whole
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_whole(Path(sys.argv[1]), b"new" * 1000)
except FileFailed as failed:
    print(failed)
"""


def test_c15_a_file_that_cannot_be_written_whole_is_not_written_at_all(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("the old one")
    done = subprocess.run([sys.executable, "-c", TOO_LARGE, path], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == f"{path}: File too large; choose another place\n", done.stderr
    assert path.read_text() == "the old one"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(FileFailed, match="No such file or directory"):
        write_whole(tmp_path / "nowhere" / "report.html", b"")


def test_c15_a_server_that_is_away_is_named_and_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jam.cli.server_access.PATIENCE_SECONDS", 0.3)
    (tmp_path / "token").write_text("t\n")
    (tmp_path / "token").chmod(0o600)
    ended = jam("list", "--url", "http://127.0.0.1:9", "--token-file", tmp_path / "token")
    assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert "http://127.0.0.1:9" in ended.err
    assert "is jam serve running" in ended.err
