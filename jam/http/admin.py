"""The pages of whoever runs an organisation's jams: the list, the form that makes one, and what to do next.

They need no JavaScript. The API's routes for the same are in ``jam.http.organising``; the form's fields in
``jam.http.new_jam``.
"""

import io
import re
from collections.abc import Mapping
from typing import Any, cast

import msgspec
import segno
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from jam.domain.names import STAFF_ROLES, Phase, Role
from jam.domain.records import Jam
from jam.domain.rejections import Rejection
from jam.domain.views import Viewer
from jam.http.answers import accepted, refuse
from jam.http.context import context, principal, viewer
from jam.http.endpoints import Whole
from jam.http.forms import FIELD, read_form
from jam.http.links import GIVES
from jam.http.new_jam import PLAIN, Fields, Values, carried, fields_of, open_ended, plan_of_fields, rows_of
from jam.http.organising import administrator
from jam.http.pages import page
from jam.http.seats import boot, read_seat, report_of, title_of
from jam.http.wording import Moments
from jam.service.accounts import Principal
from jam.service.jam_list import list_jams
from jam.service.jams import JamPlan, MadeJam, create_jam, plan_of
from jam.service.people import plain_code
from jam.service.templates import NAMES, template
from jam.store import access

PAGE = 20
JAM_ID = re.compile(r"[a-z2-7]{24}")
NUMBER = Whole("page", 1, 999, 1)
GONE = "The jam that this one is made after is gone. What you see is left of it: send it again if it will do"


async def jams(request: Request) -> Response:
    """GET /jams: the organisation's jams, newest first, a page at a time. Others are led to the sign-in."""
    sender = await principal(request)
    if sender is None or not sender.administrator:
        return RedirectResponse("/sign-in", 303)
    number = NUMBER.of(request)
    services = context(request)
    lines = await services.database.read(lambda connection: list_jams(connection, sender.org_id))
    first = (number - 1) * PAGE
    return page(
        request,
        "jams.html",
        jams=lines[first : first + PAGE],
        number=number,
        more=len(lines) > first + PAGE,
        templates=NAMES,
        closed=Phase.CLOSED,
    )


async def new_jam(request: Request) -> Response:
    """GET and POST /jams/new: one form; filled from ``?template=`` or ``?copy=``, a jam's id."""
    if request.method == "POST":
        fields = {name: str(value) for name, value in (await read_form(request)).items() if name != FIELD}
        return await _make(request, await administrator(request), fields)
    sender = await principal(request)
    if sender is None or not sender.administrator:
        return RedirectResponse("/sign-in", 303)
    asked = request.query_params
    like = await _like(request, sender, asked)
    if like is None:
        raise refuse("not_found")
    start = {name: asked[name] for name in ("template", "copy") if name in asked}
    return _form(request, {**fields_of(like), **start}, like, guess="copy" not in asked)


async def _make(request: Request, sender: Principal, fields: Fields) -> Response:
    own_id = fields.pop("jam", "")
    services = context(request)
    ids, clock = services.intake.ids, services.intake.clock
    like = await _like(request, sender, fields)
    if like is None:
        kept = {name: value for name, value in fields.items() if name != "copy"}
        return _form(request, kept, PLAIN, [{"field": "title", "message": GONE}])
    plan = plan_of_fields(fields, clock.now(), like)
    if not isinstance(plan, JamPlan):
        return _form(request, fields, like, plan)
    actor = Viewer(org_id=sender.org_id, jam_id="", participant_id="", role=Role.ADMINISTRATOR)

    def work(connection: Connection) -> Jam | Rejection:
        # The form brings its jam's id: whoever presses twice makes one jam.
        jam_id = own_id if JAM_ID.fullmatch(own_id) else None
        known = access.jam_of_org(connection, jam_id, sender.org_id) if jam_id else None
        made = known or create_jam(connection, plan, actor, ids, clock, jam_id)
        return made.jam if isinstance(made, MadeJam) else made

    made = accepted(await services.database.write(work))
    return RedirectResponse(f"/jams/{made.id}/ready?new=1", 303)


