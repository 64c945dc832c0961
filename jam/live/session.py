"""A session: one open socket's place in a jam. It owns a cursor, never a queue.

Sans-I/O: frames come in as text, what to do comes out as a value; the socket adapter and the hub do the
rest. So the whole protocol can be tested without a network.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from jam.domain.commands import Command
from jam.domain.rejections import CODES, Rejection, reject
from jam.domain.text import has_lone_surrogate
from jam.domain.views import Viewer
from jam.domain.visibility import PRIVILEGED_ROLES
from jam.live.senders import Sender, text_frame
from jam.live.wire import (
    CLOSE_CODES,
    FRAMES_AT_ONCE,
    FRAMES_PER_SECOND,
    MAX_IN_FLIGHT,
    VERSIONS,
    Ack,
    Beat,
    CloseCode,
    ErrorFrame,
    Hello,
    decode_incoming,
    encode,
)

STRIKES = 3
STRIKING = frozenset({"bad_frame", "unknown_type", "say_hello_first", "bad_cursor", "not_unicode"})
UNREADABLE = (msgspec.DecodeError, UnicodeEncodeError, RecursionError)
"""What the decoder raises for a frame that is none; the last one for thousands of brackets in brackets."""
LONGEST_REF = 64


@dataclass(slots=True)
class Greet:
    """Hello was said: attach the session to the jam."""

    hello: Hello


@dataclass(slots=True)
class Do:
    """Give this command to the jam and answer it."""

    command: Command


Step = Greet | Do | None


class _Ref(msgspec.Struct):
    client_id: str | None = None


class _Kind(msgspec.Struct):
    t: Any = None


_decode_ref = msgspec.json.Decoder(_Ref).decode
_decode_kind = msgspec.json.Decoder(_Kind).decode


class Session:
    """The state of one socket. ``cursor`` is what was sent, not what was read: TCP does the rest."""

    # Slots: a fan-out touches every session, and what it costs is mostly memory that is not in the cache.
    __slots__ = (
        "_in_flight",
        "_paced_to",
        "_strikes",
        "beat_at",
        "closed",
        "cursor",
        "heard_at",
        "joined",
        "privileged",
        "reading",
        "sender",
        "session_hash",
        "slow_since",
        "viewer",
    )

    def __init__(self, viewer: Viewer, sender: Sender, now: float, session_hash: str | None = None) -> None:
        self.viewer = viewer
        self.session_hash = session_hash
        self.privileged = viewer.role in PRIVILEGED_ROLES
        self.sender = sender
        self.cursor = 0
        self.joined = False
        self.heard_at = now
        self.beat_at = now
        self.slow_since: float | None = None
        self.reading = False
        self.closed = False
        self._in_flight = 0
        self._paced_to = now
        self._strikes = 0

    def pause(self, now: float) -> float:
        """Seconds to wait before another frame is read: 0 for whoever keeps to ``FRAMES_PER_SECOND``.

        So a flood costs its sender's time alone, and its answers cannot pile up faster than that.
        """
        return max(0.0, self._paced_to - now - FRAMES_AT_ONCE / FRAMES_PER_SECOND)

    def receive(self, frame: str | None, now: float) -> Step:
        """Take one frame (``None`` for a binary one); refusals are answered here."""
        self.heard_at = now
        self._paced_to = max(self._paced_to, now) + 1 / FRAMES_PER_SECOND
        if frame is None:
            return self._bad(reject("bad_frame"))
        try:
            message = decode_incoming(frame)
        except UNREADABLE as error:
            return self._bad(_why(error, frame), _ref(frame))
        if isinstance(message, Beat):
            return None
        if isinstance(message, Hello):
            return self._hello(message)
        return self._command(message)

    def _hello(self, hello: Hello) -> Step:
        if self.joined:
            self.tell(reject("already_joined"))
            return None
        if hello.version not in VERSIONS:
            return self._bad(reject("version_unsupported", supported=", ".join(map(str, VERSIONS))))
        if hello.cursor is not None and not 0 <= hello.cursor < 2**53:
            return self._bad(reject("bad_cursor"))
        self.joined = True
        return Greet(hello)

    def _command(self, command: Command) -> Step:
        if not self.joined:
            return self._bad(reject("say_hello_first"), _short(command.client_id))
        if self._in_flight >= MAX_IN_FLIGHT:
            self.tell(reject("too_many_in_flight", retry_after=1.0), _short(command.client_id))
            return None
        self._in_flight += 1
        return Do(command)

    def answered(self, command: Command, outcome: dict[str, Any] | Rejection) -> None:
        """Tell the outcome of a command that ``receive`` gave out."""
        self._in_flight -= 1
        if isinstance(outcome, Rejection):
            self.tell(outcome, _short(command.client_id))
            if outcome.code == "removed":
                self.close(CLOSE_CODES["removed"])
        else:
            self.write(text_frame(encode(ack(command.client_id, outcome))))

    def _bad(self, refused: Rejection, ref: str | None = None) -> Step:
        self.tell(refused, ref)
        self._strikes += refused.code in STRIKING
        if self._strikes >= STRIKES or refused.code == "version_unsupported":
            self.close(CLOSE_CODES["protocol"])
        return None

    def tell(self, refused: Rejection, ref: str | None = None) -> None:
        """Send a refusal."""
        self.write(text_frame(encode(error_frame(refused, ref))))

    def write(self, frame: bytes) -> None:
        """Send one finished frame unless the session is over."""
        if not self.closed:
            self.sender.write(frame)

    def close(self, code: CloseCode) -> None:
        """End the session; a second call does nothing."""
        if not self.closed:
            self.closed = True
            self.sender.close(code.code, code.reason)


def ack(client_id: str, answer: dict[str, Any]) -> Ack:
    """A command's answer as the wire's ``ack``."""
    known = {name: answer[name] for name in Ack.__struct_fields__ if name in answer}
    return Ack(ref=client_id, **known)


def error_frame(refused: Rejection, ref: str | None = None) -> ErrorFrame:
    """A refusal as the wire's ``error``."""
    facts = {name: fact for name, fact in refused.facts.items() if name != "retry_after"}
    return ErrorFrame(
        code=refused.code,
        msg=refused.message,
        ref=ref,
        retry=CODES[refused.code].retry,
        retry_after=refused.facts.get("retry_after"),
        facts=facts,
    )


