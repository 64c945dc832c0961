"""Rows C2 and C8 to C13 of the bad inputs: a server that is set up wrongly says so in one sentence, with exit
code 2, within ten seconds and without the password, and leaves every file as it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import os
import re
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from jam.cli.checkup import machine
from jam.cli.checkup.finding import Level
from jam.cli.server_access import sign_in
from jam.settings import ServerSettings, SettingsError, load
from jam.store import engine, opening
from jam.store.engine import open_database
from jam.store.opening import opened
from jam.store.place import DatabaseError, check_place
from tests.operations.commands import jam
from tests.patience import PATIENCE
from tests.servers import Postgres, free_port

SECRET = "s3kr1t-canary"


async def refusal(url: str) -> str:
    """The sentence with which a server would refuse this database, said in ten seconds, without a secret."""
    with pytest.raises(DatabaseError) as refused:
        async with asyncio.timeout(PATIENCE):
            await (await opened(url)).close()
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert SECRET not in sentence
    return sentence


def settings_refused(**given: object) -> str:
    with pytest.raises(SettingsError) as refused:
        load(**given)
    assert len(refused.value.sentences) == 1
    return refused.value.sentences[0]


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_c2_a_port_that_is_none_is_named_with_its_range(port: str) -> None:
    assert port in settings_refused(port=port)
    assert "1 to 65535" in settings_refused(port=port)


@pytest.mark.slow
def test_c2_a_used_port_and_a_hexadecimal_one_are_named_and_end_with_2(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        used = jam("serve", "--port", port, folder=tmp_path)
    assert (used.returncode, used.stdout) == (2, "")
    assert f"Port {port} on 127.0.0.1 is in use" in used.stderr
    hexadecimal = jam("serve", folder=tmp_path, JAM_PORT="0x50")
    assert hexadecimal.returncode == 2
    assert hexadecimal.stderr == "jam: JAM_PORT: '0x50' is no whole number; choose one from 1 to 65535\n"


@pytest.mark.anyio
async def test_c8_five_wrong_database_urls_get_five_sentences_and_never_the_password(
    postgres_server: Postgres, postgres_url: str
) -> None:
    name = postgres_url.rpartition("/")[2]
    server = f"127.0.0.1:{postgres_server.port}"
    sentences = [
        await refusal(f"postgres://jam:{SECRET}@{server}/{name}"),
        await refusal(f"postgresql://nobody-known:{SECRET}@{server}/{name}"),
        await refusal(f"postgresql://jam:{SECRET}@127.0.0.1:{free_port()}/{name}"),
        await refusal(f"postgresql://postgres:{SECRET}@{server}/no-such-database"),
    ]
    postgres_server.run("CREATE TABLE recipes (id int)", database=name)
    sentences.append(await refusal(f"postgresql://postgres:{SECRET}@{server}/{name}"))
    postgres_server.run("DROP TABLE recipes", database=name)
    postgres_server.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    sentences.append(await refusal(f"postgresql://postgres:{SECRET}@{server}/{name}"))
    causes = ["not supported", "does not let|refused", "cannot be reached", "has no database", "another"]
    for sentence, cause in zip(sentences, [*causes, "read-only"], strict=True):
        assert re.search(cause, sentence), sentence
    assert len(set(sentences)) == len(sentences)


@pytest.mark.anyio
@pytest.mark.slow
async def test_c8_a_server_that_never_answers_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine.CONNECT_SECONDS < opening.ANSWER_SECONDS < 10
    monkeypatch.setattr(engine, "CONNECT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        sentence = await refusal(f"postgresql://jam:{SECRET}@127.0.0.1:{port}/jam")
    assert "cannot be reached (no answer)" in sentence


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("not a url", "cannot be read"),
        ("postgresql://jam@host:54x2/jam", "cannot be read"),
        ("mysql://jam@host/jam", "mysql is not supported"),
        ("postgresql://jam@host", "names no database"),
        ("postgresql://jam@host/jam?sslmode=require", "option sslmode"),
        ("sqlite://", "needs a file"),
    ],
)
async def test_c8_a_url_with_a_mistake_says_which(url: str, cause: str) -> None:
    assert cause in await refusal(url)


@pytest.mark.slow
def test_c8_a_password_on_the_command_line_is_refused_and_never_repeated(tmp_path: Path) -> None:
    done = jam("serve", "--database", f"postgresql://jam:{SECRET}@127.0.0.1:1/jam", folder=tmp_path)
    assert done.returncode == 2
    assert "JAM_DATABASE" in done.stderr
    assert SECRET not in done.stderr + done.stdout


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file but the lock, by the hash of its bytes."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def foreign_database(path: Path, revision: str | None) -> None:
    """A sound SQLite file that is not of this version of ours."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
        if revision:
            connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
            connection.execute("INSERT INTO alembic_version VALUES (?)", (revision,))
        connection.commit()


