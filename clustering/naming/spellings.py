"""How people write a phrase: which form most of them use, and which capitals belong to it.

Beside ``clustering.naming.phrases``, which knows phrases by their stems alone.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple, TypeVar

_POSSESSIVE = re.compile(r"['’]s?$")
_FREE = 4
_SOMETIMES = 0.25
_CAPITALS = 3
_THIRD = 1 / 3
_Form = TypeVar("_Form", str, tuple[str, ...])
_Pair = tuple[tuple[str, ...], tuple[str, ...]]


class Written(NamedTuple):
    """How one text writes its phrases (pairs of stems and words), and the words that begin no sentence.

    Shouted texts, and first words of sentences, teach nothing of capitals.
    """

    free: tuple[_Pair, ...] = ()
    """Where no word of weight follows."""
    bound: tuple[_Pair, ...] = ()
    shouted: tuple[_Pair, ...] = ()
    inside: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        said: Iterable[tuple[tuple[str, ...], tuple[str, ...], bool]],
        parts: Iterable[Sequence[str]],
        *,
        is_shouted: bool,
    ) -> "Written":
        """``said``: phrases (stems, words, whether no word of weight follows); ``parts``: all words."""
        if is_shouted:
            return cls(shouted=tuple((key, tuple(word.lower() for word in form)) for key, form, _ in said))
        pairs: tuple[list[_Pair], list[_Pair]] = [], []
        for key, form, is_free in said:
            pairs[is_free].append((key, form))
        return cls(tuple(pairs[1]), tuple(pairs[0]), (), tuple(word for words in parts for word in words[1:]))


class Spellings:
    """The commonest form of each phrase, with a capital at its head only for a name."""

    def __init__(self, texts: Iterable[Written]) -> None:
        self._forms: defaultdict[tuple[str, ...], list[tuple[tuple[str, ...], int]]] = defaultdict(list)
        """How often each phrase is written in each form; most phrases are never asked for."""
        self._inside: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._written: dict[tuple[str, ...], str] = {}
        some = list(texts)
        for name, weight in (("free", _FREE), ("bound", 1), ("shouted", 0)):
            pairs = Counter(chain.from_iterable(getattr(one, name) for one in some))
            for (key, form), times in pairs.items():
                self._forms[key].append((form, weight * times))
        for word, times in Counter(chain.from_iterable(one.inside for one in some)).items():
            self._inside[word.casefold()][word] += times

    def write(self, key: tuple[str, ...]) -> str:
        """The phrase as most people write it; a name keeps its capitals, a sentence's head does not."""
        if key not in self._written:
            forms: Counter[tuple[str, ...]] = Counter()
            for form, times in self._forms[key]:
                forms[form] += times
            self._written[key] = self._spelled(forms)
        return self._written[key]

    def _spelled(self, forms: Counter[tuple[str, ...]]) -> str:
        commonest = _commonest(_plurals(forms) or forms)
        head, rest = commonest[0], list(commonest[1:])
        lower = sum(times for form, times in forms.items() if form[0] == head.lower())
        if rest and lower >= _SOMETIMES * forms.total():
            head = head.lower()
        elif not (rest and rest[-1][0].isupper()):
            head, rest = self._cased(head), [self._cased(word) for word in rest]
        return _POSSESSIVE.sub("", " ".join([head, *rest]))

    def _cased(self, word: str) -> str:
        forms = self._inside.get(word.casefold())
        if self._is_acronym(word.casefold()):
            return word.upper()
        if word.casefold().endswith("s") and self._is_acronym(word.casefold()[:-1]):
            return word[:-1].upper() + "s"
        if not forms:
            return word.lower()
        commonest = _commonest(forms)
        return commonest if 2 * forms[commonest] > forms.total() else word.lower()

    def _is_acronym(self, word: str) -> bool:
        """Whether at least three, and a quarter, of those who write the word write it in capitals."""
        forms = self._inside.get(word, Counter()) + self._inside.get(f"{word}s", Counter())
        capital = sum(times for form, times in forms.items() if form.removesuffix("s").isupper())
        return len(word) > 1 and capital >= _CAPITALS and capital >= _SOMETIMES * forms.total()


def _plurals(forms: Counter[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    """Of a single small word its plural, where a third writes it: ideas are about roads, not one road."""
    small = {form: form[0] for form in forms if len(form) == 1 and form[0].islower()}
    if len(small) < 2:
        return Counter()
    longest = max(small.values(), key=len)
    found: Counter[tuple[str, ...]] = Counter({form: forms[form] for form in small if small[form] == longest})
    is_plural = longest.endswith("s") and longest != min(small.values(), key=len)
    return found if is_plural and found.total() >= _THIRD * forms.total() else Counter()


def _commonest(forms: Counter[_Form]) -> _Form:
    """Of equally common ones that with the fewest capitals, then the longest: "laws" rather than "law"."""
    spelled = {form: "".join(form) for form in forms}
    return min(
        forms,
        key=lambda form: (-forms[form], sum(map(str.isupper, spelled[form])), -len(spelled[form]), form),
    )


def sentence_case(text: str) -> str:
    """The text with a capital at its head; the rest as it is, so that names keep theirs."""
    return text[:1].upper() + text[1:]
