"""The pages of signing in and out: role links, the first administrator, passwords, sign-out, an account.

GET shows a form and changes nothing; POST takes it with the token of its page (``jam.http.forms``). Every
form works without JavaScript. The rooms that these lead to are in ``jam.http.pages`` and ``plain``.
"""

from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from jam.domain.names import STAFF_ROLES, Role
from jam.domain.rejections import Rejection, reject
from jam.domain.views import Viewer
from jam.http.answers import Refused, accepted, refuse
from jam.http.context import client_address, context, principal
from jam.http.cookies import clear_cookie, set_cookie, with_cookie
from jam.http.forms import read_form
from jam.http.pages import errors_of, page
from jam.http.seats import title_of
from jam.service.accounts import Principal
from jam.service.jam_list import list_jams
from jam.service.people import KEEPS_ACCOUNT
from jam.service.snapshot import current_report
from jam.store import access
from jam.store.accounts import Account


async def _fields(request: Request, *names: str) -> list[str]:
    form = await read_form(request)
    given = [str(form.get(name, "")) for name in names]
    return [value if name == "password" else value.strip() for name, value in zip(names, given, strict=True)]


# ── Role links ───────────────────────────────────────────────────────────────────────────────────────


async def role_link(request: Request) -> Response:
    """GET /l/{token} shows one button; POST uses the link up and leads to the role's room."""
    if request.method != "POST":
        return await _link_page(request)
    name, password = await _fields(request, "name", "password")
    services = context(request)
    sender = await principal(request)
    joined = await services.people.use_link(request.path_params["token"], sender, name, password)
    if isinstance(joined, Rejection):
        return await _link_page(request, joined, name)
    target = await _room_of(request, joined.viewer)
    return with_cookie(RedirectResponse(target, 303), services, joined)


async def _link_page(request: Request, refused: Rejection | None = None, name: str = "") -> Response:
    services = context(request)
    errors = errors_of(refused) if refused else []
    found = accepted(await services.people.look_at_link(request.path_params["token"]))
    title = await services.database.read(lambda c: _title(c, found["jam_id"], found["org_id"]))
    keeps, role = found["role"] in KEEPS_ACCOUNT, found["role"]
    status = refused.status if refused else 200
    shown = page(request, "link.html", status, title=title, role=role, keeps=keeps, name=name, errors=errors)
    shown.headers["referrer-policy"] = "no-referrer"
    return shown


async def _room_of(request: Request, who: Viewer) -> str:
    """Where a role is at work: staff at the controls, readers at the report once there is one."""
    jam = f"/jams/{who.jam_id}"
    if who.role in STAFF_ROLES:
        return f"{jam}/facilitate"
    if who.role is Role.PARTICIPANT:
        return jam
    report = await context(request).database.read(lambda c: current_report(c, who.jam_id))
    return f"{jam}/report" if report else jam


def _title(connection: Connection, jam_id: str, org_id: str) -> str:
    found = access.jam_of_org(connection, jam_id, org_id)
    return title_of(connection, found) if found else "–"


# ── Administrators enter a jam that they are not in ──────────────────────────────────────────────────


async def enter_page(request: Request, problem: Exception) -> Response:
    """In place of a page of a jam that the administrator is not in: one button to enter it."""
    assert isinstance(problem, Refused)
    jam, org = request.path_params["jam"], context(request).people.org_id
    title = await context(request).database.read(lambda c: _title(c, jam, org))
    return page(request, "enter.html", problem.rejection.status, title=title, action=f"/jams/{jam}/enter")


async def enter(request: Request) -> Response:
    """POST /jams/{jam}/enter: an administrator of the organisation comes in."""
    await read_form(request)
    services, jam = context(request), request.path_params["jam"]
    found = await services.people.enter(await principal(request), jam)
    if found is None:
        raise refuse("not_found")
    return RedirectResponse(await _room_of(request, accepted(found)), 303)


# ── Signing in ───────────────────────────────────────────────────────────────────────────────────────


async def sign_in(request: Request) -> Response:
    """GET and POST /sign-in: name and password, for administrators and staff who set one."""
    if request.method != "POST":
        return page(request, "sign_in.html", name="")
    name, password = await _fields(request, "name", "password")
    found = await context(request).people.accounts.by_password(name, password, client_address(request))
    if isinstance(found, Rejection):
        return page(request, "sign_in.html", found.status, name=name, errors=errors_of(found))
    return await _signed_in(request, found)


