"""Finds and reads the project's own files for the tests that judge the code itself.

Why: floors and house rules look at the same trees; one place says which files are ours.
Where: under `tests/test_floors.py` and `tests/test_house_rules.py`.
"""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Module:
    """One Python module of ours. `name` is dotted, as an import says it."""

    name: str
    path: Path
    source: str

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, filename=str(self.path))

    def at(self, node: ast.AST) -> str:
        """`file:line`, for a sentence that a reader can click."""
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def modules(*towers: str) -> list[Module]:
    """Every module under these top-level packages."""
    return [
        Module(module_name(path), path, path.read_text(encoding="utf-8"))
        for tower in towers
        for path in sorted((ROOT / tower).rglob("*.py"))
    ]


def snippet(name: str, source: str) -> Module:
    """A module that exists only in a test, to show that a rule finds what it forbids."""
    return Module(name, ROOT / Path(*name.split(".")).with_suffix(".py"), source)


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def project_files() -> list[Path]:
    """What git holds, or would hold after `git add`: never an ignored file."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return sorted({path for path in paths if path.is_file()})
