"""The pages: rendered on the server, so that joining and reading need no JavaScript.

Each passes exactly the context that its template names at the top. Unsafe methods are guarded by origin
(``jam.http.security``); a role link is only ever used up by POST.
"""

from gettext import NullTranslations
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from jam.domain.names import STAFF_ROLES, Audience, Role
from jam.domain.rejections import Rejection
from jam.domain.views import Viewer
from jam.domain.visibility import jam_view
from jam.http.answers import Refused, accepted, refuse
from jam.http.api import set_cookie, with_cookie
from jam.http.context import context, principal, viewer
from jam.service.people import plain_code
from jam.service.report import ideas_csv, report_json, themes_csv
from jam.service.snapshot import current_report, read_forums
from jam.store import access
from jam.store.log import people
from jam.store.sightings import texts

AUDIENCES = ((Audience.CITIZEN, "Citizen"), (Audience.STAFF, "Member of staff"))
FIELD_OF = {
    "handle_missing": "handle",
    "handle_too_long": "handle",
    "handle_reserved": "handle",
    "handle_taken": "handle",
    "text_control_chars": "handle",
    "not_unicode": "handle",
    "text_too_many_marks": "handle",
    "code_unknown": "code",
    "token_wrong": "token",
}
"""The form field that a refusal is about."""


