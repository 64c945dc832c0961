"""Rows C3 to C7: whatever is wrong with a jam file is said in a line with its place and the way out."""

from __future__ import annotations

import os
import time
import tracemalloc
from pathlib import Path

import pytest

from tests.cli.running import Ended, jam

GOOD = """title = "A jam"
zone = "Europe/London"
[[forums]]
title = "One"
question = "What now?"
"""


def check(folder: Path, content: str | bytes) -> Ended:
    path = folder / "jam.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return jam("create", path, "--check")


def complaint(folder: Path, content: str | bytes) -> str:
    """The one line that a file with one fault gets, less the name of the command and of the folder."""
    ended = check(folder, content)
    assert (ended.code, ended.out) == (2, ""), ended
    assert ended.err.count("\n") == 1, ended.err
    return ended.err.removeprefix(f"jam create: {folder}/").rstrip("\n")


def test_c3_a_right_file_is_right(tmp_path: Path) -> None:
    ended = check(tmp_path, GOOD)
    assert (ended.code, ended.err) == (0, "")


def test_c3_a_file_that_is_missing_or_a_folder_or_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "locked").write_text(GOOD)
    (tmp_path / "locked").chmod(0)
    for name, why in (("nowhere", "No such file"), ("folder", "Is a directory"), ("locked", "Permission")):
        if name == "locked" and os.geteuid() == 0:
            continue  # root reads everything
        ended = jam("create", tmp_path / name, "--check")
        assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
        assert f"{tmp_path / name}: {why}" in ended.err


def test_c3_a_gigabyte_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    tracemalloc.start()
    ended = jam("create", path, "--check")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert f"{path}: is larger than 64 KB" in ended.err
    assert peak < 16 << 20


def test_c3_a_file_without_an_end_is_refused() -> None:
    ended = jam("create", "/dev/zero", "--check")
    assert ended.code == 2
    assert "/dev/zero: is larger than" in ended.err


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("opens_at 5", "3:10: expected '='"),
        ("opens_at\t5", "3:10: expected '='"),
        ("closes_at: 5", "3:10: expected '='"),
        ('house_rules = "open', "close the text with"),
        ("opens_at = 2027-03-01 09:00", "a time has seconds, as 2027-03-01 09:00:00, or stands in quotes"),
        ("opens_at = 2027-02-30 09:00:00", "3:12: invalid date or datetime"),
        ("x = yes", "3:5: invalid value"),
        ("[forums", "3:8: expected ']'"),
        ("x = " + "9" * 5000, "more than 4300 digits"),
        ("x = " + "[" * 5000, "nested too deep"),
        ("x = [1,", "invalid value"),
        (".".join(["x"] * 5000) + " = 1", "3:1: a key has more than 20 parts"),
        ('x = "\x01"', "3:6: illegal character"),
    ],
)
def test_c4_a_fault_of_syntax_has_line_column_and_a_way_out(tmp_path: Path, line: str, expected: str) -> None:
    said = complaint(tmp_path, f'title = "A jam"\nzone = "UTC"\n{line}\n')
    assert said.startswith("jam.toml:")
    assert expected in said
    assert "; " in said


def test_c4_bytes_that_are_no_utf_8_are_named_with_their_place(tmp_path: Path) -> None:
    said = complaint(tmp_path, b'title = "A jam"\nzone = "Malm\xf6"\n')
    assert said == "jam.toml:2:13: the byte 0xf6 is not UTF-8; save the file as UTF-8"


def test_c4_tabs_byte_order_marks_and_foreign_line_ends_are_no_fault(tmp_path: Path) -> None:
    assert check(tmp_path, "\ufeff" + GOOD.replace(" = ", "\t=\t").replace("\n", "\r\n")).code == 0


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"clsoes_at = 5\n{GOOD}", "jam.toml:1:1: clsoes_at: not known here; did you mean closes_at?"),
        (f'{GOOD}qestion = "x"\n', "jam.toml:6:1: forums[1].qestion: not known here; did you mean question?"),
        (f"{GOOD}[setings]\n", "jam.toml:6:2: setings: not known here; did you mean settings?"),
        (
            f'{GOOD}[settings]\npolicy = "opn"\n',
            "jam.toml:7:1: settings.policy: no such word; did you mean open",
        ),
        (f"title = 5\n{GOOD[16:]}", "jam.toml:1:1: title: expected text, found a whole number"),
        (
            f'{GOOD}[settings]\nburst = "3"\n',
            "jam.toml:7:1: settings.burst: expected a whole number, found",
        ),
        (f"{GOOD}[settings]\nburst = true\n", "settings.burst: expected a whole number, found true or false"),
        (f"{GOOD}[settings]\nburst = 0\n", "jam.toml:7:1: settings.burst: A setting cannot be used"),
        (f'{GOOD}title = "Two"\n', "jam.toml:6:1: cannot overwrite a value; the key stands twice"),
        (f"{GOOD}[settings]\n[settings]\n", "jam.toml:7:1: cannot declare ('settings',) twice"),
        (GOOD.replace('title = "A jam"\n', ""), 'jam.toml:1:1: title: missing; add title = "..."'),
        (GOOD.replace('"One"', '""'), "jam.toml:4:1: forums[1].title: A title must have"),
        (f"phases = 3\n{GOOD}", "jam.toml:1:1: phases: expected a list, found a whole number"),
        (
            f"join_questions = [3]\n{GOOD}",
            "jam.toml:1:19: join_questions[1]: expected a table, found",
        ),
    ],
)
def test_c5_a_wrong_key_or_kind_is_named_with_its_place(tmp_path: Path, content: str, expected: str) -> None:
    assert complaint(tmp_path, content).startswith(expected) or expected in complaint(tmp_path, content)


