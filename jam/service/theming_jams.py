"""What the theming child keeps of a few jams, and what it answers about them.

Under ``theming_child``. ``begin`` is called for one request after the other, in their order; the work that
it gives back is done at once, or in the one thread beside (``takes_long``), so each jam has a lock. A map
that was made is only a candidate: it becomes the jam's map when a request's standing names it. Whatever is
gone from a jam is forgotten here with its vectors.
"""

import hashlib
import threading
import time
from collections.abc import Callable
from math import cos, pi, sin

import msgspec

from clustering import (
    AnyCorrection,
    ClusteringError,
    Embedder,
    LiveThemes,
    Parameters,
    Progress,
    ThemeMap,
    steer,
)
from clustering.live import Regrouping
from clustering.placing.place import tidied
from jam.service.theming_frames import (
    AnyHeard,
    AnyRequest,
    Done,
    Failed,
    Forget,
    Made,
    OutOfStep,
    PartOut,
    Placed,
    PlaceOut,
    ProgressNote,
    Proposed,
    ProposeSplit,
    Read,
    Regroup,
    Standing,
    Steer,
    mark_of,
    standing_of,
)

MOST_JAMS = 8
"""Jams that are kept; those asked for longest ago are forgotten, and told anew when they are needed."""
MOST_CANDIDATES = 2
MANY = 64
"""More texts than this are embedded in the thread beside."""
SECONDS_BETWEEN_NOTES = 0.1
RIM = 0.92
"""A new idea stands at the rim of its theme's disc until everything is grouped anew."""
Work = Callable[[], tuple[AnyHeard, bytes]]
Say = Callable[[AnyHeard], None]


class KeptJam:
    """One jam: its texts, its themes, and the maps that may become its themes next."""

    def __init__(self, embedder: Embedder, request: Read) -> None:
        previous = msgspec.json.decode(request.themes, type=ThemeMap | None)
        parameters = msgspec.convert(request.parameters or {}, Parameters)
        self.lock = threading.Lock()
        self.live = LiveThemes(embedder, parameters=parameters, question=request.question, previous=previous)
        self.themes = request.after.themes
        self._candidates: dict[str, tuple[ThemeMap, Regrouping | None]] = {}
        self._marks: dict[str, int] = {}
        self._sum = 0
        self._unread: dict[str, str] = {}
        self._gone: set[str] = set()

    def enter(self, request: Read) -> None:
        """Note what is new and what is gone; it is embedded when it is needed."""
        for idea in (*request.gone, *(one.id for one in request.changed)):
            self._sum ^= self._marks.pop(idea, 0)
            self._unread.pop(idea, None)
        self._gone.update(request.gone)
        for one in request.changed:
            mark = self._marks[one.id] = mark_of(one.id, one.text)
            self._sum ^= mark
            self._unread[one.id] = one.text
            self._gone.discard(one.id)

    def follow(self, standing: Standing) -> bool:
        """Whether this jam stands so; a candidate that is named becomes its map."""
        if standing.texts != standing_of(self._sum).texts:
            return False
        if standing.themes != self.themes and standing.themes in self._candidates:
            self.live.go_on_from(*self._candidates[standing.themes])
            self.themes = standing.themes
            self._candidates.clear()
        return standing.themes == self.themes

    def warm(self, counted: Callable[[int, int], None]) -> None:
        """Embed what is new if that takes long, while nobody has to wait for it: without the lock."""
        if self.unread > MANY:
            self.live.embed(sorted(set(self._unread.values())), counted)

    @property
    def unread(self) -> int:
        """How many texts are to be embedded before anything can be grouped or placed."""
        return len(self._unread)

    def read(self) -> None:
        """Take in what is new and forget what is gone."""
        if self._unread or self._gone:
            self.live.read(list(self._unread.items()), sorted(self._gone))
            self._unread, self._gone = {}, set()

    def offer(self, found: ThemeMap, regrouping: Regrouping | None = None) -> tuple[bytes, str]:
        """A map's JSON and its digest, under which it may become this jam's map."""
        body = msgspec.json.encode(found, order="deterministic")
        digest = hashlib.sha256(body).hexdigest()
        self._candidates[digest] = found, regrouping
        while len(self._candidates) > MOST_CANDIDATES:
            del self._candidates[next(iter(self._candidates))]
        return body, digest


