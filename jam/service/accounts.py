"""Signing in and out: the first administrator, passwords, browser sessions and API tokens.

Cookies and tokens are secrets of 256 bits, kept as hashes. A session gets a new cookie whenever its rights
grow, ends when it was idle for too long or is too old, and can be ended everywhere at once (threats T17,
T24). Sits below ``jam.service.people``, which is about places in jams.
"""

from contextlib import suppress
from typing import Protocol

import msgspec
from sqlalchemy.engine import Connection

from jam.domain.handles import check_handle, handle_key
from jam.domain.names import Role
from jam.domain.records import Millis
from jam.domain.rejections import Rejection, reject
from jam.service.guesses import Guesses
from jam.service.passwords import Passwords
from jam.service.ports import Clock, RandomIds
from jam.store import access
from jam.store import accounts as kept
from jam.store.accounts import Account
from jam.store.engine import DATABASE_ERRORS, Database

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
BOOTSTRAP_MINUTES = 30
SESSION_DAYS, IDLE_DAYS = 30, 14
"""How long a browser stays in its jams, and how long it may lie idle."""
ACCOUNT_DAYS, ACCOUNT_IDLE_HOURS = 14, 24
"""The same for a browser that is signed in to an account."""
TOUCH_MINUTES = 30
"""How often at most a session's use is written down."""
ADMINISTRATOR = "Administrator"


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who sent a request: a browser session, an account (by API token or signed-in session), or both.

    ``administrator``: the account may make jams and enter all of the organisation's.
    """

    org_id: str
    session_hash: str | None = None
    account_id: str | None = None
    administrator: bool = False
    by_cookie: bool = False


class Sockets(Protocol):
    """What ends a person's live sockets at once (``jam.live.jams.LiveJams``)."""

    def end_session(self, session_hash: str, reason: str = "signed_out") -> int:
        """Close the sockets of one browser session."""
        ...

    def end_person(self, participant_id: str, reason: str = "removed", keep: str | None = None) -> int:
        """Close the sockets of one participant, but those of the browser session ``keep``."""
        ...


