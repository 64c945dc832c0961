"""What ends no phrase, joins two words in one, and is one word in two forms: for each language of a jam.

Used by the naming alone (``naming.phrases``). Lists, rules of spelling and counts; no tagger, no model.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import NamedTuple

from clustering.naming.stopwords import CONNECTORS, FUNCTION_WORDS, PARTICLES, PROPOSAL_WORDS
from clustering.naming.stopwords_abroad import ABROAD, CONNECTORS_ABROAD, TELLING, telling_words
from clustering.naming.word_classes import WordClass, gerund, word_class

_LONGEST_TEXT = 2_000
_SEGMENT = re.compile(r"[^\w\s'’&/+-]+|\s[-/]+\s|\s[&+]\s|[\r\n]+")
_WORD = re.compile(r"[^\W_]+(?:['’&/-][^\W_]+)*")
_EVERYWHERE = 0.08
BEGINNING = 4
"""So many letters at least have two forms of a word in common."""
_MOST_STOPS = 30


class Grammar(NamedTuple):
    """The small words of one language, as stems, and how its stems are made."""

    function: frozenset[str]
    """Words that stand in a phrase only as connectors."""
    stop: frozenset[str]
    """Words that begin or end no phrase: those, the words of every proposal, and the question's own."""
    connectors: frozenset[str]
    particles: frozenset[str]
    """Words that end a phrase together with the word before: "pick up"."""
    stem: Callable[[str], str]
    word_class: Callable[[str], WordClass]
    """What a stem can be; of languages without a lexicon, every word could be a noun."""
    gerund: Callable[[str], str | None]
    """What doing it is called; None of what is no verb, and in languages without a lexicon."""
    may_end: Callable[[str], bool]
    """Whether a phrase may begin or end with this stem: no stop word, and none that the question has in any
    form or as initials, "BG" for "Bowling Green"."""
    key: tuple[object, ...]
    """Language, small words, question: two grammars with the same one read every text alike."""


def grammar_of(lang: str, question: str | None, texts: Sequence[str] = ()) -> Grammar:
    """The grammar of a language; "" is the one that most small words of the texts are of.

    Where nothing is known of a language, its stop words are the commonest words.
    """
    lang = lang or spoken_in(texts)
    if lang == "en":
        lexicon = cache(word_class), cache(gerund)
        return _grammar(lang, FUNCTION_WORDS, PROPOSAL_WORDS, CONNECTORS, PARTICLES, stem, lexicon, question)
    known = ABROAD.get(lang) or _commonest(texts)
    connectors = CONNECTORS_ABROAD.get(lang, frozenset())
    nobody_knows = _anything, _nothing
    return _grammar(lang, known, frozenset(), connectors, frozenset(), stem_abroad, nobody_knows, question)


def _anything(word: str) -> WordClass:
    """Where there is no lexicon every word could be a noun."""
    return WordClass.NOUN


def _nothing(word: str) -> None:
    """Where there is no lexicon nobody knows how a verb becomes a noun."""


def spoken_in(texts: Sequence[str]) -> str:
    """The language that most of the words are of which only one language has; English without any."""
    told = Counter(TELLING[word] for text in texts for word in telling_words(text) if word in TELLING)
    return min(told, key=lambda code: (-told[code], code != "en", code), default="en")


def _grammar(
    lang: str,
    function: frozenset[str],
    more: frozenset[str],
    connectors: frozenset[str],
    particles: frozenset[str],
    stemmed: Callable[[str], str],
    classed: tuple[Callable[[str], WordClass], Callable[[str], str | None]],
    question: str | None,
) -> Grammar:
    both = function | {stemmed(word) for word in function}
    asked = {stemmed(word) for segment in segments(question or "") for word in segment}
    content = sorted((asked - both - more) | _initials(question or ""))
    stop = both | more | {stemmed(word) for word in more} | asked

    def may_end(word: str) -> bool:
        return word not in stop and is_word(word) and not any(same(word, one) for one in content)

    # Remembered for as long as the grammar lives: a jam says the same words again and again.
    lasting = cache(stemmed), *classed, cache(may_end)
    return Grammar(both, stop, connectors, particles, *lasting, (lang, function, question))


