"""The table of methods is drawn, compared and printed as docs/clustering.md says; no model, no network."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tests.clustering.made_up import HashingEmbedder, ideas
from tests.sources import ROOT

BENCHES = ROOT / "scripts/benches"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """The bench's modules by name, importable for one test alone."""
    monkeypatch.syspath_prepend(str(BENCHES))
    before = set(sys.modules)

    def load(name: str) -> ModuleType:
        return __import__(name)

    yield load
    for name in set(sys.modules) - before:
        if (BENCHES / f"{name}.py").exists():
            del sys.modules[name]


def made_up(bench, count: int = 60):  # type: ignore[no-untyped-def]
    texts = tuple(f"text {number}" for number in range(count))
    labels = tuple("abc"[number % 3] if number % 10 else "" for number in range(count))
    vectors = np.eye(count, 4, dtype=np.float32)
    return bench("quality_sets").Texts("made up", texts, texts, labels, vectors)


def test_a_draw_of_the_same_number_is_the_same_rows(bench) -> None:  # type: ignore[no-untyped-def]
    texts = made_up(bench)
    assert texts.draw(20, 3).ids == texts.draw(20, 3).ids
    assert texts.draw(20, 3).ids != texts.draw(20, 4).ids


def test_only_rows_with_a_label_are_drawn_and_no_row_twice(bench) -> None:  # type: ignore[no-untyped-def]
    drawn = made_up(bench).draw(1_000, 1)
    assert len(drawn.ids) == len(set(drawn.ids)) == 54
    assert "" not in drawn.labels


def test_a_draw_of_two_labels_has_two_labels(bench) -> None:  # type: ignore[no-untyped-def]
    assert len(set(made_up(bench).draw(20, 1, of_labels=2).labels)) == 2


def test_renumbered_groups_have_not_moved_and_one_row_of_four_has(bench) -> None:  # type: ignore[no-untyped-def]
    moved, found = bench("quality_stability").moved, bench("quality_methods").Found
    assert moved(found((0, 0, 1, 1)), found((5, 5, 2, 2))) == 0
    assert moved(found((0, 0, 1, 1)), found((0, 0, 1, 0))) == 0.25


def test_the_factor_of_k_counts_too_many_and_too_few_alike(bench) -> None:  # type: ignore[no-untyped-def]
    texts, found = made_up(bench).draw(30, 1), bench("quality_methods").Found
    factor = bench("quality_partition").k_factor
    assert factor(texts, found(tuple(row % 6 for row in range(30)))) == 2
    assert factor(texts, found((0,) * 30)) == 3
    assert factor(texts, found((-1, *(row % 3 for row in range(29))))) == 1


def test_a_promise_is_held_to_ours_alone_and_others_are_told(bench) -> None:  # type: ignore[no-untyped-def]
    line = bench("quality_table").Line("AMI", {"ours": 0.2, "default": 0.1}, 0.3, 0.4)
    ours, other = line.rows()
    assert ours["met"] is False
    assert other["met"] is None


def test_a_method_that_measured_nothing_has_no_column(bench) -> None:  # type: ignore[no-untyped-def]
    table = bench("quality_table")
    line = table.Line("AMI", {"ours": 0.2, "kmeans": 0.1}, 0.3, 0.4)
    text = table.Table([line], ["A remark."]).markdown("here")
    assert "| AMI | 0.3 / 0.4 | 0.200 | 0.100 |" in text
    assert "BERTopic" not in text
    assert text.endswith("A remark.\n")


def test_without_other_products_the_reason_is_said(bench, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    rivals = bench("quality_rivals").Rivals(tmp_path / "rivals", asked=False)
    assert rivals.missing == "Other products were left out."
    assert rivals.answers([]) == {}


def test_every_part_of_the_table_is_named_on_the_page() -> None:
    page = (ROOT / "docs/clustering.md").read_text(encoding="utf-8")
    for name in sorted((ROOT / "docs/pictures").glob("themes-*.svg")):
        assert f"pictures/{name.name}" in page


@pytest.mark.parametrize("part", ["agreement", "churn", "steering", "by_label", "names", "strangers"])
def test_each_part_measures_a_small_jam(  # type: ignore[no-untyped-def]
    bench, part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quality, methods, texts = bench("quality"), bench("quality_methods"), ideas()
    labels = tuple(str(number // 20) for number in range(len(texts)))
    said = tuple(texts.values())
    draw = bench("quality_sets").Texts(
        "polis_mixed12", tuple(texts), said, labels, HashingEmbedder().embed(said)
    )
    monkeypatch.setattr(methods, "_real", HashingEmbedder)
    for name, count in (("BEGIN", 70), ("STEP", 10), ("MOVES", 4)):
        monkeypatch.setattr(bench("quality_steering"), name, count)
    monkeypatch.setattr(bench("quality_strangers"), "SIZE", 100)
    monkeypatch.setattr(bench("quality_strangers"), "STRANGERS", 10)
    rivals = bench("quality_rivals").Rivals(tmp_path / "rivals", asked=False)
    strange = tuple(f"quarterly ledger {number}" for number in range(20))
    vectors = HashingEmbedder().embed(strange)
    other = bench("quality_sets").Texts("another set", strange, strange, strange, vectors)
    field = quality.Field(
        {draw.name: draw, other.name: other}, HashingEmbedder(), methods.Given(draw), rivals
    )
    assert any("ours" in line.figures for line in quality.PARTS[part](field))
