"""`jam doctor` on set-ups that are really broken: each cause named with its mend, and nothing changed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import socket
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clustering.embedding import exported
from jam.cli import app
from jam.cli.checkup import machine, services
from jam.cli.checkup.finding import Level
from jam.store.opening import opened
from tests.operations.commands import jam
from tests.patience import PATIENCE
from tests.servers import Postgres, Valkey, free_port

pytestmark = pytest.mark.slow


def look(folder: Path, **variables: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code of `jam doctor --json` run in `folder`, and its findings by name."""
    plain = {name: None for name in os.environ if name.startswith("JAM_")}
    with contextlib.chdir(folder):
        done = CliRunner().invoke(app, ["doctor", "--json"], env={**plain, "JAM_PORT": "0", **variables})
    answer = json.loads(done.stdout)
    assert answer["ok"] == (done.exit_code == 0)
    return done.exit_code, {found["name"]: found for found in answer["checks"]}


def told(found: dict[str, Any], *words: str) -> None:
    """The finding is a problem that says these words, and has a mend."""
    assert found["level"] == "problem"
    assert found["mend"]
    for word in words:
        assert word in found["says"] + found["mend"]


def test_a_sound_set_up_has_no_problem_and_is_left_as_it_was(tmp_path: Path) -> None:
    code, found = look(tmp_path)
    assert code == 0
    assert {
        "python",
        "sqlite",
        "database",
        "redis",
        "clock",
        "port",
        "files",
        "disk",
        "model",
    } <= found.keys()
    assert list(tmp_path.iterdir()) == []


def test_broken_1_a_database_file_that_is_something_else(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear council,")
    code, found = look(tmp_path, JAM_DATABASE=f"sqlite:///{letter}")
    assert code == 1
    told(found["database"], "letter.txt", "no SQLite database", "another file")
    assert letter.read_text() == "Dear council,"


def test_broken_2_a_database_of_a_newer_version(tmp_path: Path) -> None:
    newer = sqlite3.connect(tmp_path / "jam.db")
    newer.execute("CREATE TABLE alembic_version (version_num TEXT)")
    newer.execute("INSERT INTO alembic_version VALUES ('9999')")
    newer.commit()
    newer.close()
    code, found = look(tmp_path)
    assert code == 1
    told(found["database"], "9999", "newer jam")


def test_broken_3_postgresql_that_is_not_running(tmp_path: Path) -> None:
    port = free_port()
    code, found = look(tmp_path, JAM_DATABASE=f"postgresql://jam:sekret@127.0.0.1:{port}/jam")
    assert code == 1
    told(found["database"], f"127.0.0.1:{port}", "cannot be reached", "check that it runs")
    assert "sekret" not in json.dumps(found)


def test_broken_4_redis_that_is_not_running(tmp_path: Path) -> None:
    port = free_port()
    code, found = look(tmp_path, JAM_REDIS=f"redis://:sekret@127.0.0.1:{port}/0")
    assert code == 1
    told(found["redis"], f"127.0.0.1:{port}", "cannot be reached", "start it")
    assert "sekret" not in json.dumps(found)


def test_broken_5_a_port_that_another_program_has(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, found = look(tmp_path, JAM_PORT=str(port))
    assert code == 1
    told(found["port"], str(port), "in use", "--port")


def test_broken_6_a_process_that_may_open_few_files(tmp_path: Path) -> None:
    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))

    done = jam("doctor", folder=tmp_path, prepare=few, JAM_PORT="0")
    assert done.returncode == 1
    line, mend = done.stdout.split("problem  files")[1].splitlines()[:2]
    assert "128" in line
    assert "ulimit -n" in mend


def test_broken_7_a_clock_that_was_put_back(tmp_path: Path) -> None:
    database = tmp_path / "jam.db"
    asyncio.run(_made(f"sqlite:///{database}"))
    os.utime(database, (time.time() + 3600,) * 2)
    code, found = look(tmp_path)
    assert code == 1
    told(found["clock"], "seconds after that", "time server")


async def _made(url: str) -> None:
    await (await opened(url)).close()


