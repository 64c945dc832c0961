"""What ``scripts/setup`` must never do, shown on a copy of its files in a folder of its own."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_setup_never_empties_the_folder_that_a_linked_environment_leads_to(tmp_path: Path) -> None:
    elsewhere, checkout = tmp_path / "elsewhere", tmp_path / "checkout"
    (elsewhere / "lib").mkdir(parents=True)
    (elsewhere / "lib" / "package.py").write_text("kept = True\n")
    (checkout / "scripts").mkdir(parents=True)
    (checkout / "scripts" / "setup").write_bytes((ROOT / "scripts" / "setup").read_bytes())
    _inputs(checkout)
    (checkout / ".venv").symlink_to(elsewhere)
    ran = subprocess.run(
        ["bash", "scripts/setup"], cwd=checkout, capture_output=True, text=True, timeout=240, check=False
    )
    assert ran.returncode == 1
    assert "set-up: .venv is a link to" in ran.stderr
    assert (elsewhere / "lib" / "package.py").exists()


def _inputs(checkout: Path) -> None:
    """The files that the set-up reads to know whether there is anything to do."""
    for name in (
        *("pyproject.toml", "constraints.txt", "requirements.lock", "requirements-test.lock"),
        *("web/package.json", "web/package-lock.json", "scripts/vendor"),
        *("clustering/embedding/export.py", "clustering/embedding/exported.py"),
    ):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_bytes((ROOT / name).read_bytes())
