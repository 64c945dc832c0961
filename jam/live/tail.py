"""The tail: follows one jam's log on this node and keeps the newest events ready to send.

Each event is projected and encoded once for each class of viewer (everyone, staff; its author where that
differs), so a frame for a thousand people is a join of bytes. What was hidden since must never be
replayed from memory: after such an event the ring's entries about that idea are read and made again.
"""

from collections import deque
from collections.abc import Iterable, Sequence

import msgspec

from jam.domain.names import Role, Status
from jam.domain.views import TotalsView, Viewer
from jam.domain.visibility import NO_THEMES, PRIVILEGED_ROLES, Seen, ThemesSeen, project
from jam.live.senders import text_frame
from jam.live.wire import encode
from jam.store import log
from jam.store.engine import Database
from jam.store.theme_reading import Maps

RING = 5000
PAGE_EVENTS = 200


class Rendered(msgspec.Struct, frozen=True):
    """One event, encoded for each class of viewer; ``None`` where that class may not get it.

    ``author`` is set only where the author of the idea gets something else than everyone. ``withdraws`` is
    the idea that it takes out of sight, ``shows`` whether it shows the themes to everyone or no more.
    ``themed`` is its subject where it tells of the themes, ``named`` where it tells names of theirs.
    """

    seq: int
    public: bytes | None
    staff: bytes | None
    author: bytes | None
    author_id: str
    withdraws: str | None
    shows: bool = False
    themed: str | None = None
    named: str | None = None


def render(seen: Seen, jam_id: str) -> Rendered:
    """Project one event for everyone, for staff and for its author."""
    author_id = seen.sighting.idea.author_id if seen.sighting else ""
    public = _encoded(seen, jam_id, Role.PARTICIPANT, "")
    author = _encoded(seen, jam_id, Role.PARTICIPANT, author_id) if author_id else None
    return Rendered(
        seq=seen.event.seq,
        public=public,
        staff=_encoded(seen, jam_id, Role.MODERATOR, ""),
        author=None if author == public else author,
        author_id=author_id,
        withdraws=_withdrawn(seen),
        shows=seen.event.kind == "themes_shown",
        themed=seen.event.subject_id if seen.themes != NO_THEMES else None,
        named=seen.event.subject_id if _tells_names(seen.themes) else None,
    )


def _encoded(seen: Seen, jam_id: str, role: Role, participant_id: str) -> bytes | None:
    viewer = Viewer(org_id="", jam_id=jam_id, participant_id=participant_id, role=role)
    view = project(seen, viewer)
    return None if view is None else encode(view)


def _withdrawn(seen: Seen) -> str | None:
    """The idea that this event takes out of everyone's sight, if it does."""
    sighting = seen.sighting
    if sighting is None or sighting.idea.published_seq is None or sighting.status is Status.PUBLISHED:
        return None
    return sighting.idea.id


def _tells_names(themes: ThemesSeen) -> bool:
    return any(view.changed for view in (themes.staff, themes.public) if view)


def batch_frame(after: int, cursor: int, events: Iterable[bytes], totals: TotalsView | None) -> bytes:
    """A finished frame with the ``batch`` message around events that are encoded already."""
    tail = b"" if totals is None else b',"totals":' + encode(totals)
    parts = (after, cursor, b",".join(events), tail)
    return text_frame(b'{"t":"batch","after":%d,"cursor":%d,"events":[%b]%b}' % parts)


def select_for(viewer: Viewer, events: Sequence[Rendered]) -> list[bytes]:
    """What one viewer gets of ``events``."""
    if viewer.role in PRIVILEGED_ROLES:
        return [event.staff for event in events if event.staff is not None]
    mine = viewer.participant_id
    chosen = (e.author if e.author is not None and e.author_id == mine else e.public for e in events)
    return [event for event in chosen if event is not None]


class Tail:
    """The newest events of one jam: the ring covers everything after ``start`` up to ``head``."""

    def __init__(self, jam_id: str, database: Database, ring: int = RING) -> None:
        self._jam_id = jam_id
        self._database = database
        self._size = ring
        self._ring: deque[Rendered] = deque()
        self.start = 0
        self.head = 0
        self.epoch = ""
        self.withdrawals = 0
        self.maps = Maps()
        self.totals = TotalsView(people=0, ideas=0, replies=0)

    async def begin(self) -> bool:
        """Fill the ring from the log's end; ``False`` if there is no such jam."""
        found = await self._database.read(lambda connection: log.position(connection, self._jam_id))
        if found is None:
            return False
        self.epoch = found[1]
        self.start = self.head = max(0, found[0] - self._size)
        await self.advance()
        return True

    async def advance(self) -> None:
        """Read what is new in the log into the ring, in one query a page.

        Fails between two pages with those before it in the ring: what was not sent yet is there, not here.
        """
        while True:
            page, self.totals = await self._page(self.head)
            await self._clean(page)
            for event in page:
                self._take(event)
            if len(page) < log.PAGE:
                return

    async def _page(self, after: int) -> tuple[list[Rendered], TotalsView]:
        jam_id, maps = self._jam_id, self.maps
        seen, totals = await self._database.read(lambda c: log.read(c, jam_id, after, maps=maps))
        return [render(one, self._jam_id) for one in seen], totals

    async def _clean(self, page: list[Rendered]) -> None:
        """Make the ring's entries about what went out of sight again, as they must be shown now.

        With an idea go its words in the names of themes: every entry that tells some is made again too. When
        themes are shown or not, all that tell of them are.
        """
        subjects = {event.withdraws for event in page if event.withdraws is not None}
        shows = any(event.shows for event in page)
        self.withdrawals += len(subjects) + shows
        if shows:
            subjects |= {event.themed for event in self._ring if event.themed is not None}
        elif subjects:
            subjects |= {event.named for event in self._ring if event.named is not None}
        if not subjects or not self._ring:
            return
        start, jam_id, maps = self.start, self._jam_id, self.maps
        seen = await self._database.read(lambda c: log.read_about(c, jam_id, subjects, start, maps))
        for one in seen:
            place = one.event.seq - self.start - 1
            if 0 <= place < len(self._ring):
                self._ring[place] = render(one, self._jam_id)

    def _take(self, event: Rendered) -> None:
        self._ring.append(event)
        self.head = event.seq
        while len(self._ring) > self._size:
            self.start = self._ring.popleft().seq

    def after(self, cursor: int, limit: int = PAGE_EVENTS) -> list[Rendered] | None:
        """Up to ``limit`` events after ``cursor``, or ``None`` if the ring does not reach back so far."""
        if cursor < self.start:
            return None
        first = cursor - self.start
        return [self._ring[i] for i in range(first, min(first + limit, len(self._ring)))]

    async def from_log(self, cursor: int) -> list[Rendered]:
        """A page of events after ``cursor`` from the database, for readers behind the ring."""
        page, _ = await self._page(cursor)
        return page
