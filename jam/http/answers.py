"""How HTTP answers look: JSON and errors, one shape for every route of the API."""

from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from jam.domain.rejections import CODES, Rejection, reject
from jam.domain.text import has_lone_surrogate

T = TypeVar("T")
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
    return Response(_encode(value), status, {"content-type": "application/json", **(headers or {})})


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
    """The request's JSON body as ``kind``; unknown fields and wrong types are refused in words."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise refuse("unsupported_type")
    document = await request.body()
    try:
        return msgspec.json.decode(document, type=kind)
    except msgspec.ValidationError as problem:
        raise Refused(_wrong(str(problem))) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        if has_lone_surrogate(document):
            raise refuse("not_unicode") from None
        raise refuse("bad_json", detail=str(problem)[:120]) from None


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
