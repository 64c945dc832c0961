"""People come into jams: by code, by role link, or as an administrator of the organisation.

A link is used up by POST only, in the very transaction that lets its holder in, so a refused entry leaves
link and session as they were. Who a person is outside the jam is ``jam.service.accounts``.
"""

import unicodedata
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from jam.domain.commands import JoinJam
from jam.domain.names import Audience, Phase, Role
from jam.domain.records import Jam
from jam.domain.rejections import Rejection, reject
from jam.domain.views import Viewer
from jam.service.accounts import ACCOUNT_DAYS, DAY, SESSION_DAYS, Accounts, Principal, Sockets
from jam.service.handle import Intake
from jam.service.writer import NotAlso, house
from jam.store import access
from jam.store import accounts as kept
from jam.store.accounts import Account

LINK_DAYS = 30
NAME_TRIES = 5
KEEPS_ACCOUNT = frozenset({Role.FACILITATOR, Role.MODERATOR, Role.RECORDS_OFFICER})
"""The roles that may set a password on their link's page, to come back from anywhere."""


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """A person is in: ``cookie`` is set where the browser must be given a new one."""

    viewer: Viewer
    cookie: str | None


class People:
    """Use cases of places in jams, on the same database and through the same door for commands."""

    def __init__(self, intake: Intake, org_id: str, sockets: Sockets | None = None) -> None:
        self._intake = intake
        self._database = intake.database
        self._clock = intake.clock
        self._ids = intake.ids
        self.org_id = org_id
        self.accounts = Accounts(intake.database, intake.clock, intake.ids, org_id, sockets)

    # ── Who is it? ───────────────────────────────────────────────────────────────────────────────

    async def viewer(self, principal: Principal | None, jam_id: str) -> Viewer | None:
        """Who the sender is in a jam. Reads only.

        An administrator of the organisation may look at any of its jams without being in it: the viewer
        then has no ``participant_id``, and no command takes it.
        """
        if principal is None:
            return None
        return await self._database.read(lambda connection: _viewer(connection, principal, jam_id))

    async def enter(self, principal: Principal | None, jam_id: str) -> Viewer | Rejection | None:
        """The same, and an administrator who was not in the jam is in it afterwards."""
        found = await self.viewer(principal, jam_id)
        if found is None or principal is None or found.participant_id:
            return found
        return await self._enter_as_administrator(principal, found)

    async def _enter_as_administrator(self, principal: Principal, passing: Viewer) -> Viewer | Rejection:
        """Under the account's name, or with a number behind it where somebody else has that name."""
        assert principal.account_id is not None
        account = await self.accounts.account(principal.account_id)
        assert account is not None
        outcome: Viewer | Rejection = reject("handle_taken")
        for number in range(1, NAME_TRIES + 1):
            handle = account.name if number == 1 else f"{account.name} {number}"
            outcome = await self._join(passing, handle, Role.ADMINISTRATOR, account_id=account.id)
            if not (isinstance(outcome, Rejection) and outcome.code == "handle_taken"):
                break
            entered = await self.viewer(principal, passing.jam_id)
            if entered is not None and entered.participant_id:
                return entered  # the same administrator's other request was first
        return outcome

    async def _join(
        self,
        place: Viewer,
        handle: str,
        role: Role,
        audience: Audience = Audience.STAFF,
        *,
        account_id: str | None = None,
        answers: dict[str, str] | None = None,
        also: Callable[[Connection, str], None] | None = None,
    ) -> Viewer | Rejection:
        """Put a participant, who they are, and what ``also`` writes on record in one transaction."""
        person = self._ids.new_id()

        def with_it(connection: Connection) -> None:
            access.add_identity(connection, person, place.org_id, place.jam_id, account_id)
            if also:
                also(connection, person)

        command = JoinJam(
            participant_id=person, handle=handle, role=role, audience=audience, answers=answers or {}
        )
        outcome = await self._intake.handle(house(place.jam_id, place.org_id), command, with_it)
        if isinstance(outcome, Rejection):
            return outcome
        return msgspec.structs.replace(place, participant_id=person, role=role)

    # ── By code ──────────────────────────────────────────────────────────────────────────────────

    async def find(self, code: str, principal: Principal | None, address: str) -> Jam | Rejection:
        """The jam of a code as its holder may know it: what is wrong and what is over look the same to a
        stranger, and guessing takes longer and longer (T5). A right code is never held up."""
        jam = await self._database.read(lambda connection: access.jam_of_code(connection, plain_code(code)))
        if jam is not None and (jam.phase is not Phase.CLOSED or await self.viewer(principal, jam.id)):
            return jam
        await self.accounts.guesses.wrong(address)
        return reject("code_unknown")

    async def join(
        self,
        code: str,
        handle: str,
        audience: Audience,
        principal: Principal | None,
        *,
        address: str = "",
        answers: dict[str, str] | None = None,
    ) -> Joined | Rejection:
        """Join by code. Who is in already, or comes in by another request meanwhile, stays who they are."""
        jam = await self.find(code, principal, address)
        if isinstance(jam, Rejection):
            return jam
        old = principal.session_hash if principal else None
        before = await self._database.read(lambda c: access.member_of(c, old or "", jam.id))
        known = await self._in_already(principal, jam.id)
        if known is not None:
            return known
        secret = self._ids.token()

        def member(connection: Connection, person: str) -> None:
            if not old:
                self._add_session(connection, secret)
            elif access.member_of(connection, old, jam.id) != before:
                raise NotAlso(reject("changed_meanwhile"))  # a second press of the button
            access.set_member(connection, old or access.digest(secret), jam.id, person)

        place = Viewer(org_id=jam.org_id, jam_id=jam.id, participant_id="", role=Role.PARTICIPANT)
        viewer = await self._join(place, handle, Role.PARTICIPANT, audience, answers=answers, also=member)
        if isinstance(viewer, Rejection):
            return await self._in_already(principal, jam.id) or viewer
        return Joined(viewer=viewer, cookie=None if old else secret)

    async def _in_already(self, principal: Principal | None, jam_id: str) -> Joined | None:
        known = await self.viewer(principal, jam_id) if principal and principal.session_hash else None
        return Joined(viewer=known, cookie=None) if known and known.participant_id else None

    def _add_session(self, connection: Connection, secret: str, account_id: str | None = None) -> None:
        now = self._clock.now()
        access.add_session(connection, secret, self.org_id, account_id, now, now + SESSION_DAYS * DAY)

    # ── By role link ─────────────────────────────────────────────────────────────────────────────

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

    async def use_link(
        self, secret: str, principal: Principal | None, name: str = "", password: str = ""
    ) -> Joined | Rejection:
        """Use a role link up and enter with its role, under a new cookie.

        ``name`` is who others see. With a ``password`` (staff roles) both also sign the person in later.
        """
        link = await self.look_at_link(secret)
        if isinstance(link, Rejection):
            return link
        role, account = Role(link["role"]), None
        if password and role in KEEPS_ACCOUNT and not (principal and principal.account_id):
            made = await self.accounts.new_account(name, role, password)
            if isinstance(made, Rejection):
                return made
            account = made
        entry = _Entry(self._clock.now(), secret, self._ids.token(), principal, account)
        joined = await self._enter_by_link(link, role, entry, name.strip())
        if not isinstance(joined, Rejection) and principal and principal.session_hash:
            self.accounts.end_session(principal.session_hash)
        return joined

    async def _enter_by_link(
        self, link: dict[str, Any], role: Role, entry: "_Entry", name: str
    ) -> Joined | Rejection:
        place = Viewer(org_id=link["org_id"], jam_id=link["jam_id"], participant_id="", role=role)
        known = await self.viewer(entry.principal, place.jam_id)
        if known is not None and known.participant_id and known.role is role:
            return await self._enter_again(known, entry)
        audience = Audience.CITIZEN if role is Role.PARTICIPANT else Audience.STAFF
        outcome: Viewer | Rejection = reject("handle_taken")
        for _ in range(1 if name else NAME_TRIES):
            handle = name or f"{role.replace('_', ' ').capitalize()} {self._ids.new_id()[-4:]}"
            outcome = await self._join(
                place, handle, role, audience, account_id=entry.account_id, also=self._let_in(place, entry)
            )
            if not (isinstance(outcome, Rejection) and outcome.code == "handle_taken"):
                break
        return outcome if isinstance(outcome, Rejection) else Joined(viewer=outcome, cookie=entry.cookie)

    async def _enter_again(self, known: Viewer, entry: "_Entry") -> Joined | Rejection:
        """Somebody who has the role already: the link is used up, they stay who they are."""
        let_in = self._let_in(known, entry)
        try:
            await self._database.write(lambda connection: let_in(connection, known.participant_id))
        except NotAlso as refused:
            return refused.rejection
        return Joined(viewer=known, cookie=entry.cookie)

    def _let_in(self, place: Viewer, entry: "_Entry") -> Callable[[Connection, str], None]:
        """Use the link up, rotate the session, and say who it is in the jam: all of it or nothing."""

        def work(connection: Connection, person: str) -> None:
            if access.use_token(connection, entry.secret, "role_link", entry.now) is None:
                raise NotAlso(reject("link_used"))
            old = entry.principal.session_hash if entry.principal else None
            if not (old and access.move_session(connection, old, entry.cookie)):
                self._add_session(connection, entry.cookie)
            session_hash = access.digest(entry.cookie)
            if entry.account:
                _put_account(connection, entry.account, entry.now)
                access.set_account(connection, session_hash, entry.account.id, entry.now + ACCOUNT_DAYS * DAY)
                kept.set_identity_account(connection, person, entry.account.id)
            access.set_member(connection, session_hash, place.jam_id, person)

        return work


