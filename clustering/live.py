"""``LiveThemes``: the themes of one jam that is still running, kept in memory between two groupings.

For a process that hears of ideas as they come and go. It reads and embeds what is new and nothing twice,
places new ideas at once, and makes the next map in the background; maps and corrections are handed in and
out, so that whoever keeps them can start it again anywhere. What is gone is forgotten, with its vectors.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clustering.embedding.embed import CachedEmbedder, cache_key, embed_checked
from clustering.embedding.model import Counted, Embedder, uncounted
from clustering.errors import CorrectionRefused
from clustering.grouping.split import cut_in_parts
from clustering.memory import Memory
from clustering.pipeline import empty_map, theme
from clustering.reading.nonanswers import non_answers
from clustering.reading.text import as_strings
from clustering.shapes import Parameters, Progress, ThemeMap, Vectors, no_progress
from clustering.steering.corrections import AnyCorrection
from clustering.steering.nearby import Nearby
from clustering.steering.steer import steer


class LiveThemes:
    """Ideas, vectors and the current map of one jam. Not for two threads at once."""

    def __init__(
        self,
        embedder: Embedder,
        *,
        parameters: Parameters | None = None,
        question: str | None = None,
        previous: ThemeMap | None = None,
    ) -> None:
        """Args:
        embedder: see ``load_embedder``.
        parameters, question: as for ``theme``.
        previous: the map to go on from, if there is one.
        """
        self._vectors, self._whole_embedder = _Vectors(), embedder
        self._embedder = CachedEmbedder(embedder, self._vectors)
        self._parameters, self._question = parameters or Parameters(), question
        self._texts: dict[str, str] = {}
        self._memory = Memory()
        self._keys: dict[str, str] = {}
        """For each idea the key of its vector: a placed idea must not wait for 3,000 hashes."""
        self._map = previous or empty_map(self._parameters, embedder.model)
        self._known = _known(self._map)
        self._unplaced: set[str] = set()
        self._placed: dict[str, str] = {}
        self._nearby: Nearby | None = None

    @property
    def map(self) -> ThemeMap:
        """The current map; without themes (``too_few``) before the first one."""
        return self._map

    def read(
        self,
        ideas: Sequence[tuple[str, object]],
        gone: Sequence[str] = (),
        counted: Counted = uncounted,
    ) -> None:
        """Take in ideas (id, text) that are new or were edited, and forget those that are gone.

        Texts that are not known yet are embedded. Raises VectorsBroken; then nothing was taken in.
        """
        texts = dict(zip([key for key, _ in ideas], as_strings(text for _, text in ideas), strict=True))
        embed_checked(self._embedder, sorted(set(texts.values())), counted)
        for key in gone:
            texts.pop(key, None)
        keys = {idea: cache_key(self._embedder.model, text) for idea, text in texts.items()}
        for key in keys.values():
            self._vectors.hold(key)
        for idea in (*gone, *texts):
            self._forget(idea)
        self._texts |= texts
        self._keys |= keys
        self._unplaced |= texts.keys() - self._known

    def embed(self, texts: Sequence[str], counted: Counted = uncounted) -> None:
        """Have these texts' vectors ready for ``read``. Another thread may do this, with many, beforehand."""
        embed_checked(self._embedder, texts, counted)

    def _forget(self, idea: str) -> None:
        if (text := self._texts.pop(idea, None)) is not None:
            if self._vectors.let_go(self._keys.pop(idea)):
                self._memory.forget(text)
            if idea in self._known:
                self._nearby = None  # It holds the vectors of the map's ideas.
        self._unplaced.discard(idea)
        self._placed.pop(idea, None)

    def place(self) -> dict[str, str]:
        """The nearest theme for each idea that the map does not know; nothing while there are no themes."""
        if self._map.themes and self._unplaced:
            fresh = sorted(self._unplaced)
            self._unplaced.clear()
            empty = non_answers([self._texts[key] for key in fresh])
            fresh = [key for key, is_empty in zip(fresh, empty, strict=True) if not is_empty]
            if fresh:
                vectors = np.stack([self._vectors.of(self._keys[idea]) for idea in fresh])
                self._placed |= zip(fresh, self._near().themes_of(vectors), strict=True)
        return {key: number for key, number in self._placed.items() if number}

    def _near(self) -> Nearby:
        if self._nearby is None:
            vectors = {idea: self._vectors.of(key) for idea, key in self._keys.items()}
            self._nearby = Nearby(self._map, vectors)
        return self._nearby

    def steer(self, corrections: Sequence[AnyCorrection]) -> ThemeMap:
        """The current map after these corrections, at once; see ``steer``. It is the current map now."""
        self.go_on_from(steer(self._map, corrections))
        return self._map

    def regroup(
        self, corrections: Sequence[AnyCorrection] = (), *, progress: Progress = no_progress
    ) -> ThemeMap:
        """All ideas grouped anew, bound by what persons decided. The result is the current map now.

        Args:
            corrections: those that were not handed to ``steer``.
        """
        regrouping = self.regrouping()
        found = regrouping.run(corrections, progress)
        self.go_on_from(found, regrouping)
        return found

    def regrouping(self) -> "Regrouping":
        """What a grouping needs, set apart: it may ``run`` in another thread while this goes on."""
        return Regrouping(
            texts=dict(self._texts),
            previous=self._map,
            embedder=self._whole_embedder,
            vectors=self._vectors.set_apart(),
            parameters=self._parameters,
            question=self._question,
            memory=self._memory.set_apart(),
        )

    def go_on_from(self, found: ThemeMap, regrouping: "Regrouping | None" = None) -> None:
        """Take a map for the current one, and what the grouping that made it read, vectors of phrases too."""
        self._map, self._known, self._nearby = found, _known(found), None
        self._placed, self._unplaced = {}, self._texts.keys() - self._known
        if regrouping is not None:
            self._vectors.learn(regrouping.vectors)
            self._memory = regrouping.memory
            self._memory.keep(set(self._texts.values()))

    def propose_split(self, theme: str, parts: int | None = None) -> list[tuple[str, tuple[str, ...]]]:
        """How a theme could be cut: a name and the ideas of each part, the largest first.

        Args:
            parts: how many, 2 to 6; None for two.

        The first part is what would stay. Fewer parts come back where the ideas do not make so many, and
        one where there is nothing to cut. Nothing is changed by asking. Raises CorrectionRefused
        (``theme_gone``).
        """
        one = next((one for one in self._map.themes if one.id == theme), None)
        if one is None:
            raise CorrectionRefused("theme_gone", f"There is no theme {theme} any more.")
        ids = [key for key in one.members if key in self._texts]
        texts = [self._texts[key] for key in ids]
        return cut_in_parts(ids, texts, self._embedder, self._parameters, self._question, parts or 2)


