"""What routes need, made by the composition root and carried in the application's state."""

from dataclasses import dataclass
from typing import cast

from jinja2 import Environment
from starlette.requests import HTTPConnection, Request

from jam.domain.views import Viewer
from jam.http.answers import refuse
from jam.live.jams import LiveJams
from jam.service.handle import Intake
from jam.service.people import People, Principal
from jam.service.reporting import Reports
from jam.store.engine import Database

LOOPBACK_COOKIE = "jam_session"
HTTPS_COOKIE = "__Host-jam"
LOOPBACK_FORM_COOKIE = "jam_form"
HTTPS_FORM_COOKIE = "__Host-jam-form"


@dataclass(slots=True)
class Context:
    """One server's services. ``base_url`` is the address that people type, without a closing slash;
    ``loopback`` says that only this machine can reach it."""

    database: Database
    intake: Intake
    live: LiveJams
    people: People
    reports: Reports
    templates: Environment
    organisation: str
    base_url: str
    loopback: bool

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
    if scheme:
        return await services.people.by_api_token(token) if scheme.lower() == "bearer" else None
    cookie = connection.cookies.get(services.cookie)
    return await services.people.by_cookie(cookie) if cookie else None


async def viewer(request: Request) -> Viewer:
    """Who the sender is in the jam that the address names.

    Raises ``sign_in_needed`` for a stranger and ``not_found`` for somebody who is in other jams only. A jam
    that does not exist looks the same to both: an id is no oracle.
    """
    sender = await principal(request)
    found = await context(request).people.viewer(sender, request.path_params["jam"])
    if found is None:
        raise refuse("not_found" if sender else "sign_in_needed")
    return found
