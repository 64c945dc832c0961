"""The hash chain over a jam's log, and the digests that tie content to it.

Each event's hash is SHA-256(previous hash ‖ canonical JSON of the event), so a changed, dropped or
moved row is found and located (guarantee G16). Free text never enters the chain: the chain holds
SHA-256(salt ‖ value) of a content row, so text can be erased and the chain still verifies.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec

GENESIS = bytes(32)
SALT_BYTES = 16

_canonical = msgspec.json.Encoder(order="sorted")


def canonical_json(value: Any) -> bytes:
    """The one spelling of a JSON value that is hashed: keys sorted, no blanks, UTF-8."""
    return _canonical.encode(value)


def content_digest(salt: bytes, value: str) -> str:
    """SHA-256(salt ‖ value) in hexadecimal: what the chain keeps of a text."""
    return hashlib.sha256(salt + value.encode()).hexdigest()


def link(previous: bytes, chained: tuple[Any, ...]) -> bytes:
    """The hash of one event, 32 bytes. ``chained`` is the row's chained fields in their fixed order."""
    return hashlib.sha256(previous + canonical_json(chained)).digest()


def first_broken(rows: Iterable[tuple[tuple[Any, ...], bytes]]) -> int | None:
    """The position (0-based) of the first row whose hash does not follow, or ``None``."""
    previous = GENESIS
    for position, (chained, recorded) in enumerate(rows):
        previous = link(previous, chained)
        if previous != recorded:
            return position
    return None
