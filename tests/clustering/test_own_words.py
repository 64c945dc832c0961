"""Shows which words a jam's ideas share because of what it is about, and that they hold no theme together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from clustering import Vectors, theme
from clustering.embedding.model import Counted, uncounted
from clustering.grouping.graph import unit, without
from clustering.reading.own_words import own_names, question_words
from tests.clustering.made_up import HashingEmbedder, ideas

TEXTS = [
    f"We want many more {what} for children and for old people in Oakton Mills"
    for what in ("lamps", "trees", "benches", "ponds")
] * 5


class FondOfNames(HashingEmbedder):
    """Spends half of each vector on the town's name, as real models do on names."""

    def embed(self, texts: Sequence[str], counted: Counted = uncounted) -> Vectors:
        plain = super().embed(texts, counted)
        town = super().embed(["Oakton Mills"])
        named = np.array(["Oakton" in text for text in texts])[:, None]
        return unit(np.where(named, plain + 2 * town, plain)).astype(np.float32)


def test_names_that_many_texts_speak_of_are_the_jams_own() -> None:
    assert own_names([*TEXTS, "OM needs shade", "What about OM?"]) == ["Oakton Mills", "OM"]


def test_a_name_that_few_speak_of_is_a_subject() -> None:
    others = [f"cheaper bus number {n}" for n in range(400)]
    assert own_names([*TEXTS, *others]) == []


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What should change in Oakton Mills and Ash County?", ["Oakton Mills", "Ash County"]),
        ("What could the app for our iPads do?", ["iPads"]),
        ("How can we do better?", []),
        ("How Can We Make Our Town Better?", []),
        (None, []),
    ],
)
def test_names_in_the_question_are_the_jams_own(question: str | None, names: list[str]) -> None:
    assert own_names(["more lamps", "more trees"], question) == names


def test_a_capital_at_the_head_of_a_sentence_makes_no_name() -> None:
    assert own_names(["Lamps for all. Lamps at night."] * 20) == []


def test_where_every_noun_has_a_capital_none_is_a_name() -> None:
    german = ["mehr Bänke und Lampen im Park", "den Park und die Wege im Winter räumen"] * 10
    assert own_names(german, "Was fehlt im Park?") == []


def test_shouted_texts_name_nothing() -> None:
    assert own_names(["WE WANT LAMPS IN THE PARK"] * 20) == []


def test_the_words_of_weight_in_a_question_are_found_once() -> None:
    assert question_words("Should we ban cars, and should cars pay?") == ["ban", "cars", "pay"]


def test_what_lies_along_several_directions_is_left_out_even_where_they_are_the_same() -> None:
    points = unit(np.random.default_rng(3).normal(size=(40, 12)))
    one, other = points[:2]
    left = without(points, np.array([one, other, one]))
    assert np.allclose(left @ one, 0)
    assert np.allclose(left @ other, 0)
    assert np.linalg.matrix_rank(left) == 10


def test_a_town_that_a_third_of_the_ideas_name_holds_no_theme_together() -> None:
    texts = ideas()
    said = [f"{text} in Oakton Mills" if n % 3 == 0 else text for n, text in enumerate(texts.values())]
    found = theme(said, list(texts), embedder=FondOfNames())
    subject = dict(zip(texts, (n // 20 for n in range(len(texts))), strict=True))
    for one in found.themes:
        subjects = [subject[key] for key in one.members]
        assert max(map(subjects.count, subjects)) >= 0.8 * len(subjects), one.name
