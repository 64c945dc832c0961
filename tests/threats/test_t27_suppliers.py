"""T27: a package or a model that is not the one that was tested.

Set-up takes a file only if its SHA-256 is in the lock; a model is used only with the known bytes.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from clustering.embedding import exported
from clustering.embedding.model import load_embedder
from clustering.errors import ModelAltered
from tests.sources import ROOT

LOCKS = ("requirements.lock", "requirements-test.lock")
ENTRY = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>\S+) \\$", re.MULTILINE)


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, tuple[str, list[str]]]:
    """Every package of the locks: its version and the hashes that are taken."""
    found: dict[str, tuple[str, list[str]]] = {}
    for lock in LOCKS:
        for entry in re.split(r"\n(?=[a-z])", (ROOT / lock).read_text(encoding="utf-8"))[1:]:
            head = ENTRY.match(entry)
            assert head, entry[:80]
            assert plain(head["name"]) not in found
            found[plain(head["name"])] = (
                head["version"],
                re.findall(r"--hash=sha256:([0-9a-f]{64})\b", entry),
            )
    return found


def test_t27_every_pinned_package_is_locked_with_the_hashes_of_its_files() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    found = locked()
    assert {name: version for name, (version, _) in found.items()} == {
        plain(name): version for name, version in pins.items()
    }, "constraints.txt changed: run scripts/lock"
    assert [name for name, (_, hashes) in found.items() if not hashes] == []


def test_t27_the_locks_name_no_index_and_no_address() -> None:
    for lock in LOCKS:
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert not re.search(r"://|--(?:extra-)?index|--find-links|--trusted", text)


def test_t27_set_up_installs_by_hash_and_the_browser_modules_by_digest() -> None:
    setup = (ROOT / "scripts/setup").read_text(encoding="utf-8")
    assert 'install --require-hashes --no-deps "${locks[@]}"' in setup
    assert all(lock in setup for lock in LOCKS)
    assert '"npm", "ci"' in (ROOT / "scripts/vendor").read_text(encoding="utf-8").replace("[npm,", '["npm",')
    lock = (ROOT / "web/package-lock.json").read_text(encoding="utf-8")
    assert lock.count('"integrity": "sha512-') == lock.count('"node_modules/')


@pytest.mark.slow
def test_t27_a_package_with_one_flipped_byte_is_not_installed(tmp_path: Path) -> None:
    """With a package made here, without a network: the file that was locked goes in, another does not."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel = make_wheel(wheels / "harmless-1.0-py3-none-any.whl")
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"harmless==1.0 \\\n    --hash=sha256:{exported.file_sha256(wheel)}\n", encoding="utf-8")
    assert installed(lock, wheels, tmp_path / "good") == 0
    content = bytearray(wheel.read_bytes())
    content[content.index(b"harmless words")] ^= 1
    wheel.write_bytes(content)
    assert installed(lock, wheels, tmp_path / "bad") != 0
    assert not (tmp_path / "bad" / "harmless.py").exists()


def make_wheel(path: Path) -> Path:
    info = "harmless-1.0.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as made:
        made.writestr("harmless.py", "# harmless words\n")
        made.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: harmless\nVersion: 1.0\n")
        made.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        made.writestr(
            f"{info}/RECORD", f"harmless.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n"
        )
    return path


def installed(lock: Path, wheels: Path, target: Path) -> int:
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--isolated",
        "--no-index",
        "--find-links",
        str(wheels),
    ]
    command += ["--require-hashes", "--no-deps", "--no-cache-dir", "--target", str(target), "-r", str(lock)]
    return subprocess.run(command, capture_output=True, timeout=600, check=False).returncode


@pytest.mark.slow
@pytest.mark.parametrize("name", [exported.GRAPH, exported.TOKENIZER])
def test_t27_a_model_with_one_flipped_byte_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = exported.export_directory()
    copy = tmp_path / original.name
    shutil.copytree(original, copy)
    monkeypatch.setattr(exported, "export_directory", lambda root=None: copy)
    load_embedder(None)
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    with pytest.raises(ModelAltered, match="the file was changed"):
        load_embedder(None)


def test_t27_the_weights_that_the_model_is_made_from_are_pinned_in_the_code(tmp_path: Path) -> None:
    exported.checked_weights(exported.package_directory())
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(ModelAltered):
        exported.checked_weights(tmp_path)
    held = {path.suffix for path in exported.package_directory().rglob("*")}
    assert held.isdisjoint({".bin", ".pkl", ".pickle", ".pt", ".pth"}), (
        "a file that runs code when it is read"
    )
