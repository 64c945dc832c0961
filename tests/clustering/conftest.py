"""The two embedders that the tests of the theme library use: hashing for most, the real one for a few."""

from __future__ import annotations

import pytest

from clustering import Embedder, load_embedder
from tests.clustering.made_up import HashingEmbedder


@pytest.fixture
def hashing() -> HashingEmbedder:
    """An embedder without a model."""
    return HashingEmbedder()


@pytest.fixture(scope="session")
def offline_model() -> Embedder:
    """The exported model, as the product loads it."""
    return load_embedder()
