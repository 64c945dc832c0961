"""Says of plain values everything that keeps them from being a given struct, and where.

msgspec stops at the first fault and names it for programs; whoever wrote a file wants all of them, in
words, with the nearest key that would be right. Reads TOML values and JSON alike.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from msgspec import inspect as mi

from jam.domain.rejections import Rejection
from jam.service.toml_file import KeyPath

_CALLED: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "a table",
    datetime.datetime: "a date and time",
    datetime.date: "a date",
    datetime.time: "a time of day",
    type(None): "nothing",
}
_LARGEST = 2**53
"""JSON readers keep whole numbers exactly up to here."""
_PLAIN: dict[type, tuple[type, ...]] = {
    mi.StrType: (str,),
    mi.BoolType: (bool,),
    mi.IntType: (int,),
    mi.FloatType: (float, int),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One fault: the way to the value, what is wrong and what to do, and a refusal's code.

    ``what`` never repeats a text that was sent; what stands in the file can be looked up there.
    ``refused`` is the domain's own refusal, where the fault is one.
    """

    path: KeyPath
    what: str
    code: str = "bad_field"
    refused: Rejection | None = None

    @property
    def key(self) -> str:
        """The way to the value as people write it: ``forums[2].title``, counted from 1."""
        return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in self.path)[1:]


def wrongs(values: object, kind: type) -> Iterator[Wrong]:
    """Every fault that keeps ``values`` from being a ``kind`` (a struct class), in the order of reading."""
    return _of(values, mi.type_info(kind), ())


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    found = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``did you mean X?``, or every word that is known here."""
    known = list(known)
    close = nearest(word, known)
    return f"did you mean {close}?" if close else f"known here: {', '.join(known)}"


def _of(value: object, kind: mi.Type, path: KeyPath) -> Iterator[Wrong]:
    kind = _without_none(kind, value)
    if isinstance(kind, mi.StructType):
        yield from _struct(value, kind, path)
    elif isinstance(kind, mi.ListType | mi.VarTupleType):
        yield from _members(value, kind, path)
    elif isinstance(kind, mi.EnumType):
        yield from _enum(value, kind, path)
    elif (types := _PLAIN.get(type(kind))) and (
        not isinstance(value, types) or isinstance(value, bool) != (bool in types)
    ):
        yield _expected(_CALLED[types[0]], value, path)
    elif isinstance(value, int) and abs(value) > _LARGEST:
        yield Wrong(path, "the number is too large")


def _without_none(kind: mi.Type, value: object) -> mi.Type:
    if not isinstance(kind, mi.UnionType):
        return kind
    if value is None and any(isinstance(one, mi.NoneType) for one in kind.types):
        return mi.AnyType()
    return next(one for one in kind.types if not isinstance(one, mi.NoneType))


def _struct(value: object, kind: mi.StructType, path: KeyPath) -> Iterator[Wrong]:
    if not isinstance(value, Mapping):
        yield _expected(_CALLED[dict], value, path)
        return
    fields = {field.encode_name: field for field in kind.fields}
    for key, inner in value.items():
        if key in fields:
            yield from _of(inner, fields[key].type, (*path, key))
        else:
            yield Wrong((*path, key), f"not known here; {did_you_mean(key, fields)}", "unknown_field")
    for name, field in fields.items():
        if field.required and name not in value:
            yield Wrong((*path, name), f"missing; add {name} = {_example(field.type)}")


def _members(value: object, kind: mi.ListType | mi.VarTupleType, path: KeyPath) -> Iterator[Wrong]:
    if not isinstance(value, list):
        yield _expected(_CALLED[list], value, path)
        return
    for number, inner in enumerate(value):
        yield from _of(inner, kind.item_type, (*path, number))


def _enum(value: object, kind: mi.EnumType, path: KeyPath) -> Iterator[Wrong]:
    words = [str(one.value) for one in kind.cls]
    if not isinstance(value, str):
        yield _expected(f"one of {', '.join(words)}", value, path)
    elif value not in words:
        yield Wrong(path, f"no such word; {did_you_mean(value, words)}")


def _expected(what: str, value: object, path: KeyPath) -> Wrong:
    found = _CALLED.get(type(value), "something else")
    return Wrong(path, f"expected {what}, found {found}")


def _example(kind: mi.Type) -> str:
    if isinstance(kind, mi.EnumType):
        return f'"{next(iter(kind.cls)).value}"'
    return {mi.StrType: '"..."', mi.ListType: "[...]", mi.BoolType: "true"}.get(type(kind), "...")
