"""The session cookie, given and taken back: not for scripts, not for other sites, for this host only.

What it stands for is in ``jam.service.accounts``; this is the one place that writes it into an answer.
"""

from starlette.responses import Response

from jam.http.context import Context
from jam.service.accounts import SESSION_DAYS
from jam.service.people import Joined


def with_cookie(response: Response, services: Context, joined: Joined) -> Response:
    """Give the browser its session cookie, if it is to have a new one."""
    if joined.cookie:
        set_cookie(response, services, joined.cookie)
    return response


def set_cookie(response: Response, services: Context, cookie: str) -> None:
    """Give the browser this session cookie."""
    response.set_cookie(
        services.cookie,
        cookie,
        max_age=SESSION_DAYS * 86_400,
        path="/",
        secure=services.https,
        httponly=True,
        samesite="lax",
    )


def clear_cookie(response: Response, services: Context) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(services.cookie, path="/", secure=services.https, httponly=True, samesite="lax")
