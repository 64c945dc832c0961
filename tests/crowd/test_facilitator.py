"""Shows when the replay's facilitator takes a correction for kept, and that a whole replay keeps all.

Where: ``keeps`` on maps made by hand; the command as a process, with a server of its own.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from jam.cli.crowd.facilitator import Promise, keeps
from tests.clustering.made_up import ideas
from tests.crowd.test_commands import jam


def view(names: dict[str, str] | None = None, **themes: str) -> dict[str, Any]:
    """A map: theme id to the letters that stand for its ideas."""
    called = names or {}
    return {
        "themes": [
            {"id": theme, "name": called.get(theme, theme), "members": list(letters)}
            for theme, letters in themes.items()
        ]
    }


def test_a_correction_is_kept_where_its_ideas_are_and_lost_where_one_is_elsewhere() -> None:
    merged = Promise("merge", dict.fromkeys("abc", "t1"))
    assert keeps(merged, [], view(t1="abcd", t2="e"))
    assert not keeps(merged, [], view(t1="abd", t2="ce"))


def test_what_a_later_correction_says_of_an_idea_overrules_the_earlier_one() -> None:
    merged, moved = Promise("merge", dict.fromkeys("abc", "t1")), Promise("move", {"c": "t2"})
    assert keeps(merged, [moved], view(t1="ab", t2="c"))
    assert not keeps(moved, [], view(t1="abc"))


def test_an_idea_that_went_out_of_sight_proves_nothing() -> None:
    assert keeps(Promise("pin", {"a": "t1", "b": "t1"}), [], view(t1="a"))


def test_a_name_is_kept_until_a_later_one() -> None:
    named = Promise("rename", names={"t1": "Ours"})
    assert keeps(named, [], view({"t1": "Ours"}, t1="a"))
    assert not keeps(named, [], view({"t1": "Theirs"}, t1="a"))
    assert keeps(named, [Promise("rename", names={"t1": "Theirs"})], view({"t1": "Theirs"}, t1="a"))


@pytest.mark.slow
@pytest.mark.alone
def test_a_replay_with_a_facilitator_keeps_every_correction_and_saves_the_maps(tmp_path: Path) -> None:
    path, maps = tmp_path / "town.csv", tmp_path / "maps"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["id", "text"], *ideas().items()])
    ended = jam(
        *("replay", path, "--people", "10", "--minutes", "0.3", "--report-dir", tmp_path / "out"),
        *("--steer", "--save-maps", maps, "--json"),
    )
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(ended.stdout)
    assert figures["corrections"] == figures["corrections_kept"] >= 6
    assert figures["corrections_lost"] == []
    assert figures["lineage"]["merged"] == 2
    saved = sorted(one.name for one in maps.iterdir())
    assert saved[0].endswith("before.json")
    assert saved[-1].endswith("final.json")
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    counted = {one["kind"]: one["count"] for one in report["grouping"]["corrections"]}
    assert counted["merge"] == 2
    assert "person" in {one["by"] for one in report["grouping"]["lineage"]}
