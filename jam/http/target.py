"""The check of what a request asks for, before anything is looked up: the path and the query as sent.

A path that does not begin with ``/`` names another host (``@evil``, ``http://evil/``); a control character is
in no address of ours, and some databases cannot even be asked about one.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from jam.domain.rejections import Rejection, reject
from jam.http.answers import error
from jam.http.security import refuse_socket

LONGEST_PATH = 500
_ENCODED_CONTROLS = tuple(f"%{code:02x}".encode() for code in (*range(32), 127))


class Target:
    """Refuses a path or query that no address here can have; nothing of it is echoed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = refused_target(scope) if scope["type"] in ("http", "websocket") else None
        if refused is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await error(refused)(scope, receive, send)
        else:
            await refuse_socket(refused.status, receive, send)


def refused_target(scope: Scope) -> Rejection | None:
    """``bad_host``, ``not_found`` or ``bad_query``, or None for a path and a query that may be looked at."""
    path = scope["path"]
    if not path.startswith("/"):
        return reject("bad_host")
    if len(path) > LONGEST_PATH or any(character < " " or "\x7f" <= character < "\xa0" for character in path):
        return reject("not_found")
    query = scope.get("query_string", b"").lower()
    if b"%" in query and any(code in query for code in _ENCODED_CONTROLS):
        return reject("bad_query", detail="a control character is in no address")
    return None
