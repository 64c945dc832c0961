"""People come in: the first administrator, role links, joining, browser sessions.

Cookies and links are secrets of 256 bits, kept as hashes; a link is used up by POST only, in one
compare-and-set; a session gets a new cookie whenever its rights grow (threats T17, T24).
"""

from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from jam.domain.commands import JoinJam
from jam.domain.names import Audience, Role
from jam.domain.records import Jam
from jam.domain.rejections import Rejection, reject
from jam.domain.views import Viewer
from jam.service.handle import Intake
from jam.service.writer import house
from jam.store import access

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
BOOTSTRAP_MINUTES = 30
SESSION_DAYS = 30
LINK_DAYS = 30


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who sent a request: a browser session, an account (by API token or signed-in session), or both."""

    org_id: str
    session_hash: str | None = None
    account_id: str | None = None
    by_cookie: bool = False


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """A person is in: ``cookie`` is set where the browser must be given a new one."""

    viewer: Viewer
    cookie: str | None


class People:
    """Use cases of identity, on the same database and through the same door for commands."""

    def __init__(self, intake: Intake, org_id: str) -> None:
        self._intake = intake
        self._database = intake.database
        self._clock = intake.clock
        self._ids = intake.ids
        self.org_id = org_id

    async def bootstrap_token(self) -> str | None:
        """A one-time token for the first administrator, or ``None`` if there is one already.

        Each start without an administrator makes the tokens of earlier starts worthless.
        """
        secret, now = self._ids.token(), self._clock.now()

        def work(connection: Connection) -> str | None:
            if access.has_accounts(connection):
                return None
            access.drop_tokens(connection, "bootstrap")
            until = now + BOOTSTRAP_MINUTES * MINUTE
            access.add_token(
                connection, secret, now, org_id=self.org_id, purpose="bootstrap", expires_at=until
            )
            return secret

        return await self._database.write(work)

    async def exchange_bootstrap(self, secret: str) -> tuple[str, str] | Rejection:
        """Use the one-time token up: the first administrator's account id and a new API token."""
        now, account_id, api_token = self._clock.now(), self._ids.new_id(), self._ids.token()

        def work(connection: Connection) -> bool:
            if access.use_token(connection, secret, "bootstrap", now) is None:
                return False
            access.add_account(connection, account_id, self.org_id, "Administrator", now)
            access.add_token(
                connection,
                api_token,
                now,
                org_id=self.org_id,
                purpose="api",
                account_id=account_id,
                reusable=True,
            )
            return True

        done = await self._database.write(work)
        return (account_id, api_token) if done else reject("token_wrong")

    async def sign_in(self, account_id: str, old: Principal | None) -> str:
        """A browser session for an account; the cookie."""
        secret, now = self._ids.token(), self._clock.now()

        def work(connection: Connection) -> None:
            if old is not None and old.session_hash:
                access.drop_session(connection, old.session_hash)
            until = now + SESSION_DAYS * DAY
            access.add_session(connection, secret, self.org_id, account_id, now, until)

        await self._database.write(work)
        return secret

    async def by_cookie(self, secret: str) -> Principal | None:
        """Who a cookie belongs to."""
        now = self._clock.now()
        found = await self._database.read(lambda connection: access.find_session(connection, secret, now))
        if found is None:
            return None
        return Principal(
            org_id=found["org_id"],
            session_hash=found["hash"],
            account_id=found["account_id"],
            by_cookie=True,
        )

    async def by_api_token(self, secret: str) -> Principal | None:
        """Who an API token belongs to."""
        found = await self._database.read(lambda connection: access.find_token(connection, secret, "api"))
        return Principal(org_id=found["org_id"], account_id=found["account_id"]) if found else None

    async def viewer(self, principal: Principal | None, jam_id: str) -> Viewer | None:
        """Who the sender is in a jam; an administrator of the organisation enters any of its jams."""
        if principal is None:
            return None

        def work(connection: Connection) -> Viewer | None:
            found = None
            if principal.session_hash:
                found = access.viewer_of_session(connection, principal.session_hash, jam_id)
            if found is None and principal.account_id:
                found = access.viewer_of_account(connection, principal.account_id, jam_id)
            return found

        found = await self._database.read(work)
        if found is not None or principal.account_id is None:
            return found
        return await self._enter_as_administrator(principal, jam_id)

    async def _enter_as_administrator(self, principal: Principal, jam_id: str) -> Viewer | None:
        account_id = principal.account_id or ""

        def look(connection: Connection) -> tuple[Jam | None, str]:
            jam = access.jam_of_org(connection, jam_id, principal.org_id)
            return jam, access.account_name(connection, account_id)

        jam, name = await self._database.read(look)
        if jam is None:
            return None
        joined = await self._join(jam, name, Role.ADMINISTRATOR, Audience.STAFF, None, account_id)
        return None if isinstance(joined, Rejection) else joined

    async def _join(
        self,
        jam: Jam,
        handle: str,
        role: Role,
        audience: Audience,
        session_hash: str | None,
        account_id: str | None = None,
    ) -> Viewer | Rejection:
        """Put a participant, who they are, and their session's membership on record in one transaction."""
        person = self._ids.new_id()

        def also(connection: Connection) -> None:
            access.add_identity(connection, person, jam.org_id, jam.id, account_id)
            if session_hash:
                access.set_member(connection, session_hash, jam.id, person)

        command = JoinJam(participant_id=person, handle=handle, role=role, audience=audience)
        outcome = await self._intake.handle(house(jam.id, jam.org_id), command, also)
        if isinstance(outcome, Rejection):
            return outcome
        return Viewer(org_id=jam.org_id, jam_id=jam.id, participant_id=person, role=role)

    async def join(
        self, code: str, handle: str, audience: Audience, principal: Principal | None
    ) -> Joined | Rejection:
        """Join by code. Who is in already stays who they are."""
        jam = await self._database.read(lambda connection: access.jam_of_code(connection, plain_code(code)))
        if jam is None:
            return reject("code_unknown")
        known = await self.viewer(principal, jam.id) if principal and principal.session_hash else None
        if known is not None:
            return Joined(viewer=known, cookie=None)
        session_hash, cookie = await self._session(principal)
        viewer = await self._join(jam, handle, Role.PARTICIPANT, audience, session_hash)
        return viewer if isinstance(viewer, Rejection) else Joined(viewer=viewer, cookie=cookie)

    async def _session(self, principal: Principal | None) -> tuple[str, str | None]:
        """The sender's session, or a new one with its cookie."""
        if principal is not None and principal.session_hash:
            return principal.session_hash, None
        secret, now = self._ids.token(), self._clock.now()
        until = now + SESSION_DAYS * DAY
        await self._database.write(
            lambda connection: access.add_session(connection, secret, self.org_id, None, now, until)
        )
        return access.digest(secret), secret

    async def make_link(self, viewer: Viewer, role: Role, *, reusable: bool) -> tuple[str, int]:
        """A role link's secret for the viewer's jam, and when it expires (ms)."""
        secret, now = self._ids.token(), self._clock.now()
        expires_at = now + LINK_DAYS * DAY
        columns: dict[str, Any] = {"org_id": viewer.org_id, "jam_id": viewer.jam_id, "role": role}
        columns |= {"purpose": "role_link", "reusable": reusable, "expires_at": expires_at}
        await self._database.write(lambda connection: access.add_token(connection, secret, now, **columns))
        return secret, expires_at

    async def look_at_link(self, secret: str) -> dict[str, Any] | Rejection:
        """What a role link gives, without using it up: any number of looks changes nothing."""
        found = await self._database.read(
            lambda connection: access.find_token(connection, secret, "role_link")
        )
        if found is None:
            return reject("not_found")
        if found["used_at"] and not found["reusable"]:
            return reject("link_used")
        return reject("link_expired") if found["expires_at"] <= self._clock.now() else found

    async def use_link(self, secret: str, principal: Principal | None) -> Joined | Rejection:
        """Use a role link up and enter with its role, under a new cookie."""
        looked = await self.look_at_link(secret)
        if isinstance(looked, Rejection):
            return looked
        now, cookie = self._clock.now(), self._ids.token()

        def work(connection: Connection) -> dict[str, Any] | None:
            found = access.use_token(connection, secret, "role_link", now)
            if found is None:
                return None
            if principal is not None and principal.session_hash:
                access.move_session(connection, principal.session_hash, cookie)
            else:
                until = now + SESSION_DAYS * DAY
                access.add_session(connection, cookie, self.org_id, None, now, until)
            return found

        found = await self._database.write(work)
        if found is None:
            return reject("link_used")
        return await self._enter_by_link(found, cookie)

    async def _enter_by_link(self, link: dict[str, Any], cookie: str) -> Joined | Rejection:
        jam_id, role = link["jam_id"], Role(link["role"])
        session_hash = access.digest(cookie)

        def look(connection: Connection) -> tuple[Jam | None, Viewer | None]:
            jam = access.jam_of_org(connection, jam_id, link["org_id"])
            return jam, access.viewer_of_session(connection, session_hash, jam_id)

        jam, known = await self._database.read(look)
        if jam is None:
            return reject("not_found")
        if known is not None and known.role is role:
            return Joined(viewer=known, cookie=cookie)
        handle = f"{role.replace('_', ' ').capitalize()} {self._ids.new_id()[-4:]}"
        audience = Audience.CITIZEN if role is Role.PARTICIPANT else Audience.STAFF
        viewer = await self._join(jam, handle, role, audience, session_hash)
        return viewer if isinstance(viewer, Rejection) else Joined(viewer=viewer, cookie=cookie)


def plain_code(code: str) -> str:
    """A join code as it was meant: any case, with or without blanks and hyphens."""
    return "".join(c for c in code.upper() if c.isalnum())[:16]
