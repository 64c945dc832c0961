"""`scripts/audit` is content without a network, and with nothing else: its own failures fail it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sources import ROOT

SOUND = {"name": "h11", "version": "0.16.0", "vulns": []}
UNKNOWN = {"name": "h11", "skip_reason": "Dependency not found on PyPI"}
WEAK = {"name": "jinja2", "version": "1.0", "vulns": [{"id": "PYSEC-1"}]}
AWAY = "requests.exceptions.ProxyError: HTTPSConnectionPool(host='x', port=443): Max retries exceeded"


def audit(folder: Path, *answers: tuple[str, str, int] | None) -> tuple[int, str]:
    """The exit code and words of the script with a pip-audit that gives these answers, one a call."""
    module = folder / "pip_audit"
    module.mkdir()
    (module / "__init__.py").touch()
    if answers[0] is not None:
        (folder / "answers").write_text(json.dumps(answers))
        (module / "__main__.py").write_text(
            f"import json, pathlib, sys\nfile = pathlib.Path({str(folder / 'answers')!r})\n"
            "(out, err, code), *rest = json.loads(file.read_text())\nfile.write_text(json.dumps(rest))\n"
            "print(out)\nprint(err, file=sys.stderr)\nsys.exit(code)\n"
        )
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/audit"], capture_output=True, text=True, timeout=240,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def said(*packages: dict[str, object]) -> tuple[str, str, int]:
    return json.dumps({"dependencies": packages}), "", int(any(one.get("vulns") for one in packages))


@pytest.mark.parametrize("probe", [said(UNKNOWN), ("", f"Traceback …\n{AWAY}\n", 1)], ids=["index", "line"])
def test_without_an_index_that_answers_it_says_so_and_is_content(
    tmp_path: Path, probe: tuple[str, str, int]
) -> None:
    code, words = audit(tmp_path, probe)
    assert (code, "skipped" in words) == (0, True)


@pytest.mark.parametrize(
    "answers",
    [
        [None],
        [("", "ERROR:pip_audit._cli:the JSON format is not known", 1)],
        [("", "", 0)],
        [said(SOUND), ("", "ERROR:pip_audit._cli:invalid requirements input: requirements.lock", 1)],
        [said(SOUND), ("", AWAY, 1)],
    ],
    ids=["no such module", "wrong option", "silence", "unreadable lock", "line gone after the probe"],
)
def test_a_failure_of_its_own_fails_it(tmp_path: Path, answers: list[tuple[str, str, int] | None]) -> None:
    code, words = audit(tmp_path, *answers)
    assert (code, "skipped" in words) == (1, False), words


def test_a_package_that_the_index_does_not_know_is_counted_apart(tmp_path: Path) -> None:
    code, words = audit(tmp_path, said(SOUND), said(SOUND, {**UNKNOWN, "name": "of-our-own"}))
    assert code == 0
    assert "no known weakness in 1 packages" in words
    assert "1 could not be looked at: of-our-own" in words


def test_a_weakness_that_is_known_fails_it_by_its_name(tmp_path: Path) -> None:
    code, words = audit(tmp_path, said(SOUND), said(SOUND, WEAK))
    assert (code, "jinja2 1.0: PYSEC-1" in words) == (1, True)