class Kept:
    """All jams that are kept, and the answers about them."""

    def __init__(self, embedder: Embedder, say: Say) -> None:
        self._embedder = embedder
        self._say = say
        self._jams: dict[str, KeptJam] = {}
        self._coming: dict[str, KeptJam] = {}

    def takes_long(self, request: AnyRequest) -> bool:
        """Whether a request is for the thread beside; the others are answered while it is worked out."""
        jam = self._jams.get(request.jam)
        if jam is None or isinstance(request, Read | Steer | Forget):
            return False
        return isinstance(request, Regroup) or jam.unread > MANY

    def begin(self, request: AnyRequest) -> Work:
        """What is to be done for a request. What it builds on is looked at now, in the order of requests."""
        try:
            if isinstance(request, Forget):
                self._jams.pop(request.jam, None)
                return lambda: (Done(job=request.job), b"")
            if isinstance(request, Read):
                answer = self._take_in(request)
                return lambda: (answer, b"")
            jam = self._asked_for(request.jam, request.standing)
        except (ClusteringError, msgspec.MsgspecError) as error:
            refusal = _refusal(request, error)
            return lambda: (refusal, b"")
        if jam is None:
            return lambda: (OutOfStep(job=request.job), b"")
        return lambda: self._worked_out(request, jam)

    def _asked_for(self, name: str, standing: Standing) -> KeptJam | None:
        jam = self._jams.pop(name, None)
        if jam is None:
            return None
        self._jams[name] = jam  # The one that was asked for last stands last.
        with jam.lock:
            return jam if jam.follow(standing) else None

    def _take_in(self, request: Read) -> AnyHeard:
        if request.before is None:
            self._coming[request.jam] = KeptJam(self._embedder, request)
        jam = self._coming.get(request.jam) or self._jams.get(request.jam)
        if jam is None:
            return OutOfStep(job=request.job)
        with jam.lock:
            if request.before is not None and not jam.follow(request.before):
                return OutOfStep(job=request.job)
            jam.enter(request)
            if not jam.follow(request.after):
                return OutOfStep(job=request.job)
        if not request.more:
            self._keep(request.jam)
        return Done(job=request.job)

    def _keep(self, name: str) -> None:
        """What was told anew takes the place of what was known."""
        if name in self._coming:
            self._jams.pop(name, None)
            self._jams[name] = self._coming.pop(name)
        while len(self._jams) > MOST_JAMS:
            del self._jams[next(iter(self._jams))]

    def _worked_out(self, request: AnyRequest, jam: KeptJam) -> tuple[AnyHeard, bytes]:
        try:
            match request:
                case Steer():
                    return _steered(request, jam)
                case Regroup():
                    return self._regrouped(request, jam)
                case ProposeSplit():
                    return _proposed(request, jam), b""
                case _:
                    return _placed(request, jam), b""
        except (ClusteringError, msgspec.MsgspecError) as error:
            return _refusal(request, error), b""

    def _regrouped(self, request: Regroup, jam: KeptJam) -> tuple[AnyHeard, bytes]:
        note = self._notes(request.job)
        jam.warm(lambda done, total: note("embed", done, total))
        with jam.lock:
            jam.read()
            regrouping = jam.live.regrouping()
        found = regrouping.run(progress=note)
        with jam.lock:
            return _made(request.job, found, *jam.offer(found, regrouping))

    def _notes(self, job: str) -> Progress:
        """Tells every stage's begin and end, and in between ten steps a second at most."""
        last = time.monotonic()

        def note(stage: str, done: int, total: int) -> None:
            nonlocal last
            now = time.monotonic()
            if done in (0, total) or now - last >= SECONDS_BETWEEN_NOTES:
                last = now
                self._say(ProgressNote(job=job, stage=stage, done=done, total=total))

        return note


def _steered(request: Steer, jam: KeptJam) -> tuple[AnyHeard, bytes]:
    corrections = [msgspec.convert(one, AnyCorrection) for one in request.corrections]
    with jam.lock:
        found = tidied(steer(jam.live.map, corrections))
        return _made(request.job, found, *jam.offer(found))


def _made(job: str, found: ThemeMap, body: bytes, digest: str) -> tuple[AnyHeard, bytes]:
    made = Made(
        job=job,
        size=len(body),
        digest=digest,
        themes=len(found.themes),
        one_of_a_kind=len(found.one_of_a_kind),
        too_few=found.too_few,
    )
    return made, body


def _proposed(request: ProposeSplit, jam: KeptJam) -> AnyHeard:
    jam.warm(lambda done, total: None)
    with jam.lock:
        jam.read()
        parts = jam.live.propose_split(request.theme, request.parts)
    found = tuple(PartOut(name=name, ideas=ideas) for name, ideas in parts)
    return Proposed(job=request.job, theme=request.theme, parts=found)


def _placed(request: AnyRequest, jam: KeptJam) -> AnyHeard:
    jam.warm(lambda done, total: None)
    with jam.lock:
        jam.read()
        homes = jam.live.place()
        spots = {theme.id: theme.spot for theme in jam.live.map.themes}
    places = []
    for idea, theme in homes.items():
        spot = spots.get(theme)
        x, y = _at_the_rim(idea, spot.x, spot.y, spot.radius) if spot else (0.0, 0.0)
        places.append(PlaceOut(idea, theme, x, y))
    return Placed(job=request.job, places=tuple(places))


def _at_the_rim(idea: str, x: float, y: float, radius: float) -> tuple[float, float]:
    angle = 2 * pi * (mark_of(idea, "") % 360) / 360
    return round(x + RIM * radius * cos(angle), 1), round(y + RIM * radius * sin(angle), 1)


def _refusal(request: AnyRequest, error: Exception) -> Failed:
    code = getattr(error, "code", "parameters_refused")
    return Failed(job=request.job, code=code, message=str(error))
