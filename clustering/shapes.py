"""The shapes that go in and come out: parameters, the model's identity, themes and the theme map.

All are frozen msgspec structs, so that a map can be written as JSON, compared, and kept beside the
ideas. No stage keeps anything else between two runs.
"""

from collections.abc import Callable

import msgspec
import numpy as np
from numpy.typing import NDArray

from clustering.steering.decided import Steering
from clustering.steering.decided import Suggestion as Suggestion

Vectors = NDArray[np.float32]
"""One row for each text, float32, L2-normalised."""

Labels = NDArray[np.intp]
"""One cluster number, from 0 without gaps, for each row of the vectors beside it."""

Rows = NDArray[np.intp]
"""Numbers of rows."""

Mask = NDArray[np.bool_]
"""Yes or no for each row."""

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
    dimensions: int = 128
    """Vectors are cut to so many of their strongest directions."""
    neighbours: int | None = None
    """Neighbours in the graph; None: 10 below 400 ideas, 20 above 3,000, else 15."""
    smoothing: int = 3
    """Steps of smoothing along the graph."""
    word_weight: float | None = None
    """How much the words of a text count beside its vector, 0 to 1; None: more, the more all are alike."""
    project_question: bool = False
    """Whether what the ideas share with their question is left out, where there is a question."""
    sizes: int = 16
    """How many numbers of themes are tried."""
    most_themes: int = 100
    """No more themes than this, whatever the number of ideas."""
    full_tree: int = 2_000
    """Above so many distinct ideas the tree is built on micro-clusters."""
    outlier_spread: float = 1.0
    """One of a kind: closeness below the first quartile by so many interquartile ranges."""
    reluctance: float = 0.02
    """Themes change with a new grouping only as far as it is better by more than this (silhouette)."""
    representatives: int = 3
    """Ideas shown beside a theme's name."""


class ModelInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Which model made the vectors. Two maps compare only if these are equal."""

    name: str
    sha256: str
    """Of the weights, whichever library runs them."""
    precision: str = "float32"
    reads: tuple[str, ...] | None = None
    """The languages that it reads, ISO 639-1, sorted; None: all, as far as is known."""


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """One to three words that could stand in a name, and who says them.

    ``ideas`` are the ids of the members whose texts hold the phrase: a name may show it only while one
    of them can still be read.
    """

    text: str
    ideas: tuple[str, ...]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A sub-theme: a further cut of the same tree, with a name that no sibling has."""

    name: str
    members: tuple[str, ...]


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """Where a theme's name stands on the picture: its lines, and the middle and size of their box."""

    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float


class Disc(msgspec.Struct, frozen=True, kw_only=True):
    """A disc and the label below it, in map units (``place`` says which)."""

    x: float
    y: float
    radius: float
    label: Label


class Spot(Disc, frozen=True, kw_only=True):
    """A theme's place on the picture, and on the tall picture for a narrow screen.

    ``hue`` (0 to 11) and ``pattern`` (0 to 5) stay with the theme; near themes differ in their pattern.
    """

    tall: Disc
    hue: int = 0
    pattern: int = 0


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """The size of both pictures in map units. Widths are fixed; heights grow when there is no room."""

    width: float
    height: float
    tall_width: float
    tall_height: float


class Theme(msgspec.Struct, frozen=True, kw_only=True):
    """Ideas that belong together, with what a person reads first."""

    id: str
    """``t1``, ``t2`` … Kept while the theme lives, never given to another one."""
    name: str
    """Two phrases in sentence case, unlike any other name of the map; or a person's own words."""
    phrases: tuple[Phrase, ...]
    """What the name was made from and the runners-up, best first: the first ``in_name`` are the name."""
    in_name: int = 0
    """How many phrases make up the name; 0 where a person named it, or where no phrase was found."""
    locked: bool = False
    """Whether a person named it: then the name stays."""
    kept: bool = False
    """Whether a person touched it: then its members stay."""
    is_new: bool = False
    """Whether it came with the last regrouping and nobody has said yes to it."""
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
    parts: tuple[Part, ...] = ()
    """Sub-themes; empty where the theme is too small for any."""
    spot: Spot | None = None
    """Its place on the picture, once it was placed."""


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """An idea that changed its theme by a regrouping, unasked."""

    idea: str
    before: str
    after: str


class Descent(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the lineage: what became of a theme. ``how``: new, merged, split, gone, back, renamed.

    ``others`` are the themes it went into or came from; ``correction`` is who asked, if anybody did.
    """

    theme: str
    how: str
    others: tuple[str, ...] = ()
    name: str = ""
    correction: str | None = None


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """A correction that was not followed, and why: ``clustering.errors.CorrectionRefused`` has the codes."""

    correction: str
    code: str


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """Ideas in a language that the model cannot read; they were grouped by their letters alone."""

    lang: str
    """ISO 639-1, or "und" where it could not be told."""
    ideas: tuple[str, ...]


class ThemeMap(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of ``theme``: every idea is in exactly one theme, or in none when ``too_few``.

    What is no idea (``not_ideas``) is in no theme and is listed instead. A map is all that the next one
    needs: it carries what persons decided (``steering``) and where everything stood.
    """

    themes: tuple[Theme, ...]
    one_of_a_kind: tuple[str, ...]
    """Ids of ideas that are far from all others; each is a member of its nearest theme as well."""
    not_ideas: tuple[str, ...] = ()
    """Ids of non-answers ("none", "n/a"), and of what a person marked as no idea."""
    duplicates: tuple[tuple[str, ...], ...]
    """Groups of two or more ids whose texts say the same."""
    unread: tuple[Unread, ...] = ()
    too_few: bool
    ideas: int
    spots: dict[str, tuple[float, float]] = {}
    """Where each idea stands on the picture, by id, in map units: inside the disc of its theme."""
    frame: Frame | None = None
    """How large the picture is, once the themes were placed."""
    moved: tuple[Moved, ...] = ()
    """Ideas that changed their theme since the previous map, though nobody asked for it."""
    suggestions: tuple[Suggestion, ...] = ()
    lineage: tuple[Descent, ...] = ()
    """Everything that became of the themes of this map and the ones before it, oldest first."""
    steering: Steering = Steering()
    """What persons decided, as the next grouping needs it."""
    skipped: tuple[Skipped, ...] = ()
    """Corrections that no longer fitted when their turn came; nothing was changed by them."""
    parameters: Parameters
    model: ModelInfo
    versions: dict[str, str]
    """Of the libraries that computed it."""
    inputs_sha256: str
    """Of ids, texts and question, whatever their order."""
