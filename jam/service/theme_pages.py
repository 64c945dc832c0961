"""The themes of a jam as JSON, packed, made once however many ask: with a new map every screen asks at once.

A map is kept with the end of the log that it was read at; when the log has gone on it is read again, so
nobody gets a name from here that has gone out of sight meanwhile (guarantee G11).
"""

import asyncio
import gzip

import msgspec
from sqlalchemy.engine import Connection

from jam.domain.chain import canonical_json
from jam.domain.records import Jam
from jam.domain.theme_views import ThemeMapView
from jam.domain.views import Viewer
from jam.domain.visibility import PRIVILEGED_ROLES
from jam.service.latest import Latest
from jam.store.engine import Database
from jam.store.log import position
from jam.store.rows import TABLES, fetch
from jam.store.theme_reading import Maps, ThemeReader

MOST_KEPT = 16
MOST_MAPS = 8
PACKED_BY = 6
"""Of zlib's levels; 9 was measured to take twice the time for a thousandth less."""


class ThemePage(msgspec.Struct, frozen=True, kw_only=True):
    """A theme map ready to be sent: its JSON as it is and in gzip. ``view.mark`` is its address."""

    view: ThemeMapView
    body: bytes
    packed: bytes


class ThemePages:
    """The current theme maps of this node's jams, for the staff and for everyone."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._maps = Maps(MOST_MAPS)
        self._pages: Latest[ThemePage | None] = Latest(MOST_KEPT)
        self._made: dict[str, ThemePage] = {}

    async def current(self, viewer: Viewer) -> ThemePage | None:
        """The map that the viewer may see now, if there is one."""
        staff = viewer.role in PRIVILEGED_ROLES
        found = await self._database.read(lambda connection: position(connection, viewer.jam_id))
        name = f"{viewer.jam_id} {'staff' if staff else 'everyone'}"
        return await self._pages.get(name, found, lambda: self._read(viewer.jam_id, name, staff))

    async def _read(self, jam_id: str, name: str, staff: bool) -> ThemePage | None:
        """The page anew, unless the map still reads as it did under the same mark."""
        made = self._made.get(name)

        def work(connection: Connection) -> ThemeMapView | None:
            reader = map_reader(connection, jam_id, self._maps)
            mark = reader.mark(staff=staff) if reader else None
            if reader is None or mark is None:
                return None
            return made.view if made and made.view.mark == mark else reader.whole(staff=staff)

        view = await self._database.read(work)
        if view is None or (made and view is made.view):
            return made if view else None
        # In a thread: a large map takes longer than the event loop may stand still.
        page = await asyncio.to_thread(_page, view)
        newest = [*((key, one) for key, one in self._made.items() if key != name), (name, page)]
        self._made = dict(newest[-MOST_KEPT:])
        return page


def _page(view: ThemeMapView) -> ThemePage:
    body = canonical_json(view)
    return ThemePage(view=view, body=body, packed=gzip.compress(body, PACKED_BY, mtime=0))


def map_reader(connection: Connection, jam_id: str, maps: Maps | None = None) -> ThemeReader | None:
    """What reads a jam's themes; ``None`` if there is no such jam."""
    jam = fetch(connection, Jam, TABLES[Jam].c.id == jam_id)
    return ThemeReader(connection, jam[0], maps) if jam else None
