"""How HTTP bodies are read and answers look: one way in and one shape out for every route.

A body is JSON or a form, says so, and is not compressed; what it holds is checked before a route sees it.
"""

from typing import Any, TypeVar

import msgspec
from starlette.datastructures import FormData, Headers
from starlette.requests import Request
from starlette.responses import Response

from jam.domain.rejections import CODES, Rejection, reject
from jam.http.strict_json import refused_json

T = TypeVar("T")
JSON_TYPE = "application/json"
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
MOST_FIELDS = 50
_encode = msgspec.json.Encoder().encode


class Refused(Exception):
    """Ends a request with a refusal; the error handler turns it into JSON or a page."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection.code)
        self.rejection = rejection


def refuse(code: str, **facts: Any) -> Refused:
    """A refusal ready to be raised."""
    return Refused(reject(code, **facts))


def answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A value as JSON."""
    return Response(_encode(value), status, {"content-type": JSON_TYPE, **(headers or {})})


def error(rejection: Rejection) -> Response:
    """A refusal as JSON, with ``Retry-After`` where the same may succeed later."""
    facts = {name: fact for name, fact in rejection.facts.items() if name != "retry_after"}
    after = rejection.facts.get("retry_after")
    body = {
        "code": rejection.code,
        "message": rejection.message,
        "retry": CODES[rejection.code].retry,
        "facts": facts,
    }
    headers = {}
    if after is not None:
        body["retry_after"] = after
        headers["retry-after"] = str(max(1, round(float(after) + 0.5)))
    return answer(body, rejection.status, headers)


def accepted(outcome: T | Rejection) -> T:
    """The outcome if it was accepted; raises ``Refused`` otherwise."""
    if isinstance(outcome, Rejection):
        raise Refused(outcome)
    return outcome


async def body(request: Request, kind: type[T]) -> T:
    """The request's JSON body as ``kind``.

    Raises ``unsupported_type``, ``not_unicode``, ``bad_json`` (with the position), ``unknown_field`` and
    ``bad_field`` (with the field's name). No value that was sent is ever in a refusal.
    """
    if media_type(request.headers) != JSON_TYPE:
        raise refuse("unsupported_type", expected=JSON_TYPE)
    document = await request.body()
    if (refused := refused_json(document)) is not None:
        raise Refused(refused)
    try:
        return msgspec.json.decode(document, type=kind)
    except msgspec.ValidationError as problem:
        raise Refused(_wrong(str(problem))) from None


async def form_data(request: Request, most: int = MOST_FIELDS) -> FormData:
    """A posted form of ``most`` fields at most; empty where nothing was sent.

    Raises ``unsupported_type``, and ``bad_form`` for a file, a part without a name, or too many.
    """
    if "content-type" in request.headers and media_type(request.headers) not in FORM_TYPES:
        raise refuse("unsupported_type", expected="a form")
    return await request.form(max_files=0, max_fields=most)


def media_type(headers: Headers) -> str:
    """What the body says it is, without parameters; empty where its characters are not said to be UTF-8."""
    kind, *parameters = headers.get("content-type", "").lower().split(";")
    pairs = (parameter.partition("=") for parameter in parameters)
    named = {value.strip(' "') for name, _, value in pairs if name.strip() == "charset"}
    return kind.strip() if named <= {"utf-8", "utf8"} else ""


def _wrong(text: str) -> Rejection:
    """Name the field and never the value; the decoder's words hold both."""
    if "unknown field" in text:
        return reject("unknown_field", field=text.split("`")[1][:40])
    if "$.t`" in text or "required field `t`" in text:
        return reject("unknown_type")
    if "required field `client_id`" in text:
        return reject("client_id_missing")
    name = text.split("`$.")[-1].rstrip("`") if "`$." in text else text.split("`")[1] if "`" in text else ""
    return reject("bad_field", detail=name[:40])
