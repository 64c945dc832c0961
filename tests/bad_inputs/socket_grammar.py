"""A grammar of what may arrive on a socket: commands nearly right, JSON of any shape, frames of any bytes.

Why: what nobody thought of is made by rules instead. The commands and their fields are read from the
product's own structs, so that a command that is added later is tried from its first day.
"""

from __future__ import annotations

import enum
import itertools
import json
import types
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from jam.domain.commands import PersonCommand
from tests.http.support import BINARY, CLOSE, PING, PONG, TEXT, frame, header

COMMANDS = get_args(PersonCommand)
ODD_WORDS = (
    *("", " ", "\0", "\x1b[31m", "\u200b", "\u3164", "\u202enimda", "\ud800", "\U0001f600" * 40),
    *("a\u0301" * 60, "x" * 501, "line\n" * 40, "e\u200d" * 200, "x" * 4_000, "NaN", "null"),
    *("=HYPERLINK(1)", "<img src=x onerror=alert(1)>", "{{7*7}}", "${jndi:ldap://x}", "%s%n"),
    *("'; DROP TABLE jam;--", "../../etc/passwd", "%00", "__proto__", "constructor"),
)
ODD_NUMBERS = (-1, 0, 1, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, 10**30, -(10**30), 1.5, 1e308)


@dataclass(frozen=True)
class Sent:
    """Bytes for the wire. ``whole``: they end where a frame ends, so the next frame is understood."""

    wire: bytes
    whole: bool = True


def weighted(*choices: tuple[int, SearchStrategy[Any]]) -> SearchStrategy[Any]:
    """One of these, so often each: ``one_of`` takes a strategy that is named twice for one."""
    places = [place for place, (times, _) in enumerate(choices) for _ in range(times)]
    return st.sampled_from(places).flatmap(lambda place: choices[place][1])


plain_words = st.text(st.characters(codec="utf-8"), max_size=30)
words: SearchStrategy[str] = st.one_of(
    st.sampled_from(ODD_WORDS), plain_words, st.text(st.characters(categories=["Mn", "Cf", "Zs", "Lo"]))
)
numbers: SearchStrategy[Any] = st.one_of(st.sampled_from(ODD_NUMBERS), st.integers(), st.floats())
leaves: SearchStrategy[Any] = st.one_of(st.none(), st.booleans(), numbers, words)
values: SearchStrategy[Any] = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=8,
)


def _of(hint: Any, ids: SearchStrategy[str]) -> SearchStrategy[Any]:
    """Values that a field of this type may well have."""
    if get_origin(hint) in (Union, types.UnionType):
        return st.one_of([_of(one, ids) for one in get_args(hint)])
    if get_origin(hint) is list:
        return st.lists(_of(get_args(hint)[0], ids), max_size=7)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return st.sampled_from([one.value for one in hint])
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _fields(hint, ids)
    simple: dict[Any, SearchStrategy[Any]] = {
        str: weighted((5, ids), (2, plain_words), (1, words)),
        int: st.integers(0, 5) | numbers,
        float: st.floats(0, 200) | numbers,
        bool: st.booleans(),
        type(None): st.none(),
    }
    return simple.get(hint, values)


def _fields(kind: type[msgspec.Struct], ids: SearchStrategy[str]) -> SearchStrategy[dict[str, Any]]:
    hints = get_type_hints(kind)
    must = {f.encode_name: _of(hints[f.name], ids) for f in msgspec.structs.fields(kind) if f.required}
    may = {f.encode_name: _of(hints[f.name], ids) for f in msgspec.structs.fields(kind) if not f.required}
    return st.fixed_dictionaries(must, optional=may)


def _command(kind: type[msgspec.Struct], ids: SearchStrategy[str]) -> SearchStrategy[dict[str, Any]]:
    tag = {"t": kind.__struct_config__.tag}
    own = st.binary(min_size=4, max_size=4).map(lambda raw: {"client_id": f"c{raw.hex()}"})
    return st.tuples(_fields(kind, ids), own).map(lambda two: {**tag, **two[0], **two[1]})


