"""Shows what a theme's name is made of: whole phrases, in sentence case, unlike any other theme's name.

Where: phrases and their choice; ideas of an invented town, no model.
"""

from __future__ import annotations

import numpy as np
import pytest

from clustering import Theme, theme
from clustering.measuring.names import name_figures
from clustering.naming import phrases
from clustering.naming.book import PhraseBook, without_halves
from clustering.naming.grammar import grammar_of, related, same, shortened, stem
from clustering.naming.name import Given, Naming, name_themes
from clustering.naming.phrases import Phrases, said_in, written_out
from clustering.naming.spellings import sentence_case
from clustering.naming.stopwords import FUNCTION_WORDS, PROPOSAL_WORDS
from clustering.naming.taken import Taken
from clustering.naming.voices import first_words, show
from clustering.naming.word_classes import WordClass, gerund, word_class
from clustering.reading.letters import letter_vectors
from clustering.shapes import Parameters
from tests.clustering.made_up import SUBJECTS, HashingEmbedder, ideas
from tests.clustering.two_languages import german


def phrases_of(text: str, question: str | None = None) -> set[str]:
    return {" ".join(said.words) for said in said_in(text, grammar_of("en", question))}


def proposed(texts: list[str], labels: list[int], label: int = 0, question: str | None = None) -> list[str]:
    book = PhraseBook(Phrases(texts, question), np.array(labels))
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


def test_the_questions_words_name_nothing_in_another_form_or_as_initials() -> None:
    question = "How should Canada and New Town elect?"
    assert phrases_of("Canadians in NT and their trees", question) == {"trees"}


def test_a_word_that_mostly_stands_at_the_head_of_a_phrase_belongs_to_it() -> None:
    texts = ["a big tent party", "the big tent parties", "big tent parties win", "river", "river"]
    assert proposed(texts, [0, 0, 0, 1, 1])[0] == "big tent parties"
    assert "good lamps" not in proposed(["good lamps", "good lamps", *["lamps"] * 5, "river"], [0] * 7 + [1])


def test_a_short_form_of_a_word_is_the_word() -> None:
    texts = ["widen Mill Rd", "close Mill Rd", "cross Mill Road", "lights on Mill Road", "river", "river"]
    book = PhraseBook(Phrases(texts), np.array([0, 0, 0, 0, 1, 1]))
    found = {one.text: one.rows for one in book.propose(0)}
    assert found["Mill Road"] == (0, 1, 2, 3)
    assert "Mill" not in found


def test_ten_thousand_words_after_one_name_are_not_compared_in_all_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[tuple[str, str]] = []

    def counted(short: str, whole: str) -> bool:
        compared.append((short, whole))
        return shortened(short, whole)

    monkeypatch.setattr(phrases, "shortened", counted)
    hostile = [[["Mill", f"X{number}"]] for number in range(10_000)]
    honest = [[["Mill", word]] for word in ("Rd", "Road") * 2]
    assert written_out([*hostile, *honest]) == {"Rd": "Road"}
    assert len(compared) <= 40_000