def _initials(question: str) -> set[str]:
    """The initials of names in the question: of words with capitals that follow each other."""
    found = set()
    for words in segments(question):
        runs = "".join(word[0] if word[0].isupper() else " " for word in words).casefold().split()
        for run in runs:
            found |= {run[a:b] for a in range(len(run)) for b in range(a + 2, len(run) + 1)}
    return found


def is_word(word: str) -> bool:
    """Neither a number nor a single letter."""
    return len(word) > 1 and any(letter.isalpha() for letter in word)


def shortened(short: str, whole: str) -> bool:
    """Whether one word is how people shorten the other: "Rd" for "Road", "Ave" for "Avenue"."""
    low, letters = short.casefold(), iter(whole.casefold())
    is_shorter = 2 <= len(low) <= 3 < len(whole) and low[0] == whole[0].casefold()
    return is_shorter and all(letter in letters for letter in low)


def _commonest(texts: Sequence[str]) -> frozenset[str]:
    stand_in = Counter(word.casefold() for text in texts for word in {*_WORD.findall(text[:_LONGEST_TEXT])})
    ranked = sorted(stand_in.items(), key=lambda entry: (-entry[1], entry[0]))[:_MOST_STOPS]
    return frozenset(word for word, times in ranked if times > _EVERYWHERE * len(texts))


Segments = Sequence[Sequence[str]]
"""The words of a text, parted wherever punctuation parts them."""


def segments(text: str) -> list[list[str]]:
    """The words of a text, parted wherever punctuation parts them: no phrase crosses it."""
    return [_WORD.findall(segment) for segment in _SEGMENT.split(text[:_LONGEST_TEXT])]


def stem(word: str) -> str:
    """A word without case, possessive and plural: Harman's S-stemmer (1991), with "es" after a hiss."""
    low = word.casefold().replace("’", "'").removesuffix("'s").removesuffix("'")
    if len(low) <= 3 or low.endswith(("ss", "us", "is", "aes")):
        return low
    if low.endswith("ies"):
        return low[:-3] + "y"
    if low.endswith(("ches", "shes", "sses", "xes", "zes", "buses")):
        return low[:-2]
    return low.removesuffix("s")


def stem_abroad(word: str) -> str:
    """A word of another language without case and up to three letters of its ending: "Radwege"."""
    low = word.casefold()
    bare = low.rstrip("aeiouyąęnsmr")
    return low[: max(4, len(low) - 3, len(bare))]


def related(word: str, another: str) -> bool:
    """One word in two forms, by their common beginning: "wait" and "waiting", "educate" and "education"."""
    if word == another:
        return True
    return word[:BEGINNING] == another[:BEGINNING] and _common(word, another) >= max(
        BEGINNING, min(len(word), len(another)) - 2
    )


def by_beginning(words: Iterable[str]) -> dict[str, list[str]]:
    """The words by their first letters: only those that have these in common can be ``related``."""
    found: dict[str, list[str]] = {}
    for word in words:
        found.setdefault(word[:BEGINNING], []).append(word)
    return found


def adjective_of(noun: str) -> str:
    """ "homeless" for "homelessness", and the word itself for any other."""
    return noun.removesuffix("ness") if len(noun) > 8 else noun


def same(word: str, another: str) -> bool:
    """The like, and neither is much longer: "homeless" is more than "home"."""
    return related(word, another) and max(len(word), len(another)) - _common(word, another) <= 3


def _common(word: str, another: str) -> int:
    """How many letters both begin with."""
    shorter = min(len(word), len(another))
    return next((place for place in range(shorter) if word[place] != another[place]), shorter)
