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
    """What doing it is called, "explaining" for "explain" and "explained"; None where the word is no verb.

    Of the ways to spell it the first that the lexicon has for this verb: its own table of them takes longer
    to load than a thousand ideas to name.
    """
    from lemminflect import getAllLemmas

    def verbs(word: str) -> tuple[str, ...]:
        return tuple(getAllLemmas(word).get("VERB", ()))

    lemmas = verbs(verb)
    if verb.endswith("ing") and lemmas and verb not in lemmas:
        return verb
    for lemma in lemmas[:1]:
        return next((one for one in _gerunds(lemma) if lemma in verbs(one)), None)
    return None


def _gerunds(lemma: str) -> list[str]:
    """How it could be spelled, the likeliest first: "dying", "making", "controlling", "planning"."""
    plain, doubled = f"{lemma}ing", f"{lemma}{lemma[-1]}ing"
    if lemma.endswith("ie"):
        return [f"{lemma[:-2]}ying", plain]
    if lemma.endswith("e") and not lemma.endswith("ye"):
        return [f"{lemma[:-1]}ing", plain]
    return [doubled, plain] if lemma.endswith(("l", "r")) else [plain, doubled, f"{lemma}king"]
