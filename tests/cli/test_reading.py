"""Whatever stands in a jam file, reading it ends in a plan or in faults with places, and in nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jam.service.jam_form import JamForm, read_plan
from jam.service.jams import JamPlan
from jam.service.local_times import TimeError, minutes, moment, shown, zone
from jam.service.toml_file import KeyPath, TomlError, read_toml

ZONES = ("Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
WORDS = st.sampled_from([*JamForm.__struct_fields__, "phase", "lasts", "minutes", "label", "id", "x"])
PLAIN: st.SearchStrategy[Any] = st.one_of(
    st.integers(), st.floats(), st.booleans(), st.text(max_size=8), st.datetimes(), st.dates(), st.times(),
    st.sampled_from(["ideate", "lobby", "closed", "1 h", "PT1H", "2027-03-01 09:00", "UTC", "open"]),
)  # fmt: skip
VALUES = st.recursive(
    PLAIN, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=4))
)


@given(st.dictionaries(WORDS, VALUES, max_size=6))
def test_any_values_give_a_plan_or_faults(values: dict[str, Any]) -> None:
    read = read_plan(values, 0, zone_needed=True)
    assert isinstance(read, JamPlan) or all(fault.what and fault.code for fault in read)


TIMES = st.one_of(
    st.integers(), st.datetimes(), st.datetimes(timezones=st.timezones()), st.datetimes().map(str),
    st.datetimes(datetime(2027, 3, 1), datetime(2027, 4, 1)), st.none(), st.text(max_size=4),
)  # fmt: skip
PHASES = st.fixed_dictionaries(
    {"phase": st.sampled_from(["lobby", "ideate", "build", "wrap_up", "closed"])},
    optional={
        "opens_at": TIMES,
        "closes_at": TIMES,
        "lasts": st.sampled_from(["1 h", "0 min", "9 days", "x"]),
        "minutes": st.floats() | st.integers() | st.just(10**400),
    },
)


@given(TIMES, TIMES, st.none() | st.lists(PHASES, max_size=4), st.sampled_from(ZONES))
def test_any_schedule_gives_a_plan_or_faults(opens: Any, closes: Any, phases: Any, name: str) -> None:
    values = {"title": "A", "zone": name, "forums": [{"title": "One", "question": "What?"}]}
    read = read_plan({**values, "opens_at": opens, "closes_at": closes, "phases": phases}, 0)
    assert isinstance(read, JamPlan) or all(fault.what and fault.code for fault in read)


@given(st.one_of(st.binary(max_size=80), st.text(alphabet="ab.=[]{}\"'# \n\t,1-:Z\\", max_size=60)))
def test_any_bytes_give_values_or_a_place(content: bytes | str) -> None:
    try:
        toml = read_toml(content if isinstance(content, bytes) else content.encode())
    except TomlError as wrong:
        line, column, what = str(wrong).split(":", 2)
        assert int(line) >= 1
        assert int(column) >= 1
        assert what
    else:
        assert set(toml.places) == set(ways(toml.values, ()))


def ways(value: object, way: KeyPath) -> Iterator[KeyPath]:
    """The way to every key and member."""
    if not isinstance(value, dict | list):
        return
    for key, one in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*way, key)
        yield from ways(one, (*way, key))


TRICKY = '''# a comment = [x]
title = "a # b" # = c
"quoted key" = "it's"
a.b . "c d" = 1
text = QQQ
[not.a.table]
key = "x"QQQ
more = """
\\" [y] \\""" = 1
say "so""""
list = [ [1, 2], # one
  {x = 1, y = [ "]", "}" ]}, 2027-03-01 09:00:00,
]
[[forums]]
title = "one"
[[forums]]
title = "two"
[forums.deep]
x = 1
[other.table]
\ty = 2
'''.replace("QQQ", "'" * 3)


def test_the_place_of_every_key_is_where_it_stands() -> None:
    toml = read_toml(TRICKY.encode())
    assert set(toml.places) == set(ways(toml.values, ()))
    lines = TRICKY.split("\n")
    for way, (line, column) in toml.places.items():
        if isinstance(way[-1], str) and way[-1] not in {"forums"}:
            found = lines[line - 1][column - 1 :]
            assert way[-1] in found.split("=")[0], (way, found)
    assert toml.place(("forums", 1, "titel")) == toml.places["forums", 1]


@given(st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)), st.sampled_from(ZONES))
def test_a_local_time_means_the_moment_at_which_clocks_show_it_or_is_refused(at: datetime, name: str) -> None:
    there = ZoneInfo(name)
    moments = [
        one
        for quarters in range(-60, 61)
        for one in [at.replace(tzinfo=UTC) + timedelta(minutes=15) * quarters]
        if one.astimezone(there).replace(tzinfo=None, fold=0) == at
    ]  # fmt: skip
    try:
        found = moment(at, there)
    except TimeError:
        assert len(moments) != 1
    else:
        assert len(moments) == 1
        assert shown(found, there) == f"{at:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize("value", [date(2027, 3, 1), time(9), "2027-03-01", "soon", 5.5, True, [], "24:00"])
def test_what_is_no_moment_is_refused(value: object) -> None:
    with pytest.raises(TimeError):
        moment(value, zone("UTC"))


@pytest.mark.parametrize(
    "name", ["", "Europe", "../etc", "localtime", "UTC\0", "x" * 5000, "a/" * 5000, "EUROPE/LONDN"]
)
def test_what_is_no_zone_is_refused_with_a_suggestion(name: str) -> None:
    with pytest.raises(TimeError, match=r"such as Europe/London|did you mean"):
        zone(name)


def test_a_length_may_have_several_parts() -> None:
    assert [minutes(text) for text in ("1 day 2 h 5 min", "P1DT2H5M", "90 minutes")] == [1565, 1565, 90]
