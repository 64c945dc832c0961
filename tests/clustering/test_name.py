"""Shows what a theme's name is made of: whole phrases, in sentence case, unlike any other theme's name.

Where: phrases and their choice; ideas of an invented town, no model.
"""

from __future__ import annotations

import numpy as np
import pytest

from clustering import Theme, theme
from clustering.name import first_words, related, show
from clustering.phrases import PhraseBook, said_in, sentence_case, stem, stop_stems, without_halves
from clustering.stopwords import FUNCTION_WORDS, PROPOSAL_WORDS
from tests.clustering.made_up import HashingEmbedder, ideas

STOP = stop_stems(None)


def phrases_of(text: str, question: str | None = None) -> set[str]:
    return {" ".join(said.words) for said in said_in(text, stop_stems(question))}


def proposed(texts: list[str], labels: list[int], label: int = 0, question: str | None = None) -> list[str]:
    book = PhraseBook(texts, np.array(labels), question)
    return [candidate.text for candidate in book.propose(label)]


@pytest.fixture(scope="module")
def themes() -> tuple[Theme, ...]:
    texts = ideas()
    return theme(list(texts.values()), list(texts), embedder=HashingEmbedder()).themes


def test_a_name_says_what_its_ideas_are_about(themes: tuple[Theme, ...]) -> None:
    texts = ideas()
    for one in themes:
        said = " / ".join(texts[key] for key in one.members).lower()
        assert all(said.count(phrase) >= 2 for phrase in one.name.lower().split(", ")), one.name


def test_names_are_unique_short_and_in_sentence_case(themes: tuple[Theme, ...]) -> None:
    names = [one.name for one in themes]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert name[0].isupper()
        assert len(name.split()) <= 5


def test_no_phrase_of_a_name_begins_or_ends_with_a_stop_word(themes: tuple[Theme, ...]) -> None:
    for one in themes:
        for phrase in one.name.lower().split(", "):
            assert not {phrase.split()[0], phrase.split()[-1]} & (FUNCTION_WORDS | PROPOSAL_WORDS)


def test_a_phrase_never_crosses_punctuation() -> None:
    assert "street trees" in phrases_of("plant street trees")
    assert not {"street trees", "street trees benches"} & phrases_of("wide street, trees. benches")
    assert phrases_of("trees - benches") == {"trees", "benches"}


def test_a_small_word_may_stand_inside_a_phrase_but_not_at_its_ends() -> None:
    assert "cost of living" in phrases_of("The cost of living is high")
    assert not any(phrase.startswith(("the ", "of ")) for phrase in phrases_of("the cost of the living"))


def test_numbers_alone_and_single_letters_name_nothing() -> None:
    assert phrases_of("20 30 x y 7th") == {"7th"}


def test_the_questions_own_words_name_nothing() -> None:
    assert phrases_of("Better transport and trees", "How can transport get better?") == {"trees"}


def test_half_a_phrase_is_dropped_where_the_whole_is_nearly_as_frequent() -> None:
    counts = {("waiting", "list"): 9, ("waiting",): 10, ("list",): 30}
    assert set(without_halves(counts)) == {("waiting", "list"), ("list",)}


@pytest.mark.parametrize(
    ("form", "base"),
    [
        *(("Dogs", "dog"), ("cities", "city"), ("buses", "bus"), ("boxes", "box"), ("park's", "park")),
        *(("class", "class"), ("bus", "bus"), ("crisis", "crisis"), ("gas", "gas"), ("houses", "house")),
    ],
)
def test_singular_and_plural_are_one_word(form: str, base: str) -> None:
    assert stem(form) == base


def test_a_word_that_most_themes_share_names_none_of_them() -> None:
    texts = [f"town {word}" for word in ("lamp", "tree", "bench", "canal") for _ in range(4)]
    labels = [n // 4 for n in range(16)]
    assert proposed(texts, labels, 1)[0] == "town tree"
    assert "town" not in proposed(texts, labels, 1)


def test_one_long_idea_does_not_name_a_theme_of_many_short_ones() -> None:
    texts = ["zeppelin " * 500, "street lamps", "lamps at night", "brighter lamps", "river", "river bank"]
    assert proposed(texts, [0, 0, 0, 0, 1, 1])[0] == "lamps"


def test_names_of_places_keep_their_capitals_and_shouting_does_not_count() -> None:
    texts = [
        *("trees for Market Square", "we love Market Square", "Market Square at night"),
        *("MARKET SQUARE IS GREAT", "the NHS clinic", "an NHS clinic", "Clinic hours"),
    ]
    found = proposed(texts, [0] * 7)
    assert "Market Square" in found
    assert "NHS clinic" in found


def test_sentence_case_changes_the_first_letter_alone() -> None:
    assert sentence_case("evening lights, NHS clinic") == "Evening lights, NHS clinic"
    assert sentence_case("") == ""


@pytest.mark.parametrize(
    ("one", "other", "is_one_word"),
    [
        *(("wait", "waiting", True), ("legal", "legalising", True), ("educate", "education", True)),
        *(("transport", "transfer", False), ("staff", "stage", False), ("car", "card", False)),
    ],
)
def test_two_forms_of_one_word_do_not_make_a_title(one: str, other: str, is_one_word: bool) -> None:
    assert related(one, other) is is_one_word


def test_a_theme_without_usable_words_is_called_by_the_head_of_its_central_idea() -> None:
    assert first_words("it is what it is and so on") == "It is what it is"
    assert first_words("???") == "Without words"


def test_an_idea_too_long_to_read_at_a_glance_is_not_shown() -> None:
    texts = ["lamp " * 100, "lamp one", "lamp two"]
    vectors = np.array([[1, 0], [0.9, 0.1], [0.8, 0.2]], dtype=np.float32)
    assert show(vectors, np.arange(3), np.array([1.0, 0.0]), texts, 3) == (1, 2)


def test_representatives_are_central_and_unlike_each_other() -> None:
    vectors = np.array([[0.8, 0.6], [0.81, 0.59], [0.5, 0.87], [-0.8, 0.6]], dtype=np.float32)
    assert show(vectors, np.arange(4), np.array([0.7071, 0.7071]), ["a", "b", "c", "d"], 2) == (0, 2)
