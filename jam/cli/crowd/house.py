"""The HTTP side of a simulated crowd: make a jam, join it, hand out roles, read records and the report.

Every call is tried again while the server is away (a dropped connection, 429, 502 to 504), so a crowd
lives through a restart. Commands keep their client id, so trying again never does a thing twice.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx2
import msgspec

from jam.domain.views import IdeaView

RETRY_STATUSES = frozenset({429, 502, 503, 504, 507})
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
PATIENCE_SECONDS = 90.0
PAGE_SIZE = 50
TRIES = 10


class Refused(Exception):
    """The server refused a call for good: ``status`` and ``code``, with its sentence as the message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class Unreachable(Exception):
    """The server did not answer for so long that trying on makes no sense."""


class NotFinished(Exception):
    """The server answers, but what was waited for did not come; the message says what."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's place in a jam, and what proves it: a session cookie, or an administrator's token."""

    jam: str
    handle: str = ""
    participant: str = ""
    cookie: str | None = None
    token: str | None = None

    def headers(self) -> dict[str, str]:
        """The header that says who is asking."""
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        return {"Cookie": self.cookie} if self.cookie else {}


class IdeasPage(msgspec.Struct, kw_only=True):
    """One page of ideas, newest first: the answer of ``GET /api/jams/{jam}/ideas``."""

    cursor: int
    ideas: list[IdeaView]
    older: bool = False


