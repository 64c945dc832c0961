"""Shows that imports point down only: from a floor of the house to the same one or a lower one.

Why: the direction of imports is what keeps rules free of databases, and databases free of the web.
Where: reads the syntax trees of jam/ and clustering/; nothing is imported, but for the last test.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.sources import ROOT, Module, modules, snippet

# The longest name that fits decides. A new module beside these must be given its floor here.
FLOORS = {
    "jam.__main__": 5,
    "jam.cli": 5,
    "jam.compose": 5,
    "jam.docs": 5,
    "jam.http": 4,
    "jam.live": 3,
    "jam.service": 2,
    "jam.store": 1,
    "jam.bus": 1,
    "jam.settings": 0,
    "jam.domain": 0,
}
# Neighbours on one floor that must not know each other, each way.
STRANGERS = {("jam.store", "jam.bus"), ("jam.bus", "jam.store"), ("jam.domain", "jam.settings")}
# The separate tower, and the only modules that may go there.
MAY_USE_CLUSTERING = ("jam.service.theming", "jam.service.encoder", "jam.cli")
# Pure rules do no input and output: what they may not even name.
IMPURE = {"asyncio", "socket", "sqlalchemy", "sqlmodel", "starlette", "redis", "hypercorn", "websockets"}
# They take seconds and hundreds of megabytes; they belong to the theming child alone.
HEAVY = {"torch", "sentence_transformers", "transformers", "sklearn", "clustering"}


def imports(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Every module that this one names, wherever in its text: also inside a function or for types only."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(module, node)
            yield from ((node, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and called(node) in {"import_module", "__import__"}:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant):
                yield node, str(first.value)


def absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.name.split(".") if module.is_package else module.name.split(".")[:-1]
    up = package[: len(package) - node.level + 1]
    return ".".join([*up, *([node.module] if node.module else [])])


def called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def place(name: str) -> str | None:
    """The entry of FLOORS that a dotted name belongs to; None for a name that is not ours."""
    parts = name.split(".")
    for length in range(len(parts), 1, -1):
        if (prefix := ".".join(parts[:length])) in FLOORS:
            return prefix
    return None


def within(name: str, allowed: tuple[str, ...]) -> bool:
    return any(name == one or name.startswith((f"{one}.", f"{one}_")) for one in allowed)


def complaints(module: Module) -> list[str]:
    """One sentence for each import that points up, across, or into the wrong tower."""
    return [
        f"{module.at(node)}: {module.name} imports {imported}: {why}"
        for node, imported in imports(module)
        if (why := wrong(module.name, imported))
    ]


def wrong(importer: str, imported: str) -> str | None:
    """Why this import is not allowed; None when it is."""
    towers = importer.split(".")[0], imported.split(".")[0]
    if towers[0] == "clustering":
        return "clustering knows nothing of jam" if towers[1] == "jam" else None
    if towers[1] == "clustering":
        return None if within(importer, MAY_USE_CLUSTERING) else "only theming, the encoder and the cli may"
    here, there = place(importer), place(imported)
    if here == "jam.domain" and towers[1] in IMPURE:
        return "the domain is pure"
    if here is None or there is None:
        return "jam/__init__.py imports nothing of its own" if there and importer == "jam" else None
    if FLOORS[there] > FLOORS[here]:
        return f"floor {FLOORS[here]} may not look up to floor {FLOORS[there]}"
    return "neighbours that do not know each other" if (here, there) in STRANGERS else None


def test_imports_point_down_only() -> None:
    found = [text for module in modules("jam", "clustering") for text in complaints(module)]
    assert not found, "\n".join(found)


def test_every_module_of_jam_stands_on_a_floor() -> None:
    homeless = [one.name for one in modules("jam") if one.name != "jam" and not place(one.name)]
    assert not homeless, f"say in FLOORS of tests/test_floors.py where these stand: {homeless}"


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("jam.store.log", "from jam.service import handle"),
        ("jam.store.log", "import jam.http.app"),
        ("jam.store.log", "from jam.bus.memory import MemoryBus"),
        ("jam.store.log", "from ..service import handle"),
        ("jam.store.log", "from .. import live"),
        ("jam.bus.memory", "from jam.store import log"),
        ("jam.domain.decide", "from jam.settings import Settings"),
        ("jam.domain.decide", "import asyncio"),
        ("jam.domain.decide", "from sqlalchemy.sql import select"),
        ("jam.live.hub", "def late():\n    from jam.http import app"),
        ("jam.live.hub", "if TYPE_CHECKING:\n    from jam.http.app import App"),
        ("jam.live.hub", "importlib.import_module('jam.http.app')"),
        ("jam.http.app", "from clustering import pipeline"),
        ("jam.service.report", "import clustering.embedding.embed"),
        ("clustering.embedding.embed", "from jam.domain import text"),
        ("jam", "from jam.domain import text"),
    ],
)
def test_an_import_that_points_up_or_across_is_found(importer: str, source: str) -> None:
    assert len(complaints(snippet(importer, source))) == 1


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("jam.service.handle", "from jam.store import log\nfrom jam.bus import memory"),
        ("jam.service.handle", "from . import render\nfrom .render import body"),
        ("jam.service.theming", "from clustering import pipeline"),
        ("jam.service.theming_child", "from clustering import pipeline"),
        ("jam.cli.themes", "from clustering import pipeline"),
        ("jam.domain.decide", "import hashlib\nfrom jam.domain.text import normalise"),
        ("clustering.embedding.embed", "from clustering import model\nimport numpy"),
        ("jam.__main__", "from jam.cli import main"),
    ],
)
def test_an_import_that_points_down_is_left_alone(importer: str, source: str) -> None:
    assert complaints(snippet(importer, source)) == []


def test_the_server_process_loads_neither_torch_nor_the_theme_library() -> None:
    # Alembic runs its own files itself; the command line is not part of the server.
    elsewhere = ("jam.__main__", "jam.store.migrations", *MAY_USE_CLUSTERING)
    served = [one.name for one in modules("jam") if not within(one.name, elsewhere)]
    program = "import importlib, sys\n" + "".join(f"importlib.import_module({name!r})\n" for name in served)
    program += f"print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
