"""From texts to vectors: the exported model on onnxruntime, or any model on sentence-transformers.

Second stage, and the only one that knows a neural network. The exported model gives bit for bit the
same vector for a text whatever stands beside it, whatever the batch size and the thread count:
a batch holds texts of one length only, so nothing is padded, and pooling is done here in float64.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from clustering.embedding import exported
from clustering.errors import ModelMissing
from clustering.shapes import ModelInfo, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Counted = Callable[[int, int], None]
"""``counted(done, total)``, called after each batch."""


def uncounted(done: int, total: int) -> None:
    """Say nothing."""


class Embedder(Protocol):
    """What this library needs of a model. Equal texts must give equal vectors, always."""

    @property
    def model(self) -> ModelInfo:
        """Which model this is."""
        ...

    def embed(self, texts: Sequence[str], counted: Counted = uncounted) -> Vectors:
        """One L2-normalised float32 row for each text, in their order."""
        ...


def load_embedder(
    model: str | None = None, *, threads: int = 1, batch: int = 16, exports: Path | None = None
) -> Embedder:
    """The embedder to use: the offline model's export, else the offline model itself, else ``model``.

    Args:
        model: a directory or hub id, run by sentence-transformers; None or "" for the offline model.
        threads: of the model; more of them take the cores of whoever shares the machine.
        batch: texts at a time.
        exports: where exports are kept, if not below ``sys.prefix``.

    Raises ModelMissing, ModelAltered.
    """
    if model:
        return TorchEmbedder(model, threads=threads, batch=batch)
    directory = exported.export_directory(exports)
    if manifest := exported.read_manifest(directory):
        return OnnxEmbedder(directory, manifest, threads=threads, batch=batch)
    package = exported.checked_weights(exported.package_directory())
    known = ModelInfo(name=exported.NAME, sha256=exported.WEIGHTS_SHA256, reads=exported.READS)
    return TorchEmbedder(str(package), known, threads=threads, batch=batch)


class OnnxEmbedder:
    """The offline model's export, run by onnxruntime. Checks its files' SHA-256 as it loads."""

    def __init__(
        self, directory: Path, manifest: exported.Manifest, *, threads: int = 1, batch: int = 16
    ) -> None:
        # Imported here, so that whoever brings an embedder of their own needs neither.
        import onnxruntime
        from tokenizers import Tokenizer

        exported.check_export(directory, manifest)
        options = onnxruntime.SessionOptions()
        # One thread for each batch, and several batches at once: no thread waits for another, and how many
        # there are cannot reach a single sum.
        options.intra_op_num_threads, options.inter_op_num_threads = 1, 1
        options.enable_cpu_mem_arena = False  # The arena keeps the largest batch's memory for ever.
        self._run = onnxruntime.InferenceSession(
            str(directory / exported.GRAPH), options, providers=["CPUExecutionProvider"]
        ).run
        self._tokenizer = Tokenizer.from_file(str(directory / exported.TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(manifest.max_tokens)
        self._batch, self._dimensions = max(1, batch), manifest.dimensions
        self._threads = max(1, threads)
        self.model = ModelInfo(
            name=manifest.name,
            sha256=manifest.weights_sha256,
            precision=manifest.precision,
            reads=exported.READS,
        )

    def embed(self, texts: Sequence[str], counted: Counted = uncounted) -> Vectors:
        """See Embedder."""
        tokens = [self._tokenizer.encode(text).ids for text in texts]
        vectors = np.empty((len(tokens), self._dimensions), dtype=np.float32)
        batches = list(batches_of_one_length([len(ids) for ids in tokens], self._batch))
        done = 0
        for rows, found in zip(batches, self._directions(tokens, batches), strict=True):
            vectors[rows] = found
            done += len(rows)
            counted(done, len(tokens))
        return vectors

    def _directions(self, tokens: list[list[int]], batches: list[list[int]]) -> Iterator[Vectors]:
        """The vectors of each batch, in their order; as many batches at a time as there are threads."""

        def direction(rows: list[int]) -> Vectors:
            return mean_direction(self._run(None, {"tokens": np.array([tokens[row] for row in rows])})[0])

        if self._threads == 1:
            yield from map(direction, batches)
            return
        with ThreadPoolExecutor(self._threads) as pool:
            try:
                yield from pool.map(direction, batches)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


def batches_of_one_length(lengths: Sequence[int], batch: int) -> Iterator[list[int]]:
    """Row numbers, at most ``batch`` at a time, never two lengths together.

    Longest texts first: what is left to the end is short, so that no thread waits long for another.
    """
    rows: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        if rows and (len(rows) == batch or lengths[rows[0]] != lengths[row]):
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


def mean_direction(words: NDArray[np.float32]) -> Vectors:
    """The mean over axis 1 of (texts, tokens, dimensions), as L2-normalised rows.

    In float64 and outside the graph: onnxruntime's own mean depends on the batch size in its last bit.
    """
    mean: NDArray[np.float64] = words.astype(np.float64).mean(axis=1)
    mean /= np.linalg.norm(mean, axis=1, keepdims=True)
    return mean.astype(np.float32)


class TorchEmbedder:
    """Any model that sentence-transformers can load. Slower to load, and padding moves the last bits."""

    def __init__(
        self, model: str, known: ModelInfo | None = None, *, threads: int = 1, batch: int = 16
    ) -> None:
        self._encoder = load_sentence_transformer(model, threads=threads)
        self._batch = max(1, batch)
        self.model = known or ModelInfo(
            name=Path(model).name, sha256=weights_sha256(self._encoder), reads=languages_read(self._encoder)
        )

    def embed(self, texts: Sequence[str], counted: Counted = uncounted) -> Vectors:
        """See Embedder. Sorted by length in one go per 32 batches, so that progress can be told."""
        width = self._encoder.get_embedding_dimension() or 0
        vectors = np.empty((len(texts), width), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda row: (len(texts[row]), texts[row]))
        step = 32 * self._batch
        for start in range(0, len(texts), step):
            rows = by_length[start : start + step]
            vectors[rows] = self._encoder.encode(
                [texts[row] for row in rows],
                batch_size=self._batch,
                show_progress_bar=False,
                normalize_embeddings=True,
            )
            counted(start + len(rows), len(texts))
        return vectors


def load_sentence_transformer(model: str, *, threads: int = 1) -> "SentenceTransformer":
    """The sentence-transformers model of this directory or hub id, on the CPU, without progress bars.

    Raises ModelMissing where it cannot be loaded; a directory is never looked for on a hub.
    """
    is_local = Path(model).is_dir()
    if not is_local and (Path(model).is_absolute() or model.startswith(".")):
        raise ModelMissing(f"There is no folder {model!r} with an embedding model in it.")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.set_num_threads(threads)
    try:
        return SentenceTransformer(model, device="cpu", local_files_only=is_local)
    except (OSError, ValueError) as error:
        raise ModelMissing(f"No embedding model could be loaded from {model!r}: {error}") from error


def weights_sha256(encoder: "SentenceTransformer") -> str:
    """Hex SHA-256 over the names and bytes of all weights, whatever files they came from."""
    total = sha256()
    for name, tensor in sorted(encoder.state_dict().items()):
        total.update(name.encode() + b"\0" + tensor.contiguous().numpy().tobytes())
    return total.hexdigest()


def languages_read(encoder: "SentenceTransformer") -> tuple[str, ...] | None:
    """The ISO 639-1 codes on the model's card; None where it names none, or says that there are many."""
    named = encoder.model_card_data.language or []
    codes = {named} if isinstance(named, str) else set(named)
    return tuple(sorted(codes)) if codes and all(len(code) == 2 for code in codes) else None
