"""Shows that what the product imports is what it declares, and that set-up installs what was tested.

Why: a package that only the tests bring would be missing on a machine that only runs the product.
Where: compares the imports of jam/ and clustering/ with pyproject.toml, and that with constraints.txt.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.sources import ROOT, Module, modules, snippet

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OWN = {"jam", "clustering", "web"}
# Set-up takes the CPU build of torch itself; constraints.txt must never name another.
TAKEN_BY_SETUP = "torch"
# import name -> packages that bring it; reading it takes a while, so it is read once
OWNERS = packages_distributions()


def plain(requirement: str) -> str:
    """`SQLAlchemy[asyncio]>=2.1,<2.2` and `sqlalchemy` are one package."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def declared(*extras: str) -> set[str]:
    found = [*PROJECT["dependencies"]]
    for extra in extras:
        found += PROJECT["optional-dependencies"][extra]
    return {plain(one) for one in found}


def third_party(module: Module) -> dict[str, ast.AST]:
    """Top-level names that this module imports from other people's packages."""
    found: dict[str, ast.AST] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0]: node for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found[node.module.split(".")[0]] = node
    return {name: node for name, node in found.items() if name not in OWN | sys.stdlib_module_names}


def undeclared(module: Module, allowed: set[str]) -> list[str]:
    return [
        f"{module.at(node)}: {name} is not among the dependencies in pyproject.toml"
        for name, node in third_party(module).items()
        if not {plain(one) for one in OWNERS.get(name, [name])} & allowed
    ]


def test_every_package_that_the_product_imports_is_declared() -> None:
    allowed = declared("setup") | {TAKEN_BY_SETUP}
    found = [text for module in modules("jam", "clustering") for text in undeclared(module, allowed)]
    assert not found, "\n".join(found)


def test_an_import_that_nobody_declared_is_found() -> None:
    assert undeclared(snippet("jam.live.hub", "import pytest"), declared())
    assert undeclared(snippet("jam.live.hub", "from nowhere.at_all import thing"), declared())
    assert not undeclared(
        snippet("jam.live.hub", "import json\nfrom sqlalchemy.sql import select"), declared()
    )


def test_constraints_pin_every_direct_dependency_and_never_torch() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {plain(line) for line in lines if line and not line.startswith("#")}
    assert declared("setup", "test") - pinned == set()
    assert TAKEN_BY_SETUP not in pinned
    assert all(re.fullmatch(r"#.*|[\w.-]+==[\w.+!]+", line) for line in lines)


def test_the_browser_modules_are_pinned_exactly() -> None:
    listed = json.loads((ROOT / "web/package.json").read_text(encoding="utf-8"))
    wanted = listed["dependencies"] | listed["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert not [name for name, entry in lock.items() if "resolved" in entry]
