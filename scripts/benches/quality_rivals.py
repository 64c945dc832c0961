"""BERTopic and EVoC beside ours: an environment of their own, and one process for a row of tasks.

The environment lies below ``out/``, which git ignores; the product never imports from it. Where it cannot be
made (no registry), the table has our columns and k-means alone, and says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from quality_methods import Found
from quality_sets import Texts

HERE = Path(__file__).parent
PINNED, WORKER = HERE / "bertopic.txt", HERE / "quality_rival.py"
INSTALL_SECONDS = 600.0


class Task(NamedTuple):
    """``method``: default, tuned or evoc. ``seed``: a number, or none for the method as it comes."""

    key: str
    texts: Texts
    method: str
    seed: int | None = 1


class Answer(NamedTuple):
    found: Found
    seconds: float
    peak_mb: float
    strangest: Sequence[int] = ()
    """All rows, the strangest first, where the method says so."""


class Rivals:
    """The other methods. ``missing`` says in words why they are not there, if they are not.

    What a method gave under a seed is kept below its folder, by its inputs and its release: the same again
    would take many minutes. What is timed runs without a seed, and is never kept.
    """

    def __init__(self, folder: Path, *, asked: bool = True) -> None:
        self._python, self._kept = folder / "bin" / "python", folder / "answers"
        self.missing = "Other products were left out."
        if asked:
            self.missing = "" if _is_made(folder) else _make(folder)

    def answers(self, tasks: Iterable[Task], *, threads: int = 1) -> dict[str, Answer]:
        """What each task gave, by key; one process for all that is not known, so that it compiles once."""
        if self.missing:
            return {}
        files = {task.key: (task, self._file(task)) for task in tasks}
        unknown = [task for task, file in files.values() if file is None or not file.exists()]
        fresh = {one["key"]: one for one in self._run(unknown, threads)} if unknown else {}
        return {
            key: _answer(fresh[key] if key in fresh else json.loads(file.read_text()))
            for key, (_, file) in files.items()
            if file is not None or key in fresh
        }

    def _file(self, task: Task) -> Path | None:
        if task.seed is None:
            return None
        what = f"{PINNED.read_text()}{task.method}{task.seed}{json.dumps(task.texts.texts)}"
        key = hashlib.sha256(what.encode() + task.texts.vectors.tobytes()).hexdigest()[:24]
        return self._kept / f"{key}.json"

    def _run(self, tasks: Sequence[Task], threads: int) -> Iterator[dict[str, Any]]:
        """Answers as they come, so that those that are done are kept whatever becomes of the rest."""
        self._kept.mkdir(exist_ok=True)
        limits = {f"{name}_NUM_THREADS": str(threads) for name in ("OMP", "NUMBA", "OPENBLAS")}
        files = {task.key: self._file(task) for task in tasks}
        with tempfile.TemporaryDirectory(prefix="jam-rivals-") as name:
            command = [str(self._python), str(WORKER), str(_write(tasks, Path(name)))]
            with subprocess.Popen(
                command, env=os.environ | limits, stdout=subprocess.PIPE, text=True
            ) as process:
                for line in process.stdout or ():
                    found = json.loads(line)
                    if file := files[found["key"]]:
                        file.write_text(line)
                    yield found
        if process.returncode:
            raise RuntimeError(f"{WORKER.name} ended with {process.returncode}")


def _write(tasks: Sequence[Task], folder: Path) -> Path:
    listed = []
    for number, task in enumerate(tasks):
        np.save(folder / f"{number}.npy", task.texts.vectors)
        (folder / f"{number}.json").write_text(json.dumps(task.texts.texts))
        where = {"vectors": str(folder / f"{number}.npy"), "texts": str(folder / f"{number}.json")}
        listed.append({"key": task.key, "method": task.method, "seed": task.seed, **where})
    (folder / "tasks").write_text(json.dumps(listed))
    return folder / "tasks"


def _answer(one: Mapping[str, Any]) -> Answer:
    names = {int(label): ", ".join(words) for label, words in one["names"].items()}
    found = Found(tuple(one["labels"]), frozenset(one["noise"]), names)
    return Answer(found, one["seconds"], one["peak_mb"], one.get("strangest", ()))


def _is_made(folder: Path) -> bool:
    made = folder / PINNED.name
    return made.exists() and made.read_text() == PINNED.read_text()


def _make(folder: Path) -> str:
    """Install what is pinned; "", or why it could not be done."""
    print("setting up the other methods, once …", file=sys.stderr, flush=True)
    try:
        venv.create(folder, clear=True, with_pip=True)
        install = [
            str(folder / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "-q",
            "--no-deps",
            "-r",
            str(PINNED),
        ]
        subprocess.run(install, check=True, timeout=INSTALL_SECONDS, capture_output=True, text=True)
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", "") or f"{error}").strip().splitlines()
        return f"BERTopic and EVoC could not be installed ({said[-1] if said else error}); they are left out."
    (folder / PINNED.name).write_text(PINNED.read_text())
    return ""
