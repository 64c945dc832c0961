"""``jam import``: ideas written elsewhere, from a CSV or JSON lines file into a jam of a running server.

The running server is the only door, because it is the only writer of the log: each row becomes a command, is
checked like any other idea, and its event says that it was imported. All rows or none, unless told otherwise.
"""

import asyncio
import contextlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from jam.cli.crowd.house import House, Refused, Unreachable
from jam.cli.files import FileFailed
from jam.cli.imports.encoding import BadFile
from jam.cli.imports.file import IdeasFile, Row, Wish
from jam.cli.imports.rows import Target, shown
from jam.cli.plain import WRONG_USE, complain, say, say_json, stop
from jam.cli.server_access import TOKEN_FILE, AsJson, TokenFile, Url, exit_code, find_jam, talk

AT_ONCE = 16
MOST_COMPLAINTS = 10
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}


@dataclass(slots=True)
class Count:
    """How many rows were checked, were bad, are replies, are new in the jam, and were there before."""

    good: int = 0
    bad: int = 0
    replies: int = 0
    added: int = 0
    already: int = 0


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV with a header, or JSON lines (.jsonl).")],
    jam: Annotated[str, typer.Option("--jam", metavar="JAM", help="The jam's join code or id.")],
    forum: Annotated[
        str | None, typer.Option("--forum", help="Where ideas go whose row names no forum: its title or id.")
    ] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", help="If it cannot be told for sure.")] = None,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", help="comma, semicolon, tab or bar; if it cannot be told.")
    ] = None,
    first_line: Annotated[int, typer.Option("--from", min=1, help="Leave out what stands above.")] = 1,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Import the good rows; the others go to FILE.rejects.jsonl.")
    ] = False,
    url: Url = None,
    token_file: TokenFile = TOKEN_FILE,
    as_json: AsJson = False,
) -> None:
    """Bring in ideas: the column `text`, and if there are such `id`, `forum`, `tags`, `lang`, `ts`.

    The same file again adds nothing twice. Exit codes: 0 done, 1 failed on the way, 2 the file or its use is
    wrong, 3 the jam takes no ideas now.
    """
    if delimiter is not None and delimiter not in (*_DELIMITERS, *_DELIMITERS.values()):
        stop("import", f"--delimiter {shown(delimiter)} is none; choose {', '.join(_DELIMITERS)}", WRONG_USE)
    wish = Wish(file, encoding, _DELIMITERS.get(delimiter or "", delimiter), first_line)
    try:
        ideas = IdeasFile(wish)
    except BadFile as wrong:
        _stop_at(file, wrong)

    async def work(house: House) -> None:
        target = await _target(house, jam, forum)
        count = Count()
        with _rejects(file, skip_bad) as rejects:
            _check(ideas, file, target[1], count, rejects)
        complain("import", f"{file}: read as {ideas.says}")
        for note in ideas.notes():
            complain("import", note)
        if count.replies:
            complain("import", f"{count.replies} replies are left out: only ideas can be brought in")
        await _send(house, target, ideas, file, count)
        _tell(file, count, ideas, as_json)

    talk("import", url, token_file, work)


def _stop_at(file: Path, wrong: BadFile) -> Any:
    where = f"{file}:{wrong.line}" if wrong.line else f"{file}"
    stop("import", f"{where}: {wrong}", WRONG_USE)


async def _target(house: House, name: str, forum: str | None) -> tuple[str, Target]:
    """The jam's id, and what its rows must fit."""
    jam = (await find_jam(house, name))["jam"]
    view = await house.jam(jam["id"])
    forums = {one["id"]: one["title"] for one in view["forums"] if one["open"]}
    chosen = next(iter(forums)) if len(forums) == 1 else None
    if forum is not None:
        chosen = next((i for i, t in forums.items() if forum == i or forum.casefold() == t.casefold()), None)
        if chosen is None:
            titles = ", ".join(shown(title) for title in forums.values()) or "none"
            stop(
                "import",
                f"--forum {shown(forum)}: no open forum has this name; there are {titles}",
                WRONG_USE,
            )
    limit = view["jam"]["text_limit"]
    return jam["id"], Target(limit, forums, chosen, round(time.time() * 1000))


@contextlib.contextmanager
def _rejects(file: Path, wanted: bool) -> Iterator[IO[str] | None]:
    """A file for bad rows, whole or not at all; none where they stop the import."""
    if not wanted:
        yield None
        return
    path = file.with_name(f"{file.name}.rejects.jsonl")
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="ascii", dir=path.absolute().parent, prefix=".jam-", delete=False
        ) as rejects:
            try:
                yield rejects
                rejects.flush()
                if rejects.tell():
                    os.replace(rejects.name, path)  # noqa: PTH105
            finally:
                Path(rejects.name).unlink(missing_ok=True)
    except OSError as failed:
        raise FileFailed(f"{path}: {failed.strerror or failed}; choose another place") from None


def _check(ideas: IdeasFile, file: Path, target: Target, count: Count, rejects: IO[str] | None) -> None:
    """Read all of it once. Ends the command where a row is bad and none may be left out."""
    complaints = []
    try:
        for row in ideas.rows(target):
            if row.command:
                count.good += 1
                continue
            if not row.wrong:
                count.replies += 1
                continue
            count.bad += 1
            if rejects:
                line = {"line": row.found.line, "why": row.wrong, "record": row.found.raw.rstrip("\n")}
                rejects.write(json.dumps(line) + "\n")
            elif count.bad <= MOST_COMPLAINTS:
                complaints.append(f"{file}:{row.found.line}: {row.wrong}")
    except BadFile as wrong:
        _stop_at(file, wrong)
    for complaint in complaints:
        complain("import", complaint)
    if complaints:
        stop(
            "import",
            f"{file}: nothing was imported: {count.bad} of {count.good + count.bad} rows are wrong; "
            "correct them, or import the others with --skip-bad",
            WRONG_USE,
        )
    if not count.good:
        stop("import", f"{file}: there is no idea in it to import", WRONG_USE)


async def _send(house: House, target: tuple[str, Target], ideas: IdeasFile, file: Path, count: Count) -> None:
    """Send the good rows, a few at a time; what is in before a failure stays, and is not added again."""
    good = (row for row in ideas.rows(target[1]) if row.command)
    first = None
    try:
        while rows := list(islice(good, AT_ONCE)):
            first = rows[0].found.line
            for answer in await asyncio.gather(*(_send_one(house, target[0], row, file) for row in rows)):
                count.already += bool(answer.get("replayed"))
                count.added += not answer.get("replayed")
    except (Refused, Unreachable) as failed:
        complain("import", failed)
        stop(
            "import",
            f"{file}: {count.added + count.already} of {count.good} rows are in; run the same again, "
            f"or go on with --from {first}: no row is added twice",
            exit_code(failed) if isinstance(failed, Refused) else 1,
        )


async def _send_one(house: House, jam: str, row: Row, file: Path) -> dict[str, Any]:
    assert row.command is not None
    try:
        return await house.command(jam, row.command)
    except Refused as refused:
        raise Refused(refused.status, refused.code, f"{file}:{row.found.line}: {refused}") from None


def _tell(file: Path, count: Count, ideas: IdeasFile, as_json: bool) -> None:
    if as_json:
        figures = {"added": count.added, "already": count.already, "rejected": count.bad}
        figures["replies"] = count.replies
        say_json({**figures, "read_as": ideas.says})
        return
    say(f"imported: {count.added} added, {count.already} there already, {count.bad} left out")
    if count.bad:
        say(f"left out: {file}.rejects.jsonl says why")