def test_c5_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    ended = check(tmp_path, f"a = 1\nb = 2\n{GOOD}c = 3\n")
    assert [line.split(": ")[1].rpartition("/")[2] for line in ended.err.splitlines()] == [
        "jam.toml:1:1", "jam.toml:2:1", "jam.toml:8:1",
    ]  # fmt: skip


def test_c5_a_file_of_nothing_but_faults_is_answered_at_once_with_the_first_of_them(tmp_path: Path) -> None:
    took = []
    for many in (1_000, 8_000):
        started = time.process_time()
        ended = check(tmp_path, "".join(f"k{number:x}=1\n" for number in range(many)))
        took.append(time.process_time() - started)
        assert (ended.code, ended.err.count("\n")) == (2, 20)
    assert took[1] < 24 * took[0], "eight times as many faults take much more than eight times as long"


def phases(*tables: str) -> str:
    return GOOD + "".join(f"[[phases]]\n{table}\n" for table in tables)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            f"opens_at = 2027-03-01 09:00:00\ncloses_at = 2027-03-01 08:00:00\n{GOOD}",
            "jam.toml:2:1: closes_at: ideate closes at 2027-03-01 08:00, which is not after it opens at "
            "2027-03-01 09:00",
        ),
        (
            f"opens_at = 2027-03-01 09:00:00\ncloses_at = 2027-03-01 09:00:00\n{GOOD}",
            "which is not after it opens at 2027-03-01 09:00",
        ),
        (
            phases(
                'phase = "ideate"\nopens_at = "2027-03-01 09:00"\ncloses_at = "2027-03-01 12:00"',
                'phase = "build"\nopens_at = "2027-03-01 11:00"\nlasts = "1 h"',
            ),
            "jam.toml:12:1: phases[2].opens_at: build opens at 2027-03-01 11:00, but the phase before it "
            "closes at 2027-03-01 12:00: they overlap",
        ),
        (
            phases(
                'phase = "ideate"\nopens_at = "2027-03-01 09:00"\nlasts = "1 h"',
                'phase = "build"\nopens_at = "2027-03-01 11:00"\nlasts = "1 h"',
            ),
            "build opens at 2027-03-01 11:00, but the phase before it closes at 2027-03-01 10:00: nothing "
            "runs between",
        ),
        (phases('phase = "ideate"\nlasts = "0 min"'), "jam.toml:8:1: phases[1].lasts: ideate has no length"),
        (f"phases = []\n{GOOD}", "jam.toml:1:1: phases: The schedule cannot be used"),
        (phases('phase = "wrap_up"'), "jam.toml:6:3: phases: The schedule cannot be used: a jam needs"),
        (phases('phase = "ideate"\nlasts = "1 h"\nminutes = 60'), "phases[1]: ideate says its length twice"),
        (f"opens_at = 2027-03-28 01:30:00\n{GOOD}", "does not exist in Europe/London"),
        (f"opens_at = 2027-03-28 01:30:00\n{GOOD}", "write 00:30 or 02:30"),
        (f"opens_at = 2027-10-31 01:30:00\n{GOOD}", "write 2027-10-31 01:30+01:00 or 2027-10-31 01:30+00:00"),
        (f"opens_at = 2020-03-01 09:00:00\n{GOOD}", "opens_at: The opening time cannot be used: it lies in"),
        (f"opens_at = 2027-03-01\n{GOOD}", "opens_at: needs both a date and a time; write 2027-03-01 09:00"),
        (GOOD.replace('zone = "Europe/London"\n', ""), "zone: no time zone is given; add your own, such as "
         "Europe/London"),
        (GOOD.replace("/London", "/Londn"),
         "jam.toml:2:1: zone: no time zone of this name; did you mean Europe/London"),
        (GOOD.replace("Europe/London", "../../etc/passwd"), "use an area and a city, such as Europe/London"),
    ],
)  # fmt: skip
def test_c6_a_schedule_that_cannot_be_names_both_times_and_a_zone(
    tmp_path: Path, content: str, expected: str
) -> None:
    assert expected in complaint(tmp_path, content)


@pytest.mark.parametrize(
    "length", ["45 min", "1 hour", "1 h", "1 h 30 min", "3 days", "PT1H", "PT45M", "P3D"]
)
def test_c7_every_documented_form_of_a_length_is_taken(tmp_path: Path, length: str) -> None:
    assert check(tmp_path, phases(f'phase = "ideate"\nlasts = "{length}"')).code == 0


@pytest.mark.parametrize("length", ["-5", "5", "an hour", "1 fortnight", "", "PT", "1h30", "9" * 400])
def test_c7_any_other_length_gets_the_forms_listed(tmp_path: Path, length: str) -> None:
    said = complaint(tmp_path, phases(f'phase = "ideate"\nlasts = "{length}"'))
    assert said.startswith("jam.toml:8:1: phases[1].lasts: no length of time; write ")
    assert all(form in said for form in ('"45 min"', '"1 h"', '"3 days"', "PT45M"))


def test_c7_a_length_without_a_unit_or_below_0_is_refused(tmp_path: Path) -> None:
    said = complaint(tmp_path, phases('phase = "ideate"\nlasts = -5'))
    assert said == "jam.toml:8:1: phases[1].lasts: expected text, found a whole number"
    for number in ("-5", "0", "nan", "inf", "1e308", "1e-9"):
        said = complaint(
            tmp_path, phases(f'phase = "ideate"\nopens_at = "2027-03-01 09:00"\nminutes = {number}')
        )
        assert said.startswith("jam.toml:9:1: phases[1].minutes: ideate must last more than 0"), number
    huge = complaint(tmp_path, phases(f'phase = "ideate"\nminutes = 1{"0" * 400}'))
    assert huge == "jam.toml:8:1: phases[1].minutes: the number is too large"
