"""The shapes that go in and come out: parameters, the model's identity, themes and the theme map.

All are frozen msgspec structs, so that a map can be written as JSON, compared, and kept beside the
ideas. No stage keeps anything else between two runs.
"""

from collections.abc import Callable

import msgspec
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""One row for each text, float32, L2-normalised."""

Labels = NDArray[np.intp]
"""One cluster number, from 0 without gaps, for each row of the vectors beside it."""

Progress = Callable[[str, int, int], None]
"""``progress(stage, done, total)``; the stages are named in ``STAGES``."""

STAGES = ("read", "embed", "group", "name")


def no_progress(stage: str, done: int, total: int) -> None:
    """Say nothing: the default of ``theme``."""


class Parameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that changes a theme map, beside the texts and the model. Printed in the map.

    The batch size and the thread count are not here: they change the time taken, never the map.
    """

    fewest: int = 12
    """Below so many distinct ideas there are too few to group."""
    near_duplicate: float = 0.95
    """Cosine from which two texts count as the same one, sent by several people."""
    neighbours: int | None = None
    """Neighbours in the graph; None: 10 below 400 ideas, 20 above 3,000, else 12."""
    smoothing: int | None = None
    """Smoothing steps; None: one below 400 ideas, two above 3,000, else three."""
    sizes: int = 16
    """How many numbers of themes are tried."""
    most_themes: int = 100
    """No more themes than this, whatever the number of ideas."""
    tolerance: float | None = None
    """The fewest themes whose silhouette is within this of the best; None: 0.02 below 400, else 0.03."""
    full_tree: int = 10_000
    """Above so many distinct ideas the tree is built on micro-clusters."""
    outlier_spread: float = 1.0
    """One of a kind: closeness below the first quartile by so many interquartile ranges."""
    representatives: int = 3
    """Ideas shown beside a theme's name."""


class ModelInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Which model made the vectors. Two maps compare only if these are equal."""

    name: str
    sha256: str
    """Of the weights, whichever library runs them."""
    precision: str = "float32"


class Theme(msgspec.Struct, frozen=True, kw_only=True):
    """Ideas that belong together, with what a person reads first."""

    id: str
    """``t1`` is the largest. Numbered anew by every run."""
    name: str
    """Two phrases in sentence case, unlike the name of any other theme of the map."""
    phrases: tuple[str, ...]
    """What the name was made from and the runners-up, best first."""
    headline_id: str
    """The most central idea: one voice, not a summary."""
    representatives: tuple[str, ...]
    """Ids of ideas that show the breadth of the theme, most central first."""
    members: tuple[str, ...]
    """Ids of all its ideas, sorted."""
    size: int
    """Number of members."""
    distinct: int
    """Members with near-duplicates counted once; this is what themes are ranked by."""


class ThemeMap(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of ``theme``: every idea is in exactly one theme, or in none when ``too_few``."""

    themes: tuple[Theme, ...]
    one_of_a_kind: tuple[str, ...]
    """Ids of ideas that are far from all others; each is a member of its nearest theme as well."""
    duplicates: tuple[tuple[str, ...], ...]
    """Groups of two or more ids whose texts say the same."""
    too_few: bool
    ideas: int
    parameters: Parameters
    model: ModelInfo
    versions: dict[str, str]
    """Of the libraries that computed it."""
    inputs_sha256: str
    """Of ids, texts and question, whatever their order."""
