"""`jam login`, `jam replay` and `jam demo` as commands: exit codes, what is printed where, what is left."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jam.cli.crowd.server import ServerProcess

pytestmark = pytest.mark.anyio
FIGURES = {
    *("people", "sent", "acked", "published", "held", "refused", "per_client_missing"),
    *("per_client_duplicates", "resumes", "snapshots", "ack_ms", "delivery_ms", "themes"),
    *("one_of_a_kind", "bell_to_report_s"),
}
PLACES = ("quay", "park", "library", "school", "square")
THINGS = ("more light", "a late bus", "hot soup", "live music", "a warm room", "a bench", "a ramp", "a tap")


HURRIED = """import importlib, sys
from jam.__main__ import main
module, name, value = sys.argv[1:4]
setattr(importlib.import_module(module), name, float(value))
del sys.argv[1:4]
main()"""
"""The command with one of its constants made smaller: module, name, value, then what it is given."""


def jam(
    *arguments: object, seconds: float = 240.0, hurry: tuple[str, str, float] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; ``hurry`` names a time of the product and what it is to be, in seconds."""
    program = ["-m", "jam"] if hurry is None else ["-c", HURRIED, *map(str, hurry)]
    return subprocess.run(
        [sys.executable, *program, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=seconds,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def ideas(tmp_path: Path) -> Path:
    """Forty ideas in a file that nobody saw before."""
    path = tmp_path / "some_ideas.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        for n, (place, thing) in enumerate((p, t) for p in PLACES for t in THINGS):
            writer.writerow([f"row{n}", f"We need {thing} at the {place}, please."])
    return path


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    folder = tmp_path / "server"
    folder.mkdir()
    async with ServerProcess(folder) as process:
        yield process


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["replay", "nowhere.csv"], "nowhere.csv"),
        (["replay", "{ideas}", "--url", "http://127.0.0.1:9"], "go together"),
        (["replay", "{ideas}", "--people", "0"], "people"),
        (["demo", "--ideas", "nowhere.csv"], "nowhere.csv"),
        (["login", "--url", "nonsense", "--token", "t"], "http://"),
    ],
)
@pytest.mark.slow
def test_wrong_use_ends_with_2_and_says_what_is_wrong(ideas: Path, arguments: list[str], words: str) -> None:
    ended = jam(*(argument.format(ideas=ideas) for argument in arguments))
    assert ended.returncode == 2
    assert words in ended.stderr
    assert ended.stdout == ""


@pytest.mark.slow
def test_server_that_is_not_there_ends_a_login_with_1(tmp_path: Path) -> None:
    impatient = ("jam.cli.login", "PATIENCE_SECONDS", 0.5)
    ended = jam(
        *("login", "--url", "http://127.0.0.1:9", "--token", "t", "--token-file", tmp_path / "t"),
        hurry=impatient,
    )
    assert ended.returncode == 1
    assert not (tmp_path / "t").exists()


@pytest.mark.slow
async def test_login_writes_a_token_for_its_owner_alone_and_replay_uses_it(
    server: ServerProcess, ideas: Path, tmp_path: Path
) -> None:
    one_time, token = await server.token(), tmp_path / "token"
    token.write_text("an older token that everybody could read")
    signed_in = jam("login", "--url", server.url, "--token", one_time, "--token-file", token)
    assert signed_in.returncode == 0, signed_in.stderr
    assert token.stat().st_mode & 0o777 == 0o600
    assert token.read_text().strip() not in signed_in.stdout + signed_in.stderr
    again = jam("login", "--url", server.url, "--token", one_time, "--token-file", tmp_path / "other")
    assert again.returncode == 1
    replayed = jam(
        *("replay", ideas, "--people", 4, "--minutes", 0.02, "--json", "--report-dir", tmp_path / "out"),
        *("--url", server.url, "--token-file", token),
    )
    assert replayed.returncode == 0, replayed.stderr
    assert json.loads(replayed.stdout)["acked"] == 40


@pytest.mark.slow
def test_replay_prints_exactly_its_figures_and_leaves_report_exports_and_histories(
    ideas: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ended = jam(
        *("replay", ideas, "--people", 5, "--minutes", 0.05, "--hide", 1, "--json", "--report-dir", out)
    )
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(ended.stdout)
    assert set(figures) == FIGURES
    assert {name: figures[name] for name in ("people", "sent", "acked", "held", "published")} == {
        "people": 5,
        "sent": 40,
        "acked": 40,
        "held": 2,
        "published": 39,
    }
    assert figures["per_client_missing"] == figures["per_client_duplicates"] == figures["refused"] == 0
    assert figures["snapshots"] == 6
    assert "profile: 40 texts by 5 people" in ended.stderr
    with (out / "themes.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 39
    assert "Some ideas" in (out / "report.html").read_text()
    assert json.loads((out / "report.json").read_text())
    assert (out / "history.jsonl").stat().st_size > 10_000


@pytest.mark.slow
def test_demo_of_a_file_names_its_ideas_in_the_report(ideas: Path, tmp_path: Path) -> None:
    ended = jam("demo", "--once", "--ideas", ideas, "--people", 5, "--report-dir", tmp_path / "out")
    assert ended.returncode == 0, ended.stderr
    path = Path(ended.stdout.splitlines()[-1].removeprefix("report: "))
    assert path == (tmp_path / "out" / "report.html").resolve()
    assert "We need a late bus at the library, please." in path.read_text()
    assert "facilitator: http://127.0.0.1:" in ended.stdout


@pytest.mark.slow
def test_demo_plays_the_sample_to_its_close(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    fast = None if request.config.getoption("--full") else ("jam.cli.demo", "ONCE_SECONDS", 6.0)
    ended = jam("demo", "--once", "--report-dir", tmp_path / "out", hurry=fast)
    assert ended.returncode == 0, ended.stderr
    report = (tmp_path / "out" / "report.html").read_text()
    assert "Winter evenings in Pellwick" in report
    linked = set(re.findall(r'href="(\w+\.\w+)"', report))
    assert {"report.json", "themes.csv"} <= linked <= {path.name for path in (tmp_path / "out").iterdir()}
    assert (tmp_path / "out" / "themes.csv").read_text().startswith('"id","theme_id"')
    assert "01632" not in report
