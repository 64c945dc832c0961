"""What routes need, made by the composition root and carried in the application's state."""

from dataclasses import dataclass
from typing import cast

import structlog
from jinja2 import Environment
from starlette.requests import HTTPConnection, Request

from jam.domain.rejections import Rejection, reject
from jam.domain.views import Viewer
from jam.http.answers import Refused, refuse
from jam.live.jams import LiveJams
from jam.service.accounts import Principal
from jam.service.handle import Intake
from jam.service.people import People
from jam.service.ports import SplitProposer
from jam.service.reporting import Reports
from jam.service.theme_pages import ThemePages
from jam.store.engine import Database

log = structlog.get_logger()
LOOPBACK_COOKIE = "jam_session"
HTTPS_COOKIE = "__Host-jam"
LOOPBACK_FORM_COOKIE = "jam_form"
HTTPS_FORM_COOKIE = "__Host-jam-form"


@dataclass(slots=True)
class Context:
    """One server's services. ``base_url`` is the address that people type, without a closing slash;
    ``loopback`` says that only this machine can reach it; without ``splits`` no split is proposed."""

    database: Database
    intake: Intake
    live: LiveJams
    people: People
    reports: Reports
    themes: ThemePages
    templates: Environment
    organisation: str
    base_url: str
    loopback: bool
    splits: SplitProposer | None = None

    @property
    def https(self) -> bool:
        """Whether people reach this server over TLS: decides the cookie's name and flags."""
        return self.base_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """The session cookie's name; ``__Host-`` needs https, so loopback has one of its own."""
        return HTTPS_COOKIE if self.https else LOOPBACK_COOKIE

    @property
    def form_cookie(self) -> str:
        """The name of the cookie that binds a form to a browser without a session."""
        return HTTPS_FORM_COOKIE if self.https else LOOPBACK_FORM_COOKIE


def context(connection: HTTPConnection) -> Context:
    """The services behind a request."""
    return cast(Context, connection.app.state.context)


async def principal(connection: HTTPConnection) -> Principal | None:
    """Who sent this: an API token wins over a cookie; a wrong token is nobody, not the cookie's owner."""
    services = context(connection)
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    accounts = services.people.accounts
    if scheme:
        return await accounts.by_api_token(token) if scheme.lower() == "bearer" else None
    cookie = connection.cookies.get(services.cookie)
    return await accounts.by_cookie(cookie) if cookie else None


def client_address(connection: HTTPConnection) -> str:
    """Where a request came from, as far as this server sees: behind a proxy that is the proxy."""
    return connection.client.host if connection.client else ""


class EnterFirst(Refused):
    """An administrator asks for a page of a jam that they are not in: no GET puts them there."""

    def __init__(self) -> None:
        super().__init__(reject("enter_first"))


async def viewer(request: Request) -> Viewer:
    """Who the sender is in the jam that the address names.

    An administrator who is not in the jam looks on as nobody in particular; one who sends something to the
    API comes in with it, and on a page raises ``EnterFirst``. Raises ``sign_in_needed`` for a stranger; for
    somebody who is in other jams only ``not_found``, and ``not_allowed`` where they would act (W14). A jam
    that does not exist looks the same to all of them: an id is no oracle.
    """
    people, sender, jam_id = context(request).people, await principal(request), request.path_params["jam"]
    acts = request.method not in ("GET", "HEAD")
    by_api = request.url.path.startswith("/api/")
    found = await (people.enter(sender, jam_id) if acts and by_api else people.viewer(sender, jam_id))
    if isinstance(found, Rejection):
        raise Refused(found)
    if found is None:
        raise _stranger(sender, request, acts=acts)
    if not found.participant_id and not by_api:
        raise EnterFirst
    return found


async def looker(request: Request) -> Viewer:
    """The same for what an administrator may read without being in the jam: nothing is written."""
    found = await context(request).people.viewer(await principal(request), request.path_params["jam"])
    return found or await viewer(request)


def _stranger(sender: Principal | None, request: Request, *, acts: bool) -> Refused:
    if sender is None:
        return refuse("sign_in_needed")
    if not acts:
        return refuse("not_found")
    log.warning("not_allowed", route=getattr(request.scope.get("endpoint"), "__name__", ""), foreign_jam=True)
    return refuse("not_allowed")
