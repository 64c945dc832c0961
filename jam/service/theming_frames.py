"""What the server and its theming child say to each other: one struct for each kind of frame.

A frame is a length of 4 bytes, big-endian, and so many bytes of JSON; after a ``Made`` come ``size`` bytes
more, a theme map as it is stored, so that nobody has to read its JSON on the way. The server writes
requests to the child's stdin and reads answers from its stdout. Imports neither numpy nor the theme
library, so that the web process can use it.

The child keeps what it read of a few jams. ``Standing`` says what the server believes it has: where they
differ the answer is ``OutOfStep``, and the server tells everything anew.
"""

from hashlib import blake2b
from typing import Any, BinaryIO

import msgspec

HEADER_BYTES = 4
MAX_FRAME_BYTES = 256 * 1024 * 1024
"""Forty times the largest jam: what is longer is no frame of ours."""
NO_MAP = msgspec.Raw(b"null")


class BadFrame(Exception):
    """The bytes that were read are no frame; the stream cannot be used any further."""


class TextIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One idea to be grouped."""

    id: str
    text: str


class Standing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the child has of a jam: ``texts`` is ``mark_of`` all of them, added up by exclusive or, in
    hexadecimal; ``themes`` the SHA-256 of its map's JSON, empty without one."""

    texts: str
    themes: str = ""


def mark_of(idea: str, text: str) -> int:
    """128 bits of an idea and its words. Those of many ideas are added up by exclusive or, in any order."""
    return int.from_bytes(
        blake2b(f"{idea}\0{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
    )


def standing_of(marks: int, themes: str = "") -> Standing:
    """The standing after so many marks."""
    return Standing(texts=f"{marks:032x}", themes=themes)


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="ask"):
    """Something that the server wants about one jam. ``job`` names it, and is in every answer to it."""

    job: str
    jam: str


class Read(Request, frozen=True, kw_only=True, tag="read"):
    """Take these texts in, new or changed, and forget what is ``gone``. Answered ``Done`` or ``OutOfStep``.

    ``before`` is what the child has to have; without it the jam begins anew, with the map ``themes``.
    ``after`` is what it has then; ``more`` announces that the rest of the same telling follows.
    ``parameters``: what differs from the theme library's defaults.
    """

    changed: tuple[TextIn, ...]
    gone: tuple[str, ...] = ()
    before: Standing | None = None
    after: Standing
    more: bool = False
    question: str | None = None
    parameters: dict[str, Any] | None = None
    themes: msgspec.Raw = NO_MAP


class Place(Request, frozen=True, kw_only=True, tag="place"):
    """Where do the ideas belong that are in no theme of the map? Answered ``Placed``."""

    standing: Standing


class Steer(Request, frozen=True, kw_only=True, tag="steer"):
    """The map after these corrections, without grouping anew. Answered ``Made``."""

    standing: Standing
    corrections: tuple[dict[str, Any], ...]


class Regroup(Request, frozen=True, kw_only=True, tag="regroup"):
    """Group everything anew. Answered ``Made``; other requests are answered while it works."""

    standing: Standing


class ProposeSplit(Request, frozen=True, kw_only=True, tag="propose_split"):
    """How could this theme be split, into so many ``parts`` if that is said? Answered ``Proposed``."""

    standing: Standing
    theme: str
    parts: int | None = None


class Forget(Request, frozen=True, kw_only=True, tag="forget"):
    """Keep nothing of this jam. Answered ``Done``."""


AnyRequest = Read | Place | Steer | Regroup | ProposeSplit | Forget


class Heard(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """Something that the child says."""


class Ready(Heard, frozen=True, kw_only=True, tag="ready"):
    """Said once, when the model is loaded. ``model``: name, sha256, precision."""

    model: dict[str, str]


class ProgressNote(Heard, frozen=True, kw_only=True, tag="progress"):
    """How far a job is: ``stage`` is one of the theme library's."""

    job: str
    stage: str
    done: int
    total: int


class Done(Heard, frozen=True, kw_only=True, tag="done"):
    """It is done, and there is nothing to tell."""

    job: str


class OutOfStep(Heard, frozen=True, kw_only=True, tag="out_of_step"):
    """The child has something else than the server believes, or nothing."""

    job: str


class PlaceOut(msgspec.Struct, frozen=True):
    """Where an idea was put: its theme and its place on the picture."""

    idea: str
    theme: str
    x: float = 0.0
    y: float = 0.0


class Placed(Heard, frozen=True, kw_only=True, tag="placed"):
    """Where these ideas belong. What is no idea is not among them."""

    job: str
    places: tuple[PlaceOut, ...]


class PartOut(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a proposed split: its name and the ids of its ideas."""

    name: str
    ideas: tuple[str, ...]


class Proposed(Heard, frozen=True, kw_only=True, tag="proposed"):
    """A theme's parts, largest first; the first is what would stay."""

    job: str
    theme: str
    parts: tuple[PartOut, ...]


class Made(Heard, frozen=True, kw_only=True, tag="made"):
    """A theme map: its figures here, its JSON in the ``size`` bytes after this frame.

    ``digest`` is the SHA-256 of these bytes, which the server stores as they are. The child's map is this
    one as soon as a request's standing says so: it may never get on record.
    """

    job: str
    size: int
    digest: str
    themes: int
    one_of_a_kind: int
    too_few: bool


class Failed(Heard, frozen=True, kw_only=True, tag="failed"):
    """It could not be done: a stable code and plain words. The child is ready for the next request."""

    job: str
    code: str
    message: str


Answer = Done | OutOfStep | Placed | Proposed | Made | Failed
AnyHeard = Ready | ProgressNote | Answer


def encode_frame(content: AnyRequest | AnyHeard, rest: bytes = b"") -> bytes:
    """The bytes of one frame, and of what follows it."""
    payload = msgspec.json.encode(content)
    return len(payload).to_bytes(HEADER_BYTES, "big") + payload + rest


def read_request(stream: BinaryIO) -> AnyRequest | None:
    """The next request; None where the stream ends between two frames. Raises BadFrame.

    Blocks: for the child, whose main thread has nothing else to do.
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
        request: AnyRequest = msgspec.json.decode(payload, type=AnyRequest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadFrame(str(error)) from error
    return request