@dataclass(slots=True)
class House:
    """One server. Use as ``async with House(url) as house``; ``token`` is an administrator's API token.

    Raises ``ValueError`` for what is no web address.
    """

    url: str
    token: str | None = None
    patience: float = PATIENCE_SECONDS
    _http: httpx2.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        self.url = web_address(self.url)
        self._http = httpx2.AsyncClient(
            timeout=httpx2.Timeout(30.0),
            trust_env=False,
            limits=httpx2.Limits(max_connections=32),
            # Certificates take a third of a second to load, and plain http has none to check.
            verify=self.url.startswith("https:"),
        )

    async def __aenter__(self) -> "House":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    @property
    def origin(self) -> str:
        """The server's own origin, which a cookie has to come with."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def socket_url(self, jam: str) -> str:
        """Where a jam's live feed is."""
        return f"{self.url.replace('http', 'ws', 1)}/jams/{jam}/socket"

    async def login(self, one_time_token: str) -> str:
        """Exchange the token that the server printed for an API token."""
        answer = await self._json("POST", "/api/login", {"token": one_time_token}, {})
        return str(answer["api_token"])

    async def create_jam(self, title: str, forums: list[dict[str, str]], **more: Any) -> dict[str, Any]:
        """Make a jam (``phases``, ``settings`` as keywords): its ``id``, ``code`` and ``forums``."""
        body = {"title": title, "forums": forums, **more}
        return await self._json("POST", "/api/jams", body, self._admin())

    async def jam(self, jam: str) -> dict[str, Any]:
        """Where a jam stands: ``jam``, ``totals``, ``forums``, ``report``."""
        return await self._json("GET", f"/api/jams/{jam}", None, self._admin())

    async def command(self, jam: str, command: msgspec.Struct) -> dict[str, Any]:
        """Give a command as the administrator: the acknowledgement."""
        body = msgspec.to_builtins(command)
        return await self._json("POST", f"/api/jams/{jam}/commands", body, self._admin())

    async def get(self, path: str) -> dict[str, Any]:
        """A JSON answer, asked for with the administrator's token."""
        return await self._json("GET", path, None, self._admin())

    async def post(self, path: str, body: Any) -> dict[str, Any]:
        """The answer to a JSON body, sent with the administrator's token."""
        return await self._json("POST", path, body, self._admin())

    async def delete(self, path: str) -> dict[str, Any]:
        """The answer to deleting what is behind a path, with the administrator's token."""
        return await self._json("DELETE", path, None, self._admin())

    async def join(self, code: str, handle: str, audience: str = "citizen") -> Seat:
        """Join by code. A name that is taken gets a number: an earlier try may have got through."""
        for number in range(1, TRIES + 1):
            name = handle if number == 1 else f"{handle} {number}"
            try:
                body = {"code": code, "handle": name, "audience": audience}
                response = await self._call("POST", "/api/join", body, {})
            except Refused as refused:
                if refused.code != "handle_taken":
                    raise
                continue
            answer = response.json()
            return Seat(
                jam=answer["jam"],
                handle=answer["handle"],
                participant=answer["participant"],
                cookie=_cookie(response),
            )
        raise Refused(409, "handle_taken", f"every form of the name {handle} is taken")

    async def role_link(self, jam: str, role: str, *, reusable: bool = False) -> str:
        """A link that gives its opener a role in the jam."""
        body = {"role": role, "reusable": reusable}
        answer = await self._json("POST", f"/api/jams/{jam}/links", body, self._admin())
        return str(answer["url"])

    async def take_role(self, jam: str, role: str) -> Seat:
        """Take a role in the jam over a link of one's own, as a person with a browser would.

        A link that an earlier try may have used up is replaced by a new one.
        """
        for _ in range(TRIES):
            path = urlsplit(await self.role_link(jam, role)).path
            try:
                looked = await self._call("GET", path, None, {})
                form, cookie = _form(looked), _cookie(looked)
                headers = {"Cookie": cookie} if cookie else {}
                response = await self._call("POST", path, None, headers, form)
            except Refused as refused:
                if refused.code != "link_used":
                    raise
                continue
            return Seat(jam=jam, handle=role, cookie=_cookie(response))
        raise NotFinished(f"{TRIES} links for the role {role} were all used up")

    async def older_ideas(self, seat: Seat, before: int) -> tuple[IdeasPage, bytes]:
        """The page of ideas before a place in everyone's order, and its bytes as they came."""
        path = f"/api/jams/{seat.jam}/ideas?before={before}&limit={PAGE_SIZE}"
        response = await self._call("GET", path, None, seat.headers())
        raw = response.content.replace(b"\n", b" ")
        return msgspec.json.decode(raw, type=IdeasPage), raw

    async def download(self, path: str) -> bytes:
        """The bytes behind a path, with the administrator's token."""
        response = await self._call("GET", path, None, self._admin())
        return response.content

    async def report_version(self, jam: str) -> int | None:
        """The version of the report that can be read now."""
        report = (await self.jam(jam))["report"]
        return report["version"] if report["state"] == "ready" else None

    def _admin(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    async def _json(self, method: str, path: str, body: Any, headers: dict[str, str]) -> dict[str, Any]:
        answer: dict[str, Any] = (await self._call(method, path, body, headers)).json()
        return answer

    async def _call(
        self, method: str, path: str, body: Any, headers: dict[str, str], form: dict[str, str] | None = None
    ) -> httpx2.Response:
        """One call, tried until it is answered. Raises ``Refused`` or ``Unreachable``."""
        started = time.monotonic()
        last = "no answer"
        async for _ in _waits(started, self.patience):
            try:
                self._http.cookies.clear()
                sent = {"Origin": self.origin, **headers}
                response = await self._http.request(
                    method, self.url + path, json=body, data=form, headers=sent
                )
            except httpx2.TransportError as away:
                last = f"{type(away).__name__}: {away}"
                continue
            if response.status_code not in RETRY_STATUSES:
                return _checked(response)
            last = f"status {response.status_code}"
            await asyncio.sleep(_retry_after(response))
        raise Unreachable(f"{method} {path.split('?')[0]} at {self.url}: {last}")


def web_address(url: str) -> str:
    """The address of a server without a closing slash. Raises ``ValueError`` for what is none."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"{url}: an address begins with http:// or https://")
    return url.rstrip("/")


async def _waits(started: float, patience: float) -> AsyncIterator[int]:
    """Tries, with a growing wait between them, until ``patience`` seconds after ``started``."""
    for attempt in range(1_000):
        yield attempt
        if time.monotonic() - started > patience:
            return
        await asyncio.sleep(min(1.0, 0.1 * 2**attempt))


def _checked(response: httpx2.Response) -> httpx2.Response:
    if response.status_code < HTTPStatus.BAD_REQUEST:
        return response
    try:
        problem = response.json()
        raise Refused(response.status_code, problem["code"], problem["message"])
    except (ValueError, KeyError, TypeError):
        status = HTTPStatus(response.status_code)
        raise Refused(status, "no_code", f"{status.value} {status.phrase}") from None


def _retry_after(response: httpx2.Response) -> float:
    try:
        return min(30.0, float(response.headers.get("retry-after", "0")))
    except ValueError:
        return 1.0


def _form(page: httpx2.Response) -> dict[str, str]:
    """The hidden fields of a page's form: its token, without which the form is not taken."""
    return dict(_HIDDEN.findall(page.text))


def _cookie(response: httpx2.Response) -> str:
    """The session cookies that a response sets, as a ``Cookie`` header."""
    pairs = [value.split(";")[0] for value in response.headers.get_list("set-cookie")]
    return "; ".join(pair for pair in pairs if not pair.endswith("="))
