"""Shows what a jam that is grouped again and again remembers of its texts, and that no map depends on it.

Where: ``Memory`` in ``theme`` and in ``LiveThemes``, on an embedder without a model.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import LiveThemes, NotAnIdea, theme
from clustering.memory import Memory
from clustering.naming.phrases import KnownPhrases, Phrases, TextPhrases
from clustering.reading.readings import Reading
from tests.clustering.made_up import HashingEmbedder, ideas

ENGLISH = list(ideas().values())
ROADS = [
    "Mend Mill Rd",
    "Mill Road is dark",
    "A crossing on Mill Rd",
    "Benches along Mill Road",
    "MEND MILL RD",
]
GERMAN = ["Mehr Bänke für alle in der Stadt", "Wir wollen nicht, dass die Bäume gefällt werden"]
NOTHING = ["none", "n/a", "", "?"]
QUESTIONS = (None, "What should change in Oakton Mills?")


@settings(max_examples=8)
@given(st.randoms(use_true_random=False), st.sampled_from(QUESTIONS))
def test_with_a_memory_or_without_the_map_is_the_same(chance: random.Random, question: str | None) -> None:
    texts = [*ENGLISH[::2], *ROADS, *GERMAN, *NOTHING]
    memory, embedder, before = Memory(), HashingEmbedder(), None
    for _ in range(3):
        some = chance.sample(texts, chance.randint(12, len(texts)))
        if chance.random() < 0.3:
            memory = memory.set_apart()
        for gone in chance.sample(texts, 5):
            memory.forget(gone)
        found = theme(some, some, embedder=embedder, question=question, previous=before, memory=memory)
        assert found == theme(some, some, embedder=embedder, question=question, previous=before)
        before = found


def test_another_grouping_reads_only_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    live, read, parsed = LiveThemes(HashingEmbedder()), list[str](), list[str]()
    read_one, parse_one = Reading.of, TextPhrases.of

    def reading(text: str) -> Reading:
        read.append(text)
        return read_one(text)

    def phrases(text: str, *more: Any) -> TextPhrases:
        parsed.append(text)
        return parse_one(text, *more)

    monkeypatch.setattr(Reading, "of", reading)
    monkeypatch.setattr(TextPhrases, "of", phrases)
    for some in (ENGLISH[:-2], ENGLISH[-2:], []):
        live.read([(text, text) for text in some])
        live.regroup()
        assert sorted(read) == sorted(some)
        assert set(parsed) <= set(some), "but for what is nearly the same as another text"
        assert bool(parsed) == bool(some)
        read.clear()
        parsed.clear()


@pytest.mark.parametrize(
    "before",
    [(["Mend Mill Rd", *ENGLISH], None), (ROADS, "What about lights?"), ([*ROADS, *GERMAN * 9], None)],
    ids=["short forms that nobody wrote out", "another question", "another language"],
)
def test_what_was_read_otherwise_is_read_anew(before: tuple[list[str], str | None]) -> None:
    known, roads = KnownPhrases(), [*ROADS, "Lights on Mill Road"]
    Phrases(before[0], before[1], known=known)
    assert Phrases(roads, known=known).keys == Phrases(roads).keys


def test_it_knows_the_texts_of_the_last_grouping_alone() -> None:
    memory = Memory()
    theme(ENGLISH, ENGLISH, embedder=HashingEmbedder(), memory=memory)
    theme(ROADS[:2], ROADS[:2], embedder=HashingEmbedder(), memory=memory)
    assert not set(strings(memory)) & set(ENGLISH)


PERSON = "Ask Mrs Zebrowska about the swimming pool"


def whoever_is_named(live: LiveThemes) -> list[str]:
    return [one for one in strings(live) if "zebrowska" in one.casefold()]


@pytest.mark.parametrize("when", ["before it is grouped", "after it was grouped", "while it is grouped"])
def test_of_a_text_that_is_gone_no_word_is_left(when: str) -> None:
    embedder = HashingEmbedder()
    live = LiveThemes(embedder)
    live.read([*((text, text) for text in ENGLISH), ("x", PERSON)])
    grouping = live.regrouping()
    found = grouping.run()
    if when == "after it was grouped":
        live.go_on_from(found, grouping)
    embedder.asked.clear()
    assert whoever_is_named(live)
    live.read([], gone=["x"])
    if when == "while it is grouped":
        live.go_on_from(found, grouping)
    assert not whoever_is_named(live)
    assert live.regroup().themes


def test_nor_is_one_left_where_a_map_was_made_for_nothing_or_the_text_was_no_idea_by_then() -> None:
    embedder = HashingEmbedder()
    live = LiveThemes(embedder)
    live.read([(text, text) for text in ENGLISH])
    live.regroup()
    live.read([("x", PERSON)])
    live.regrouping().run()  # Nobody takes this map.
    live.regroup()
    live.regroup([NotAnIdea(id="c1", ideas=("x",))])
    live.read([], gone=["x"])
    embedder.asked.clear()
    assert not whoever_is_named(live)


def test_nor_is_one_left_in_the_short_form_of_another_text() -> None:
    embedder, short = HashingEmbedder(), ["Ask Mrs Zeb for shade", "Thank Mrs Zeb for the trees"]
    named = [PERSON, "Mrs Zebrowska knows the old trees"]
    live = LiveThemes(embedder)
    live.read([(text, text) for text in (*ENGLISH, *short)])
    live.read([("x", named[0]), ("y", named[1])])
    live.regroup()
    live.read([], gone=["x", "y"])
    embedder.asked.clear()
    said = [one for one in whoever_is_named(live) if one not in names_and_phrases(live)]
    assert not said


def names_and_phrases(live: LiveThemes) -> set[str]:
    """What the map says until the next one comes: who moderates takes it out of that by itself."""
    themes = live.map.themes
    return {one.name for one in themes} | {phrase.text for one in themes for phrase in one.phrases}


def strings(held: object) -> Iterator[str]:
    """Every string that somebody could reach from here without a look at the program itself."""
    seen, waiting = set[int](), [held]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, FunctionType | ModuleType | type):
            continue
        seen.add(id(one))
        if isinstance(one, str):
            yield one
        waiting += gc.get_referents(one)
        if isinstance(one, dict):
            waiting += one  # The collector does not look at keys that are strings.
