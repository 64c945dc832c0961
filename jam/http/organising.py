"""The JSON routes for whoever runs an organisation's jams: make, list, copy, delete."""

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from jam.domain.names import Role
from jam.domain.views import Viewer
from jam.http.answers import Refused, accepted, answer, body, refuse
from jam.http.context import context, principal
from jam.http.endpoints import Endpoint
from jam.service.accounts import Principal
from jam.service.jam_form import JamForm, plan_from, rejection
from jam.service.jam_list import list_jams
from jam.service.jams import JamPlan, create_jam, plan_of
from jam.service.removing import remove_jam, tell_removed
from jam.store import access


async def administrator(request: Request) -> Principal:
    """Who sent this, if they administer the organisation; raises ``sign_in_needed`` or ``not_allowed``."""
    sender = await principal(request)
    if sender is None or not sender.administrator:
        raise refuse("sign_in_needed" if sender is None else "not_allowed")
    return sender


async def make_jam(request: Request) -> Response:
    """POST /api/jams: make a jam (administrators)."""
    services, sender = context(request), await administrator(request)
    ids, clock = services.intake.ids, services.intake.clock
    plan = plan_from(await body(request, JamForm), clock.now())
    if not isinstance(plan, JamPlan):
        raise Refused(rejection(plan[0]))
    actor = Viewer(org_id=sender.org_id, jam_id="", participant_id="", role=Role.ADMINISTRATOR)
    made = accepted(await services.database.write(lambda c: create_jam(c, plan, actor, ids, clock)))
    forums = [{"id": f.id, "title": p.title} for f, p in zip(made.forums, plan.forums, strict=True)]
    return answer({"id": made.jam.id, "code": made.jam.code, "forums": forums}, 201)


async def show_jams(request: Request) -> Response:
    """GET /api/jams: the organisation's jams, newest first (administrators)."""
    sender = await administrator(request)
    jams = await context(request).database.read(lambda connection: list_jams(connection, sender.org_id))
    return answer({"jams": jams})


async def show_plan(request: Request) -> Response:
    """GET /api/jams/{jam}/plan: what would make a jam like this one, to change and post (administrators)."""
    sender, jam_id = await administrator(request), request.path_params["jam"]

    def work(connection: Connection) -> JamPlan | None:
        found = access.jam_of_org(connection, jam_id, sender.org_id)
        return plan_of(connection, found) if found else None

    plan = await context(request).database.read(work)
    if plan is None:
        raise refuse("not_found")
    return answer(plan)


async def delete_jam(request: Request) -> Response:
    """DELETE /api/jams/{jam}: a closed jam and everything in it, for good (administrators)."""
    services, sender = context(request), await administrator(request)
    jam_id, clock = request.path_params["jam"], services.intake.clock
    removed = accepted(await services.database.write(lambda c: remove_jam(c, jam_id, sender.org_id, clock)))
    services.live.end_jam(jam_id)
    tell_removed(removed, sender.account_id)
    return answer(removed)


ENDPOINTS = (
    Endpoint("GET", "/api/jams", show_jams),
    Endpoint("POST", "/api/jams", make_jam, JamForm, status=201),
    Endpoint("GET", "/api/jams/{jam}/plan", show_plan),
    Endpoint("DELETE", "/api/jams/{jam}", delete_jam),
)
