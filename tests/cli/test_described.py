"""The pages about jam files and the command line say what the code does: every key, command and code."""

from __future__ import annotations

import re
import time

import pytest
import typer.main

from jam.cli import app
from jam.domain.jam_settings import JoinQuestion, Settings
from jam.service.jam_form import JamForm, PhaseForm, read_plan
from jam.service.jams import ForumPlan, JamPlan
from jam.service.templates import NAMES, template, template_text
from jam.service.toml_file import read_toml
from tests.sources import ROOT

JAM_FILE = (ROOT / "docs/jam-file.md").read_text(encoding="utf-8")
COMMAND_LINE = (ROOT / "docs/command-line.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", JAM_FILE, re.DOTALL)
KINDS = (JamForm, ForumPlan, PhaseForm, JoinQuestion, Settings)
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_a_jam_file_can_be_made_as_it_stands(example: str) -> None:
    plan = read_plan(read_toml(example.encode()).values, 0, zone_needed=True)
    # They open in a year to come: seen from 1970 that is too far ahead, and the only fault there is.
    faults = [] if isinstance(plan, JamPlan) else [one for one in plan if one.code != "opening_bad"]
    assert faults == []


def test_an_example_has_every_key_that_a_jam_file_may_have() -> None:
    values = read_toml(EXAMPLES[1].encode()).values
    written = {*values, *values["settings"]}
    for tables in ("forums", "phases", "join_questions"):
        written |= {key for table in values[tables] for key in table}
    known = {name for kind in KINDS for name in kind.__struct_fields__}
    assert known - written == {"closes_at"} - {key for table in values["phases"] for key in table}
    assert written <= known


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_described(name: str) -> None:
    assert f"`jam {name}" in COMMAND_LINE


@pytest.mark.parametrize(
    "name", [n for n, c in COMMANDS.items() if any(p.name == "as_json" for p in c.params)]
)
def test_every_command_that_can_print_json_is_named(name: str) -> None:
    listed = COMMAND_LINE[COMMAND_LINE.index("`--json` prints one JSON value") :].partition("Complaints")[0]
    assert f"`{name}`" in listed


@pytest.mark.parametrize("code", [0, 1, 2, 3, 130, 141, 143])
def test_every_exit_code_is_described(code: int) -> None:
    assert re.search(rf"^\| [\d, ]*\b{code}\b", COMMAND_LINE, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_can_be_made_once_it_has_a_zone_and_says_so_in_its_own_text(name: str) -> None:
    now = round(time.time() * 1000)
    plan = read_plan({**template(name).values, "zone": "Europe/London"}, now, zone_needed=True)
    assert isinstance(plan, JamPlan), plan
    assert f"--template {name}" in template_text(name)
    assert f"`{name}`" in JAM_FILE
