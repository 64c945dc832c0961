"""``python -m jam.service.theming_child``: groups ideas in a process of its own, at low priority.

Started by the server with exec, never fork; holds no database connection; hears requests on stdin and
answers on stdout (``theming_frames``). It ends with 0 when stdin does, and with 1 and one line on
stderr when what it reads is no frame. A model that cannot be loaded is said in answer to each request.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from jam.service.theming_frames import (
    BadFrame,
    Failed,
    ProgressNote,
    Ready,
    Request,
    Result,
    encode_frame,
    read_request,
)

if TYPE_CHECKING:
    from clustering import Embedder, ModelInfo, Progress, Vectors

NICENESS = 10
SECONDS_BETWEEN_NOTES = 0.1
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def main() -> int:
    """Answer requests until stdin ends."""
    parser = argparse.ArgumentParser(prog="python -m jam.service.theming_child", description=__doc__)
    parser.add_argument("--threads", type=int, default=1, help="threads of the model (default 1)")
    model = os.environ.get("JAM_EMBEDDING_MODEL")
    parser.add_argument("--model", default=model, help="directory or hub id; default JAM_EMBEDDING_MODEL")
    asked = parser.parse_args()
    answers = _private_stdout()
    _step_back(asked.threads)
    try:
        return Child(sys.stdin.buffer, answers, asked.model, asked.threads).run()
    except BadFrame as error:
        print(f"theming child: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1  # The server is gone: nobody is left to tell.


def _private_stdout() -> BinaryIO:
    """Our own copy of stdout; whatever else prints to it from now on reaches stderr.

    One line that a library prints in the middle of a frame would end the conversation.
    """
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return answers


def _step_back(threads: int) -> None:
    """Leave the processor to the web process, and Ctrl-C at the console to the server.

    The variables are read when numpy is first imported, which has not happened yet.
    """
    os.nice(NICENESS)
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(threads)))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Child:
    """One conversation: requests in, answers out, one after the other."""

    def __init__(self, requests: BinaryIO, answers: BinaryIO, model: str | None, threads: int) -> None:
        self._requests, self._answers = requests, answers
        self._model, self._threads = model, threads

    def run(self) -> int:
        """Load the model, then answer until the requests end. Raises BadFrame."""
        from clustering import ClusteringError, load_embedder

        try:
            embedder = load_embedder(self._model or None, threads=self._threads)
        except ClusteringError as error:
            reason = error
            return self._answer_each(lambda request: _refusal(request, reason))
        self._say(Ready(model=_plain(embedder.model)))
        return self._answer_each(Grouping(embedder, self._say).answer)

    def _answer_each(self, answer: Callable[[Request], Result | Failed]) -> int:
        while (request := read_request(self._requests)) is not None:
            self._say(answer(request))
        return 0

    def _say(self, answer: Ready | ProgressNote | Result | Failed) -> None:
        frame = memoryview(encode_frame(answer))
        while frame:
            frame = frame[self._answers.write(frame) :]


class RecentVectors:
    """A cache for one request and the next: what neither asked for is forgotten.

    So what is hidden or erased in the jam is gone here as soon as its ideas are grouped anew.
    """

    def __init__(self) -> None:
        self._now: dict[str, Vectors] = {}
        self._before: dict[str, Vectors] = {}

    def turn(self) -> None:
        """A new request begins."""
        self._before, self._now = self._now, {}

    def get(self, key: str, /) -> "Vectors | None":
        """The vector under this key, kept for the next request too."""
        vector = self._now.get(key, self._before.get(key))
        if vector is not None:
            self._now[key] = vector
        return vector

    def __setitem__(self, key: str, vector: "Vectors", /) -> None:
        self._now[key] = vector


class Grouping:
    """Makes theme maps, and says how far it is."""

    def __init__(self, embedder: "Embedder", say: Callable[[ProgressNote], None]) -> None:
        from clustering import CachedEmbedder

        self._recent = RecentVectors()
        self._embedder = CachedEmbedder(embedder, self._recent)
        self._say = say

    def answer(self, request: Request) -> Result | Failed:
        """The theme map of a request, or what is wrong with it."""
        from clustering import ClusteringError, Parameters, theme

        self._recent.turn()
        try:
            themes = theme(
                [idea.text for idea in request.ideas],
                [idea.id for idea in request.ideas],
                embedder=self._embedder,
                parameters=msgspec.convert(request.parameters or {}, Parameters),
                question=request.question,
                progress=self._notes(request.job),
            )
        except (ClusteringError, msgspec.ValidationError) as error:
            return _refusal(request, error)
        return Result(job=request.job, map=msgspec.Raw(msgspec.json.encode(themes)))

    def _notes(self, job: str) -> "Progress":
        """Tells every stage's begin and end, and in between ten steps a second at most."""
        last = time.monotonic()

        def note(stage: str, done: int, total: int) -> None:
            nonlocal last
            now = time.monotonic()
            if done in (0, total) or now - last >= SECONDS_BETWEEN_NOTES:
                last = now
                self._say(ProgressNote(job=job, stage=stage, done=done, total=total))

        return note


def _refusal(request: Request, error: Exception) -> Failed:
    code = getattr(error, "code", "parameters_refused")
    return Failed(job=request.job, code=code, message=str(error))


def _plain(model: "ModelInfo") -> dict[str, str]:
    return {"name": model.name, "sha256": model.sha256, "precision": model.precision}


if __name__ == "__main__":
    sys.exit(main())
