"""Accounts: people whom the organisation knows beyond one jam, and their password's hash.

An account leads to its browsers (``web_session``) and to its places in jams (``identity``). Part of the
identity side of the store, beside ``jam.store.access``; nothing of it is in the log.
"""

from typing import Any

import msgspec
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from jam.domain.handles import handle_key
from jam.domain.names import Role
from jam.domain.records import Millis
from jam.store import tables as t

_ACCOUNT = t.AccountTable.__table__  # type: ignore[attr-defined]
_IDENTITY = t.IdentityTable.__table__  # type: ignore[attr-defined]


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One account. ``password`` is an argon2 hash, or ``None`` where none was set yet."""

    id: str
    org_id: str
    name: str
    role: Role
    password: str | None = None

    @property
    def administrator(self) -> bool:
        """Whether it may make jams and enter all of them; any other role grants nothing by itself."""
        return self.role is Role.ADMINISTRATOR


_COLUMNS = tuple(_ACCOUNT.c[name] for name in Account.__struct_fields__)


def _found(row: Any) -> Account | None:
    return None if row is None else msgspec.convert(dict(row), Account)


def account_of_id(connection: Connection, account_id: str) -> Account | None:
    """An account by its id."""
    query = select(*_COLUMNS).where(_ACCOUNT.c.id == account_id)
    return _found(connection.execute(query).mappings().one_or_none())


def account_of_name(connection: Connection, org_id: str, name: str) -> Account | None:
    """An account by its name, as two names are the same one in a jam."""
    query = select(*_COLUMNS).where(_ACCOUNT.c.org_id == org_id, _ACCOUNT.c.name_key == handle_key(name))
    return _found(connection.execute(query).mappings().one_or_none())


def accounts(connection: Connection, org_id: str) -> list[Account]:
    """All accounts of an organisation, oldest first."""
    query = (
        select(*_COLUMNS).where(_ACCOUNT.c.org_id == org_id).order_by(_ACCOUNT.c.created_at, _ACCOUNT.c.id)
    )
    return [msgspec.convert(dict(row), Account) for row in connection.execute(query).mappings()]


def has_administrator(connection: Connection) -> bool:
    """Whether anybody administers this server yet."""
    query = select(func.count()).select_from(_ACCOUNT).where(_ACCOUNT.c.role == Role.ADMINISTRATOR)
    return bool(connection.execute(query).scalar())


def add_account(connection: Connection, account: Account, now: Millis) -> None:
    """Put an account on record; its name must be free (``account_of_name``)."""
    row = {"name_key": handle_key(account.name), "created_at": now, **msgspec.structs.asdict(account)}
    connection.execute(insert(_ACCOUNT).values(**row))


def set_password(connection: Connection, account_id: str, password: str | None) -> None:
    """Keep the hash of a new password; with ``None`` nobody can sign in by password any more."""
    connection.execute(update(_ACCOUNT).where(_ACCOUNT.c.id == account_id).values(password=password))


def set_identity_account(connection: Connection, participant_id: str, account_id: str) -> None:
    """Say whose account a participant is."""
    statement = update(_IDENTITY).where(_IDENTITY.c.participant_id == participant_id)
    connection.execute(statement.values(account_id=account_id))


def jams_of(connection: Connection, account_id: str) -> list[str]:
    """Every jam that an account has a place in."""
    query = select(_IDENTITY.c.jam_id).where(_IDENTITY.c.account_id == account_id)
    return list(connection.execute(query).scalars())


def participants_of(connection: Connection, account_id: str) -> list[str]:
    """Every participant that an account is, in whatever jam."""
    query = select(_IDENTITY.c.participant_id).where(_IDENTITY.c.account_id == account_id)
    return list(connection.execute(query).scalars())