def test_a_word_said_in_many_other_themes_is_no_name_alone() -> None:
    texts = [f"{word} {n}" for word in ("lamps", "trees", "benches", "canals", "buses") for n in range(9)]
    texts = [text if n % 9 else f"{text} for people of the valley" for n, text in enumerate(texts)]
    texts[1] = "lamps of the valley"
    assert "valley" not in proposed(texts, [n // 9 for n in range(45)])


def test_an_acronym_is_written_in_capitals_where_some_write_it_so() -> None:
    texts = ["one HIT here", "a good HIT", "many HITs", "the hit list", "all hits", "other hits", "river"]
    found = proposed(texts, [0] * 6 + [1])
    assert "HITs" in found or "HIT" in found


def test_an_adjective_gives_way_to_its_noun() -> None:
    texts = ["help the homeless", "end homelessness", "the homeless", "homelessness grows", "river", "river"]
    found = {one.text: one for one in PhraseBook(Phrases(texts), np.array([0, 0, 0, 0, 1, 1])).propose(0)}
    assert found["homelessness"].form > found["homeless"].form
    assert (found["homelessness"].rows, found["homelessness"].meant) == ((1, 3), (0, 1, 2, 3))


def title_of(texts: list[str]) -> str:
    vectors = np.array([[1, 0]] * len(texts) + [[0, 1]] * 3, dtype=np.float32)
    labels = np.array([0] * len(texts) + [1] * 3)
    return name_themes(Phrases([*texts, *["a river"] * 3]), vectors, labels, None, Parameters())[0].name


def test_a_second_phrase_needs_the_support_of_many() -> None:
    lamps, trees = ["the lamps", "our lamps", "more lamps"], ["the trees", "our trees"]
    assert title_of([*lamps * 4, *trees]) == "Lamps"


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
    assert first_words("Mend the lamps, and so on") == "Mend the lamps"
    assert first_words("???") == "Without words"


def test_an_idea_too_long_to_read_at_a_glance_is_not_shown() -> None:
    texts = ["lamp " * 100, "lamp one", "lamp two"]
    vectors = np.array([[1, 0], [0.9, 0.1], [0.8, 0.2]], dtype=np.float32)
    assert show(vectors, np.arange(3), np.array([1.0, 0.0]), texts, 3) == (1, 2)


def test_representatives_are_central_and_unlike_each_other() -> None:
    vectors = np.array([[0.8, 0.6], [0.81, 0.59], [0.5, 0.87], [-0.8, 0.6]], dtype=np.float32)
    assert show(vectors, np.arange(4), np.array([0.7071, 0.7071]), ["a", "b", "c", "d"], 2) == (0, 2)


@pytest.mark.parametrize(
    ("one", "other", "is_one_word"),
    [("wait", "waited", True), ("arrive", "arrival", True), ("home", "homeless", False)],
)
def test_a_word_that_says_more_is_no_form_of_a_shorter_one(one: str, other: str, is_one_word: bool) -> None:
    assert same(one, other) is is_one_word


def test_a_phrase_is_supported_by_every_idea_that_holds_it_in_singular_or_plural() -> None:
    texts = [
        "A night bus",
        "More night buses!",
        "NIGHT BUSES",
        "buses by day",
        "a bus at night",
        "river",
        "river",
    ]
    found = PhraseBook(Phrases(texts), np.array([0, 0, 0, 0, 0, 1, 1])).propose(0)
    assert {one.key: one.rows for one in found}["night", "bus"] == (0, 1, 2)


def test_the_only_word_of_one_theme_is_written_as_it_stands_alone() -> None:
    texts = [
        "drug crisis",
        "fight drug crime",
        "a drug problem",
        "no drugs",
        "drugs are sold",
        "river",
        "river",
    ]
    assert "drugs" in proposed(texts, [0, 0, 0, 0, 0, 1, 1])


def test_a_place_that_all_themes_speak_of_names_none() -> None:
    texts = [f"{word} in Oakton {n}" for word in ("lamps", "trees", "benches") for n in range(9)]
    labels = [n // 9 for n in range(27)]
    assert "Oakton" not in {phrase for label in range(3) for phrase in proposed(texts, labels, label)}


def named(given: dict[int, Given] | None = None, taken: Taken | None = None) -> list[Naming]:
    texts = list(ideas().values())
    labels = np.repeat(np.arange(6), 20)
    vectors = HashingEmbedder().embed(texts)
    said = Phrases(texts)
    return name_themes(said, vectors, labels, HashingEmbedder(), Parameters(), given=given, taken=taken)


def test_a_name_that_still_fits_stays_and_another_theme_is_named_around_it() -> None:
    before = named()
    again = named({0: Given("Night buses (2)", ("night bus",))})
    assert before[0].name != "Night buses (2)" == again[0].name
    assert [one.text for one in again[0].chosen] == ["night bus"]
    assert len(again[0].chosen[0].rows) == 5
    stolen = named({1: Given(before[0].name, (), locked=True)})
    assert stolen[1].name == before[0].name != stolen[0].name


def test_a_name_that_fits_no_more_is_given_up() -> None:
    assert named({0: Given("Schools", ("schools",))})[0].name == named()[0].name
    assert named({0: Given("Zeppelins", ("zeppelin",))})[0].name == named()[0].name


def test_a_name_that_a_person_gave_stays_whatever_the_ideas_say() -> None:
    found = named({0: Given("Zeppelins", (), locked=True)})[0]
    assert (found.name, found.chosen) == ("Zeppelins", ())
    assert found.phrases()


def test_names_are_unique_over_two_calls_for_one_map() -> None:
    taken = Taken()
    names = [one.name for one in (*named(taken=taken), *named(taken=taken))]
    assert len({name.casefold() for name in names}) == len(names) == 2 * len(SUBJECTS)


def test_german_themes_are_named_without_a_model_by_their_own_words() -> None:
    texts = german()
    vectors, labels = letter_vectors(texts), np.repeat(np.arange(3), 12)
    found = name_themes(Phrases(texts, lang="de"), vectors, labels, None, Parameters())
    for one, stem_of_subject in zip(found, ("rad", "schwimm", "schul"), strict=True):
        assert stem_of_subject in one.name.casefold(), one.name
        assert 1 <= len(one.chosen) <= 2
    by_a_model = name_themes(Phrases(texts), vectors, labels, None, Parameters())
    assert [one.name for one in by_a_model] == [one.name for one in found]


def test_names_are_measured_by_whether_they_find_their_own_theme() -> None:
    texts = ["night bus", "bus stop", "old trees", "young trees"]
    vectors, labels = HashingEmbedder().embed(texts), np.array([0, 0, 1, 1])
    good = name_figures(["Bus", "Trees, old trees"], vectors, labels, HashingEmbedder())
    assert (good.themes, good.finds_its_own, good.words, good.most_words) == (2, 1.0, 2.0, 3)
    swapped = name_figures(["Trees", "Bus"], vectors, labels, HashingEmbedder())
    assert swapped.finds_its_own == 0
    assert name_figures(["Bus", "bus"], vectors, labels, HashingEmbedder()).likeness == pytest.approx(1)


def test_a_theme_whose_ideas_share_no_words_is_called_by_what_a_short_one_says() -> None:
    texts = [
        "Seen in time.",
        "I always get picked up by somebody",
        "Punctual, mostly",
        "river bank",
        "a river",
        "river",
    ]
    vectors = np.array([[1, 0.1], [0.9, 0.3], [0.7, 0.6], [0, 1], [0, 1], [0, 1]], dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = name_themes(Phrases(texts), vectors, np.array([0, 0, 0, 1, 1, 1]), None, Parameters())[0]
    assert (found.name, [one.rows for one in found.chosen]) == ("Seen in time", [(0,)])


@pytest.mark.parametrize(
    ("word", "what"),
    [
        ("nature", WordClass.NOUN),
        ("vote", WordClass.NOUN),
        ("parking", WordClass.NOUN),
        ("turkopticon", WordClass.NOUN),
        ("liberal", WordClass.EITHER),
        ("demographic", WordClass.EITHER),
        ("financial", WordClass.ADJECTIVE),
        ("eliminate", WordClass.VERB),
        ("seriously", WordClass.VERB),
    ],
)
def test_a_word_is_of_the_class_that_the_lexicon_gives_it(word: str, what: WordClass) -> None:
    assert word_class(word) is what


@pytest.mark.parametrize(
    ("word", "doing"),
    [
        ("explain", "explaining"),
        ("accepted", "accepting"),
        ("making", "making"),
        ("bring", "bringing"),
        ("make", "making"),
        ("die", "dying"),
        ("see", "seeing"),
        ("dye", "dyeing"),
        ("plan", "planning"),
        ("controlled", "controlling"),
        ("offer", "offering"),
        ("panic", "panicking"),
        ("must", None),
        ("nature", None),
        ("zzyx", None),
    ],
)
def test_a_verb_is_called_by_what_doing_it_is(word: str, doing: str | None) -> None:
    assert gerund(word) == doing


def test_words_are_remembered_no_longer_than_the_grammar_of_their_jam() -> None:
    assert not any(hasattr(one, "cache_info") for one in (word_class, gerund))
    assert grammar_of("en", None).word_class is not grammar_of("en", None).word_class


def test_no_adjective_or_verb_is_a_name_alone() -> None:
    texts = [
        "eliminate financial waste",
        "eliminate the financial burden",
        "financial help to eliminate debt",
    ] * 3
    book = PhraseBook(Phrases([*texts, "a river", "the river"]), np.array([0] * 9 + [1] * 2))
    forms = {one.text: one.form for one in book.propose(0)}
    assert all(form < 0 for text, form in forms.items() if text in {"eliminate", "financial"})


def test_a_word_that_half_of_a_theme_says_names_it_though_others_say_it_too() -> None:
    said = ["we are part of nature", "let nature be", "nature has rights", "nature needs no plan"]
    others = [f"{one} for nature" for one in ("lamps", "ponds", "trees")] + ["benches"] * 20 + ["a wall"] * 20
    labels = [0] * 4 + [1, 2, 3] + [1] * 20 + [2] * 20
    assert "nature" in proposed([*said, *others], labels)


def test_many_roads_are_roads() -> None:
    texts = ["the road is bad", "mend the road", "more roads", "wider roads", "the road again"]
    assert proposed([*texts, "a pond", "the pond"], [0] * 5 + [1] * 2)[0] == "roads"


def test_a_name_is_chosen_again_when_all_names_are_known() -> None:
    taken = Taken()
    taken.take("Payments")
    taken.free("payments")
    assert "Payments" not in taken
    assert taken.take("Payments") == "Payments"
