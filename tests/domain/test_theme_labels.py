"""Shows that a label on the map says the name as it may be shown now, in the room of the old one."""

from __future__ import annotations

import pytest

from jam.domain.theme_labels import label_lines


@pytest.mark.parametrize(
    ("stored", "name", "shown"),
    [
        (("Evening light,", "lake path"), "Evening light, lake path", ("Evening light,", "lake path")),
        (("Straßenbahnüberf", "ührung"), "Straßenbahnüberführung", ("Straßenbahnüberf", "ührung")),
        (("A very long name", "that goes on…"), "A very long name that goes on and on", None),
        (("Evening light,", "lake path"), "Café", ("Café",)),
        (("Evening light,", "lake path"), "Dogs off the lead in parks", ("Dogs off the", "lead in parks")),
        (("Bus",), "Somebody said a long thing", ("Somebod…",)),
        (("Bus",), "", ()),
        ((), "Café", ("Café",)),
    ],
)
def test_a_label_says_the_name_that_may_be_shown(
    stored: tuple[str, ...], name: str, shown: tuple[str, ...] | None
) -> None:
    assert label_lines(stored, name) == (stored if shown is None else shown)


def test_a_word_that_may_not_be_shown_is_on_no_line() -> None:
    assert "secret" not in " ".join(label_lines(("A secret,", "lake path"), "Lake path"))