class _Entry(msgspec.Struct, frozen=True):
    """One use of a role link: the session's ``cookie`` to be, and an ``account`` where a password was set."""

    now: int
    secret: str
    cookie: str
    principal: Principal | None
    account: Account | None

    @property
    def account_id(self) -> str | None:
        if self.account:
            return self.account.id
        return self.principal.account_id if self.principal else None


def _put_account(connection: Connection, account: Account, now: int) -> None:
    if kept.account_of_name(connection, account.org_id, account.name):
        raise NotAlso(reject("account_name_taken"))
    kept.add_account(connection, account, now)


def _viewer(connection: Connection, principal: Principal, jam_id: str) -> Viewer | None:
    found = None
    if principal.session_hash:
        found = access.viewer_of_session(connection, principal.session_hash, jam_id)
    if found is None and principal.account_id:
        found = access.viewer_of_account(connection, principal.account_id, jam_id)
    if found is None and principal.administrator and access.jam_of_org(connection, jam_id, principal.org_id):
        return Viewer(org_id=principal.org_id, jam_id=jam_id, participant_id="", role=Role.ADMINISTRATOR)
    return found


_MEANT = str.maketrans({"O": "Q", "0": "Q", "I": "L", "1": "L"})
"""What is read where a code has none of these characters: the one that looks like them."""


def plain_code(code: str) -> str:
    """A join code as it was meant: any case and width, with or without blanks and hyphens, and with the
    look-alikes of O and I that codes do have."""
    wide = unicodedata.normalize("NFKC", code[:80]).upper()
    return "".join(c for c in wide if c.isalnum()).translate(_MEANT)[:16]
