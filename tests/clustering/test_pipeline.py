"""Shows what ``theme`` promises: each idea in one theme, and the same map whatever the circumstances.

Where: the whole library by its front door, on an embedder without a model.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec
import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from clustering import STAGES, ClusteringError, Merge, Parameters, ThemeMap, Vectors, theme
from clustering.embedding.model import Counted, uncounted
from tests.clustering.made_up import HashingEmbedder, ideas
from tests.clustering.two_languages import mixed


def mapped(texts: dict[str, str], embedder: HashingEmbedder, **options: object) -> ThemeMap:
    return theme(list(texts.values()), list(texts), embedder=embedder, **options)  # type: ignore[arg-type]


def test_every_idea_is_in_exactly_one_theme(hashing: HashingEmbedder) -> None:
    texts = ideas()
    found = mapped(texts, hashing)
    members = [key for one in found.themes for key in one.members]
    assert sorted(members) == sorted(texts)
    assert sum(one.size for one in found.themes) == found.ideas == len(texts)


def test_ideas_about_one_thing_are_in_one_theme(hashing: HashingEmbedder) -> None:
    found = mapped(ideas(), hashing)
    for one in found.themes:
        assert len({key.split("-")[0] for key in one.members}) == 1, one.members


def test_themes_are_numbered_by_the_number_of_distinct_ideas(hashing: HashingEmbedder) -> None:
    found = mapped(ideas(), hashing)
    assert [one.id for one in found.themes] == [f"t{n + 1}" for n in range(len(found.themes))]
    sizes = [one.distinct for one in found.themes]
    assert sizes == sorted(sizes, reverse=True)


def test_shown_ideas_belong_to_their_theme_and_the_headline_comes_first(hashing: HashingEmbedder) -> None:
    for one in mapped(ideas(), hashing).themes:
        assert one.representatives[0] == one.headline_id
        assert set(one.representatives) <= set(one.members)
        assert len(set(one.representatives)) == len(one.representatives) == 3


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_rows_changes_nothing(hashing: HashingEmbedder, seed: int) -> None:
    rows = list(ideas().items())
    random.Random(seed).shuffle(rows)
    assert mapped(dict(rows), hashing) == mapped(ideas(), hashing)


def test_the_number_of_threads_changes_nothing(hashing: HashingEmbedder) -> None:
    with threadpool_limits(limits=2):
        two = mapped(ideas(), hashing)
    with threadpool_limits(limits=1):
        one = mapped(ideas(), hashing)
    assert two == one


def test_a_map_survives_json_unchanged(hashing: HashingEmbedder) -> None:
    found = mapped(ideas(), hashing)
    assert msgspec.json.decode(msgspec.json.encode(found), type=ThemeMap) == found


def test_other_ids_or_another_question_make_another_inputs_hash(hashing: HashingEmbedder) -> None:
    texts = ideas()
    renamed = {f"{key}x": text for key, text in texts.items()}
    hashes = {mapped(given, hashing).inputs_sha256 for given in (texts, renamed)}
    hashes.add(mapped(texts, hashing, question="What shall we do?").inputs_sha256)
    assert len(hashes) == 3


def test_texts_that_differ_in_case_and_punctuation_count_once(hashing: HashingEmbedder) -> None:
    loud = {f"loud-{n}": f"  RUN the NIGHT bus{'!' * n} on Sundays." for n in range(30)}
    found = mapped({**ideas(), **loud}, hashing)
    home = next(one for one in found.themes if "loud-0" in one.members)
    assert set(loud) < set(home.members)
    assert home.size == home.distinct + len(loud)
    assert max(found.duplicates, key=len) == tuple(sorted([*loud, "buses-2"]))
    # Thirty copies do not lift a theme above the ones that more people had ideas for.
    assert [one.name for one in found.themes] == [one.name for one in mapped(ideas(), hashing).themes]


def test_an_idea_that_is_like_no_other_is_one_of_a_kind_and_still_in_a_theme(
    hashing: HashingEmbedder,
) -> None:
    odd = "Quixotic zeppelins juggle xylophones"
    found = mapped({**ideas(), "odd": odd}, hashing)
    assert "odd" in found.one_of_a_kind
    assert len(found.one_of_a_kind) < 5
    assert sum("odd" in one.members for one in found.themes) == 1


def test_an_unlike_text_that_two_people_sent_is_not_one_of_a_kind(hashing: HashingEmbedder) -> None:
    odd = {"odd": "Quixotic zeppelins juggle xylophones", "odder": "quixotic zeppelins juggle xylophones!"}
    found = mapped({**ideas(), **odd}, hashing)
    assert not {"odd", "odder"} & set(found.one_of_a_kind)
    assert ("odd", "odder") in found.duplicates


def test_progress_tells_every_stage_in_order_to_its_end(hashing: HashingEmbedder) -> None:
    heard: list[tuple[str, int, int]] = []
    mapped(ideas(), hashing, progress=lambda *note: heard.append(note))
    assert list(dict.fromkeys(stage for stage, _, _ in heard)) == list(STAGES)
    assert {stage for stage, done, total in heard if done == total} == set(STAGES)


def test_two_texts_with_one_id_are_refused_by_name(hashing: HashingEmbedder) -> None:
    with pytest.raises(ClusteringError, match="'a' stands for two texts"):
        theme(["one", "two"], ["a", "a"], embedder=hashing)
    with pytest.raises(ClusteringError, match="2 texts and 1 ids"):
        theme(["one", "two"], ["a"], embedder=hashing)


def test_the_parameters_that_were_used_stand_in_the_map(hashing: HashingEmbedder) -> None:
    asked = Parameters(most_themes=3, representatives=1)
    found = mapped(ideas(), hashing, parameters=asked)
    assert found.parameters == asked
    assert len(found.themes) <= 3
    assert {len(one.representatives) for one in found.themes} == {1}


class EnglishOnly(HashingEmbedder):
    """Says of itself that it reads English alone."""

    def __init__(self) -> None:
        super().__init__()
        self.model = msgspec.structs.replace(self.model, reads=("en",))


def test_texts_in_a_language_that_the_model_cannot_read_are_grouped_by_their_letters_and_listed() -> None:
    texts = mixed()
    found = mapped(texts, EnglishOnly())
    assert [one.lang for one in found.unread] == ["de"]
    foreign = set(found.unread[0].ideas)
    assert len(foreign) > 0.9 * sum(key.startswith("de") for key in texts)
    assert not {key for key in foreign if key.startswith("en")}
    members = [key for one in found.themes for key in one.members]
    assert sorted(members) == sorted(texts)
    for one in found.themes:
        assert len({key in foreign for key in one.members}) == 1, one.name


def test_a_question_may_be_left_out_of_the_vectors_before_grouping(hashing: HashingEmbedder) -> None:
    asked = {key: f"{text} what shall we do with the town" for key, text in ideas().items()}
    question = "What shall we do with the town?"
    plain = mapped(asked, hashing, question=question)
    found = mapped(asked, hashing, question=question, parameters=Parameters(project_question=True))
    assert found.parameters.project_question
    assert sum(one.size for one in found.themes) == sum(one.size for one in plain.themes) == len(asked)


# ── Degenerate inputs: no crash, no warning (warnings are errors here) ──────────────────────────────

WORDS = [
    *("apple", "river", "stone", "cloud", "music", "horse", "paper", "glass", "light", "table"),
    *("bread", "wheel", "frost", "ocean", "brick"),
]


@pytest.mark.parametrize("count", [0, 1, 2, 11])
def test_with_too_few_ideas_there_are_no_themes_and_the_map_says_so(
    hashing: HashingEmbedder, count: int
) -> None:
    found = theme(WORDS[:count], embedder=hashing)
    assert (found.too_few, found.themes, found.one_of_a_kind, found.ideas) == (True, (), (), count)


def test_a_thousand_equal_ideas_are_one_idea_and_too_few(hashing: HashingEmbedder) -> None:
    found = theme(["More buses"] * 1000, embedder=hashing)
    assert found.too_few
    assert [len(group) for group in found.duplicates] == [1000]


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(WORDS, id="one word each"),
        pytest.param(
            [f"{a}{b} {b}{c}" for a, b, c in zip(WORDS, WORDS[3:], WORDS[5:], strict=False)], id="ten"
        ),
        pytest.param([f"{chr(97 + n)}{n * n}" for n in range(26)], id="all unrelated"),
        pytest.param([*WORDS, "word " * 10_000], id="one of 50,000 characters"),
        pytest.param([*WORDS, "x" * 50_000], id="one word of 50,000 characters"),
        pytest.param(["?" * n for n in range(1, 30)], id="punctuation alone"),
        pytest.param([*WORDS, "", " ", "\n", "\u200b"], id="nothing to read"),
        pytest.param([chr(0x1F600 + n) for n in range(30)], id="pictures alone"),
        pytest.param([f"the and of {n}" for n in range(30)], id="stop words alone"),
        pytest.param([*WORDS, None, None, 7, 7.5, True], id="not strings"),
        pytest.param([*WORDS, "\ud800 half a pair"], id="lone surrogate"),
        pytest.param(["[b]bold[/b] <i>" + word for word in WORDS], id="markup"),
    ],
)
def test_strange_texts_are_grouped_like_any_other(hashing: HashingEmbedder, texts: Sequence[object]) -> None:
    found = theme(texts, embedder=hashing)
    assert found.ideas == len(texts)
    placed = [key for one in found.themes for key in one.members]
    rest = len(texts) - len(found.not_ideas)
    assert len(placed) == len(set(placed)) == (0 if found.too_few else rest)
    names = [one.name for one in found.themes]
    assert all(names)
    assert len({name.casefold() for name in names}) == len(names)
    msgspec.json.encode(found)


def test_none_is_read_as_the_word_and_makes_no_theme(hashing: HashingEmbedder) -> None:
    found = theme([*WORDS, None], embedder=hashing)
    assert found.not_ideas == (str(len(WORDS) + 1),)


class Fixed(HashingEmbedder):
    """Gives vectors of its own making."""

    def __init__(self, vectors: Vectors) -> None:
        super().__init__()
        self._vectors = vectors

    def embed(self, texts: Sequence[str], counted: Counted = uncounted) -> Vectors:
        return self._vectors[: len(texts)]


@pytest.mark.parametrize(
    "vectors",
    [
        pytest.param(np.ones((40, 8)), id="all equal"),
        pytest.param(np.eye(40), id="all at right angles"),
        pytest.param(np.repeat([[1.0, 0], [-1.0, 0]], 20, axis=0), id="two opposite points"),
        pytest.param(np.linspace([1.0, 0.0], [0.0, 1.0], 40), id="a line"),
        pytest.param(np.ones((40, 1)), id="one dimension"),
    ],
)
def test_strange_vectors_are_grouped_without_a_warning(vectors: Vectors) -> None:
    # The numbers differ, so that equal vectors do not make equal ideas.
    found = theme([f"idea {n}" for n in range(40)], embedder=Fixed(vectors.astype(np.float32)))
    assert sum(one.size for one in found.themes) == 40


def test_a_theme_that_falls_apart_is_shown_in_parts_with_names_of_their_own(hashing: HashingEmbedder) -> None:
    plain = mapped(ideas(), hashing)
    one, two = (
        next(one for one in plain.themes if subject in one.members[0]) for subject in ("buses", "trees")
    )
    both = [Merge(id="c1", themes=(one.id, two.id), into=one.id)]
    found = mapped(ideas(), hashing, previous=plain, corrections=both)
    parts = next(theme for theme in found.themes if theme.id == one.id).parts
    assert {part.members for part in parts} == {one.members, two.members}
    assert len({part.name for part in parts}) == 2
