"""``python -m jam.service.theming_child``: groups ideas in a process of its own, at low priority.

Started by the server with exec, never fork; holds no database connection; hears requests on stdin and
answers on stdout (``theming_frames``). What takes long is worked out in a thread beside, so that whoever
places an idea or corrects a theme does not wait for a regrouping. It ends with 0 when stdin does, and with
1 and one line on stderr when what it reads is no frame. A model that cannot be loaded is said in answer to
each request.
"""

import argparse
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, BinaryIO

from jam.service.theming_frames import (
    AnyHeard,
    BadFrame,
    Failed,
    Ready,
    encode_frame,
    read_request,
)

if TYPE_CHECKING:
    from clustering import ModelInfo
    from jam.service.theming_jams import Kept

NICENESS = 10
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
    """One conversation: quick requests are answered in their order, long ones when they are done."""

    def __init__(self, requests: BinaryIO, answers: BinaryIO, model: str | None, threads: int) -> None:
        self._requests, self._answers = requests, answers
        self._model, self._threads = model, threads
        self._speaking = threading.Lock()

    def run(self) -> int:
        """Load the model, then answer until the requests end. Raises BadFrame."""
        from clustering import ClusteringError, load_embedder

        try:
            embedder = load_embedder(self._model or None, threads=self._threads)
        except ClusteringError as error:
            return self._refuse_each(error.code, str(error))
        from jam.service.theming_jams import Kept

        self._say(Ready(model=_plain(embedder.model)))
        with ThreadPoolExecutor(1, thread_name_prefix="regroup") as beside:
            return self._answer_each(Kept(embedder, self._say), beside)

    def _answer_each(self, kept: "Kept", beside: ThreadPoolExecutor) -> int:
        while (request := read_request(self._requests)) is not None:
            work = kept.begin(request)
            if kept.takes_long(request):
                beside.submit(self._carry_out, work).add_done_callback(_end_if_broken)
            else:
                self._carry_out(work)
        return 0

    def _carry_out(self, work: Callable[[], tuple[AnyHeard, bytes]]) -> None:
        try:
            self._say(*work())
        except BrokenPipeError:
            os._exit(1)  # The server is gone; from a thread, nothing else would end the process.

    def _refuse_each(self, code: str, reason: str) -> int:
        while (request := read_request(self._requests)) is not None:
            self._say(Failed(job=request.job, code=code, message=reason))
        return 0

    def _say(self, answer: AnyHeard, rest: bytes = b"") -> None:
        frame = memoryview(encode_frame(answer, rest))
        with self._speaking:  # Two threads speak; a frame is never cut in two.
            while frame:
                frame = frame[self._answers.write(frame) :]


def _end_if_broken(work: "Future[None]") -> None:
    """A bug in the thread beside ends the process, as one in the main thread does: the server is told so."""
    if error := work.exception():
        traceback.print_exception(error)
        os._exit(1)


def _plain(model: "ModelInfo") -> dict[str, str]:
    return {"name": model.name, "sha256": model.sha256, "precision": model.precision}


if __name__ == "__main__":
    sys.exit(main())
