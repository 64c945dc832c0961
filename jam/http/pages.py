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

from jam.domain.names import STAFF_ROLES, Audience
from jam.domain.rejections import Rejection
from jam.domain.visibility import jam_view
from jam.http.answers import Refused, accepted, refuse
from jam.http.context import client_address, context, looker, principal, viewer
from jam.http.cookies import with_cookie
from jam.http.forms import FormStale, FormToken, read_form
from jam.service.jams import read_entry
from jam.service.people import plain_code
from jam.service.report import ideas_csv, report_json, themes_csv
from jam.service.snapshot import current_report
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
    services, form_token = context(request), FormToken(request)
    shared = {"lang": "en", "dir": "ltr", "organisation": services.organisation, "errors": []}
    facts = {**shared, "form_token": form_token, **facts}
    response = HTMLResponse(services.templates.get_template(template).render(facts), status)
    form_token.put_cookie(request, response)
    return response


def error_page(request: Request, refused: Rejection) -> HTMLResponse:
    """A refusal as a page of its own."""
    early = refused.code == "report_not_yet"
    back = f"/jams/{request.path_params['jam']}" if early else None
    facts = {"message": refused.message, "code": refused.code, "back": back, "early": early}
    return page(request, "error.html", refused.status, **facts)


async def stale_form_page(request: Request, problem: Exception) -> Response:
    """A form whose page was open too long, with all that was typed and one button to send it again."""
    assert isinstance(problem, FormStale)
    message, facts = problem.rejection.message, {"fields": problem.fields, "asked_again": problem.asked_again}
    return page(request, "again.html", problem.rejection.status, message=message, **facts)


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
    people = context(request).people
    found = await people.find(code, await principal(request), client_address(request))
    if isinstance(found, Rejection):
        return page(request, "front.html", found.status, code=code, errors=_errors(found))
    return RedirectResponse(f"/j/{plain_code(code)}", 303)


async def join_page(request: Request) -> Response:
    """GET and POST /j/{code}: what the jam is, its rules, what is kept, and one button to join."""
    if request.method != "POST":
        return await _join_form(request)
    form = await read_form(request)
    typed = {name: str(value) for name, value in form.items()}
    audience = typed.get("audience", "")
    chosen = Audience(audience) if audience in set(Audience) else Audience.CITIZEN
    named = {name.removeprefix(ANSWER): text for name, text in typed.items() if name.startswith(ANSWER)}
    answers = {name: text for name, text in named.items() if text.strip()}
    services = context(request)
    code, sender, address = request.path_params["code"], await principal(request), client_address(request)
    handle = typed.get("handle", "")
    joined = await services.people.join(code, handle, chosen, sender, address=address, answers=answers)
    if isinstance(joined, Rejection):
        return await _join_form(request, {**typed, "audience": chosen}, joined)
    return with_cookie(RedirectResponse(f"/jams/{joined.viewer.jam_id}", 303), services, joined)


ANSWER = "answer-"
"""What stands before a join question's id in the name of its field."""


async def _join_form(
    request: Request, typed: dict[str, str] | None = None, refused: Rejection | None = None
) -> Response:
    services = context(request)
    sender = await principal(request)
    found = accepted(await services.people.find(request.path_params["code"], sender, client_address(request)))
    entry = await services.database.read(lambda c: read_entry(c, found))
    who = await services.people.viewer(sender, found.id)
    return page(
        request,
        "join.html",
        refused.status if refused else 200,
        title=entry.jam.title,
        entry=entry,
        phase=found.phase,
        room=f"/jams/{found.id}" if who and who.participant_id else None,
        typed={"audience": Audience.CITIZEN, **(typed or {})},
        audiences=[{"value": value, "label": label} for value, label in AUDIENCES],
        errors=_join_errors(refused) if refused else [],
    )


def _join_errors(refused: Rejection) -> list[dict[str, str]]:
    question = refused.facts.get("question")
    if question:
        return [{"field": f"{ANSWER}{question}", "message": refused.message}]
    return _errors(refused)


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


async def report(request: Request) -> Response:
    """GET /jams/{jam}/report and its downloads: everyone in the jam may read it.

    ``report.html`` is the page as one file, with its style inside, to keep and to pass on.
    """
    services, who = context(request), await looker(request)
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
    Route("/jams/{jam}/facilitate", facilitate),
    Route("/jams/{jam}/report", report),
    *(Route(f"/jams/{{jam}}/{name}", report) for name in ("report.html", *DOWNLOADS)),
]
