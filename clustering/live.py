"""``LiveThemes``: the themes of one jam that is still running, kept in memory between two groupings.

For a process that hears of ideas as they come and go. It embeds what is new and nothing twice, places new
ideas at once, and makes the next map in the background; maps and corrections are handed in and out, so
that whoever keeps them can start it again anywhere. Vectors of what is gone are forgotten with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clustering.corrections import AnyCorrection
from clustering.embed import CachedEmbedder, cache_key, embed_checked
from clustering.errors import CorrectionRefused
from clustering.graph import Matrix, unit
from clustering.match import home_of
from clustering.model import Counted, Embedder, uncounted
from clustering.nonanswers import non_answers
from clustering.pipeline import empty_map, theme
from clustering.shapes import Parameters, Progress, ThemeMap, Vectors, no_progress
from clustering.split import cut_in_parts
from clustering.steer import steer
from clustering.text import as_strings


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
        self._vectors = _Vectors()
        self._whole_embedder = embedder
        self._embedder = CachedEmbedder(embedder, self._vectors)
        self._parameters, self._question = parameters or Parameters(), question
        self._texts: dict[str, str] = {}
        self._map = previous or empty_map(self._parameters, embedder.model)
        self._centroids: tuple[list[str], Matrix] | None = None

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
        self._embedder_checked(sorted(set(texts.values())), counted)
        for key in gone:
            self._texts.pop(key, None)
        self._texts |= {key: text for key, text in texts.items() if key not in gone}
        self._vectors.keep({cache_key(self._embedder.model, text) for text in self._texts.values()})
        self._centroids = None

    def embed(self, texts: Sequence[str], counted: Counted = uncounted) -> None:
        """Have these texts' vectors ready for ``read``. Another thread may do this, with many, beforehand."""
        self._embedder_checked(texts, counted)

    def _embedder_checked(self, texts: Sequence[str], counted: Counted = uncounted) -> Vectors:
        return embed_checked(self._embedder, texts, counted)

    def place(self) -> dict[str, str]:
        """The nearest theme for each idea that the map does not know; nothing while there are no themes."""
        known = home_of(self._map).keys() | set(self._map.not_ideas)
        fresh = [key for key in self._texts if key not in known]
        empty = non_answers([self._texts[key] for key in fresh])
        fresh = [key for key, is_empty in zip(fresh, empty, strict=True) if not is_empty]
        if not fresh or not self._map.themes:
            return {}
        names, centroids = self._centroids or self._find_centroids()
        vectors = self._embedder_checked([self._texts[key] for key in fresh])
        nearest = np.argmax(np.round(vectors @ centroids.T, 6), axis=1)
        return {key: names[int(place)] for key, place in zip(fresh, nearest, strict=True)}

    def _find_centroids(self) -> tuple[list[str], Matrix]:
        names, rows = [], []
        for one in self._map.themes:
            here = [self._texts[key] for key in one.members if key in self._texts]
            if here:
                names.append(one.id)
                rows.append(self._embedder_checked(here).astype(np.float64).sum(axis=0))
        self._centroids = names, unit(np.array(rows))
        return self._centroids

    def steer(self, corrections: Sequence[AnyCorrection]) -> ThemeMap:
        """The current map after these corrections, at once; see ``steer``. It is the current map now."""
        self._map = steer(self._map, corrections)
        self._centroids = None
        return self._map

    def regroup(
        self,
        corrections: Sequence[AnyCorrection] = (),
        *,
        final: bool = False,
        progress: Progress = no_progress,
    ) -> ThemeMap:
        """All ideas grouped anew, bound by what persons decided. The result is the current map now.

        Args:
            corrections: those that were not handed to ``steer``.
            final: whether nothing comes after it.
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
        )

    def go_on_from(self, found: ThemeMap, regrouping: "Regrouping | None" = None) -> None:
        """Take a map for the current one, and the vectors of its phrases from the grouping that made it."""
        self._map = found
        self._centroids = None
        if regrouping is not None:
            self._vectors.learn(regrouping.vectors)

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
        )


class _Vectors:
    """A cache for one jam: its ideas' vectors while they are there, those of phrases for two groupings."""

    def __init__(self) -> None:
        self._ideas: dict[str, Vectors] = {}
        self._now: dict[str, Vectors] = {}
        self._before: dict[str, Vectors] = {}

    def keep(self, keys: set[str]) -> None:
        """These are the ideas'; whatever else was is forgotten."""
        known = self._before | self._now | self._ideas
        self._ideas = {key: known[key] for key in sorted(keys) if key in known}
        self._now = {key: vector for key, vector in self._now.items() if key not in keys}

    def set_apart(self) -> "_Vectors":
        """The same for a grouping in another thread: what either notes does not reach the other."""
        apart = _Vectors()
        apart._ideas, apart._before = self._ideas, self._before | self._now
        return apart

    def learn(self, apart: "_Vectors") -> None:
        """What a grouping needed is kept for the next one, and what it did not need is forgotten."""
        self._before, self._now = apart._now, {}

    def get(self, key: str, /) -> Vectors | None:
        """The vector under this key."""
        vector = self._ideas.get(key)
        if vector is None:
            vector = self._now.get(key, self._before.get(key))
            if vector is not None:
                self._now[key] = vector
        return vector

    def __setitem__(self, key: str, vector: Vectors, /) -> None:
        self._now[key] = vector
