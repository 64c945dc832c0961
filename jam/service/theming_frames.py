"""What the server and its theming child say to each other: one struct for each kind of frame.

A frame is a length of 4 bytes, big-endian, and so many bytes of JSON. The server writes ``Request``
to the child's stdin and reads the other kinds from its stdout. Imports neither numpy nor the theme
library, so that the web process can use it.
"""

from typing import Any, BinaryIO

import msgspec

HEADER_BYTES = 4
MAX_FRAME_BYTES = 256 * 1024 * 1024
"""Forty times the largest jam: what is longer is no frame of ours."""


class BadFrame(Exception):
    """The bytes that were read are no frame; the stream cannot be used any further."""


class TextIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One idea to be grouped."""

    id: str
    text: str


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Please group these ideas. ``parameters``: what differs from the theme library's defaults."""

    job: str
    ideas: tuple[TextIn, ...]
    question: str | None = None
    parameters: dict[str, Any] | None = None


class Ready(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="ready"):
    """Said once, when the model is loaded. ``model``: name, sha256, precision."""

    model: dict[str, str]


class ProgressNote(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="progress"):
    """How far a job is: ``stage`` is read, embed, group or name."""

    job: str
    stage: str
    done: int
    total: int


class Result(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="result"):
    """A job's theme map, as JSON that the server stores as it is."""

    job: str
    map: msgspec.Raw


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="failed"):
    """No theme map: a stable code and plain words. The child is ready for the next request."""

    job: str
    code: str
    message: str


Answer = Ready | ProgressNote | Result | Failed


def encode_frame(content: Request | Answer) -> bytes:
    """The bytes of one frame."""
    payload = msgspec.json.encode(content)
    return len(payload).to_bytes(HEADER_BYTES, "big") + payload


def read_request(stream: BinaryIO) -> Request | None:
    """The next request; None where the stream ends between two frames. Raises BadFrame.

    Blocks: for the child, which has nothing else to do.
    """
    header = stream.read(HEADER_BYTES)
    if not header:
        return None
    length = int.from_bytes(header, "big")
    if len(header) < HEADER_BYTES or length > MAX_FRAME_BYTES:
        raise BadFrame(f"no frame begins with the bytes {header.hex(' ')}")
    payload = stream.read(length)
    if len(payload) < length:
        raise BadFrame(f"the stream ended after {len(payload)} of {length} bytes")
    try:
        return msgspec.json.decode(payload, type=Request)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadFrame(str(error)) from error
