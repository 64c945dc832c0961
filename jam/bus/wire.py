"""What crosses between nodes: the strict form of a wake and of a whisper, as JSON.

Anybody who reaches the same Redis can write on our channel, so whatever is not exactly of this form is
ignored. The form also keeps content out: a wake has an id and a number, and a whisper's strings are ids
or closed words, in which no sentence of a person fits (guarantee G10, threat T21).
"""

from typing import Annotated, Any

import msgspec

from jam.bus.base import Signal, Wake, Whisper

CHANNEL = "jam:wake"
MAX_BYTES = 4096

_WORD = r"\A[A-Za-z0-9_.:-]{1,64}\Z"
_Word = Annotated[str, msgspec.Meta(pattern=_WORD)]
_Id = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{1,64}\Z")]
_Number = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
_Signal = Annotated[dict[_Word, _Word | _Number | float | bool | None], msgspec.Meta(max_length=16)]


class _WakeFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    jam: _Id
    seq: Annotated[int, msgspec.Meta(ge=1, le=2**53)]


class _WhisperFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    jam: _Id
    node: _Id
    signal: _Signal


_encode = msgspec.json.encode
_read_wake = msgspec.json.Decoder(_WakeFrame).decode
_read_whisper = msgspec.json.Decoder(_WhisperFrame).decode


def is_whisperable(signal: dict[str, Any]) -> bool:
    """Whether a signal keeps the rule: at most 16 flat fields of numbers, flags, ids and closed words."""
    try:
        msgspec.convert(signal, _Signal)
    except msgspec.ValidationError:
        return False
    return True


def encode(signal: Signal, node: str) -> bytes:
    """The JSON of a signal; ``node`` lets the sender know its own whisper again."""
    if isinstance(signal, Wake):
        return _encode(_WakeFrame(signal.jam_id, signal.seq))
    return _encode(_WhisperFrame(signal.jam_id, node, signal.signal))


def decode(payload: bytes) -> tuple[Signal, str] | None:
    """The signal and the node that a payload says it is from ('' for a wake); ``None`` for anything else."""
    if len(payload) > MAX_BYTES:
        return None
    try:
        wake = _read_wake(payload)
        return Wake(wake.jam, wake.seq), ""
    except ValueError:
        pass
    try:
        whisper = _read_whisper(payload)
        return Whisper(whisper.jam, whisper.signal), whisper.node
    except ValueError:
        return None
