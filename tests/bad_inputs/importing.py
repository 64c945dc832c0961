"""A running server with one jam, and `jam import` on files that a test writes."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio
import msgspec

from jam.cli.crowd.house import House
from jam.cli.crowd.server import ServerProcess, own_house
from tests.operations.commands import jam
from tests.patience import GROUPING


@dataclass(slots=True)
class Importing:
    """The server, the jam's code, and the folder in which the command runs."""

    house: House
    folder: Path
    id: str
    code: str

    def run(
        self, name: str, content: str | bytes | None = None, *more: str
    ) -> subprocess.CompletedProcess[str]:
        """`jam import NAME`; `content`, if given, is written to it first."""
        path = self.folder / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif content is not None:
            path.write_text(content, encoding="utf-8", newline="")
        return jam("import", name, "--jam", self.code, *more, folder=self.folder)

    async def another(self, folder: Path | None = None) -> Importing:
        """The same with a new jam on the same server, and with files in another folder."""
        made = await make_jam(self.house)
        if folder is not None:
            sign_in(folder, self.house)
        return replace(self, id=made["id"], code=made["code"], folder=folder or self.folder)

    async def report(self, name: str) -> str:
        """One of the report's files, once the report is made."""
        with anyio.fail_after(GROUPING):
            while await self.house.report_version(self.id) is None:  # noqa: ASYNC110
                await anyio.sleep(0.05)
        return (await self.house.download(f"/jams/{self.id}/{name}")).decode("utf-8-sig")

    async def texts(self) -> list[str]:
        """Every idea's text, in the order in which they came in."""
        return [one["value"] for one in await self.records("content") if one["kind"] == "text"]

    async def records(self, kind: str) -> list[dict[str, Any]]:
        """The lines of one kind of the records export."""
        raw = await self.house.download(f"/api/jams/{self.id}/records.jsonl")
        lines = [msgspec.json.decode(line) for line in raw.splitlines()]
        return [line for line in lines if line["record"] == kind]


async def make_jam(house: House) -> dict[str, Any]:
    """A jam of one forum that shows every idea at once."""
    forums = [{"title": "Green", "question": "What is missing?"}]
    return await house.create_jam("Parks", forums, settings={"policy": "open"})


@asynccontextmanager
async def importing(folder: Path) -> AsyncIterator[Importing]:
    """A server of one's own, signed in to, with a jam."""
    async with own_house(ServerProcess(folder)) as house:
        made = await make_jam(house)
        sign_in(folder, house)
        yield Importing(house=house, folder=folder, id=made["id"], code=made["code"])


def sign_in(folder: Path, house: House) -> None:
    """Let commands in ``folder`` speak to this server."""
    token = folder / "jam-token"
    token.write_text(f"{house.token}\n{house.url}\n")
    token.chmod(0o600)
