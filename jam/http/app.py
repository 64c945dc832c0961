"""The application: routes, error handling, and the layers around them in their order.

From the outside in: ``KeepSend`` (the fast path to the transport), ``Security`` (host, origin, headers),
``Target`` (path and query), ``BodyLimit``, then Starlette's router.
"""

from http import HTTPStatus

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp

from jam.domain.rejections import Rejection, reject
from jam.http import admin, api, pages, plain, plain_themes, signing
from jam.http.answers import Refused, error
from jam.http.body_limit import BodyLimit
from jam.http.context import Context, EnterFirst
from jam.http.forms import kept
from jam.http.security import Addresses, Security
from jam.http.socket import JamSocket
from jam.http.static import web_file
from jam.http.target import Target
from jam.http.transport import KeepSend
from jam.store.engine import DATABASE_ERRORS, is_storage_full

log = structlog.get_logger()


ROUTES: tuple[BaseRoute, ...] = (
    *api.ROUTES,
    *admin.ROUTES,
    *pages.ROUTES,
    *plain.ROUTES,
    *plain_themes.ROUTES,
    *signing.ROUTES,
    Route("/web/{path:path}", web_file),
    WebSocketRoute("/jams/{jam}/socket", JamSocket),
)
"""Every address of the server: tests ask each of them what it lets pass."""


def make_app(context: Context, own: Addresses) -> ASGIApp:
    """The whole application around ``context``, for requests to its ``own`` addresses."""
    app = Starlette(
        routes=ROUTES,
        exception_handlers={
            EnterFirst: signing.enter_page,
            Refused: _refused,
            HTTPException: _http,
            ClientDisconnect: _gone,
            **dict.fromkeys(DATABASE_ERRORS, _database),
            Exception: _bug,
        },
    )
    app.state.context = context
    app.router.redirect_slashes = False
    return KeepSend(Security(Target(BodyLimit(GZipMiddleware(app, minimum_size=1000))), own))


def _answer(request: Request, refused: Rejection) -> Response:
    """A page for people, JSON for programs; a form that may be taken later comes back with what it held."""
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return error(refused)
    typed = kept(request)
    if typed and (refused.retry or refused.code == "form_stale"):
        return pages.again_page(request, refused, typed)
    return pages.error_page(request, refused)


async def _refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Refused)
    return _answer(request, problem.rejection)


async def _http(request: Request, problem: Exception) -> Response:
    """Starlette's own: no such route, wrong method, a form that cannot be parsed."""
    assert isinstance(problem, HTTPException)
    codes = {HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed", HTTPStatus.BAD_REQUEST: "bad_form"}
    response = _answer(request, reject(codes.get(HTTPStatus(problem.status_code), "not_found")))
    response.headers.update(problem.headers or {})
    return response


async def _gone(request: Request, problem: Exception) -> Response:
    """Whoever sent this went away in the middle of it: nobody reads the answer, and it is no bug to log."""
    return Response(status_code=HTTPStatus.BAD_REQUEST)


async def _database(request: Request, problem: Exception) -> Response:
    """The database is gone, full or slow: said as such, because the same may succeed later (G15)."""
    if request.scope["type"] != "http":
        raise problem
    route = getattr(request.scope.get("endpoint"), "__name__", "")
    log.error("database_failed", route=route, error=type(problem).__name__)
    return _answer(
        request, reject("storage_full" if is_storage_full(problem) else "try_later", retry_after=2.0)
    )


async def _bug(request: Request, problem: Exception) -> Response:
    log.exception("request_failed", route=getattr(request.scope.get("endpoint"), "__name__", ""))
    return _answer(request, reject("internal_error"))