def make_templates() -> Environment:
    """The pages' templates, with every string through gettext."""
    environment = Environment(
        loader=FunctionLoader(_source),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(NullTranslations(), newstyle=True)  # type: ignore[attr-defined]
    return environment


def _source(name: str) -> str | None:
    path = files("web").joinpath("templates", *name.split("/"))
    return path.read_text(encoding="utf-8") if path.is_file() else None


def page(request: Request, template: str, status: int = 200, **facts: Any) -> HTMLResponse:
    """One page as HTML."""
    services = context(request)
    shared = {"lang": "en", "dir": "ltr", "organisation": services.organisation, "errors": []}
    return HTMLResponse(services.templates.get_template(template).render({**shared, **facts}), status)


def error_page(request: Request, refused: Rejection) -> HTMLResponse:
    """A refusal as a page of its own."""
    facts = {"message": refused.message, "code": refused.code, "back": None}
    return page(request, "error.html", refused.status, **facts)


def _errors(refused: Rejection) -> list[dict[str, str]]:
    field = FIELD_OF.get(refused.code)
    if field is None:
        raise Refused(refused)
    return [{"field": field, "message": refused.message}]


async def front(request: Request) -> Response:
    """GET /: enter a code; a known one leads on to its join page."""
    code = request.query_params.get("code", "")[:40]
    if not code:
        return page(request, "front.html", code="")
    plain = plain_code(code)
    found = await context(request).database.read(lambda c: access.jam_of_code(c, plain))
    if found is not None:
        return RedirectResponse(f"/j/{plain}", 303)
    refused = refuse("code_unknown").rejection
    return page(request, "front.html", refused.status, code=code, errors=_errors(refused))


async def join_page(request: Request) -> Response:
    """GET and POST /j/{code}: what the jam is, what is kept, and one button to join."""
    if request.method != "POST":
        return await _join_form(request)
    form = await request.form(max_files=0, max_fields=10)
    handle, audience = str(form.get("handle", "")), str(form.get("audience", ""))
    chosen = Audience(audience) if audience in set(Audience) else Audience.CITIZEN
    services = context(request)
    joined = await services.people.join(request.path_params["code"], handle, chosen, await principal(request))
    if isinstance(joined, Rejection):
        return await _join_form(request, handle, chosen, joined)
    return with_cookie(RedirectResponse(f"/jams/{joined.viewer.jam_id}", 303), services, joined)


async def _join_form(
    request: Request,
    handle: str = "",
    audience: Audience = Audience.CITIZEN,
    refused: Rejection | None = None,
) -> Response:
    services = context(request)
    found = await services.database.read(lambda c: _face(c, plain_code(request.path_params["code"])))
    if found is None:
        raise refuse("code_unknown")
    title, forums, phase, jam_id = found
    who = await services.people.viewer(await principal(request), jam_id)
    return page(
        request,
        "join.html",
        refused.status if refused else 200,
        title=title,
        forums=forums,
        phase=phase,
        room=f"/jams/{jam_id}" if who else None,
        handle=handle,
        audience=audience,
        audiences=[{"value": value, "label": label} for value, label in AUDIENCES],
        errors=_errors(refused) if refused else [],
    )


def _face(connection: Connection, code: str) -> tuple[str, list[dict[str, str]], str, str] | None:
    """What a stranger may know of a jam before joining: title, questions, phase; and its id."""
    found = access.jam_of_code(connection, code)
    if found is None:
        return None
    title = texts(connection, [found.title_id]).get(found.title_id) or "–"
    forums = [{"title": f.title, "question": f.question} for f in read_forums(connection, found.id)]
    return title, forums, found.phase, found.id


async def room(request: Request) -> Response:
    """GET /jams/{jam}: the participant's room. A stranger is sent to the front page."""
    return await _room(request, "participant.html")


async def facilitate(request: Request) -> Response:
    """GET /jams/{jam}/facilitate: the room of facilitators and moderators."""
    return await _room(request, "facilitate.html")


async def _room(request: Request, template: str) -> Response:
    services, who = context(request), await viewer(request)
    if template == "facilitate.html" and who.role not in STAFF_ROLES:
        raise refuse("not_allowed")

    def work(connection: Connection) -> tuple[str, Any, bool]:
        found = access.jam_of_org(connection, who.jam_id, who.org_id)
        assert found is not None
        view = jam_view(found, texts(connection, [found.title_id]).get(found.title_id) or "–")
        me = people(connection, who.jam_id, [who.participant_id])[who.participant_id]
        return view.title, me, current_report(connection, who.jam_id) is not None

    title, me, has_report = await services.database.read(work)
    boot = {
        "jam": who.jam_id,
        "socket": f"/jams/{who.jam_id}/socket",
        "me": {"id": me.id, "role": me.role, "handle": me.handle or "–", "audience": me.audience},
        "organisation": services.organisation,
        "title": title,
        "catalogue": {},
        "now": services.intake.clock.now(),
    }
    report = f"/jams/{who.jam_id}/report" if has_report else None
    return page(request, template, title=title, report=report, boot=boot)


async def role_link(request: Request) -> Response:
    """GET /l/{token} shows one button; POST uses the link up and leads to the role's room."""
    services, secret = context(request), request.path_params["token"]
    if request.method != "POST":
        found = accepted(await services.people.look_at_link(secret))
        title = await services.database.read(lambda c: _title(c, found["jam_id"], found["org_id"]))
        shown = page(request, "link.html", title=title, role=found["role"])
        shown.headers["referrer-policy"] = "no-referrer"
        return shown
    joined = accepted(await services.people.use_link(secret, await principal(request)))
    target = await _room_of(request, joined.viewer)
    return with_cookie(RedirectResponse(target, 303), services, joined)


async def _room_of(request: Request, who: Viewer) -> str:
    """Where a role is at work: staff at the controls, readers at the report once there is one."""
    jam = f"/jams/{who.jam_id}"
    if who.role in STAFF_ROLES:
        return f"{jam}/facilitate"
    if who.role is Role.PARTICIPANT:
        return jam
    report = await context(request).database.read(lambda c: current_report(c, who.jam_id))
    return f"{jam}/report" if report else jam


def _title(connection: Connection, jam_id: str, org_id: str) -> str:
    found = access.jam_of_org(connection, jam_id, org_id)
    return (texts(connection, [found.title_id]).get(found.title_id) if found else None) or "–"


async def sign_in(request: Request) -> Response:
    """GET and POST /sign-in: the one-time administrator token for a signed-in browser."""
    if request.method != "POST":
        return page(request, "sign_in.html")
    services = context(request)
    token = str((await request.form(max_files=0, max_fields=5)).get("token", "")).strip()
    exchanged = await services.people.exchange_bootstrap(token)
    if isinstance(exchanged, Rejection):
        return page(request, "sign_in.html", exchanged.status, errors=_errors(exchanged))
    cookie = await services.people.sign_in(exchanged[0], await principal(request))
    response = RedirectResponse("/", 303)
    set_cookie(response, services, cookie)
    return response


async def report(request: Request) -> Response:
    """GET /jams/{jam}/report and its downloads: everyone in the jam may read it.

    ``report.html`` is the page as one file, with its style inside, to keep and to pass on.
    """
    services, who = context(request), await viewer(request)
    found = accepted(await services.reports.read(who.jam_id))
    kind = request.url.path.rpartition("/")[2]
    address = f"{services.base_url}/jams/{who.jam_id}/report"
    if kind == "report":
        return HTMLResponse(await services.reports.html(found, address))
    headers = {"content-disposition": f'attachment; filename="{kind}"'}
    if kind == "report.html":
        return HTMLResponse(await services.reports.html(found, address, standalone=True), headers=headers)
    made, media = DOWNLOADS[kind]
    return Response(made(found), media_type=media, headers=headers)


DOWNLOADS: dict[str, tuple[Any, str]] = {
    "report.json": (report_json, "application/json"),
    "themes.csv": (themes_csv, "text/csv"),
    "ideas.csv": (ideas_csv, "text/csv"),
}

ROUTES = [
    Route("/", front),
    Route("/j/{code}", join_page, methods=["GET", "POST"]),
    Route("/l/{token}", role_link, methods=["GET", "POST"]),
    Route("/sign-in", sign_in, methods=["GET", "POST"]),
    Route("/jams/{jam}", room),
    Route("/jams/{jam}/facilitate", facilitate),
    Route("/jams/{jam}/report", report),
    *(Route(f"/jams/{{jam}}/{name}", report) for name in ("report.html", *DOWNLOADS)),
]