def _ref(frame: str) -> str | None:
    try:
        return _short(_decode_ref(frame).client_id)
    except UNREADABLE:
        return None


def _short(client_id: str | None) -> str | None:
    """A client id to name in an answer. What is too long to be one is not sent back: answers stay small."""
    return client_id if client_id is None or len(client_id) <= LONGEST_REF else None


_WRONG_IN_HELLO = {"cursor": "bad_cursor", "version": "version_unsupported"}


def _why(error: Exception, frame: str) -> Rejection:
    """The refusal for a frame that is not one of the known messages; no value of it is echoed."""
    if isinstance(error, RecursionError):
        return reject("bad_frame")
    text = str(error)
    if not isinstance(error, msgspec.ValidationError):
        half = isinstance(error, UnicodeEncodeError) or has_lone_surrogate(frame)
        return reject("not_unicode" if half else "bad_frame")
    if text.startswith("Expected `object`, got") and "`$" not in text:
        return reject("bad_frame")
    if "unknown field" in text:
        return reject("unknown_field", field=text.split("`")[1][:40])
    if "$.t`" in text or "missing required field `t`" in text:
        return reject("unknown_type")
    return _wrong_field(text, hello=_is_hello(frame))


def _is_hello(frame: str) -> bool:
    try:
        return bool(_decode_kind(frame).t == "hello")
    except UNREADABLE:
        return False


def _wrong_field(text: str, *, hello: bool) -> Rejection:
    """Name the field from the decoder's words, which say ``field `name` `` or ``at `$.name` ``.

    Commands have a ``version`` too, of the thing that they change: only a hello's is the protocol's.
    """
    name = text.split("`$.")[-1].rstrip("`") if "`$." in text else text.split("`")[1]
    if name == "client_id" and "missing" in text:
        return reject("client_id_missing")
    if name == "client_id":
        return reject("client_id_bad")
    supported = ", ".join(map(str, VERSIONS))
    code = _WRONG_IN_HELLO.get(name, "bad_field") if hello else "bad_field"
    return reject(code, detail=name[:40], supported=supported)