async def first_sign_in(request: Request) -> Response:
    """GET and POST /bootstrap: the one-time token that the server's console printed."""
    if request.method != "POST":
        return page(request, "bootstrap.html", name="")
    token, name, password = await _fields(request, "token", "name", "password")
    exchanged = await context(request).people.accounts.exchange_bootstrap(token, name, password)
    if isinstance(exchanged, Rejection):
        return page(request, "bootstrap.html", exchanged.status, name=name, errors=errors_of(exchanged))
    return await _signed_in(request, exchanged[0])


async def _signed_in(request: Request, account_id: str) -> Response:
    services = context(request)
    cookie = await services.people.accounts.sign_in(account_id, await principal(request))
    account = await services.people.accounts.account(account_id)
    work = "/jams" if account and account.administrator else "/account"
    response = RedirectResponse(work, 303)
    set_cookie(response, services, cookie)
    return response


async def sign_out(request: Request) -> Response:
    """GET /sign-out shows one button; POST ends the session, or all of the account's with ``everywhere``."""
    if request.method != "POST":
        sender = await principal(request)
        return page(request, "sign_out.html", account=bool(sender and sender.account_id), done=sender is None)
    (everywhere,) = await _fields(request, "everywhere")
    sender = await principal(request)
    if sender is not None:
        await context(request).people.accounts.sign_out(sender, everywhere=bool(everywhere))
    response = page(request, "sign_out.html", account=False, done=True)
    clear_cookie(response, context(request))
    return response


# ── An account ───────────────────────────────────────────────────────────────────────────────────────


async def account(request: Request) -> Response:
    """GET and POST /account: set one's password; an administrator sets anybody's."""
    given = await _fields(request, "account", "password") if request.method == "POST" else None
    sender = await principal(request)
    if sender is None or sender.account_id is None:
        raise refuse("sign_in_needed")
    if given is None:
        return await _account_page(request, sender, sender.account_id)
    whose, password = given[0] or sender.account_id, given[1]
    if whose != sender.account_id and not sender.administrator:
        raise refuse("not_allowed")
    keep = sender.session_hash if whose == sender.account_id else None
    refused = await context(request).people.accounts.set_password(whose, password, keep)
    return await _account_page(request, sender, whose, refused, done=refused is None)


async def _account_page(
    request: Request,
    sender: Principal,
    whose: str,
    refused: Rejection | None = None,
    *,
    done: bool = False,
) -> Response:
    """The page with ``whose`` account chosen, which is the one that a refusal or a success is about."""
    accounts = context(request).people.accounts
    me = await accounts.account(sender.account_id or "")
    if me is None:
        raise Refused(reject("sign_in_needed"))
    others = [one for one in await accounts.everybody() if one.id != me.id] if sender.administrator else []
    facts: dict[str, Any] = {
        "me": me,
        "others": others,
        "whose": next((one for one in others if one.id == whose), me),
        "done": done,
        "jams": [] if me.administrator else await _places(request, sender, me),
    }
    errors = errors_of(refused) if refused else []
    return page(request, "account.html", refused.status if refused else 200, errors=errors, **facts)


async def _places(request: Request, sender: Principal, me: Account) -> list[dict[str, str]]:
    """The jams that an account has a place in, each with the address where its role is at work."""
    services = context(request)
    lines = await services.database.read(lambda c: list_jams(c, me.org_id, me.id))
    places = []
    for line in lines:
        who = await services.people.viewer(sender, line.jam.id)
        if who is not None:
            places.append({"title": line.jam.title, "address": await _room_of(request, who)})
    return places


ROUTES = [
    Route("/l/{token}", role_link, methods=["GET", "POST"]),
    Route("/jams/{jam}/enter", enter, methods=["POST"]),
    Route("/sign-in", sign_in, methods=["GET", "POST"]),
    Route("/bootstrap", first_sign_in, methods=["GET", "POST"]),
    Route("/sign-out", sign_out, methods=["GET", "POST"]),
    Route("/account", account, methods=["GET", "POST"]),
]
