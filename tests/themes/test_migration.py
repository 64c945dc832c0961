"""A database from before live themes: its maps are final ones, and everything in it is where it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel

from jam.store import schema
from jam.store.engine import open_database
from jam.store.theme_maps import newest_map
from jam.store.theme_reading import Maps
from tests.domain.theme_maps import a_body

pytestmark = pytest.mark.anyio
BEFORE = "0002_sign_in_and_outcomes"
OLD_THEME = {"id": "t1", "name": "Benches", "phrases": ["benches"], "headline_id": "a", "distinct": 1}
OLD = a_body({**OLD_THEME, "representatives": ["a"], "members": ["a"], "size": 1})


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/jam.db"


def _old_map(connection: Any) -> None:
    row = {
        **{"id": "m1", "org_id": "o", "jam_id": "j", "version": 1, "at_seq": 9, "made_at": 1, "themes": 1},
        **{"one_of_a_kind": 0, "digest": "d", "body": json.dumps(OLD)},
    }
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO theme_map ({names}) VALUES ({values})"), row)


async def test_the_maps_of_an_older_version_are_read_as_final_ones(url: str) -> None:
    database = open_database(url)
    try:
        await database.write(lambda c: command.upgrade(schema.config(c), BEFORE))
        await database.write(_old_map)
        await database.write(schema.upgrade)
        found = await database.read(lambda c: newest_map(c, "j"))
        assert found is not None
        assert (found.final, found.fell_back, found.corrections_seq) == (True, False, 0)
        stored = await database.read(lambda c: Maps().get(c, "m1"))
        assert stored is not None
        assert (stored.ideas, stored.signals, stored.final) == (frozenset({"a"}), {}, True)
        await database.write(lambda c: command.downgrade(schema.config(c), BEFORE))
        kept = await database.read(lambda c: c.execute(text("SELECT id, body FROM theme_map")).all())
        assert [(row[0], json.loads(row[1])) for row in kept] == [("m1", OLD)]
    finally:
        await database.close()


async def test_the_steps_lead_to_the_tables_that_the_program_knows(url: str) -> None:
    database = open_database(url)

    def differences(connection: Any) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, SQLModel.metadata))

    try:
        await database.write(schema.upgrade)
        assert await database.read(differences) == []
    finally:
        await database.close()
