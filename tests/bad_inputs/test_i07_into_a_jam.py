"""Rows I3, I7, I8, I11 and I12 of the bad inputs, through a running server: nothing half, nothing twice,
every word as it was written, and a report for a jam with hardly an idea.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from jam.domain.commands import CloseJam, ImportIdea, StartNextPhase
from jam.domain.text import check_text
from tests.bad_inputs.importing import Importing, importing
from tests.patience import PATIENCE
from tests.threats.naughty import BIG_LIST, OURS

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
TRIES = 5
ROWS = 200
FORMULA = ("=", "+", "-", "@")


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Importing]:
    """One server for all tests here; each has a jam and a folder of its own."""
    async with importing(tmp_path_factory.mktemp("importing")) as one:
        yield one


@pytest.fixture
async def jam(server: Importing, tmp_path: Path) -> Importing:
    return await server.another(tmp_path)


async def test_i3_one_bad_row_keeps_all_out_and_skip_bad_keeps_the_reason_and_the_record(
    jam: Importing,
) -> None:
    content = "id,text\n1,A bench\n2\n3,A tree\n"
    refused = jam.run("a.csv", content)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "a.csv:3: has too few cells" in refused.stderr
    assert "nothing was imported" in refused.stderr
    assert await jam.texts() == []
    done = jam.run("a.csv", None, "--skip-bad", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout).items() >= {"added": 2, "already": 0, "rejected": 1}.items()
    [reject] = (jam.folder / "a.csv.rejects.jsonl").read_text().splitlines()
    assert json.loads(reject).items() >= {"line": 3, "record": "2"}.items()
    assert sorted(await jam.texts()) == ["A bench", "A tree"]
    events = [one["data"].get("imported") for one in await jam.records("event") if "idea" in one["kind"]]
    assert events == [{"written_at": None}] * 2


async def _killed(jam: Importing, path: Path) -> tuple[Importing, int]:
    """A jam in which an import was killed half-way, and how many rows were in by then.

    Where the machine stood still so long that all of them were in, it is tried again with another jam.
    """
    for _ in range(TRIES):
        fresh = await jam.another()
        with subprocess.Popen(  # noqa: ASYNC220
            [sys.executable, "-m", "jam", "import", path.name, "--jam", fresh.code],
            cwd=jam.folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as first:
            with anyio.fail_after(PATIENCE):
                while not (some := len(await fresh.texts())):  # noqa: ASYNC110
                    await anyio.sleep(0.01)
            first.kill()
        if some < ROWS:
            return fresh, some
    raise AssertionError(f"{TRIES} imports were over before they could be killed")


async def test_i7_an_import_that_was_killed_is_completed_by_the_next_and_a_third_adds_nothing(
    jam: Importing,
) -> None:
    path = jam.folder / "many.csv"
    path.write_text("text\n" + "".join(f"Idea number {n // 2}\n" for n in range(ROWS)))
    jam, some = await _killed(jam, path)
    second = json.loads(jam.run(path.name, None, "--json").stdout)
    assert second["added"] + second["already"] == ROWS
    assert second["already"] >= some
    third = json.loads(jam.run(path.name, None, "--json").stdout)
    assert (third["added"], third["already"]) == (0, ROWS)
    texts = await jam.texts()
    assert len(texts) == ROWS
    assert len(set(texts)) == ROWS // 2


@pytest.mark.parametrize(
    ("every", "least"), [(6, 120), pytest.param(1, 500, marks=pytest.mark.full)], ids=["a sixth", "all"]
)
async def test_i8_naughty_strings_are_stored_as_they_are_and_safe_in_the_spreadsheet(
    jam: Importing, every: int, least: int
) -> None:
    big = json.loads(BIG_LIST.read_text(encoding="utf-8"))
    formulas = [text for text in big if text.lstrip().startswith(FORMULA)]
    strings = [*dict.fromkeys([*big[::every], *formulas]), *OURS, "=cmd|' /C calc'!A0"]
    kept = {text: clean for text in strings if isinstance(clean := check_text(text, 500), str)}
    assert len(kept) > least
    (jam.folder / "blns.jsonl").write_text(
        "".join(json.dumps({"text": text}) + "\n" for text in strings), encoding="utf-8"
    )
    done = jam.run("blns.jsonl", None, "--skip-bad", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rejected"] == sum(text not in kept for text in strings)
    assert sorted(await jam.texts()) == sorted(kept[text] for text in strings if text in kept)
    await jam.house.command(jam.id, CloseJam(client_id="close"))
    sheet = await jam.report("ideas.csv")
    cells = [row["text"] for row in csv.DictReader(io.StringIO(sheet, newline=""))]
    assert len(cells) == len(await jam.texts())
    assert [cell for cell in cells if cell.lstrip().startswith(FORMULA)] == []


def test_i11_no_vector_can_be_imported() -> None:
    assert {"embedding", "vector"} & set(ImportIdea.__struct_fields__) == set()


async def test_i12_a_jam_with_hardly_an_idea_closes_with_a_report_that_says_so(jam: Importing) -> None:
    for texts in ([], ["A bench"], ["A bench", "A tree"], ["A bench"] * 40):
        one = await jam.another()
        if texts:
            done = one.run("few.csv", "text\n" + "".join(f"{text}\n" for text in texts))
            assert done.returncode == 0, done.stderr
        await one.house.command(one.id, StartNextPhase(client_id="start", phase_index=0))
        await one.house.command(one.id, CloseJam(client_id="close"))
        page = await one.report("report.html")
        assert ("too few ideas to group" in page) or (not texts and "no idea" in page.lower()), texts


async def test_an_import_into_a_jam_that_takes_no_ideas_says_so_and_adds_nothing(jam: Importing) -> None:
    await jam.house.command(jam.id, CloseJam(client_id="close"))
    done = jam.run("a.csv", "text\nA bench\n")
    assert done.returncode == 3
    assert "closed" in done.stderr
    assert await jam.texts() == []
