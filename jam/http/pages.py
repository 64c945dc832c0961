"""The pages: rendered on the server, so that joining and reading need no JavaScript.

Each passes exactly the context that its template names at the top. Unsafe methods are guarded by origin
(``jam.http.security``); a role link is only ever used up by POST.
"""

from gettext import NullTranslations
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from jam.domain.names import Audience
from jam.domain.rejections import Rejection
from jam.http.answers import Refused, accepted
from jam.http.context import client_address, context, looker, principal
from jam.http.cookies import with_cookie
from jam.http.forms import FormToken, Kept, read_form
from jam.service.jams import read_entry
from jam.service.people import plain_code
from jam.service.report import ideas_csv, report_json, themes_csv

AUDIENCES = ((Audience.CITIZEN, "Citizen"), (Audience.STAFF, "Member of staff"))
NAME = "name"
FIELD_OF = {
    **dict.fromkeys(("handle_missing", "handle_too_long", "handle_reserved", "handle_taken"), NAME),
    **dict.fromkeys(("text_control_chars", "not_unicode", "text_too_many_marks"), NAME),
    **dict.fromkeys(("account_name_bad", "account_name_taken", "sign_in_wrong"), NAME),
    "code_unknown": "code",
    "password_bad": "password",
    "token_wrong": "token",
}
"""The form field that a refusal is about; ``NAME`` is the one in which people say who they are."""


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


def again_page(request: Request, refused: Rejection, typed: Kept) -> HTMLResponse:
    """A form that was not taken this time, with all that was typed and one button to send it again.

    It carries the same client id or jam id as before: had it been taken after all, it is not taken twice.
    """
    facts = {"message": refused.message, "fields": typed.fields, "asked_again": typed.asked_again}
    return page(request, "again.html", refused.status, **facts)


def errors_of(refused: Rejection, name: str = NAME) -> list[dict[str, str]]:
    """The refusal beside its field; ``name`` is what this form calls the one in ``FIELD_OF``.

    Raises it where it is about no field: it then becomes a page, which keeps what was typed if the same
    may succeed later.
    """
    field = FIELD_OF.get(refused.code)
    if field is None:
        raise Refused(refused)
    return [{"field": name if field == NAME else field, "message": refused.message}]


async def front(request: Request) -> Response:
    """GET /: enter a code; a known one leads on to its join page."""
    code = request.query_params.get("code", "")[:40]
    if not code:
        return page(request, "front.html", code="")
    people = context(request).people
    found = await people.find(code, await principal(request), client_address(request))
    if isinstance(found, Rejection):
        return page(request, "front.html", found.status, code=code, errors=errors_of(found))
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
    return errors_of(refused, name="handle")


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
    Route("/jams/{jam}/report", report),
    *(Route(f"/jams/{{jam}}/{name}", report) for name in ("report.html", *DOWNLOADS)),
]
