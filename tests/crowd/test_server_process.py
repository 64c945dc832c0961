"""A server process of one's own, played by a small script: found by what it prints, ended by its pid."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from jam.cli.crowd.server import ServerFailed, ServerProcess
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio
GOOD = """
import sys, time
print("arguments", *sys.argv[1:], flush=True)
print("jam: listening on http://127.0.0.1:4321", flush=True)
print("jam: administrator token s3cret-token (use within 30 minutes)", flush=True)
time.sleep(60)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("jam: listening on http://127.0.0.1:4321", flush=True)
time.sleep(60)
"""


def process(folder: Path, script: str) -> ServerProcess:
    (folder / "serve.py").write_text(script)
    return ServerProcess(folder, serve=(sys.executable, str(folder / "serve.py")))


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_address_and_token_are_taken_from_what_the_server_prints(tmp_path: Path) -> None:
    async with process(tmp_path, GOOD) as server:
        assert (server.url, server.port) == ("http://127.0.0.1:4321", 4321)
        assert await server.token() == "s3cret-token"
        pid = server.pid
        assert pid is not None
        assert runs(pid)
    assert not runs(pid)
    assert server.pid is None


async def test_token_is_never_written_into_the_log(tmp_path: Path) -> None:
    async with process(tmp_path, GOOD) as server:
        await server.token()
    assert "s3cret" not in (tmp_path / "server.log").read_text()


async def test_server_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    server = process(tmp_path, "import sys; sys.exit('the disk is missing')")
    with pytest.raises(ServerFailed, match="the disk is missing"):
        await server.start()
    assert server.pid is None


async def test_killed_server_starts_again_on_the_same_port_and_database(tmp_path: Path) -> None:
    async with process(tmp_path, GOOD) as server:
        await server.kill()
        assert server.pid is None
        await server.start()
        assert server.starts == 2
    log = (tmp_path / "server.log").read_text()
    assert f"--port 4321 --database {server.database}" in log


async def test_server_that_will_not_stop_is_made_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jam.cli.crowd.server.STOP_SECONDS", 0.2)
    async with process(tmp_path, STUBBORN) as server:
        pid = server.pid
    assert pid is not None
    async with asyncio.timeout(PATIENCE):
        while runs(pid):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_server_without_a_token_is_told_when_one_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jam.cli.crowd.server.TOKEN_SECONDS", 0.1)
    async with process(tmp_path, STUBBORN.replace("SIG_IGN", "SIG_DFL")) as server:
        with pytest.raises(ServerFailed, match="no administrator token"):
            await server.token()