class Accounts:
    """Use cases of accounts and browser sessions; ``sockets`` end with the session that they came with."""

    def __init__(
        self, database: Database, clock: Clock, ids: RandomIds, org_id: str, sockets: Sockets | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._sockets = sockets
        self._passwords = Passwords()
        self.guesses = Guesses(clock)
        self.org_id = org_id

    # ── The first administrator, and the way back ────────────────────────────────────────────────

    async def bootstrap_token(self) -> str | None:
        """A one-time token for the first administrator, or ``None`` if there is one already.

        Each start without an administrator makes the tokens of earlier starts worthless.
        """
        secret, now = self._ids.token(), self._clock.now()

        def work(connection: Connection) -> str | None:
            if kept.has_administrator(connection):
                return None
            _give_token(connection, secret, self.org_id, now)
            return secret

        return await self._database.write(work)

    async def way_back(self, name: str = "") -> str | Rejection:
        """A one-time token that lets an administrator in again who lost everything.

        Whoever can run commands on the server's machine may have one. Without ``name`` it is for the oldest
        administrator; where there is none, for the first one.
        """
        secret, now = self._ids.token(), self._clock.now()

        def work(connection: Connection) -> str | Rejection:
            found = [one for one in kept.accounts(connection, self.org_id) if one.administrator]
            chosen = [one for one in found if not name or handle_key(one.name) == handle_key(name)]
            if found and not chosen:
                return reject("not_found")
            _give_token(connection, secret, self.org_id, now, chosen[0].id if chosen else None)
            return secret

        return await self._database.write(work)

    async def exchange_bootstrap(
        self, secret: str, name: str = "", password: str = ""
    ) -> tuple[str, str] | Rejection:
        """Use the one-time token up: an administrator's account id and a new API token.

        The first token makes the first administrator. One of ``way_back`` ends every session and API token
        that the account had, and replaces its password by the one given, or by none.
        """
        now, api_token = self._clock.now(), self._ids.token()
        if not await self._is_open(secret, now):
            return reject("token_wrong")
        fresh = await self.new_account(name or ADMINISTRATOR, Role.ADMINISTRATOR, password or None)
        if isinstance(fresh, Rejection):
            return fresh

        def work(connection: Connection) -> tuple[str, list[str]] | Rejection:
            used = access.use_token(connection, secret, "bootstrap", now)
            if used is None or (used["account_id"] is None and kept.has_administrator(connection)):
                return reject("token_wrong")
            account_id = used["account_id"] or fresh.id
            ended = _end_everything(connection, account_id)
            if used["account_id"]:
                kept.set_password(connection, account_id, fresh.password)
            else:
                kept.add_account(connection, fresh, now)
            columns = {"purpose": "api", "account_id": account_id, "reusable": True}
            access.add_token(connection, api_token, now, org_id=self.org_id, **columns)
            return account_id, ended

        done = await self._database.write(work)
        if isinstance(done, Rejection):
            return done
        self._end_sockets(done[1])
        return done[0], api_token

    async def _is_open(self, secret: str, now: Millis) -> bool:
        found = await self._database.read(lambda c: access.find_token(c, secret, "bootstrap"))
        return found is not None and found["used_at"] is None and found["expires_at"] > now

    # ── Accounts and passwords ───────────────────────────────────────────────────────────────────

    async def new_account(self, name: str, role: Role, password: str | None) -> Account | Rejection:
        """An account as it would be put on record: its name and password are in order."""
        checked = check_handle(name, staff=True)
        if isinstance(checked, Rejection):
            return reject("account_name_bad")
        hashed = None if password is None else await self._passwords.hash(password)
        if isinstance(hashed, Rejection):
            return hashed
        return Account(id=self._ids.new_id(), org_id=self.org_id, name=checked, role=role, password=hashed)

    async def account(self, account_id: str) -> Account | None:
        """An account by its id."""
        return await self._database.read(lambda connection: kept.account_of_id(connection, account_id))

    async def everybody(self) -> list[Account]:
        """All accounts of the organisation, oldest first."""
        return await self._database.read(lambda connection: kept.accounts(connection, self.org_id))

    async def by_password(self, name: str, password: str, address: str) -> str | Rejection:
        """The account that this name and password are of; a wrong guess is answered later, never refused
        for good: nobody can lock somebody else out."""
        found = await self._database.read(lambda c: kept.account_of_name(c, self.org_id, name))
        fits = await self._passwords.fits(password, found.password if found else None)
        if isinstance(fits, Rejection):
            return fits
        if found is None or not fits:
            await self.guesses.wrong(address, f"name {handle_key(name)[:40]}")
            return reject("sign_in_wrong")
        return found.id

    async def set_password(self, account_id: str, password: str, keep: str | None = None) -> Rejection | None:
        """Set a password: every other browser and API token of the account ends, all but session ``keep``."""
        hashed = await self._passwords.hash(password)
        if isinstance(hashed, Rejection):
            return hashed

        def work(connection: Connection) -> list[str] | None:
            if kept.account_of_id(connection, account_id) is None:
                return None
            kept.set_password(connection, account_id, hashed)
            return _end_everything(connection, account_id, keep)

        ended = await self._database.write(work)
        if ended is None:
            return reject("not_found")
        self._end_sockets(ended, keep)
        return None

    # ── Browser sessions ─────────────────────────────────────────────────────────────────────────

    async def sign_in(self, account_id: str, old: Principal | None) -> str:
        """A browser session for an account; the cookie. Whatever session the browser had before ends."""
        secret, now = self._ids.token(), self._clock.now()
        before = old.session_hash if old else None

        def work(connection: Connection) -> None:
            if before:
                access.drop_session(connection, before)
            until = now + ACCOUNT_DAYS * DAY
            access.add_session(connection, secret, self.org_id, account_id, now, until)

        await self._database.write(work)
        self._end_sockets([before] if before else [])
        return secret

    async def sign_out(self, principal: Principal, *, everywhere: bool = False) -> None:
        """End this browser's session, or every session and API token of its account (T17)."""

        def work(connection: Connection) -> list[str]:
            ended = [principal.session_hash] if principal.session_hash else []
            for session_hash in ended:
                access.drop_session(connection, session_hash)
            if everywhere and principal.account_id:
                ended += _end_everything(connection, principal.account_id)
            return ended

        self._end_sockets(await self._database.write(work))

    async def by_cookie(self, secret: str) -> Principal | None:
        """Who a cookie belongs to, unless its session lay idle for too long."""
        now = self._clock.now()
        found = await self._database.read(lambda connection: access.find_session(connection, secret, now))
        if found is None:
            return None
        idle = now - found["seen_at"]
        if idle > (ACCOUNT_IDLE_HOURS * HOUR if found["account_id"] else IDLE_DAYS * DAY):
            return None
        if idle > TOUCH_MINUTES * MINUTE:
            await self._touch(found["hash"], now)
        whose = {"session_hash": found["hash"], "by_cookie": True}
        return await self._principal(found["org_id"], found["account_id"], whose)

    async def _touch(self, session_hash: str, now: Millis) -> None:
        with suppress(*DATABASE_ERRORS):  # a database that cannot be written to can still be read
            await self._database.write(lambda c: access.touch_session(c, session_hash, now))

    async def by_api_token(self, secret: str) -> Principal | None:
        """Who an API token belongs to."""
        found = await self._database.read(lambda connection: access.find_token(connection, secret, "api"))
        return await self._principal(found["org_id"], found["account_id"], {}) if found else None

    async def _principal(self, org_id: str, account_id: str | None, whose: dict[str, object]) -> Principal:
        account = await self.account(account_id) if account_id else None
        administrator = account is not None and account.administrator
        facts = {"org_id": org_id, "account_id": account_id, "administrator": administrator, **whose}
        return msgspec.convert(facts, Principal)

    def end_session(self, session_hash: str) -> None:
        """A session is gone or has a new cookie: its sockets end."""
        self._end_sockets([session_hash])

    def _end_sockets(self, ended: list[str], keep: str | None = None) -> None:
        for one in ended if self._sockets else ():
            assert self._sockets is not None
            self._sockets.end_session(one)
            self._sockets.end_person(one, "signed_out", keep)


def _give_token(
    connection: Connection, secret: str, org_id: str, now: Millis, account_id: str | None = None
) -> None:
    access.drop_tokens(connection, "bootstrap")
    until = now + BOOTSTRAP_MINUTES * MINUTE
    columns = {"purpose": "bootstrap", "account_id": account_id, "expires_at": until}
    access.add_token(connection, secret, now, org_id=org_id, **columns)


def _end_everything(connection: Connection, account_id: str, keep: str | None = None) -> list[str]:
    """Drop the account's API tokens and its sessions but ``keep``: the hashes, and the participants that it
    is, whose sockets may have come by API token."""
    access.drop_tokens(connection, "api", account_id)
    ended = [one for one in access.sessions_of_account(connection, account_id) if one != keep]
    for session_hash in ended:
        access.drop_session(connection, session_hash)
    return ended + kept.participants_of(connection, account_id)
