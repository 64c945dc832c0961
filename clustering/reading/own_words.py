"""The words that all ideas of a jam share because of what it is about: its town, its product, its question.

After the texts are read, for the grouping. An encoder spends much of a vector on a name: "Bowling Green
needs a pool" lies nearer to "Bowling Green needs jobs" than to "more places to swim". What is found here is
left out of the vectors before ideas are compared.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from clustering.naming.grammar import Segments, grammar_of, segments

_OFTEN = 0.08
_LEAST = 8
_TWICE = 2
_MOST = 8
_MOST_CAPITALS, _HEADLINE = 0.2, 0.5


def own_names(
    texts: Sequence[str], question: str | None = None, words: Sequence[Segments] | None = None
) -> list[str]:
    """Names of what the jam is about: those in its question, and those in 8 % of the texts (8 at least).

    At most eight, as they are written, with their initials where two texts have them. A name is a word, or
    words in a row, with capitals that do not come from the head of a sentence. None are found where a fifth
    of the texts' words have capitals, as in German. ``words`` are the ``segments`` of each text, where they
    are known.
    """
    read = words or [segments(text) for text in texts]
    if _capitals(read) > _MOST_CAPITALS:
        return []
    asked_in = [segments(question or "")]
    asked = [*dict.fromkeys(_names(asked_in[0]))] if _capitals(asked_in) <= _HEADLINE else []
    often: Counter[str] = Counter()
    written: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for text, parts in zip(texts, read, strict=True):
        if text.upper() != text:
            here = {*_names(parts)}
            written.update(here)
            often.update({name.casefold() for name in here})
        small.update({word for words in parts for word in words if word[0].islower()})
    least = max(_LEAST, _OFTEN * len(texts))
    spelt = sorted(written, key=lambda name: (-written[name], name))
    known = {name.casefold() for name in asked}
    said = [
        name
        for name in {name.casefold(): name for name in reversed(spelt)}.values()
        if often[name.casefold()] >= max(least, small[name.casefold()]) and name.casefold() not in known
    ]
    found = [*asked, *sorted(said, key=lambda name: (-often[name.casefold()], name))][:_MOST]
    return [*found, *(short for short in map(_initials, found) if often[short.casefold()] >= _TWICE)]


def _initials(name: str) -> str:
    """ "BG" for "Bowling Green"; "" for one word."""
    words = name.split()
    return "".join(word[0] for word in words).upper() if len(words) > 1 else ""


def question_words(question: str) -> list[str]:
    """The words of weight in a question, each once."""
    grammar = grammar_of("", None, [question])
    words = (word for words in segments(question) for word in words)
    return [*dict.fromkeys(word for word in words if grammar.may_end(grammar.stem(word)))]


def _names(parts: Segments) -> Iterator[str]:
    for words in parts:
        run: list[str] = []
        for place, word in enumerate([*words, ""]):
            if len(word) > 1 and not word.islower() and any(map(str.isupper, word)):
                run.append(word)
            elif run:
                # One capital at the head of a sentence says nothing.
                if len(run) > 1 or place > 1 or run[0] != run[0].capitalize():
                    yield " ".join(run)
                run = []


def _capitals(texts: Sequence[Segments]) -> float:
    """Share of the words with a capital, heads of sentences aside; 0 without any."""
    later = [word for parts in texts for words in parts for word in words[1:]]
    return sum(word[0].isupper() for word in later) / max(1, len(later))