@dataclass(frozen=True, slots=True)
class Regrouping:
    """One grouping to come, with all that it needs; nothing in it is shared with another thread."""

    texts: dict[str, str]
    previous: ThemeMap
    embedder: Embedder
    vectors: "_Vectors"
    parameters: Parameters
    question: str | None
    memory: Memory

    def run(self, corrections: Sequence[AnyCorrection] = (), progress: Progress = no_progress) -> ThemeMap:
        """The map of these ideas, which goes on from the one before."""
        return theme(
            list(self.texts.values()),
            list(self.texts),
            embedder=CachedEmbedder(self.embedder, self.vectors),
            parameters=self.parameters,
            question=self.question,
            previous=self.previous,
            corrections=corrections,
            progress=progress,
            memory=self.memory,
        )


def _known(found: ThemeMap) -> set[str]:
    return {idea for one in found.themes for idea in one.members} | set(found.not_ideas)


class _Vectors:
    """A cache for one jam: its ideas' vectors while they are there, those of phrases for two groupings."""

    def __init__(self) -> None:
        self._ideas: dict[str, Vectors] = {}
        self._holders: Counter[str] = Counter()
        self._now: dict[str, Vectors] = {}
        self._before: dict[str, Vectors] = {}

    def hold(self, key: str) -> None:
        """One more idea has this text; its vector is known."""
        self._holders[key] += 1
        if key not in self._ideas:
            self._ideas[key] = self._now.pop(key) if key in self._now else self._before[key]

    def let_go(self, key: str) -> bool:
        """One idea less has this text. With the last one its vector is forgotten; says so."""
        self._holders[key] -= 1
        if not self._holders[key]:
            del self._holders[key], self._ideas[key]
            self._now.pop(key, None)
            self._before.pop(key, None)
        return key not in self._holders

    def of(self, key: str) -> Vectors:
        """The vector of an idea's text."""
        return self._ideas[key]

    def set_apart(self) -> "_Vectors":
        """The same for a grouping in another thread: what either notes does not reach the other."""
        apart = _Vectors()
        apart._ideas, apart._before = dict(self._ideas), self._before | self._now
        return apart

    def learn(self, apart: "_Vectors") -> None:
        """What a grouping needed is kept for the next one, and what it did not need is forgotten."""
        self._before, self._now = apart._now, {}

    def get(self, key: str, /) -> Vectors | None:
        """The vector under this key."""
        if (vector := self._ideas.get(key)) is not None:
            return vector
        vector = self._now.get(key, self._before.get(key))
        if vector is not None:
            self._now[key] = vector
        return vector

    def __setitem__(self, key: str, vector: Vectors, /) -> None:
        self._now[key] = vector
