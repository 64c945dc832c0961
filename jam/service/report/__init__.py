"""The outcome report: from one consistent read of a jam to a page, JSON and CSV. Pure throughout.

``ReportInputs`` (filled by the store) -> ``build_report`` -> ``Report`` -> ``ReportRenderer.html``,
``report_json``, ``themes_csv``, ``ideas_csv``. Same inputs, same bytes (guarantee G18).
"""

from jam.service.report.build import build_report
from jam.service.report.document import Report
from jam.service.report.exports import ideas_csv, report_json, themes_csv
from jam.service.report.inputs import ReportInputs
from jam.service.report.render import ReportRenderer, stylesheet
from jam.service.report.themes import ReportError

__all__ = [
    "Report",
    "ReportError",
    "ReportInputs",
    "ReportRenderer",
    "build_report",
    "ideas_csv",
    "report_json",
    "stylesheet",
    "themes_csv",
]