@pytest.mark.anyio
async def test_c9_a_file_that_is_no_database_newer_or_anothers_is_refused_and_untouched(
    tmp_path: Path,
) -> None:
    (tmp_path / "text.db").write_bytes(b"Dear council, " * 1000)
    (tmp_path / "folder.db").mkdir()
    foreign_database(tmp_path / "recipes.db", None)
    foreign_database(tmp_path / "newer.db", "9999")
    damaged = bytearray((tmp_path / "newer.db").read_bytes())
    damaged[100:4096] = os.urandom(3996)
    (tmp_path / "damaged.db").write_bytes(damaged)
    before = fingerprint(tmp_path)
    causes = {"text": "no SQLite database", "folder": "is a folder", "recipes": "another program"}
    causes |= {"newer": "9999", "damaged": "damaged"}
    for name, cause in causes.items():
        sentence = await refusal(f"sqlite:///{tmp_path}/{name}.db")
        assert cause in sentence
        assert ";" in sentence, "the next step is missing"
    assert fingerprint(tmp_path) == before


def test_c9_a_network_disk_is_refused_before_anything_is_opened(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        f"40 22 0:50 / {tmp_path}/far\\040away rw shared:9 - nfs4 server:/home rw\n"
    )
    far = tmp_path / "far away"
    far.mkdir()
    with pytest.raises(DatabaseError, match="nfs4, where file locks cannot be trusted"):
        check_place(far / "jam.db", mounts)
    assert check_place(tmp_path / "jam.db", mounts) == tmp_path.resolve() / "jam.db"
    assert list(far.iterdir()) == []


