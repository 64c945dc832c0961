"""Brings a database to the present schema (Alembic), and refuses one that is newer than this program."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.engine import Connection

from jam.store.engine import unhurried
from jam.store.place import DatabaseError


def config(connection: Connection) -> Config:
    """Alembic's configuration for one open connection."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.attributes["connection"] = connection
    return made


def check(connection: Connection) -> None:
    """Raise ``DatabaseError`` unless the database is empty or one of ours that is not newer than we are."""
    revision = MigrationContext.configure(connection).get_current_revision()
    check_known(set(inspect(connection).get_table_names()), revision)


def pending(connection: Connection) -> bool:
    """Whether the next start will make tables or change them."""
    current = MigrationContext.configure(connection).get_current_revision()
    return current != ScriptDirectory.from_config(config(connection)).get_current_head()


def check_known(tables: set[str], revision: str | None) -> None:
    """The same for a database with these ``tables`` and this ``revision``."""
    if revision is not None and revision not in known_revisions():
        raise DatabaseError(
            f"the database has schema {revision[:40]!r}, which this version does not know: it is newer, "
            "or another program's; use a newer jam, or name another database"
        )
    foreign = tables - {"alembic_version"}
    if revision is None and foreign:
        raise DatabaseError(
            f"the database holds tables of another program (such as {min(foreign)[:40]!r}); name an empty one"
        )


def known_revisions() -> set[str]:
    """Every schema that this version can bring up to date."""
    script = ScriptDirectory(str(Path(__file__).parent / "migrations"))
    return {step.revision for step in script.walk_revisions()}


def upgrade(connection: Connection) -> None:
    """Run the steps that are missing. Raises ``DatabaseError`` if the database is not ours to change."""
    unhurried(connection)
    check(connection)
    command.upgrade(config(connection), "head")
