"""From what people write to the plan of a jam: the one way in for the form, the API, jam files and templates.

A form is a plan with times as people say them (local times in a zone, ``45 min``); ``plan_from`` works out
when each phase begins and ends, and names every fault by its key. Makes ``JamPlan`` for ``create_jam``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from jam.domain.names import Phase
from jam.domain.records import Millis
from jam.domain.rejections import Rejection, reject
from jam.domain.schedule import MAX_MINUTES
from jam.service.jams import JamPlan, PhasePlan, check_plan
from jam.service.local_times import TimeError, minutes, moment, shown, zone
from jam.service.shape import Wrong, wrongs
from jam.service.toml_file import KeyPath

WRAP_UP_MINUTES = 30
MOST_FAULTS = 20
_MINUTE = 60_000
_LENGTHS = "must last more than 0 and at most 31 days"


class PhaseForm(PhasePlan, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A phase as people write it: its length (``lasts`` or ``minutes``) or its end (``closes_at``)."""

    lasts: str | None = None
    opens_at: Any = None
    closes_at: Any = None


class JamForm(JamPlan, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan as people write it. Times are ``2027-03-01 09:00`` in ``zone``, TOML's own kind, or ms.

    ``opens_at`` and ``closes_at`` say from when until when people write; with ``phases`` each phase may say
    it for itself. The phase ``closed`` at the end need not be written.
    """

    zone: str | None = None  # type: ignore[assignment]
    opens_at: Any = None
    closes_at: Any = None
    phases: list[PhaseForm] | None = None  # type: ignore[assignment]


def read_plan(values: Mapping[str, Any], now: Millis, *, zone_needed: bool = False) -> JamPlan | list[Wrong]:
    """The plan that plain values describe, or the first ``MOST_FAULTS`` faults with the way to each key."""
    if faults := list(islice(wrongs(values, JamForm), MOST_FAULTS)):
        return faults
    return plan_from(msgspec.convert(values, JamForm), now, zone_needed=zone_needed)


def plan_from(form: JamForm, now: Millis, *, zone_needed: bool = False) -> JamPlan | list[Wrong]:
    """The plan that a form describes, or its faults. ``now`` in ms: no jam opens in the past."""
    faults: list[Wrong] = []
    there = _zone(form, faults, zone_needed)
    schedule = _Schedule(form, there, faults)
    phases = schedule.phases()
    if faults:
        return faults
    given = {name: getattr(form, name) for name in JamPlan.__struct_fields__}
    given |= {"phases": phases, "opens_at": schedule.opens, "zone": form.zone or "UTC"}
    checked = check_plan(JamPlan(**given), now)
    return checked[:MOST_FAULTS] if isinstance(checked, list) else checked


def _zone(form: JamForm, faults: list[Wrong], needed: bool) -> ZoneInfo:
    times = [form.opens_at, form.closes_at]
    times += [at for phase in form.phases or [] for at in (phase.opens_at, phase.closes_at)]
    local = any(at is not None and not isinstance(at, int) for at in times)
    try:
        return zone(form.zone if needed or local else form.zone or "UTC")
    except TimeError as wrong:
        faults.append(Wrong(("zone",), str(wrong), "zone_bad"))
        return ZoneInfo("UTC")


@dataclass(slots=True)
class _Schedule:
    """Walks through the phases with the moment at which the next one begins, as far as that is known."""

    form: JamForm
    there: ZoneInfo
    faults: list[Wrong]
    opens: Millis | None = None
    begins: Millis | None = None
    lost: bool = field(default=False)

    def phases(self) -> list[PhasePlan] | None:
        """The phases with their lengths; faults are noted with their keys."""
        self.opens = self.begins = self._moment(self.form.opens_at, ("opens_at",))
        if self.form.phases is None:
            return self._without_phases()
        if self.form.closes_at is not None:
            what = "each of the [[phases]] says when it closes; move closes_at there"
            self._wrong(("closes_at",), what)
        plans = [self._plan(one, ("phases", n)) for n, one in enumerate(self.form.phases)]
        if plans and plans[-1].phase is not Phase.CLOSED:
            plans.append(PhasePlan(phase=Phase.CLOSED))
        return plans

    def _without_phases(self) -> list[PhasePlan] | None:
        if self.form.closes_at is None:
            return None
        ideate = PhaseForm(phase=Phase.IDEATE, closes_at=self.form.closes_at)
        return [
            PhasePlan(phase=Phase.LOBBY),
            self._plan(ideate, ()),
            PhasePlan(phase=Phase.WRAP_UP, minutes=WRAP_UP_MINUTES),
            PhasePlan(phase=Phase.CLOSED),
        ]

    def _plan(self, phase: PhaseForm, path: KeyPath) -> PhasePlan:
        if sum(given is not None for given in (phase.lasts, phase.minutes, phase.closes_at)) > 1:
            self._wrong(path, f"{phase.phase} says its length twice; keep one of lasts, minutes, closes_at")
        length = self._length(phase, path)
        if phase.phase is Phase.LOBBY:
            length = self._lobby(phase, length, path)
        elif phase.phase is not Phase.CLOSED:
            self._begin(phase, path)
            length = self._until(phase, length, path)
        elif not (length is None and phase.opens_at is None and phase.closes_at is None):
            self._wrong(path, "closed has no times of its own; it begins when the phase before it ends")
        return PhasePlan(phase=phase.phase, minutes=length)

    def _length(self, phase: PhaseForm, path: KeyPath) -> float | None:
        if phase.lasts is None:
            return self._minutes(phase, path)
        try:
            length = minutes(phase.lasts)
        except TimeError as wrong:
            self._wrong((*path, "lasts"), str(wrong))
            return None
        if 0 < length <= MAX_MINUTES:
            return length
        why = _LENGTHS if length else "has no length; leave it out, or give it some time"
        self._wrong((*path, "lasts"), f"{phase.phase} {why}")
        return None

    def _minutes(self, phase: PhaseForm, path: KeyPath) -> float | None:
        if phase.minutes is None or 1 / _MINUTE <= phase.minutes <= MAX_MINUTES:
            return phase.minutes
        self._wrong((*path, "minutes"), f"{phase.phase} {_LENGTHS}")
        return None

    def _lobby(self, phase: PhaseForm, length: float | None, path: KeyPath) -> float | None:
        """The lobby is open from the jam's making until the jam opens."""
        if phase.opens_at is not None:
            self._wrong((*path, "opens_at"), "the lobby is open as soon as the jam is made; leave this out")
        closes = self._moment(phase.closes_at, (*path, "closes_at"))
        if closes is not None:
            self._open(closes, (*path, "closes_at"))
        elif length is not None and self.opens is not None:
            self._wrong(path, "the lobby lasts until the jam opens; keep its length or opens_at")
        return length

    def _open(self, at: Millis, path: KeyPath) -> None:
        """The jam opens ``at``: said once, or twice the same."""
        if self.opens not in (None, at):
            both = f"{self._shown(at)}, but opens_at is {self._shown(self.opens)}"
            self._wrong(path, f"the jam opens here at {both}; keep one")
        self.opens = self.begins = at

    def _begin(self, phase: PhaseForm, path: KeyPath) -> None:
        """Phases follow each other without overlap and without a gap."""
        at = self._moment(phase.opens_at, (*path, "opens_at"))
        if at is None or at == self.begins:
            return
        where = (*path, "opens_at")
        if self.begins is None:
            if self._is_first(path):
                self._open(at, where)
            else:
                self._wrong(where, "cannot be used without the end of the phase before; give that one lasts")
        elif self._is_first(path):
            self._open(at, where)
        else:
            told = f"{phase.phase} opens at {self._shown(at)}"
            before = f"the phase before it closes at {self._shown(self.begins)}"
            kind = "they overlap" if at < self.begins else "nothing runs between"
            self._wrong(where, f"{told}, but {before}: {kind}; make them the same")

    def _is_first(self, path: KeyPath) -> bool:
        """Whether nothing but the lobby stands before this phase."""
        number = path[1] if len(path) > 1 else 0
        before = (self.form.phases or [])[: number if isinstance(number, int) else 0]
        return all(one.phase is Phase.LOBBY for one in before)

    def _until(self, phase: PhaseForm, length: float | None, path: KeyPath) -> float | None:
        where = (*path, "closes_at")
        closes = self._moment(phase.closes_at, where)
        if closes is None:
            known = self.begins is not None and length is not None
            self.begins = self.begins + round(length * _MINUTE) if known else None  # type: ignore[operator]
            return length
        if self.begins is None:
            self._wrong(where, "cannot be used without a beginning; give opens_at, or use lasts")
            return None
        if closes <= self.begins:
            both = f"{self._shown(closes)}, which is not after it opens at {self._shown(self.begins)}"
            self._wrong(where, f"{phase.phase} closes at {both}; choose a later time")
        length, self.begins = (closes - self.begins) / _MINUTE, closes
        return length

    def _moment(self, at: Any, path: KeyPath) -> Millis | None:
        if at is None:
            return None
        try:
            return moment(at, self.there)
        except TimeError as wrong:
            self._wrong(path, str(wrong), "opening_bad")
            return None

    def _shown(self, at: Millis | None) -> str:
        return "–" if at is None else shown(at, self.there)

    def _wrong(self, path: KeyPath, what: str, code: str = "schedule_bad") -> None:
        """Note a fault; what follows from it, such as an unknown beginning, is not told again."""
        if not self.lost:
            self.faults.append(Wrong(path, what, code))
        self.lost = True


def rejection(fault: Wrong) -> Rejection:
    """A fault as a refusal of the API."""
    if fault.refused is not None:
        return fault.refused
    if fault.code == "unknown_field":
        return reject("unknown_field", field=fault.key[:80])
    return reject(fault.code, detail=f"{fault.key}: {fault.what}")
