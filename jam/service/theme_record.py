"""Puts a theme map on record: its row with the signals beside its themes, and its event, in one transaction.

Under ``jam_themes``. Of two maps that were made for the same version the later is refused, and nothing of it
is kept.
"""

import asyncio
from collections.abc import Sequence

import msgspec
from sqlalchemy.engine import Connection

from jam.domain.commands import PublishThemes
from jam.domain.rejections import JamError, Rejection
from jam.service.handle import Intake
from jam.service.signals import Said, signals_of
from jam.service.theme_reads import Head, read_said
from jam.service.theming import Heard
from jam.service.theming_frames import Made
from jam.service.writer import house
from jam.store import outcomes, theme_maps


class Overtaken(JamError):
    """Something else got on record first: what was made is of no use."""


class _Theme(msgspec.Struct, frozen=True):
    id: str
    members: tuple[str, ...]


class _Skipped(msgspec.Struct, frozen=True):
    correction: str


class _Body(msgspec.Struct, frozen=True):
    themes: tuple[_Theme, ...]
    skipped: tuple[_Skipped, ...] = ()


_decode = msgspec.json.Decoder(_Body).decode


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """What a map was made from, and what for; see ``PublishThemes``."""

    at_seq: int
    corrections_seq: int
    final: bool
    fell_back: bool = False


async def put_on_record(intake: Intake, jam_id: str, heard: Heard, head: Head | None, basis: Basis) -> None:
    """Publish what the theming child made as the version after ``head``. Raises ``Overtaken``."""
    made = heard.answer
    assert isinstance(made, Made)
    command = PublishThemes(
        theme_map_id=intake.ids.new_id(),
        version=head.version + 1 if head else 1,
        themes=made.themes,
        one_of_a_kind=made.one_of_a_kind,
        digest=made.digest,
        **msgspec.structs.asdict(basis),
    )
    said = await intake.database.read(lambda c: read_said(c, jam_id))
    # In a thread: so many texts take longer than the event loop may stand still.
    body, signals = await asyncio.to_thread(_read, heard.rest, said)
    columns = msgspec.structs.asdict(command)
    columns |= {"id": columns.pop("theme_map_id"), "signals": signals, "body": heard.rest.decode()}

    def also(connection: Connection) -> None:
        jam = outcomes.jam(connection, jam_id)
        assert jam is not None
        row = {"org_id": jam.org_id, "jam_id": jam_id, "made_at": intake.clock.now()}
        theme_maps.add_map(connection, **row, **columns)
        theme_maps.give_back(connection, jam_id, [one.correction for one in body.skipped])

    outcome = await intake.handle(house(jam_id), command, also)
    if isinstance(outcome, Rejection):
        raise Overtaken(f"the themes could not be put on record: {outcome.code}")


def _read(body: bytes, said: Sequence[Said]) -> tuple[_Body, str]:
    """What is needed of a map's JSON here, and the signals beside its themes as JSON."""
    read = _decode(body)
    found = signals_of({theme.id: theme.members for theme in read.themes}, said)
    told = {theme: found[theme] for theme in sorted(found) if found[theme]}
    return read, msgspec.json.encode(told).decode()
