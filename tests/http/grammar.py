"""Requests that nobody would think of, made from what the API says it takes.

Starts from each row of the API's table and each page, and spoils some of it: values of other kinds, names
that are not there, ids of nobody, bytes that are no text, bodies cut short. The same seed makes the same
requests.
"""

from __future__ import annotations

import json
import string
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

from jam.http.api import ENDPOINTS
from jam.http.openapi import description
from tests.http.route_table import routes

WORDS = [
    "",
    "a",
    "é",
    "\u202e",
    "\0",
    "\ud800",
    "%s%n",
    "../..",
    "' or 1=1 --",
    "=1+1",
    "<b>",
    "{{7*7}}",
    "\r\n",
    "😀" * 20,
]
NUMBERS = [0, -1, 1, 1.5, 2**31, 2**53, 2**63, 2**64, 10**30, -(10**30), 1e308]
TYPES = ["application/json"] * 12 + [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=latin-1",
    "",
    "a/b;c",
]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "BREW", "get"]
HEADERS = [
    "Cookie",
    "Range",
    "If-None-Match",
    "Accept",
    "Accept-Encoding",
    "Origin",
    "Sec-Fetch-Site",
    "Upgrade",
    "Expect",
    "Content-Encoding",
    "Transfer-Encoding",
    "Content-Length",
    "Host",
    "Connection",
    "Authorization",
    "X-Forwarded-For",
    "TE",
    "Trailer",
]


