"""The JSON routes: join a jam, role links, commands without a socket, older ideas, records."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

import jam
from jam.domain.commands import PersonCommand
from jam.domain.names import Audience, Role
from jam.http import organising, themes
from jam.http.answers import accepted, answer, body, refuse
from jam.http.context import client_address, context, principal, viewer
from jam.http.cookies import with_cookie
from jam.http.endpoints import BEFORE, Endpoint, Names, Whole, routes
from jam.http.links import GIVES
from jam.http.openapi import description
from jam.live.session import ack
from jam.service import records
from jam.service.answers import read_answers
from jam.service.snapshot import idea_history, older_ideas, read_state, some_ideas
from jam.store.log import people

_RECORD_READERS = frozenset({Role.RECORDS_OFFICER, Role.ADMINISTRATOR})
LIMIT = Whole("limit", 1, 200, 50)
IDS = Names("ids", 100)


class LoginBody(msgspec.Struct, forbid_unknown_fields=True):
    """POST /api/login."""

    token: str


class JoinBody(msgspec.Struct, forbid_unknown_fields=True):
    """POST /api/join."""

    code: str
    handle: str
    audience: Audience = Audience.CITIZEN
    answers: dict[str, str] = {}


class LinkBody(msgspec.Struct, forbid_unknown_fields=True):
    """POST /api/jams/{jam}/links."""

    role: Role
    reusable: bool = False


async def health(request: Request) -> Response:
    """GET /health: whether the server answers and its database does."""
    services = context(request)
    await services.database.read(lambda connection: connection.exec_driver_sql("SELECT 1").scalar())
    return answer({"status": "ok", "version": jam.__version__, "sockets": services.live.sessions})


async def login(request: Request) -> Response:
    """POST /api/login: the one-time administrator token for an API token."""
    asked = await body(request, LoginBody)
    _, api_token = accepted(await context(request).people.accounts.exchange_bootstrap(asked.token))
    return answer({"api_token": api_token})


async def look_at_jam(request: Request) -> Response:
    """GET /api/jams/{jam}: its clock, totals, forums, and how far the report is."""
    services, who = context(request), await viewer(request)
    state = await services.database.read(lambda connection: read_state(connection, who, 1))
    assert state is not None
    report = await services.reports.state(who.jam_id)
    return answer({"jam": state.jam, "totals": state.totals, "forums": state.forums, "report": report})


async def join(request: Request) -> Response:
    """POST /api/join: take part under a handle; answers with a session cookie where there was none."""
    services = context(request)
    asked = await body(request, JoinBody)
    sender, address = await principal(request), client_address(request)
    answers = dict(asked.answers)
    joined = accepted(
        await services.people.join(
            asked.code, asked.handle, asked.audience, sender, address=address, answers=answers
        )
    )
    jam_id, mine = joined.viewer.jam_id, joined.viewer.participant_id
    me = (await services.database.read(lambda connection: people(connection, jam_id, [mine])))[mine]
    facts = {"jam": jam_id, "participant": mine, "handle": me.handle or asked.handle}
    return with_cookie(answer(facts, 201), services, joined)


async def make_link(request: Request) -> Response:
    """POST /api/jams/{jam}/links: a role link, for one use; reusable ones on loopback only.

    Facilitators and administrators make them; only the latter name a records officer.
    """
    services, who = context(request), await viewer(request)
    if who.role not in GIVES:
        raise refuse("not_allowed")
    asked = await body(request, LinkBody)
    if asked.role not in GIVES[who.role]:
        raise refuse("not_allowed")
    if asked.reusable and not services.loopback:
        raise refuse("not_allowed")
    secret, expires_at = await services.people.make_link(who, asked.role, reusable=asked.reusable)
    return answer({"url": f"{services.base_url}/l/{secret}", "expires_at": expires_at}, 201)


async def give_command(request: Request) -> Response:
    """POST /api/jams/{jam}/commands: one command as on the socket."""
    who = await viewer(request)
    command: Any = await body(request, PersonCommand)  # type: ignore[arg-type]
    outcome = accepted(await context(request).intake.handle(who, command))
    return answer(ack(command.client_id, outcome))


async def list_ideas(request: Request) -> Response:
    """GET /api/jams/{jam}/ideas?before=N&limit=50: older ideas, newest first, with their replies.

    With ``ids`` those ideas and replies alone, as far as the viewer may know of them.
    """
    services, who = context(request), await viewer(request)
    before, limit, ids = BEFORE.of(request), LIMIT.of(request), IDS.of(request)

    def work(connection: Connection) -> tuple[list[Any], bool, int]:
        return some_ideas(connection, who, ids) if ids else older_ideas(connection, who, before, limit)

    ideas, older, cursor = await services.database.read(work)
    return answer({"cursor": cursor, "ideas": ideas, "older": older})


async def history(request: Request) -> Response:
    """GET /api/jams/{jam}/ideas/{idea}/history: the versions of an idea that the viewer may read."""
    services, who = context(request), await viewer(request)
    idea = request.path_params["idea"]
    versions = await services.database.read(lambda connection: idea_history(connection, who, idea))
    if versions is None:
        raise refuse("not_found")
    return answer({"versions": versions})


async def export_records(request: Request) -> Response:
    """GET /api/jams/{jam}/records.jsonl: the whole log and its rows (records officers, administrators)."""
    services, who = context(request), await viewer(request)
    if who.role not in _RECORD_READERS:
        raise refuse("not_allowed")
    lines = await services.database.read(lambda connection: list(records.export(connection, who.jam_id)))

    async def stream() -> AsyncIterator[bytes]:
        for line in lines:
            yield line

    return StreamingResponse(stream(), media_type="application/x-ndjson")


async def list_answers(request: Request) -> Response:
    """GET /api/jams/{jam}/answers: what people answered at the door (records officers, administrators)."""
    services, who = context(request), await viewer(request)
    found = await services.database.read(lambda connection: read_answers(connection, who))
    return answer({"answers": accepted(found)})


async def describe(request: Request) -> Response:
    """GET /api/openapi.json: this API, described for programs."""
    return answer(description(ENDPOINTS))


ENDPOINTS = (
    Endpoint("GET", "/health", health),
    Endpoint("GET", "/api/openapi.json", describe),
    Endpoint("POST", "/api/login", login, LoginBody),
    Endpoint("POST", "/api/join", join, JoinBody, status=201),
    *organising.ENDPOINTS,
    Endpoint("GET", "/api/jams/{jam}", look_at_jam),
    Endpoint("POST", "/api/jams/{jam}/links", make_link, LinkBody, status=201),
    Endpoint("POST", "/api/jams/{jam}/commands", give_command, PersonCommand),
    Endpoint("GET", "/api/jams/{jam}/ideas", list_ideas, query=(BEFORE, LIMIT, IDS)),
    Endpoint("GET", "/api/jams/{jam}/ideas/{idea}/history", history),
    *themes.ENDPOINTS,
    Endpoint("GET", "/api/jams/{jam}/answers", list_answers),
    Endpoint("GET", "/api/jams/{jam}/records.jsonl", export_records),
)
ROUTES = routes(ENDPOINTS)
