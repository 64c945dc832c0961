"""Texts in, theme map out: groups short texts by what they say, and names the groups.

    from clustering import load_embedder, theme

    themes = theme(["More buses", "A bus in the evening", …], embedder=load_embedder()).themes

A library of its own: it knows nothing of jams, of databases or of the web. See docs/clustering.md.
"""

from clustering.embed import CachedEmbedder, VectorCache
from clustering.errors import ClusteringError
from clustering.model import Embedder, load_embedder
from clustering.pipeline import theme
from clustering.shapes import STAGES, ModelInfo, Parameters, Progress, Theme, ThemeMap, Vectors

__all__ = [
    "STAGES",
    "CachedEmbedder",
    "ClusteringError",
    "Embedder",
    "ModelInfo",
    "Parameters",
    "Progress",
    "Theme",
    "ThemeMap",
    "VectorCache",
    "Vectors",
    "load_embedder",
    "theme",
]
