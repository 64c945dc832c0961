"""Shows which texts count as the same one, before and after there are vectors.

Where: normal forms, near-duplicates, and the guard against joining a text with its opposite.
"""

from __future__ import annotations

from itertools import islice, product

import numpy as np
import pytest

from clustering.grouping.duplicates import claim, leaders
from clustering.reading.readings import distinct_wordings
from clustering.reading.text import inputs_hash, normal_form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("More buses!", "more  buses"),
        ("Café", "CAFE\u0301"),
        ("ＭＯＲＥ buses", "more buses"),
        ("…more: buses?", "More buses"),
    ],
)
def test_case_spacing_and_punctuation_make_no_other_text(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(
    ("one", "other"), [("?", "!"), ("C++", "C"), ("5 €", "5 $"), ("cafe", "café"), ("", "a")]
)
def test_signs_that_carry_meaning_make_another_text(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


def test_the_commonest_wording_stands_for_all_and_the_order_of_rows_does_not_matter() -> None:
    rows = [("3", "more buses"), ("1", "More buses"), ("2", "More buses"), ("4", "Trees")]
    found = distinct_wordings(*zip(*rows, strict=True))
    again = distinct_wordings(*zip(*reversed(rows), strict=True))
    assert found == again
    assert ("More buses", ("1", "2", "3")) in found


def test_the_inputs_hash_knows_no_order_but_every_letter() -> None:
    assert inputs_hash(["a", "b"], ["x", "y"], None) == inputs_hash(["b", "a"], ["y", "x"], None)
    assert inputs_hash(["a", "b"], ["x", "y"], None) != inputs_hash(["a", "b"], ["y", "x"], None)
    assert inputs_hash(["a"], ["x"], None) != inputs_hash(["a"], ["x"], "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Keep the old bridge", "Do not keep the old bridge"),
        ("We should pay for it", "We shouldn't pay for it"),
        ("We should pay for it", "We shouldn’t pay for it"),
        ("Open until 9 pm", "Open until 10 pm"),
        ("More cars in the centre", "Less cars in the centre"),
    ],
)
def test_opposites_and_other_numbers_are_never_one_idea_however_near(one: str, other: str) -> None:
    wordings = distinct_wordings(["1", "2"], [one, other])
    assert claim(one) != claim(other)
    assert len(set(leaders(wordings, np.ones((2, 4), dtype=np.float32) / 2, 0.95))) == 2


def test_near_texts_that_claim_the_same_are_one_idea_led_by_the_more_frequent() -> None:
    wordings = distinct_wordings(["1", "2", "3"], ["Can we have trees", "We want trees", "we want trees!"])
    found = leaders(wordings, np.ones((2, 4), dtype=np.float32) / 2, 0.95)
    assert [wordings[row].text for row in found] == ["We want trees", "We want trees"]


@pytest.mark.parametrize("many", [255, 256, 257, 400, 513, 1_600])
def test_hundreds_of_variants_of_one_text_are_one_idea(many: int) -> None:
    letters = ("".join(some) for some in product("abcdefghijkl", repeat=3))
    texts = [f"We want trees {one}" for one in islice(letters, many)]
    vectors = np.ones((many, 4), dtype=np.float32) / 2
    assert len(set(leaders(distinct_wordings(texts, texts), vectors, 0.95))) == 1


def test_a_chain_of_small_steps_joins_no_two_ends() -> None:
    wordings = distinct_wordings(
        [str(n) for n in range(30)], [f"word{chr(97 + n)}" for n in range(26)] + list("abcd")
    )
    angles = np.linspace(0, np.pi / 2, len(wordings))
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    found = leaders(wordings, vectors, 0.95)
    assert len(set(found)) > 1
    assert (np.sum(vectors * vectors[found], axis=1) >= 0.9499).all()
    assert (found[found] == found).all()
