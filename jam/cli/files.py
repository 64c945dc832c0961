"""Files that commands write: whole or not at all, so that Ctrl-C and a full disk leave no half of one."""

import os
import tempfile
from pathlib import Path


class FileFailed(Exception):
    """A file could not be written: its path, why, and what to do."""


def write_whole(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write to a file beside it, then rename; what stood there stays until then. Raises ``FileFailed``."""
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.absolute().parent, prefix=".jam-", delete=False) as file:
            temporary = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except OSError as failed:
        raise FileFailed(f"{path}: {failed.strerror or failed}; choose another place") from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def read_some(path: Path, most: int) -> bytes:
    """A file's bytes, one more than ``most`` at most, so that nothing endless is read to its end.

    Raises ``FileFailed`` with the path and the cause.
    """
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as failed:
        raise FileFailed(f"{path}: {failed.strerror or failed}; name a file that you can read") from None
