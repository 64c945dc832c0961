"""``jam export``: the whole record of a jam as JSONL, and the ideas that everyone may read as CSV.

The CSV has the columns that ``jam import``, ``jam themes`` and ``jam replay`` read; ``jam import`` makes the
same ideas of it again (replies stay where they are: they belong to people who joined).
"""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from jam.cli.crowd.house import House
from jam.cli.files import FileFailed, write_whole
from jam.cli.imports.exported import COLUMNS, tags_cell
from jam.cli.plain import say, say_json
from jam.cli.server_access import TOKEN_FILE, AsJson, JamName, TokenFile, Url, find_jam, talk
from jam.service.report.exports import neutral

PAGE = 200


def export(
    jam: JamName,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FOLDER", help="Where to. Default: named after the jam."),
    ] = None,
    url: Url = None,
    token_file: TokenFile = TOKEN_FILE,
    as_json: AsJson = False,
) -> None:
    """Write a jam's records (records.jsonl) and its ideas (ideas.csv) into a folder.

    The records hold pending and hidden texts too: keep them where only the records officer can read them.
    Exit codes: 0 written, 1 failed, 2 wrong use.
    """

    async def work(house: House) -> None:
        view = (await find_jam(house, jam))["jam"]
        folder = output or Path(f"jam-{view['code']}")
        _make(folder)
        records = await house.download(f"/api/jams/{view['id']}/records.jsonl")
        ideas = await _ideas(house, view["id"])
        write_whole(folder / "records.jsonl", records, mode=0o600)
        write_whole(folder / "ideas.csv", csv_of(ideas, await _forums(house, view["id"])))
        facts = {"folder": str(folder), "records": records.count(b"\n"), "ideas": len(ideas)}
        if as_json:
            say_json(facts)
        else:
            say(f"{folder / 'records.jsonl'}: {facts['records']} records")
            say(f"{folder / 'ideas.csv'}: {facts['ideas']} ideas and replies")

    talk("export", url, token_file, work)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise FileFailed(f"{folder}: is a file, and an export is a folder; choose another name") from None
    except OSError as failed:
        raise FileFailed(f"{folder}: {failed.strerror or failed}; choose another place") from None


async def _forums(house: House, jam: str) -> dict[str, str]:
    return {forum["id"]: forum["title"] for forum in (await house.jam(jam))["forums"]}


async def _ideas(house: House, jam: str) -> list[dict[str, Any]]:
    """Every published idea and reply, in the order of their arrival."""
    found: dict[str, dict[str, Any]] = {}
    before, more = 2**53, True
    while more:
        page = await house.get(f"/api/jams/{jam}/ideas?before={before}&limit={PAGE}")
        shown = [one for one in page["ideas"] if one["status"] == "published" and one.get("text")]
        found.update((one["id"], one) for one in shown)
        places = [
            one["published"] for one in page["ideas"] if one.get("published") and not one.get("reply_to")
        ]
        more = bool(page.get("older") and places)
        before = min(places, default=0)
    return sorted(found.values(), key=lambda one: int(one["seq"]))


def csv_of(ideas: list[dict[str, Any]], forums: dict[str, str]) -> bytes:
    """UTF-8 with a header; cells that a spreadsheet would take for a formula are made text (threat T4)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for idea in ideas:
        at = datetime.fromtimestamp(idea["at"] / 1000, UTC).isoformat(timespec="milliseconds")
        cells = (
            *(idea["id"], idea["text"], idea.get("handle") or "", forums.get(idea["forum"], "")),
            *(at.replace("+00:00", "Z"), idea.get("reply_to") or "", tags_cell(idea.get("tags", []))),
            *(idea.get("lang", "en"), "true" if idea.get("official") else ""),
        )
        writer.writerow([neutral(cell) for cell in cells])
    return text.getvalue().encode()
