"""`jam create`, `list`, `extend`, `close`, `reopen`, `report` and `export` on a real server."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jam.cli.ideas_csv import read_ideas
from jam.cli.server_access import find_jam
from jam.service.templates import NAMES
from tests.cli.running import ROOT, Office, jam, office
from tests.patience import GROUPING

pytestmark = pytest.mark.slow
RUNNING = """title = "Winter evenings"
zone = "Europe/London"
[[forums]]
title = "In town"
question = "What would bring you into town?"
[[phases]]
phase = "ideate"
lasts = "1 h"
[[phases]]
phase = "wrap_up"
lasts = "1 h"
[settings]
policy = "open"
ideas_per_minute = 6000
burst = 100
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("desk")) as running:
        yield running


def made(desk: Office, *arguments: object) -> dict[str, Any]:
    ended = desk.jam("create", *arguments, "--json")
    assert ended.code == 0, ended
    answer: dict[str, Any] = json.loads(ended.out)
    return answer


@pytest.fixture
def jam_file(tmp_path: Path) -> Path:
    path = tmp_path / "jam.toml"
    path.write_text(RUNNING)
    return path


def listed(desk: Office, code: str) -> dict[str, Any]:
    jams = json.loads(desk.jam("list", "--json").out)
    return next(one for one in jams if one["code"] == code)


def plan(desk: Office, jam_id: str) -> dict[str, Any]:
    token = desk.token_file.read_text().split("\n")[0]
    asked = urllib.request.Request(
        f"{desk.url}/api/jams/{jam_id}/plan", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def submit(desk: Office, jam_id: str, *texts: str, tags: list[str] | None = None) -> None:
    token = desk.token_file.read_text().split("\n")[0]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    about = urllib.request.Request(f"{desk.url}/api/jams/{jam_id}", headers=headers)
    with urllib.request.urlopen(about) as answer:
        forum = json.load(answer)["forums"][0]["id"]
    for number, text in enumerate(texts):
        command = {
            "t": "submit_idea",
            "client_id": f"c{number}",
            "forum": forum,
            "text": text,
            "tags": tags or [],
        }
        body = json.dumps(command).encode()
        sent = urllib.request.Request(f"{desk.url}/api/jams/{jam_id}/commands", body, headers)
        urllib.request.urlopen(sent).close()


def test_a_jam_from_a_file_is_listed_with_its_code_and_its_clock(desk: Office, jam_file: Path) -> None:
    jam = made(desk, jam_file)
    assert jam["join"] == f"{desk.url}/j/{jam['code']}"
    line = next(line for line in desk.jam("list").out.splitlines() if line.startswith(jam["code"][:4]))
    assert "ideate until" in line
    assert line.endswith("Winter evenings")
    with urllib.request.urlopen(jam["join"]) as page:
        assert "Winter evenings" in page.read().decode()


@pytest.mark.parametrize("name", NAMES)
def test_a_jam_from_a_template_has_its_words_and_opens_when_asked(desk: Office, name: str) -> None:
    opening = ("--zone", "Europe/London", "--opens-at", "2027-03-01 09:00", "--title", "Ours")
    jam = made(desk, "--template", name, *opening)
    found = plan(desk, jam["id"])
    assert found["title"] == "Ours"
    assert (len(found["forums"]), found["zone"]) == (3, "Europe/London")
    assert found["house_rules"]
    assert found["privacy_notice"]
    assert found["join_questions"]
    phases = listed(desk, jam["code"])["phases"]
    assert phases[0]["ends_at"] == phases[1]["starts_at"] == 1_803_891_600_000


def test_a_copy_differs_in_what_was_asked_alone(desk: Office) -> None:
    pattern = made(desk, "--template", "city-consultation", "--zone", "Europe/Berlin")
    copy = made(desk, "--copy", pattern["code"].lower(), "--title", "Again")
    assert {**plan(desk, pattern["id"]), "title": "Again"} == plan(desk, copy["id"])


def test_extend_close_and_reopen_move_the_clock(desk: Office, jam_file: Path) -> None:
    code = made(desk, jam_file)["code"]
    before = listed(desk, code)["phases"][0]["ends_at"]
    assert json.loads(desk.jam("extend", code, "15 min", "--json").out)["ends_at"] == before + 15 * 60_000
    assert json.loads(desk.jam("close", code, "--json").out)["phase"] == "closed"
    reopened = json.loads(desk.jam("reopen", f"{code[:4]}-{code[4:]}", "--for", "20 min", "--json").out)
    assert reopened["phase"] == "ideate"
    assert abs(reopened["ends_at"] - time.time() * 1000 - 20 * 60_000) < 60_000


def test_export_writes_every_record_for_its_owner_alone_and_the_ideas_safely(
    desk: Office, jam_file: Path, tmp_path: Path
) -> None:
    jam = made(desk, jam_file)
    submit(desk, jam["id"], "A late bus", '=HYPERLINK("http://example.org")', "Zoë’s, lamps\nand more")
    exported = desk.jam("export", jam["code"], "-o", tmp_path / "out", "--json")
    assert json.loads(exported.out)["ideas"] == 3, exported
    records = tmp_path / "out" / "records.jsonl"
    kinds = {json.loads(line)["record"] for line in records.read_text().splitlines()}
    assert {"jam", "forum", "idea", "event"} <= kinds
    assert records.stat().st_mode & 0o777 == 0o600
    with (tmp_path / "out" / "ideas.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows][:2] == ["A late bus", '\'=HYPERLINK("http://example.org")']
    assert rows[2]["forum"] == "In town"
    assert len(read_ideas(tmp_path / "out" / "ideas.csv")) == 3


def test_an_export_is_imported_into_another_jam_as_the_same_ideas(
    desk: Office, jam_file: Path, tmp_path: Path
) -> None:
    texts = ["=SUM(1)\n- bring a lamp", "'tis late; +1"]
    jam, other = made(desk, jam_file), made(desk, jam_file)
    submit(desk, jam["id"], *texts, tags=["light", "park | bench"])
    ideas = [tmp_path / name / "ideas.csv" for name in ("first", "second")]
    assert desk.jam("export", jam["code"], "-o", ideas[0].parent).code == 0
    imported = desk.jam("import", ideas[0], "--jam", other["code"], "--json")
    assert (imported.code, json.loads(imported.out)["added"]) == (0, 2), imported
    assert desk.jam("export", other["code"], "-o", ideas[1].parent).code == 0
    first, second = (list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline=""))) for path in ideas)
    said = ("text", "tags", "lang", "forum")
    # Some rows are sent at once, so those come in any order.
    one, two = (sorted(tuple(row[name] for name in said) for row in rows) for rows in (first, second))
    assert one == two