@dataclass
class Grammar:
    """Makes requests as bytes; ``known`` holds real ids and codes by the names of paths and fields."""

    seed: int
    host: str
    people: list[dict[str, str]]
    known: dict[str, str]
    _random: Random = field(init=False)
    _spec: dict[str, Any] = field(init=False)
    _pages: list[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)
        self._spec = description(ENDPOINTS)
        pages = [
            route
            for route in routes()
            if not route.path.startswith(("/api", "/health")) and hasattr(route, "methods")
        ]
        self._pages = [(method, route.path) for route in pages for method in sorted(route.methods or ())]

    def request(self) -> bytes:
        """The next request."""
        choose = self._random
        headers = {
            "Host": self.host,
            "Connection": "close",
            "Origin": f"http://{self.host}",
            **choose.choice(self.people),
        }
        if choose.random() < 0.7:
            path, method, body = self._api()
            headers["Content-Type"] = "application/json"
        else:
            (method, path), body = choose.choice(self._pages), None
            if method == "POST":
                headers["Content-Type"], body = "application/x-www-form-urlencoded", self._form()
        if choose.random() < 0.1:
            method = choose.choice(METHODS)
        if choose.random() < 0.15:
            headers["Content-Type"] = choose.choice(TYPES)
        content = body if body is not None else b""
        if choose.random() < 0.2:
            content = self._spoil(content)
        if content or method == "POST":
            headers["Content-Length"] = str(len(content))
        if choose.random() < 0.15:
            headers[choose.choice(HEADERS)] = self._header()
        head = [f"{method} {self._path(path)} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join([*head, "", ""]).encode("latin-1", "replace") + content

    def _api(self) -> tuple[str, str, bytes | None]:
        path = self._random.choice(list(self._spec["paths"]))
        method = self._random.choice(list(self._spec["paths"][path]))
        asked = self._spec["paths"][path][method].get("requestBody")
        if asked is None:
            return path, method.upper(), None
        value = self._value(asked["content"]["application/json"]["schema"], 0)
        try:
            text = json.dumps(value, ensure_ascii=self._random.random() < 0.5)
        except ValueError:
            text = "{}"
        return path, method.upper(), text.encode("utf-8", "surrogatepass")

    def _path(self, path: str) -> str:
        choose = self._random
        for name in ("jam", "idea", "code", "token", "path:path", "path", "proposal"):
            real = self.known.get(name.partition(":")[0], "x")
            value = real if choose.random() < 0.8 else quote(choose.choice(WORDS), errors="replace") or "%00"
            path = path.replace("{" + name + "}", value)
        if choose.random() < 0.2:
            names = [
                "before",
                "limit",
                "code",
                "forum",
                "saved",
                "next",
                "sort",
                quote(choose.choice(WORDS), errors="replace"),
            ]
            values = [str(choose.choice(NUMBERS)), quote(choose.choice(WORDS), errors="replace"), "%ff", "%"]
            path += "?" + "&".join(
                f"{choose.choice(names)}={choose.choice(values)}" for _ in range(choose.randint(1, 3))
            )
        return (
            path
            if choose.random() < 0.97
            else choose.choice(["*", "@evil", "http://evil/", "//evil", "/" * 300, path + "%00"])
        )

    def _value(self, schema: dict[str, Any], depth: int) -> Any:
        choose = self._random
        if choose.random() < 0.06 or depth > 6:
            return choose.choice(
                [None, True, [], {}, choose.choice(NUMBERS), choose.choice(WORDS), [[[]]], {"a": 1}]
            )
        if "$ref" in schema:
            return self._value(self._spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], depth)
        if "anyOf" in schema:
            return self._value(choose.choice(schema["anyOf"]), depth + 1)
        if "enum" in schema:
            return choose.choice(schema["enum"])
        return self._plain(schema, depth)

    def _plain(self, schema: dict[str, Any], depth: int) -> Any:
        choose, kind = self._random, schema.get("type")
        if kind == "object":
            found = {
                name: self._named(name, one, depth)
                for name, one in schema.get("properties", {}).items()
                if name in schema.get("required", ()) or choose.random() < 0.3
            }
            if found and choose.random() < 0.05:
                found.pop(choose.choice(list(found)))
            return found | (
                {choose.choice(["role", "status", "__proto__", "jam_id"]): 1}
                if choose.random() < 0.04
                else {}
            )
        if kind == "array":
            return [
                self._value(schema.get("items", {}), depth + 1)
                for _ in range(choose.choice([0, 1, 1, 2, 30]))
            ]
        if kind in ("integer", "number"):
            return choose.choice(NUMBERS)
        if kind == "string":
            return choose.choice([*WORDS, "Some words", "x" * choose.choice([1, 40, 500, 501, 6000])])
        return None

    def _named(self, name: str, schema: dict[str, Any], depth: int) -> Any:
        if name in self.known and self._random.random() < 0.8:
            return self.known[name]
        if name == "client_id":
            return "".join(self._random.choices(string.ascii_lowercase, k=12))
        return self._value(schema, depth + 1)

    def _form(self) -> bytes:
        names = [
            "handle",
            "audience",
            "text",
            "token",
            "password",
            "name",
            "title",
            "form_token",
            "idea",
            "client_id",
            "do",
        ]
        pairs = (
            (self._random.choice(names), self._random.choice(WORDS))
            for _ in range(self._random.randint(0, 6))
        )
        return "&".join(f"{name}={quote(value, errors='replace')}" for name, value in pairs).encode()

    def _spoil(self, content: bytes) -> bytes:
        choose = self._random
        at = choose.randint(0, len(content))
        junk = choose.choice(
            [
                b"\0",
                b"\xff",
                b"{",
                b"]",
                b'"',
                b"\\ud800",
                b"NaN",
                b"1e999",
                b"\xef\xbb\xbf",
                b"[" * 3000,
                b",,",
                choose.randbytes(20),
            ]
        )
        return choose.choice(
            [
                content[:at],
                content[:at] + junk + content[at:],
                junk,
                content + content,
                content[::-1],
                junk + content,
            ]
        )

    def _header(self) -> str:
        choose = self._random
        plain = [
            "",
            "*",
            "gzip",
            "chunked",
            "0",
            "-1",
            "99999999999",
            "websocket",
            "h2c",
            "100-continue",
            "bytes=0-,1-,2-",
            "null",
            "cross-site",
            "jam_session=" + "x" * 200,
            "\xff\xfe",
            "a" * 4000,
            "Bearer x",
        ]
        return choose.choice(plain)
