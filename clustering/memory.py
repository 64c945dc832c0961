"""What was read of the texts of one grouping, so that the next one reads only what is new.

Beside the path: no map depends on it, and ``theme`` begins with an empty one. It knows the texts of one
grouping; what is gone is forgotten with the next one, or at once by ``forget`` and ``keep``.
"""

from collections.abc import Collection, Sequence

from clustering.naming.phrases import KnownPhrases
from clustering.reading.readings import Reading


class Memory:
    """Readings and phrases of texts. For one grouping at a time: see ``set_apart``."""

    def __init__(self) -> None:
        self.readings: dict[str, Reading] = {}
        """Of each text of the last grouping."""
        self._phrases: dict[str, KnownPhrases] = {}

    def read(self, texts: Sequence[str]) -> None:
        """Have a reading of each of these texts, and know of no others."""
        self.keep(set(texts))
        known = self.readings
        self.readings = {text: known.get(text) or Reading.of(text) for text in texts}

    def phrases(self, lang: str) -> KnownPhrases:
        """The phrases of the texts of one space: of what the model reads (""), or of one language."""
        return self._phrases.setdefault(lang, KnownPhrases())

    def set_apart(self) -> "Memory":
        """The same for a grouping in another thread: what either learns does not reach the other."""
        apart = Memory()
        apart.readings = dict(self.readings)
        apart._phrases = {lang: known.set_apart() for lang, known in self._phrases.items()}
        return apart

    def forget(self, text: str) -> None:
        """Nobody says this any more."""
        self.readings.pop(text, None)
        for known in self._phrases.values():
            known.forget(text)

    def keep(self, texts: Collection[str]) -> None:
        """Forget all others."""
        self.readings = {text: one for text, one in self.readings.items() if text in texts}
        for known in self._phrases.values():
            known.keep(texts)