async def _like(request: Request, sender: Principal, asked: Mapping[str, str]) -> Values | None:
    """What the jam starts from, by ``template`` or ``copy`` (a jam's id) in the address or in the form: the
    values of a jam file. ``None``: no such jam of this organisation."""
    if asked.get("template") in NAMES:
        return template(asked["template"]).values
    if "copy" not in asked:
        return PLAIN

    def work(connection: Connection) -> JamPlan | None:
        found = access.jam_of_org(connection, asked["copy"], sender.org_id)
        return plan_of(connection, found) if found else None

    plan = await context(request).database.read(work)
    return None if plan is None else cast(Values, msgspec.to_builtins(plan))


def _form(
    request: Request,
    fields: Fields,
    like: Values,
    errors: list[dict[str, str]] | None = None,
    *,
    guess: bool = False,
) -> Response:
    """``guess``: nobody has said anything about the time zone yet, so that the browser may."""
    forums, asked = rows_of(fields)
    folded = {error["field"] for error in errors or []} - {"title", "question", "opens_at", "lasts"}
    facts: dict[str, Any] = {"forums": forums, "asked": asked, "unfolded": bool(folded), "guess": guess}
    facts |= {"carried": carried(like), "open_ended": open_ended(like)}
    facts["jam"] = context(request).intake.ids.new_id()
    status = 422 if errors else 200
    return page(request, "new_jam.html", status, fields=fields, errors=errors or [], templates=NAMES, **facts)


# ── The room of those who run the jam ───────────────────────────────────────────────────────────────


async def facilitate(request: Request) -> Response:
    """GET /jams/{jam}/facilitate: the room of facilitators and moderators."""
    who = await viewer(request)
    if who.role not in STAFF_ROLES:
        raise refuse("not_allowed")
    seat = await context(request).database.read(lambda connection: read_seat(connection, who))
    started = boot(request, seat)
    return page(request, "facilitate.html", title=seat.title, report=report_of(seat), boot=started)


# ── What to do next ─────────────────────────────────────────────────────────────────────────────────


async def ready(request: Request) -> Response:
    """GET and POST /jams/{jam}/ready: code, link and QR code for everyone; POST makes a link for one role."""
    role = str((await read_form(request)).get("role", "")) if request.method == "POST" else None
    who, made = await _inviter(request), None
    if role is not None:
        if role not in GIVES[who.role]:
            raise refuse("not_allowed")
        secret, until = await context(request).people.make_link(who, Role(role), reusable=False)
        made = {"role": role, "url": f"{context(request).base_url}/l/{secret}", "until": until}
    return await _ready(request, who, made)


async def _inviter(request: Request) -> Viewer:
    found = await context(request).people.viewer(await principal(request), request.path_params["jam"])
    if found is None:
        raise refuse("sign_in_needed")
    if found.role not in GIVES:
        raise refuse("not_allowed")
    return found


async def _ready(request: Request, who: Viewer, made: dict[str, Any] | None) -> Response:
    services = context(request)

    def work(connection: Connection) -> tuple[Jam, str]:
        found = access.jam_of_org(connection, who.jam_id, who.org_id)
        assert found is not None
        return found, title_of(connection, found)

    found, title = await services.database.read(work)
    return page(
        request,
        "ready.html",
        title=title,
        jam=found,
        code=found.code,
        address=f"{services.base_url}/j/{found.code}",
        base=f"/jams/{found.id}",
        new="new" in request.query_params,
        roles=GIVES[who.role],
        made=made,
        administers=who.role is Role.ADMINISTRATOR,
        moments=Moments(found.zone, services.intake.clock.now()),
    )


async def qr_code(request: Request) -> Response:
    """GET /j/{code}/qr.svg: the join link as a QR code, dark on light in every theme.

    Any code gets its picture: it says no more than the address does, and asks no database.
    """
    address = f"{context(request).base_url}/j/{plain_code(request.path_params['code'])}"
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", scale=8, border=4, dark="#000", light="#fff")
    return Response(picture.getvalue(), media_type="image/svg+xml")


ROUTES = [
    Route("/jams", jams),
    Route("/jams/new", new_jam, methods=["GET", "POST"]),
    Route("/jams/{jam}/facilitate", facilitate),
    Route("/jams/{jam}/ready", ready, methods=["GET", "POST"]),
    Route("/j/{code}/qr.svg", qr_code),
]
