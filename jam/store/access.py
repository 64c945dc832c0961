"""Who may come in: organisations, secrets that were given out, browser sessions, memberships.

Secrets are kept as SHA-256 only. This is the identity side of the store: nothing of it is in the log.
Accounts are in ``jam.store.accounts``.
"""

import hashlib
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.engine import Connection

from jam.domain.names import Role
from jam.domain.records import Jam, Millis, Participant
from jam.domain.views import Viewer
from jam.store import tables as t
from jam.store.rows import TABLES, fetch

_ORG = t.OrganisationTable.__table__  # type: ignore[attr-defined]
_TOKEN = t.TokenTable.__table__  # type: ignore[attr-defined]
_SESSION = t.WebSessionTable.__table__  # type: ignore[attr-defined]
_MEMBER = t.MembershipTable.__table__  # type: ignore[attr-defined]
_IDENTITY = t.IdentityTable.__table__  # type: ignore[attr-defined]
_PARTICIPANT = TABLES[Participant]
_JAM = TABLES[Jam]


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def ensure_organisation(connection: Connection, name: str, new_id: str, now: Millis) -> str:
    """The id of the one organisation of this database, made on first use and renamed when asked."""
    found = connection.execute(select(_ORG.c.id)).scalar()
    if found is None:
        connection.execute(insert(_ORG).values(id=new_id, name=name, created_at=now))
        return new_id
    connection.execute(update(_ORG).where(_ORG.c.id == found).values(name=name))
    return str(found)


def organisation_of(connection: Connection) -> str | None:
    """The id of the one organisation of this database, if a server has run on it."""
    return connection.execute(select(_ORG.c.id)).scalar()


def organisation_name(connection: Connection, org_id: str) -> str:
    """The organisation's name as people read it."""
    return str(connection.execute(select(_ORG.c.name).where(_ORG.c.id == org_id)).scalar() or "")


def add_token(connection: Connection, secret: str, now: Millis, **columns: Any) -> None:
    """Remember a secret that is being given out; see ``TokenTable`` for the columns."""
    row = {"reusable": False, "expires_at": None, "used_at": None, **columns}
    connection.execute(insert(_TOKEN).values(hash=digest(secret), created_at=now, **row))


def drop_tokens(connection: Connection, purpose: str, account_id: str | None = None) -> None:
    """Make every secret of a purpose worthless: all of them, or those of one account."""
    whose = () if account_id is None else (_TOKEN.c.account_id == account_id,)
    connection.execute(delete(_TOKEN).where(_TOKEN.c.purpose == purpose, *whose))


def find_token(connection: Connection, secret: str, purpose: str) -> dict[str, Any] | None:
    """A secret that was given out for this purpose, whatever its state."""
    query = select(_TOKEN).where(_TOKEN.c.hash == digest(secret), _TOKEN.c.purpose == purpose)
    found = connection.execute(query).mappings().one_or_none()
    return dict(found) if found else None


def use_token(connection: Connection, secret: str, purpose: str, now: Millis) -> dict[str, Any] | None:
    """Use a secret up, by compare-and-set: of two at once, one gets ``None``. Reusable ones stay."""
    statement = (
        update(_TOKEN)
        .where(
            _TOKEN.c.hash == digest(secret),
            _TOKEN.c.purpose == purpose,
            or_(_TOKEN.c.used_at.is_(None), _TOKEN.c.reusable),
            or_(_TOKEN.c.expires_at.is_(None), _TOKEN.c.expires_at > now),
        )
        .values(used_at=now)
        .returning(_TOKEN)
    )
    found = connection.execute(statement).mappings().one_or_none()
    return dict(found) if found else None


def add_session(
    connection: Connection, secret: str, org_id: str, account_id: str | None, now: Millis, until: Millis
) -> None:
    """A signed-in browser."""
    row = {"org_id": org_id, "account_id": account_id, "created_at": now, "seen_at": now, "expires_at": until}
    connection.execute(insert(_SESSION).values(hash=digest(secret), **row))


def find_session(connection: Connection, secret: str, now: Millis) -> dict[str, Any] | None:
    """The session of a cookie, unless it has expired. How long it may lie idle is the caller's business."""
    query = select(_SESSION).where(_SESSION.c.hash == digest(secret), _SESSION.c.expires_at > now)
    found = connection.execute(query).mappings().one_or_none()
    return dict(found) if found else None


def touch_session(connection: Connection, session_hash: str, now: Millis) -> None:
    """Note that a session is in use."""
    connection.execute(update(_SESSION).where(_SESSION.c.hash == session_hash).values(seen_at=now))


