"""The participant's room as pages: read, write, report, withdraw. They need no JavaScript.

GET /jams/{jam} is both: the page that works by itself, and the shell that ``web/rooms/participant.js``
fills where it runs. Every form carries the client id of the command that it gives, made with the page:
sent twice it has one effect (guarantee G2). A refused form comes back with what was typed in it.
"""

from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from jam.domain import commands as c
from jam.domain.names import Phase, Rule, Status
from jam.domain.rejections import Rejection, reject
from jam.domain.views import EntryView, ForumView, IdeaView, Viewer
from jam.http.answers import refuse
from jam.http.context import context, viewer
from jam.http.endpoints import BEFORE
from jam.http.forms import read_form
from jam.http.seats import Seat, Typed, boot, can, read_seat, shown, writes
from jam.service.idea_pages import forum_page, idea_with_replies
from jam.service.jams import read_entry
from jam.service.snapshot import VersionView, idea_history, read_forums, read_own_ideas

PAGE = 20
STANDS = frozenset({Status.PUBLISHED, Status.PENDING, Status.RETURNED})


# ── The room itself: one forum, the place to write, a page of ideas ─────────────────────────────────


async def room(request: Request) -> Response:
    """GET and POST /jams/{jam}: read a page of a forum's ideas; send an idea, or propose a question."""
    if request.method != "POST":
        return await _room(request, await viewer(request))
    given = await _given(request)
    who = await viewer(request)
    form, forum = given.get("do", "idea"), given.get("forum", "")
    outcome = await context(request).intake.handle(who, _room_command(form, given))
    if isinstance(outcome, Rejection):
        return await _room(request, who, _typed(form, given, outcome), forum)
    if form == "propose":
        return RedirectResponse(f"/jams/{who.jam_id}?done=propose", 303)
    return RedirectResponse(f"/jams/{who.jam_id}?forum={forum}&saved={outcome['idea']}", 303)


def _room_command(form: str, given: dict[str, str]) -> c.PersonCommand:
    client_id, text = given.get("client_id", ""), given.get("text", "")
    if form == "propose":
        return c.ProposeQuestion(client_id=client_id, text=text)
    if form != "idea":
        raise refuse("bad_field", detail="do")
    tags = _tags(given) or []
    return c.SubmitIdea(client_id=client_id, forum=given.get("forum", ""), text=text, tags=tags)


async def _given(request: Request) -> dict[str, str]:
    return {name: str(value) for name, value in (await read_form(request)).items()}


def _tags(given: dict[str, str]) -> list[str] | None:
    """The tags of a form, which stand in one field with commas between them; ``None`` where it has none."""
    tags = given.get("tags")
    return None if tags is None else [tag for tag in (part.strip() for part in tags.split(",")) if tag]


FIELDS = {
    "idea": "idea-text",
    "propose": "propose-text",
    "reply": "reply-text",
    "edit": "edit-text",
    "report": "rule",
    "withdraw": "withdraw",
    "restore": "restore",
}
"""What a form asks for (its field ``do``), and the field that a refusal of it is about."""


def _typed(form: str, given: dict[str, str], refused: Rejection) -> Typed:
    field = f"{form}-tags" if refused.code in ("tag_bad", "too_many_tags") else FIELDS[form]
    kept = {name: given.get(name, "") for name in ("text", "tags", "client_id")}
    return Typed(form=form, field=field, refused=refused, **kept)


async def _room(request: Request, who: Viewer, typed: Typed | None = None, forum: str = "") -> Response:
    asked = request.query_params
    before, wanted = BEFORE.of(request), forum or asked.get("forum", "")
    saved = asked.get("saved", "")

    def work(connection: Connection) -> dict[str, Any]:
        seat, forums = read_seat(connection, who), read_forums(connection, who.jam_id)
        chosen = _chosen(forums, wanted)
        listed = forum_page(connection, who, chosen.id, before, PAGE) if chosen else None
        mine = idea_with_replies(connection, who, saved) if saved else None
        own = mine[0] if mine and mine[0].author == who.participant_id else None
        return {"seat": seat, "forums": forums, "forum": chosen, "listed": listed, "saved": own}

    facts = await context(request).database.read(work)
    seat, chosen = facts.pop("seat"), facts["forum"]
    takes = chosen is not None and chosen.open and can(seat, "submit_idea")
    first = before == BEFORE.default
    return shown(
        request,
        "participant.html",
        seat,
        typed,
        takes=takes,
        proposes=can(seat, "propose_question"),
        shut=None if takes else _why_shut(seat, chosen),
        first=first,
        boot={**boot(request, seat), "forum": chosen.id if chosen and wanted else None},
        **facts,
    )


def _chosen(forums: list[ForumView], wanted: str) -> ForumView | None:
    """The forum that was asked for, else the first open one, else the first."""
    named = [forum for forum in forums if forum.id == wanted]
    return next(iter([*named, *(f for f in forums if f.open), *forums]), None)


