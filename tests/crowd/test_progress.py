"""Progress is told on the console it was given, and nowhere when nobody watches."""

from __future__ import annotations

import io

from rich.console import Console

from jam.cli.crowd.progress import Bars


def shown(*, terminal: bool) -> str:
    out = io.StringIO()
    with Bars(Console(file=out, force_terminal=terminal, width=80, color_system=None)) as bars:
        bars.show("texts", 3, 10)
        bars.show("embed", 1, 4)
    return out.getvalue()


def test_each_stage_has_its_bar_and_is_full_when_the_next_begins() -> None:
    text = shown(terminal=True)
    assert "texts" in text
    assert "10/10" in text
    assert "themes: understand" in text
    assert "1/4" in text


def test_nothing_is_drawn_where_there_is_no_terminal() -> None:
    assert shown(terminal=False).strip() == ""
