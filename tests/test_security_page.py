"""`docs/security.md` says what the tests say: no claimed row without a test, no test without a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.security_page import PAGE, ROOT, numbered_tests, numbers, page
from tests.security_rows import LATER, NOTES


@pytest.fixture(scope="module")
def tested() -> dict[str, list[str]]:
    return numbered_tests(ROOT / "tests")


def test_every_row_that_is_claimed_has_a_test_of_its_number(tested: dict[str, list[str]]) -> None:
    assert [number for number in numbers() if number not in LATER and number not in tested] == []


def test_every_numbered_test_belongs_to_a_row(tested: dict[str, list[str]]) -> None:
    assert set(tested) - set(numbers()) == set()
    assert (LATER.keys() | NOTES.keys()) - set(numbers()) == set()


def test_the_page_is_up_to_date(tested: dict[str, list[str]]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(tested), "run python -m tests.security_page"


def test_a_test_is_found_by_its_number_and_a_row_without_one_shows(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(
        "import pytest\n@pytest.mark.full\ndef test_t5_guesses(): ...\n"
        "class TestIt:\n    async def test_h8_twice(self): ...\ndef test_other(): ...\n"
    )
    found = numbered_tests(tmp_path)
    assert found == {"T5": ["`test_t5_guesses` (with `--full`)"], "H8": ["`test_h8_twice`"]}
    made = page(found)
    assert "| T5 | Guessing join codes | Tested: `test_t5_guesses` (with `--full`) |" in made
    assert "| T6 |" in made
    assert "**No test**" in made