def _why_shut(seat: Seat, forum: ForumView | None) -> str:
    """Why nobody can write an idea here now, as a word for the template."""
    jam = seat.jam
    if not writes(seat):
        return "reader"
    if forum is None:
        return "no_forum"
    if jam.paused_at is not None:
        return "paused"
    if any(slot.phase is Phase.IDEATE for slot in jam.phases[jam.phase_index + 1 :]):
        return "early"
    return "over" if forum.open else "forum_closed"


# ── One idea: its replies, and what may be done about it ────────────────────────────────────────────


async def idea(request: Request) -> Response:
    """GET and POST /jams/{jam}/ideas/{idea}: read it with its replies; reply, report, change, withdraw."""
    if request.method != "POST":
        return await _idea(request, await viewer(request))
    given = await _given(request)
    who = await viewer(request)
    made = _command(given, request.path_params["idea"])
    if isinstance(made, Rejection):
        return await _idea(request, who, _typed(given["do"], given, made))
    outcome = await context(request).intake.handle(who, made)
    if isinstance(outcome, Rejection):
        return await _idea(request, who, _typed(given["do"], given, outcome))
    return RedirectResponse(f"{request.url.path}?done={given['do']}", 303)


def _command(given: dict[str, str], idea_id: str) -> c.PersonCommand | Rejection:
    do, client_id, text = given.get("do"), given.get("client_id", ""), given.get("text", "")
    if do == "reply":
        return c.SubmitReply(client_id=client_id, idea=idea_id, text=text)
    if do == "edit":
        version = given.get("version", "")
        number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
        return c.EditIdea(client_id=client_id, idea=idea_id, version=number, text=text, tags=_tags(given))
    if do == "withdraw":
        return c.WithdrawIdea(client_id=client_id, idea=idea_id)
    if do == "restore":
        return c.RestoreIdea(client_id=client_id, idea=idea_id)
    if do != "report":
        raise refuse("bad_field", detail="do")
    rule = given.get("rule", "")
    if rule not in set(Rule):
        return reject("rule_needed")
    return c.FlagIdea(client_id=client_id, idea=idea_id, rule=Rule(rule))


async def _idea(request: Request, who: Viewer, typed: Typed | None = None) -> Response:
    idea_id = request.path_params["idea"]

    def work(connection: Connection) -> tuple[Seat, Any, Any, list[VersionView]]:
        found = idea_with_replies(connection, who, idea_id)
        over = idea_with_replies(connection, who, found[0].reply_to) if found and found[0].reply_to else None
        versions = idea_history(connection, who, idea_id) or []
        return read_seat(connection, who), found, over[0] if over else None, versions

    seat, found, over, versions = await context(request).database.read(work)
    if found is None:
        raise refuse("not_found")
    one, replies = found
    return shown(
        request,
        "idea.html",
        seat,
        typed,
        idea=one,
        replies=replies,
        over=over,
        earlier=versions[:-1],
        rules=list(Rule),
        **_offers(seat, one),
    )


def _offers(seat: Seat, one: IdeaView) -> dict[str, bool]:
    """Which forms the page of an idea shows."""
    mine, readable = one.author == seat.who.participant_id, one.text is not None
    return {
        "may_reply": readable
        and not one.reply_to
        and one.published is not None
        and can(seat, "submit_reply"),
        "may_report": readable and not mine and one.published is not None and can(seat, "flag_idea"),
        "may_edit": mine and one.status in STANDS and can(seat, "edit_idea"),
        "may_withdraw": mine and one.status in STANDS and can(seat, "withdraw_idea"),
        "may_restore": mine and one.status is Status.WITHDRAWN and can(seat, "restore_idea"),
    }


# ── What one has written; help ──────────────────────────────────────────────────────────────────────


async def mine(request: Request) -> Response:
    """GET /jams/{jam}/mine: what the viewer wrote here and where it stands, newest first, in pages."""
    who, before = await viewer(request), BEFORE.of(request)

    def work(connection: Connection) -> tuple[Seat, list[IdeaView]]:
        return read_seat(connection, who), read_own_ideas(connection, who)

    seat, own = await context(request).database.read(work)
    listed = sorted((one for one in own if one.seq < before), key=lambda one: -one.seq)
    older = listed[PAGE - 1].seq if len(listed) > PAGE else None
    return shown(request, "mine.html", seat, ideas=listed[:PAGE], older=older)


async def help_page(request: Request) -> Response:
    """GET /jams/{jam}/help: how the jam works, its rules, what is kept."""
    who = await viewer(request)

    def work(connection: Connection) -> tuple[Seat, EntryView]:
        seat = read_seat(connection, who)
        return seat, read_entry(connection, seat.jam)

    seat, entry = await context(request).database.read(work)
    return shown(request, "help.html", seat, rules=list(Rule), handle=seat.handle, entry=entry)


ROUTES = [
    Route("/jams/{jam}", room, methods=["GET", "POST"]),
    Route("/jams/{jam}/ideas/{idea}", idea, methods=["GET", "POST"]),
    Route("/jams/{jam}/mine", mine),
    Route("/jams/{jam}/help", help_page),
]
