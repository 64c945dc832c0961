"""A database file holds everybody's words: whoever else has an account on the machine must not read it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jam.store.opening import opened

pytestmark = pytest.mark.anyio


def modes_in(folder: Path) -> dict[str, str]:
    return {path.name: oct(path.stat().st_mode & 0o777) for path in folder.iterdir()}


async def test_new_database_and_what_stands_beside_it_are_for_their_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        database = await opened(f"sqlite:///{tmp_path}/jam.db")
        modes = modes_in(tmp_path)
        await database.close()
    finally:
        os.umask(before)
    assert {"jam.db", "jam.db-wal", "jam.db.lock"} <= modes.keys()
    assert set(modes.values()) == {"0o600"}
