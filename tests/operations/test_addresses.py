"""Where a server is reached: the address that it prints and that the compose file names is one it answers."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from jam.settings import load
from tests.operations.commands import ROOT, without_settings

COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
SETUP = (ROOT / "scripts/setup").read_text(encoding="utf-8")


def copied() -> set[str]:
    """The files and folders that the image has when set-up runs in it."""
    before_setup = COMPOSE[: COMPOSE.index("RUN scripts/setup")]
    lines = re.findall(r"^ +COPY --chown=jam (.+) \S+$", before_setup, re.MULTILINE)
    return {name for line in lines for name in line.split()}


def test_the_image_has_every_file_that_set_up_reads() -> None:
    inputs = re.search(r"^INPUTS=\(([^)]+)\)", SETUP, re.MULTILINE)
    assert inputs
    missing = [name for name in inputs[1].split() if not {name, name.partition("/")[0]} & copied()]
    assert missing == []
    assert len(inputs[1].split()) > 5


def test_the_address_that_the_compose_file_tells_people_to_open_is_the_one_it_sets() -> None:
    told = re.search(r"then open (\S+)\.$", COMPOSE, re.MULTILINE)
    given = re.search(r"JAM_BASE_URL: (\S+)", COMPOSE)
    assert told
    assert given
    assert load(base_url=given[1]).base_url == told[1]
    assert f'ports: ["{urlsplit(told[1]).netloc}:8000"]' in COMPOSE


@pytest.mark.slow
@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_server_that_listens_everywhere_answers_at_the_address_that_it_prints(
    host: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "jam", "serve", "--host", host, "--port", "0"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=without_settings(),
    ) as server:  # fmt: skip
        try:
            assert server.stdout
            url, token = (server.stdout.readline().split()[-1] for _ in range(2))
            assert urlsplit(url).hostname in ("127.0.0.1", "::1")
            assert token == f"{url}/bootstrap)"
            for address in (f"{url}/bootstrap", f"http://localhost:{urlsplit(url).port}/bootstrap"):
                with urllib.request.urlopen(address, timeout=120) as page:
                    assert page.status == 200
        finally:
            server.terminate()
            server.communicate(timeout=120)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://jam.example.org:443", "https://jam.example.org"),
        ("http://jam.example.org:80/", "http://jam.example.org"),
        ("https://jam.example.org:", "https://jam.example.org"),
        ("https://Jam.Example.org.", "https://jam.example.org"),
        ("https://jam.example.org.:0443", "https://jam.example.org"),
        ("https://jam.example.org:80", "https://jam.example.org:80"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://[0:0:0:0:0:0:0:1]:80", "http://[::1]"),
    ],
)
def test_the_address_is_kept_as_browsers_send_it(typed: str, kept: str) -> None:
    assert load(base_url=typed).base_url == kept
