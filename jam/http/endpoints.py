"""The table rows of the API: one for each address, with what it takes.

Routes, the checks before them and the OpenAPI description are made from the same rows, so none of them can
say something that the others do not hold to.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jam.http.answers import refuse

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Whole:
    """A query parameter: a whole number from ``low`` to ``high``, ``default`` where it is missing."""

    name: str
    low: int
    high: int
    default: int

    def of(self, request: Request) -> int:
        """Its value in this request. Raises ``bad_query``, which names what is allowed."""
        text = request.query_params.get(self.name)
        if text is None:
            return self.default
        if not (text.isascii() and text.isdigit() and len(text) <= 16 and self.low <= int(text) <= self.high):
            raise refuse("bad_query", detail=str(self))
        return int(text)

    @property
    def schema(self) -> dict[str, Any]:
        """What OpenAPI says of it."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}

    def __str__(self) -> str:
        return f"{self.name} is a whole number from {self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class Names:
    """A query parameter: up to ``most`` ids with commas between; none where it is missing."""

    name: str
    most: int

    def of(self, request: Request) -> list[str]:
        """The ids in this request. Raises ``bad_query``."""
        text = request.query_params.get(self.name)
        if text is None:
            return []
        ids = text.split(",")
        if len(ids) > self.most or not all(_ID.fullmatch(one) for one in ids):
            raise refuse("bad_query", detail=str(self))
        return ids

    @property
    def schema(self) -> dict[str, Any]:
        """What OpenAPI says of it."""
        return {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}(,[A-Za-z0-9_-]{1,64})*$"}

    def __str__(self) -> str:
        return f"{self.name} is 1 to {self.most} ids with commas between"


_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


BEFORE = Whole("before", 1, 2**53, 2**53)
"""The place in the log before which a page of ideas ends; without it that is the newest page."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address: ``body`` is the type of its JSON body, ``status`` the one of its ordinary answer."""

    method: str
    path: str
    handler: Handler
    body: Any = None
    query: tuple[Whole | Names, ...] = ()
    status: int = 200

    async def answer(self, request: Request) -> Response:
        """Look at the query first, each known name once and nothing else; then answer."""
        given = [name for name, _ in request.query_params.multi_items()]
        if len(set(given)) != len(given) or not set(given) <= {one.name for one in self.query}:
            raise refuse("bad_query", detail=self._allowed())
        for one in self.query:
            one.of(request)
        return await self.handler(request)

    def _allowed(self) -> str:
        return "; ".join(map(str, self.query)) or "nothing may follow it here"


def routes(endpoints: Iterable[Endpoint]) -> list[Route]:
    """One route for each path, whatever may be asked of it: so ``Allow`` names every method that it takes."""
    paths: dict[str, dict[str, Endpoint]] = {}
    for one in endpoints:
        paths.setdefault(one.path, {})[one.method] = one
    return [Route(path, _by_method(rows), methods=list(rows)) for path, rows in paths.items()]


def _by_method(rows: dict[str, Endpoint]) -> Handler:
    async def answer(request: Request) -> Response:
        return await rows["GET" if request.method == "HEAD" else request.method].answer(request)

    return answer
