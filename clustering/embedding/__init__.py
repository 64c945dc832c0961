"""Texts to vectors: the model, its export, and a cache that never mixes two of them."""
