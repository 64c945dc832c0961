"""The reserve: disk space kept back, so that on a full disk a jam can still be moderated, steered and closed.

It lies in the database's lock file, which is open anyway. While it is held there is room; who may go on
without it (staff, bells) is the writer's business.
"""

import os

RESERVE_BYTES = 1 << 20
"""Some hundreds of decisions or bells."""


class Reserve:
    """Space in ``file`` (a descriptor); without one, as on PostgreSQL, always held and never given."""

    def __init__(self, file: int | None) -> None:
        self._file = file
        self._held = file is None

    def hold(self) -> bool:
        """Whether the space is kept back, now that it was tried to get it (again)."""
        if not self._held and self._file is not None:
            try:
                os.posix_fallocate(self._file, 0, RESERVE_BYTES)
                self._held = True
            except OSError:
                os.ftruncate(self._file, 0)  # a part of it would be missing elsewhere
        return self._held

    def release(self) -> bool:
        """Give the space to whoever writes next; whether there was any."""
        if not self._held or self._file is None:
            return False
        os.ftruncate(self._file, 0)
        self._held = False
        return True
