"""How frames leave: the shared shape of a text frame, and the port that sockets are written through."""

from typing import Protocol

_FINAL_TEXT = 0x81


class Sender(Protocol):
    """Writes finished frames to one socket: at once, never waiting for the reader, never raising."""

    def write(self, frame: bytes) -> None:
        """Send a frame made by ``text_frame``; a closed peer takes it and forgets it."""
        ...

    def buffered(self) -> int:
        """Bytes that the reader has not taken yet."""
        ...

    def close(self, code: int, reason: str) -> None:
        """End the socket soon."""
        ...


def text_frame(payload: bytes) -> bytes:
    """One unmasked, final text frame (RFC 6455, 5.2) around ``payload``, which must be valid UTF-8."""
    length = len(payload)
    if length < 126:
        return bytes((_FINAL_TEXT, length)) + payload
    if length < 1 << 16:
        return bytes((_FINAL_TEXT, 126)) + length.to_bytes(2) + payload
    return bytes((_FINAL_TEXT, 127)) + length.to_bytes(8) + payload
