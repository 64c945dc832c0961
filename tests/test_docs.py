"""The documents name what the code has: commands, events, refusals, close codes, routes, settings."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from jam.domain.commands import PersonCommand
from jam.domain.events import EVENT_KINDS
from jam.domain.rejections import CODES
from jam.http.api import ROUTES
from jam.live.wire import CLOSE_CODES
from jam.settings import ServerSettings

ROOT = Path(__file__).parent.parent
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
PROTOCOL = (ROOT / "docs/protocol.md").read_text(encoding="utf-8")


def test_generated_pages_are_up_to_date() -> None:
    checked = subprocess.run([sys.executable, "-m", "jam.docs", "--check"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("word", [*EVENT_KINDS, *CODES, *CLOSE_CODES])
def test_every_event_refusal_and_close_code_is_in_the_protocol(word: str) -> None:
    assert f"`{word}`" in PROTOCOL


@pytest.mark.parametrize("command", PersonCommand.__args__)
def test_every_command_is_in_the_protocol(command: type) -> None:
    assert f"`{command.__struct_config__.tag}`" in PROTOCOL  # type: ignore[attr-defined]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_every_address_of_the_api_is_described(route) -> None:  # type: ignore[no-untyped-def]
    path = route.path
    assert path in (ROOT / "docs/http.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ServerSettings.model_fields)
def test_every_setting_is_described(name: str) -> None:
    assert f"`JAM_{name.upper()}`" in (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    assert f"`JAM_{name.upper()}`" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{one.name}" for one in (ROOT / "docs").glob("*.md"))])
def test_every_link_of_a_page_leads_to_a_file(page: str) -> None:
    words = (ROOT / page).read_text(encoding="utf-8")
    targets = [target for target in LINK.findall(words) if "://" not in target]
    gone = [target for target in targets if not ((ROOT / page).parent / target).exists()]
    assert gone == []


def test_an_event_kind_that_decisions_emit_is_in_the_catalogue_and_the_other_way_round() -> None:
    sources = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "jam/domain/decide").glob("*.py"))
    sources += (ROOT / "jam/service/jams.py").read_text(encoding="utf-8")
    assert {kind for kind in EVENT_KINDS if f'"{kind}"' not in sources} == set()
