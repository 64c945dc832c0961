"""Texts in, theme map out: groups short texts by what they say, and names the groups.

    from clustering import load_embedder, theme

    themes = theme(["More buses", "A bus in the evening", …], embedder=load_embedder()).themes

A library of its own: it knows nothing of jams, of databases or of the web. See docs/clustering.md.
"""

from clustering.embedding.embed import CachedEmbedder, VectorCache
from clustering.embedding.model import Embedder, load_embedder
from clustering.errors import ClusteringError, CorrectionRefused
from clustering.live import LiveThemes
from clustering.pipeline import theme
from clustering.shapes import (
    STAGES,
    ModelInfo,
    Parameters,
    Progress,
    Suggestion,
    Theme,
    ThemeMap,
    Vectors,
)
from clustering.steering.corrections import (
    Accept,
    AnyCorrection,
    Apart,
    Merge,
    Move,
    NewPart,
    NotAnIdea,
    Pin,
    Refuse,
    Rename,
    Split,
    Undo,
)
from clustering.steering.steer import steer

__all__ = [
    "STAGES",
    "Accept",
    "AnyCorrection",
    "Apart",
    "CachedEmbedder",
    "ClusteringError",
    "CorrectionRefused",
    "Embedder",
    "LiveThemes",
    "Merge",
    "ModelInfo",
    "Move",
    "NewPart",
    "NotAnIdea",
    "Parameters",
    "Pin",
    "Progress",
    "Refuse",
    "Rename",
    "Split",
    "Suggestion",
    "Theme",
    "ThemeMap",
    "Undo",
    "VectorCache",
    "Vectors",
    "load_embedder",
    "steer",
    "theme",
]
