"""What the simulated people write down: one JSON line for each thing that a client did or received.

The checker judges from these lines and the server's final log alone, never from what a client believes.
``invoke`` is a command leaving the client, ``ok`` and ``fail`` its final answers, ``later`` a refusal
that is tried again, ``unknown`` a dropped socket or a timeout: the command may or may not exist.
"""

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec


class Line(msgspec.Struct, kw_only=True, tag_field="k", omit_defaults=True):
    """One line. ``c`` names the client; ``at`` is the monotonic clock of its process, in seconds."""

    c: str
    at: float


class Joined(Line, tag="joined"):
    """The client is this person of this jam from now on."""

    jam: str
    participant: str
    role: str
    handle: str


class Opened(Line, tag="opened"):
    """Socket number ``socket`` said hello, with the cursor and epoch that it had."""

    socket: int
    cursor: int | None = None
    epoch: str | None = None


class Received(Line, tag="frame"):
    """One frame exactly as it came. ``unreadable`` holds what was no JSON object."""

    socket: int
    frame: msgspec.Raw = msgspec.Raw(b"null")
    unreadable: str | None = None


class Closed(Line, tag="closed"):
    """The socket ended with this close code (1006: without one)."""

    socket: int
    code: int


class Invoke(Line, tag="invoke"):
    """A command left the client, for the ``attempt``-th time; ``copies`` of it at once."""

    attempt: int
    command: msgspec.Raw
    copies: int = 1


class Ok(Line, tag="ok"):
    """The command with client id ``ref`` was acknowledged."""

    ref: str
    ack: msgspec.Raw


class Fail(Line, tag="fail"):
    """The command was refused for good."""

    ref: str
    code: str


class Later(Line, tag="later"):
    """The command was refused for now and will be sent again after ``wait`` seconds."""

    ref: str
    code: str
    wait: float


class Unknown(Line, tag="unknown"):
    """The socket dropped or the answer took too long."""

    ref: str


class Page(Line, tag="page"):
    """A page of older ideas, read over HTTP: the answer as it came."""

    body: msgspec.Raw


AnyLine = Joined | Opened | Received | Closed | Invoke | Ok | Fail | Later | Unknown | Page

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(AnyLine).decode


class Recorder:
    """Writes lines to a file as they happen, or keeps them in ``lines`` when there is no file.

    Not for several processes: one recorder, one file, one event loop.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.lines: list[AnyLine] = []
        self._file: BinaryIO | None = path.open("wb") if path else None

    def put(self, line: AnyLine) -> None:
        """Write one line down."""
        if self._file is None:
            self.lines.append(line)
        else:
            self._file.write(_encode(line) + b"\n")

    def close(self) -> None:
        """Flush and close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def received(client: str, at: float, socket: int, frame: str | bytes) -> Received:
    """The line for one frame; what is no JSON object is kept as text and judged later."""
    raw = frame.encode() if isinstance(frame, str) else frame
    with contextlib.suppress(msgspec.DecodeError):
        if isinstance(msgspec.json.decode(raw), dict):
            one_line = raw.replace(b"\n", b" ").replace(b"\r", b" ")
            return Received(c=client, at=at, socket=socket, frame=msgspec.Raw(one_line))
    return Received(c=client, at=at, socket=socket, unreadable=raw.decode(errors="replace"))


def read_history(path: Path) -> Iterator[AnyLine]:
    """The lines of a history file, one at a time.

    Raises ``ValueError`` naming the line that is not one of ours.
    """
    with path.open("rb") as file:
        yield from parse_history(file)


def parse_history(lines: Iterable[bytes]) -> Iterator[AnyLine]:
    """Lines from bytes; blank ones are passed over."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _decode(line)
        except msgspec.DecodeError as broken:
            raise ValueError(f"line {number} of the history: {broken}") from broken
