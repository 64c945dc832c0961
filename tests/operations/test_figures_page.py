"""docs/figures.md has a section for each bench, with the promises that the bench holds its figures to."""

from __future__ import annotations

import ast
import re

import pytest

from tests.sources import ROOT

PAGE = (ROOT / "docs/figures.md").read_text(encoding="utf-8")
BENCHES = ROOT / "scripts/benches"


def constant(bench: str, name: str) -> object:
    """What a module of the benches calls ``name``, without running it."""
    tree = ast.parse((BENCHES / f"{bench}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            names = node.targets[0].elts if isinstance(node.targets[0], ast.Tuple) else node.targets
            if name in [one.id for one in names if isinstance(one, ast.Name)]:
                found = ast.literal_eval(node.value)
                return found[[ast.unparse(one) for one in names].index(name)] if len(names) > 1 else found
    raise LookupError(name)


@pytest.mark.parametrize("bench", constant("__main__", "NAMES"))  # type: ignore[arg-type]
def test_every_bench_has_its_section(bench: str) -> None:
    assert re.search(rf"^## {bench}: ", PAGE, re.MULTILINE)
    assert f"`{bench}`" in PAGE


def test_the_promises_of_the_door_are_those_of_the_bench() -> None:
    section = PAGE[PAGE.index("## joins:") :].partition("\n## ")[0]
    people, seconds = constant("joins", "PEOPLE"), constant("joins", "SECONDS")
    assert f"{people} people join from one address within {seconds:g} seconds" in section
    assert f"{people} of {people}" in section
    assert f"p99 | at most {int(str(constant('joins', 'SLOW_MS'))) // 1000} s |" in section
    assert f"{constant('joins', 'ALONE_PEOPLE')} people come" in section
    assert f"{constant('joins_flooder', 'CONNECTIONS')} connections" in section
