"""In which order the workers of a parallel run get the files of tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.conftest import _spread


def item(file: str, *kinds: str) -> Any:
    """As much of a test as the order looks at."""

    def marks() -> Iterator[SimpleNamespace]:
        return (SimpleNamespace(name=kind) for kind in kinds)

    return SimpleNamespace(path=Path(file), iter_markers=marks)


def test_files_with_many_slow_tests_come_first_and_those_with_one_that_runs_alone_last() -> None:
    items = [
        item("quick"),
        item("measures", "slow"),
        item("measures", "alone"),
        item("slow", "slow"),
        item("slow"),
        item("rooms", "browser"),
        item("rooms", "slow", "browser"),
        item("quick too"),
    ]
    _spread(items)
    files = [one.path.name for one in items]
    assert files == ["rooms", "rooms", "slow", "slow", "quick", "quick too", "measures", "measures"]