def test_replies_in_a_file_are_left_out_and_counted(desk: Office, jam_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "ideas.csv"
    path.write_text("id,text,reply_to\n1,A bench,\n2,Two benches,1\n3,Three,1\n")
    imported = desk.jam("import", path, "--jam", made(desk, jam_file)["code"], "--json")
    assert imported.code == 0, imported
    figures = json.loads(imported.out)
    assert (figures["added"], figures["rejected"], figures["replies"]) == (1, 0, 2)
    assert "2 replies are left out" in imported.err


def test_an_export_into_a_file_is_refused_in_words(desk: Office, jam_file: Path) -> None:
    ended = desk.jam("export", made(desk, jam_file)["code"], "-o", jam_file)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"jam export: {jam_file}: is a file, and an export is a folder; choose another name\n"


def test_a_report_as_json_into_a_file_answers_with_json(desk: Office, jam_file: Path, tmp_path: Path) -> None:
    jam = made(desk, jam_file)
    submit(desk, jam["id"], "A late bus")
    assert desk.jam("close", jam["code"]).code == 0
    path = tmp_path / "report.json"
    deadline = time.monotonic() + GROUPING
    while (ended := desk.jam("report", jam["code"], "--json", "-o", path)).code == 3:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert json.loads(ended.out) == {"file": str(path)}
    assert json.loads(path.read_text())["title"] == "Winter evenings"


def test_a_report_is_fetched_as_a_page_and_as_json(desk: Office, jam_file: Path, tmp_path: Path) -> None:
    jam = made(desk, jam_file)
    submit(desk, jam["id"], "A late bus")
    assert desk.jam("close", jam["code"]).code == 0
    page = tmp_path / "page.html"
    deadline = time.monotonic() + GROUPING
    while desk.jam("report", jam["code"], "-o", page).code == 3:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert "A late bus" in page.read_text(encoding="utf-8")
    told = desk.jam("report", jam["code"], "--json")
    assert json.loads(told.out)["title"] == "Winter evenings"
    assert desk.jam("report", jam["code"], "--json", "--format", "html").code == 2


def test_a_plan_that_the_api_gets_is_judged_as_a_file_is(desk: Office) -> None:
    token = desk.token_file.read_text().split("\n")[0]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    forums = [{"title": "One", "question": "What?"}]
    for change, code in (
        ({"opens_at": "2027-03-28 01:30", "zone": "Europe/London"}, "opening_bad"),
        ({"opens_at": "2027-03-01 09:00"}, "zone_bad"),
        ({"phases": [{"phase": "ideate", "lasts": "-5"}]}, "schedule_bad"),
        ({"clsoes_at": 5}, "unknown_field"),
    ):
        body = json.dumps({"title": "A", "forums": forums, **change}).encode()
        with pytest.raises(urllib.request.HTTPError) as refused:  # type: ignore[attr-defined]
            urllib.request.urlopen(urllib.request.Request(f"{desk.url}/api/jams", body, headers))
        with refused.value:
            assert (refused.value.code, json.load(refused.value)["code"]) == (422, code)


class Listed:
    """A server with one jam."""

    async def get(self, path: str) -> dict[str, Any]:
        return {"jams": [{"jam": {"id": "jam1", "code": "QL27KQMX"}}]}


@pytest.mark.anyio
@pytest.mark.parametrize("spelling", ["ql27kqmx", "OI27-K0MX", " 0127 KQMX", "\uff31\uff2c27kqmx", "jam1"])
async def test_a_jam_is_found_by_its_code_in_any_spelling_that_people_may_join_with(spelling: str) -> None:
    found = await find_jam(Listed(), spelling)  # type: ignore[arg-type]
    assert found["jam"]["id"] == "jam1"


def test_the_jams_of_the_organisation_are_for_its_administrators(desk: Office, jam_file: Path) -> None:
    jam_id = made(desk, jam_file)["id"]
    for path in ("/api/jams", f"/api/jams/{jam_id}/plan"):
        with pytest.raises(urllib.request.HTTPError) as refused:  # type: ignore[attr-defined]
            urllib.request.urlopen(f"{desk.url}{path}")
        with refused.value:
            assert refused.value.code == 401


def test_a_token_that_the_server_does_not_know_is_said_with_its_file(desk: Office, tmp_path: Path) -> None:
    (tmp_path / "other").write_text(f"wrong\n{desk.url}\n")
    (tmp_path / "other").chmod(0o600)
    ended = jam("list", "--token-file", tmp_path / "other")
    assert (ended.code, ended.out) == (1, "")
    assert f"{desk.url} does not know the token in {tmp_path / 'other'}" in ended.err
    missing = jam("list", "--token-file", tmp_path / "nowhere")
    assert missing.code == 2
    assert "jam login" in missing.err


def test_a_one_time_token_may_come_through_a_pipe_but_not_be_empty(
    desk: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for typed, code in (("", 2), ("\n", 2), ("wrong\n", 1)):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        ended = jam("login", "--url", desk.url, "--token-file", tmp_path / "token")
        assert (ended.code, ended.out, ended.err.count("\n")) == (code, "", 1)
        assert not (tmp_path / "token").exists()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("jam cre", "create"),
        ("jam create --tem", "--template"),
        ("jam create --template in", "incident-review"),
    ],
)
def test_a_shell_completes_commands_options_and_templates(typed: str, expected: str) -> None:
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" ")), "_JAM_COMPLETE": "complete_bash"}
    told = subprocess.run(
        [sys.executable, "-m", "jam"], cwd=ROOT, capture_output=True, text=True, env={**os.environ, **words}
    )
    assert expected in told.stdout.split()
