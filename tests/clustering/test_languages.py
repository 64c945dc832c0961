"""Shows which texts are told to be in a language that the model cannot read, and how they are compared.

Where: the stage between reading and grouping; the identifier is the real one, the jams are made up.
"""

from __future__ import annotations

import numpy as np
import pytest

from clustering.grouping.group import grouped
from clustering.reading.languages import READ, Languages, by_language
from clustering.reading.letters import letter_vectors
from clustering.shapes import Parameters
from tests.clustering.made_up import ideas
from tests.clustering.two_languages import GERMAN, english, german, mixed


def told(texts: list[str]) -> dict[str, list[str]]:
    return {code: [texts[row] for row in rows] for code, rows in by_language(texts).items()}


def test_a_jam_in_two_languages_is_parted_by_them() -> None:
    found = told(list(mixed().values()))
    assert list(found) == [READ, "de"]
    assert sorted(found["de"]) == sorted(german())
    assert sorted(found[READ]) == sorted(english())


def test_a_jam_in_one_language_that_is_read_has_no_other() -> None:
    assert list(told(list(ideas().values()))) == [READ]


def test_a_jam_all_in_a_language_that_is_not_read_is_all_unread() -> None:
    found = told(german())
    assert sorted(found["de"]) == sorted(german())
    assert not found[READ]


def test_a_few_ideas_in_another_language_are_no_language_of_the_jam() -> None:
    assert list(told([*english(), *german()[:3]])) == [READ]


def test_names_numbers_and_single_words_are_not_taken_for_a_language() -> None:
    texts = [*english(), "5G", "NHS", "Angela", "Route 66", "WLAN?", "Café", "¿", "Müller & Söhne", "1984"]
    assert list(told(texts)) == [READ]


def test_a_model_that_reads_everything_leaves_nothing_unread() -> None:
    texts = list(mixed().values())
    assert [len(rows) for rows in by_language(texts, None).values()] == [len(texts)]
    assert list(by_language(texts, {"en", "de"})) == [READ]


def test_the_language_of_an_idea_does_not_depend_on_the_order() -> None:
    texts = list(mixed().values())
    found, turned = told(texts), told(texts[::-1])
    assert {code: sorted(some) for code, some in found.items()} == {c: sorted(s) for c, s in turned.items()}


def test_a_single_new_idea_is_told_by_the_jams_mixture() -> None:
    spoken = Languages(list(mixed().values()))
    assert spoken.of("Radweg sanieren") == "de"
    assert spoken.of("A bench by the river") is None
    assert spoken.of("1984") is None
    assert Languages(english()).of("Radweg sanieren") is None


@pytest.mark.parametrize(
    ("lang", "texts"),
    [
        ("fr", ("Plus de pistes cyclables", "Ouvrir la piscine le dimanche", "Des arbres devant les écoles")),
        (
            "es",
            ("Más árboles en las plazas", "La piscina debería abrir los domingos", "Autobuses por la noche"),
        ),
        (
            "pl",
            ("Więcej drzew przy szkole", "Basen powinien być otwarty w niedzielę", "Nocne autobusy dla wsi"),
        ),
        (
            "tr",
            (
                "Okulların önüne ağaç dikilmeli",
                "Yüzme havuzu pazar günü de açık olsun",
                "Gece otobüsü istiyoruz",
            ),
        ),
        ("ru", ("Больше деревьев у школы", "Бассейн должен работать по воскресеньям", "Ночные автобусы")),
    ],
)
def test_other_languages_are_told_too(lang: str, texts: tuple[str, ...]) -> None:
    repeated = [f"{text} {number}" for text in texts for number in ("", "!", "…")]
    assert len(told([*english(), *repeated])[lang]) == 9


def test_letters_group_german_ideas_by_their_subjects() -> None:
    texts = german()
    labels = grouped(letter_vectors(texts), Parameters()).labels
    subjects = np.repeat(np.arange(3), 12)
    shares = [np.bincount(subjects[labels == label]).max() for label in range(labels.max() + 1)]
    assert sum(shares) >= 0.8 * len(texts)
    assert 2 <= labels.max() + 1 <= 6


def test_letter_vectors_are_unit_and_the_same_every_time() -> None:
    texts = [*german(), "?", "!", "zzz"]
    vectors = letter_vectors(texts)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert np.array_equal(vectors, letter_vectors(texts))


@pytest.mark.parametrize("texts", [[], ["a"], ["?", "!"], ["Baum", "Haus"], ["Baum"] * 3])
def test_letter_vectors_of_next_to_nothing(texts: list[str]) -> None:
    vectors = letter_vectors(texts)
    assert len(vectors) == len(texts)
    assert np.isfinite(vectors).all()


def test_the_made_up_german_ideas_are_all_different() -> None:
    assert len(set(german())) == sum(len(texts) for texts in GERMAN.values())
