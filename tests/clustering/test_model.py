"""Shows that vectors can be trusted: the same ones always, checked files, nothing broken let through.

Where: the real offline model on its export, and embedders that fail on purpose.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from clustering import CachedEmbedder, ClusteringError, Embedder, Vectors, load_embedder, theme
from clustering.embedding.embed import cache_key, embed_checked
from clustering.embedding.exported import GRAPH, MANIFEST, export_directory, package_directory, read_manifest
from clustering.embedding.model import (
    Counted,
    OnnxEmbedder,
    batches_of_one_length,
    load_sentence_transformer,
    uncounted,
)
from tests.clustering.made_up import HashingEmbedder, ideas

TEXTS = [
    "",
    "None",
    "?",
    "Más árboles 🙂",
    *list(ideas().values())[::4],
    "a much longer idea about the old mill " * 20,
]


def embedder_with(threads: int, batch: int) -> Embedder:
    directory = export_directory()
    manifest = read_manifest(directory)
    assert manifest is not None, "the export is made at set-up: scripts/setup"
    return OnnxEmbedder(directory, manifest, threads=threads, batch=batch)


@pytest.mark.parametrize(("threads", "batch"), [(1, 1), (1, 8), (2, 32)])
def test_batch_size_and_threads_change_no_bit_of_a_vector(
    offline_model: Embedder, threads: int, batch: int
) -> None:
    expected = offline_model.embed(TEXTS)
    assert (embedder_with(threads, batch).embed(TEXTS) == expected).all()


def test_company_changes_no_bit_of_a_vector(offline_model: Embedder) -> None:
    backwards = offline_model.embed(TEXTS[::-1])[::-1]
    assert (offline_model.embed(TEXTS) == backwards).all()


def test_the_real_model_gives_one_map_for_shuffled_rows(offline_model: Embedder) -> None:
    texts = ideas()
    again = dict(sorted(texts.items(), key=lambda entry: entry[1][::-1]))
    first, second = (theme(list(t.values()), list(t), embedder=offline_model) for t in (texts, again))
    assert first == second
    assert len(first.themes) >= 4


def test_vectors_are_float32_of_length_one(offline_model: Embedder) -> None:
    vectors = offline_model.embed(TEXTS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


@pytest.mark.slow
def test_the_export_gives_the_vectors_of_sentence_transformers(offline_model: Embedder) -> None:
    reference = load_sentence_transformer(str(package_directory()), threads=2).encode(
        TEXTS, normalize_embeddings=True, show_progress_bar=False
    )
    assert np.abs(offline_model.embed(TEXTS) - reference).max() < 1e-5


def test_a_batch_holds_texts_of_one_length_only_the_longest_first() -> None:
    lengths = [3, 9, 3, 3, 5, 9, 3]
    batches = list(batches_of_one_length(lengths, 3))
    assert batches == [[1, 5], [4], [0, 2, 3], [6]]


def copied_export(root: Path) -> Path:
    directory = export_directory(root)
    shutil.copytree(export_directory(), directory)
    return directory


def test_one_flipped_byte_in_the_model_is_found_when_it_loads(tmp_path: Path) -> None:
    graph = copied_export(tmp_path) / GRAPH
    content = bytearray(graph.read_bytes())
    content[len(content) // 2] ^= 1
    graph.write_bytes(content)
    with pytest.raises(
        ClusteringError, match=r"the file was changed; run .*clustering\.embedding\.export --force"
    ) as caught:
        load_embedder(exports=tmp_path)
    assert caught.value.code == "model_altered"


def test_a_manifest_that_cannot_be_read_is_no_reason_to_guess(tmp_path: Path) -> None:
    directory = export_directory(tmp_path)
    directory.mkdir(parents=True)
    (directory / MANIFEST).write_text('{"format": 1}')
    with pytest.raises(ClusteringError, match=r"clustering\.embedding\.export"):
        load_embedder(exports=tmp_path)


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClusteringError, match="no-such-model") as caught:
        load_embedder(str(tmp_path / "no-such-model"))
    assert caught.value.code == "model_missing"


# ── What is kept, and what is never let through ─────────────────────────────────────────────────────


def test_what_the_cache_knows_is_not_computed_again(hashing: HashingEmbedder) -> None:
    cache: dict[str, Vectors] = {}
    first = CachedEmbedder(hashing, cache).embed(["a tree", "a bus"])
    second = CachedEmbedder(hashing, cache).embed(["a bus", "a lamp", "a tree"])
    assert hashing.asked == ["a tree", "a bus", "a lamp"]
    assert (second[[2, 0]] == first).all()


def test_vectors_of_another_model_or_precision_are_never_found(hashing: HashingEmbedder) -> None:
    other = HashingEmbedder()
    other.model = type(other.model)(name="hashing", sha256="0" * 64, precision="int8")
    assert cache_key(hashing.model, "a tree") != cache_key(other.model, "a tree")
    assert "tree" not in cache_key(hashing.model, "a tree")


class Broken(HashingEmbedder):
    """Gives NaN for one text, so many times."""

    def __init__(self, times: int, value: float = np.nan) -> None:
        super().__init__()
        self._times, self._value = times, value

    def embed(self, texts: Sequence[str], counted: Counted = uncounted) -> Vectors:
        vectors = super().embed(texts, counted)
        if "a bus" in texts and self._times:
            self._times -= 1
            vectors[list(texts).index("a bus")] = self._value
        return vectors


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_a_vector_that_is_no_direction_is_computed_once_more(value: float) -> None:
    vectors = embed_checked(Broken(1, value), ["a tree", "a bus"])
    assert (vectors == HashingEmbedder().embed(["a tree", "a bus"])).all()


def test_broken_vectors_are_never_grouped() -> None:
    with pytest.raises(ClusteringError, match="no usable vector for 1 of 121 texts, twice") as caught:
        theme([*ideas().values(), "a bus"], embedder=Broken(2))
    assert caught.value.code == "vectors_broken"


def test_broken_vectors_do_not_stay_in_the_cache() -> None:
    cache: dict[str, Vectors] = {}
    CachedEmbedder(Broken(1), cache).embed(["a tree", "a bus"])
    assert len(cache) == 1
    cache[cache_key(Broken(0).model, "a bus")] = np.full(512, np.nan, dtype=np.float32)
    assert np.isfinite(CachedEmbedder(Broken(0), cache).embed(["a bus"])).all()


def test_a_model_that_loses_a_row_is_found() -> None:
    class Short(HashingEmbedder):
        def embed(self, texts: Sequence[str], counted: Counted = uncounted) -> Vectors:
            return super().embed(texts[1:], counted)

    with pytest.raises(ClusteringError, match="for 3 texts"):
        embed_checked(Short(), ["a", "b", "c"])