@pytest.mark.anyio
@pytest.mark.slow
async def test_c9_a_file_that_another_program_writes_to_for_long_is_said_to_be_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a file with a write-ahead log reading goes on: only a writer meets the other one."""
    assert engine.BUSY_SECONDS < opening.ANSWER_SECONDS < 10
    monkeypatch.setattr(engine, "BUSY_SECONDS", 1)
    await (await opened(f"sqlite:///{tmp_path}/jam.db")).close()
    with contextlib.closing(sqlite3.connect(tmp_path / "jam.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "locked by another program" in await refusal(f"sqlite:///{tmp_path}/jam.db")


@pytest.mark.anyio
@pytest.mark.slow
async def test_c9_a_file_that_another_program_has_locked_is_said(tmp_path: Path) -> None:
    await (await opened(f"sqlite:///{tmp_path}/jam.db")).close()
    with contextlib.closing(sqlite3.connect(tmp_path / "jam.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert "locked by another program" in await refusal(f"sqlite:///{tmp_path}/jam.db")


@contextlib.contextmanager
def small_files(most: int) -> Iterator[None]:
    """No file of this process may grow past `most` bytes, as on a full disk."""
    import resource
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, old)


@pytest.mark.anyio
async def test_c9_a_full_disk_at_the_start_is_said(tmp_path: Path) -> None:
    with small_files(16_384):
        assert "no space left" in await refusal(f"sqlite:///{tmp_path}/jam.db")
    await (await opened(f"sqlite:///{tmp_path}/jam.db")).close()


@pytest.mark.anyio
async def test_c10_a_second_server_is_refused_also_over_a_link_to_the_file(tmp_path: Path) -> None:
    first = await opened(f"sqlite:///{tmp_path}/jam.db")
    try:
        (tmp_path / "link.db").symlink_to(tmp_path / "jam.db")
        for name in ("jam.db", "link.db", "../" + tmp_path.name + "/jam.db"):
            assert "database_in_use" in await refusal(f"sqlite:///{tmp_path}/{name}")
    finally:
        await first.close()
    os.link(tmp_path / "jam.db", tmp_path / "second.db")
    for name in ("jam.db", "second.db"):
        assert "hard link" in await refusal(f"sqlite:///{tmp_path}/{name}")


def test_c10_an_sqlite_with_the_bug_in_its_log_gets_a_warning() -> None:
    assert machine.sqlite((3, 51, 2)).level is Level.WARNING
    assert machine.sqlite((3, 51, 3)).level is Level.OK


def test_c10_the_lock_is_free_again_after_a_server_that_could_not_open(tmp_path: Path) -> None:
    (tmp_path / "jam.db").write_bytes(b"x" * 100)
    with pytest.raises(DatabaseError):
        open_database(f"sqlite:///{tmp_path}/jam.db")
    (tmp_path / "jam.db").unlink()
    with (tmp_path / "jam.db.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_c11_redis_without_a_password_is_refused_in_production_alone() -> None:
    given = {"base_url": "https://jam.example.org", "production": True}
    assert "Redis must ask for a password" in settings_refused(redis="redis://cache:6379/0", **given)
    assert load(redis="unix:///run/redis.sock", **given).production
    assert not load(redis="redis://cache:6379/0").production
    assert "no Redis URL" in settings_refused(redis="http://cache:6379")


@pytest.mark.parametrize("url", ["redis://cache:abc", "redis://cache:99999/0"])
def test_c11_a_redis_address_that_cannot_be_read_is_refused_with_a_redis_address(url: str) -> None:
    assert settings_refused(redis=url).endswith("write redis://HOST:PORT/0, rediss://… or unix://…")


@pytest.mark.slow
def test_c11_a_server_starts_without_the_redis_that_it_cannot_reach_and_warns(tmp_path: Path) -> None:
    address = f"redis://127.0.0.1:{free_port()}/0"
    command = [sys.executable, "-m", "jam", "serve", "--port", "0", "--redis", address]
    with (tmp_path / "log").open("w+") as log:
        server = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert server.stdout
            url = server.stdout.readline().split()[-1]
            with urllib.request.urlopen(f"{url}/health", timeout=120) as answer:
                assert answer.status == 200
        finally:
            server.terminate()
            server.communicate(timeout=120)
        log.seek(0)
        assert "Redis cannot be reached" in log.read()


def test_c12_there_is_no_secret_key_to_get_wrong() -> None:
    """Sessions are rows and cookies are random: nothing is signed, so no key can be weak, shared or lost."""
    secret = [name for name in ServerSettings.model_fields if re.search("secret|key|salt|password", name)]
    assert secret == []


def test_c12_a_token_that_others_can_read_is_refused_with_the_way_to_keep_it(tmp_path: Path) -> None:
    token = tmp_path / "jam-token"
    token.write_text("t0ken\nhttp://127.0.0.1:8000\n")
    token.chmod(0o640)
    with pytest.raises(ValueError, match="others can read this token; keep it with chmod 600"):
        sign_in(None, token)
    token.chmod(0o600)
    assert sign_in(None, token).token == "t0ken"


def test_c13_production_needs_an_https_address_and_shows_one() -> None:
    for wrong in (None, "http://jam.example.org"):
        sentence = settings_refused(production=True, base_url=wrong)
        assert "https://jam.example.org" in sentence
    assert load(production=True, base_url="https://jam.example.org/").base_url == "https://jam.example.org"


@pytest.mark.parametrize(
    "address", ["*", "foo", "https://*", "https://x:99999/p", "https://jam.example.org/path", "https://a@b"]
)
def test_c13_an_address_that_is_none_is_refused_with_an_example(address: str) -> None:
    assert "https://jam.example.org" in settings_refused(base_url=address)


@pytest.mark.parametrize(
    ("name", "value"),
    [("host", ""), ("host", "http://x"), ("host", "1.2.3"), ("log_level", "foo"), ("organisation", "a\nb")],
)
def test_c13_other_values_that_cannot_be_used_are_refused_by_name(name: str, value: str) -> None:
    assert f"--{name}:" in settings_refused(**{name: value})
