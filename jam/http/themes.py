"""The JSON routes of a jam's themes: the current map, the same under its mark, and how one could be split.

The mark is the map's address for as long as the map reads so: a browser may keep what it got there, and an
old one leads nowhere.
"""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from jam.domain.names import STEERING_ROLES
from jam.domain.theme_commands import MOST_PARTS
from jam.http.answers import JSON_TYPE, accepted, answer, body, refuse
from jam.http.context import context, viewer
from jam.http.endpoints import Endpoint
from jam.service.theme_pages import ThemePage

YEAR = 365 * 86_400


class SplitBody(msgspec.Struct, forbid_unknown_fields=True):
    """POST /api/jams/{jam}/themes/split."""

    theme: str
    parts: int | None = None


async def show_themes(request: Request) -> Response:
    """GET /api/jams/{jam}/themes: the current theme map, as far as the viewer may see it."""
    return _themes(request, await _page(request), "no-store")


async def show_themes_at(request: Request) -> Response:
    """GET /api/jams/{jam}/themes/{mark}: the same, to be kept; not_found for any mark but the present one."""
    found = await _page(request)
    if request.path_params["mark"] != found.view.mark:
        raise refuse("not_found")
    return _themes(request, found, f"private, max-age={YEAR}, immutable")


async def _page(request: Request) -> ThemePage:
    found = await context(request).themes.current(await viewer(request))
    if found is None:
        raise refuse("no_themes_yet")
    return found


def _themes(request: Request, page: ThemePage, cache: str) -> Response:
    """The page, packed beforehand where that is understood: to pack it for each would take all there is."""
    version = f'W/"{page.view.mark}"'
    headers = {"cache-control": cache, "etag": version, "vary": "Accept-Encoding, Cookie, Authorization"}
    if request.headers.get("if-none-match") == version:
        return Response(status_code=304, headers=headers)
    headers["content-type"] = JSON_TYPE
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(page.packed, headers=headers | {"content-encoding": "gzip"})
    return Response(page.body, headers=headers)


async def propose_split(request: Request) -> Response:
    """POST /api/jams/{jam}/themes/split: how a theme could be split; nothing of it is put on record.

    For facilitators and administrators. The first part is what would stay in the theme.
    """
    services, who = context(request), await viewer(request)
    if who.role not in STEERING_ROLES:
        raise refuse("not_allowed")
    asked = await body(request, SplitBody)
    if asked.parts is not None and not 2 <= asked.parts <= MOST_PARTS:
        raise refuse("bad_field", detail="parts")
    if services.splits is None:
        raise refuse("no_themes_yet")
    return answer(accepted(await services.splits.propose_split(who.jam_id, asked.theme, asked.parts)))


ENDPOINTS = (
    Endpoint("GET", "/api/jams/{jam}/themes", show_themes),
    Endpoint("POST", "/api/jams/{jam}/themes/split", propose_split, SplitBody),
    Endpoint("GET", "/api/jams/{jam}/themes/{mark}", show_themes_at),
)
