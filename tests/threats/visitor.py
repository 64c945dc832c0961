"""A browser without JavaScript: cookies, forms with their hidden fields, redirects not followed.

Why: what a form carries is the product's own page, so a test reads it from there. Where: under the tests of
threats and bad inputs that are about who somebody is.
"""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from sqlalchemy import select
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

from jam.compose import Engine
from jam.http.context import LOOPBACK_COOKIE
from jam.service.ports import SystemClock
from tests.patience import PATIENCE

PAGE = {"Accept": "text/html"}
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Impatient(SystemClock):
    """A clock that stands still and notes how long somebody would have waited."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.at = 1000.0

    def monotonic(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


class Visitor:
    """One browser on one server."""

    def __init__(self, url: str, client: httpx2.AsyncClient) -> None:
        self.url = url
        self.client = client

    @property
    def cookie(self) -> str | None:
        """The session cookie's value."""
        return self.client.cookies.get(LOOPBACK_COOKIE)

    @cookie.setter
    def cookie(self, value: str) -> None:
        self.client.cookies.set(LOOPBACK_COOKIE, value, domain="127.0.0.1", path="/")

    async def look(self, path: str, method: str = "GET", **headers: str) -> httpx2.Response:
        """Ask for a page."""
        return await self.client.request(method, path, headers={**PAGE, **headers})

    async def hidden(self, path: str) -> dict[str, str]:
        """The hidden fields of a page's first form that is posted."""
        text = (await self.look(path)).text
        form = text.partition("<form method=")[2].partition("</form>")[0]
        return {name: html.unescape(value) for name, value in _HIDDEN.findall(form)}

    async def send(self, path: str, page: str | None = None, **fields: str) -> httpx2.Response:
        """Fill in the form that stands on ``page`` (else on ``path``) and post it."""
        return await self.post(path, {**await self.hidden(page or path), **fields})

    async def post(self, path: str, fields: dict[str, Any], **headers: str) -> httpx2.Response:
        """Post exactly these fields; by itself from a page of this server."""
        given = {"Origin": self.url, **PAGE, **{name.replace("_", "-"): v for name, v in headers.items()}}
        return await self.client.post(path, data=fields, headers={k: v for k, v in given.items() if v})

    async def json(self, path: str, document: Any, **headers: str) -> httpx2.Response:
        """Post JSON as a page's script would."""
        return await self.client.post(path, json=document, headers={"Origin": self.url, **headers})


@asynccontextmanager
async def visitor(url: str) -> AsyncIterator[Visitor]:
    """A browser that knows no cookie yet."""
    async with httpx2.AsyncClient(base_url=url, trust_env=False, verify=False, timeout=PATIENCE) as client:
        yield Visitor(url, client)


async def everything(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table: what a request that changes nothing leaves as it was."""

    def work(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
        tables = SQLModel.metadata.sorted_tables
        return {t.name: sorted(map(tuple, connection.execute(select(t))), key=repr) for t in tables}

    return await engine.database.read(work)
