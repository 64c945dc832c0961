"""Makes `docs/security.md`: the rows of `tests/security_rows.py`, with the test functions of each number.

`python -m tests.security_page` writes it; with `--check` it says whether the page is out of date.
Tests are found by reading the files, not by running them.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

from tests.security_rows import LATER, NOTES, ROWS

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "security.md"
NUMBERED = re.compile(r"test_([thwci]\d+)_\w+")
FULL = ("full", " (with `--full`)")
INTRODUCTION = """\
# Attacks and bad inputs

*Made by `python -m tests.security_page` from the names of the tests; a test fails when it is out of date.*

Each line is something that people or programs will try, by mistake or not. *Tested* names the functions that
do it to the running product or to the part that answers it, and would fail if the answer were another.
*Open* says what is missing. How to report a weakness: privately, to whoever runs the server, or to the
maintainers of this repository.
"""


def numbered_tests(folder: Path) -> dict[str, list[str]]:
    """The functions that bear each row's number, marked where they are heavy, in order."""
    found = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if match := NUMBERED.fullmatch(node.name):
                heavy = any(FULL[0] in ast.unparse(mark).split(".") for mark in node.decorator_list)
                found[match[1].upper()].append(f"`{node.name}`{FULL[1] if heavy else ''}")
    return dict(found)


def numbers() -> list[str]:
    """Every row's number, in the order of the page."""
    return [number for rows in ROWS.values() for number in rows]


def page(tested: dict[str, list[str]]) -> str:
    """The page for these tests."""
    claimed = [number for number in numbers() if number not in LATER]
    parts = [INTRODUCTION, f"{len(claimed)} rows are claimed and tested, {len(LATER)} are open.\n"]
    for title, rows in ROWS.items():
        parts += [f"## {title}\n", "| | what is tried | status |", "|---|---|---|"]
        parts += [f"| {number} | {words} | {_status(number, tested)} |" for number, words in rows.items()]
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _status(number: str, tested: dict[str, list[str]]) -> str:
    names = ", ".join(tested.get(number, []))
    if number in LATER:
        already = f"; tested so far: {names}" if names else ""
        return f"**Open**: {LATER[number]}{already}"
    note = f" ({NOTES[number]})" if number in NOTES else ""
    return f"Tested{note}: {names}" if names else "**No test**"


def main(arguments: list[str]) -> int:
    """Write the page, or with `--check` return 1 when it is out of date."""
    made = page(numbered_tests(ROOT / "tests"))
    if "--check" not in arguments:
        PAGE.write_text(made, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == made:
        return 0
    print("docs/security.md is out of date: run python -m tests.security_page", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