def _nearly(command: dict[str, Any]) -> SearchStrategy[dict[str, Any]]:
    """The command with one field gone, or one strange field, or one strange value."""
    names = st.sampled_from(sorted(command))
    return st.one_of(
        names.map(lambda gone: {name: value for name, value in command.items() if name != gone}),
        st.tuples(names | words, values).map(lambda pair: {**command, pair[0]: pair[1]}),
    )


def objects(ids: SearchStrategy[str]) -> SearchStrategy[Any]:
    """Whole objects: half of them commands with nothing wrong in their form."""
    commands = st.one_of([_command(kind, ids) for kind in COMMANDS])
    hello = st.fixed_dictionaries(
        {"t": st.just("hello"), "version": st.just(1) | values},
        optional={"cursor": st.integers(0, 50) | numbers, "epoch": words},
    )
    nearly = commands.flatmap(_nearly)
    odd = st.one_of(hello, st.just({"t": "beat"}), values)
    return weighted((12, commands), (3, nearly), (1, odd))


def _text(thing: Any, ascii_: bool) -> bytes:
    """JSON as most programs write it; a lone surrogate is always escaped, as UTF-8 cannot have it."""
    try:
        return json.dumps(thing, ensure_ascii=ascii_).encode()
    except UnicodeEncodeError:
        return json.dumps(thing).encode()


def _deep(kind: tuple[str, int]) -> bytes:
    return (kind[0] * kind[1]).encode()[:16_384]


def texts(ids: SearchStrategy[str]) -> SearchStrategy[bytes]:
    """What stands in a text frame: mostly JSON, at times cut off, deep, or no JSON at all."""
    whole = st.builds(_text, objects(ids), st.booleans())
    cut = st.tuples(whole, st.integers(0, 200)).map(lambda two: two[0][: two[1]])
    deep = st.tuples(st.sampled_from(["[", '{"t":', '{"client_id":[', "[{}"]), st.integers(1, 16_000)).map(
        _deep
    )
    return weighted((60, whole), (1, cut), (1, deep), (1, st.binary(max_size=60)))


def _in_fragments(payload: bytes, cuts: list[int]) -> bytes:
    places = [0, *sorted(cut % (len(payload) + 1) for cut in cuts), len(payload)]
    pieces = [payload[a:b] for a, b in itertools.pairwise(places)]
    last = len(pieces) - 1
    return b"".join(frame(TEXT if n == 0 else 0, one, fin=n == last) for n, one in enumerate(pieces))


def frames(ids: SearchStrategy[str]) -> SearchStrategy[Sent]:
    """What a client writes: nearly always a text frame."""
    text = texts(ids)
    good = text.map(lambda payload: Sent(frame(TEXT, payload)))
    fragments = st.builds(_in_fragments, text, st.lists(st.integers(0, 16_384), max_size=6)).map(Sent)
    small = st.binary(max_size=125)
    control = st.tuples(st.sampled_from([PING, PONG, CLOSE, BINARY]), small).map(lambda f: Sent(frame(*f)))
    broken = st.builds(
        lambda opcode, rsv, masked, fin, payload: Sent(
            frame(opcode, payload, fin=fin, rsv=rsv, masked=masked), whole=False
        ),
        st.integers(0, 15), st.integers(0, 7), st.booleans(), st.booleans(), small,
    )  # fmt: skip
    lying = st.builds(
        lambda size, payload: Sent(header(TEXT, size) + payload, whole=False), st.integers(0, 2**63), small
    )
    noise = st.binary(min_size=1, max_size=200).map(lambda raw: Sent(raw, whole=False))
    rare = st.one_of(control, broken, lying, noise)
    return weighted((40, good), (4, fragments), (1, rare))
