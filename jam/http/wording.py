"""What pages say in the reader's words: moments with their zone, how much time is left, refusals.

The rooms do the same in the browser, where the reader's own zone is known; a page names the jam's.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_datetime

from jam.domain.records import Millis
from jam.domain.rejections import Rejection, reject

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_TIMED = {
    "jam_not_started": "The jam opens at {time}. Your text is still below: send it then",
    "not_yet": "This opens at {time}. Your text is still below: send it then",
    "phase_over": "Time for this ended at {time}. Copy your text if you want to keep it",
    "jam_closed": "The jam closed at {time}. Copy your text if you want to keep it",
}
_UNTIMED = {"jam_not_started": "Writing opens when a facilitator starts it. Your text is still below"}


class Moments:
    """Spells moments in one zone; a zone that this machine does not know is spelled as UTC."""

    def __init__(self, zone: str, now: Millis, locale: str = "en") -> None:
        self._zone, self.zone = _zone(zone)
        self.now = now
        self._locale = locale

    def clock(self, at: Millis) -> str:
        """ "20:00 UTC"; with the day where that is not today."""
        there, today = self._there(at), self._there(self.now)
        pattern = "HH:mm" if there.date() == today.date() else "EEE d MMM, HH:mm"
        return f"{format_datetime(there, pattern, locale=self._locale)} {self.zone}"

    def date(self, at: Millis) -> str:
        """ "21 November 2026"."""
        return str(format_datetime(self._there(at), "d MMMM y", locale=self._locale))

    def iso(self, at: Millis) -> str:
        """For machines, in UTC."""
        return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")

    def left(self, until: Millis) -> str:
        """ "18 minutes left"; never promises more time than there is."""
        rest = max(0, until - self.now)
        if rest < MINUTE:
            return _count(rest // 1000, "second")
        if rest < HOUR:
            return _count(rest // MINUTE, "minute")
        if rest < 2 * DAY:
            return f"{rest // HOUR} h {rest % HOUR // MINUTE} min left"
        return _count(rest // DAY, "day")

    def refusal(self, refused: Rejection) -> str:
        """The sentence of a refusal, with its moments written out."""
        times = {name: self.clock(at) for name, at in refused.facts.items() if _is_moment(name, at)}
        if refused.code in _TIMED:
            sentence = _TIMED[refused.code] if times else _UNTIMED.get(refused.code, "")
            if sentence:
                return sentence.format(time=next(iter(times.values()), ""))
        return reject(refused.code, **{**refused.facts, **times}).message

    def _there(self, at: Millis) -> datetime:
        return datetime.fromtimestamp(at / 1000, self._zone)


def _is_moment(name: str, at: object) -> bool:
    return name.endswith("_at") and isinstance(at, int)


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'} left"


def _zone(name: str) -> tuple[ZoneInfo, str]:
    try:
        return ZoneInfo(name), name
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC"), "UTC"