def test_broken_8_a_model_with_one_byte_changed(tmp_path: Path) -> None:
    real = exported.export_directory()
    folder = exported.export_directory(tmp_path)
    folder.mkdir(parents=True)
    for name in (exported.MANIFEST, exported.TOKENIZER):
        (folder / name).write_bytes((real / name).read_bytes())
    graph = bytearray((real / exported.GRAPH).read_bytes())
    graph[len(graph) // 2] ^= 1
    (folder / exported.GRAPH).write_bytes(graph)
    found = services.model(None, tmp_path)
    assert found.level is Level.PROBLEM
    assert "was changed" in found.says
    assert "clustering.embedding.export --force" in found.mend


def test_broken_9_settings_that_cannot_be_used_and_one_that_is_misspelt(tmp_path: Path) -> None:
    done = jam("doctor", folder=tmp_path, JAM_PORT="99999", JAM_DATABSE="sqlite:///x.db")
    assert done.returncode == 1
    assert "JAM_PORT: '99999' is no port" in done.stdout
    assert "write JAM_DATABASE" in done.stdout


def test_a_name_that_is_no_setting_is_a_warning_with_the_setting_that_is_like_it(tmp_path: Path) -> None:
    code, found = look(tmp_path, JAM_FOO="1")
    assert code == 0, "the server only warns of it"
    assert found["settings"]["level"] == "warning"
    assert found["settings"]["mend"] == "remove it"
    assert look(tmp_path, JAM_DATABSE="x")[1]["settings"]["mend"] == "write JAM_DATABASE"


def test_a_redis_that_is_away_is_not_said_to_refuse_the_password_for_its_name(
    tmp_path: Path, valkey_server: Valkey
) -> None:
    _, found = look(tmp_path, JAM_REDIS="redis://auth-cache.invalid:6379/0")
    told(found["redis"], "auth-cache.invalid:6379", "cannot be reached")
    _, found = look(tmp_path, JAM_REDIS=valkey_server.url.replace("//", "//nobody:sekret@"))
    told(found["redis"], "refuses the password")
    assert "sekret" not in json.dumps(found)


def test_broken_10_a_folder_that_is_not_there(tmp_path: Path) -> None:
    code, found = look(tmp_path, JAM_DATABASE=f"sqlite:///{tmp_path}/none/jam.db")
    assert code == 1
    told(found["database"], "no such folder", "make it first")


def test_postgresql_that_is_well_is_asked_for_its_clock_too(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "DRIFT_SECONDS", PATIENCE)
    code, found = look(tmp_path, JAM_DATABASE=postgres_url)
    assert code == 0, found
    assert "writable" in found["database"]["says"]
    assert found["clocks"]["level"] == "ok"


def test_a_standby_that_takes_no_writes_is_a_problem(
    tmp_path: Path, postgres_server: Postgres, postgres_url: str
) -> None:
    name = postgres_url.rpartition("/")[2]
    postgres_server.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    code, found = look(tmp_path, JAM_DATABASE=postgres_url)
    assert code == 1
    told(found["database"], "read-only", "takes writes")


@pytest.mark.parametrize(
    ("finding", "level", "word"),
    [
        (machine.python((3, 10, 4)), Level.PROBLEM, "3.11"),
        (machine.sqlite((3, 40, 1)), Level.WARNING, "write-ahead log"),
        (machine.sqlite((3, 51, 3)), Level.OK, "3.51.3"),
        (machine.sqlite((3, 30, 0)), Level.PROBLEM, "too old"),
        (machine.clock(None, 1_000_000.0), Level.PROBLEM, "1970"),
        (machine.files(100_000), Level.OK, "100000"),
        (machine.files(1024), Level.WARNING, "960 screens"),
        (machine.disk(Path("/"), 2**20), Level.PROBLEM, "1 MB"),
        (machine.disk(Path("/"), 2**29), Level.WARNING, "512 MB"),
    ],
)
def test_each_check_of_the_machine_has_its_limits(finding: Any, level: Level, word: str) -> None:
    assert finding.level is level
    assert word in finding.says + finding.mend
    assert bool(finding.mend) is (level is not Level.OK)
