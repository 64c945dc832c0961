"""H9, H10 and H20: bodies that are too large, of another kind, compressed, or forms made to confuse."""

from __future__ import annotations

import gzip

import pytest
import structlog.testing
from starlette.types import Message

from jam.http.app import make_app
from jam.http.security import Addresses
from tests.http.product import FORM, JSON, Product, reply

pytestmark = pytest.mark.anyio
KILO = 1024
PART = 'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'


def head(served: Product, path: str, *lines: str) -> bytes:
    first = [f"POST {path} HTTP/1.1", f"Host: {served.host}", f"Origin: {served.house.origin}"]
    return "\r\n".join([*first, "Content-Type: application/json", *lines, "", ""]).encode()


@pytest.mark.parametrize("path", ["/api/join", "{api}/commands", "/j/{code}", "/sign-in", "/nowhere"])
async def test_h9_ten_megabytes_are_refused_wherever_they_go(served: Product, path: str) -> None:
    path = path.format(api=served.api, code=served.jam["code"])
    kind = JSON if path.startswith("/api") else FORM
    answer = await served.ask("POST", path, b"x" * 10 * KILO * KILO, kind)
    assert (answer.status, answer.code) == (413, "body_too_large")
    assert answer.json["message"] == "Send 64 KB or less"


async def test_h9_a_body_without_a_length_is_read_to_the_limit_and_no_further(served: Product) -> None:
    chunk = b"%x\r\n%b\r\n" % (KILO, b" " * KILO)
    # No end follows: an answer shows that the reading stopped by itself.
    answer = reply(await served.bytes(head(served, "/api/join", "Transfer-Encoding: chunked") + chunk * 70))
    assert (answer.status, answer.code) == (413, "body_too_large")


async def test_h9_a_body_that_breaks_off_is_no_fault_of_ours_and_not_logged_as_one() -> None:
    coming: list[Message] = [
        {"type": "http.request", "body": b'{"code', "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"t"), (b"content-type", b"application/json"), (b"content-length", b"900")]
    target = {"path": "/api/join", "raw_path": b"/api/join", "query_string": b"", "root_path": ""}
    scope = {"type": "http", "method": "POST", "http_version": "1.1", "headers": headers, **target}
    app = make_app(None, Addresses(hosts=frozenset({"t"})))  # type: ignore[arg-type]
    with structlog.testing.capture_logs() as logged:
        await app(scope, receive, send)
    assert (logged, coming) == ([], [])
    assert sent[0]["status"] == 400


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/jsonp",
        "text/json",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/api/join", "/api/login", "{api}/commands"])
async def test_h10_json_that_says_it_is_something_else_is_refused(
    served: Product, path: str, kind: str
) -> None:
    body = b'{"code":"A","handle":"B"}'
    answer = await served.ask("POST", path.format(api=served.api), body, {"Content-Type": kind})
    assert (answer.status, answer.code) == (415, "unsupported_type")
    assert "application/json" in answer.json["message"]


@pytest.mark.parametrize("kind", ["application/json; charset=UTF-8", 'Application/JSON; charset="utf-8"'])
async def test_h10_json_that_says_so_is_taken_in_any_spelling(served: Product, kind: str) -> None:
    body = b'{"code":"ABCDEFGH","handle":"B"}'
    answer = await served.ask("POST", "/api/join", body, {"Content-Type": kind})
    assert answer.code == "code_unknown"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "GZIP", "identity, gzip"])
@pytest.mark.parametrize("path", ["/api/join", "/j/ABCDEFGH"])
async def test_h10_a_compressed_body_is_refused_unread(served: Product, path: str, coding: str) -> None:
    body = gzip.compress(b" " * 10 * KILO * KILO)
    answer = await served.ask("POST", path, body, {**JSON, "Content-Encoding": coding})
    assert (answer.status, answer.code) == (415, "unsupported_type")
    assert "not compressed" in answer.json["message"]


async def test_h10_a_form_that_says_it_is_something_else_is_refused(served: Product) -> None:
    for kind in (JSON, {"Content-Type": "text/plain"}):
        answer = await served.ask("POST", f"/j/{served.jam['code']}", b"handle=Ada", kind)
        assert (answer.status, answer.code) == (415, "unsupported_type")


def multipart(*parts: str) -> tuple[bytes, dict[str, str]]:
    body = "".join(f"--edge\r\n{part}\r\n" for part in parts) + "--edge--\r\n"
    return body.encode(), {"Content-Type": "multipart/form-data; boundary=edge"}


@pytest.mark.parametrize(
    ("what", "part"),
    [
        ("a part without a name", "Content-Disposition: form-data\r\n\r\nx"),
        ("a part without a disposition", "X: y\r\n\r\nx"),
        ("a file", 'Content-Disposition: form-data; name="handle"; filename="a"\r\n\r\nx'),
        (
            "a file that splits a header",
            'Content-Disposition: form-data; name="f"; filename="a\r\nX-Evil: 1"\r\n\r\nx',
        ),
    ],
)
async def test_h20_a_form_made_to_confuse_is_refused_and_splits_no_header(
    served: Product, what: str, part: str
) -> None:
    body, kind = multipart(part)
    answer = await served.ask("POST", f"/j/{served.jam['code']}", body, kind)
    assert (answer.status, answer.code) == (400, "bad_form"), what
    assert "x-evil" not in answer.headers
    assert b"X-Evil" not in answer.raw


async def test_h20_a_line_end_in_the_name_of_a_part_ends_a_line_of_the_part_and_nothing_else(
    served: Product,
) -> None:
    """The rest is one more line in that part's head, so the form can be read: what it lacks is its token."""
    body, kind = multipart('Content-Disposition: form-data; name="a\r\nX-Evil: 1"\r\n\r\nx')
    answer = await served.ask("POST", f"/j/{served.jam['code']}", body, kind)
    assert (answer.status, answer.code) == (403, "form_stale")
    assert "x-evil" not in answer.headers
    assert b"X-Evil" not in answer.raw


async def test_h20_ten_thousand_parts_are_refused(served: Product) -> None:
    body, kind = multipart(*[PART.format(name="a", value="")] * 10_000)
    answer = await served.ask("POST", f"/j/{served.jam['code']}", body, kind)
    assert (answer.status, answer.code) == (413, "body_too_large")


async def test_h20_as_many_parts_as_fit_into_the_limit_are_refused_too(served: Product) -> None:
    body, kind = multipart(*[PART.format(name="a", value="")] * 1_000)
    assert len(body) < 64 * KILO
    answer = await served.ask("POST", f"/j/{served.jam['code']}", body, kind)
    assert (answer.status, answer.code) == (400, "bad_form")


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 2000],
)
async def test_h20_a_boundary_that_is_none_is_refused(served: Product, kind: str) -> None:
    answer = await served.ask("POST", f"/j/{served.jam['code']}", b"--x\r\n\r\n", {"Content-Type": kind})
    assert (answer.status, answer.code) == (400, "bad_form")
