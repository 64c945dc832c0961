"""``jam list``: the jams of a server, and how any command writes a jam, its clock and its code in a line."""

import shutil
import sys
from typing import Any

from jam.cli.crowd.house import House
from jam.cli.plain import one_line, say, say_json
from jam.cli.server_access import TOKEN_FILE, AsJson, TokenFile, Url, talk
from jam.service.local_times import TimeError, shown, zone

NARROW = 72
"""Below this many columns a jam takes several lines."""


def list_(url: Url = None, token_file: TokenFile = TOKEN_FILE, as_json: AsJson = False) -> None:
    """List the jams of the server, newest first: code, what is running, people, ideas, title.

    Exit codes: 0 listed, 1 failed, 2 wrong use.
    """

    async def work(house: House) -> None:
        lines = (await house.get("/api/jams"))["jams"]
        if as_json:
            say_json([{**line["jam"], **line["totals"]} for line in lines])
        elif lines:
            show(lines)
        else:
            say("There is no jam yet. Make one with jam create.")

    talk("list", url, token_file, work)


def show(lines: list[dict[str, Any]]) -> None:
    """The jams as people read them; never cut off, as somebody may be reading them through a pipe."""
    rows = [_cells(line) for line in lines]
    if sys.stdout.isatty() and shutil.get_terminal_size().columns < NARROW:
        for code, clock, numbers, title in rows:
            say(f"{code}  {title}\n  {clock}\n  {numbers}")
        return
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        say("  ".join([*padded, row[3]]))


def _cells(line: dict[str, Any]) -> tuple[str, str, str, str]:
    view, totals = line["jam"], line["totals"]
    numbers = f"{totals['people']} people, {totals['ideas']} ideas"
    return spaced(view["code"]), standing(view), numbers, one_line(view["title"])


def standing(view: dict[str, Any]) -> str:
    """Where a jam's clock stands, in a few words."""
    slot = view["phases"][view["phase_index"]]
    if view.get("paused_at"):
        return f"{slot['phase']}, paused"
    return f"{slot['phase']} until {local(slot['ends_at'], view)}" if slot.get("ends_at") else slot["phase"]


def local(at: int, view: dict[str, Any]) -> str:
    """A moment as the jam's people read it, with their zone."""
    try:
        there = zone(view.get("zone", "UTC"))
    except TimeError:  # the server knows a zone that this machine does not
        there = zone("UTC")
    return f"{shown(at, there)} {there}"


def spaced(code: str) -> str:
    """A join code as it is read out: two groups of four."""
    return f"{code[:4]}-{code[4:]}" if len(code) == 8 else code