def sessions_of_account(connection: Connection, account_id: str) -> list[str]:
    """Every browser that is signed in to an account, by the hashes of their cookies."""
    return list(
        connection.execute(select(_SESSION.c.hash).where(_SESSION.c.account_id == account_id)).scalars()
    )


def move_session(connection: Connection, old_hash: str, new_secret: str) -> bool:
    """Give a session a new cookie: whoever knew the old one knows nothing now (session fixation).

    ``False`` when the session is gone meanwhile.
    """
    new_hash = digest(new_secret)
    moved = connection.execute(update(_SESSION).where(_SESSION.c.hash == old_hash).values(hash=new_hash))
    connection.execute(
        update(_MEMBER).where(_MEMBER.c.session_hash == old_hash).values(session_hash=new_hash)
    )
    return moved.rowcount == 1


def set_account(connection: Connection, session_hash: str, account_id: str, until: Millis) -> None:
    """Say whose account a session is signed in to, and until when."""
    statement = update(_SESSION).where(_SESSION.c.hash == session_hash)
    connection.execute(statement.values(account_id=account_id, expires_at=until))


def drop_session(connection: Connection, session_hash: str) -> None:
    """Sign out."""
    connection.execute(delete(_SESSION).where(_SESSION.c.hash == session_hash))
    connection.execute(delete(_MEMBER).where(_MEMBER.c.session_hash == session_hash))


def set_member(connection: Connection, session_hash: str, jam_id: str, participant_id: str) -> None:
    """Say which participant a session is in a jam; a later role link replaces the earlier one."""
    where = and_(_MEMBER.c.session_hash == session_hash, _MEMBER.c.jam_id == jam_id)
    connection.execute(delete(_MEMBER).where(where))
    row = {"session_hash": session_hash, "jam_id": jam_id, "participant_id": participant_id}
    connection.execute(insert(_MEMBER).values(**row))


def add_identity(
    connection: Connection, participant_id: str, org_id: str, jam_id: str, account_id: str | None
) -> None:
    """Who a participant is outside the jam."""
    row = {"participant_id": participant_id, "org_id": org_id, "jam_id": jam_id, "account_id": account_id}
    connection.execute(insert(_IDENTITY).values(**row))


def member_of(connection: Connection, session_hash: str, jam_id: str) -> str | None:
    """Which participant a session was made in a jam, also one who was removed since."""
    query = select(_MEMBER.c.participant_id)
    whose = (_MEMBER.c.session_hash == session_hash, _MEMBER.c.jam_id == jam_id)
    return connection.execute(query.where(*whose)).scalar()


def viewer_of_session(connection: Connection, session_hash: str, jam_id: str) -> Viewer | None:
    """Who a session is in a jam, by the role on record now; ``None`` for a stranger or one removed."""
    query = (
        select(_PARTICIPANT.c.id, _PARTICIPANT.c.org_id, _PARTICIPANT.c.role)
        .join(_MEMBER, _MEMBER.c.participant_id == _PARTICIPANT.c.id)
        .where(_MEMBER.c.session_hash == session_hash, _MEMBER.c.jam_id == jam_id)
        .where(_PARTICIPANT.c.jam_id == jam_id, _PARTICIPANT.c.removed_at.is_(None))
    )
    return _viewer(connection.execute(query).one_or_none(), jam_id)


def viewer_of_account(connection: Connection, account_id: str, jam_id: str) -> Viewer | None:
    """Which participant an account is in a jam, once it has entered it: the role it came with last."""
    query = (
        select(_PARTICIPANT.c.id, _PARTICIPANT.c.org_id, _PARTICIPANT.c.role)
        .join(_IDENTITY, _IDENTITY.c.participant_id == _PARTICIPANT.c.id)
        .where(_IDENTITY.c.account_id == account_id, _PARTICIPANT.c.jam_id == jam_id)
        .where(_PARTICIPANT.c.removed_at.is_(None))
        .order_by(_PARTICIPANT.c.joined_at.desc(), _PARTICIPANT.c.id.desc())
    )
    return _viewer(connection.execute(query).first(), jam_id)


def _viewer(found: Any, jam_id: str) -> Viewer | None:
    if found is None:
        return None
    return Viewer(org_id=found[1], jam_id=jam_id, participant_id=found[0], role=Role(found[2]))


def jam_of_code(connection: Connection, code: str) -> Jam | None:
    """The jam that a join code names."""
    found = fetch(connection, Jam, _JAM.c.code == code)
    return found[0] if found else None


def jam_of_org(connection: Connection, jam_id: str, org_id: str) -> Jam | None:
    """A jam, if it is this organisation's."""
    found = fetch(connection, Jam, _JAM.c.id == jam_id, _JAM.c.org_id == org_id)
    return found[0] if found else None
