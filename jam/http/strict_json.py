"""JSON with one meaning only: what two readers could take for two different things is refused.

Stands before the typed decoder on every JSON body (``jam.http.answers.body``): that one is fast and checks
fields, but takes the last of two equal names, and says of half a character only that something is amiss.
"""

import json
import math
from typing import Any

from jam.domain.rejections import Rejection, reject

MOST_DIGITS = 40
"""More than any number here needs; a longer one costs time to read, and cannot be told exactly."""


class _Unfit(ValueError):
    """Something that RFC 8259 leaves to each reader, or that is no JSON at all."""


def refused_json(document: bytes) -> Rejection | None:
    """Why these bytes are no JSON text of one meaning, or None when they are.

    ``not_unicode``: not UTF-8, or half a character (``\\ud800``). ``bad_json``: no JSON, anything before or
    after it, a name twice in one object, ``NaN``, a number out of range, or nested too deep; with the
    position where there is one, and never with anything of what was sent.
    """
    try:
        value = _decode(document.decode())
        if b"\\u" in document:
            json.dumps(value, ensure_ascii=False).encode()  # half a character cannot be written as UTF-8
    except (UnicodeDecodeError, UnicodeEncodeError):
        return reject("not_unicode")
    except json.JSONDecodeError as problem:
        return reject("bad_json", detail=f"{_words(problem)}, at character {problem.pos}")
    except _Unfit as problem:
        return reject("bad_json", detail=str(problem))
    except RecursionError:
        return reject("bad_json", detail="it is nested too deep")
    return None


def _words(problem: json.JSONDecodeError) -> str:
    if problem.msg.startswith("Unexpected UTF-8 BOM"):
        return "a byte order mark stands before it"
    if problem.msg == "Extra data":
        return "something follows after its end"
    return "it does not go on as JSON does"


def _decode(text: str) -> Any:
    return json.loads(
        text, object_pairs_hook=_each_once, parse_constant=_no_number, parse_float=_finite, parse_int=_short
    )


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Unfit("a name stands twice in one object")
    return found


def _no_number(name: str) -> None:
    raise _Unfit("NaN and Infinity are no JSON numbers")


def _finite(digits: str) -> float:
    if math.isinf(number := float(digits)):
        raise _Unfit("a number is out of range")
    return number


def _short(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise _Unfit("a number is out of range")
    return int(digits)
