"""Work for both cores of a small machine: matrix products and sorts, which leave the interpreter alone.

Each piece is worked out on one thread, whatever the others do, so that its last bits do not depend on how
many there are.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

AT_ONCE = 2
_Job = TypeVar("_Job")
_Found = TypeVar("_Found")


def side_by_side(work: Callable[[_Job], _Found], jobs: Iterable[_Job]) -> Iterator[_Found]:
    """What ``work`` finds for each job, in their order; jobs are taken as they are needed."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting: deque[Future[_Found]] = deque()
        for job in jobs:
            waiting.append(pool.submit(work, job))
            if len(waiting) > AT_ONCE:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
