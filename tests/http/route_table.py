"""Every address that the application answers, as its own route table has it, filled with real ids.

Why: a test that lists addresses by hand forgets the one that was added last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from starlette.routing import Route, WebSocketRoute

from jam.http.app import make_app
from jam.http.security import Addresses


def routes() -> list[Route | WebSocketRoute]:
    """The routes of the whole application, whatever layers stand around it."""
    layer: Any = make_app(None, Addresses())  # type: ignore[arg-type]
    while not hasattr(layer, "routes"):
        layer = layer.app
    return list(layer.routes)


def pages(**values: str) -> Iterator[tuple[str, list[str]]]:
    """Every HTTP address with its methods; ``values`` fill the names in its path.

    A name that nobody gave a value for is an error: it must be tried with a real one.
    """
    for route in routes():
        if isinstance(route, Route):
            yield filled(route.path, values), sorted(route.methods or ())


def filled(path: str, values: dict[str, str]) -> str:
    return re.sub(r"{(\w+)(?::\w+)?}", lambda found: values[found[1]], path)
