"""Lengths of time and moments as people write them: ``45 min``, ``PT1H``; 9 o'clock in Europe/London.

A local time is taken for a moment only where it means exactly one: an hour that the clocks leave out or
show twice is refused with both times named. Used by every door through which a jam's schedule comes in.
"""

import contextlib
import re
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from jam.domain.entry import NO_PLACES, zone_of
from jam.domain.records import Millis
from jam.domain.rejections import Rejection

LENGTHS = '"45 min", "1 h", "1 h 30 min", "3 days", or PT45M, PT1H30M, P3D'
"""The forms that a length may have, for sentences."""
A_ZONE = "such as Europe/London"
_UNITS = {"min": 1, "minute": 1, "minutes": 1, "h": 60, "hour": 60, "hours": 60, "day": 1440, "days": 1440}
_WORDS = re.compile(rf"(?:\d{{1,6}} ?(?:{'|'.join(sorted(_UNITS, key=len, reverse=True))})(?: |$))+")
_WORD = re.compile(r"(\d+) ?([a-z]+)")
_ISO = re.compile(r"P(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,6})M)?)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = -62_000_000_000_000, 253_000_000_000_000
"""From the years 5 to 9987, so that every zone can show every moment."""
_FORMS = "2027-03-01 09:00"


class TimeError(ValueError):
    """Why a length, a zone or a moment cannot be used, and what to do."""


def minutes(text: object) -> int:
    """A length in minutes; days have 24 hours. Raises ``TimeError`` with the forms that are known."""
    if isinstance(text, str):
        plain = " ".join(text.split())
        if _WORDS.fullmatch(lower := plain.lower()):
            return sum(int(number) * _UNITS[unit] for number, unit in _WORD.findall(lower))
        if (found := _ISO.fullmatch(plain.upper())) and any(found.groups()):
            days, hours, rest = (int(part or 0) for part in found.groups())
            return days * 1440 + hours * 60 + rest
    raise TimeError(f"no length of time; write {LENGTHS}")


def zone(name: str | None) -> ZoneInfo:
    """A zone by its IANA name. Raises ``TimeError`` with a suggestion."""
    if not name:
        raise TimeError(f"no time zone is given; add your own, {A_ZONE}")
    found = zone_of(name)
    if isinstance(found, Rejection):
        raise TimeError(f"no time zone of this name; {_zone_like(name)}")
    return found


def _zone_like(name: str) -> str:
    """The nearest zone by its whole name, or by its city."""
    known = available_timezones() - NO_PLACES  # reads the whole folder, 20 ms: only for a suggestion
    plain = name[:60].strip().replace(" ", "_").lower()
    names = {one.lower(): one for one in sorted(known)}
    cities = {one.lower().rpartition("/")[2]: one for one in sorted(known, reverse=True) if "/" in one}
    for words, of in ((plain, names), (plain.rpartition("/")[2], cities)):
        if close := get_close_matches(words, list(of), n=1, cutoff=0.7):
            return f"did you mean {of[close[0]]}?"
    return f"use an area and a city, {A_ZONE}"


def moment(value: object, there: ZoneInfo) -> Millis:
    """The moment that a date and time means in a zone, in ms since 1970.

    Takes ``2027-03-01 09:00`` (as text or as TOML's own kind), also with an offset (``+01:00``, ``Z``),
    and a whole number of ms. Raises ``TimeError`` for anything else, and for what clocks leave out or show
    twice.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        if not _FIRST <= value <= _LAST:
            raise TimeError("too far away to be a time; look at the year")
        return value
    local = _local(value)
    if local.tzinfo is not None:
        return _millis(local)
    both = [local.replace(tzinfo=there, fold=fold) for fold in (0, 1)]
    if both[0].utcoffset() != both[1].utcoffset():
        raise TimeError(_unclear(local, both))
    return _millis(both[0])


def _local(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and ":" in value:
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(value.strip())
    if isinstance(value, date | time):
        raise TimeError(f"needs both a date and a time; write {_FORMS}")
    raise TimeError(f"no date and time; write {_FORMS}")


def _unclear(local: datetime, both: list[datetime]) -> str:
    earlier, later = both
    before, after = earlier.utcoffset() or timedelta(), later.utcoffset() or timedelta()
    shown, name = f"{local:%Y-%m-%d %H:%M}", str(earlier.tzinfo)
    if after > before:  # the gap: fold 0 counts with the offset before it, fold 1 with the one after
        gap = after - before
        return (
            f"{shown} does not exist in {name}: the clocks go forward over it; "
            f"write {local - gap:%H:%M} or {local + gap:%H:%M}"
        )
    return (
        f"{shown} comes twice in {name}: the clocks go back; "
        f"write {earlier.isoformat(' ', 'minutes')} or {later.isoformat(' ', 'minutes')}"
    )


def _millis(aware: datetime) -> Millis:
    return moment((aware - _EPOCH) // timedelta(milliseconds=1), ZoneInfo("UTC"))


def shown(at: Millis, there: ZoneInfo) -> str:
    """A moment as people in a zone read it: ``2027-03-01 09:00``."""
    return f"{datetime.fromtimestamp(at / 1000, there):%Y-%m-%d %H:%M}"
