"""The themes as pages that need no JavaScript: the ranked list, and a theme with all its ideas.

Beside ``jam.http.plain``. What may be shown, and to whom, is decided where the map is read
(``jam.service.theme_pages``); here it is only laid out.
"""

from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jam.domain.names import Status
from jam.domain.theme_views import ThemeView
from jam.domain.views import IdeaView, Viewer
from jam.http.answers import refuse
from jam.http.context import context, viewer
from jam.http.endpoints import Whole
from jam.http.seats import Seat, read_seat, shown
from jam.service.snapshot import some_ideas

PAGE = 50
PART = Whole("part", 0, 10_000, 0)
"""Which stretch of a long theme's ideas."""


async def themes(request: Request) -> Response:
    """GET /jams/{jam}/themes: the list; with ``theme`` that theme and its ideas, in pages."""
    who, part = await viewer(request), PART.of(request)
    found = await context(request).themes.current(who)
    view = found.view if found else None
    asked = request.query_params.get("theme", "")
    chosen = next((one for one in view.themes if one.id == asked), None) if view else None
    if asked and chosen is None:
        raise refuse("not_found")
    ids = _stretch(chosen, part)
    seat, ideas = await context(request).database.read(lambda connection: _read(connection, who, ids))
    older = chosen is not None and len(chosen.members) > (part + 1) * PAGE
    facts: dict[str, Any] = {
        "map": view,
        "theme": chosen,
        "ideas": ideas,
        "next_part": part + 1 if older else None,
    }
    return shown(request, "themes.html", seat, **facts)


def _stretch(theme: ThemeView | None, part: int) -> list[str]:
    return list(theme.members[part * PAGE : (part + 1) * PAGE]) if theme else []


def _read(connection: Connection, who: Viewer, ids: list[str]) -> tuple[Seat, list[IdeaView]]:
    found, _, _ = some_ideas(connection, who, ids) if ids else ([], False, 0)
    order = {idea: place for place, idea in enumerate(ids)}
    readable = [one for one in found if one.status is Status.PUBLISHED]
    return read_seat(connection, who), sorted(readable, key=lambda one: order[one.id])


ROUTES = [Route("/jams/{jam}/themes", themes)]
