"""A person's place in a jam, for the pages of its room: who looks, at what, and what each page is given.

Under ``jam.http.plain``, whose pages all show the same frame: the clock, the places, the viewer's rights.
"""

from typing import Any

import msgspec
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from jam.domain.names import Role
from jam.domain.permissions import may
from jam.domain.records import Jam
from jam.domain.rejections import Rejection
from jam.domain.views import Viewer
from jam.http.context import context
from jam.http.pages import page
from jam.http.wording import Moments
from jam.service.snapshot import current_report
from jam.store import access
from jam.store.log import people
from jam.store.sightings import texts


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """A form that was refused: what was typed in it, the client id that it was sent under, why it was
    refused, and the field that this is about. ``form`` is its word, as in ``jam.http.plain``."""

    form: str
    field: str
    refused: Rejection
    text: str = ""
    tags: str = ""
    client_id: str = ""


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """What every page of the room needs: who looks, at which jam, as it stands now."""

    who: Viewer
    jam: Jam
    title: str
    handle: str
    audience: str
    has_report: bool


def title_of(connection: Connection, jam: Jam) -> str:
    """A jam's title; a dash where its words were erased."""
    return texts(connection, [jam.title_id]).get(jam.title_id) or "–"


def read_seat(connection: Connection, who: Viewer) -> Seat:
    """The viewer's place in the jam."""
    found = access.jam_of_org(connection, who.jam_id, who.org_id)
    assert found is not None
    me = people(connection, who.jam_id, [who.participant_id])[who.participant_id]
    return Seat(
        who=who,
        jam=found,
        title=title_of(connection, found),
        handle=me.handle or "–",
        audience=me.audience,
        has_report=current_report(connection, found.id) is not None,
    )


def boot(request: Request, seat: Seat) -> dict[str, Any]:
    """What the room's module is started with."""
    services, who = context(request), seat.who
    me = {"id": who.participant_id, "role": who.role, "handle": seat.handle, "audience": seat.audience}
    return {
        "jam": who.jam_id,
        "socket": f"/jams/{who.jam_id}/socket",
        "me": me,
        "organisation": services.organisation,
        "title": seat.title,
        "catalogue": {},
        "now": services.intake.clock.now(),
    }


def shown(request: Request, template: str, seat: Seat, typed: Typed | None = None, **facts: Any) -> Response:
    """One page of the room."""
    services, jam = context(request), seat.jam
    moments = Moments(jam.zone, services.intake.clock.now())
    errors = [{"field": typed.field, "message": moments.refusal(typed.refused)}] if typed else []

    def client_id(form: str) -> str:
        """For this form: its own again where it may have been taken after all, else a new one (G2)."""
        if typed and typed.form == form and typed.refused.retry:
            return typed.client_id
        return services.intake.ids.new_id()

    return page(
        request,
        template,
        typed.refused.status if typed else 200,
        title=seat.title,
        base=f"/jams/{jam.id}",
        report=report_of(seat),
        me=seat.who.participant_id,
        jam=jam,
        moments=moments,
        writes=writes(seat),
        client_id=client_id,
        typed=typed,
        errors=errors,
        done=request.query_params.get("done", ""),
        **facts,
    )


def report_of(seat: Seat) -> str | None:
    """The address of the jam's report, once there is one."""
    return f"/jams/{seat.jam.id}/report" if seat.has_report else None


def writes(seat: Seat) -> bool:
    """Whether people of this role ever write."""
    return seat.who.role not in (Role.OBSERVER, Role.RECORDS_OFFICER)


def can(seat: Seat, command: str) -> bool:
    """Whether the viewer may give this command now: what a page offers, not what the server takes."""
    return may(seat.who.role, command, seat.jam) is None
