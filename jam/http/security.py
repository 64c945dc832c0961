"""The checks that stand before every route: host, origin, response headers.

Pure ASGI, outermost but for the body limit. A WebSocket is checked before it is accepted, because a
browser sends cookies with it from any site (threat T1).
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jam.domain.rejections import Rejection, reject
from jam.http.answers import FORM_TYPES, JSON_TYPE, error, media_type
from jam.http.forms import ORIGIN_UNKNOWN

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "img-src 'self' data:",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(slots=True)
class Addresses:
    """What belongs to this server: ``hosts`` as browsers send them (name and port, lower case), and whole
    ``origins`` such as ``https://jam.example.org``. Filled once the port is known; empty takes nothing.
    """

    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()


class Security:
    """Refuses foreign hosts and origins, and puts the security headers on every response.

    Only the addresses in ``own`` are taken.
    """

    def __init__(self, app: ASGIApp, own: "Addresses") -> None:
        self.app = app
        self._own = own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refused = self._check(scope)
        wrapped = _with_headers(scope, send)
        if refused is None:
            await self.app(scope, receive, wrapped)
        elif scope["type"] == "http":
            await error(refused)(scope, receive, wrapped)
        else:
            await refuse_socket(refused.status, receive, send)

    def _check(self, scope: Scope) -> Rejection | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._own.hosts:
            return reject("bad_host")
        if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
            return None
        if len(headers.getlist("origin")) > 1:
            return reject("origin_refused")  # no browser says two; whoever does hopes that we read the other
        if headers.get("authorization"):
            return None  # a browser never adds this by itself, so no other site can make it do so
        if scope["type"] == "websocket":
            origin = headers.get("origin")
            return reject("origin_missing") if origin is None else self._check_origin(origin)
        return self._check_unsafe(scope, headers)

    def _check_unsafe(self, scope: Scope, headers: Headers) -> Rejection | None:
        """Where a request that may change something came from: ``Sec-Fetch-Site``, else ``Origin``, else the
        form's own token, which ``read_form`` asks for."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if site not in (None, "same-origin"):
            return reject("origin_refused")
        if origin is not None and origin != "null":
            return self._check_origin(origin)
        if site is not None or _is_program(headers):
            return None
        if media_type(headers) in FORM_TYPES and not scope["path"].startswith("/api/"):
            scope[ORIGIN_UNKNOWN] = True
            return None
        return reject("origin_missing")

    def _check_origin(self, origin: str) -> Rejection | None:
        return None if origin in self._own.origins else reject("origin_refused")


def _is_program(headers: Headers) -> bool:
    """JSON without a cookie: there is no right here that another site could borrow, and a browser would
    have asked first (CORS preflight), which is never granted."""
    return "cookie" not in headers and media_type(headers) == JSON_TYPE


def _with_headers(scope: Scope, send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if not scope["path"].startswith("/web/"):
                headers.setdefault("cache-control", "no-store")
        await send(message)

    # A socket keeps the server's own send: the fast path looks through it to the transport.
    return send if scope["type"] == "websocket" else sending


async def refuse_socket(status: int, receive: Receive, send: Send) -> None:
    """Answer a WebSocket handshake with an HTTP status instead of accepting it."""
    await receive()
    await send({"type": "websocket.http.response.start", "status": status, "headers": []})
    await send({"type": "websocket.http.response.body", "body": b""})


def addresses(base_url: str, host: str, port: int) -> Addresses:
    """The addresses of a server that people reach at ``base_url`` and that listens on ``host:port``.

    On loopback all of its names are the same machine, so all are taken. Behind a proxy of the same machine
    they stay its hosts, for whoever asks after its health there, but pages come from ``base_url`` alone.
    """
    parts = urlsplit(base_url)
    hosts, origins = {parts.netloc.lower()}, {f"{parts.scheme}://{parts.netloc}".lower()}
    if host in LOOPBACK:
        names = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        hosts |= names
        if only_this_machine(host, base_url):
            origins |= {f"http://{name}" for name in names}
    return Addresses(frozenset(hosts), frozenset(origins))


def only_this_machine(host: str, base_url: str) -> bool:
    """Whether nobody but this machine reaches the server: it listens there, and people type such an address.

    A server on 127.0.0.1 behind a proxy is as public as the proxy.
    """
    return host in LOOPBACK and urlsplit(base_url).hostname in LOOPBACK
