"""What class an English word can be of: nouns name things, adjectives and verbs do not.

Beside ``clustering.naming.grammar``. The lexicon is LemmInflect's (the NIH's SPECIALIST lexicon): what it
does not know could be anything. Nothing is remembered here: a process that lives for years hears every word.
"""

from enum import Enum


class WordClass(Enum):
    """What a word can be, as far as names are concerned."""

    NOUN = "noun"
    """A noun, a noun that is a verb too ("vote"), a gerund ("parking"), or a word that nobody knows."""
    EITHER = "either"
    """An adjective that some use as a noun: "liberal", "wealthy"."""
    ADJECTIVE = "adjective"
    VERB = "verb"
    """A verb, or an adverb."""


def word_class(word: str) -> WordClass:
    """The class of a word in small letters, in the singular."""
    from lemminflect import getAllLemmas  # type: ignore[import-untyped]  # Reads its tables: 0.1 s.

    head, joined, _ = word.partition("-")
    if joined and word_class(head) in (WordClass.ADJECTIVE, WordClass.EITHER):
        return WordClass.ADJECTIVE  # "low-income"
    classes = set(getAllLemmas(word))
    if "NOUN" in getAllLemmas(f"{word}s"):
        classes.add("NOUN")  # "demographics": the stem alone is an adjective.
    if not classes or word.endswith("ing"):
        return WordClass.NOUN
    if word.endswith("ed") and "VERB" in classes and "NOUN" not in classes:
        return WordClass.VERB  # "accepted": what is done to something.
    if classes & {"NOUN", "PROPN"}:
        return WordClass.EITHER if "ADJ" in classes else WordClass.NOUN
    return WordClass.ADJECTIVE if "ADJ" in classes else WordClass.VERB


def gerund(verb: str) -> str | None:
    """What doing it is called, "explaining" for "explain" and "explained"; None where the word is no verb."""
    from lemminflect import getAllLemmas, getInflection

    lemmas = getAllLemmas(verb).get("VERB", ())
    found = getInflection(lemmas[0], tag="VBG") if lemmas else ()
    return str(found[0]) if found else None
