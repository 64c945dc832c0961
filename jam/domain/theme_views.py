"""A whole theme map as it leaves the server: what GET /api/jams/{jam}/themes answers with.

Made by ``jam.domain.theme_reading`` from the stored map and what may be read now. Ideas are ids; the only
texts are names, phrases that are still said, and ``texts``: those of headlines and representatives.
"""

from jam.domain.records import Millis
from jam.domain.views import CorrectionView, View


class LabelView(View, frozen=True, kw_only=True):
    """Where a theme's name stands on the picture: its lines, the middle and the size of their box."""

    lines: list[str]
    x: float
    y: float
    width: float
    height: float


class DiscView(View, frozen=True, kw_only=True):
    """A disc and its label, in map units."""

    x: float
    y: float
    radius: float
    label: LabelView


class SpotView(DiscView, frozen=True, kw_only=True):
    """A theme's place on the picture, and with ``tall`` on the one for a narrow screen.

    ``hue`` (0 to 11) and ``pattern`` (0 to 5) stay with the theme.
    """

    tall: DiscView | None = None
    hue: int = 0
    pattern: int = 0


class FrameView(View, frozen=True, kw_only=True):
    """The size of both pictures in map units."""

    width: float
    height: float
    tall_width: float
    tall_height: float


class PartView(View, frozen=True, kw_only=True):
    """A part of a theme; without ``name`` where nothing may stand in it any more."""

    members: list[str]
    name: str | None = None


class SignalView(View, frozen=True, kw_only=True):
    """What is said beside a theme, and why: ``emerging``, ``one_sided``, ``unanswered`` …"""

    kind: str
    words: str


class ThemeView(View, frozen=True, kw_only=True):
    """One theme. ``members`` are those that can be read now; ``pinned`` (staff) stay where they are."""

    id: str
    name: str
    named_by: str
    size: int
    distinct: int
    members: list[str]
    kept: bool = False
    is_new: bool = False
    headline: str | None = None
    representatives: list[str] = []
    pinned: list[str] = []
    spot: SpotView | None = None
    parts: list[PartView] = []
    signals: list[SignalView] = []


class SuggestionView(View, frozen=True, kw_only=True):
    """Something that the last grouping found, to be accepted or refused (staff)."""

    id: str
    kind: str
    themes: list[str]
    ideas: list[str]


class MovedView(View, frozen=True, kw_only=True):
    """An idea that the last grouping moved, unasked (staff)."""

    idea: str
    before: str
    after: str


class DescentView(View, frozen=True, kw_only=True):
    """One line of what became of the themes, oldest first; the name only while its words are still said."""

    theme: str
    how: str
    others: list[str] = []
    name: str = ""
    correction: str | None = None


class UnreadView(View, frozen=True, kw_only=True):
    """Ideas in a language that the model cannot read: they were grouped by their letters alone."""

    lang: str
    ideas: list[str]


class ThemeMapView(View, frozen=True, kw_only=True):
    """A jam's themes as one viewer may see them now.

    ``suggestions``, ``moved`` and ``corrections`` (those that the map holds) are for the staff. ``texts`` has
    the words of headlines and representatives by id; ``spots`` the place of each idea on the picture, whose
    size is ``width`` and ``height``, and on a narrow screen ``tall_width`` and ``tall_height`` (map units).
    """

    version: int
    mark: str
    at_seq: int
    made_at: Millis
    themes: list[ThemeView]
    one_of_a_kind: list[str]
    width: float = 0
    height: float = 0
    tall_width: float = 0
    tall_height: float = 0
    corrections_seq: int = 0
    provisional: bool = False
    too_few: bool = False
    fell_back: bool = False
    not_ideas: list[str] = []
    unread: list[UnreadView] = []
    spots: dict[str, tuple[float, float]] = {}
    texts: dict[str, str] = {}
    lineage: list[DescentView] = []
    suggestions: list[SuggestionView] = []
    moved: list[MovedView] = []
    corrections: list[CorrectionView] = []


class PartProposal(View, frozen=True, kw_only=True):
    """Ideas that would leave a theme together, and the name that they would get."""

    name: str
    ideas: list[str]


class SplitProposal(View, frozen=True, kw_only=True):
    """How a theme could be split; nothing of it is on record. What is in no part would stay."""

    theme: str
    parts: list[PartProposal]
