"""Shows that the export is made once, whole or not at all, and only if it gives the model's own vectors.

Where: ``python -m clustering.embedding.export``, which set-up runs.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from clustering import ClusteringError, load_embedder
from clustering.embedding import export
from clustering.embedding.exported import GRAPH, TOKENIZER, export_directory
from clustering.shapes import Vectors
from tests.sources import ROOT


def test_the_second_run_finds_it_in_place_and_imports_no_torch() -> None:
    program = (
        "import sys; from clustering.embedding import export; sys.argv[1:] = []; code = export.main(); "
        "print(code, sorted({'torch', 'onnxruntime', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=240, check=True
    )
    assert done.stdout.splitlines()[-1] == "0 []"
    assert "already exported" in done.stdout


@pytest.mark.full
def test_a_fresh_export_can_be_loaded_and_leaves_nothing_else_behind(tmp_path: Path) -> None:
    directory, made = export.ensure_export(tmp_path)
    assert made
    assert load_embedder(exports=tmp_path).embed(["a tree"]).shape == (1, 384)
    assert [path.name for path in tmp_path.iterdir()] == [directory.name]


def copy_of_the_export(package: Path, directory: Path) -> None:
    shutil.copytree(export_directory(), directory)


def test_a_damaged_export_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_write", copy_of_the_export)
    monkeypatch.setattr(export, "_reference", lambda package: load_embedder().embed(export.SAMPLES))
    directory, _ = export.ensure_export(tmp_path)
    assert export.ensure_export(tmp_path) == (directory, False)
    (directory / TOKENIZER).write_text("{}")
    assert export.ensure_export(tmp_path) == (directory, True)
    assert load_embedder(exports=tmp_path).embed(["a tree"]).shape == (1, 384)


def test_an_export_whose_vectors_differ_is_refused_and_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def a_little_off(package: Path) -> Vectors:
        right = load_embedder().embed(export.SAMPLES)
        right[-1, 7] += 2e-5
        return right

    monkeypatch.setattr(export, "_write", copy_of_the_export)
    monkeypatch.setattr(export, "_reference", a_little_off)
    with pytest.raises(ClusteringError, match="nothing was kept") as caught:
        export.ensure_export(tmp_path)
    assert caught.value.code == "export_refused"
    assert list(tmp_path.iterdir()) == []


def test_vectors_that_are_no_numbers_are_refused_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_write", copy_of_the_export)
    monkeypatch.setattr(export, "_reference", lambda package: np.full((len(export.SAMPLES), 384), np.nan))
    with pytest.raises(ClusteringError):
        export.ensure_export(tmp_path)


def test_weights_that_are_not_the_known_ones_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(export.exported, "package_directory", lambda: tmp_path)
    with pytest.raises(ClusteringError, match="install the package again"):
        export.ensure_export(tmp_path / "exports")
    assert not (tmp_path / "exports").exists()


def test_what_is_wrong_is_one_line_on_stderr_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / GRAPH).write_bytes(b"")
    monkeypatch.setattr(sys, "argv", ["export", "--to", str(tmp_path / GRAPH)])
    monkeypatch.setattr(export, "_is_whole", lambda directory: False)
    assert export.main() == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("clustering.embedding.export: ")
    assert said.err.count("\n") == 1
