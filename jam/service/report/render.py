"""The report as a page: HTML that works without JavaScript, on a phone, in the dark and on paper.

Takes a ``Report`` and nothing else, so the page cannot say more than the data does. People's words are
escaped, isolated and carry their language; every other string goes through gettext. The same page is
served (stylesheet by link, for the strict content policy) and written to a file (stylesheet inside).
"""

import base64
import hashlib
from datetime import datetime
from gettext import NullTranslations
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_decimal
from jinja2 import Environment, FunctionLoader, StrictUndefined

from jam.domain.entry import zone_of
from jam.domain.rejections import Rejection
from jam.service.report.charts import theme_bars, time_chart
from jam.service.report.document import Report
from jam.service.report.page import Page
from jam.service.report.theme_picture import drawn


def _source(name: str) -> str | None:
    path = files("web").joinpath("templates", *name.split("/"))
    return path.read_text(encoding="utf-8") if path.is_file() else None


def stylesheet() -> str:
    """The report's own stylesheets in their order, as they are put inside a file."""
    sheets = (files("web").joinpath("style", name) for name in ("report.css", "theme-map.css"))
    return "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)


class ReportRenderer:
    """Renders reports in one language; made once by the composition root, safe to share.

    ``translations`` holds the strings, ``locale`` (CLDR) the spelling of numbers and dates.
    """

    def __init__(self, translations: NullTranslations | None = None, locale: str = "en") -> None:
        self._locale = locale
        self._words = translations or NullTranslations()
        self._environment = Environment(
            loader=FunctionLoader(_source),
            extensions=["jinja2.ext.i18n"],
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        self._environment.policies["ext.i18n.trimmed"] = True
        self._environment.install_gettext_translations(self._words, newstyle=True)  # type: ignore[attr-defined]

    def html(self, report: Report, *, standalone: bool = False, address: str = "") -> bytes:
        """The page, UTF-8.

        ``standalone`` puts the stylesheet inside and links the exports as files beside the page;
        otherwise both are addresses of the server. ``address`` is the report's permanent address, to
        be printed on it.
        """
        page = Page(report)
        style = stylesheet() if standalone else ""
        return (
            self._environment.get_template("report.html")
            .render(
                r=report,
                page=page,
                theme_bars=theme_bars(report.grouping, page.audiences),
                drawn=drawn,
                time_drawn=time_chart(report.timeline, report.phases),
                style=style,
                style_hash=_style_hash(style),
                standalone=standalone,
                exports="" if standalone else f"/jams/{report.jam}/",
                address=address,
                **_Spelling(self._locale, report.zone).helpers(),
            )
            .encode()
        )


def _style_hash(style: str) -> str:
    """What a content policy calls this very stylesheet."""
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


class _Spelling:
    """Numbers and times as the reader's language spells them; times in UTC and in the jam's zone.

    Remembers what it spelled, since thousands of ideas share a few hundred minutes.
    """

    def __init__(self, locale: str, zone: str) -> None:
        self._locale = locale
        self._zone_name = zone
        self._zone = _zone(zone)
        self._spelled: dict[tuple[datetime, str], str] = {}

    def helpers(self) -> dict[str, Any]:
        """The functions that templates call, the page's language and the zone of short times."""
        lang = self._locale.replace("_", "-")
        zone = self._zone_name if self._zone else "UTC"
        return {"lang": lang, "zone": zone, "num": self.num, "when": self.when, "clock": self.clock}

    def num(self, number: int) -> str:
        return format_decimal(number, locale=self._locale)

    def when(self, at: datetime) -> str:
        """A date and time with its zone, to the minute; UTC beside it, with its date where that differs."""
        utc = self._spell(at, "d MMMM y, HH:mm")
        if self._zone is None:
            return f"{utc} UTC"
        local = at.astimezone(self._zone)
        beside = self._spell(at, "HH:mm") if local.date() == at.date() else utc
        return f"{self._spell(local, 'd MMMM y, HH:mm')} {self._zone_name} ({beside} UTC)"

    def clock(self, at: datetime, pattern: str = "d MMM, HH:mm") -> str:
        """A time for a list or an axis, without its zone: the one that the page names first."""
        return self._spell(at.astimezone(self._zone) if self._zone else at, pattern)

    def _spell(self, at: datetime, pattern: str) -> str:
        key = (at.replace(tzinfo=None), pattern)
        if key not in self._spelled:
            self._spelled[key] = format_datetime(at.replace(tzinfo=None), pattern, locale=self._locale)
        return self._spelled[key]


def _zone(name: str) -> ZoneInfo | None:
    """The zone, or none where it is UTC or this machine does not know it: UTC is printed in any case."""
    zone = zone_of(name)
    return None if isinstance(zone, Rejection) or name == "UTC" else zone
