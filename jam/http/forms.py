"""Forms that work without JavaScript: read only with the token that their own page carried (T2, H15, H16).

The token is an HMAC under a cookie of this browser: the session's, or one made for the form. So it needs
no table and no key of the server, holds over restarts and on every node, is worthless in any other
browser, and dies when the session changes. What a form held stays with its request (``kept``), so that a
page can give it back where the form was not taken: pages read their form before they ask who sent it.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import cast

from starlette.datastructures import FormData
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from jam.http.answers import form_data, refuse
from jam.http.context import context

FIELD = "form_token"
MAX_AGE_SECONDS = 24 * 3600
MOST_FIELDS = 60
ORIGIN_UNKNOWN = "jam.origin_unknown"
"""Set in a request's scope by ``Security`` where only the form's token can say where it came from."""
SECRETS = frozenset({"password", "token"})
_KEPT = "jam.kept"


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed into a posted form, less its secrets: those are ``asked_again``, by name."""

    fields: list[tuple[str, str]]
    asked_again: list[str]


class FormToken:
    """The token of one page, made when its template asks for it; ``cookie`` is then to be set, if any."""

    def __init__(self, connection: HTTPConnection) -> None:
        self._known = _binding(connection)
        self._now = context(connection).intake.clock.now() // 1000
        self.cookie: str | None = None

    def __call__(self) -> str:
        if self._known is None:
            self._known = self.cookie = secrets.token_urlsafe(16)
        return f"{self._now:x}.{_mac(self._known, self._now)}"

    def put_cookie(self, connection: HTTPConnection, response: Response) -> None:
        """Give the browser the form's cookie, where it has none to bind the token to."""
        if self.cookie:
            services = context(connection)
            name, https = services.form_cookie, services.https
            response.set_cookie(name, self.cookie, path="/", secure=https, httponly=True, samesite="lax")


async def read_form(request: Request) -> FormData:
    """The fields of a form whose token is good.

    Raises ``form_stale`` where it is not, ``origin_missing`` where nothing else says that the form came
    from a page of ours.
    """
    form = await form_data(request, MOST_FIELDS)
    good = _is_good(request, str(form.get(FIELD, "")))
    if not good and request.scope.get(ORIGIN_UNKNOWN):
        raise refuse("origin_missing")
    typed = [(name, str(value)) for name, value in form.multi_items() if name != FIELD]
    request.scope[_KEPT] = Kept(
        [(name, value) for name, value in typed if name not in SECRETS],
        [name for name, _ in typed if name in SECRETS],
    )
    if not good:
        raise refuse("form_stale")
    return form


def kept(request: Request) -> Kept | None:
    """What the form of this request held; ``None`` where none was posted, or it was another site's."""
    return cast(Kept | None, request.scope.get(_KEPT))


def _binding(connection: HTTPConnection) -> str | None:
    services = context(connection)
    return connection.cookies.get(services.cookie) or connection.cookies.get(services.form_cookie)


def _mac(cookie: str, issued: int) -> str:
    return hmac.new(cookie.encode(), f"jam form {issued:x}".encode(), hashlib.sha256).hexdigest()


def _is_good(connection: HTTPConnection, token: str) -> bool:
    issued, _, mac = token.partition(".")
    cookie = _binding(connection)
    if cookie is None or not (0 < len(issued) <= 12 and issued.isascii() and issued.isalnum()):
        return False
    try:
        at = int(issued, 16)
    except ValueError:
        return False
    age = context(connection).intake.clock.now() // 1000 - at
    fresh = -60 <= age <= MAX_AGE_SECONDS
    return hmac.compare_digest(mac.encode(), _mac(cookie, at).encode()) and fresh
