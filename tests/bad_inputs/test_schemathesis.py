"""The HTTP API against Schemathesis, which reads its description and knows nothing else of this product.

It asks what the description allows and what it forbids, as everybody whom the jam knows; each answer must be
one that the description names, in time, and no bug of ours. Beside the grammar of our own
(``test_generated_requests``), which knows more and spoils more.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path

import pytest

from jam.cli.crowd.house import House
from jam.cli.crowd.server import ServerProcess, own_house
from tests.http.product import FORUMS, QUICK, WRITE_AND_CLOSE

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
SEED = "20260301"
ANSWER_SECONDS = "120"
CASES = re.compile(r"(\d+) generated, (\d+) passed")


async def known(house: House) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """What stands in the addresses, and the headers of everybody who may ask."""
    jam = await house.create_jam("A jam", FORUMS, phases=WRITE_AND_CLOSE, settings=QUICK)
    seat, staff = await house.join(jam["code"], "Mara"), await house.take_role(jam["id"], "facilitator")
    wish = {"t": "submit_idea", "client_id": "first", "forum": jam["forums"][0]["id"], "text": "An idea"}
    made = await house._json("POST", f"/api/jams/{jam['id']}/commands", wish, seat.headers())
    people = {"nobody": {}, "participant": seat.headers(), "facilitator": staff.headers()}
    people["administrator"] = {"Authorization": f"Bearer {house.token}"}
    return {"jam": jam["id"], "idea": made["idea"]}, people


async def run(folder: Path, port: int, headers: dict[str, str], examples: int) -> str:
    """One run as one person; what it said."""
    asked: list[str] = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(folder / "known.toml")]
    asked += ["run", f"http://127.0.0.1:{port}/api/openapi.json", "--max-examples", str(examples)]
    asked += ["--phases", "examples,coverage,fuzzing", "--seed", SEED, "--no-color", "--warnings", "off"]
    asked += ["--request-timeout", ANSWER_SECONDS, "--generation-database", "none"]
    for name, value in headers.items():
        asked += ["--header", f"{name}: {value}"]
    told = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *asked, cwd=folder, stdout=told, stderr=asyncio.subprocess.STDOUT
    )
    try:
        said = (await process.communicate())[0].decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, said[-6_000:]
    return said


@pytest.mark.parametrize(
    ("left_out", "examples", "least"),
    [
        # A facilitator is asked for less than an administrator, and a stranger is refused everywhere.
        (("facilitator", "nobody"), 1, 1_500),
        pytest.param((), 400, 10_000, marks=pytest.mark.full),
    ],
)
async def test_every_answer_that_schemathesis_gets_is_one_that_the_description_names(
    tmp_path: Path, left_out: tuple[str, ...], examples: int, least: int
) -> None:
    process = ServerProcess(tmp_path)
    cases = 0
    async with own_house(process) as house:
        names, people = await known(house)
        (tmp_path / "known.toml").write_text(settings(names), encoding="utf-8")
        for who, headers in people.items():
            if who in left_out:
                continue
            said = await run(tmp_path, process.port, headers, examples)
            found = CASES.search(said)
            assert found is not None, said[-6_000:]
            assert found[1] == found[2], f"as {who}: {said[-6_000:]}"
            cases += int(found[1])
    log = (tmp_path / "server.log").read_text()
    print(f"{cases} cases")
    assert "Traceback" not in log, log[-3000:]
    assert "request_failed" not in log
    assert cases > least


def settings(names: dict[str, str]) -> str:
    """Schemathesis' own settings. What keeps to the description may still break a rule of the jam: 422."""
    held = "\n".join(f'"path.{name}" = {json.dumps(value)}' for name, value in names.items())
    methods = json.dumps(["get", "put", "post", "delete", "options", "patch"])  # TRACE: see H18
    fair = json.dumps(["2xx", "401", "403", "404", "409", "422", "429"])
    return (
        f"[parameters]\n{held}\n"
        f"[phases.coverage]\nunexpected-methods = {methods}\n"
        f"[checks.positive_data_acceptance]\nexpected-statuses = {fair}\n"
    )
