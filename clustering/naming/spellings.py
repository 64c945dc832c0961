"""How people write a phrase: which form most of them use, and which capitals belong to it.

Beside ``clustering.naming.phrases``, which knows phrases by their stems alone.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

_POSSESSIVE = re.compile(r"['’]s?$")
_FREE = 4
_SOMETIMES = 0.25
_CAPITALS = 3
_THIRD = 1 / 3
_Form = TypeVar("_Form", str, tuple[str, ...])


class Spellings:
    """The commonest form of each phrase, with a capital at its head only for a name."""

    def __init__(self) -> None:
        self._forms: defaultdict[tuple[str, ...], Counter[tuple[str, ...]]] = defaultdict(Counter)
        self._inside: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._written: dict[tuple[str, ...], str] = {}

    def read(
        self,
        said: Iterable[tuple[tuple[str, ...], tuple[str, ...], bool]],
        parts: Iterable[Sequence[str]],
        is_shouted: bool,
    ) -> None:
        """Learn from one text: its phrases (stems, words, whether no word of weight follows) and its words.

        Shouted texts, and first words of sentences, teach nothing of capitals.
        """
        for key, form, is_free in said:
            if is_shouted:
                self._forms[key][tuple(word.lower() for word in form)] += 0
            else:
                self._forms[key][form] += _FREE if is_free else 1
        if not is_shouted:
            for words in parts:
                for word in words[1:]:
                    self._inside[word.casefold()][word] += 1

    def write(self, key: tuple[str, ...]) -> str:
        """The phrase as most people write it; a name keeps its capitals, a sentence's head does not.

        Remembered: ask once all texts were read.
        """
        if key not in self._written:
            self._written[key] = self._spelled(self._forms[key])
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
